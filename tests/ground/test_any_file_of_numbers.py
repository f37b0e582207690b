"""One's own files of numbers, spoiled in any way: each reader says what is wrong or reads it, and never breaks."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim import own
from sim.forecast.long_table import TableInvalid, read_table
from sim.forecast.series import Refused, Series, split
from sim.own import output
from tests.often import often
from tests.synthetic import lines, synthetic_months

TEXT = "\n".join(["period,value,kind", *lines(synthetic_months(5, seed=2), 2021)]) + "\n"
LONG = "unique_id,ds,y\n" + "".join(f"a,{2000 + year},{100 + year}\n" for year in range(12))
PIECES = some.sampled_from([
    ",", ",,", "\n", "\r\n", "\r", "\t", ";", '"', '""', "\0", "\ufeff", "，", "２０２１", "nan", "-inf", "1e308", "-",
    "9" * 400, "2021-13", "2021-00", "0000-01", "二月", "month", "cumulative", "1,234", "%", "=1+1", "\u2028", "万元",
])  # fmt: skip
EDITS = some.lists(some.tuples(some.floats(0, 1), some.integers(0, 40), PIECES), min_size=1, max_size=5)
ENCODINGS = some.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
CUTS = some.tuples(some.floats(0, 1), some.floats(0, 1), some.integers(0, 255))


def edited(text: str, edits: list[tuple[float, int, str]]) -> str:
    for place, length, piece in edits:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


@cache
def workbook(text: str) -> bytes:
    made = io.BytesIO()
    pd.read_csv(io.StringIO(text)).to_excel(made, index=False)
    return made.getvalue()


@cache
def parquet(text: str) -> bytes:
    made = io.BytesIO()
    pd.read_csv(io.StringIO(text)).to_parquet(made, index=False)
    return made.getvalue()


def spoiled(content: bytes, cut: tuple[float, float, int]) -> bytes:
    """Truncated, or with one byte another."""
    end, at, byte = cut
    if end < 0.5:
        return content[: int(2 * end * len(content))]
    place = min(int(at * len(content)), len(content) - 1)
    return content[:place] + bytes([byte]) + content[place + 1 :]


def hold_series(path: Path) -> None:
    told = output.problems(path)
    assert all(str(one) for one in told)
    if not told:
        assert len(output.months(own.series_at(path))) >= 36


def hold_table(path: Path) -> None:
    try:
        found = split(read_table(path))
    except TableInvalid as error:
        assert str(error).rstrip()[-1] in "。？）" or "：" in str(error)
        return
    assert all(isinstance(one, Series) or (isinstance(one, Refused) and one.reason) for one in found)


@pytest.mark.parametrize(("text", "hold"), [(TEXT, hold_series), (LONG, hold_table)])
@often(60)
@given(edits=EDITS, encoding=ENCODINGS)
def test_no_slip_breaks_a_reader(
    tmp_path: Path, text: str, hold: Callable[[Path], None], edits: list[tuple[float, int, str]], encoding: str
) -> None:
    path = tmp_path / "月度 产值.csv"
    path.write_bytes(edited(text, edits).encode(encoding))
    hold(path)


@pytest.mark.parametrize("ending", [".xlsx", ".parquet", ".csv"])
@often(15)
@given(cut=CUTS)
def test_no_spoiled_file_breaks_a_reader(tmp_path: Path, ending: str, cut: tuple[float, float, int]) -> None:
    made = {".xlsx": workbook, ".parquet": parquet, ".csv": str.encode}[ending]
    path = tmp_path / f"a{ending}"
    path.write_bytes(spoiled(made(LONG), cut))
    hold_table(path)
    if ending != ".parquet":
        path.write_bytes(spoiled(made(TEXT), cut))
        hold_series(path)
