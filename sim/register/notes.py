"""What was done with the cells of a register: mended, filled up, refused or doubted, and how that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.problems import folded

if TYPE_CHECKING:
    import pandas as pd

FIXED, IMPUTED, REFUSED, DOUBTED = "fixed", "imputed", "refused", "doubted"
TITLES = {FIXED: "改读", IMPUTED: "补齐", REFUSED: "拒绝", DOUBTED: "存疑"}
WHOLE = "全部"
SHOWN = 3
"""Ways of writing that are shown of a column."""
"""In place of a row's number where the whole column or file is meant."""


@dataclass(frozen=True)
class Note:
    """The same thing said of several cells of one column.

    ``rows``: their rows in the file, none where the whole column or file is meant. ``cells``: as written, by row;
    ``meant``: the words they were read as, where they are words.
    """

    kind: str
    column: str
    said: str
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    cells: Sequence[str] = ()
    meant: Sequence[str] = ()


@dataclass(frozen=True)
class CellProblem:
    """One cell, column or file that is not as it should be; ``row`` 0 where a whole column or the file is meant."""

    file: str
    sheet: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        place = self.file + (f"，工作表“{self.sheet}”" if self.sheet else "")
        place += f" 第 {self.row} 行" if self.row else ""
        column = f"“{self.column}”列" if self.column else ""
        return f"{place}{'，' if self.row and column else ' ' if column else ''}{column}：{self.expected}" + (
            f"，现为“{self.value}”" if self.value else ""
        )


def problems(notes: Iterable[Note], file: str, sheet: str, kind: str = REFUSED) -> list[CellProblem]:
    """Return what was noted of one kind cell by cell, by row."""
    found = []
    for note in notes:
        if note.kind == kind:
            cells = note.cells or [""] * len(note.rows)
            found += [
                CellProblem(file, sheet, int(row), note.column, str(cell), note.said)
                for row, cell in zip(note.rows, cells, strict=True)
            ] or [CellProblem(file, sheet, 0, note.column, "", note.said)]
    return sorted(found, key=lambda one: (one.row, one.column, one.expected))


def shortened(found: Sequence[CellProblem]) -> list[str]:
    """Return the lines to show: of what is said of many rows alike, the first few and how many more."""
    return folded(found, lambda one: (one.column, one.expected), lambda one: one.column)


def rows_of(notes: Iterable[Note], kind: str) -> int:
    """Return how many rows something of this kind was noted of."""
    parts = [note.rows for note in notes if note.kind == kind]
    return len(np.unique(np.concatenate(parts))) if parts else 0


def cells_of(notes: Iterable[Note], kind: str) -> dict[str, int]:
    """Return how many cells something of this kind was noted of, by column."""
    counts: Counter[str] = Counter()
    for note in notes:
        if note.kind == kind and len(note.rows):
            counts[note.column] += len(note.rows)
    return dict(counts)


def rereadings(notes: Iterable[Note]) -> list[str]:
    """Return of each column of words how those that are no codes were read, the most frequent first."""
    lines = []
    for note in notes:
        both = zip(note.cells, note.meant, strict=False)
        pairs = Counter((cell, ours) for cell, ours in both if not cell[:1].isascii())
        if pairs:
            told = "、".join(f"“{cell}”读作{ours}（{count:,} 行）" for (cell, ours), count in pairs.most_common(SHOWN))
            lines.append(f"“{note.column}”列：{told}" + (f"等 {len(pairs)} 种写法" if len(pairs) > SHOWN else ""))
    return lines


def to_frame(notes: Iterable[Note], with_values: bool) -> pd.DataFrame:
    """Return a row a cell: 行, 列, 处理, 说明, and with ``with_values`` 原值; nothing else that tells an enterprise."""
    import pandas as pd

    parts: list[dict[str, Any]] = [
        {"行": note.rows if len(note.rows) else [WHOLE], "列": note.column, "处理": TITLES[note.kind],
         "说明": note.said, **({"原值": list(note.cells) or ""} if with_values else {})}
        for note in notes
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=["行", "列", "处理", "说明", *(["原值"] if with_values else [])])
    whole = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    order = pd.to_numeric(whole["行"], errors="coerce")
    return whole.iloc[np.argsort(order.to_numpy(float), kind="stable")].reset_index(drop=True)
