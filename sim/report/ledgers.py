"""The variance ledger as it is printed and set: four shares of each target's spread that add to 100 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.ensemble.nested import LEVELS
from sim.report import numbers, sentences
from sim.report.commands import ledger_command
from sim.report.tables import Column, Row, field, rows_of, table
from sim.report.terminal import show
from sim.report.told import again_html
from sim.report.wording import Wording

if TYPE_CHECKING:
    from sim.analysis.ledger import Ledger


def show_ledger(shares: pd.DataFrame, words: Wording) -> None:
    """Print how much of each target's spread comes from which level."""
    columns = _columns(words)
    rows = [[column.cell(row) for column in columns] for row in rows_of(shares)]
    show([column.heading for column in columns], rows, right=(2, 3, 4, 5, 6))
    print(words("ledger.note", runs=int(shares["runs"].max()) if len(shares) else 0))


def ledger_table(found: Ledger, words: Wording) -> str:
    """Return the ledger as a table for the page, with its sizes in the caption."""
    stamp = found.stamp
    caption = words("ledger.caption", runs=stamp["runs"], enterprises=f"{stamp['enterprises']:,}")
    command = ledger_command(stamp["scenario"], stamp["sizes"], stamp["seed"], stamp["enterprises"])
    return table(found.shares, _columns(words), caption) + again_html([command], words)


def main_sources(shares: pd.DataFrame, words: Wording) -> str:
    """Say of each target where most of its spread comes from."""
    heads = words.items("ledger.columns")
    items = []
    for row in rows_of(shares):
        most = max(LEVELS, key=lambda level: row[level])
        name = sentences.target_name(row, words)
        share = numbers.percent(row[most], words)
        said = words("ledger.faint", share=share) if _faint(row, most) else share
        items.append(words("ledger.most", name=name, level=heads[most], share=said))
    return words("ledger.said", items=words("ledger.between").join(items))


def _columns(words: Wording) -> list[Column]:
    heads = words.items("ledger.columns")
    return [
        Column(heads["name"], lambda row: sentences.target_name(row, words)),
        field(heads["deadline"], "deadline"),
        Column(heads["sd"], lambda row: numbers.amount(row["sd"], str(row["unit"]), words), "number"),
        *(Column(heads[level], lambda row, level=level: _share(row, level, words), "number") for level in LEVELS),  # type: ignore[misc]
    ]


def _share(row: Row, level: str, words: Wording) -> str:
    value, low, high = (f"{100 * row[name]:.0f}" for name in (level, f"{level}_lo", f"{level}_hi"))
    said = words("mark.share", value=value, low=low, high=high)
    return words("ledger.faint", share=said) if _faint(row, level) else said


def _faint(row: Row, level: str) -> bool:
    """Whether a share that is there cannot be told from none: its range, as written, begins at nought."""
    return bool(round(100 * row[level]) > 0 >= round(100 * row[f"{level}_lo"]))
