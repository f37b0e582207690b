"""Paired differences of two scenarios under the same luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.attainment import reached_value
from sim.analysis.budget import Size, seconds
from sim.analysis.given import given_results, sound
from sim.analysis.intervals import paired_difference
from sim.ensemble.results import Results
from sim.parallel import default_workers
from sim.registry import chosen

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

SAME = 1e-9
"""Differences below this part of the larger number are none."""


@dataclass(frozen=True)
class Effort:
    """What a comparison has to make: ``runs`` that are not stored yet, ``pairs`` of runs to follow enterprise by
    enterprise, of so many ``enterprises`` each, and about how many ``seconds`` that takes."""

    enterprises: int
    runs: int
    pairs: int
    seconds: float


class NotComparable(ValueError):
    """The results do not hold both scenarios."""

    def __init__(self, missing: list[str], present: list[str]) -> None:
        self.missing, self.present = missing, present
        super().__init__(f"结果里没有情景 {'、'.join(missing)}，现有 {'、'.join(present)}。")


def effort(
    asked: Sequence[Scenario], runs: int, pairs: int, seed: int, enterprises: int, workers: int | None = None
) -> Effort:  # fmt: skip
    """Return what is to be made to compare scenarios with the first, in so many ``runs`` and ``pairs``.

    Args:
        enterprises: as asked for; a register has as many as it has.

    Raises:
        DifferentSeries, DifferentRegisters: they cannot be compared.
        Others as :func:`sim.register.size_of`.
    """
    from sim.ensemble.fates import FOLDER
    from sim.ensemble.kept import newest
    from sim.ensemble.series import on_one_series
    from sim.ensemble.stamp import data_digest
    from sim.ensemble.store import Ensemble
    from sim.population import tail
    from sim.register import size_of

    asked = on_one_series(list(asked))
    each = size_of(asked[0].register_file, enterprises, data_digest())
    every = {one.key: one for item in asked for one in (
        Ensemble(item.reference(), seed, each), Ensemble(item, seed, each))}  # fmt: skip
    lacking = sum(len(set(range(runs)) - one.done()) for one in every.values())
    base, *others = asked
    size = {"seed": seed, "enterprises": enterprises, "runs": 2 * pairs, "beside": {base.name: base.digest}}
    alike = [other for other in others if tail(other.structure) == tail(base.structure)]  # no others are followed
    followed = pairs * sum(newest(FOLDER, other, **size) is None for other in alike)
    months, cores = max(item.months for item in asked), workers or default_workers()
    return Effort(each, lacking, followed, seconds(1, months, Size(lacking + 2 * followed, each), cores))


def compare(results: Results, base: str, other: str) -> pd.DataFrame:
    """Difference ``other − base`` of every city indicator and year.

    Returns:
        year, indicator, base, other (means), difference, lo, hi (95 % Student interval of the mean difference
        from the pairs; NaN for a single pair), pairs. Each pair shares its draw of the uncertainties, its
        forecast path and every enterprise's luck.

    Raises:
        NotComparable: a scenario is not in the results.
    """
    import pandas as pd

    _require(results, base, other)
    left, right = (results.of(name).stack(future_stack=True) for name in (base, other))
    pairs = pd.concat({"base": left, "other": right}, axis=1).dropna()
    pairs["difference"] = _difference(pairs)
    grouped = pairs.groupby(["year", "indicator"], observed=True)
    table = grouped.mean()
    count = grouped["difference"].count()
    half = _half_width(grouped["difference"].std(ddof=1), count)
    table["lo"], table["hi"], table["pairs"] = table["difference"] - half, table["difference"] + half, count
    return table.reset_index()


def compare_targets(results: Results, base: str, other: str, only: Sequence[str] = ()) -> pd.DataFrame:
    """Difference ``other − base`` of the number held against each open target that runs can answer.

    Args:
        only: target ids or groups; all of them when empty.

    Returns:
        id, label, reading, deadline, threshold, unit, direction, base_probability, probability, chance_lo and
        chance_hi (95 % interval of their difference from the pairs that disagree), base, other (means), difference,
        lo, hi (as :func:`compare`), pairs.

    Raises:
        NotComparable: a scenario is not in the results.
        TooManyFailures: more than 1 % of the runs failed.
    """
    import pandas as pd

    _require(results, base, other)
    sound(results)
    rows = []
    for target in chosen(only):
        if target.state != "open" or target.basis == "tracked":
            continue
        sides = [reached_value(results, name, target) for name in (base, other)]
        if sides[0] is None or sides[1] is None:
            continue
        pairs = pd.concat({"base": sides[0], "other": sides[1]}, axis=1).dropna()
        met = target.reached_by(pairs)
        difference = _difference(pairs)
        half = float(_half_width(difference.std(ddof=1), len(pairs)))
        gained, lost = met["other"] & ~met["base"], met["base"] & ~met["other"]
        chance = paired_difference(int(gained.sum()), int(lost.sum()), len(pairs))
        rows.append({
            "id": target.id, **target.columns(),
            "base_probability": met["base"].mean(), "probability": met["other"].mean(),
            "chance_lo": chance[0], "chance_hi": chance[1],
            "base": pairs["base"].mean(), "other": pairs["other"].mean(), "difference": difference.mean(),
            "lo": difference.mean() - half, "hi": difference.mean() + half, "pairs": len(pairs),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _difference(pairs: pd.DataFrame) -> pd.Series[float]:
    """Other less base of each pair; none where they differ in the last bits that anchoring leaves."""
    difference = pairs["other"] - pairs["base"]
    return difference.where(difference.abs() > SAME * pairs.abs().max(axis=1), 0.0)


def _require(results: Results, *scenarios: str) -> None:
    present = list(given_results(results).stamp["scenarios"])
    if missing := [name for name in scenarios if name not in present]:
        raise NotComparable(missing, present)


def _half_width(sd: Any, pairs: Any) -> Any:
    """Half of the 95 % Student interval of a mean; NaN for a single pair, whose s.d. is NaN."""
    from scipy.stats import t

    return t.ppf(0.975, np.maximum(pairs - 1, 1)) * sd / np.sqrt(pairs)
