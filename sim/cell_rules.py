"""What a cell of a data file must be: words for the reader and a test, from which the schemas are put together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sim import grades


@dataclass(frozen=True)
class Rule:
    """What a cell must be, in words, and the test of it; ``unique`` asks that no value repeats."""

    expected: str
    test: Callable[[str], bool]
    unique: bool = False


def like(expected: str, pattern: str, unique: bool = False) -> Rule:
    """Ask that the whole cell matches a pattern."""
    return Rule(expected, lambda text: re.fullmatch(pattern, text) is not None, unique)


def one_of(*allowed: str) -> Rule:
    names = "、".join(name or "（空）" for name in allowed)
    return Rule(f"应为 {names} 之一", lambda text: text in allowed)


def numbered(letter: str) -> Rule:
    return like(f"应为不重复的编号 {letter}001、{letter}002…", letter + r"\d{3,}", unique=True)


def _graded(note: str) -> bool:
    try:
        return grades.grade_of_tag(grades.tag(note)) in grades.GRADES
    except grades.UnknownTag:
        return False


ANY = Rule("任意文字", lambda text: True)
FILLED = Rule("不能为空", lambda text: text.strip() != "")
FLAG = one_of("true", "false")
NUMBER = like("应为数字", r"-?\d+(\.\d+)?")
COUNT = like("应为正整数", r"[1-9]\d*")
NUMBER_OR_EMPTY = like("应为数字或空", r"(-?\d+(\.\d+)?)?")
BOUNDED = like("应为数字、以 > 或 < 开头的数字，或空", r"([<>]?-?\d+(\.\d+)?)?")
YEAR = like("应为四位年份", r"(19|20)\d\d")
YEAR_OR_EMPTY = like("应为四位年份或空", r"((19|20)\d\d)?")
MONTH = like("应为 YYYY-MM", r"(19|20)\d\d-(0[1-9]|1[0-2])")
DAY = like("应为 YYYY-MM-DD", r"20\d\d-(0[1-9]|1[0-2])-\d\d")
PERIOD = like("应为 YYYY、YYYY-MM、YYYY-MM-DD 或空", r"((19|20)\d\d(-\d\d){0,2})?")
STATED_PERIOD = like("应为 YYYY、YYYY-MM 或“未注明”", r"(19|20)\d\d(-(0[1-9]|1[0-2]))?|未注明")
PUBLISHED = like("应为日期（可只到年或月，可加“(推定)”）或空", r"((19|20)\d\d(-\d\d){0,2}(\(推定\))?)?")
ADDRESS = like("应为 http(s) 网址或空", r"(https?://\S+)?")
TAGGED = Rule("应以已知的来源类别开头，如 [官方]、[转载]", _graded)
SLUG = like("应为小写英文编号", r"[a-z][a-z0-9_]*")
OWN_SLUG = like("应为不重复的小写英文编号", r"[a-z][a-z0-9_]*", unique=True)
TARGET_ID = like(
    "应为不重复的编号，形如 名称_年份 或 名称_年份.口径", r"[a-z0-9_]+_20\d\d(\.[a-z_]+)?", unique=True
)
GROUP = like("应形如 名称_年份", r"[a-z0-9_]+_20\d\d")
CLAUSE_IDS = like("应为以分号隔开的 S 编号", r"S\d{3}(;S\d{3})*")
SUM = like("应为指标编号，或以 + 相连的几个", r"[a-z0-9_]+(\+[a-z0-9_]+)*")
WHEN = like("应为 YYYY 或 YYYY-MM", r"20\d\d(-(0[1-9]|1[0-2]))?")
SEVERAL = like("应为证据编号，多个以 ; 相连", r"[SFAMDI]\d{3}(;[SFAMDI]\d{3})*")
ARITHMETIC = like("应为证据编号与数的算式", r"[SFAMDI0-9.+*/()\-]+")
