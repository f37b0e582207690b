"""The table of observations: every relevant published row, used or not, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np
import pandas as pd

from sim.forecast.book import Book
from sim.forecast.posterior import Posterior
from sim.forecast.readings import KINDS, Reading
from sim.forecast.state_space import Y, design

INDICATORS = (
    "gross_output_above_scale", "sales_output_above_scale", "value_added_above_scale", "revenue_above_scale",
)
COLUMNS = (
    "source", "year", "period", "kind", "kind_zh", "stated", "unit", "value_yi", "lo", "hi", "sd", "residual",
    "grade", "used", "reason", "how", "errors",
)
REASONS = {
    "A012": "疑为全部工业口径（含规下），且只有“突破”",
    "A013": "原文称总产值而数值不符，疑为销售产值；只用于估计产销率",
    "A019": "与A018为同一数字取整",
    "A020": "与A022为同一数字",
    "M029": "由M030与M031推算，不重复使用",
    "M080": "同年有全部工业全年增速A048",
}


def select(
    known: Sequence[Reading], book: Book, grades: str, drop: Sequence[str], first: int, as_of: str | None = None
) -> tuple[list[Reading], dict[Reading, str]]:
    """Return the readings in use, and for each other one the reason (Chinese).

    With ``as_of`` (YYYY-MM-DD), only readings all of whose rows had been published by that day are used.
    """
    refused: dict[Reading, str] = {}
    for reading in known:
        if reading.year < first:
            refused[reading] = f"早于模型起点{first}年"
        elif book.grade(reading.sources) not in grades:
            refused[reading] = f"证据等级{book.grade(reading.sources)}未启用"
        elif dropped := [source for source in reading.sources if source in drop]:
            refused[reading] = f"按要求不使用{'、'.join(dropped)}"
        elif as_of is not None and (published := book.published(reading.sources)) > as_of:
            refused[reading] = f"当时尚未公布（公布日期按{published}计）"
    return [reading for reading in known if reading not in refused], refused


def observation_table(
    known: Sequence[Reading], refused: dict[Reading, str], book: Book, fit: Posterior
) -> pd.DataFrame:
    """Return one row per reading and per relevant published row that is not read.

    ``value_yi`` is the gross output (亿元) the reading implies for its year, the other states at their
    smoothed means, so that every mark can stand on the smoothed path; ``lo`` and ``hi`` are ± 2 s.d. of its
    own noise (an interval of a rounded share comes back whole); ``residual`` is in logs. All four are NaN
    for a row not used.
    """
    rows = [_row(reading, refused.get(reading, ""), book, fit) for reading in known]
    read = {source for reading in known for source in reading.sources}
    rows += [_unread(str(name), row) for name, row in _relevant(book.table).iterrows() if name not in read]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["year", "period", "source"], kind="stable", ignore_index=True)


def _row(reading: Reading, reason: str, book: Book, fit: Posterior) -> dict[str, object]:
    implied = residual = float("nan")
    if not reason:
        smoothed = np.average(fit.mean[:, reading.year - fit.first], axis=0, weights=fit.count)
        residual = reading.log_value - float(design(reading.kind) @ smoothed)
        implied = float(smoothed[Y]) + residual
    low, high = implied - 2 * reading.sd, implied + 2 * reading.sd
    return {
        "source": ";".join(reading.sources), "year": reading.year, "period": reading.period,
        "kind": reading.kind, "kind_zh": KINDS[reading.kind], "stated": reading.stated, "unit": reading.unit,
        "value_yi": exp(implied), "lo": exp(low), "hi": exp(high), "sd": reading.sd, "residual": residual,
        "grade": book.grade(reading.sources), "used": not reason, "reason": reason, "how": reading.how,
        "errors": ";".join(reading.errors),
    }


def _relevant(table: pd.DataFrame) -> pd.DataFrame:
    """City-wide totals of the four quantities, and the plan targets for them."""
    names = table["indicator_id"].astype(str)
    city = table["table"].isin(["annual", "monthly"]) & (table["region"] == "全市")
    wanted = names.isin(INDICATORS) | names.isin([f"target_{name}" for name in INDICATORS])
    return table[city & (wanted | names.eq("cluster_revenue_target"))]


def _unread(name: str, row: pd.Series[Any]) -> dict[str, object]:
    period = str(row["period"])
    year = int(period[:4])
    growing = str(row["measure"]).startswith("yoy")
    value, growth = _number(row["value"]), _number(row["growth_pct"])
    stated, unit = (growth, "%") if np.isnan(value) else (value, "%" if growing else "亿元")
    return {
        "source": name, "year": year, "period": period, "kind": str(row["indicator_id"]),
        "kind_zh": str(row["indicator_zh"]), "stated": stated, "unit": unit, "value_yi": np.nan, "lo": np.nan,
        "hi": np.nan, "sd": np.nan, "residual": np.nan, "grade": str(row["grade"]), "used": False,
        "reason": _reason(name, str(row["indicator_id"]), year), "how": "", "errors": "",
    }


def _reason(name: str, indicator: str, year: int) -> str:
    if "target" in indicator:
        return "规划目标，不是观测"
    if year < 2011:
        return "2010年及以前为500万元旧规上口径，不可比"
    return REASONS.get(name, "同年有更完整的数字，或只覆盖少数月份")


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")
