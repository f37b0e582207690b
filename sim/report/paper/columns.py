"""How wide the columns of a printed table are.

A reader of HTML balances them itself; Word and a fixed layout are told. Width goes to a column by what stands in it, so
that the rows come out low: with heights (length / width) summed in the power ``_POWER``, width goes as the sum of the
lengths in that power, to the power 1 / (_POWER + 1).
"""

from __future__ import annotations

import re
from typing import Any
from unicodedata import east_asian_width

from lxml import html

from sim.report.paper.pieces import text

_POWER = 3
_NARROW = 0.58
"""Width of a Latin letter or digit in ems."""
_PADDING, _SHORTEST, _WHOLE = 0.7, 5.0, 9.0
"""Ems: beside the text of a column; the narrowest column, unless nothing in it is so long; the longest word or number
that is never broken."""
_CROWDED = 1.2
"""In a crowded table no word is kept whole that is longer than so many times the mean width."""
_MANY = 10
"""From so many columns on, headings may stand on two lines."""
_KEPT = 0.95
"""Share of a column's words that are never broken."""
_WORD = re.compile(r"[\x21-\x7e—–]+")


def set_widths(table: Any, ems: float) -> list[float]:
    """Write the share of each column into a table of ``ems`` width, and return the shares (sum 1)."""
    rows = [list(row.iter("th", "td")) for row in table.iter("tr")]
    columns = [[row[place] for row in rows if place < len(row)] for place in range(max(map(len, rows)))]
    whole, lines = min(_WHOLE, _CROWDED * ems / len(columns)), 2 if len(columns) >= _MANY else 1
    shares = _shares([_asked(column, whole, lines) for column in columns], ems)
    group = html.Element("colgroup")
    for share in shares:
        group.append(html.Element("col", style=f"width:{100 * share:.2f}%"))
    table.insert(0 if table.find("caption") is None else 1, group)
    return shares


def _asked(column: list[Any], longest: float, lines: int) -> tuple[float, float, float]:
    """Return least and most width in ems, and the weight of a column whose heading may stand on so many lines."""
    said = [text(cell) for cell in column]
    sizes = [_ems(words) for words in said]
    numbers = any("number" in cell.classes for cell in column)
    whole = said[1:] if numbers else [word for words in said for word in _WORD.findall(words)]
    words = sorted([0.0, *(min(longest, _ems(word)) for word in whole)])
    shortest = max(sizes[0] / lines, *sizes[1:], 0.0)
    least = max(min(_SHORTEST, shortest), words[int(_KEPT * (len(words) - 1))])
    return least + _PADDING, max(sizes) + _PADDING, sum(size**_POWER for size in sizes) ** (1 / (_POWER + 1))


def _shares(asked: list[tuple[float, float, float]], ems: float) -> list[float]:
    """Give every column its least, then what is left by weight, up to its most."""
    widths = [least for least, _, _ in asked]
    for _ in asked:  # each round fills at least one column, or gives everything away
        spare = ems - sum(widths)
        open_to = [place for place, (_, most, _) in enumerate(asked) if widths[place] < most]
        if spare <= 0.01 or not open_to:
            break
        total = sum(asked[place][2] for place in open_to)
        for place in open_to:
            _, most, weight = asked[place]
            widths[place] = min(most, widths[place] + spare * weight / total)
    return [width / sum(widths) for width in widths]


def _ems(said: str) -> float:
    return sum(1.0 if east_asian_width(letter) in "WFA" else _NARROW for letter in said)
