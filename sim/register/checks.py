"""What the columns of a register say of each other and of the published totals: repeats, order, units of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.population.margins import YI, read_margins
from sim.population.synthesis import population_parameters
from sim.register.fields import FIELDS, LEAST, OURS, UNITS
from sim.register.notes import DOUBTED, REFUSED, Note

Numbers = Mapping[str, NDArray[np.float64]]
PARTS = (
    ("tax", "output", "税收大于产值", REFUSED),
    ("value_added", "output", "增加值大于产值", REFUSED),
    ("tax", "value_added", "税收大于增加值；税收是增加值的一部分，亏损企业才可能如此", DOUBTED),
)  # fmt: skip
"""What cannot, or hardly, be larger than what; tax and output as the statistical office defines them."""
LISTED = 200
"""Repeats that are told with the row of the first; beyond that they are told together."""


def relations(numbers: Numbers, headings: Mapping[str, str], rows: NDArray[np.int64]) -> Iterator[Note]:
    """Say where a part is larger than its whole."""
    for part, whole, said, kind in PARTS:
        if part in numbers and whole in numbers:
            with np.errstate(invalid="ignore"):
                wrong = np.flatnonzero(numbers[part] > numbers[whole])
            if wrong.size:
                shown = f"{said}（“{headings[whole]}”列）"
                cells = [f"{numbers[part][at]:g}，{FIELDS[whole].title_zh}为 {numbers[whole][at]:g} {OURS['money']}"
                         for at in wrong]  # fmt: skip
                yield Note(kind, headings[part], shown, rows[wrong], cells)


def repeats(ids: Sequence[str], heading: str, rows: NDArray[np.int64]) -> Iterator[Note]:
    """Say where an id stands a second time."""
    first: dict[str, int] = {}
    again: list[tuple[int, int]] = []
    for place, each in enumerate(ids):
        if each and first.setdefault(each, place) != place:
            again.append((place, first[each]))
    if len(again) > LISTED:
        late = [place for place, _ in again]
        yield Note(REFUSED, heading, "编号重复，前面的行已有，请只留一行", rows[late], [ids[place] for place in late])
        return
    for place, before in again:
        said = f"编号重复（第 {rows[before]} 行已有），请只留一行"
        yield Note(REFUSED, heading, said, rows[[place]], [ids[place]])


def units_of_the_whole(numbers: Numbers, headings: Mapping[str, str]) -> Iterator[Note]:
    """Say where the mean of an enterprise is so far from published ones that the unit must be another.

    The published means of enterprises below and above scale, widened by the root of the step to the next unit that is
    often mistaken, are what a register's mean must lie between.
    """
    for name, (low, high) in published_means().items():
        values = numbers.get(name, np.zeros(0))
        if np.isfinite(values).sum() < LEAST:  # a mean of few tells of them, and shows no unit
            continue
        mean, units = float(np.nanmean(values)), UNITS[FIELDS[name].kind]
        if low <= mean <= high:
            continue
        middle = (low * high) ** 0.5
        likely = min(units, key=lambda unit: abs(np.log(max(mean, 1e-300) * units[unit] / middle)))
        ours = OURS[FIELDS[name].kind]
        said = (
            f"平均每家 {mean:,.4g} {ours}，而公开数据折算在 {low:,.3g} 至 {high:,.3g} {ours}之间：单位写错了"
            + (f"，像是 {likely}" if units[likely] != 1 else "")
        )  # fmt: skip
        yield Note(REFUSED, headings[name], said)


def published_means() -> dict[str, tuple[float, float]]:
    """Least and largest mean of an enterprise that a register may have, in our units."""
    asked, above, below, mu, output = _published()
    ten_thousand, square_metres = 1e4**0.5, UNITS["floor"]["亩"] ** 0.5
    tax = (output[0] * asked["tax_rate_below_scale"] / 100, asked["tax_per_mu"] * mu[1])
    added = (asked["value_added_below_scale"] * YI / below, asked["value_added_above_scale"] * YI / above)
    return {
        "output": (output[0] / ten_thousand, output[1] * ten_thousand),
        "value_added": (added[0] / ten_thousand, added[1] * ten_thousand),
        "tax": (tax[0] / ten_thousand, tax[1] * ten_thousand),
        "land": (mu[0] / square_metres, mu[1] * square_metres),
    }


def published_output_per_mu() -> tuple[float, float]:
    """Least and largest usual output per mu (万元): published means below scale (207: A003, F024, F228, and land as
    assumed) and above (722: A003, S115), widened by the root of the step from 亩 to 公顷."""
    _, _, _, mu, output = _published()
    hectare = UNITS["land"]["公顷"] ** 0.5
    return output[0] / mu[0] / hectare, output[1] / mu[1] * hectare


def _published() -> tuple[dict[str, float], float, float, tuple[float, float], tuple[float, float]]:
    """Margins by name, enterprises above and below scale, and land (亩) and output (万元) of one below and above."""
    asked = {name: margin.value for name, margin in read_margins(population_parameters()).items()}
    above = asked["firms_above_scale"]
    below = asked["firms_total"] - above
    land = asked["value_added_above_scale"] / asked["value_added_per_mu"] * YI
    mu = ((asked["land_total"] * YI - land) / below, land / above)
    output = (asked["gross_output_below_scale"] * YI / below, asked["gross_output_above_scale"] * YI / above)
    return asked, above, below, mu, output
