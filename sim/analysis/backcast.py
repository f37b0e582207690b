"""What it would take: the least change of levers, within the ranges of the catalogue, that makes targets likely enough.

Every lever is tried alone first. If one reaches the probability by itself, the one that needs the least part of its
range is the answer; if none does, those that help go the same part of their ways together. The search is a paired
bisection, always on the same luck, so that a step's difference is the lever's and not the draw's; what is found is then
tried on fresh luck, where the lower end of Wilson's interval has to reach the probability, beside no change at all: a
change that the same runs cannot tell from none is not an answer. Nor is one from so few runs that all of them have to
reach the targets: what then passes is an extreme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis.asked import CannotAnswer, asked_targets, hits, last_year, reached
from sim.analysis.bisection import INNER, least
from sim.analysis.budget import Size, size
from sim.analysis.intervals import mean_interval, paired_share, runs_to_confirm, wilson
from sim.analysis.pushes import SINCE, Push, possible, pushed
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.variants import variant_values
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import Progress, default_workers
from sim.registry import Target
from sim.scenario.load import as_scenario
from sim.scenario.months import month_text
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

WITHIN = 0.01
"""How closely the effort is found, as a part of the lever's range."""
SCREENED, SEARCHED, CONFIRMED = 12, 32, 80
"""Replicates with which levers are tried, the effort is searched, and what is found is confirmed."""
PARTS = (0.15, 0.06, 0.2)
"""Parts of the budget for each: screening, a round of the search, confirming."""
SURE = 0.999
"""Level of the interval that has to be above zero for a lever to help: some fifty are looked at."""
WORTH = 0.05
"""Levers that bring less than this part of the strongest are left alone."""
ABOVE = (0.0, 0.03, 0.1, 0.3, 1.0)
"""Efforts tried on fresh luck beside none: what the search found, and parts of the way from there to the bounds."""
Array = NDArray[np.float64]
Begins = Callable[[int, int, Sequence[Target]], None]
State = Literal["met", "reached", "indistinct", "too_few", "unreachable", "undecided"]


@dataclass(frozen=True)
class Point:
    """How many runs reach the targets at an effort."""

    effort: float
    hits: int
    runs: int

    @property
    def chance(self) -> float:
        return self.hits / self.runs

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the probability."""
        return wilson(self.hits, self.runs)


@dataclass(frozen=True)
class Alone:
    """What a lever brings by itself at its bound: of each target's number, with its 95 % interval, in its unit, and the
    runs that reach all targets."""

    push: Push
    gains: tuple[tuple[float, float, float], ...]
    at_bound: Point


@dataclass(frozen=True)
class Backcast:
    """The answer for targets that are to be reached together.

    ``state``: met without any change; reached at ``confirmed``; indistinct, as no change reaches it about as often in
    the same runs (95 % interval of the paired difference); too_few, as so few runs would let nothing pass that a single
    run misses (nothing is confirmed then); unreachable within the ranges; or undecided (so many runs cannot tell).
    ``moved``: the levers of the answer, all at the same effort (0 … 1 of the way to their bounds). ``needed``: the
    effort at which the search's runs reach the probability, None where they do not. ``frontier``: all efforts of the
    search, ``fresh``: those tried on fresh luck, no change first. ``alone``: every lever that helps, ``screened`` runs
    each, strongest first.
    """

    scenario: str
    targets: tuple[Target, ...]
    probability: float
    since: int
    state: State
    moved: tuple[Push, ...]
    needed: float | None
    confirmed: Point | None
    frontier: tuple[Point, ...]
    fresh: tuple[Point, ...]
    alone: tuple[Alone, ...]
    searched_size: Size
    fresh_size: Size


@dataclass(frozen=True)
class _Trials:
    """Makes pushed variants of one scenario."""

    scenario: Scenario
    since: int
    indicators: tuple[str, ...]
    until: int
    enterprises: int | None
    workers: int
    progress: Progress | None

    def fits(self, variants: int, replicates: int, part: float) -> Size:
        """The scenario's past counts once, its reference as one more variant."""
        months = 12 * (self.until - 2020) - self.since
        return size(1, self.since + (variants + 1) * months, replicates, self.enterprises, part)

    def values(self, efforts: Sequence[tuple[Sequence[Push], float]], fits: Size, seed: int) -> pd.DataFrame:
        variants = [pushed(self.scenario, pushes, effort, self.since) for pushes, effort in efforts]
        wanted = [list(range(len(variants)))] * fits.replicates
        return variant_values(
            [self.scenario], variants, wanted, self.indicators, self.until, seed, fits.enterprises, self.workers,
            self.progress,
        )  # fmt: skip


