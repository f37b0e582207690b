"""Schemas of the data files: columns in order, and what each cell must be.

pandera is imported when a check runs, never before: it takes a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import figures, grades
from sim.cell_rules import (
    ADDRESS,
    ANY,
    ARITHMETIC,
    BOUNDED,
    CLAUSE_IDS,
    COUNT,
    DAY,
    FILLED,
    FLAG,
    GROUP,
    MONTH,
    NUMBER,
    NUMBER_OR_EMPTY,
    OWN_SLUG,
    PERIOD,
    PUBLISHED,
    SEVERAL,
    SLUG,
    STATED_PERIOD,
    SUM,
    TAGGED,
    TARGET_ID,
    WHEN,
    YEAR,
    YEAR_OR_EMPTY,
    Rule,
    like,
    numbered,
    one_of,
)
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
class FileSchema:
    """The columns of one file, in order, each with its rule."""

    file: str
    columns: dict[str, Rule]


def _fact(letter: str, document: Rule, extra: dict[str, Rule]) -> dict[str, Rule]:
    return {
        "id": numbered(letter),
        "document": document,
        "clause": ANY,
        "indicator_zh": FILLED,
        "kind": one_of(*FACT_KINDS),
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


PAGE = {"source_url": ADDRESS, "source_title": FILLED, "published": PUBLISHED}
REGIONAL = {"region": FILLED, "period": STATED_PERIOD, "measure": one_of(*MEASURES)}
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
            {**GROWTH, "growth_basis": one_of("", *figures.BASES), **PAGE, "note": ANY},
        ),
    ),
    FileSchema(
        "ningbo/monthly.csv",
        _figure(
            {"period": MONTH, "measure": one_of(*MEASURES)},
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
            "id": numbered("P"),
            "title": FILLED,
            "url": ADDRESS,
            "kind": FILLED,
            "published": PUBLISHED,
            "grade": one_of(*grades.GRADES),
            "basis": one_of("listed", "tag"),
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
            "kind": one_of(*INDICATOR_KINDS),
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
            "rule": one_of("=", ">="),
            "source": like("应为一个证据编号", r"[SFAMDI]\d{3}"),
            "note_zh": FILLED,
        },
    ),
    FileSchema(
        "validation/misses.csv",
        {
            "indicator": SUM,
            "period": Rule("应为 YYYY 或 YYYY-MM；模式检验留空", lambda text: not text or WHEN.test(text)),
            "verdict": one_of("low", "high"),
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
            "kind": one_of("level", "flow"),
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
            "kind": one_of("built_in", "independent"),
            "basis_zh": FILLED,
        },
    ),
    FileSchema(
        "calibration/statistics.csv",
        {
            "id": OWN_SLUG,
            "label_zh": FILLED,
            "indicator": SLUG,
            "region": FILLED,
            "form": one_of("level", "per_year", "ratio", "growth"),
            "first": YEAR,
            "last": YEAR,
            "value": NUMBER,
            "error": like("应为正数", r"(?=.*[1-9])\d+(\.\d+)?"),
            "unit": FILLED,
            "sources": SEVERAL,
            "basis_zh": FILLED,
        },
    ),
    FileSchema(
        "calibration/left_out.csv",
        {"id": OWN_SLUG, "label_zh": FILLED, "sources": SEVERAL, "reason_zh": FILLED},
    ),
    FileSchema(
        "forecast/stretch.csv",
        {
            "frequency": one_of("YS", "QS", "MS"),
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
            "kind": one_of("contradiction", "not_binding"),
            "left": ARITHMETIC,
            "relation": one_of(">="),
            "right": ARITHMETIC,
            "unit": FILLED,
            "holds_zh": FILLED,
            "fails_zh": FILLED,
        },
    ),
    FileSchema(
        "policy/unclear.csv",
        {"id": SLUG, "statement_zh": FILLED, "sources": SEVERAL},
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
            "direction": one_of(*DIRECTIONS),
            "mode": one_of(*MODES),
            "reading_zh": ANY,
            "basis": one_of(*BASES),
            "needs_zh": ANY,
            "sources": CLAUSE_IDS,
            "document": FILLED,
            "article": FILLED,
            "state": one_of(*STATES),
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
