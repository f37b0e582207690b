"""Which lever closes the gap: Shapley shares of what differs between two scenarios, on a target's number and on its
probability (Shorrocks 2013, Journal of Economic Inequality 11, 99-126).

Every coalition of changes is a scenario of its own, and all of them run under the same luck, so that each replicate is
a game whose shares add up exactly; what is stated are means over replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis import shapley
from sim.analysis.asked import CannotAnswer, as_targets, hits, last_year, reached
from sim.analysis.budget import Size, seconds, size
from sim.analysis.intervals import mean_interval, paired_share
from sim.ensemble.branches import first_difference
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.series import on_one_series
from sim.ensemble.variants import variant_values
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import Progress, default_workers
from sim.registry import Target
from sim.scenario.diff import Change, changes, taking
from sim.scenario.load import as_scenario
from sim.scenario.neutral import neutral
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST_EXACT = 10
"""Levers up to which every coalition is made; above it, orders are drawn."""
PAIRS = 2
"""Pairs of an order and its reverse in each replicate: two, so that the drawing's own error can be told."""
Array = NDArray[np.float64]


class NothingToAttribute(ValueError):
    """The two scenarios are the same."""

    def __init__(self, base: str, other: str) -> None:
        super().__init__(f"{base} 与 {other} 的杠杆、参数与结构完全相同，没有差距可以分摊。")


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval is on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Share:
    """What one change brings: of the target's number, in its unit, and of its probability.

    ``sampling`` is the standard error of the number that comes from drawing orders; zero where all are made.
    """

    change: Change
    number: Estimate
    chance: Estimate
    sampling: float


@dataclass(frozen=True)
class Attribution:
    """The gap between two scenarios in one target, shared out among what differs.

    ``interaction`` is the pair of changes that bring most (or least) beyond what each brings alone.
    """

    base: str
    other: str
    target: Target
    gap: Estimate
    chance_gap: Estimate
    base_mean: float
    other_mean: float
    base_chance: float
    other_chance: float
    shares: tuple[Share, ...]
    interaction: tuple[Change, Change, Estimate] | None
    exact: bool
    coalitions: int
    size: Size


@dataclass(frozen=True)
class _Given:
    """What is to be run: ``each`` replicate in so many combinations of the ``players``, which set ``other`` apart from
    ``start``."""

    name: str
    base: Scenario | None
    other: Scenario
    start: Scenario
    aims: list[Target]
    players: list[Change]
    exact: bool
    until: int
    months: int
    each: int
    size: Size


def _given(
    base: Scenario | str | None, other: Scenario | str, targets: Sequence[Target | str], seed: int,
    replicates: int | None, enterprises: int | None,
) -> _Given:  # fmt: skip
    whole_numbers(seed=seed, replicates=replicates, enterprises=enterprises)
    base, other = None if base is None else as_scenario(base), as_scenario(other)
    aims = as_targets(targets, other)
    if base is not None:
        base, other = on_one_series([base, other])
    start = neutral(other) if base is None else base.model_copy(update={"horizon": other.horizon})
    name = "" if base is None else base.name
    players = changes(other, start)
    if not players:
        raise NothingToAttribute(name or other.name, other.name)
    exact, until = len(players) <= MOST_EXACT, last_year(aims)
    months = max(12 * (until - 2020) - first_difference([start, other]), 1)
    each = 2 ** len(players) if exact else len(_orders(len(players), seed, 0).coalitions())
    fits = size(each, months, replicates, enterprises)
    return _Given(name, base, other, start, aims, players, exact, until, months, each, fits)


def effort(
    base: Scenario | str | None, other: Scenario | str, targets: Sequence[Target | str] = (), seed: int = DEFAULT_SEED,
    replicates: int | None = None, enterprises: int | None = None, workers: int | None = None,
) -> tuple[int, Size, float]:  # fmt: skip
    """Return what :func:`attribute` of the same would run, combinations and size, and about how many seconds it takes.

    Raises:
        The same.
    """
    given = _given(base, other, targets, seed, replicates, enterprises)
    return given.each, given.size, seconds(given.each, given.months, given.size, workers or default_workers())


def attribute(
    base: Scenario | str | None, other: Scenario | str, targets: Sequence[Target | str] = (), seed: int = DEFAULT_SEED,
    replicates: int | None = None, enterprises: int | None = None, workers: int | None = None,
    progress: Progress | None = None,
) -> list[Attribution]:  # fmt: skip
    """Share the gap of each target out among what differs between ``base`` and ``other``.

    Args:
        base: where the gap starts, a scenario or its name; without one, ``other`` with every lever at rest from the
            first year that can still be decided (:func:`sim.scenario.neutral.neutral`).
        targets: targets, ids or groups; by default those that ``other`` asks for.
        replicates, enterprises: by default what fits into minutes (:mod:`sim.analysis.budget`).

    Raises:
        NothingToAttribute: nothing differs.
        CannotAnswer: a target is unknown, or has no value in some coalition.
        DifferentSeries: the two rest on different output series.
    """
    given = _given(base, other, targets, seed, replicates, enterprises)
    base, other, start, aims, players = given.base, given.other, given.start, given.aims, given.players
    name, exact, until, each, fits = given.name, given.exact, given.until, given.each, given.size
    orders = []
    if not exact:
        orders = [_orders(len(players), seed, replicate) for replicate in range(fits.replicates)]
    wanted = [list(range(each))] * fits.replicates if exact else [order.coalitions() for order in orders]
    made = sorted({coalition for coalitions in wanted for coalition in coalitions})
    place = {coalition: number for number, coalition in enumerate(made)}
    variants = [taking(start, other, _members(coalition, players)) for coalition in made]
    indicators = tuple(dict.fromkeys(target.indicator for target in aims))
    sources = [other] if base is None else [base, other]
    values = variant_values(
        sources, variants, [[place[coalition] for coalition in coalitions] for coalitions in wanted], indicators,
        until, seed, fits.enterprises, workers or default_workers(), progress,
    )  # fmt: skip
    return [_attribution(name, other.name, target, values, players, made, orders, fits) for target in aims]


