"""YAML text with the position of every key and value, so that each mistake can be pointed at.

The node graph is read directly: the usual loaders lose positions, stop at the first duplicate key, or keep it
silently. Nothing but text, numbers, lists and mappings is ever made of a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.scenario.mending import Position, mend
from sim.scenario.problems import Problem, brief
from sim.scenario.syntax import explained, refused

Path = tuple[str | int, ...]
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What an escape can bring in, and neither a page, a Word file nor a terminal can show."""
_INTEGER = re.compile(r"[-+]?[0-9]+")
_REAL = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_EXACT_DIGITS = 15
"""Longer whole numbers are read as floating ones, which cannot overflow when they are shown."""


@dataclass
class Source:
    """Plain data of one file, positions of its keys and values by path, and the mistakes of its spelling."""

    name: str
    data: Any
    keys: dict[Path, Position]
    values: dict[Path, Position]
    problems: list[Problem]

    def at_key(self, path: Path, message: str) -> None:
        """Note a mistake at a key (or at its nearest known parent)."""
        self._note(self.keys, path, message)

    def at_value(self, path: Path, message: str) -> None:
        """Note a mistake at a value."""
        self._note(self.values, path, message)

    def _note(self, positions: dict[Path, Position], path: Path, message: str) -> None:
        while path and path not in positions:
            path = path[:-1]
        line, column = positions.get(path, (1, 1))
        self.problems.append(Problem(self.name, line, column, message))


def read(name: str, text: str) -> Source:
    """Parse YAML; never raises on bad content: mistakes are in ``problems`` and ``data`` is what could be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    mended = mend(text)
    source = Source(name, None, {}, {}, [Problem(name, *slip) for slip in mended.slips])
    node = None
    try:
        faults = list(refused(mended.text))
        node = None if faults else YAML(typ="safe", pure=True).compose(mended.text)
    except (YAMLError, ValueError, OverflowError) as error:  # the last two: an escape that is no character
        faults = [explained(error, mended.text, text)]
    for line, column, message in faults:
        source.problems.append(Problem(name, *mended.place(line + 1, column + 1), message))
    if node is not None:
        source.data = _Reader(source, mended.place).value(node, ())
    return source


@dataclass
class _Reader:
    """Makes plain data of nodes, and keeps their places."""

    source: Source
    place: Callable[[int, int], Position]

    def value(self, node: Any, path: Path) -> Any:
        self.source.values[path] = self._at(node)
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node.tag.rsplit(":", 1)[-1], self._text(node))

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.id != "scalar":
                self._problem(key_node, "键应是一个词，不能是列表或另一组“键: 值”。")
                continue
            key = self._text(key_node)
            if key in result:
                first = self.source.keys[(*path, key)][0]
                self._problem(key_node, f"键 {brief(key)} 重复（第 {first} 行已有），请只保留一个。")
                continue
            whole = (*path, key)
            self.source.keys[whole] = self._at(key_node)
            result[key] = self.value(value_node, whole)
            if result[key] is None:  # an empty value has no place of its own
                self.source.values[whole] = self.source.keys[whole]
        return result

    def _text(self, node: Any) -> str:
        text = str(node.value)
        found = _NO_TEXT.search(text)
        if found is None:
            return text
        self._problem(node, f"文字里有不能显示的字符（U+{ord(found[0]):04X}），请删去。")
        return _NO_TEXT.sub("□", text)

    def _at(self, node: Any) -> Position:
        return self.place(node.start_mark.line + 1, node.start_mark.column + 1)

    def _problem(self, node: Any, message: str) -> None:
        self.source.problems.append(Problem(self.source.name, *self._at(node), message))


def _scalar(kind: str, text: str) -> Any:
    """Numbers, booleans and null by YAML 1.2; everything else, dates included, stays text."""
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _EXACT_DIGITS else float(text)
    if kind in ("int", "float") and _REAL.fullmatch(text):
        return float(text)
    return text
