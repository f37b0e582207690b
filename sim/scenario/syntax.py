"""YAML as a scenario file uses it: what of it is refused, and what its parser says, in Chinese.

A scenario is text, numbers, lists and keys with values. Tags (which can name objects of a program), anchors (which can
unfold into more than fits into memory) and a second document are refused at their place, and nothing is built of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Fault = tuple[int, int, str]
"""Line and column, counted from 0, and what is wrong."""

DEEPEST = 12
"""A scenario nests four deep."""
_UNPAIRED = re.compile("expected ',' or")
_PUNCTUATION = re.compile("[，：；｛｝［］【】“”‘’＂＇–－−]|(?<!—)—(?!—)")
_INDENTED = re.compile("mapping values are not allowed|expected <block end>")
NO_COLON = "这一行像是键，但缺少冒号（半角冒号后须有空格）。"
_EXPLAINED: tuple[tuple[str, str, bool], ...] = (
    (r"found unexpected (?:end of stream|document separator)", "从这里开始的引号没有配对的另一半。", True),
    (r"expected ',' or '(.)'", "各项之间应有半角逗号“, ”，末尾应有配对的“{0}”。", False),
    (r"could not find expected ':'", NO_COLON, True),
    (r"mapping values are not allowed", "文字里有冒号和空格，会被当作“键: 值”：给整段文字加半角引号。", False),
    (r"sequence entries are not allowed", "列表项“- ”不能写在这里，请另起一行。", False),
    (r"expected <block end>", "这里多了东西：列表项与“键: 值”不能混在一起，引号之后不能再有文字。", False),
    (r"found character '\\t'", "这里有制表符，应改为空格。", False),
    (r"found character '(.+)' that cannot start", "文字不能以 {0} 开头，请给整段文字加引号。", False),
    (r"found unknown escape character '(.+)'", "双引号里不能写 \\{0}：改用单引号，或把反斜杠写两遍。", False),
    (r"expected escape sequence", "双引号里 \\x、\\u 之后应是十六进制数：改用单引号，或把反斜杠写两遍。", False),
    (r"expected the node content", "这里应有一个值。", False),
    (r"found unexpected ':'", "这里的冒号多余；文字里含冒号时请加引号。", False),
    (r"block scalar", "“|”或“>”之后不能在同一行写字，文字从下一行缩进写起。", False),
    (r"directive|incompatible YAML document", "不能有以 % 开头的指令，请删去；文字以 % 开头时要加引号。", False),
    (r"alias|anchor", "文字不能以 * 或 & 开头，请给整段文字加引号。", False),
    (r"tag|URI", "文字不能以 ! 开头，请给整段文字加引号。", False),
)
"""What the parser says, what a reader is told, and whether the place is where the fault begins rather than shows."""


def refused(text: str) -> Iterator[Fault]:
    """Yield what a scenario file must not hold, without building anything of it.

    Raises:
        ruamel.yaml.error.YAMLError: the text is not YAML; see :func:`explained`.
    """
    from ruamel.yaml import YAML

    depth, documents, told = 0, 0, -1
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = type(event).__name__
        depth += kind.endswith(("MappingStartEvent", "SequenceStartEvent"))
        depth -= kind.endswith(("MappingEndEvent", "SequenceEndEvent"))
        documents += kind == "DocumentStartEvent"
        line, column = event.start_mark.line, event.start_mark.column
        if depth > DEEPEST:
            yield line, column, "括号或缩进套得太深，情景与映射文件至多四层。"
            return
        if kind == "DocumentStartEvent" and (event.version or event.tags):
            row = next(number for number, row in enumerate(text.split("\n")) if row.startswith("%"))
            yield row, 0, "不能有以 % 开头的指令，请删去。"
        elif documents > 1:
            yield line, column, "一个文件只写一个情景：这里的“---”又开始了一个，请删去或另存。"
            return
        elif (kind == "AliasEvent" or getattr(event, "anchor", None)) and line != told:
            told = line
            yield line, column, "不用 YAML 的锚点与引用（&、*）：请直接写出内容；文字以它们开头时要加引号。"
        elif getattr(event, "tag", None):
            yield line, column, "不用 YAML 的标签（!）：只能有文字、数字、列表与“键: 值”；文字以 ! 开头时要加引号。"


def explained(error: Any, text: str, written: str) -> Fault:
    """Return the place and the explanation of the parser's error (or of a number that is no character).

    Args:
        text, written: what was parsed, and the file's own text, the lines of which may be spelt otherwise.
    """
    problem = str(getattr(error, "problem", None) or error)
    said = f"{problem} {getattr(error, 'context', None) or ''}"
    begun, shown = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    if not (begun or shown):
        return *_no_character(text), r"不是合法的 YAML：双引号里 \U 之后的数不是字符：改用单引号，或把反斜杠写两遍。"
    whole, at_begin = _meant(said)
    if begun and shown and _UNPAIRED.search(said) and begun.line != shown.line:
        whole, at_begin = "从这里开始的括号没有配对的另一半，或各项之间缺半角逗号。", True
    mark: Any = (begun or shown) if at_begin else (shown or begun)
    if shown and _INDENTED.search(said) and (uneven := _uneven(text.split("\n"), shown.line, shown.column)):
        at, said = uneven
        line = text.split("\n")[at]
        return at, len(line) - len(line.lstrip(" ")), f"不是合法的 YAML：{said}"
    return mark.line, mark.column, f"不是合法的 YAML：{whole}{_full_width(written, mark.line)}"


def _uneven(lines: list[str], at: int, column: int) -> tuple[int, str] | None:
    """A line and what is wrong with it where the parser stopped because of an indent; None where it did not."""
    above = next((n for n in range(at - 1, -1, -1) if lines[n].strip() and lines[n].lstrip()[0] != "#"), None)
    if above is None or re.search(r":\s", lines[at][:column]):  # it has a key, and stopped behind it
        return None
    mine, theirs = (len(lines[n]) - len(lines[n].lstrip(" ")) for n in (at, above))
    if mine > theirs and ":" not in lines[above]:
        return above, NO_COLON
    if mine > theirs:
        return at, (
            f"这一行的行首有 {mine} 个空格，比上面第 {above + 1} 行的 {theirs} 个多，而那一行的冒号后已有值。"
            "与它同级，就改成一样多；属于它，就删去它冒号后的值。"
        )
    if mine < theirs and len({lines[n].lstrip()[0] == "-" for n in (at, above)}) == 1:
        return at, (
            f"这一行的行首有 {mine} 个空格，与上面任何一级都不齐（第 {above + 1} 行有 {theirs} 个）。"
            "同级的行，行首空格要一样多；每深一级多 2 个。"
        )
    return None


def _meant(said: str) -> tuple[str, bool]:
    """What a reader is told, and whether the place is where the fault begins rather than shows."""
    for pattern, message, at_begin in _EXPLAINED:
        if found := re.search(pattern, said):
            return message.format(*found.groups()), at_begin
    return f"这里读不懂（{said.strip()}），请检查冒号、缩进与引号。", False


def _no_character(text: str) -> tuple[int, int]:
    """Place of an escape that names no character, which the parser does not tell."""
    found = re.search(r"\\U[0-9A-Fa-f]{8}", text)
    before = text[: found.start()] if found else ""
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _full_width(text: str, line: int) -> str:
    """Name each full-width sign of a line and its column."""
    lines = text.split("\n")
    signs = list(_PUNCTUATION.finditer(lines[line])) if line < len(lines) else []
    named = "、".join(f"第 {one.start() + 1} 列的〈{one[0]}〉" for one in signs)
    return f"这一行有全角符号：{named}；用来分隔、引用或作减号时应改为半角。" if named else ""
