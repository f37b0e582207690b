"""Many variants of a scenario under the same luck, for questions that need hundreds of them.

Variants that differ only from some month on share every month before it: each replicate makes that past once and copies
it (:meth:`sim.abm.model.IndustrialUpgradeModel.fork`). What comes out is what :func:`sim.ensemble.runner.run` gives for
the same scenario, seed and replicate; kept in ``runs/variants/``. Work that was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.ensemble.branches import branches, of_one_past
from sim.ensemble.kept import Parts, folder_of, keep, kept, stamp_about
from sim.ensemble.results import anchor, anchor_factors
from sim.ensemble.runner import demand_paths, job_of
from sim.ensemble.stamp import data_digest, require_data
from sim.parallel import Progress, as_they_end
from sim.regions import CITY
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble.batch import Job

FOLDER, TABLE = "variants", "values"
TOGETHER = 48
"""Variants a task makes from one shared past: few enough to show progress, enough that the past costs little."""

Work = tuple[int, dict[int, Scenario]]
"""A replicate and the variants to make of it, by place."""


def variant_values(
    sources: Sequence[Scenario], variants: Sequence[Scenario], wanted: Sequence[Sequence[int]],
    indicators: Sequence[str], until: int, seed: int, enterprises: int, workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the city's indicators of variants, one row a variant, replicate and year, one column an indicator.

    Args:
        sources: the scenarios that the question is about; the tables are listed under the last one's name, and are of
            use as long as none of them is changed.
        variants: scenarios of one horizon and one output series.
        wanted: for each replicate in turn, the places in ``variants`` to make.
        until: last year of interest; nothing later is simulated.
        progress: counts the runs that are still to be made; those of an interrupted call are not among them.

    Returns:
        variant (place in ``variants``), replicate, year, and the indicators, output anchored to the forecast paths.
    """
    import pandas as pd

    replicates = range(len(wanted))
    digests = [variant.digest for variant in variants]
    content = [digests, [list(places) for places in wanted], list(indicators), until, seed, enterprises]
    begun = data_digest()
    folder = folder_of(FOLDER, sources[-1].name, content)
    if found := kept(folder, [TABLE]):
        if progress is not None:
            progress(1, 1)
        return found[0][TABLE]
    demand = demand_paths(replicates, seed, variants[0])
    items = [
        (replicate, {place: variants[place] for place in places[start : start + TOGETHER]})
        for replicate, places in zip(replicates, wanted, strict=True)
        for start in range(0, len(places), TOGETHER)
    ]
    work = partial(
        _make_item, demand=demand, indicators=tuple(indicators), until=until, seed=seed, enterprises=enterprises
    )  # fmt: skip
    parts = Parts(folder)
    tables = parts.read()
    left = [(place, item) for place, item in enumerate(items) if place not in tables]
    asked, done = sum(len(item[1]) for _, item in left), 0
    if progress is not None:
        progress(done, asked)
    for place, table in as_they_end(work, left, workers):
        require_data(begun)
        parts.write(place, table)
        tables[place] = table
        done += table["variant"].nunique()
        if progress is not None:
            progress(done, asked)
    total = sum(len(places) for _, places in items)
    whole = pd.concat(list(tables.values()), ignore_index=True)
    whole = whole.sort_values(["variant", "replicate", "year"], ignore_index=True)
    keep(folder, {TABLE: whole}, stamp_about(sources[-1], seed, enterprises, total, sources[:-1]), begun)
    parts.remove()
    return whole


def _make_item(item: tuple[int, Work], **given: Any) -> tuple[int, pd.DataFrame]:
    return item[0], _make(item[1], **given)


def _make(
    work: Work, demand: pd.DataFrame, indicators: tuple[str, ...], until: int, seed: int, enterprises: int
) -> pd.DataFrame:  # fmt: skip
    """Make some variants of one replicate, each group with its own shared past, and the references they rest on."""
    import pandas as pd

    replicate, scenarios = work
    path = demand[demand["replicate"] == replicate]
    rules = {place: repr((scenario.structure, scenario.horizon)) for place, scenario in scenarios.items()}
    of_rules = {rule: scenarios[place].reference() for place, rule in rules.items()}
    references = {place: of_rules[rule] for place, rule in rules.items()}
    every = {item.digest: item for item in (*references.values(), *scenarios.values())}
    made = {}
    for group in of_one_past(list(every.values())):
        job = job_of(group[0], replicate, seed, path)
        made.update(_run(group, job, seed, enterprises, until))
    kind = {place: references[place].digest for place in scenarios}
    tables = []
    for key in dict.fromkeys(kind.values()):  # one table a reference: pandas costs more than a small run does
        frames = [made[scenarios[place].digest].assign(variant=place) for place in scenarios if kind[place] == key]
        raw = pd.concat(frames, ignore_index=True)
        tables.append(anchor(raw, anchor_factors(made[key], path)))
    whole = pd.concat(tables, ignore_index=True).assign(replicate=replicate)
    return whole.sort_values(["variant", "year"], ignore_index=True).reindex(
        columns=["variant", "replicate", "year", *indicators]
    )


def _run(group: list[Scenario], job: Job, seed: int, enterprises: int, until: int) -> dict[str, pd.DataFrame]:
    """Raw cells of the city of each scenario by its digest."""
    made = {}
    for scenario, model in branches(group, job, seed, enterprises, until):
        raw = model.cells()
        made[scenario.digest] = raw[raw["district"] == CITY].assign(replicate=job.replicate)
    return made
