"""How good a source is: A official, B press or government page, C secondary; decided per page.

The graded pages are in ``data/sources.csv``. A page is graded by hand where it was catalogued singly (basis
``listed``), else by the tag its note begins with (basis ``tag``), by the rule below. The five policy
documents are graded A.
"""

from __future__ import annotations

import re

from sim.tables import rows

GRADES = ("A", "B", "C")
DOCUMENT_GRADE = "A"
UNTRACEABLE_GRADE = "C"

PRESS = ("官媒", "媒体", "机构", "论文", "期刊", "镜像", "转载", "政务")
SECONDARY = ("自媒体", "弱", "论坛", "评论", "中介", "商业页", "转述")
COPIES = ("转载", "镜像", "转述")


class UnknownTag(ValueError):
    """A note begins with no tag, or with one the grading rule does not know."""

    def __init__(self, note: str) -> None:
        self.note = note
        super().__init__(
            "备注应以方括号中的来源类别开头（如 [官方]、[官媒]、[转载]、[自媒体]），"
            f"现为“{note[:20]}”，无法定级。"
        )


def tag(note: str) -> str:
    """Return the source kind at the start of a note: ``[转载] …`` gives ``转载``.

    Raises:
        UnknownTag: the note begins with no tag.
    """
    match = re.match(r"\[([^]]+)]", note)
    if match is None:
        raise UnknownTag(note)
    return match.group(1)


def grade_of_tag(kind: str) -> str:
    """Grade a source kind: 官方 A; anything weak or retold C; press, papers and word-for-word copies B.

    A copy (转载, 镜像) holds the right text on a third party's page: still B, but to be checked at its origin
    before it is cited (see ``recheck``).

    Raises:
        UnknownTag: no rule for this kind.
    """
    if kind == "官方":
        return "A"
    if any(word in kind for word in SECONDARY):
        return "C"
    if any(word in kind for word in PRESS):
        return "B"
    raise UnknownTag(f"[{kind}]")


def recheck(kind: str) -> bool:
    """Whether the page is a copy, to be checked at its origin before it is cited."""
    return any(word in kind for word in COPIES)


def graded_pages() -> dict[str, dict[str, str]]:
    """Return the rows of ``data/sources.csv`` by page key."""
    return {page_key(row["url"], row["title"]): row for row in rows("sources.csv")}


def page_key(url: str, title: str) -> str:
    """Name a page: its address, else its title; empty when it has neither."""
    return url or title


def grade_of_page(url: str, title: str, pages: dict[str, dict[str, str]]) -> str:
    """Grade a page; one with neither address nor title cannot be traced and is C.

    Raises:
        KeyError: a page that ``data/sources.csv`` does not list.
    """
    key = page_key(url, title)
    return pages[key]["grade"] if key else UNTRACEABLE_GRADE
