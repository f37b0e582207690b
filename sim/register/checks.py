"""What the columns of a register say of each other and of the published totals: repeats, order, units of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.population.margins import YI, read_margins
from sim.population.synthesis import population_parameters
from sim.register.fields import ENERGY, FIELDS, LEAST, MONEY, OURS, UNITS
from sim.register.notes import DOUBTED, REFUSED, Note
from sim.register.numbers import plain

Numbers = Mapping[str, NDArray[np.float64]]
Written = Mapping[str, Sequence[str]]
PARTS = (
    ("tax", "output", "税收大于产值", REFUSED),
    ("value_added", "output", "增加值大于产值", REFUSED),
    ("tax", "value_added", "税收大于增加值；税收是增加值的一部分，亏损企业才可能如此", DOUBTED),
    ("rd", "output", "研发费用大于产值；尚未投产的企业才可能如此", DOUBTED),
)  # fmt: skip
"""What cannot, or hardly, be larger than what; tax and output as the statistical office defines them."""
ASSUMED = ("employees", "floor", "rd", "energy")
"""Numbers whose published figures are of enterprises above scale alone, or none."""
NONE_AT_ZERO = ("rd", "energy")
"""Numbers that many small enterprises do not have at all: their mean is of those that do."""
SHARES = 0.95
"""Of the research spending of enterprises that have any, this much at most one 万元: no such amounts are kept, but
shares of output are (2.16 % above scale: A105, A003)."""
TOLERANCE = 1e-6
"""Of a person: what 万人 turned into people leaves of rounding."""
SHORTENED, DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?([0-9]{1,3})", flags=re.ASCII), 15
"""How a long number is written by spreadsheets, and the digits that they keep of one (IEEE 754 double)."""
LISTED = 200
"""Repeats that are told with the row of the first; beyond that they are told together."""


def relations(
    numbers: Numbers, headings: Mapping[str, str], rows: NDArray[np.int64], cells: Written
) -> Iterator[Note]:
    """Say where a part is larger than its whole; ``cells`` as they are written."""
    for part, whole, said, kind in PARTS:
        if part in numbers and whole in numbers:
            with np.errstate(invalid="ignore"):
                wrong = np.flatnonzero(numbers[part] > numbers[whole]).tolist()
            if wrong:
                shown = f"{said}（“{headings[whole]}”列）"
                each = [f"{_written(cells, part, at, numbers[part][at])}，{FIELDS[whole].title_zh}为 "
                        f"{_written(cells, whole, at, numbers[whole][at], OURS['money'])}" for at in wrong]  # fmt: skip
                yield Note(kind, headings[part], shown, rows[wrong], each)


def _written(cells: Written, name: str, place: int, value: float, unit: str = "") -> str:
    """A number as it stands in the sheet, and where that is another in our unit, ours in brackets; ``unit`` is put
    behind one that is the same in ours."""
    cell, ours = plain(cells[name][place]), plainly(value, 10)
    try:
        same = bool(np.isclose(float(cell.replace(",", "")), value, rtol=1e-9))
    except ValueError:  # a unit stands beside it
        same = False
    if same:
        return f"{ours} {unit}".strip()
    return f"{cell}（合 {plainly(value) if value >= 1000 else ours} {OURS[FIELDS[name].kind]}）"


def numeric_ids(ids: Sequence[str], heading: str) -> Iterator[Note]:
    """Say once that ids were kept as numbers of more digits than Excel holds, so that different ones look alike."""
    lost = sum(map(is_shortened, ids))
    if lost:
        said = f"这一列是数字格式，Excel 只保 15 位，{lost:,} 行的编号已丢了末几位；请把编号列设为“文本”后重新导出"
        yield Note(REFUSED, heading, said)


def is_shortened(text: str) -> bool:
    """Whether an id is a number of sixteen digits and more in powers of ten, as spreadsheets write it."""
    found = SHORTENED.fullmatch(text)
    return found is not None and int(found[1]) >= DIGITS


def repeats(ids: Sequence[str], heading: str, rows: NDArray[np.int64]) -> Iterator[Note]:
    """Say where an id stands a second time, in full-width or small letters too."""
    first: dict[str, int] = {}
    again: list[tuple[int, int]] = []
    for place, each in enumerate(ids):
        key = (each if each.isascii() else plain(each)).upper()
        if each and not is_shortened(each) and first.setdefault(key, place) != place:
            again.append((place, first[key]))
    if len(again) > LISTED:
        late = [place for place, _ in again]
        yield Note(REFUSED, heading, "编号重复，前面的行已有，请只留一行", rows[late], [ids[place] for place in late])
        return
    for place, before in again:
        said = f"编号重复（第 {rows[before]} 行已有），请只留一行"
        yield Note(REFUSED, heading, said, rows[[place]], [ids[place]])


def units_of_the_whole(
    numbers: Numbers, headings: Mapping[str, str], rows: NDArray[np.int64], refused: Sequence[Note],
    cells: Written,
) -> Iterator[Note]:  # fmt: skip
    """Say where the mean of an enterprise is so far from published ones that the unit must be another.

    The published means of enterprises below and above scale, widened by the root of the step to the next unit that is
    often mistaken, are what a register's mean must lie between. Where one cell alone moves it out, that cell is told.

    Args:
        refused: what is wrong with single rows already, which then say nothing of the unit unless they are most.
        cells: as they are written.
    """
    other = ~np.isin(rows, [row for note in refused if note.kind == REFUSED for row in note.rows])
    places = np.arange(len(rows))
    if 2 * other.sum() >= len(rows):
        numbers, rows = {name: values[other] for name, values in numbers.items()}, rows[other]
        places = places[other]
    for name, (low, high) in published_means().items():
        values = numbers.get(name, np.zeros(0))
        with np.errstate(invalid="ignore"):
            values = values[values > 0] if name in NONE_AT_ZERO else values
        if np.isfinite(values).sum() < LEAST:  # a mean of few tells of them, and shows no unit
            continue
        mean, units = float(np.nanmean(values)), UNITS[FIELDS[name].kind]
        if name == "rd" and np.quantile(values, SHARES) <= 1:
            said = "几乎都不到 1 万元，像是研发费用占产值的比例：这一列应填金额，请乘以产值"
            yield Note(REFUSED, headings[name], said)
            continue
        if low <= mean <= high:
            continue
        ours, largest = OURS[FIELDS[name].kind], int(np.nanargmax(numbers[name]))
        span = f"{_basis(name)}折算在 {plainly(low, 3)} 至 {plainly(high, 3)} {ours}之间"
        rest = np.sort(values[np.isfinite(values)])[:-1]
        if mean > high and rest.size >= LEAST and low <= rest.mean() <= high:  # the mean itself would tell of the cell
            said = f"这一格多半写错了单位或多打了数字：单凭它，平均每家就超出范围，而{span}"
            cell = _written(cells, name, int(places[largest]), numbers[name][largest])
            yield Note(REFUSED, headings[name], said, rows[[largest]], [cell])
            continue
        middle = (low * high) ** 0.5
        likely = min(units, key=lambda unit: abs(np.log(max(mean, 1e-300) * units[unit] / middle)))
        guess = f"，像是 {likely}" if units[likely] != 1 else ""
        yield Note(REFUSED, headings[name], f"平均每家 {plainly(mean)} {ours}，而{span}：单位写错了{guess}")


def published_means() -> dict[str, tuple[float, float]]:
    """Least and largest mean of an enterprise that a register may have, in our units.

    Of people, floor, research and energy no figure below scale is published: the assumptions of the margins and the
    catalogue (labour productivity, floor-area ratio, research share, energy per value added), whose basis stands with
    them, take its place. Energy per value added below scale is taken to be that above.
    """
    asked, above, below, mu, output = _published()
    ten_thousand, square_metres = 1e4**0.5, UNITS["floor"]["亩"] ** 0.5
    people = (asked["value_added_below_scale"] * YI / asked["labour_productivity_below_scale"] / below,
              asked["value_added_above_scale"] * YI / asked["labour_productivity"] / above)  # fmt: skip
    floor = (mu[0] * UNITS["floor"]["亩"] * asked["mean_far"], mu[1] * UNITS["floor"]["亩"] * asked["mean_far"])
    rd = (output[0] * population_parameters()["population.rd_share_below"], asked["rd_above_scale"] * YI / above)
    tax = (output[0] * asked["tax_rate_below_scale"] / 100, asked["tax_per_mu"] * mu[1])
    added = (asked["value_added_below_scale"] * YI / below, asked["value_added_above_scale"] * YI / above)
    energy = (added[0] * asked["energy_per_value_added"], added[1] * asked["energy_per_value_added"])
    return {
        "output": (output[0] / ten_thousand, output[1] * ten_thousand),
        "value_added": (added[0] / ten_thousand, added[1] * ten_thousand),
        "tax": (tax[0] / ten_thousand, tax[1] * ten_thousand),
        "land": (mu[0] / square_metres, mu[1] * square_metres),
        "employees": (people[0] / ten_thousand, people[1] * ten_thousand),
        "floor": (floor[0] / square_metres, floor[1] * square_metres),
        "rd": (rd[0] / ten_thousand, rd[1] * ten_thousand),
        "energy": (energy[0] / ten_thousand, energy[1] * ten_thousand),
    }


def fractions(numbers: Numbers, headings: Mapping[str, str], rows: NDArray[np.int64]) -> Iterator[Note]:
    """Say where an enterprise has a part of a person."""
    if "employees" in numbers:
        values = numbers["employees"]
        with np.errstate(invalid="ignore"):
            odd = np.flatnonzero(np.abs(values - np.round(values)) > TOLERANCE * np.maximum(values, 1))
        if odd.size:
            cells = [f"{values[at]:g}" for at in odd]
            yield Note(DOUBTED, headings["employees"], "人数不是整数；单位若是 万人，请写明", rows[odd], cells)


def plainly(value: float, digits: int = 4) -> str:
    """A number of at least so many digits as people read it, never in powers of ten."""
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return np.format_float_positional(value, precision=digits, unique=False, fractional=False, trim="-")


def _basis(name: str) -> str:
    return "按公开数据与假设" if name in ASSUMED else "公开数据"


@dataclass(frozen=True)
class PublishedRatio:
    """A ratio to output whose median no single row moves, and what it may be.

    ``upper``, ``lower``: the columns of the ratio. ``usual``: published ones below and above scale. ``wider``: times
    beyond them that a register's median may lie, the root of the step to a unit often mistaken (assumption).
    ``written``: how many of the ``unit`` one of the ratio in our units is. ``basis``: ids that ``explain`` knows.
    """

    upper: str
    lower: str
    title_zh: str
    usual: tuple[float, float]
    wider: float
    basis: str
    unit: str
    written: float = 1.0

    @property
    def column(self) -> str:
        """The column that is not output."""
        return self.lower if self.upper == "output" else self.upper


def published_ratios() -> tuple[PublishedRatio, ...]:
    """Ratios to output with published ones of 2020 (tax below scale: 2019), or, of energy, the catalogue's assumption.

    Output per mu: 207 万元 below scale and 722 above. Tax to output: 3.2 % and 6.1 %, widened by the root of the step
    to 百万元, since tax differs much by industry (tobacco: 45 %). Energy: 0.24 and 0.17 tce per 万元.
    """
    asked, _, _, mu, output = _published()
    spent = asked["energy_per_value_added"]
    rates = (asked["value_added_below_scale"] / asked["gross_output_below_scale"],
             asked["value_added_above_scale"] / asked["gross_output_above_scale"])  # fmt: skip
    per_mu = (output[0] / mu[0], output[1] / mu[1])
    tax = (asked["tax_rate_below_scale"] / 100, asked["tax_per_mu"] * mu[1] / output[1])
    return (
        PublishedRatio("output", "land", "每亩产值", per_mu, UNITS["land"]["公顷"] ** 0.5,
                       "公开数（规上 A003、S115；规下 F024、F228）与参数 population.total_land_wan_mu ", "万元"),
        PublishedRatio("tax", "output", "税收占产值的比例", tax, MONEY["百万元"] ** 0.5,
                       "公开数（规上亩均税收 S112；小微园税收与产值 F120）", "%", 100),
        PublishedRatio("energy", "output", "单位产值能耗", (rates[0] * spent, rates[1] * spent),
                       (1 / ENERGY["千克标煤"]) ** 0.5,
                       "参数 population.energy_per_value_added（假设）与公开的增加值（A022、F024）", "吨标煤/万元"),
    )  # fmt: skip


def _published() -> tuple[dict[str, float], float, float, tuple[float, float], tuple[float, float]]:
    """Margins by name, enterprises above and below scale, and land (亩) and output (万元) of one below and above."""
    asked = {name: margin.value for name, margin in read_margins(population_parameters()).items()}
    above = asked["firms_above_scale"]
    below = asked["firms_total"] - above
    land = asked["value_added_above_scale"] / asked["value_added_per_mu"] * YI
    mu = ((asked["land_total"] * YI - land) / below, land / above)
    output = (asked["gross_output_below_scale"] * YI / below, asked["gross_output_above_scale"] * YI / above)
    return asked, above, below, mu, output
