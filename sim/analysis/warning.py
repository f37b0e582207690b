"""Early warning: a number that can be seen within months and foretells that a target will be missed.

For each number every threshold is tried on one set of runs, and the one with the largest Youden index (hit rate less
false-alarm rate: Youden 1950, Cancer 3, 32-35) is its own. Of the numbers the one with the largest index becomes the
rule, or the earliest seen of those that come within one standard error of it (Breiman et al. 1984, Classification and
Regression Trees, 3.4.3); of equally early ones the target's own number. Its rates are those
on other runs, of another seed, that had no part in choosing it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim import own
from sim.analysis.asked import CannotAnswer, asked_targets, last_year
from sim.analysis.attainment import held, met
from sim.analysis.budget import Size, size
from sim.analysis.intervals import wilson
from sim.analysis.pushes import SINCE
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.signals import signals
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import Progress, default_workers
from sim.registry import Target
from sim.registry import targets as registry
from sim.scenario.load import as_scenario
from sim.scenario.months import month_index, month_text
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

RUNS = 256
"""Runs that a rule is chosen on, and as many others that it is tried on."""
MONTHS = 6
LEAST = 10
"""Misses, and runs that reach the target, that a choice needs."""
OTHERS = 4
"""Further numbers that are told, each with its own best threshold."""
State = Literal["rule", "no_rule", "hardly_missed", "hardly_met"]
Colour = Literal["to_assign", "under_way", "done", "overdue", "unsettled"]
COLOURS: tuple[Colour, ...] = ("to_assign", "under_way", "done", "overdue", "unsettled")
"""待派发、进行中、已完成、已超时、未办结 (S027)."""
Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Threshold:
    """Sound the alarm at or below ``value`` (``below``), or else above; ``index`` is Youden's where it was chosen."""

    value: float
    below: bool
    index: float

    def alarms(self, seen: Array) -> Flags:
        """Which of the numbers seen sound the alarm."""
        under: Flags = seen <= self.value
        return under if self.below else ~under


@dataclass(frozen=True)
class Rule:
    """A number, its trigger, and what it is worth on held-out runs: alarms among the misses and among the rest.

    ``known``: month by whose end it can be seen. ``no_worse``: whether on held-out runs its Youden index falls no more
    than a standard error short of the chosen rule's.
    """

    indicator: str
    kind: str
    threshold: Threshold
    hits: int
    misses: int
    false_alarms: int
    reached: int
    known: int
    no_worse: bool

    @property
    def hit_rate(self) -> tuple[float, float, float]:
        """Share of misses that it foretells, with its 95 % Wilson interval."""
        return self.hits / self.misses, *wilson(self.hits, self.misses)

    @property
    def false_rate(self) -> tuple[float, float, float]:
        """Share of runs that reach the target although it sounded, with its 95 % Wilson interval."""
        return self.false_alarms / self.reached, *wilson(self.false_alarms, self.reached)

    @property
    def tells(self) -> bool:
        """Whether held-out runs show that it does better than chance: the two intervals do not meet."""
        return self.hit_rate[1] > self.false_rate[2]

    def chance(self, alarm: bool) -> tuple[int, int]:
        """Held-out runs that miss, and all, among those with or without the alarm."""
        if alarm:
            return self.hits, self.hits + self.false_alarms
        quiet = self.misses - self.hits
        return quiet, quiet + self.reached - self.false_alarms


@dataclass(frozen=True)
class EarlyWarning:
    """What foretells that one target is missed. ``rules``: the chosen first, none where misses are too few or too many
    to choose; ``missed``: runs that miss on the choosing and on the held-out side, of ``size.replicates`` each."""

    scenario: str
    target: Target
    colour: Colour
    since: int
    seen: int
    seed: int
    size: Size
    missed: tuple[int, int]
    state: State
    rules: tuple[Rule, ...]

    @property
    def earlier(self) -> Rule | None:
        """The earliest of the other numbers that is seen before the chosen and on held-out runs does no worse."""
        chosen, *others = self.rules
        able = [rule for rule in others if rule.known < chosen.known and rule.no_worse and rule.tells]
        return min(able, key=lambda rule: rule.known, default=None)


