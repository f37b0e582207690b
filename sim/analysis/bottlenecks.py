"""Which constraint binds, where and when, how long the queue is, and what one more unit of each capacity is worth.

What binds is read off each month of each run. The worth of a unit is a paired difference: the same runs with one round
step more of one capacity from the first month that is still to be decided.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.asked import asked_targets, last_year, reached
from sim.analysis.budget import Size, size
from sim.analysis.intervals import mean_interval
from sim.analysis.pushes import SINCE
from sim.ensemble.bindings import bindings
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.variants import variant_values
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import Progress, default_workers
from sim.regions import CITY
from sim.registry import Target
from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.distribution import Distribution
from sim.scenario.load import as_scenario, override
from sim.scenario.months import LAST_OBSERVED_YEAR, year_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

RELIEF = {
    "plots": "land.new_industrial_mu_per_year", "places": "parks.micro_places_per_year",
    "entry_land": "land.new_industrial_mu_per_year", "tower_land": "land.new_industrial_mu_per_year",
    "block_land": "land.new_industrial_mu_per_year", "floors": "highrise.project_starts_per_year",
    "delivery": "highrise.delivery_lag_months", "starts": "highrise.project_starts_per_year",
    "credit": "highrise.credit_yi_yuan_per_year", "fund": "fund.buyout_yi_yuan_per_year",
    "outdated": "enforcement.eliminations_per_year", "high_consumption": "enforcement.high_consumption_per_year",
    "scattered_polluting": "enforcement.scattered_per_year", "demand": "demand.growth_shift",
}  # fmt: skip
"""The lever or parameter that loosens each constraint."""
LAG, MARKET = "highrise.delivery_lag_months", "demand.growth_shift"
MONTH, POINT = -1.0, 0.01
"""What is tried of the two that nobody decides: a month less of building, a point more of real growth."""
PART = 10
"""A step is about a tenth of what is in force."""
READ, PAIRED = (8, 32), (0.2, 0.7)
"""Runs that are read month by month, at least and at most; parts of the budget for reading and for pairs."""
SURE = 0.999
"""Level at which a unit is said to be worth something: about a hundred are looked at."""


@dataclass(frozen=True)
class Step:
    """One more unit of something, from :data:`sim.analysis.pushes.SINCE` on (a month of delivery: all along)."""

    entry: Entry
    now: float
    step: float

    @property
    def decided(self) -> bool:
        """Whether a clause lets somebody decide it."""
        return self.entry.kind == "lever" and bool(self.entry.clauses)


@dataclass(frozen=True)
class Bottlenecks:
    """``binding``: constraint (:data:`sim.abm.bindings.CONSTRAINTS`), district (全市: mean over districts), year (0:
    all from the first undecided one), share of months in which it binds, share_lo, share_hi, queue (of a year, see
    :func:`sim.abm.bindings.read_month`; the city's is the sum, of ``demand`` the mean), queue_lo, queue_hi, runs.
    ``worth``: id (of the step's entry), target, difference (in the target's unit), lo, hi, sure (its interval of level
    :data:`SURE` excludes zero), pairs. Intervals: 95 % of the mean over runs.
    """

    scenario: str
    since: int
    until: int
    seed: int
    targets: tuple[Target, ...]
    steps: tuple[Step, ...]
    read_size: Size
    paired_size: Size
    binding: pd.DataFrame
    worth: pd.DataFrame


def bottlenecks(
    scenario: Scenario | str, targets: Sequence[str] = (), seed: int = DEFAULT_SEED, replicates: int | None = None,
    enterprises: int | None = None, workers: int | None = None, progress: Progress | None = None,
) -> Bottlenecks:  # fmt: skip
    """Return which constraints bind in a scenario and what one more unit of each capacity is worth.

    Args:
        scenario: a scenario or its name.
        targets: ids or groups whose numbers the worth is told in; by default those the scenario asks for.
        replicates, enterprises: by default what fits into minutes (:mod:`sim.analysis.budget`).

    Raises:
        CannotAnswer: a target is unknown, only tracked, or due after the scenario's end.
        ScenarioNotFound, ScenarioInvalid: the scenario cannot be read.
    """
    whole_numbers(seed=seed, replicates=replicates, enterprises=enterprises)
    asked = as_scenario(scenario)
    aims, workers = asked_targets(targets, asked), workers or default_workers()
    until = year_of(asked.horizon)
    read = size(1, asked.months, replicates, enterprises, PAIRED[0])
    read = Size(min(read.replicates, READ[1]) if replicates is None else replicates, read.enterprises)
    months = bindings(asked, range(read.replicates), seed, read.enterprises, until, workers, progress)
    pushed = steps(asked)
    due = last_year(aims)
    branch = max(12 * (due - 2020) - SINCE, 1)
    work = 2 * 12 * (due - 2020) + (len(pushed) + 1) * branch
    paired = size(1, work, replicates, enterprises, PAIRED[1])
    variants = [asked, *(with_step(asked, step) for step in pushed)]
    wanted = [list(range(len(variants)))] * paired.replicates
    indicators = tuple(dict.fromkeys(target.indicator for target in aims))
    values = variant_values(
        [asked], variants, wanted, indicators, due, seed, paired.enterprises, workers, progress
    )  # fmt: skip
    since = LAST_OBSERVED_YEAR + 1
    return Bottlenecks(
        asked.name, since, until, seed, tuple(aims), tuple(pushed), read, paired, binding(months, since),
        worth(values, aims, pushed),
    )  # fmt: skip


def steps(scenario: Scenario) -> list[Step]:
    """Return one more unit of every capacity a year (levers that are spread over districts), of growth, and a month
    less of building; a unit is the round number next below a tenth of what is in force."""
    found = []
    for name, entry in catalogue().of_kind("lever").items():
        now = scenario.lever(name, SINCE)
        if entry.spread_by is not None:
            base = now or entry.bounds[1]
            found.append(Step(entry, now, 10.0 ** math.floor(math.log10(base / PART))))
    market, lag = catalogue()[MARKET], catalogue()[LAG]
    growth, usual = scenario.lever(MARKET, SINCE), scenario.uncertainties[LAG].quantile(0.5)
    return [*found, Step(market, growth, POINT), Step(lag, usual, MONTH)]


def with_step(scenario: Scenario, step: Step) -> Scenario:
    """Return the scenario with one step more; districts' own levers stay."""
    name = step.entry.id
    if step.entry.kind == "uncertainty":
        old = scenario.uncertainties[name]
        moved = (old.numbers[0] + step.step, old.numbers[1]) if old.kind == "normal" else (
            tuple(number + step.step for number in old.numbers)
        )  # fmt: skip
        drawn = scenario.uncertainties | {name: Distribution(kind=old.kind, numbers=moved)}
        return scenario.model_copy(update={"uncertainties": drawn})
    later = tuple((month, value + step.step) for month, value in scenario.levers[name] if month > SINCE)
    lever = override(scenario.levers[name], ((SINCE, step.now + step.step), *later))
    return scenario.model_copy(update={"levers": scenario.levers | {name: lever}})


def binding(months: pd.DataFrame, since: int) -> pd.DataFrame:
    """Return shares of months and queues by constraint, district and year (:class:`Bottlenecks`).

    Args:
        months: as :func:`sim.ensemble.bindings.bindings` returns them.
        since: first year that is counted.
    """
    import pandas as pd

    late = months[months["year"] >= since]
    every = late.groupby(["constraint", "district", "replicate"])[["months", "queue"]].mean().reset_index()
    both = pd.concat([late, every.assign(year=0)], ignore_index=True)
    city = both.groupby(["constraint", "year", "replicate"]).agg(months=("months", "mean"), queue=("queue", "sum"))
    city = city.reset_index().assign(district=CITY)
    market = city["constraint"] == "demand"
    city.loc[market, "queue"] /= months["district"].nunique()
    rows = [
        {"constraint": constraint, "district": district, "year": int(year), **_spread(part)}
        for (constraint, district, year), part in _parts(pd.concat([both, city], ignore_index=True))
    ]
    return pd.DataFrame(rows)


def worth(values: pd.DataFrame, targets: Sequence[Target], pushed: Sequence[Step]) -> pd.DataFrame:
    """Return what each step adds to each target's number, from pairs (:class:`Bottlenecks`).

    Args:
        values: as :func:`sim.ensemble.variants.variant_values` returns them; the first variant is without any step.
    """
    import pandas as pd

    rows = []
    for target in targets:
        table = reached(values, target)
        for place, step in enumerate(pushed, start=1):
            pairs = (table[place] - table[0]).dropna().to_numpy(float)
            (low, high), (least, most) = mean_interval(pairs), mean_interval(pairs, SURE)
            rows.append({"id": step.entry.id, "target": target.id, "difference": float(pairs.mean()), "lo": low,
                         "hi": high, "sure": bool(least > 0 or most < 0), "pairs": len(pairs)})  # fmt: skip
    return pd.DataFrame(rows)


def _parts(table: pd.DataFrame) -> Iterator[tuple[tuple[str, str, int], pd.DataFrame]]:
    yield from table.groupby(["constraint", "district", "year"], sort=False)  # type: ignore[misc]


def _spread(part: pd.DataFrame) -> dict[str, float]:
    share, queue = part["months"].to_numpy(float) / 12, part["queue"].to_numpy(float)
    (share_lo, share_hi), (queue_lo, queue_hi) = mean_interval(share), mean_interval(queue)
    return {
        "share": float(share.mean()), "share_lo": max(share_lo, 0.0), "share_hi": min(share_hi, 1.0),
        "queue": float(np.mean(queue)), "queue_lo": max(queue_lo, 0.0), "queue_hi": queue_hi, "runs": len(part),
    }  # fmt: skip
