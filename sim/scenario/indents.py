"""Lines that stand not deep enough, the commonest slip: a lever at the left edge, a month no deeper than its lever.

YAML then reads something else, or the second ``2027-01`` as a repetition of the first. Followed line by line, what was
meant is plain: only a month can stand below a lever without a value, and no key at the left edge has a dot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.scenario.months import month_meant

SECTIONS = {"levers": "杠杆", "uncertainties": "不确定参数", "structure": "结构开关"}
"""Keys that hold entries of the catalogue, and what an entry is called."""
STEP = 2
_LINE = re.compile(r"""( *)(["']?)([\w.\-/]+)\2\s*:(?:\s+([^\s#].*)|\s.*)?""")


@dataclass
class _Key:
    """A key that others stand below: its name and indent, and the indent of the first below it (0: none yet)."""

    name: str
    indent: int
    below: int = 0

    @property
    def least(self) -> int:
        """Indent that the next line below it needs."""
        return self.below or self.indent + STEP


class Indents:
    """Says of one line after another how many spaces it lacks."""

    def __init__(self) -> None:
        self._section: _Key | None = None
        self._entry: _Key | None = None
        self._moved: tuple[int, int] | None = None

    def lacking(self, line: str, prose: bool) -> tuple[int, str]:
        """Return how many spaces to put before a line, and what to say; what stands below one that moves, moves along.

        Args:
            line: indented by spaces.
            prose: it goes on with a value, or says nothing.
        """
        indent = len(line) - len(line.lstrip(" "))
        if self._moved and indent > self._moved[0]:
            return self._moved[1], ""
        if prose:
            return 0, ""
        self._moved = None
        found = _LINE.fullmatch(line)
        if found is None:
            return 0, ""
        name, value = found[3], found[4]
        lacks, message = self._month(name, indent) or self._of_section(name, indent) or (0, "")
        self._follow(name, indent + lacks, value is not None)
        if lacks:
            self._moved = indent, lacks
        return lacks, message

    def _month(self, name: str, indent: int) -> tuple[int, str] | None:
        """A month below a lever that has no value of its own."""
        entry = self._entry
        if entry is None or month_meant(name) is None:
            return None
        if indent > entry.indent and (not entry.below or indent >= entry.below):
            return None
        lacks = entry.least - indent
        return lacks, (
            f"月份 {name} 的缩进太少：它属于上面的 {entry.name}，行首应有 {entry.least} 个空格，再加 {lacks} 个。"
        )

    def _of_section(self, name: str, indent: int) -> tuple[int, str] | None:
        """An entry of the catalogue below a section."""
        section = self._section
        if section is None or "." not in name or month_meant(name) is not None:
            return None
        if indent >= (section.below or 1):
            return None
        lacks = section.least - indent
        return lacks, (
            f"{SECTIONS[section.name]} {name} 的缩进太少：它应写在 {section.name}: 之下，"
            f"行首应有 {section.least} 个空格，再加 {lacks} 个（它下面的各行也一样）。"
        )

    def _follow(self, name: str, indent: int, has_value: bool) -> None:
        if indent == 0:
            self._section = _Key(name, 0) if name in SECTIONS and not has_value else None
            self._entry = None
        elif self._section is not None:
            if self._entry is not None and indent > self._entry.indent:
                self._entry.below = self._entry.below or indent
            else:
                self._section.below = self._section.below or indent
                self._entry = None if has_value else _Key(name, indent)