def warn(
    targets: str | Sequence[str] = (), scenario: Scenario | str = "baseline", since: int = SINCE, months: int = MONTHS,
    as_of: int | None = None, seed: int = DEFAULT_SEED, replicates: int | None = None, enterprises: int | None = None,
    workers: int | None = None, progress: Progress | None = None,
) -> list[EarlyWarning]:  # fmt: skip
    """Return, for each target and reading, the number chosen to foretell a miss, its trigger and its held-out rates.

    Args:
        targets: ids or groups; by default those the scenario asks for.
        since: first month watched; by default the first that is still to be decided.
        months: for how many.
        as_of: month whose state is told in the documents' colours (:func:`colour`); by default ``since``.
        replicates: on each side; by default :data:`RUNS`.

    Raises:
        CannotAnswer: a target is unknown, only tracked, due after the scenario's end or within the months watched.
        ScenarioNotFound, ScenarioInvalid: the scenario cannot be read.
    """
    whole_numbers(since=since, months=months, seed=seed, replicates=replicates, enterprises=enterprises)
    asked = as_scenario(scenario)
    aims = asked_targets([targets] if isinstance(targets, str) else targets, asked)
    seen = since + months - 1
    if early := [target for target in aims if month_index(target.deadline) <= seen]:
        late = f"期限为 {early[0].deadline}，看到 {month_text(seen)} 已来不及预警。"
        raise CannotAnswer(f"目标 {early[0].id} {late}")
    until = last_year(aims)
    makes = 1 if asked.canonical() == asked.reference().canonical() else 2
    fits = size(2 * makes, 12 * (until - 2020), replicates or RUNS, enterprises)
    wanted = tuple(dict.fromkeys(target.indicator for target in aims))
    sides = [
        signals(asked, range(fits.replicates), key, fits.enterprises, since, seen, until, wanted,
                workers or default_workers(), progress)
        for key in (seed, seed + 1)
    ]  # fmt: skip
    known = own.figures()
    now = since if as_of is None else as_of
    found = []
    for target in aims:
        (chosen_on, missed), (tried_on, missed_too) = (_table(*side, target) for side in sides)
        state, rules = best_rules(chosen_on, missed, tried_on, missed_too, seen, target.indicator)
        counts = int(missed.sum()), int(missed_too.sum())
        found.append(EarlyWarning(
            asked.name, target, colour(target, now, known), since, seen, seed, fits, counts, state, rules
        ))  # fmt: skip
    return found


def best_rules(
    seen: pd.DataFrame, missed: Flags, tried: pd.DataFrame, missed_too: Flags, until: int = SINCE + MONTHS - 1,
    aim: str = "",
) -> tuple[State, tuple[Rule, ...]]:  # fmt: skip
    """Return the chosen rule and those of the numbers that foretell most; all is chosen on the one side alone.

    Args:
        seen, tried: a column an (indicator, kind), a row a run.
        missed, missed_too: which of the runs miss the target.
        until: last month watched.
        aim: indicator of the target. Of equals seen equally early it comes first: what another number tells of it may
            hold by a parameter that the model gives to both, its own does in any case.
    """
    for hits in (missed, missed_too):
        if hits.sum() < LEAST:
            return "hardly_missed", ()
        if (~hits).sum() < LEAST:
            return "hardly_met", ()
    both: list[tuple[str, str]] = [name for name in seen if name in tried]  # type: ignore[misc]
    thresholds = {name: best_threshold(seen[name].to_numpy(float), missed) for name in both}
    usable = {name: found for name, found in thresholds.items() if found is not None}
    if not usable:
        return "no_rule", ()
    order = sorted(usable, key=lambda name: -usable[name].index)
    alarms, alarms_too = (
        {name: usable[name].alarms(table[name].to_numpy(float)) for name in order} for table in (seen, tried)
    )
    level = [name for name in order if _no_worse(alarms[name], alarms[order[0]], missed)]
    # the first, of the largest index, among equals
    chosen = min(level, key=lambda name: (known_by(name[1], until), name[0] != aim))
    others = [name for name in order if name != chosen][:OTHERS]
    rules = tuple(
        _tried(name, usable[name], alarms_too[name], missed_too, known_by(name[1], until),
               _no_worse(alarms_too[name], alarms_too[chosen], missed_too))
        for name in (chosen, *others)
    )  # fmt: skip
    return ("rule" if rules[0].tells else "no_rule"), rules


