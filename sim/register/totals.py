"""What a sample comes to once its rows stand for as many enterprises as its mapping says, beside the city's totals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.population.margins import YI, read_margins
from sim.population.synthesis import population_parameters
from sim.population.table import Table
from sim.register.cleaning import Register
from sim.register.notes import DOUBTED, Note

TOLERANCE = 0.2
"""Of the published total (assumption). Output above scale was 17,887.1 in 2020 (A003) and 22,100 in 2021 (A005), a
quarter more: a sample of that year's enterprises should be nearer than the next year's total."""
WRONG = (
    "represents 是 {stands:,}：按它放大后，{title}是全市的 {share:,.0f}%（全市 {asked}，{basis}），"
    "相差超过 {tolerance:.0%}。{how}"
)
OF_COUNT = "按规上企业数折算，这些行代表约 {likely:,} 家；名录若只有规上企业，请写规上企业数"
NO_SAMPLE = "按规上企业数折算，这些行代表的还不到它自己的 {rows:,} 行：请去掉 represents，并核对“是否规上”与名录的范围"
OF_OTHERS = "名录若不是全市企业按同一比例抽的样本，放大后的数就不能当作全市的。请核对 represents、名录的范围与单位"


def unlike(register: Register, table: Table) -> Iterator[Note]:
    """Doubt each total, weighted as the mapping's ``represents`` says, that is far from the city's.

    Only columns that the register itself has are compared; employees above scale alone, of whom there is a figure.
    """
    stands, rows = register.represents, len(table["id"])
    if stands is None:
        return
    asked, above, weight = read_margins(population_parameters()), table["above_scale"], stands / rows
    people = asked["value_added_above_scale"].value / asked["labour_productivity"].value
    count = asked["firms_above_scale"].value
    land, of_land = asked["land_total"].value, "参数 population.total_land_wan_mu，假设"
    if above.all():
        land = asked["value_added_above_scale"].value / asked["value_added_per_mu"].value
        of_land = "规上，增加值除以亩均增加值，A022、S115"
    likely = round(rows * count / max(int(above.sum()), 1))
    of_count = OF_COUNT.format(likely=likely) if likely >= rows else NO_SAMPLE.format(rows=rows)
    found = (
        ("above_scale", "规上企业数", float(above.sum()), count, f"{count:,.0f} 家", "M146", of_count),
        ("output", "规上产值", _sum(table, "demand_wan", above), asked["gross_output_above_scale"].value * YI,
         f"{asked['gross_output_above_scale'].value:,.0f} 亿元", "A003", OF_OTHERS),
        ("land", "用地", _sum(table, "land_mu"), land * YI, f"{land:.3g} 万亩", of_land, OF_OTHERS),
        ("employees", "规上从业人员", _sum(table, "employees", above), people * YI,
         f"{people:,.0f} 万人", "增加值除以劳动生产率，A022、F025", OF_OTHERS),
    )  # fmt: skip
    for name, title, got, city, said, basis, how in found:
        share = got * weight / city
        if abs(share - 1) > TOLERANCE and (name in register.headings or name == "above_scale"):
            told = {"title": title, "share": 100 * share, "asked": said, "basis": basis, "how": how}
            words = WRONG.format(stands=stands, tolerance=TOLERANCE, **told)
            yield Note(DOUBTED, register.headings.get(name, ""), words)


def _sum(table: Table, name: str, which: np.ndarray | None = None) -> float:
    values = table[name].astype(float)
    return float(values.sum() if which is None else values[which].sum())
