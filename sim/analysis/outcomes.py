"""The model beside published outcomes it was not fitted to: where it hits, where it misses, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import evidence
from sim.analysis.given import sound
from sim.ensemble.results import Results
from sim.indicators import indicator
from sim.tables import Row, rows

if TYPE_CHECKING:
    import pandas as pd

FILE, MISSES = "outcomes.csv", "validation/misses.csv"
COLUMNS = (
    "indicator", "label", "unit", "period", "published", "rule", "p10", "median", "p90", "verdict", "source", "grade",
    "note_zh", "reason_zh", "basis_zh",
)  # fmt: skip


def outcomes(results: Results, scenario: str) -> pd.DataFrame:
    """Return each published outcome with the model's P10, median and P90 of that year or, between two Decembers, month.

    ``verdict``: inside the 80 % interval, or the model is low or high. An outcome known only as "more than" (rule
    ">=") is met by any run above it. ``reason_zh`` and ``basis_zh`` are what is known of a miss, empty for a hit or
    where nobody has looked into it.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
    """
    import pandas as pd

    sound(results)
    return pd.DataFrame([_row(results, scenario, row) for row in rows(FILE)], columns=list(COLUMNS))


def label(indicators: str) -> str:
    """Name an indicator, or several that are added up (``one+other``)."""
    return "＋".join(indicator(name).label_zh for name in indicators.split("+"))


def at(results: Results, scenario: str, indicators: str, period: str) -> pd.Series[float]:
    """Value of each run at the end of a year, or of a month by a straight line from the December before."""
    parts = [_at(results.values(scenario, name), period) for name in indicators.split("+")]
    return sum(parts[1:], start=parts[0])


def _row(results: Results, scenario: str, row: Row) -> dict[str, object]:
    published = float(row["value"])
    p10, median, p90 = at(results, scenario, row["indicator"], row["period"]).quantile([0.1, 0.5, 0.9])
    low = p90 < published
    high = p10 > published and row["rule"] == "="
    verdict = "low" if low else "high" if high else "inside"
    why = miss(row["indicator"], verdict, row["period"])
    return {
        "indicator": row["indicator"], "label": label(row["indicator"]),
        "unit": indicator(row["indicator"].partition("+")[0]).unit, "period": row["period"],
        "published": published, "rule": row["rule"], "p10": p10, "median": median, "p90": p90,
        "verdict": verdict, "source": row["source"],
        "grade": evidence.clause(row["source"]).grade, "note_zh": row["note_zh"],
        "reason_zh": why.get("reason_zh", ""), "basis_zh": why.get("basis_zh", ""),
    }  # fmt: skip


def miss(name: str, verdict: str, period: str = "") -> Row:
    """What is known of a miss of an outcome, or of a pattern (no period): reason_zh, basis_zh; nothing of a hit."""
    known = {(each["indicator"], each["period"], each["verdict"]): each for each in rows(MISSES)}
    return known.get((name, period, verdict), {})


def _at(yearly: pd.DataFrame, period: str) -> pd.Series[float]:
    year, _, month = period.partition("-")
    end = yearly[int(year)]
    return end if not month else end + (int(month) / 12 - 1) * (end - yearly[int(year) - 1])
