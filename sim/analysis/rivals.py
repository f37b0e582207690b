"""Simple rivals of the model, from what was published by 2020: no change, and a straight line.

A stock or yearly figure stays as it was or goes on as between the last two; a count that accumulates goes on at the
last yearly number or along its line. Logistic growth needs three figures and a ceiling; who has them is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.tables import Row, rows

if TYPE_CHECKING:
    import pandas as pd

FILE = "validation/history.csv"
START = 2020
COLUMNS = ("indicator", "label", "period", "published", "model", "no_change", "drift", "best", "figures", "sources")
LOGISTIC_NEEDS = 3


def rivals(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return, for each published outcome, the model's median and what the rivals say (NaN: too few figures), the
    ``best`` (least absolute error; ``model``, ``no_change`` or ``drift``; empty without a rival), and how many figures
    there were by 2020.

    Args:
        outcomes: as :func:`sim.analysis.outcomes.outcomes` returns them; those known only as "more than" are left out.
    """
    import pandas as pd

    found = []
    for row in outcomes[outcomes["rule"] == "="].to_dict("records"):
        history = [each for each in rows(FILE) if each["indicator"] == row["indicator"]]
        said = {"model": float(row["median"]), **forecasts(history, str(row["period"]))}
        errors = {name: abs(value - row["published"]) for name, value in said.items() if np.isfinite(value)}
        found.append({
            "indicator": row["indicator"], "label": row["label"], "period": row["period"],
            "published": row["published"], **said, "figures": len(history),
            "best": min(errors, key=lambda name: errors[name]) if len(errors) > 1 else "",
            "sources": ";".join(each["sources"] for each in history),
        })  # fmt: skip
    return pd.DataFrame(found, columns=list(COLUMNS))


def forecasts(history: Sequence[Row], period: str) -> dict[str, float]:
    """Return what ``no_change`` and ``drift`` say of a year, or of the count from 2021 to the end of a month."""
    nothing = {"no_change": float("nan"), "drift": float("nan")}
    if not history:
        return nothing
    ordered = sorted(history, key=lambda row: row["period"])
    last, year = float(ordered[-1]["value"]), int(ordered[-1]["period"])
    slope = float("nan")
    if len(ordered) > 1:
        slope = (last - float(ordered[-2]["value"])) / (year - int(ordered[-2]["period"]))
    elapsed = _years(period)
    if ordered[-1]["kind"] == "level":
        return {"no_change": last, "drift": last + slope * (START + elapsed - year)}
    # yearly numbers last + slope × (1, 2, …), the last of them in part
    whole = int(elapsed)
    steps = sum(range(1, whole + 1)) + (elapsed - whole) * (whole + 1)
    return {"no_change": last * elapsed, "drift": last * elapsed + slope * steps}


def _years(period: str) -> float:
    """Years from the end of 2020 to the end of a year or month."""
    year, _, month = period.partition("-")
    return int(year) - START - (1 - int(month) / 12 if month else 0)
