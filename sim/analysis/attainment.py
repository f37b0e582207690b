"""P(target): how many runs reach each published target, with the interval that the number of runs supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import own
from sim.analysis.given import sound
from sim.analysis.intervals import wilson
from sim.ensemble.results import Results
from sim.indicators import indicators
from sim.registry import Target, chosen

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "scenario", "id", "group", "label", "indicator", "deadline", "threshold", "unit", "direction", "reading",
    "probability", "ci_low", "ci_high", "p10", "median", "p90", "runs", "basis", "state", "sources", "document",
    "article", "observed", "observed_year", "observed_source",
)  # fmt: skip


def targets(results: Results, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every target of the registry, one row a reading and scenario; tracked-only ones carry no probability.

    The columns ``observed…`` hold the newest figure of the user's own up to the deadline, if there is one.

    Args:
        results: an ensemble with at most 1 % failed runs.
        only: target ids or groups; all when empty.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
        DataInvalid: a file in ``data/own/`` is not as it should be.
    """
    import pandas as pd

    sound(results)
    known = own.figures()
    rows = [
        _row(results, scenario, target) | _observed(target, known)
        for scenario in results.stamp["scenarios"]
        for target in chosen(only)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def reached_value(results: Results, scenario: str, target: Target) -> pd.Series | None:
    """The number each run holds against the threshold; None when the runs end before the deadline."""
    return held(results.values(scenario, target.indicator), target)


def held(table: pd.DataFrame, target: Target) -> pd.Series | None:
    """What is held against the threshold in each row of an indicator's values by year (columns); None without the
    deadline's year."""
    year = int(target.deadline[:4])
    if year not in table.columns:
        return None
    start = int(str(target.period_start)[:4]) if target.period_start else None
    if target.mode == "every_year":
        years = [column for column in map(int, table.columns) if (start or year) <= column <= year]
        return table[years].min(axis=1) if target.direction == ">=" else table[years].max(axis=1)
    since = indicators()[target.indicator].since
    if target.mode == "cumulative" and start is not None and since is not None and start > since:
        return table[year] - table[start - 1]
    return table[year]


def met(values: pd.Series, target: Target) -> pd.Series[bool]:
    """Which of the values held against it reach the target."""
    hit: pd.Series[bool] = target.reached_by(values)
    return hit


def _observed(target: Target, known: dict[str, list[own.Figure]]) -> dict[str, object]:
    figure = own.latest(target, known)
    if figure is None:
        return {}
    return {"observed": figure.value, "observed_year": figure.year, "observed_source": figure.source}


def _row(results: Results, scenario: str, target: Target) -> dict[str, object]:
    row: dict[str, object] = {
        "scenario": scenario, "id": target.id, "group": target.group, "indicator": target.indicator,
        **target.columns(), "basis": target.basis, "state": target.state, "sources": ";".join(target.sources),
        "document": target.document, "article": target.article, "runs": 0,
    }  # fmt: skip
    values = None if target.basis == "tracked" else reached_value(results, scenario, target)
    if values is None:
        return row
    values = values.dropna()
    hit = met(values, target)
    low, high = wilson(int(hit.sum()), len(values))
    p10, median, p90 = np.quantile(values, [0.1, 0.5, 0.9])
    return row | {
        "probability": float(hit.mean()), "ci_low": low, "ci_high": high,
        "p10": p10, "median": median, "p90": p90, "runs": len(values),
    }  # fmt: skip
