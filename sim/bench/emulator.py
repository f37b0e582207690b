"""An emulator of the model over five levers: what each run would hold against each target, from a fitted polynomial.

All points of the design share their luck: run r at any point has the draw, the forecast path and the enterprises' luck
of replicate r. What run r ends with is thus a smooth function of the levers, and a polynomial of low degree is fitted
to it, one a run and target. An answer is the share of emulated runs that reach the target: a probability in which the
spread between runs is the model's own. How far it is off is measured by leaving each design point out in turn, which
for least squares needs no second fit (Allen 1974, Technometrics 16, 125-127).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.asked import last_year, reached
from sim.analysis.intervals import wilson
from sim.bench.answer import headlines
from sim.bench.dials import LEVERS, Dial, dials, turned
from sim.ensemble.variants import variant_values
from sim.parallel import Progress
from sim.registry import Target
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

COUNT = 5
"""The explorer has a slider for so many levers, those that move the headline targets most."""
POINTS, REPLICATES, ENTERPRISES = 80, 64, 7_300
CROSSED, ALONE = 2, 4
"""The polynomial holds every product of levers up to the one degree, and powers of a single lever up to the other: more
towers are started only as far as land and money reach, which bends that lever's answer alone. At 128 points of 32 runs
the probabilities left out are off by 1.5 percentage points at most; with squares only 4.2, with all cubes 2.2."""
LOGARITHMIC = ("gross_output_above_scale",)
"""Indicators whose logarithm is fitted: growth multiplies them."""

Array = NDArray[np.float64]


class OutsideBox(ValueError):
    """A lever stands where no run was made; the emulator does not answer."""

    def __init__(self, dial: Dial, value: float, low: float, high: float) -> None:
        value, low, high = (dial.scale * each for each in (value, low, high))
        said = f"{dial.entry.title.zh}取{value:g} {dial.unit}，超出拟合范围{low:g} 至 {high:g}，不作答。"
        super().__init__(said)


@dataclass(frozen=True)
class Fitted:
    """One target's polynomials and how far off their answers are.

    Attributes:
        coefficients: (runs, terms), of the indicator or of its logarithm.
        chance_error: root mean square error of the probability at design points left out, 0 … 1.
        median_error: the same of the median, in the target's unit.
    """

    target: Target
    coefficients: Array
    chance_error: float
    median_error: float

    @property
    def logarithmic(self) -> bool:
        return self.target.indicator in LOGARITHMIC


@dataclass(frozen=True)
class Answered:
    """What the emulator says of a target: probability with Wilson's interval for the runs, median, 80 % interval."""

    probability: float
    low: float
    high: float
    median: float
    lo80: float
    hi80: float


@dataclass(frozen=True)
class Emulator:
    """``box``: (levers, 2), where runs were made. ``powers``: (terms, levers). ``made``: points, runs, enterprises."""

    dials: tuple[Dial, ...]
    box: Array
    powers: NDArray[np.int64]
    fitted: tuple[Fitted, ...]
    made: dict[str, int]

    def answer(self, values: Sequence[float]) -> list[Answered]:
        """Answer at one value a lever, in the order of :attr:`dials`.

        Raises:
            OutsideBox: a value is where no run was made.
        """
        for dial, value, (low, high) in zip(self.dials, values, self.box, strict=True):
            if not low <= value <= high:
                raise OutsideBox(dial, value, low, high)
        terms = _terms(_scaled(np.asarray([values], dtype=float), self.box), self.powers)[0]
        return [_answered(one, one.coefficients @ terms) for one in self.fitted]


