"""What the rows of a monthly output series say of each other: gaps, kinds, falls, units, length, growth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from statistics import median

from sim.own.cells import KINDS, Fault, Month

WHOLE_YEARS = 3
"""A season is modelled from more than two whole years on; three leave it something to be judged by."""
LAST_TOTAL = 2022
"""The last year whose total is public: a series that ends earlier says less than the public figures."""
GROWTH_TOLERANCE = 5.0
"""Percentage points. Growth on a comparable sample differed from that of the totals by 1.8 in 2021 (A005: 21.8
against 23.6) and by 2.4 in 2022 (A006: 7.6 against 10.0); twice that is no matter of samples."""
FEWEST = 3
"""Figures of growth below which nothing is said of their unit: one or two may be small by chance."""
TYPICAL_MONTH = 2000.0
"""亿元 a month: 17,887 in 2020 (A003) and about 26,200 in 2024 are 1,490 and 2,180; 10,753 in eleven months of
2011 (M002) are 980."""
UNITS = {
    "万亿元": 1e-4, "百亿元": 1e-2, "亿元": 1.0, "千万元": 10.0, "百万元": 100.0, "万元": 1e4, "千元": 1e5, "元": 1e8,
}  # fmt: skip
"""How many of each make one 亿元; a factor of less than the root of ten is growth or season, not a unit."""
ROOT_OF_TEN = 10**0.5
TWO_MONTHS = 1.3
"""January–February together are about 1.7 of another month, February alone about 0.8: between the two."""
UNLIKE = 1.5
"""Times what another year's same month added, beyond which a figure seems mistaken (assumption): the strongest growth
of a published year, 23.6 % in 2021 (A005), leaves room for twice as much in a single month."""
CUMULATING = 0.6
"""From February to December year-to-date figures rise sixfold, months hardly: this share of it is taken as proof."""


def faults(months: Sequence[Month], whole: bool) -> list[Fault]:
    """Return what must be mended; ``whole`` is False where unreadable rows leave gaps that are none."""
    found = [*_not_positive(months), *_repeated(months)]
    each = {row.period: row for row in reversed(months)}
    ordered = sorted(each.values(), key=lambda row: (row.year, row.month))
    positive = [row for row in ordered if row.value > 0]
    kinds = [*_mixed(positive), *_mistaken_kind(positive)]
    found += kinds or [*_falls(positive), *_scale(positive)]
    if whole:
        found += [*_gaps(ordered), *_too_short(ordered), *([] if kinds else _lone_february(positive))]
    return found


def doubts(months: Sequence[Month]) -> list[Fault]:
    """Return published growth that the levels contradict by more than the tolerance; not a reason to stop."""
    compared = list(_growths(months))
    if _are_fractions([(growth, levels) for _, growth, levels in compared]):
        said = "像是小数（如 0.052 即 5.2%），应填百分数，请乘 100"
        return [(0, "growth_pct", "", said)]
    found = []
    for row, growth, levels in compared:
        if abs(levels - growth) > GROWTH_TOLERANCE:
            said = (
                f"与绝对数之比 {levels:.1f}% 相差 {abs(levels - growth):.1f} 个百分点"
                f"（超过 {GROWTH_TOLERANCE:g}，可比样本解释不了），请核对。应填 1 月至本月累计同比，单位 %"
            )
            found.append((row.line, "growth_pct", row.growth_pct, said))
    return found


def _growths(months: Sequence[Month]) -> Iterator[tuple[Month, float, float]]:
    """Rows with published growth, that growth, and what the levels say (both in percent), by line."""
    totals = to_date(months)
    for row in sorted(months, key=lambda row: row.line):
        now, before = totals.get((row.year, row.month)), totals.get((row.year - 1, row.month))
        if row.growth is not None and now is not None and before is not None:
            yield row, row.growth, 100 * (now / before - 1)


def _are_fractions(compared: Sequence[tuple[float, float]]) -> bool:
    """Whether published growth, all below one, is nearer to the levels when taken for fractions."""
    if len(compared) < FEWEST or any(abs(growth) >= 1 for growth, _ in compared):
        return False
    as_percent = sum(abs(levels - growth) for growth, levels in compared)
    return sum(abs(levels - 100 * growth) for growth, levels in compared) < as_percent


def contents(months: Sequence[Month]) -> str:
    """Return in words what a good series holds: months, from when to when, totals of whole years with their growth, and
    of an unfinished last year the total so far."""
    ordered = sorted(months, key=lambda row: (row.year, row.month))
    first, last, totals = ordered[0], ordered[-1], to_date(ordered)
    begins = 1 if first.month == 2 else first.month  # a first figure of February holds January too
    count = 12 * (last.year - first.year) + last.month - begins + 1
    years = [(year, totals[year, 12]) for year in whole_years(ordered) if (year, 12) in totals]
    each = [f"{year} 年 {total:,.0f}{_grown(total, totals.get((year - 1, 12)))}" for year, total in years]
    if last.month < 12 and (last.year, last.month) in totals:
        now, before = totals[last.year, last.month], totals.get((last.year - 1, last.month))
        each.append(f"{last.year} 年{' 1—' if last.month > 1 else ' '}{last.month} 月 {now:,.0f}{_grown(now, before)}")
    return f"{count} 个月，{first.year}-{begins:02d} 至 {last.period}；合计（亿元）：{'，'.join(each)}"


def _grown(now: float, before: float | None) -> str:
    return f"（{100 * (now / before - 1):+.1f}%）" if before else ""


def whole_years(months: Iterable[Month]) -> list[int]:
    """Return the years with every figure from February (which stands for January too) to December."""
    known: dict[int, set[int]] = {}
    for row in months:
        known.setdefault(row.year, set()).add(row.month)
    return sorted(year for year, there in known.items() if there >= set(range(2, 13)))


def to_date(months: Iterable[Month]) -> dict[tuple[int, int], float]:
    """Return January to month, 亿元, by (year, month), as far as each year is known without a gap."""
    totals: dict[tuple[int, int], float] = {}
    for _, rows in _years(sorted(months, key=lambda row: (row.year, row.month))):
        total = 0.0
        for place, row in enumerate(rows):
            if row.kind == "month" and row.month > place + 2 - (rows[0].month == 1):
                break
            total = row.value if row.kind == "cumulative" else total + row.value
            totals[row.year, row.month] = total
    return totals


def _years(ordered: Iterable[Month]) -> list[tuple[int, list[Month]]]:
    return [(year, list(rows)) for year, rows in groupby(ordered, key=lambda row: row.year)]


def _not_positive(months: Sequence[Month]) -> list[Fault]:
    """Figures of nought and below; Januaries of nought, as they stand beside a total of two months, are told once."""
    empty = [row for row in months if row.month == 1 and row.value == 0]
    others = [row for row in months if row.value <= 0 and row not in empty]
    found = [(row.line, "value", f"{row.value:g}", "产值应大于 0") for row in others]
    if empty:
        lines = "、".join(str(row.line) for row in empty)
        said = f"产值应大于 0；1、2 月合并公布的，删去 1 月的行（第 {lines} 行），2 月填两个月的合计；否则请填 1 月的数"
        found.append((empty[0].line, "value", "0", said))
    return found


def _repeated(months: Sequence[Month]) -> list[Fault]:
    first: dict[str, int] = {}
    found = []
    for row in months:
        if first.setdefault(row.period, row.line) != row.line:
            found.append((row.line, "period", row.period, f"月份重复（第 {first[row.period]} 行已有），请只留一行"))
    return found


def _mixed(ordered: Sequence[Month]) -> list[Fault]:
    found = []
    for year, rows in _years(ordered):
        other = next((row for row in rows if row.kind != rows[0].kind), None)
        if other:
            said = f"{year} 年内混用 {'、'.join(KINDS)}（第 {rows[0].line} 行是 {rows[0].kind}），一年只能用一种"
            found.append((other.line, "kind", other.kind, said))
    return found


def _mistaken_kind(ordered: Sequence[Month]) -> list[Fault]:
    """Years whose figures rise like year-to-date sums but are called months, or the reverse."""
    found = []
    for year, rows in _years(ordered):
        if len(rows) < 4 or len({row.kind for row in rows}) > 1:
            continue
        falls = sum(after.value <= before.value for before, after in pairwise(rows))
        risen = rows[-1].value / rows[0].value > CUMULATING * rows[-1].month / max(rows[0].month, 2)
        if rows[0].kind == "month" and risen and not falls:
            said = f"{year} 年的数逐月累加，看来是年初至本月的累计数，kind 应为 cumulative"
            found.append((rows[0].line, "kind", "month", said))
        if rows[0].kind == "cumulative" and falls > 1 and not risen:
            found.append((rows[0].line, "kind", "cumulative", f"{year} 年的数有升有降，看来是当月数，kind 应为 month"))
    return found


def _falls(ordered: Sequence[Month]) -> list[Fault]:
    """Year-to-date figures that do not rise: of the two, the one that the neighbouring years speak against is named."""
    totals, found = to_date(ordered), []
    for before, after in pairwise(ordered):
        if after.kind != "cumulative" or before.year != after.year or after.value > before.value:
            continue
        until, since = _against_other_years(totals, before), _against_other_years(totals, after, 1)
        high = until is not None and until > UNLIKE and (since is None or since <= UNLIKE)
        low = until is not None and until <= UNLIKE and (since is None or since > UNLIKE)
        first = f"累计数不应下降：{before.period} 已有 {before.value:g}"
        if high:
            said = (f"{first}，{after.period}（第 {after.line} 行）只有 {after.value:g}，两数至少错一个；"
                    f"像是 {before.period} 偏大：它比前一期增加的是相邻年份同期的 {until:.1f} 倍")  # fmt: skip
            found.append((before.line, "value", f"{before.value:g}", said))
            continue
        doubt = f"；像是 {after.period} 偏小，{before.period} 的增加与相邻年份相近" if low else ""
        said = f"{first}（第 {before.line} 行），两数至少错一个，请都核对{doubt}"
        found.append((after.line, "value", f"{after.value:g}", said))
    return found


def _against_other_years(totals: Mapping[tuple[int, int], float], row: Month, later: int = 0) -> float | None:
    """How many times the year before, or else the year after, a year-to-date figure rose in a row's month, or in the
    month that is ``later`` by one; None where that is not known."""
    month = row.month + later

    def rise(year: int) -> float | None:
        now = totals.get((year, month))
        before = totals.get((year, month - 1), 0.0 if month <= 2 else None)
        return None if now is None or before is None or now <= before else now - before

    mine = rise(row.year)
    alike = [year for year in (row.year - 1, row.year + 1)
             if ((year, month - 1) in totals) == ((row.year, month - 1) in totals)]  # fmt: skip
    others = [other for other in map(rise, alike) if other is not None]
    return None if mine is None or not others else mine / others[0]


def _lone_february(ordered: Sequence[Month]) -> list[Fault]:
    """A February without a January must hold both."""
    found = []
    for _, rows in _years(ordered):
        if rows[0].kind != "month" or rows[0].month != 2:
            continue
        usual = median(row.value for row in (rows[1:] or ordered))
        if rows[0].value < TWO_MONTHS * usual:
            said = "没有 1 月一行，2 月应填 1—2 月合计；此数只像一个月的，请改为合计，或补上 1 月"
            found.append((rows[0].line, "value", f"{rows[0].value:g}", said))
    return found


def _scale(ordered: Sequence[Month]) -> list[Fault]:
    """The unit of the whole, by its median; else single rows out of scale with it.

    A February that may hold January too is left to its own check.
    """
    januaries = {row.year for row in ordered if row.month == 1}
    unsure = [row for row in ordered if row.kind == "month" and row.month == 2 and row.year not in januaries]
    monthly = {row: _per_month(row) for row in ordered if row not in unsure}
    usual = median(monthly.values()) if monthly else TYPICAL_MONTH
    unit = min(UNITS, key=lambda name: _apart(usual / TYPICAL_MONTH, UNITS[name]))
    if unit != "亿元":
        return [(0, "value", "", _unit_said(usual, unit))]
    said = "与其余各月相差约 {:.0f} 倍，多或少了一位，或单位不同"
    return [
        (row.line, "value", f"{row.value:g}", said.format(_apart(each, usual)))
        for row, each in monthly.items()
        if _apart(each, usual) > ROOT_OF_TEN
    ]


def _per_month(row: Month) -> float:
    return row.value / (row.month if row.kind == "cumulative" else 1)


def _apart(one: float, other: float) -> float:
    """How many times the larger is the smaller."""
    return max(one / other, other / one)


def _unit_said(usual: float, unit: str) -> str:
    factor = UNITS[unit]
    how = f"请除以 {factor:,.0f}" if factor > 1 else f"请乘以 {1 / factor:,.0f}；若是区县的数，不能当作全市"
    return f"每月约 {usual:,.0f}（中位数），而宁波规上总产值每月约 1500—2700 亿元：单位像是{unit}，应为亿元，{how}"


def _gaps(ordered: Sequence[Month]) -> list[Fault]:
    found = []
    for before, after in pairwise(ordered):
        lost = [
            f"{at // 12}-{at % 12 + 1:02d}"
            for at in range(12 * before.year + before.month, 12 * after.year + after.month - 1)
            if at % 12  # a January may be missing: it is in February's figure
        ]
        if lost:
            named = "、".join(lost[:6]) + (f" 等 {len(lost)} 个月" if len(lost) > 6 else "")
            found.append((after.line, "period", after.period, f"之前缺 {named}，请补齐"))
    return found


def _too_short(ordered: Sequence[Month]) -> list[Fault]:
    years = whole_years(ordered)
    named = f"现有 {len(years)} 个整年" + (f"（{'、'.join(map(str, years))}）" if years else "")
    if len(years) < WHOLE_YEARS:
        return [(0, "period", "", f"至少要有 {WHOLE_YEARS} 个整年（1—2 月至 12 月），{named}，请补上更早的月份")]
    if years[-1] < LAST_TOTAL:
        said = f"止于 {ordered[-1].period}，比公开数据（全年数到 {LAST_TOTAL} 年）还早，请补上其后的月份"
        return [(0, "period", "", said)]
    return []