def backcast(
    scenario: Scenario | str, asked: Sequence[Sequence[Target] | str], probability: float = 0.8, since: int = SINCE,
    seed: int = DEFAULT_SEED, replicates: int | None = None, enterprises: int | None = None,
    workers: int | None = None, progress: Progress | None = None, begins: Begins | None = None,
) -> list[Backcast]:  # fmt: skip
    """Return what it takes that all targets asked for are reached together with ``probability``.

    Args:
        scenario: a scenario or its name.
        asked: for each target its id or group, or its readings; each combination of readings is an answer of its own.
        probability: more than 0, less than 1.
        since: first month in which levers may change.
        replicates: of the search and of its confirmation; by default :data:`SEARCHED` and :data:`CONFIRMED`.
        enterprises: by default what fits into minutes (:mod:`sim.analysis.budget`).
        begins: called before each answer's own search with which it is, from 1, of how many, and its targets.

    Raises:
        WrongArgument: a number is none.
        CannotAnswer: a target falls due before ``since``, or has no value in some run.
    """
    whole_numbers(since=since, seed=seed, replicates=replicates, enterprises=enterprises)
    scenario = as_scenario(scenario)
    aims = [asked_targets([one], scenario) if isinstance(one, str) else one for one in asked]
    every = [target for readings in aims for target in readings]
    if early := [target for target in every if 12 * (int(target.deadline[:4]) - 2020) <= since]:
        late = f"期限为 {early[0].deadline}，自 {month_text(since)} 起改变杠杆已来不及。"
        raise CannotAnswer(f"目标 {early[0].id} {late}")
    indicators = tuple(dict.fromkeys(target.indicator for target in every))
    workers = workers or default_workers()
    trials = _Trials(scenario, since, indicators, last_year(every), enterprises, workers, progress)
    pushes = possible(scenario, since)
    fits = trials.fits(len(pushes), min(SCREENED, replicates or SCREENED), PARTS[0])
    screened = trials.values([((), 0.0), *(([push], 1.0) for push in pushes)], fits, seed)
    found, together = [], list(product(*aims))
    for place, targets in enumerate(together, 1):
        if begins is not None:
            begins(place, len(together), targets)
        found.append(_answer(trials, screened, pushes, targets, probability, seed, replicates))
    return found


def _answer(
    trials: _Trials, screened: pd.DataFrame, pushes: list[Push], targets: tuple[Target, ...], probability: float,
    seed: int, replicates: int | None,
) -> Backcast:  # fmt: skip
    helping = _helpful(screened, pushes, targets)
    fits = trials.fits(INNER, replicates or SEARCHED, PARTS[1])
    single = _easiest(screened, pushes, helping, targets, probability)
    tried: list[tuple[Push, ...]] = [(single,)] if single else []
    tried.append(tuple(one.push for one in helping))

    def search(moved: Sequence[Push]) -> tuple[float | None, dict[float, int]]:
        def hits_of(efforts: Sequence[float]) -> list[int]:
            return _hits(trials.values([(moved, effort) for effort in efforts], fits, seed), targets)

        return least(hits_of, ceil(probability * fits.replicates), WITHIN)

    for moved in tried:
        needed, seen = search(moved)
        if needed is not None:
            break
    start = 1.0 if needed is None else needed
    efforts = sorted({0.0, *(start + part * (1 - start) for part in ABOVE)}) if moved else [0.0]
    fresh_fits = trials.fits(len(efforts), replicates or CONFIRMED, PARTS[2])
    met = _together(trials.values([(moved, effort) for effort in efforts], fresh_fits, seed + 1), targets)
    fresh = tuple(
        Point(effort, int(n), fresh_fits.replicates) for effort, n in zip(efforts, met.sum(axis=0), strict=True)
    )
    confirmed = next((point for point in fresh if point.interval[0] >= probability), None)
    state = _state(fresh, met, confirmed, probability)
    return Backcast(
        trials.scenario.name, targets, probability, trials.since, state, moved, needed,
        None if state == "too_few" else confirmed,
        tuple(Point(effort, n, fits.replicates) for effort, n in seen.items()), fresh, tuple(helping), fits, fresh_fits,
    )  # fmt: skip