def _orders(players: int, seed: int, replicate: int) -> shapley.Orders:
    key = np.array([seed & (2**64 - 1), 0x5348 << 32 | replicate], dtype=np.uint64)
    return shapley.Orders.draw(players, PAIRS, np.random.Generator(np.random.Philox(key=key)))


def _members(coalition: int, players: Sequence[Change]) -> list[Change]:
    return [change for number, change in enumerate(players) if coalition >> number & 1]


def _attribution(
    base: str, other: str, target: Target, values: pd.DataFrame, players: list[Change], made: list[int],
    orders: list[shapley.Orders], fits: Size,
) -> Attribution:  # fmt: skip
    against = reached(values, target)
    met = np.where(against.isna(), np.nan, hits(against, target))
    numbers = against.to_numpy(float)
    every = 2 ** len(players) - 1
    first, last = made.index(0), made.index(every)
    if orders:
        share, chance, sampling, pairs = _sampled(numbers, met, made, orders, len(players))
    else:
        share, chance, sampling = shapley.exact(numbers), shapley.exact(met), np.zeros(len(players))
        pairs = shapley.interactions(numbers)
    if np.isnan(share).any():
        raise CannotAnswer(f"目标 {target.id} 在有的杠杆组合下没有数值（分母为零），无法分摊。")
    gap, chance_gap = numbers[:, last] - numbers[:, first], met[:, last] - met[:, first]
    whole = Estimate(float(chance_gap.mean()), *paired_share(chance_gap))  # as two scenarios are compared
    return Attribution(
        base, other, target, _mean(gap), whole,
        float(numbers[:, first].mean()), float(numbers[:, last].mean()),
        float(met[:, first].mean()), float(met[:, last].mean()),
        tuple(
            Share(change, _mean(share[:, n]), whole if len(players) == 1 else _chance(chance[:, n], share[:, n]),
                  float(sampling[n]))
            for n, change in enumerate(players)
        ),
        _strongest(pairs, players), not orders, len(made), fits,
    )  # fmt: skip


def _sampled(
    numbers: Array, met: Array, made: list[int], orders: list[shapley.Orders], players: int
) -> tuple[Array, Array, Array, dict[tuple[int, int], Array]]:
    """Shares of each replicate, the error that drawing orders leaves in their mean, and the interactions."""
    place = {coalition: number for number, coalition in enumerate(made)}
    share, chance = np.zeros((len(orders), players)), np.zeros((len(orders), players))
    within, pairs = np.zeros((len(orders), players)), dict[tuple[int, int], list[float]]()
    for row, order in enumerate(orders):
        of_pairs = order.values(lambda coalition, row=row: numbers[row, place[coalition]])  # type: ignore[misc]
        chances = order.values(lambda coalition, row=row: met[row, place[coalition]])  # type: ignore[misc]
        share[row], chance[row] = of_pairs.mean(axis=0), chances.mean(axis=0)
        within[row] = of_pairs.var(axis=0, ddof=1) / len(of_pairs)
        found = order.interactions(lambda coalition, row=row: numbers[row, place[coalition]])  # type: ignore[misc]
        for pair, gains in found.items():
            pairs.setdefault(pair, []).extend(gains)
    sampling = np.sqrt(within.mean(axis=0) / len(orders))
    return share, chance, sampling, {pair: np.array(gains) for pair, gains in pairs.items()}


def _strongest(pairs: dict[tuple[int, int], Array], players: list[Change]) -> tuple[Change, Change, Estimate] | None:
    """The clearest of the strong: the largest end of an interval that is nearest to zero, if any excludes it."""
    estimates = {pair: _mean(gains) for pair, gains in pairs.items() if len(gains) > 1}
    clear = {pair: found for pair, found in estimates.items() if found.clear}
    if not clear:
        return None
    one, other = max(clear, key=lambda pair: min(abs(clear[pair].low), abs(clear[pair].high)))
    return players[one], players[other], clear[one, other]


def _mean(values: Array) -> Estimate:
    return Estimate(float(values.mean()), *mean_interval(values))


def _chance(parts: Array, numbers: Array) -> Estimate:
    """Parts in a probability; exactly none where the number itself is touched in no replicate."""
    return Estimate(float(parts.mean()), *(paired_share(parts) if numbers.any() else (0.0, 0.0)))
