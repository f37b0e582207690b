"""Tables of the page: plain, escaped, scrolling within themselves on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
MANY = 7
"""From so many columns on a table is set closer, so that it fits where others do."""


@dataclass(frozen=True)
class Column:
    """One column.

    Heading, how to write a row's cell, and how it is set: "number" (right), "wide" (sentences). ``quoted``: Chinese
    text that follows in a cell of a page in another language.
    """

    heading: str
    cell: Callable[[Row], str]
    kind: Literal["", "number", "wide"] = ""
    quoted: Callable[[Row], str] | None = None


def field(heading: str, name: str, kind: Literal["", "number", "wide"] = "") -> Column:
    """Make a column that shows a field as text."""
    return Column(heading, lambda row: text(row[name]), kind)


def text(value: object) -> str:
    """Write a cell as text; a missing value is empty."""
    import pandas as pd

    return "" if value is None or value is pd.NA or value != value else str(value)


def table(frame: pd.DataFrame, columns: Sequence[Column], caption: str) -> str:
    """Return an HTML table with a caption; every cell and heading is escaped."""
    heads = "".join(f'<th scope="col"{_kind(column)}>{escape(column.heading)}</th>' for column in columns)
    body = "".join(f"<tr>{_cells(row, columns)}</tr>" for row in rows_of(frame))
    many = " many" if len(columns) >= MANY else ""
    return (
        f'<div class="scroll{many}" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return a frame's rows as mappings from column name to value."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as JSON values: missing numbers become null, categories become text."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): _scalar(value) for name, value in row.items()} for row in plain.to_dict("records")]


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def folded(summary: str, html: str, kind: str = "") -> str:
    """Return HTML folded behind a line that opens it; ``summary`` is text, ``html`` is trusted."""
    return f'<details class="{kind}"><summary>{escape(summary)}</summary>{html}</details>'


def _cells(row: Row, columns: Sequence[Column]) -> str:
    return "".join(f"<td{_kind(column)}>{_cell(row, column)}</td>" for column in columns)


def _cell(row: Row, column: Column) -> str:
    said, quoted = escape(column.cell(row)), column.quoted(row) if column.quoted else ""
    return f'{said} <span lang="zh">{escape(quoted)}</span>' if quoted else said


def _kind(column: Column) -> str:
    return f' class="{column.kind}"' if column.kind else ""
