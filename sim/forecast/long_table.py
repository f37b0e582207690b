"""A long table ``unique_id, ds, y`` as people bring it: a file or a data frame, its columns under their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.own.cells import REQUIRED
from sim.spreadsheets import Unreadable, content_of, read_sheet
from sim.tables import near

COLUMNS = ("unique_id", "ds", "y")
OFTEN = {
    "unique_id": ("id", "name", "series", "序列", "名称", "指标", "编号"),
    "ds": ("date", "time", "period", "month", "year", "日期", "时间", "时期", "月份", "年份"),
    "y": ("value", "values", "数值", "值", "数据", "产值"),
}
"""What the columns are often called."""
LINE = "行"
"""Name of the index of a table that was read from a file with lines: their numbers."""
NOTE = "note"
"""Name in ``attrs`` of what the reader should know of how a file was read."""
PARQUET = b"PAR1"


class TableInvalid(ValueError):
    """The file is not a long table of series."""


def read_table(path: Path) -> pd.DataFrame:
    """Return the long table of a text file (CSV), a workbook of Excel or a Parquet file.

    What is no Parquet has cells of text, and the index :data:`LINE`. One's own monthly output series (period, value,
    kind; CSV or Excel) becomes such a table of numbers, without lines: its own problems were told with theirs. A file
    of ``ds`` and ``y`` alone is one series of the file's name, as ``attrs[NOTE]`` says.

    Raises:
        TableInvalid: not there, not readable, or without the three columns.
        DataInvalid: with every problem of a monthly output series.
    """
    try:
        if path.suffix.lower() == ".parquet" or content_of(path).startswith(PARQUET):
            return check_columns(_parquet(path))
        sheet = read_sheet(path)
    except Unreadable as error:
        raise TableInvalid(str(error)) from None
    if set(REQUIRED) <= set(sheet.header) and not set(COLUMNS) <= set(sheet.header):
        from sim.forecast.own_table import own_table  # which builds on this

        return own_table(path)
    alone = sorted(name.lower() for name in sheet.header if name) == ["ds", "y"]
    header = _named([*sheet.header, *(["unique_id"] if alone else [])])
    index = pd.Index([line for line, _ in sheet.rows], name=LINE)
    rows = [[*cells, path.stem] if alone else cells for _, cells in sheet.rows]
    data = [[cells[header.index(name)] for name in COLUMNS] for cells in rows]
    if not data:
        raise TableInvalid("表中没有数据行。")
    frame = pd.DataFrame(data, index=index, columns=list(COLUMNS), dtype=object)
    if alone:
        frame.attrs[NOTE] = f"表里没有 unique_id 一列，当作一个序列，取文件名 {path.stem}。"
    return frame


def check_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the three columns under their names.

    Raises:
        TableInvalid: with what is missing and what it may have been called, or what is there twice.
    """
    named = frame.set_axis(_named([str(name) for name in frame.columns]), axis=1)
    if named.empty:
        raise TableInvalid("表中没有数据行。")
    return named


def _named(header: Sequence[str]) -> list[str]:
    """Names without spaces and marks around them, the three in lower case."""
    plain = [name.strip().lstrip("\ufeff").strip() for name in header]
    names = [name.lower() if name.lower() in COLUMNS else name for name in plain]
    for name in COLUMNS:
        places = [str(place) for place, other in enumerate(names, 1) if other == name]
        if len(places) > 1:
            raise TableInvalid(f"列 {name} 出现 {len(places)} 次（第 {'、'.join(places)} 列），只能有一列。")
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        others = [name for name in names if name and name not in COLUMNS]
        likely = {name: next((other for other in others if other.lower() in OFTEN[name]), "") for name in missing}
        hints = [f"{other} 似应改名为 {name}" if other else near(name, others) for name, other in likely.items()]
        if missing == ["unique_id", "y"] and len(others) > 1 and not any(hints):
            hints = [_to_long(others)]
        raise TableInvalid(
            f"缺少列 {'、'.join(missing)}；现有列：{'、'.join(filter(None, names))}。"
            "长表首行须有三列：unique_id（序列名）、ds（日期或整数）、y（数值）。" + "；".join(filter(None, hints))
        )
    return names


def _to_long(others: Sequence[str]) -> str:
    """How a wide table becomes a long one."""
    named = "、".join(others[:3]) + ("等" if len(others) > 3 else "")
    return (
        f"若 {named}各是一个序列，这是宽表，请改成长表：每个序列的每一期占一行，"
        f"列名写进 unique_id（如 {others[0]},2020,12.3）。"
        "Excel 里：数据 → 自表格/区域 → 选中 ds 列 → 转换 → 逆透视其他列，再改三列的名字。"
    )


def _parquet(path: Path) -> pd.DataFrame:
    content_of(path)
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError, ImportError) as error:
        raise TableInvalid(f"{path} 不是完好的 Parquet 文件：{error}") from None
