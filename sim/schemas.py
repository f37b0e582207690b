"""Schemas of the data files: columns in order, and what each cell must be.

pandera is imported when a check runs, never before: it takes a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import figures, grades
from sim.problems import DataInvalid, Problem
from sim.relations import FIRST_LINE, broken_relations
from sim.tables import SURPLUS, rows

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

FACT_KINDS = ("actual", "target", "rule", "lever", "definition")
MEASURES = ("annual", "point", "target", "month", "cumulative", "yoy", "yoy_month", "yoy_cumulative")
INDICATOR_KINDS = ("stock", "flow", "cumulative", "ratio", "level")
DIRECTIONS = (">=", "<=")
MODES = ("level_in_year", "cumulative", "every_year")
BASES = ("simulated", "forecast", "tracked")
STATES = ("open", "met", "not_binding", "past")


@dataclass(frozen=True)
class Rule:
    """What a cell must be, in words, and the test of it; ``unique`` asks that no value repeats."""

    expected: str
    test: Callable[[str], bool]
    unique: bool = False


@dataclass(frozen=True)
class FileSchema:
    """The columns of one file, in order, each with its rule."""

    file: str
    columns: dict[str, Rule]


def like(expected: str, pattern: str, unique: bool = False) -> Rule:
    """Ask that the whole cell matches a pattern."""
    return Rule(expected, lambda text: re.fullmatch(pattern, text) is not None, unique)


def _one_of(*allowed: str) -> Rule:
    names = "、".join(name or "（空）" for name in allowed)
    return Rule(f"应为 {names} 之一", lambda text: text in allowed)


def _numbered(letter: str) -> Rule:
    return like(f"应为不重复的编号 {letter}001、{letter}002…", letter + r"\d{3,}", unique=True)


def _graded(note: str) -> bool:
    try:
        return grades.grade_of_tag(grades.tag(note)) in grades.GRADES
    except grades.UnknownTag:
        return False


ANY = Rule("任意文字", lambda text: True)
FILLED = Rule("不能为空", lambda text: text.strip() != "")
FLAG = _one_of("true", "false")
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


def _fact(letter: str, document: Rule, extra: dict[str, Rule]) -> dict[str, Rule]:
    return {
        "id": _numbered(letter),
        "document": document,
        "clause": ANY,
        "indicator_zh": FILLED,
        "kind": _one_of(*FACT_KINDS),
        "period_start": PERIOD,
        "period_end": PERIOD,
        "value": ANY,
        "unit": ANY,
        "qualifier": ANY,
        "scope": FILLED,
        **extra,
    }


def _figure(before: dict[str, Rule], value: Rule, after: dict[str, Rule]) -> dict[str, Rule]:
    return {"indicator_id": SLUG, "indicator_zh": FILLED, **before, "value": value, "unit": ANY, **after}


SUM = like("应为指标编号，或以 + 相连的几个", r"[a-z0-9_]+(\+[a-z0-9_]+)*")
WHEN = like("应为 YYYY 或 YYYY-MM", r"20\d\d(-(0[1-9]|1[0-2]))?")
SEVERAL = like("应为证据编号，多个以 ; 相连", r"[SFAMDI]\d{3}(;[SFAMDI]\d{3})*")
PAGE = {"source_url": ADDRESS, "source_title": FILLED, "published": PUBLISHED}
REGIONAL = {"region": FILLED, "period": STATED_PERIOD, "measure": _one_of(*MEASURES)}
GROWTH = {"growth_pct": NUMBER_OR_EMPTY}

SCHEMAS = (
    FileSchema(
        "policy/documents.csv",
        {
            "document": Rule("不能为空或重复", FILLED.test, unique=True),
            "title": FILLED,
            "issuer": FILLED,
            "issued": DAY,
            "scope": FILLED,
            "note": ANY,
        },
    ),
    FileSchema("policy/seed_facts.csv", _fact("S", FILLED, {"quote": FILLED, "note": ANY})),
    FileSchema("policy/facts.csv", _fact("F", ANY, {"note": TAGGED, **PAGE})),
    FileSchema(
        "ningbo/annual.csv",
        _figure(
            {"year": YEAR},
            BOUNDED,
            {**GROWTH, "growth_basis": _one_of("", *figures.BASES), **PAGE, "note": ANY},
        ),
    ),
    FileSchema(
        "ningbo/monthly.csv",
        _figure(
            {"period": MONTH, "measure": _one_of(*MEASURES)},
            NUMBER,
            {"region": FILLED, "source_url": ADDRESS, "published": PUBLISHED, "note": ANY},
        ),
    ),
    FileSchema("ningbo/by_district.csv", _figure(REGIONAL, BOUNDED, {**GROWTH, **PAGE, "note": ANY})),
    FileSchema(
        "ningbo/by_industry.csv",
        _figure({"industry": FILLED, **REGIONAL}, BOUNDED, {**GROWTH, **PAGE, "note": ANY}),
    ),
    FileSchema(
        "sources.csv",
        {
            "id": _numbered("P"),
            "title": FILLED,
            "url": ADDRESS,
            "kind": FILLED,
            "published": PUBLISHED,
            "grade": _one_of(*grades.GRADES),
            "basis": _one_of("listed", "tag"),
            "tag": ANY,
            "recheck": FLAG,
            "files": FILLED,
        },
    ),
    FileSchema(
        "indicators.csv",
        {
            "id": OWN_SLUG,
            "unit": FILLED,
            "label_zh": FILLED,
            "label_en": FILLED,
            "definition_zh": FILLED,
            "kind": _one_of(*INDICATOR_KINDS),
            "since": YEAR_OR_EMPTY,
            "decimals": like("应为 0 至 4", r"[0-4]"),
            "simulated": FLAG,
        },
    ),
    FileSchema(
        "outcomes.csv",
        {
            "indicator": SUM,
            "period": WHEN,
            "value": NUMBER,
            "rule": _one_of("=", ">="),
            "source": like("应为一个证据编号", r"[SFAMDI]\d{3}"),
            "note_zh": FILLED,
        },
    ),
    FileSchema(
        "validation/misses.csv",
        {
            "indicator": SUM,
            "period": Rule("应为 YYYY 或 YYYY-MM；模式检验留空", lambda text: not text or WHEN.test(text)),
            "verdict": _one_of("low", "high"),
            "reason_zh": FILLED,
            "basis_zh": FILLED,
        },
    ),
    FileSchema(
        "validation/history.csv",
        {
            "indicator": SUM,
            "period": like("应为 YYYY", r"20\d\d"),
            "value": NUMBER,
            "kind": _one_of("level", "flow"),
            "sources": SEVERAL,
            "note_zh": ANY,
        },
    ),
    FileSchema(
        "validation/patterns.csv",
        {
            "id": Rule("不能为空或重复", FILLED.test, unique=True),
            "label_zh": FILLED,
            "low": NUMBER,
            "high": NUMBER_OR_EMPTY,
            "unit": ANY,
            "sources": SEVERAL,
            "kind": _one_of("built_in", "independent"),
            "basis_zh": FILLED,
        },
    ),
    FileSchema(
        "forecast/stretch.csv",
        {
            "frequency": _one_of("YS", "QS", "MS"),
            "to_period": COUNT,
            "factor": NUMBER,
            "degrees": NUMBER,
            "typical_sd": NUMBER,
            "series": COUNT,
            "collections": COUNT,
        },
    ),
    FileSchema(
        "policy/arithmetic.csv",
        {
            "id": SLUG,
            "kind": _one_of("contradiction", "not_binding"),
            "left": like("应为证据编号与数的算式", r"[SFAMDI0-9.+*/()\-]+"),
            "relation": _one_of(">="),
            "right": like("应为证据编号与数的算式", r"[SFAMDI0-9.+*/()\-]+"),
            "unit": FILLED,
            "holds_zh": FILLED,
            "fails_zh": FILLED,
        },
    ),
    FileSchema(
        "policy/targets.csv",
        {
            "id": TARGET_ID,
            "group": GROUP,
            "label_zh": FILLED,
            "indicator": SLUG,
            "period_start": MONTH,
            "deadline": MONTH,
            "threshold": NUMBER,
            "unit": FILLED,
            "direction": _one_of(*DIRECTIONS),
            "mode": _one_of(*MODES),
            "reading_zh": ANY,
            "basis": _one_of(*BASES),
            "needs_zh": ANY,
            "sources": CLAUSE_IDS,
            "document": FILLED,
            "article": FILLED,
            "state": _one_of(*STATES),
            "state_note_zh": ANY,
        },
    ),
)
"""One schema for each file of evidence, indicators and targets."""


def check_files() -> None:
    """Check every file against its schema; when all pass, check what the files say of each other.

    Raises:
        DataInvalid: with every problem found.
    """
    problems = [problem for schema in SCHEMAS for problem in check_file(schema)]
    problems = problems or list(broken_relations())
    if problems:
        raise DataInvalid(problems)


def check_file(schema: FileSchema) -> list[Problem]:
    """Return every problem of one file, by line."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    found = rows(schema.file)
    surplus = "格数多于表头，含逗号的文字须用英文双引号括起"
    problems = {
        Problem(schema.file, line, SURPLUS, str(row[SURPLUS]), surplus)
        for line, row in enumerate(found, start=FIRST_LINE)
        if SURPLUS in row
    }
    frame = pd.DataFrame(list(found), dtype=object).drop(columns=SURPLUS, errors="ignore")
    try:
        pandera_schema(schema).validate(frame, lazy=True)
    except SchemaErrors as error:
        problems |= {_problem(schema, case) for case in error.failure_cases.to_dict("records")}
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def pandera_schema(schema: FileSchema) -> DataFrameSchema:
    """Return the pandera schema of one file: text columns, all required, none besides."""
    import pandera.pandas as pa

    columns = {
        name: pa.Column(object, pa.Check(rule.test, element_wise=True), unique=rule.unique, nullable=False)
        for name, rule in schema.columns.items()
    }
    return pa.DataFrameSchema(columns, strict=True)


def _problem(schema: FileSchema, case: dict[object, object]) -> Problem:
    """Translate one of pandera's failure cases."""
    value, index = str(case["failure_case"]), str(case["index"])
    if case["check"] == "column_in_schema":
        return Problem(schema.file, 1, value, "", "多余的列，请删去或改名")
    if case["check"] == "column_in_dataframe":
        return Problem(schema.file, 1, value, "", "缺少这一列")
    line = int(index) + FIRST_LINE if index.isdecimal() else 0
    column = str(case["column"])
    missing = case["check"] == "not_nullable"
    return Problem(schema.file, line, column, "" if missing else value, schema.columns[column].expected)
