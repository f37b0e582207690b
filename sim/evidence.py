"""What is known: clauses of the five policy documents, facts from other pages, statistics of Ningbo.

Row ids: ``S001…`` a clause with its quote (``data/policy/seed_facts.csv``), ``F001…`` a fact from a page
(``data/policy/facts.csv``), and statistics by file and row: ``A001…`` annual, ``M001…`` monthly, ``D001…`` by
district, ``I001…`` by industry (``data/ningbo/``). The files are explained in ``data/README.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import figures, grades
from sim import observations as statistics
from sim.observations import observations
from sim.problems import Absent
from sim.tables import Row, near, rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Clause", "NoQuote", "UnknownEvidence", "check", "clause", "facts", "observations", "quote"]

ROW_ID = re.compile(r"[SFAMDI]\d{3}")
SEEDS = "policy/seed_facts.csv"
FACTS = "policy/facts.csv"
DOCUMENTS = "policy/documents.csv"


class UnknownEvidence(Absent):
    """No row has this id."""

    def __init__(self, evidence_id: str, known: list[str]) -> None:
        self.evidence_id = evidence_id
        self.suggestion = near(evidence_id.upper(), known)
        super().__init__(
            f"没有编号为“{evidence_id}”的证据。{self.suggestion}编号形如 S001（政策条款）、F001（网页事实）、"
            "A001、M001、D001、I001（年度、月度、分区县、分行业统计）。"
        )


class NoQuote(LookupError):
    """The row is a figure; no sentence was kept with it."""

    def __init__(self, evidence_id: str) -> None:
        self.evidence_id = evidence_id
        super().__init__(f"{evidence_id} 只保存数值与出处，没有原文引句；只有 S 开头的政策条款附原文。")


@dataclass(frozen=True)
class Clause:
    """One row of evidence as a reader cites it.

    ``quote`` is the document's own words, empty for rows that are not policy clauses; ``statement`` always
    says what the row states. ``document`` is the document number, or the title of the page. ``value`` is as
    published. ``grade`` is A, B or C. ``as_of`` is the date of issue or publication.
    """

    id: str
    document: str
    article: str
    statement: str
    quote: str
    grade: str
    value: str
    unit: str
    note: str
    url: str
    as_of: str


def clause(evidence_id: str) -> Clause:
    """Return any row of evidence by id.

    Raises:
        UnknownEvidence: no row has this id.
    """
    for row in rows(SEEDS):
        if row["id"] == evidence_id:
            return _from_seed(row)
    for row in rows(FACTS):
        if row["id"] == evidence_id:
            return _from_fact(row)
    figure = statistics.find(evidence_id)
    if figure is None:
        known = [row["id"] for name in (SEEDS, FACTS) for row in rows(name)]
        raise UnknownEvidence(evidence_id, known + statistics.ids())
    return _from_figure(evidence_id, figure)


def quote(evidence_id: str) -> str:
    """Return the words of a policy clause, exactly as in the document.

    Raises:
        UnknownEvidence: no row has this id.
        NoQuote: the row is not a policy clause.
    """
    words = clause(evidence_id).quote
    if not words:
        raise NoQuote(evidence_id)
    return words


def facts() -> pd.DataFrame:
    """Return clauses and facts, indexed by id (S…, then F…).

    Columns as in the two files (text, empty where one of the files lacks the column), and: ``number`` (the
    value where it is one plain number, else NaN), ``grade`` (A, B, C), ``recheck`` (a copy, to be checked at
    its origin before citing), ``as_of`` (date of issue or publication, else the end of what was measured,
    else empty).
    """
    import pandas as pd

    issued, pages = _issued(), grades.graded_pages()
    seeds = [
        row | {"grade": grades.DOCUMENT_GRADE, "recheck": False, "as_of": issued[row["document"]]}
        for row in rows(SEEDS)
    ]
    table = pd.DataFrame([*seeds, *(row | _standing(row, pages) for row in rows(FACTS))]).set_index("id")
    text = [name for name in table.columns if name != "recheck"]
    table[text] = table[text].fillna("")
    table["number"] = [figures.number(value) for value in table["value"]]
    return table


def check() -> None:
    """Validate every file of evidence, indicators and targets against its schema (slow: seconds).

    Raises:
        DataInvalid: with every problem found, each with file, line and column.
    """
    from sim.schemas import check_files

    check_files()


def _issued() -> dict[str, str]:
    return {row["document"]: row["issued"] for row in rows(DOCUMENTS)}


def _standing(row: Row, pages: dict[str, Row]) -> dict[str, object]:
    """Grade, need of a second look, and date of a fact."""
    published = figures.published_date(row["published"])[0]
    # an undated page is at least as young as what it measures; a date it promises says nothing of its age
    measured = row["period_end"] or row["period_start"] if row["kind"] == "actual" else ""
    return {
        "grade": grades.grade_of_page(row["source_url"], row["source_title"], pages),
        "recheck": grades.recheck(grades.tag(row["note"])),
        "as_of": published or measured,
    }


def _from_seed(row: Row) -> Clause:
    return Clause(
        id=row["id"],
        document=row["document"],
        article=row["clause"],
        statement=row["indicator_zh"],
        quote=row["quote"],
        grade=grades.DOCUMENT_GRADE,
        value=row["value"],
        unit=row["unit"],
        note=row["note"],
        url="",
        as_of=_issued()[row["document"]],
    )


def _from_fact(row: Row) -> Clause:
    standing = _standing(row, grades.graded_pages())
    return Clause(
        id=row["id"],
        document=row["document"] or row["source_title"],
        article=row["clause"],
        statement=row["indicator_zh"],
        quote="",
        grade=str(standing["grade"]),
        value=row["value"],
        unit=row["unit"],
        note=row["note"],
        url=row["source_url"],
        as_of=str(standing["as_of"]),
    )


def _from_figure(evidence_id: str, row: Row) -> Clause:
    pages = grades.graded_pages()
    rate = row.get("growth_pct", "")
    return Clause(
        id=evidence_id,
        document=statistics.source_title(row, pages),
        article="",
        statement=f"{row['indicator_zh']} {statistics.place(row)}" + (f"（同比 {rate} %）" if rate else ""),
        quote="",
        grade=statistics.grade(row, pages),
        value=row["value"],
        unit=row["unit"],
        note=row["note"],
        url=row["source_url"],
        as_of=figures.published_date(row["published"])[0],
    )
