"""A planted enterprise, from check to Word file: its code, its name and its figures are found nowhere but in its file.

What is checked elsewhere is not repeated: the store, the page and a failed run in ``test_register_privacy``.
"""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from tests.register.test_register_privacy import LAND, MARK, NAME, OUTPUT, PEOPLE, TAX, found_in, marked

__all__ = ["marked"]

pytestmark = pytest.mark.slow
SIZE = ("--runs", "2", "--seed", "7", "--workers", "1")
FIGURES = {f"{value:.{places}f}" for value in (OUTPUT, OUTPUT / 2, LAND, TAX) for places in (1, 2)} | {f"{PEOPLE:.0f}"}
FIGURES |= {f"{float(figure):,}" for figure in FIGURES} | {f"{float(figure) / 1e4:.4f}" for figure in FIGURES}
WORDS = {MARK, MARK.lower(), NAME, NAME.encode("unicode_escape").decode(), NAME.encode().hex(), *FIGURES}


def words_in(text: str) -> list[str]:
    """Planted words; a figure only where no further digit makes it another number."""
    return [word for word in WORDS if re.search(rf"(?<![\d.]){re.escape(word)}(?!\d)", text)]


def packed_in(folder: Path) -> list[str]:
    """Planted words in files, inside Word and Excel files and the streams of PDFs too, and their names."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        parts = [path.name.encode(), path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
        texts = [unescape(part.decode("utf-8", "ignore")) for part in parts]
        found += [f"{path.name}: {word}" for text in texts for word in words_in(text)]
    return found


def test_the_search_sees_what_it_looks_for(marked: Path, tmp_path: Path) -> None:
    table = pd.DataFrame({"企业": [NAME, MARK], "产值": [OUTPUT, LAND]})
    (tmp_path / "out").mkdir()
    table.to_excel(tmp_path / "out" / "a.xlsx", index=False)
    assert len(packed_in(tmp_path / "out")) >= 4 and packed_in(marked / "data" / "own")
    assert words_in(f"{TAX}万元") and words_in("4,321.77") and not words_in("14321.775")


def test_nothing_of_an_enterprise_is_said_or_written_on_the_whole_way(marked: Path, tenglong, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    said = [
        tenglong("check", "mine", "--debug"),
        tenglong("run", "mine", *SIZE, "--debug", "--json"),
        tenglong("targets", "mine", *SIZE),
        tenglong("compare", "baseline", "mine", *SIZE, "--json"),
        tenglong("incidence", "mine", *SIZE, "--json"),
        tenglong("list"),
        tenglong("report", "mine", "--quick", "--format", "docx", *SIZE, "--debug"),
        tenglong("report", "mine", "--explorer", *SIZE, "--debug"),
        tenglong("export", "mine", "--out", str(out / "all.csv"), *SIZE),
        tenglong("export", "mine", "--out", str(out / "all.parquet"), *SIZE),
    ]  # fmt: skip
    assert [(one.code, one.err) for one in said if one.code not in (0, 2)] == []
    assert not [(number, words_in(one.out + one.err)) for number, one in enumerate(said) if words_in(one.out + one.err)]
    made = {path.suffix for path in (marked / "reports").rglob("*") if path.is_file()}
    assert {".html", ".docx", ".json", ".ipynb"} <= made
    for place in (marked / "reports", marked / "runs", out):
        assert packed_in(place) == found_in(place) == [], place
