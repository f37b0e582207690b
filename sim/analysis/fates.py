"""The ledger of fates: which enterprises end elsewhere only because of what differs between two scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.intervals import mean_interval
from sim.ensemble.fates import UNTOUCHED, changed_fates
from sim.ensemble.runner import DEFAULT_SEED
from sim.parallel import Progress, default_workers
from sim.population import ENTERPRISES
from sim.scenario.catalogue import catalogue
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

PAIRS = 32
"""Pairs of runs that are followed enterprise by enterprise: counts of thousands vary little between pairs."""
GROUPS = ("district", "industry", "size", "cause")


def fates(
    base: Scenario, other: Scenario, pairs: int = PAIRS, seed: int = DEFAULT_SEED, enterprises: int = ENTERPRISES,
    workers: int | None = None, progress: Progress | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return how many of the enterprises of January 2021 end elsewhere under ``other`` than under ``base``.

    Returns:
        by, name, firms, lo, hi (mean and 95 % Student interval over the pairs), gained, lost, pairs, clauses. The row
        ``by`` "all" counts all that end elsewhere; each "path" has its net change, with how many end there only under
        ``other`` (gained) and only under ``base`` (lost); "district", "industry" and "size" (all by January 2021) and
        "cause" (lever or parameter behind the new fate, with its clauses) count those that end elsewhere.

    Raises:
        DifferentPopulations, DifferentSeries: the runs cannot be paired.
    """
    table = changed_fates(base, other, range(pairs), seed, enterprises, workers or default_workers(), progress)
    return summary(table, range(pairs))


def summary(table: pd.DataFrame, replicates: Sequence[int]) -> pd.DataFrame:
    """Return what :func:`fates` returns from a table of :func:`sim.ensemble.fates.changed_fates`."""
    import pandas as pd

    entries = catalogue()

    def each(rows: pd.DataFrame) -> pd.Series[float]:
        return rows.groupby("replicate")["firms"].sum().reindex(list(replicates), fill_value=0.0)

    def row(
        by: str, name: str, counts: pd.Series[float], gained: float = np.nan, lost: float = np.nan
    ) -> dict[str, object]:
        low, high = mean_interval(np.asarray(counts, dtype=float))
        clauses = list(entries[name].clauses) if name in entries else []
        return {"by": by, "name": name, "firms": counts.mean(), "lo": low, "hi": high, "gained": gained, "lost": lost,
                "pairs": len(replicates), "clauses": clauses}  # fmt: skip

    found = [row("all", "", each(table))]
    for path in [name for name in (*_paths(), UNTOUCHED) if name in {*table["before"], *table["after"]}]:
        gained, lost = each(table[table["after"] == path]), each(table[table["before"] == path])
        found.append(row("path", path, gained - lost, float(gained.mean()), float(lost.mean())))
    for by in GROUPS:
        rows = [row(by, str(name), each(part)) for name, part in table.groupby(by)]
        found += sorted(rows, key=lambda one: -float(str(one["firms"])))
    return pd.DataFrame(found)


def _paths() -> tuple[str, ...]:
    from sim.abm.events import PATHS

    return PATHS
