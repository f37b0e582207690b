"""What a forecast on one's own series shows of its evidence: yearly totals only, never a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import numpy as np
import pandas as pd

from sim.forecast.observations import COLUMNS
from sim.forecast.readings import KINDS, Reading
from sim.forecast.year_to_date import growth
from sim.own.cells import Month

GRADE = "own"
REPLACED = "产值改用自备的月度序列；公开数据只用于估计产值与增加值之比"
ONLY_BESIDE = "可比样本增速与两年总量之比本不相同，只作对照"


def year_readings(name: str, known: Mapping[int, float]) -> list[Reading]:
    """Return the totals of the whole years as readings without noise."""
    return [
        Reading((name,), year, str(year), "level", total, "亿元", log(total), 0.0, "自备月度序列的全年合计")
        for year, total in known.items()
    ]


def own_observations(
    name: str, rows: Sequence[Month], known: Mapping[int, float], public: pd.DataFrame
) -> pd.DataFrame:
    """Return the table of observations: totals in use, growth of whole years beside them, public figures.

    Columns as in the evidence model's table; a growth rate's ``residual`` is log growth of the totals less its own,
    ``sd`` its rounding. Public figures stay in use for the years before the series, and are marked replaced from
    then on.
    """
    totals = [_level(reading) for reading in year_readings(name, known)]
    rates = [_rate(name, row, known) for row in rows if row.month == 12 and row.growth_pct]
    kept = public.copy()
    replaced = kept["used"].astype(bool) & (kept["year"] >= min(known))
    kept.loc[replaced, ["value_yi", "lo", "hi", "sd", "residual"]] = np.nan
    kept.loc[replaced, "reason"], kept.loc[replaced, "how"] = REPLACED, ""
    kept.loc[replaced, "used"] = False
    own = pd.DataFrame([*totals, *rates], columns=list(COLUMNS))
    table = pd.concat([own, kept], ignore_index=True)
    return table.sort_values(["year", "period", "source"], kind="stable", ignore_index=True)


def _level(reading: Reading) -> dict[str, object]:
    value = reading.stated
    return {
        "source": reading.sources[0], "year": reading.year, "period": reading.period, "kind": reading.kind,
        "kind_zh": KINDS[reading.kind], "stated": reading.stated, "unit": reading.unit, "value_yi": value, "lo": value,
        "hi": value, "sd": 0.0, "residual": 0.0, "grade": GRADE, "used": True, "reason": "", "how": reading.how,
        "errors": "",
    }  # fmt: skip


def _rate(name: str, row: Month, totals: Mapping[int, float]) -> dict[str, object]:
    published, rounding = growth(row.growth_pct)
    both = row.year in totals and row.year - 1 in totals
    levels = log(totals[row.year] / totals[row.year - 1]) if both else np.nan
    return {
        "source": name, "year": row.year, "period": str(row.year), "kind": "nominal_growth",
        "kind_zh": KINDS["nominal_growth"], "stated": row.growth, "unit": "%", "value_yi": np.nan, "lo": np.nan,
        "hi": np.nan, "sd": rounding, "residual": levels - published, "grade": GRADE, "used": False,
        "reason": ONLY_BESIDE, "how": "", "errors": "",
    }  # fmt: skip
