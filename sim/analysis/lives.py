"""Lives of single enterprises, read from the ledger of events of one run and from its columns month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site
from sim.ensemble.batch import model_of
from sim.ensemble.runner import DEFAULT_SEED, demand_paths, job_of
from sim.scenario.months import month_text
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel

ENDS: Mapping[str, tuple[str, ...]] = {
    "closed": ("eliminated", "closed"), "park": ("relocated",), "upstairs": ("upstairs",),
}  # fmt: skip
"""What the three lives end in: paths of the ledger."""
AFTERWARDS = 36
"""Months that a life should still be seen after what it ends in."""
WATCHED = ("output_wan", "grade", "listed", "site", "stage", "tax_per_mu")


@dataclass(frozen=True)
class Life:
    """One synthetic enterprise from January 2021 on.

    ``of``: a key of :data:`ENDS`. ``start``: its columns in January 2021. ``months``: a row a month with month
    (YYYY-MM) and the columns :data:`WATCHED` after it. ``events``: its rows of the ledger, as
    :meth:`sim.abm.events.EventLog.to_frame` gives them.
    """

    of: str
    enterprise: int
    start: Mapping[str, Any]
    months: pd.DataFrame
    events: pd.DataFrame


def lives(scenario: Scenario, seed: int = DEFAULT_SEED, replicate: int = 0, enterprises: int = 5_000) -> list[Life]:
    """Return a life of each kind of :data:`ENDS` that somebody of January 2021 had in one run.

    The run is made twice: once to read from its ledger who ended so (the last thing that happened to it is one of these
    paths; of several the largest that has some years left to be seen and began on a scattered plot, if there is one),
    and once more, with the same luck and so the same events, to watch them.
    """
    import pandas as pd

    job = job_of(scenario, replicate, seed, demand_paths([replicate], seed, scenario))
    first, again = (model_of(scenario, job, seed, enterprises) for _ in range(2))
    begun = first.enterprises.to_frame().set_index("id")
    first.run()
    ledger = first.events.to_frame()
    last = ledger.drop_duplicates("enterprise", keep="last").set_index("enterprise")
    last["early"] = last["month"].astype(str) <= month_text(scenario.horizon - AFTERWARDS)
    found = {kind: _largest(begun, last[last["path"].isin(paths)]) for kind, paths in ENDS.items()}
    chosen = {kind: who for kind, who in found.items() if who is not None}
    watched = _watched(again, begun.index.get_indexer(pd.Index(list(chosen.values()))))
    return [
        Life(kind, who, _row(begun, who), months, ledger[ledger["enterprise"] == who])
        for (kind, who), months in zip(chosen.items(), watched, strict=True)
    ]


def _row(begun: pd.DataFrame, who: int) -> dict[str, Any]:
    return {str(name): value for name, value in begun.loc[who].items()}


def _largest(begun: pd.DataFrame, ends: pd.DataFrame) -> int | None:
    """Return the largest by demand of those with these ends; of those that are early, and began on scattered plots, if
    there are any. None of nobody."""
    mine = begun.join(ends["early"], how="inner")
    for wanted in (mine["early"], mine["site"] == Site.SCATTERED):
        some = mine[wanted.loc[mine.index]]
        mine = mine if some.empty else some
    return None if mine.empty else int(mine.index.to_numpy()[mine["demand_wan"].to_numpy().argmax()])


def _watched(model: IndustrialUpgradeModel, rows: NDArray[np.intp]) -> list[pd.DataFrame]:
    """Run a model to its end and return the months of the enterprises in these rows."""
    import pandas as pd

    seen = []
    while model.running:
        model.step()
        firms = model.enterprises
        seen.append([np.asarray(getattr(firms, name))[rows] for name in WATCHED])
    months = [month_text(month) for month in range(len(seen))]
    return [
        pd.DataFrame([[column[place] for column in month] for month in seen], months, list(WATCHED))
        .rename_axis("month").reset_index()
        for place in range(len(rows))
    ]
