"""Lists of the model that nobody of a register can be put on: what they count stays at zero.

The conditions are those of the model's January lists (:mod:`sim.abm.processes.listing`) that do not depend on grades,
looked at as of the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.population.table import SITES, Table
from sim.register.cleaning import Register
from sim.register.fields import FIELDS
from sim.register.notes import DOUBTED, Note
from sim.scenario.catalogue import catalogue

TOWER = len(SITES) - 1
NOBODY = "名录里没有一家{who}，模型在起点就没有{what}的对象，“{indicator}”多半始终是 0 家，这不是政策的结果。{how}"
EVEN = (
    "若这一列是由产值推算的（各家单位产值能耗几乎一样），请换成逐家的能耗，或在映射文件里删去这一列，由合成企业补"
)
EXCUSED = "合条件的都已上楼，或年产值在 {exempt:,.0f} 万元以上，模型视为豁免：请核对名录是否漏了中小企业"
OF_LAND = "请核对用地与税收两列的单位，以及名录是否漏了规下企业"
OF_LEGAL = "请核对用地一列的单位与“是否合法”一列，以及名录是否漏了小作坊"
REASONS = ("even", "excused", "land", "legal")


@dataclass(frozen=True)
class Unlisted:
    """A list without a candidate: ``indicator`` that counts it, the ``column`` (our name) behind it, why (of
    :data:`REASONS`), and the doubt as it is told where the register is checked."""

    indicator: str
    column: str
    reason: str
    said: str


def unlisted(table: Table) -> Iterator[Unlisted]:
    """Yield each list that nobody of an enterprise table could be on."""
    p = {name.removeprefix("listing."): catalogue()[name].value for name in catalogue()
         if name.startswith("listing.") and catalogue()[name].kind == "constant"}  # fmt: skip
    output, energy = (table[name].astype(float) for name in ("demand_wan", "energy_per_output"))
    excused = (table["site"] == TOWER) | (output >= p["exempt_output_wan"])
    wasteful = energy > p["outdated_energy_ratio"] * float(output @ energy) / max(float(output.sum()), 1e-12)
    large = table["land_mu"] >= p["min_land_mu"]
    line = max(value for _, value in catalogue()["listing.tax_threshold_wan_per_mu"].default_steps)
    low = output * table["tax_rate"].astype(float) / table["land_mu"].astype(float) < line
    who = {
        "energy": (wasteful, "firms_eliminated", "even", EVEN, "淘汰落后产能", "淘汰",
                   f"单位产值能耗超过全体平均的 {p['outdated_energy_ratio']:g} 倍而未获豁免的企业"),
        "land": (large & low, "firms_rectified_high_consumption", "land", OF_LAND, "整治高耗低效", "整治高耗低效",
                 f"用地不少于 {p['min_land_mu']:g} 亩、亩均税收低于 {line:g} 万元（目录的默认门槛）而未获豁免的企业"),
        "legal": (~large | (table["legal"] == 0), "firms_rectified_scattered", "legal", OF_LEGAL, "整治“散乱污”",
                  "整治散乱污", f"用地不足 {p['min_land_mu']:g} 亩或不合法而未获豁免的企业"),
    }  # fmt: skip
    for column, (meant, indicator, reason, how, what, title, described) in who.items():
        if (meant & ~excused).any():
            continue
        all_excused = bool(meant.any())
        remedy = EXCUSED.format(exempt=p["exempt_output_wan"]) if all_excused else how
        said = NOBODY.format(who=described, what=what, indicator=title, how=remedy)
        yield Unlisted(indicator, column, "excused" if all_excused else reason, said)


def without_candidates(register: Register, table: Table) -> Iterator[Note]:
    """Doubt what leaves a list empty, by the heading of its column."""
    for one in unlisted(table):
        yield Note(DOUBTED, register.headings.get(one.column, FIELDS[one.column].title_zh), one.said)
