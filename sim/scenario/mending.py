"""Slips of the keyboard that hide what was meant: each is noted at its place, and mended for the rest of the check.

So one slip does not hide the others: a full-width colon, no space after a colon, tabs or full-width spaces at the
beginning of a line, characters that nobody sees, too little indentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.indents import Indents

Position = tuple[int, int]
Edit = tuple[int, int, str]
"""Begin and end of what is replaced, counted from 0, and what comes instead."""

_KEY = r"""(?:[\w.\-]+|"[^"]*"|'[^']*')"""
_SLIP = re.compile(rf"^(\s*(?:-\s+)?{_KEY})(：\s*|:[\u00a0\u3000]+|:(?=[^\s:/]))", flags=re.ASCII)
_HAS_VALUE = re.compile(rf"^\s*(?:-\s+)?{_KEY}\s*:\s+[^\s#]", flags=re.ASCII)
_INDENT = re.compile(r"^[ \t\u00a0\u3000]*")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Control characters, breaks that editors do not show as such, marks of direction and of no width, no characters."""
_INSTEAD = {"\t": "  ", "\u00a0": " ", "\u3000": "  "}
_CALLED = {"\t": "制表符", "\u00a0": "不换行空格", "\u3000": "全角空格"}


@dataclass(frozen=True)
class Mended:
    """``text`` to be read, the slips in it (line, column, message), and where its lines were changed."""

    text: str
    slips: list[tuple[int, int, str]]
    _moved: dict[int, list[tuple[int, int]]]
    _last: Position

    def place(self, line: int, column: int) -> Position:
        """Return where a place of the mended text is in the file; both count lines and columns from 1."""
        if line > self._last[0]:
            return self._last
        mended, original = max(pair for pair in self._moved.get(line, [(0, 0)]) if pair[0] < column)
        return line, column - mended + original


def mend(text: str) -> Mended:
    """Note and mend the slips of a file's text."""
    slips: list[tuple[int, int, str]] = []
    moved: dict[int, list[tuple[int, int]]] = {}
    lines: list[str] = []
    last: Position = (1, 1)
    value_at: int | None = None
    indents = Indents()
    for number, line in enumerate(text.split("\n"), start=1):
        deeper = value_at is not None and len(_indent(line)) > value_at
        found = list(_slips(line, spaced=deeper or line.lstrip().startswith("#")))
        slips += [(number, begin + 1, message) for (begin, _, _), message in found if message]
        edits = [edit for edit, _ in found]
        mended, moved[number] = _edited(line, edits)
        lacks, message = indents.lacking(mended, prose=deeper or not mended.strip(" ") or mended.lstrip()[:1] == "#")
        if lacks:
            if message and slips and slips[-1] == (number, *_tabbed(line)):  # one line, one message
                needs = len(_indent(mended)) + lacks
                slips[-1] = (number, slips[-1][1], f"{slips[-1][2].rstrip('。')}：行首应有 {needs} 个空格。")
            else:
                slips += [(number, len(_indent(line)) + 1, message)] if message else []
            mended, moved[number] = _edited(line, [(0, 0, " " * lacks), *edits])
        lines.append(mended)
        if line.strip():
            last = (number, len(line) + 1)
            if not deeper:  # what is deeper than a key with a value goes on with that value: prose
                value_at = len(_indent(mended)) - lacks if _HAS_VALUE.match(mended) else None
    return Mended("\n".join(lines), slips, moved, last)


def _slips(line: str, spaced: bool) -> Iterator[tuple[Edit, str]]:
    """The edits of a line from left to right, each with its message; where ``spaced``, only what cannot be seen."""
    indent = "" if spaced else _indent(line)
    told = ""
    for place, character in enumerate(indent):
        if character in _INSTEAD:
            message = "" if told else f"缩进用了{_CALLED[character]}，应改为空格。"
            told = told or message
            yield (place, place + 1, _INSTEAD[character]), message
    slip = None if spaced else _SLIP.match(line)
    unseen = [(found.start(), found.end(), "", found[0]) for found in _UNSEEN.finditer(line)]
    for begin, end, new, character in sorted([*unseen, *([(*slip.span(2), ": ", slip[2])] if slip else [])]):
        yield (begin, end, new), _said(character)


def _tabbed(line: str) -> tuple[int, str]:
    """Column and message of an indent that is not of spaces."""
    return next(((begin + 1, message) for (begin, _, _), message in _slips(line, False) if message), (0, ""))


def _said(found: str) -> str:
    if found.startswith("："):
        return "全角冒号“：”应改为半角冒号加空格“: ”。"
    if found.startswith(":"):
        return "冒号后要有一个半角空格：“键: 值”。"
    return f"这里有一个看不见的字符（U+{ord(found):04X}），请删去。"


def _indent(line: str) -> str:
    found = _INDENT.match(line)
    return found[0] if found else ""


def _edited(line: str, edits: list[Edit]) -> tuple[str, list[tuple[int, int]]]:
    """Return the line with its edits, and after each how many characters stand before it: now, and in the file."""
    done, end, moved = "", 0, [(0, 0)]
    for begin, stop, new in edits:
        done += line[end:begin] + new
        end = stop
        moved.append((len(done), end))
    return done + line[end:], moved
