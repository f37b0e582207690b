"""Single cells out of scale with the rest of their own row, as a unit mistaken in one cell leaves them.

A size says little: enterprises differ ten-thousandfold. The ratio of two columns of one row differs far less, and is
held to its median in the enterprise's industry, which no single cell moves. Which of the two cells is meant, the other
ratios of the row tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.register.checks import Numbers
from sim.register.fields import FIELDS, LEAST
from sim.register.notes import DOUBTED, Note
from sim.register.reading import Raw


@dataclass(frozen=True)
class Ratio:
    """One column over another of the same row.

    ``limit``: times the industry's median, either way, beyond which one of the cells is doubted. ``surer``: the two
    columns of another ratio that, where the row has it and it is as usual, makes this one needless.
    """

    above: str
    below: str
    limit: float
    title_zh: str
    surer: tuple[str, str] | None = None


RATIOS = (
    Ratio("output", "employees", 100, "每人的工业总产值"),
    Ratio("land", "floor", 30, "容积率（建筑面积÷用地）"),
    Ratio("energy", "output", 100, "单位产值能耗"),
    Ratio("value_added", "output", 100, "增加值率"),
    Ratio("tax", "output", 1000, "税收占产值的比例"),
    Ratio("land", "output", 200, "每亩产值", surer=("land", "floor")),
    Ratio("floor", "output", 300, "每平方米产值", surer=("land", "floor")),
    Ratio("land", "employees", 1000, "每人的用地"),
)  # fmt: skip
"""Limits (assumptions) lie between what the 73,000 synthetic enterprises reach, either way, and the slip to be caught.

Output per person 12 times, energy to output 9, value added to output 3.4: 100 is halfway to 元 in place of 万元.
Land to floor 4: 30 is halfway to ㎡ in place of 亩 (667). Tax to output 15; as some pay hardly any tax, only 元 or 亿元
in place of 万元 (10,000) is to be caught. Land and floor to output 324 and 265, where few work on much land, and told
only where land to floor is not known or not as usual: 200 of land leaves two of the 73,000, and finds 84 % of ㎡ in
place of 亩. Land per person 346.
"""
COLUMNS = ("tax", "value_added", "energy", "land", "floor", "output", "employees")
"""Of two that may both be meant, the first is named."""


def slips(raw: Raw, numbers: Numbers, industry: NDArray[np.int64], good: NDArray[np.intp]) -> Iterator[Note]:
    """Doubt each cell that is out of scale with the others of its row.

    Args:
        numbers, industry: of the rows that can be used.
        good: their places among all rows.
    """
    ratios = [one for one in RATIOS if one.above in numbers and one.below in numbers]
    if not ratios:
        return
    off = np.array([_off(numbers[one.above], numbers[one.below], industry) for one in ratios])
    for ratio, name, rows in _doubted(ratios, off):
        one = ratios[ratio]
        other = one.below if name == one.above else one.above
        said = (f"{one.title_zh}与同行业的中位数相差 {one.limit:,.0f} 倍以上，请核对这一格（单位、小数点）与"
                f"{FIELDS[other].title_zh}")  # fmt: skip
        places = good[rows]
        yield Note(DOUBTED, raw.headings[name], said, raw.rows[places], [raw.cells[name][at] for at in places])


def _off(above: NDArray[np.float64], below: NDArray[np.float64], industry: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log of a ratio over its industry's median, NaN where not known; an industry of few is held to all."""
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(above / below)
    known = np.isfinite(logs)
    if known.sum() < LEAST:
        return np.full(len(logs), np.nan)
    usual = np.full(len(logs), np.median(logs[known]))
    for each in np.unique(industry):
        own = industry == each
        if (own & known).sum() >= LEAST:
            usual[own] = np.median(logs[own & known])
    return np.where(known, logs - usual, np.nan)


def _doubted(
    ratios: Sequence[Ratio], off: NDArray[np.float64]
) -> Iterator[tuple[int, str, NDArray[np.intp]]]:
    """The ratio that tells, the column that it and the others of the row point to, and which rows; ``off``: (ratios,
    rows).

    Of the columns that wild ratios are of, the one with most; else the one whose other ratios are further off, or
    which has no other that would clear it; else the upper one. Its ratios are then explained, and what is left points
    to another.
    """
    known, distance = np.isfinite(off), np.abs(np.nan_to_num(off))
    wild = distance > np.log([one.limit for one in ratios])[:, None]
    telling = wild & ~_needless(ratios, known & ~wild)
    of = np.array([[name in (one.above, one.below) for one in ratios] for name in COLUMNS])
    while (rows := np.flatnonzero(telling.any(axis=0))).size:
        left, others = wild[:, rows], known[:, rows] & ~wild[:, rows]
        count, clearing = of @ left.astype(int), of @ others.astype(int)
        mean = np.where(clearing > 0, of @ np.where(others, distance[:, rows], 0.0) / np.maximum(clearing, 1), np.inf)
        column = np.where(count == count.max(axis=0), mean, -1.0).argmax(axis=0)
        its = of[column].T
        ratio = (its & telling[:, rows]).argmax(axis=0)
        for each, name in sorted(set(zip(ratio.tolist(), column.tolist(), strict=True))):
            yield each, COLUMNS[name], rows[(ratio == each) & (column == name)]
        wild[:, rows] &= ~its
        telling[:, rows] &= ~its


def _needless(ratios: Sequence[Ratio], usual: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which ratios a surer one of the row that is as usual makes needless; both (ratios, rows)."""
    at = {(one.above, one.below): place for place, one in enumerate(ratios)}
    return np.array([usual[at[one.surer]] if one.surer in at else np.zeros(usual.shape[1], bool) for one in ratios])
