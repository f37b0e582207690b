"""An answer as it is told: sentences, tables and what stands behind them; the same for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sim.report.display import Section
from sim.report.page_parts import captioned, paragraph
from sim.report.tables import folded
from sim.report.terminal import show


@dataclass(frozen=True)
class Grid:
    """A table of text; ``right`` are the columns set right, ``wide`` those that hold sentences."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    wide: Sequence[int] = ()


@dataclass(frozen=True)
class Told:
    """The answer in sentences, its tables, and last what stands behind it."""

    sentences: Sequence[str]
    grids: Sequence[Grid]
    basis: Sequence[str]


def show_told(told: Told) -> None:
    """Print an answer."""
    for sentence in told.sentences:
        print(sentence)
    for grid in told.grids:
        if grid.rows:
            print(f"\n{grid.title}" if grid.title else "")
            show(grid.heads, grid.rows, grid.right)
    for sentence in told.basis:
        print(sentence)
    print()


def told_section(title: str, parts: Sequence[Told]) -> Section:
    """Return answers as one section of a page; all text is escaped."""
    return Section(f"<section><h2>{escape(title)}</h2>{''.join(map(_html, parts))}</section>")


def part(title: str, parts: Sequence[Told], fold: str) -> str:
    """Return answers as a part of a section: sentences in view, tables and what stands behind them folded under the
    words ``fold``."""
    said = "".join(paragraph(sentence) for told in parts for sentence in told.sentences)
    rest = "".join(_rest(told) for told in parts)
    return f"<h3>{escape(title)}</h3>{said}" + (folded(fold, rest, "data") if rest else "")


def _html(told: Told) -> str:
    return "".join(map(paragraph, told.sentences)) + _rest(told)


def _rest(told: Told) -> str:
    return "".join([*(grid_html(grid) for grid in told.grids if grid.rows), *map(paragraph, told.basis)])


def grid_html(grid: Grid) -> str:
    """Return a table of the page; all text is escaped."""
    return captioned(grid.heads, grid.rows, grid.title, grid.right, grid.wide)
