"""A long table ``unique_id, ds, y``: one checked, gap-free array a series, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.forecast.calendar import Calendar, CalendarInvalid, frequency, read_calendar
from sim.forecast.members import Array
from sim.tables import near

COLUMNS = ("unique_id", "ds", "y")
OFTEN = {
    "unique_id": ("id", "name", "series", "序列", "名称", "指标", "编号"),
    "ds": ("date", "time", "period", "month", "year", "日期", "时间", "时期", "月份", "年份"),
    "y": ("value", "values", "数值", "值", "数据", "产值"),
}
"""What the columns are often called."""
SHORTEST = 3
"""Points below which nothing can be said about growth and its spread."""
WHOLE_YEARS, TIMES = 3, 0.5
"""What makes a series year-to-date sums: so many whole years, in each of which the last period is so many times the
number of periods larger than the first."""
LARGEST = 1e300
"""Beyond this sums overflow."""


class TableInvalid(ValueError):
    """The file is not a long table of series."""


@dataclass(frozen=True)
class Series:
    """``values`` (n,), oldest first, one a period, up to ``calendar.last``."""

    name: str
    values: Array
    calendar: Calendar


@dataclass(frozen=True)
class Refused:
    """A series that is not forecast, and why."""

    name: str
    reason: str


def read_table(path: Path) -> pd.DataFrame:
    """Return the long table of a CSV or Parquet file; cells of a CSV stay text.

    Raises:
        TableInvalid: not there, not readable, or without the three columns.
    """
    try:
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=_encoding(path))
    except FileNotFoundError:
        raise TableInvalid(f"没有文件 {path}。") from None
    except (ValueError, OSError, UnicodeError, ImportError) as error:
        raise TableInvalid(f"{path} 读不出来：{error}") from None
    return check_columns(frame)


def check_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame if it has the three columns.

    Raises:
        TableInvalid: with what is missing and what it may have been called.
    """
    frame = frame.rename(columns=lambda name: str(name).strip().lstrip("\ufeff"))
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        others = [str(name) for name in frame.columns if name not in COLUMNS]
        likely = {name: next((other for other in others if other.lower() in OFTEN[name]), "") for name in missing}
        hints = [f"{other} 似应改名为 {name}" if other else near(name, others) for name, other in likely.items()]
        raise TableInvalid(
            f"缺少列 {'、'.join(missing)}；现有列：{'、'.join(map(str, frame.columns))}。"
            "长表须有三列：unique_id（序列名）、ds（日期或整数）、y（数值）。" + "；".join(filter(None, hints))
        )
    if frame.empty:
        raise TableInvalid("表中没有数据行。")
    return frame


def split(frame: pd.DataFrame, freq: str | None = None) -> Iterator[Series | Refused]:
    """Yield each series of a long table in order of first appearance.

    Raises:
        FrequencyUnknown: ``freq`` is none of MS, QS, YS and their aliases.
    """
    given = frequency(freq) if freq else None
    for key, rows in frame.groupby("unique_id", sort=False, dropna=False):
        name = "" if pd.isna(key) else str(key)
        try:
            yield _series(name, rows, given)
        except CalendarInvalid as error:
            yield Refused(name, str(error))


def _series(name: str, rows: pd.DataFrame, given: str | None) -> Series | Refused:
    values = pd.to_numeric(rows["y"].replace("", np.nan), errors="coerce").to_numpy(dtype=float)
    written = rows["y"].astype(str).fillna("").str.strip()
    words = rows.loc[np.isnan(values) & ~written.str.lower().isin(["", "nan", "none", "<na>"]).to_numpy(), "y"]
    if len(words):
        return Refused(name, f"y 中“{words.iloc[0]}”不是数字（不带千位逗号和单位）。")
    if np.any(np.abs(values) > LARGEST):
        return Refused(name, f"y 中有无穷大或超过 {LARGEST:g} 的数。")
    known = ~np.isnan(values)
    if np.sum(known) < SHORTEST:
        return Refused(name, f"只有 {int(np.sum(known))} 个数，至少要 {SHORTEST} 个。")
    calendar, order = read_calendar(list(rows["ds"][known]), given)
    if _to_date(values[known][order], calendar):
        return Refused(name, "似为年初累计（年内逐期上升，到新年又落下）。请先换成当期数：本期累计减上期累计。")
    return Series(name, values[known][order], calendar)


def _to_date(values: Array, calendar: Calendar) -> bool:
    """Whether the values are sums since the year began: rising within each of three years and more, to a multiple of
    the first that no season explains."""
    if not calendar.dated or calendar.season == 1:
        return False
    years = np.array([calendar.year(period) for period in calendar.back(values.size)])
    whole = [values[years == year] for year in np.unique(years) if np.sum(years == year) == calendar.season]
    return len(whole) >= WHOLE_YEARS and all(
        np.all(np.diff(each) > 0) and each[-1] > TIMES * calendar.season * each[0] > 0 for each in whole
    )


def _encoding(path: Path) -> str:
    """UTF-8, or what Excel on a Chinese Windows saves."""
    try:
        path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
