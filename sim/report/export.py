"""Tidy results for other programs: one table, one row a value."""

from __future__ import annotations

import errno
import io
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble.results import Results

FORMATS = (".csv", ".parquet", ".xlsx")
COLUMNS = ("scenario", "replicate", "period", "indicator", "district", "industry", "site", "value")
WHOLE = "全部"
EXCEL_ROWS = 1_048_575
FORMULA = re.compile(r"\s*([=@\t\r]|[+-](?![0-9]+(\.[0-9]+)?$))")
"""How a text begins that a spreadsheet may compute; a number with a sign is none."""


class CannotExport(ValueError):
    """The file's ending is unknown, its folder is missing, or the table does not fit the format."""


def check_ending(out: Path) -> None:
    """Refuse a file that cannot be written, before anything is run.

    Raises:
        CannotExport: with what is allowed.
    """
    if out.is_dir():
        raise CannotExport(f"{out} 是文件夹，请写明其中的文件名，如 {out / 'out.csv'}。")
    if out.suffix.lower() not in FORMATS:
        raise CannotExport(f"不认识的格式“{out.suffix or out.name}”，文件名应以 {'、'.join(FORMATS)} 之一结尾。")
    if not out.resolve().parent.is_dir():
        raise CannotExport(f"文件夹 {out.parent} 不存在，请先建好。")
    if not os.access(out if out.exists() else out.resolve().parent, os.W_OK):
        raise CannotExport(f"{out} 不能写入，请检查权限，或换一个地方。")


def write_table(results: Results, out: Path) -> int:
    """Write :func:`tidy` by the ending of ``out`` and return the number of rows.

    Raises:
        CannotExport: more rows than an Excel sheet holds.
    """
    frame = tidy(results)
    most = results.runs * EXCEL_ROWS // len(frame)
    write_frame(frame, out, f"，或用 --runs {most} 减少次数")
    return len(frame)


def write_frame(frame: pd.DataFrame, out: Path, or_else: str = "") -> None:
    """Write a table by the ending of ``out``; CSV with Chinese text carries the mark without which Excel garbles it.

    Text that Excel would take for a formula gets an apostrophe before it, in CSV and in Excel; numbers stay numbers.

    Raises:
        CannotExport: more rows than an Excel sheet holds; ``or_else`` tells of another way out.
    """
    ending, made = out.suffix.lower(), io.BytesIO()
    if ending == ".csv":
        text = no_formulas(frame).to_csv(index=False)
        made.write(text.encode("utf-8" if text.isascii() else "utf-8-sig"))
    elif ending == ".parquet":
        frame.to_parquet(made, index=False, compression="zstd")
    elif len(frame) > EXCEL_ROWS:
        raise CannotExport(
            f"共 {len(frame):,} 行，一张 Excel 表只容 {EXCEL_ROWS:,} 行。请改用 .parquet 或 .csv{or_else}。"
        )
    else:
        _write_sheet(no_formulas(frame), made)
    _put(made.getbuffer(), out)


def _write_sheet(frame: pd.DataFrame, made: io.BytesIO) -> None:
    from lxml.etree import SerialisationError

    try:
        frame.to_excel(made, index=False, sheet_name="结果")
    except SerialisationError as error:  # openpyxl drafts each sheet in a temporary file
        raise OSError(errno.ENOSPC, "临时文件写不下", tempfile.gettempdir()) from error


def _put(content: memoryview, out: Path) -> None:
    """Write a file whole or leave what was there: half a table could be taken for all of it."""
    draft = out.with_name(f".{uuid4().hex[:12]}")
    try:
        draft.write_bytes(content)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        error.filename = str(out)  # the reader knows of no draft
        raise


def no_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table none of whose texts or names Excel takes for a formula (OWASP, "CSV Injection")."""
    import pandas as pd

    def harmless(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value

    made = frame.rename(columns=harmless)
    for place, kind in enumerate(frame.dtypes):
        if isinstance(kind, pd.CategoricalDtype):
            if any(harmless(value) != value for value in kind.categories):
                made.isetitem(place, frame.iloc[:, place].astype(object).map(harmless).to_numpy())
        elif not pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_datetime64_any_dtype(kind):
            made.isetitem(place, frame.iloc[:, place].astype(object).map(harmless).to_numpy())
    return made


def tidy(results: Results) -> pd.DataFrame:
    """Indicators by district, and moves by district and industry as ``flow.<path>`` (家, city scale).

    Returns:
        scenario, replicate, period (year), indicator, district, industry, site, value; ``全部`` where a
        dimension is not split.
    """
    import pandas as pd

    values = results.frame.rename(columns={"year": "period"}).assign(industry=WHOLE, site=WHOLE)
    moves = results.flows.rename(columns={"year": "period", "firms": "value"}).assign(site=WHOLE)
    moves["indicator"] = "flow." + moves["path"].astype(str)
    both = pd.concat([values[list(COLUMNS)], moves[list(COLUMNS)]], ignore_index=True)
    return both.sort_values(list(COLUMNS[:-1]), ignore_index=True)
