"""Which targets one drawn parameter decides nearly alone, as the table of targets says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import numbers, sentences
from sim.report.credibility import factor_grade, factor_title
from sim.report.page_parts import bullets, paragraph
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd


def alone(rows: pd.DataFrame, decisive: pd.DataFrame, words: Wording) -> str:
    """Say of each target among ``rows`` that a parameter decides nearly alone, which, over what range, and from where
    on it is met; empty where there is none."""
    found = {row["id"]: row for row in rows_of(decisive)}
    lines = [_line(row, found[row["id"]], words) for row in rows_of(rows) if row["id"] in found]
    if not lines:
        return ""
    return paragraph(words("table.targets.alone")) + bullets(lines)


def _line(target: Row, decides: Row, words: Wording) -> str:
    low, median, high = (numbers.plain(decides[name], words) for name in ("low", "median", "high"))
    factor = str(decides["parameter"])
    return words(
        "table.targets.alone_line", name=sentences.target_name(target, words), deadline=str(target["deadline"])[:4],
        factor=factor_title(factor, words), grade=factor_grade(factor, words), low=low, median=median, high=high,
        parted=_parted(target["direction"], decides, words),
    )  # fmt: skip


def _parted(direction: str, row: Row, words: Wording) -> str:
    if row["cut"] != row["cut"]:
        return words("table.targets.alone_same")
    more = (row["correlation"] > 0) == (direction == ">=")
    side = words(f"number.{'at_least' if more else 'at_most'}", value=numbers.plain(row["cut"], words))
    so = words("table.targets.alone_all") if row["agree"] == 1 else words(
        "table.targets.alone_share", share=numbers.percent(row["agree"], words)
    )
    return words("table.targets.alone_cut", side=side, so=so)