def fit(
    scenario: Scenario, seed: int, points: int = POINTS, replicates: int = REPLICATES, enterprises: int = ENTERPRISES,
    workers: int = 1, progress: Progress | None = None,
) -> Emulator:  # fmt: skip
    """Run the design over the five levers and fit; the runs are kept in ``runs/variants/``.

    Raises:
        ValueError: fewer points than the polynomial has terms, twice over.
        PosteriorRefused, SeriesChanged, DataInvalid: the scenario cannot be run.
    """
    chosen = tuple(dials(scenario)[:COUNT])
    assert [dial.entry.id for dial in chosen] == list(LEVERS[:COUNT])
    powers = _powers(COUNT)
    if points < 2 * len(powers):
        raise ValueError(f"拟合要至少{2 * len(powers)}个点，只给了{points}个。")
    box = np.array([_range(dial) for dial in chosen])
    at = _design(points, seed) * (box[:, 1] - box[:, 0]) + box[:, 0]
    variants = [turned(scenario, {dial.entry.id: float(value) for dial, value in zip(chosen, row, strict=True)})
                for row in at]  # fmt: skip
    targets = [target for target in headlines() if int(target.deadline[:4]) < 2021 + scenario.months // 12]
    values = variant_values(
        [scenario], variants, [range(points)] * replicates, sorted({target.indicator for target in targets}),
        last_year(targets), seed, enterprises, workers, progress,
    )  # fmt: skip
    terms = _terms(_scaled(at, box), powers)
    return Emulator(
        chosen, box, powers, tuple(_fitted(target, values, terms) for target in targets),
        {"points": points, "runs": replicates, "enterprises": enterprises, "seed": seed},
    )  # fmt: skip


def _range(dial: Dial) -> tuple[float, float]:
    """Return where a lever is fitted: half-way from the start to each end, all the way where an end is near."""
    near = (dial.high - dial.low) / 4
    low = dial.low if dial.start - dial.low <= near else (dial.start + dial.low) / 2
    high = dial.high if dial.high - dial.start <= near else (dial.start + dial.high) / 2
    return low, high


def _design(points: int, seed: int) -> Array:
    """Scrambled Sobol' points in the unit cube."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(COUNT, scramble=True, rng=seed)
    made: Array = sequence.random_base2(int(np.ceil(np.log2(points))))[:points]
    return made


def _powers(levers: int) -> NDArray[np.int64]:
    """Exponents of every term; shape (terms, levers)."""
    factors = [places for total in range(CROSSED + 1) for places in combinations_with_replacement(range(levers), total)]
    factors += [(lever,) * power for power in range(CROSSED + 1, ALONE + 1) for lever in range(levers)]
    return np.array([[places.count(lever) for lever in range(levers)] for places in factors], dtype=np.int64)


def _scaled(values: Array, box: Array) -> Array:
    """The box becomes the cube from -1 to 1."""
    return 2 * (values - box[:, 0]) / (box[:, 1] - box[:, 0]) - 1


def _terms(scaled: Array, powers: NDArray[np.int64]) -> Array:
    return np.asarray(np.prod(scaled[:, None, :] ** powers[None, :, :], axis=2))


def _fitted(target: Target, values: pd.DataFrame, terms: Array) -> Fitted:
    held = reached(values, target).to_numpy(float).T  # (points, runs)
    log = target.indicator in LOGARITHMIC
    response = np.log(held) if log else held
    coefficients, *_ = np.linalg.lstsq(terms, response, rcond=None)
    orthogonal, _ = np.linalg.qr(terms)
    leverage = np.square(orthogonal).sum(axis=1)[:, None]
    left_out = response - (response - terms @ coefficients) / (1 - leverage)
    guessed = np.exp(left_out) if log else left_out
    chance = _hit(guessed, target).mean(axis=1) - _hit(held, target).mean(axis=1)
    median = np.median(guessed, axis=1) - np.median(held, axis=1)
    return Fitted(target, coefficients.T, _rms(chance), _rms(median))


def _hit(values: Array, target: Target) -> NDArray[np.bool_]:
    return values >= target.threshold if target.direction == ">=" else values <= target.threshold


def _rms(errors: Array) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def _answered(one: Fitted, emulated: Array) -> Answered:
    values = np.exp(emulated) if one.logarithmic else emulated
    hits = int(_hit(values, one.target).sum())
    lo80, median, hi80 = (float(end) for end in np.quantile(values, [0.1, 0.5, 0.9]))
    return Answered(hits / values.size, *wilson(hits, values.size), median, lo80, hi80)


def as_json(emulator: Emulator, names: Sequence[str]) -> dict[str, Any]:
    """Return what the page needs to answer: plain numbers and texts; ``names`` of the targets."""
    return {
        "levers": [
            {"id": dial.entry.id, "title": dial.entry.title.zh, "unit": dial.unit, "scale": dial.scale,
             "low": dial.low, "high": dial.high, "start": dial.start, "step": dial.step, "box": list(box),
             "facts": dial.facts, "hover": dial.hover}
            for dial, box in zip(emulator.dials, emulator.box.tolist(), strict=True)
        ],
        "powers": emulator.powers.tolist(),
        "targets": [
            {"id": one.target.id, "name": name, "threshold": one.target.threshold, "unit": one.target.unit,
             "atLeast": one.target.direction == ">=", "log": one.logarithmic, "chanceError": one.chance_error,
             "medianError": one.median_error,
             "coefficients": [[float(f"{value:.10g}") for value in row] for row in one.coefficients.tolist()]}
            for one, name in zip(emulator.fitted, names, strict=True)
        ],
        "made": emulator.made,
    }  # fmt: skip
