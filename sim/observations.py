"""Statistics of Ningbo as published (``data/ningbo/``): one row a figure, a stable id by file and row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import figures, grades
from sim.regions import CITY
from sim.tables import Row, rows

if TYPE_CHECKING:
    import pandas as pd

FILES = {"A": "annual", "M": "monthly", "D": "by_district", "I": "by_industry"}
"""Id letter of each file."""


def file_rows(letter: str) -> tuple[Row, ...]:
    """Return the rows of the file with this id letter, as text."""
    return rows(f"ningbo/{FILES[letter]}.csv")


def row_id(letter: str, number: int) -> str:
    """Name the row with this number (from 1) of a file: ``A001``."""
    return f"{letter}{number:03d}"


def ids() -> list[str]:
    """Return the ids of all rows, in file order."""
    return [row_id(letter, number) for letter in FILES for number in range(1, len(file_rows(letter)) + 1)]


def find(evidence_id: str) -> Row | None:
    """Return the row with this id as text, or None."""
    letter, digits = evidence_id[:1], evidence_id[1:]
    if letter not in FILES or not digits.isdecimal():
        return None
    table, number = file_rows(letter), int(digits)
    known = 1 <= number <= len(table) and row_id(letter, number) == evidence_id
    return table[number - 1] if known else None


def observations() -> pd.DataFrame:
    """Return every figure, indexed by id in file order, nothing interpolated.

    Columns: table, indicator_id, indicator_zh, region, industry, period (YYYY or YYYY-MM), measure (annual,
    month, cumulative, point, target, yoy, yoy_month, yoy_cumulative), value, bound ('>' where only exceeded),
    unit, rounding (step of the last digit, same unit), growth_pct (equal to value for the yoy measures),
    growth_rounding, growth_basis (可比价, 现价, 名义 or empty), source_url, source_title, published (date),
    published_inferred, derived (worked out from two published numbers of one sentence), is_target (a plan's
    number, not an outcome), grade (A, B, C), note.
    """
    import pandas as pd

    pages = grades.graded_pages()
    found = [
        {"id": row_id(letter, number), "table": name, **_parsed(row, pages)}
        for letter, name in FILES.items()
        for number, row in enumerate(file_rows(letter), start=1)
    ]
    return pd.DataFrame(found).set_index("id")


def period(row: Row) -> str:
    """Return the year or month a row is about."""
    return row.get("year") or row["period"]


def place(row: Row) -> str:
    """Return the region, industry and period of a row in words."""
    return " ".join(filter(None, (row.get("region", CITY), row.get("industry", ""), period(row))))


def source_title(row: Row, pages: dict[str, Row]) -> str:
    """Return the title of the page a row was read from, empty where none is known."""
    if row.get("source_title"):
        return row["source_title"]
    return pages[row["source_url"]]["title"] if row["source_url"] else ""


def grade(row: Row, pages: dict[str, Row]) -> str:
    """Return the grade of the page a row was read from."""
    return grades.grade_of_page(row["source_url"], row.get("source_title", ""), pages)


def _parsed(row: Row, pages: dict[str, Row]) -> dict[str, object]:
    measure, note = row.get("measure", "annual"), row["note"]
    rate = row.get("growth_pct", "")
    printed = row["value"]
    if measure.startswith("yoy"):
        printed = rate = rate or printed
    bound, value = figures.bounded(printed)
    published, inferred = figures.published_date(row["published"])
    return {
        "indicator_id": row["indicator_id"],
        "indicator_zh": row["indicator_zh"],
        "region": row.get("region", CITY),
        "industry": row.get("industry", ""),
        "period": period(row),
        "measure": measure,
        "value": value,
        "bound": bound,
        "unit": row["unit"],
        "rounding": figures.rounding_unit(printed, note),
        "growth_pct": figures.number(rate),
        "growth_rounding": figures.rounding_unit(rate, ""),
        "growth_basis": row.get("growth_basis") or figures.growth_basis(note),
        "source_url": row["source_url"],
        "source_title": source_title(row, pages),
        "published": published,
        "published_inferred": inferred,
        "derived": note.startswith(figures.DERIVED),
        "is_target": measure == "target" or "target" in row["indicator_id"],
        "grade": grade(row, pages),
        "note": note,
    }
