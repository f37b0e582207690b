"""What in a register is so far from published figures, or from the rest of its industry, that it should be looked at
again; nothing of it stops a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.population.synthesis import SCALE_LINE, population_parameters
from sim.register.checks import Numbers, plainly, published_output_per_mu
from sim.register.fields import LEAST, UNITS
from sim.register.notes import DOUBTED, Note
from sim.register.reading import Raw
from sim.register.slips import slips

Codes = Mapping[str, NDArray[np.int64]]
OTHER_SIDE = 10**0.5
"""Times the above-scale threshold that output may lie on its other side (assumption): a firm joins the list, or leaves
it, a year after its revenue has crossed the threshold."""


def doubts(raw: Raw, numbers: Numbers, codes: Codes, good: NDArray[np.intp]) -> Iterator[Note]:
    """Say what should be looked at again.

    Args:
        numbers, codes: as of a :class:`~sim.register.cleaning.Register`, of the rows that can be used.
        good: their places among all rows.
    """
    rows = raw.rows[good]
    yield from _unit_of_land(raw, numbers)
    yield from slips(raw, numbers, codes["industry"], good)
    if "above_scale" in codes:
        for said, wrong in _other_side(numbers["output"], codes["above_scale"]):
            if wrong.any():
                yield Note(DOUBTED, raw.headings["above_scale"], said, rows[wrong])


def _unit_of_land(raw: Raw, numbers: Numbers) -> Iterator[Note]:
    """Doubt the unit of land by the median of output per mu, which no single row moves."""
    if "land" not in numbers:
        return
    unit = raw.units["land"]
    with np.errstate(invalid="ignore", divide="ignore"):
        per_mu = numbers["output"] / numbers["land"]
    per_mu = per_mu[np.isfinite(per_mu)]
    low, high = published_output_per_mu()
    if len(per_mu) < LEAST or low <= (median := float(np.median(per_mu))) <= high:
        return
    sizes = UNITS["land"]
    written, middle = sizes[unit], (low * high) ** 0.5
    likely = min(sizes.values(), key=lambda size: abs(np.log(median * written / size / middle)))
    names = "、".join(name for name, size in sizes.items() if np.isclose(size, likely))
    yield Note(DOUBTED, raw.headings["land"], (
        f"每亩产值的中位数是 {plainly(median)} 万元，而公开数据折算的平均放宽后在 {plainly(low, 3)} 至 "
        f"{plainly(high, 3)} 万元之间："
        f"读作的单位是 {unit}"
        + (f"，像是 {names}" if not np.isclose(likely, written) else "，请与产值的单位一并核对")
    ))  # fmt: skip


def _other_side(
    output: NDArray[np.float64], above: NDArray[np.int64]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """What is said of those whose output lies far on the other side of the threshold than they do, and who they are."""
    entry = population_parameters()[SCALE_LINE]
    low, high = entry / OTHER_SIDE, entry * OTHER_SIDE
    known = f"（标准 {entry:,.0f} 万元），请核对"
    yield f"写着规上，产值却不到 {low:,.0f} 万元{known}", (above == 1) & (output < low)
    yield f"写着不是规上，产值却超过 {high:,.0f} 万元{known}", (above == 0) & (output > high)
