"""An answer as it is told: sentences, tables and what stands behind them; the same for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from sim.report.display import Section
from sim.report.page_parts import captioned, paragraph
from sim.report.tables import folded
from sim.report.terminal import show
from sim.report.wording import Wording


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
    """The answer in sentences, its tables, what stands behind it, and last the commands that give it again."""

    sentences: Sequence[str]
    grids: Sequence[Grid]
    basis: Sequence[str]
    again: Sequence[str] = ()


def without(sentence: str, told: Told) -> Told:
    """Return an answer without a sentence that is said once for all of a page."""
    kept = [[each for each in said if each != sentence] for said in (told.sentences, told.basis)]
    return replace(told, sentences=kept[0], basis=kept[1])


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


def told_section(title: str, parts: Sequence[Told], words: Wording) -> Section:
    """Return answers as one section of a page; all text is escaped."""
    return Section(f"<section><h2>{escape(title)}</h2>{''.join(map(_html, parts))}{_again(parts, words)}</section>")


def again_html(commands: Sequence[str], words: Wording) -> str:
    """Return the line of the commands that give numbers again, as HTML."""
    listed = words("mark.clause").join(f"<code>{escape(command)}</code>" for command in commands)
    return f'<p class="again">{words("answers.again", commands=listed)}</p>' if listed else ""


def part(title: str, parts: Sequence[Told], words: Wording) -> str:
    """Return answers as a part of a section: sentences in view, tables and what stands behind them folded, and how to
    get them again."""
    fold = words("answers.fold")
    said = "".join(paragraph(sentence) for told in parts for sentence in told.sentences)
    rest = "".join(_rest(told) for told in parts)
    return f"<h3>{escape(title)}</h3>{said}" + (folded(fold, rest, "data") if rest else "") + _again(parts, words)


def _again(parts: Sequence[Told], words: Wording) -> str:
    return again_html([command for told in parts for command in told.again], words)


def _html(told: Told) -> str:
    return "".join(map(paragraph, told.sentences)) + _rest(told)


def _rest(told: Told) -> str:
    return "".join([*(grid_html(grid) for grid in told.grids if grid.rows), *map(paragraph, told.basis)])


def grid_html(grid: Grid) -> str:
    """Return a table of the page; all text is escaped."""
    return captioned(grid.heads, grid.rows, grid.title, grid.right, grid.wide)
