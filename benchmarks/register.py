"""``python -m benchmarks.register``: checking and filling up a register of generated enterprises, by size and format.

Each size and format is read in a process of its own, start and imports included, as ``tenglong check`` would.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from tests.registers import MAPPING, register

SIZES = tuple((rows, ending) for rows in (73_000, 1_000_000) for ending in (".csv", ".parquet", ".xlsx"))
DRAWN = 73_000
"""Enterprises that are made; a larger register repeats them under other codes."""
FIGURES = ("工业总产值", "增加值", "实缴税收", "从业人数", "用地面积", "建筑面积")


def generated(rows: int) -> pd.DataFrame:
    """A register of so many enterprises, one in fifty without employees, one in fifty with full-width figures."""
    frame = register(min(rows, DRAWN))
    many = frame.iloc[np.arange(rows) % len(frame)].reset_index(drop=True)
    many["统一社会信用代码"] = [f"91330200MA{number:08d}" for number in range(rows)]
    many.loc[::50, "从业人数"] = ""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    many.loc[1::50, "用地面积"] = many.loc[1::50, "用地面积"].str.translate(wide)
    return many


def written(frame: pd.DataFrame, path: Path) -> None:
    """Write a register; in Excel its plain figures are numbers, and rows are written as they come."""
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("名录")
        sheet.append(list(frame.columns))
        for row in zip(*(_numbers_where(frame[name]) for name in frame.columns), strict=True):
            sheet.append(row)
        book.save(path)


def _numbers_where(column: pd.Series) -> list[float | str | None]:
    """A column's cells: figures written plainly as numbers, full-width ones and words as they are, none where empty."""
    if column.name not in FIGURES:
        return list(column)
    return [float(cell) if cell.isascii() and cell else cell or None for cell in column]


def measure(path: Path) -> tuple[float, float, float, str]:
    """Seconds, seconds of processor, most memory (MB) and exit of ``tenglong check`` on a register."""
    words = [sys.executable, "-m", "sim.cli", "check", str(path), "--mapping", str(path.with_name("m.yaml"))]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        started = time.perf_counter()
        child = os.posix_spawn(sys.executable, words, os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, said.fileno(), stream) for stream in (1, 2)
        ])  # fmt: skip
        _, status, used = os.wait4(child, 0)
        took = time.perf_counter() - started
        said.seek(0)
        first = said.readline().strip()
    code = os.waitstatus_to_exitcode(status)
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, f"{code}：{first}"


def main() -> None:
    heading = ("enterprises", "format", "MB of file", "s", "s of processor", "most MB", "exit, first line")
    print(f"| {' | '.join(heading)} |\n|{'---|' * len(heading)}")
    with tempfile.TemporaryDirectory() as folder:
        for rows, ending in SIZES:
            path = Path(folder) / f"register{ending}"
            path.with_name("m.yaml").write_text(MAPPING, encoding="utf-8")
            written(generated(rows), path)
            took, used, peak, said = measure(path)
            size = path.stat().st_size / 1e6
            print(f"| {rows:,} | {ending} | {size:.0f} | {took:.1f} | {used:.1f} | {peak:.0f} | {said} |", flush=True)


if __name__ == "__main__":
    main()
