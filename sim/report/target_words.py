"""How the words of targets were read: the clause, what is counted for it, what is known of it or left open."""

from __future__ import annotations

import pandas as pd

from sim import evidence
from sim.indicators import indicators
from sim.report import sentences
from sim.report.tables import Row, rows_of, text
from sim.report.wording import OF_DATA, Wording


def target_words(rows: pd.DataFrame, words: Wording) -> list[str]:
    """Return a line a target (its readings together), in the order of ``rows``.

    Args:
        rows: of :attr:`sim.report.material.Material.targets`.
    """
    return [_line(rows_of(readings), words) for _, readings in rows.groupby("group", sort=False)]


def _line(readings: list[Row], words: Wording) -> str:
    first, after = readings[0], words("summary.next")
    name = sentences.target_name({**first, "id": first["group"]}, words)
    said = words(
        "table.targets.read_line",
        name=words("backcast.target", year=str(first["deadline"])[:4], name=name),
        clause=words("mark.clause").join(_clause(source, words) for source in text(first["sources"]).split(";")),
        counted=after.join(_counted(row, words) for row in readings),
        note=after.join(dict.fromkeys(words.of(text(row["state_note_zh"])) for row in readings)),
    )
    return said.strip()


def _clause(source: str, words: Wording) -> str:
    """Name a row of evidence; in the documents' own language with its words."""
    quote = evidence.clause(source).quote
    if words.lang != OF_DATA or not quote:
        return source
    return words("mark.colon", label=source, said=f"「{quote}」")


def _counted(row: Row, words: Wording) -> str:
    counted, reading = words.of(indicators()[row["indicator"]].definition_zh), sentences.reading(row, words)
    return words("mark.colon", label=reading, said=counted) if reading else counted