def known_by(kind: str, until: int) -> int:
    """Return the month by whose end a number of a kind (:data:`sim.ensemble.signals.KINDS`) can be seen.

    Args:
        until: last month watched.
    """
    last_december = (until + 1) // 12 * 12 - 1
    return last_december if kind == "year" else until


def _no_worse(one: Flags, best: Flags, missed: Flags) -> bool:
    """Whether the Youden index of some alarms falls at most a standard error short of another's in the same runs."""
    short = best.astype(float) - one
    among, rest = short[missed], short[~missed]
    error = math.sqrt(among.var(ddof=1) / among.size + rest.var(ddof=1) / rest.size)
    return bool(among.mean() - rest.mean() <= error)


def best_threshold(seen: Array, missed: Flags) -> Threshold | None:
    """Return the threshold with the largest Youden index, the shortest number between the two values it parts; None
    where a number is missing in a run or is the same in all."""
    if np.isnan(seen).any() or np.ptp(seen) == 0:
        return None
    values = np.unique(seen)
    # of every cut between two values: shares of the misses, and of the others, at or below it
    place = np.searchsorted(values, seen)
    bad = np.cumsum(np.bincount(place[missed], minlength=values.size))[:-1] / missed.sum()
    good = np.cumsum(np.bincount(place[~missed], minlength=values.size))[:-1] / (~missed).sum()
    cut = int(np.abs(bad - good).argmax())
    gain = float(bad[cut] - good[cut])
    return Threshold(between(float(values[cut]), float(values[cut + 1])), gain > 0, abs(gain))


def between(low: float, high: float) -> float:
    """Return the decimal with the fewest digits in [low, high), nearest to the middle."""
    middle = (low + high) / 2
    top = math.floor(math.log10(max(abs(low), abs(high))))
    for digits in range(-top, 18 - top):
        short = round(middle, digits)
        if low <= short < high:
            return short
    return low


def colour(target: Target, as_of: int, known: dict[str, list[own.Figure]]) -> Colour:
    """Return the state of a target in the five colours that offices keep for unfinished business (S027).

    The document names the colours without defining them; here: to be assigned, its count has not begun; under way;
    done, published or own figures show that it is met; overdue, past its deadline and that year's figure misses it;
    unsettled, past its deadline and no figure tells.

    Args:
        as_of: month of the question.
        known: one's own figures (:func:`sim.own.figures`).
    """
    figure = own.latest(target, known)
    shown = figure is not None and target.reached_by(figure.value)
    if target.state == "met" or (shown and target.mode != "every_year"):
        return "done"
    if month_index(target.deadline) < as_of:
        due = figure is not None and figure.year == int(target.deadline[:4])
        return "overdue" if due and not shown else "unsettled"
    begins = month_index(target.period_start) if target.period_start and target.mode == "cumulative" else as_of
    return "to_assign" if begins > as_of else "under_way"


def colours(as_of: int) -> dict[str, Colour]:
    """Return the colour of every target of the registry, by id.

    Raises:
        DataInvalid: a file in ``data/own/`` is not as it should be.
    """
    known = own.figures()
    return {name: colour(target, as_of, known) for name, target in registry().items()}


def _table(first: pd.DataFrame, ends: pd.DataFrame, target: Target) -> tuple[pd.DataFrame, Flags]:
    """What is seen of each run, and whether it misses the target."""
    against = held(ends.pivot(index="replicate", columns="year", values=target.indicator), target)
    assert against is not None  # the runs go on to the last deadline
    against = against.dropna()
    seen = first.pivot(index="replicate", columns=["indicator", "kind"], values="value").reindex(against.index)
    return seen, ~met(against, target).to_numpy(bool)


def _tried(
    name: tuple[str, str], threshold: Threshold, alarms: Flags, missed: Flags, known: int, no_worse: bool
) -> Rule:  # fmt: skip
    return Rule(
        name[0], name[1], threshold, int((alarms & missed).sum()), int(missed.sum()), int((alarms & ~missed).sum()),
        int((~missed).sum()), known, no_worse,
    )  # fmt: skip
