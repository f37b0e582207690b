"""What the data files say of each other: pages graded, documents listed, targets consistent and complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim import grades
from sim.problems import Problem
from sim.tables import Row, rows

FIRST_LINE = 2
"""Line of the first row: the header is line 1."""

CITING = (
    "policy/facts.csv",
    "ningbo/annual.csv",
    "ningbo/monthly.csv",
    "ningbo/by_district.csv",
    "ningbo/by_industry.csv",
)
"""The files whose rows cite a page."""

Fault = tuple[str, str, str]
"""Column, value, what was expected."""

Faults = Callable[[Row], Iterator[Fault]]


def broken_relations() -> Iterator[Problem]:
    """Yield every statement of one file about another that does not hold."""
    pages = grades.graded_pages()
    for name in CITING:
        yield from _lines(name, lambda row: _page_faults(row, pages))
    documents = {row["document"] for row in rows("policy/documents.csv")}
    clauses = {row["id"]: row for row in rows("policy/seed_facts.csv")}
    known = {row["id"]: row for row in rows("indicators.csv")}
    yield from _lines("policy/seed_facts.csv", lambda row: _document_faults(row, documents))
    yield from _lines("policy/targets.csv", lambda row: _target_faults(row, known, clauses))
    for name in ("outcomes.csv", "calibration/statistics.csv"):
        yield from _lines(name, lambda row: _outcome_faults(row, known))
    yield from _unregistered(clauses)


def _lines(name: str, faults: Faults) -> Iterator[Problem]:
    for line, row in enumerate(rows(name), start=FIRST_LINE):
        yield from (Problem(name, line, *fault) for fault in faults(row))


def _page_faults(row: Row, pages: dict[str, Row]) -> Iterator[Fault]:
    key = grades.page_key(row["source_url"], row.get("source_title", ""))
    if key and key not in pages:
        yield "source_url", key, "应在 sources.csv 中登记并定级"


def _document_faults(row: Row, documents: set[str]) -> Iterator[Fault]:
    if row["document"] not in documents:
        yield "document", row["document"], "应在 documents.csv 中登记"


def _target_faults(row: Row, known: dict[str, Row], clauses: dict[str, Row]) -> Iterator[Fault]:
    """Yield how a target contradicts its indicator, its clauses or itself."""
    indicator = known.get(row["indicator"])
    if indicator is None:
        yield "indicator", row["indicator"], "应为 indicators.csv 中的编号"
    else:
        yield from _basis_faults(row, indicator)
    if row["id"].partition(".")[0] != row["group"]:
        yield "group", row["group"], "应为编号中“.”之前的部分"
    if not row["group"].endswith(row["deadline"][:4]):
        yield "deadline", row["deadline"], "年份应与编号相同"
    if row["state"] != "open" and not row["state_note_zh"]:
        yield "state_note_zh", "", "状态不是 open 时须说明依据"
    for source in row["sources"].split(";"):
        if clauses.get(source, {"kind": ""})["kind"] != "target":
            yield "sources", source, "应为 seed_facts.csv 中 kind 为 target 的编号"


def _outcome_faults(row: Row, known: dict[str, Row]) -> Iterator[Fault]:
    for name in row["indicator"].split("+"):
        if known.get(name, {"simulated": ""})["simulated"] != "true":
            yield "indicator", name, "应为模型产出的指标"


def _basis_faults(row: Row, indicator: Row) -> Iterator[Fault]:
    """Yield how the way a target is answered contradicts its indicator."""
    if indicator["unit"] != row["unit"]:
        yield "unit", row["unit"], f"应与指标单位相同（{indicator['unit']}）"
    if (row["basis"] == "tracked") == (indicator["simulated"] == "true"):
        yield "basis", row["basis"], "模型产出的指标应为 simulated 或 forecast，其余为 tracked"
    if (row["basis"] == "tracked") != (f"data/own/{row['indicator']}.csv" in row["needs_zh"]):
        yield "needs_zh", row["needs_zh"], "tracked 的目标（且只有它）须写明应提供的文件 data/own/<指标>.csv"


def _unregistered(clauses: dict[str, Row]) -> Iterator[Problem]:
    """Yield every target clause that no target of the registry answers for."""
    registered = {source for row in rows("policy/targets.csv") for source in row["sources"].split(";")}
    for line, row in enumerate(clauses.values(), start=FIRST_LINE):
        if row["kind"] == "target" and row["id"] not in registered:
            yield Problem("policy/seed_facts.csv", line, "id", row["id"], "这条目标应在 targets.csv 中登记")
