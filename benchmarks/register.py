"""``python -m benchmarks.register``: checking and filling up a register of generated enterprises, by size and format.

Each size and format is read in a process of its own, start and imports included, as ``tenglong check`` would.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tests.registers import MAPPING, register

SIZES = tuple((rows, ending) for rows in (73_000, 1_000_000) for ending in (".csv", ".parquet", ".xlsx"))
DRAWN = 73_000
"""Enterprises that are made; a larger register repeats them under other codes and slightly other figures."""


def generated(rows: int) -> pd.DataFrame:
    """A register of so many enterprises, one in fifty without employees, one in fifty with full-width figures."""
    frame = register(min(rows, DRAWN))
    many = frame.iloc[np.arange(rows) % len(frame)].reset_index(drop=True)
    many["统一社会信用代码"] = [f"91330200MA{number:08d}" for number in range(rows)]
    many.loc[::50, "从业人数"] = ""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    many.loc[1::50, "用地面积"] = many.loc[1::50, "用地面积"].str.translate(wide)
    return many


def measure(path: Path) -> tuple[float, float, float, str]:
    """Seconds, seconds of processor, most memory (MB) and exit of ``tenglong check`` on a register."""
    started, before = time.perf_counter(), _processor()
    words = [sys.executable, "-m", "sim.cli", "check", str(path), "--mapping", str(path.with_name("m.yaml"))]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    took = time.perf_counter() - started
    return took, _processor() - before, peak, f"{done.returncode}：{done.stderr.splitlines()[0]}"


def _processor() -> float:
    """Seconds of processor that finished children took: what the wall clock shows on a machine with nothing else."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    heading = ("enterprises", "format", "MB of file", "s", "s of processor", "most MB so far", "exit, first line")
    print(f"| {' | '.join(heading)} |\n|{'---|' * len(heading)}")
    with tempfile.TemporaryDirectory() as folder:
        for rows, ending in SIZES:
            frame, path = generated(rows), Path(folder) / f"register{ending}"
            path.with_name("m.yaml").write_text(MAPPING, encoding="utf-8")
            if ending == ".csv":
                frame.to_csv(path, index=False)
            elif ending == ".parquet":
                frame.to_parquet(path, index=False)
            else:
                for column in frame.columns[3:6]:
                    frame[column] = pd.to_numeric(frame[column])
                frame.to_excel(path, index=False)
            took, used, peak, said = measure(path)
            size = path.stat().st_size / 1e6
            print(f"| {rows:,} | {ending} | {size:.0f} | {took:.1f} | {used:.1f} | {peak:.0f} | {said} |", flush=True)


if __name__ == "__main__":
    main()