def _state(fresh: Sequence[Point], met: Array, confirmed: Point | None, probability: float) -> State:
    """``met``: 1 where a run reaches all targets; shape (replicates, efforts of ``fresh``)."""
    if confirmed is None:
        return "unreachable" if fresh[-1].interval[1] < probability else "undecided"
    if not confirmed.effort:
        return "met"
    if confirmed.runs < runs_to_confirm(probability):
        return "too_few"
    gained = met[:, fresh.index(confirmed)] - met[:, 0]
    return "reached" if paired_share(gained)[0] > 0 else "indistinct"


def _hits(values: pd.DataFrame, targets: Sequence[Target]) -> list[int]:
    """Runs of each variant that reach all targets."""
    return [int(n) for n in _together(values, targets).sum(axis=0)]


def _together(values: pd.DataFrame, targets: Sequence[Target]) -> Array:
    """1 where a run reaches all targets; shape (replicates, variants)."""
    tables = [reached(values, target) for target in targets]
    for table, target in zip(tables, targets, strict=True):
        if table.isna().to_numpy().any():
            raise CannotAnswer(f"目标 {target.id} 在有的运行里没有数值（分母为零），无法反推。")
    all_met: Array = np.minimum.reduce([hits(*pair) for pair in zip(tables, targets, strict=True)])
    return all_met


def _gains(values: pd.DataFrame, target: Target) -> Array:
    """What each variant but the first brings towards the target beyond the first; shape (replicates, variants - 1)."""
    table = reached(values, target).to_numpy(float)
    gains: Array = table[:, 1:] - table[:, :1]
    return gains if target.direction == ">=" else -gains


def _helpful(values: pd.DataFrame, pushes: list[Push], targets: Sequence[Target]) -> list[Alone]:
    """Pushes that surely help, on the mean over targets in parts of their thresholds, strongest first; of the two ways
    of one lever the stronger."""
    gains = [_gains(values, target) for target in targets]
    score = np.mean([gain / (abs(target.threshold) or 1) for gain, target in zip(gains, targets, strict=True)], axis=0)
    count = _together(values, targets)[:, 1:].sum(axis=0).astype(int)
    found: dict[str, tuple[float, Alone]] = {}
    for place in np.argsort(-score.mean(axis=0)):
        push, mine = pushes[place], score[:, place]
        strongest = next(iter(found.values()))[0] if found else 0.0
        if mean_interval(mine, SURE)[0] > 0 and mine.mean() >= WORTH * strongest and push.entry.id not in found:
            of_each = tuple((float(g[:, place].mean()), *mean_interval(g[:, place])) for g in gains)
            found[push.entry.id] = float(mine.mean()), Alone(push, of_each, Point(1.0, int(count[place]), len(mine)))
    return [one for _, one in found.values()]


def _easiest(
    values: pd.DataFrame, pushes: list[Push], helping: Sequence[Alone], targets: Sequence[Target], probability: float
) -> Push | None:
    """The lever that seems to need the least part of its range, of those that reach the probability alone."""
    able = [one.push for one in helping if one.at_bound.chance >= probability]

    def needs(push: Push) -> float:
        place, parts = pushes.index(push), []
        for target in targets:
            short = np.abs(target.threshold - reached(values, target).to_numpy(float)[:, 0])
            missing = short * (1 - hits(reached(values, target), target)[:, 0])
            gain = np.maximum(_gains(values, target)[:, place], 1e-12)
            parts.append(missing / gain)
        return float(np.quantile(np.max(parts, axis=0), probability))

    return min(able, key=needs, default=None)
