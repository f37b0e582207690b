"""What in a register is so far from published figures, or from the rest of its row, that it should be looked at again;
nothing of it stops a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.population.synthesis import SCALE_LINE, population_parameters
from sim.register.checks import Numbers, PublishedRatio, plainly, published_ratios
from sim.register.fields import FIELDS, LEAST, UNITS
from sim.register.notes import DOUBTED, Note
from sim.register.reading import Raw
from sim.register.slips import slips

Codes = Mapping[str, NDArray[np.int64]]
OTHER_SIDE = 3
"""Times the above-scale threshold that output may lie on its other side (assumption): a firm joins the list, or leaves
it, a year after its revenue has crossed the threshold."""


def doubts(raw: Raw, numbers: Numbers, codes: Codes, good: NDArray[np.intp]) -> Iterator[Note]:
    """Say what should be looked at again.

    Args:
        numbers, codes: as of a :class:`~sim.register.cleaning.Register`, of the rows that can be used.
        good: their places among all rows.
    """
    rows = raw.rows[good]
    for ratio in published_ratios():
        yield from _unit_of_a_column(raw, numbers, ratio)
    yield from slips(raw, numbers, codes["industry"], good)
    if "above_scale" in codes:
        for said, wrong in _other_side(numbers["output"], codes["above_scale"]):
            if wrong.any():
                yield Note(DOUBTED, raw.headings["above_scale"], said, rows[wrong])


def _unit_of_a_column(raw: Raw, numbers: Numbers, ratio: PublishedRatio) -> Iterator[Note]:
    """Doubt the unit of a column by the median of its ratio to output; who has none of it says nothing."""
    if ratio.column not in numbers:
        return
    with np.errstate(invalid="ignore", divide="ignore"):
        values = numbers[ratio.upper] / numbers[ratio.lower]
    values = values[np.isfinite(values) & (values > 0)]
    low, high = min(ratio.usual) / ratio.wider, max(ratio.usual) * ratio.wider
    if len(values) < LEAST or low <= (median := float(np.median(values))) <= high:
        return
    written = raw.units[ratio.column]
    likely = _likely(ratio, median, written)
    shown = [plainly(ratio.written * value, 3) for value in (median, low, high)]
    yield Note(DOUBTED, raw.headings[ratio.column], (
        f"{ratio.title_zh}的中位数是 {shown[0]} {ratio.unit}，而按{ratio.basis}折算，放宽 "
        f"{plainly(ratio.wider, 2)} 倍后在 {shown[1]} 至 {shown[2]} {ratio.unit}之间：读作的单位是 {written}"
        + (f"，像是 {likely}" if likely else "") + "，请与产值的单位一并核对"
    ))  # fmt: skip


def _likely(ratio: PublishedRatio, median: float, written: str) -> str:
    """Names of the unit in which the median would be as published, or nearly so; empty where none is."""
    sizes, (low, high), nearly = UNITS[FIELDS[ratio.column].kind], sorted(ratio.usual), ratio.wider**0.5
    power = -1 if ratio.column == ratio.lower else 1
    then = {name: median * (size / sizes[written]) ** power for name, size in sizes.items()}
    best = min(then.values(), key=lambda value: abs(np.log(value**2 / (low * high))))
    if not low / nearly <= best <= high * nearly:
        return ""
    return "、".join(name for name, value in then.items() if np.isclose(value, best))


def _other_side(
    output: NDArray[np.float64], above: NDArray[np.int64]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """What is said of those whose output lies far on the other side of the threshold than they do, and who they are."""
    entry = population_parameters()[SCALE_LINE]
    low, high = entry / OTHER_SIDE, entry * OTHER_SIDE
    line = f"标准（年 {entry:,.0f} 万元）"
    yield f"写着规上，产值却不到{line}的三分之一，请核对", (above == 1) & (output < low)
    yield f"写着不是规上，产值却超过{line}的三倍，请核对", (above == 0) & (output > high)
