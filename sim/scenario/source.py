"""YAML text with the position of every key and value, so that each mistake can be pointed at.

The node graph is read directly: the usual loaders lose positions, stop at the first duplicate key, or keep it
silently. A full-width colon is mended for the rest of the check, so that one slip does not hide the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sim.scenario.problems import Problem

Path = tuple[str | int, ...]
Position = tuple[int, int]
_FULL_WIDTH_COLON = re.compile(r"^(\s*(?:-\s+)?[\w.\-\"']+)：\s*", flags=re.ASCII)


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
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    source = Source(name, None, {}, {}, [])
    mended = "\n".join(_mend_line(source, number, line) for number, line in enumerate(text.split("\n"), start=1))
    try:
        node = YAML(pure=True).compose(mended)
        source.data = _convert(source, node, (), set()) if node is not None else None
    except RecursionError:
        source.problems.append(Problem(name, 1, 1, "嵌套得太深。情景与映射文件只有几层。"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        source.problems.append(Problem(name, line, column, f"不是合法的 YAML：{_explain(str(error.problem))}"))
    except ReaderError as error:
        before = mended[: error.position]
        place = (before.count("\n") + 1, error.position - before.rfind("\n"))
        said = f"有不可见的控制字符（编码 {error.character}），请删去。"
        source.problems.append(Problem(name, *place, said))
    return source


def _mend_line(source: Source, number: int, line: str) -> str:
    found = _FULL_WIDTH_COLON.match(line)
    if found and not line.lstrip().startswith("#"):
        column = len(found[1]) + 1
        message = "全角冒号“：”应改为半角冒号加空格“: ”。"
        source.problems.append(Problem(source.name, number, column, message))
        line = f"{found[1]}: {line[found.end() :]}"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        source.problems.append(Problem(source.name, number, line.index("\t") + 1, "缩进用了制表符，应改为空格。"))
        line = line.replace("\t", "  ")
    return line


def _explain(problem: str) -> str:
    if "could not find expected ':'" in problem:
        return "这一行像是键，但缺少冒号（半角冒号后须有空格）。"
    if "mapping values are not allowed" in problem:
        return "此处不能再出现“键: 值”，请检查缩进，或给含冒号的文字加引号。"
    return problem


def _convert(source: Source, node: Any, path: Path, seen: set[int]) -> Any:
    """Plain data of a node; ``seen`` are the lists and mappings so far, none of which may be referred to again."""
    source.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if node.id == "scalar":
        return _scalar(node)
    if id(node) in seen:
        source.at_value(path, "不能用 & 与 * 引用别处的内容，请写全。")
        return None
    seen.add(id(node))
    if node.id == "mapping":
        return _convert_mapping(source, node, path, seen)
    return [_convert(source, item, (*path, index), seen) for index, item in enumerate(node.value)]


def _convert_mapping(source: Source, node: Any, path: Path, seen: set[int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        position = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if key in result:
            first = source.keys[(*path, key)][0]
            message = f"键 {key} 重复（第 {first} 行已有），请只保留一个。"
            source.problems.append(Problem(source.name, *position, message))
            continue
        source.keys[(*path, key)] = position
        result[key] = _convert(source, value_node, (*path, key), seen)
    return result


def _scalar(node: Any) -> Any:
    """Numbers, booleans and null by YAML 1.2; everything else, dates included, stays text."""
    kind, text = node.tag.rsplit(":", 1)[-1], node.value
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind in ("int", "float"):
        try:
            return int(text) if kind == "int" else float(text)
        except ValueError:
            return text
    return text
