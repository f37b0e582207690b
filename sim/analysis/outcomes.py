"""The model beside published outcomes it was not fitted to: where it hits, where it misses, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import evidence
from sim.ensemble.results import Results
from sim.indicators import indicator
from sim.tables import Row, rows

if TYPE_CHECKING:
    import pandas as pd

FILE = "outcomes.csv"
COLUMNS = (
    "indicator", "label", "unit", "period", "published", "rule", "p10", "median", "p90", "verdict", "source", "grade",
    "note_zh",
)  # fmt: skip


def outcomes(results: Results, scenario: str) -> pd.DataFrame:
    """Return each published outcome with the model's P10, median and P90 of that year or, between two Decembers, month.

    ``verdict``: inside the 80 % interval, or the model is low or high. An outcome known only as "more than" (rule
    ">=") is met by any run above it.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
    """
    import pandas as pd

    results.require_sound()
    return pd.DataFrame([_row(results, scenario, row) for row in rows(FILE)], columns=list(COLUMNS))


def _row(results: Results, scenario: str, row: Row) -> dict[str, object]:
    entry, published = indicator(row["indicator"]), float(row["value"])
    p10, median, p90 = _at(results.values(scenario, entry.id), row["period"]).quantile([0.1, 0.5, 0.9])
    low = p90 < published
    high = p10 > published and row["rule"] == "="
    return {
        "indicator": entry.id, "label": entry.label_zh, "unit": entry.unit, "period": row["period"],
        "published": published, "rule": row["rule"], "p10": p10, "median": median, "p90": p90,
        "verdict": "low" if low else "high" if high else "inside", "source": row["source"],
        "grade": evidence.clause(row["source"]).grade, "note_zh": row["note_zh"],
    }  # fmt: skip


def _at(yearly: pd.DataFrame, period: str) -> pd.Series[float]:
    """Value of each run at the end of a year, or of a month by a straight line from the December before."""
    year, _, month = period.partition("-")
    end = yearly[int(year)]
    return end if not month else end + (int(month) / 12 - 1) * (end - yearly[int(year) - 1])
