"""Tables for the terminal: Chinese headings, aligned columns, no colour where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report import numbers, sentences
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

WIDE = 200
"""Columns of a table that is written to a file or pipe, where nothing wraps."""


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print a table on stdout; ``right`` are the columns set right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def show_targets(targets: pd.DataFrame, words: Wording) -> None:
    """Print the answered targets, how many are settled or only tracked, and the user's own figures."""
    answered = sentences.modelled(targets).sort_values("deadline", kind="stable")
    keys = ("name", "deadline", "chance", "interval", "median", "range", "runs", "basis", "id")
    column = words.items("table.targets.columns")
    rows = [_target(row, words) for row in rows_of(answered)]
    show([column[key] for key in keys], rows, right=(2, 3, 4, 6))
    print(sentences.coverage(targets, words))
    for row in rows_of(targets.dropna(subset="observed")):
        print(f"{sentences.target_name(row, words)}（{row['deadline']}）：{sentences.observed(row, words)}")


def show_forecast(smoothed: pd.DataFrame, words: Wording) -> None:
    """Print the statistical path of output by year."""
    rows = [
        [
            str(row["year"]),
            numbers.amount(row["median"], "亿元", words),
            numbers.amount_interval(row["lo50"], row["hi50"], "亿元", words),
            numbers.amount_interval(row["lo80"], row["hi80"], "亿元", words),
        ]
        for row in rows_of(smoothed)
    ]
    heads = [words(f"chart.{key}") for key in ("year", "median", "interval50", "interval80")]
    show(heads, rows, right=(1, 2, 3))


def _target(row: Row, words: Wording) -> list[str]:
    """One target; all its numbers are in one unit, the threshold in its name too."""
    largest = sentences.largest(row)
    return [
        sentences.target_name(row, words),
        str(row["deadline"]),
        numbers.share(row["probability"], row["runs"], words),
        numbers.percent_interval(row["ci_low"], row["ci_high"], words),
        numbers.amount(row["median"], row["unit"], words, largest),
        numbers.amount_interval(row["p10"], row["p90"], row["unit"], words, largest),
        str(row["runs"]),
        words(f"basis.{row['basis']}"),
        str(row["id"]),
    ]
