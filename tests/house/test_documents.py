"""The documents say what the code, the data and the samples say; what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from ruamel.yaml import YAML

from sim import __version__
from tests.generated import ROOT, Parts, check
from tests.house import architecture, data_cards, model_card

MADE = {"architecture": architecture.PARTS, "data_cards": data_cards.PARTS, "model_card": model_card.PARTS}
WRITTEN = sorted(
    path for place in (".", "docs", "benchmarks", "data", "data/population") for path in (ROOT / place).glob("*.md")
)


@pytest.mark.parametrize(("name", "parts"), MADE.items(), ids=MADE)
def test_what_is_made_from_the_code_is_as_it_would_be_made_today(
    name: str, parts: Parts, pytestconfig: pytest.Config
) -> None:
    check(ROOT / "docs" / f"{name}.md", parts, pytestconfig.getoption("--rewrite"))


def test_the_picture_shows_every_room_once() -> None:
    drawn = [module for floor in architecture.layers() for group in floor for module in group]
    there = {path.stem for path in (ROOT / "sim").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert len(drawn) == len(set(drawn)) and set(drawn) == there - {"__init__"}


def test_every_table_has_a_card() -> None:
    told = re.findall(r"^### `data/(.+)`$", text_of("docs/data_cards.md"), re.MULTILINE)
    assert told == data_cards.tables() and len(told) > 20


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_its_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        file, _, place = unquote(link).partition("#")
        if "://" in file:
            continue
        target = (path.parent / file) if file else path
        assert target.exists(), link
        if place:
            assert place in anchors(target), link


def test_the_readme_s_warnings_are_counted_right() -> None:
    from sim.scenario.catalogue import catalogue

    readme = text_of("README.md")
    assumed = sum(entry.grade == "assumption" for entry in catalogue().values() if entry.kind != "documented")
    assert int(re.search(r"约(\d+)个参数没有公开依据", readme)[1]) == pytest.approx(assumed, abs=5)  # type: ignore[index]
    said = re.search(r"(\d+)项有(\d+)项落在模型80%区间之外.*?依据的(\d+)项里只对中(\d+)项", readme)
    held, free = model_card.held_out_rows()
    missed = held["对照"] != model_card.INSIDE
    assert said is not None
    assert [int(number) for number in said.groups()] == [len(held), missed.sum(), free.sum(), (free & ~missed).sum()]


def test_the_citation_is_of_this_version() -> None:
    """By the keys that its schema (1.2.0) requires, and those that a release has."""
    cited = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= set(cited) and cited["cff-version"] == "1.2.0"
    [(version, day), *_] = re.findall(r"^## \[([\d.]+)\] ([\d-]+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert (cited["version"], cited["date-released"]) == (version, day) and version == __version__
    assert all(author.keys() & {"name", "family-names"} for author in cited["authors"])
    assert cited["license"] == "Apache-2.0" and "Apache License" in text_of("LICENSE")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The names by which headings can be linked to, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
