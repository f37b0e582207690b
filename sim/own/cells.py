"""The cells of a monthly output series: what each must be, and what was probably meant where it is not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sim.tables import SURPLUS, Row, near

REQUIRED, OPTIONAL = ("period", "value", "kind"), ("growth_pct", "source")
COLUMNS = (*REQUIRED, *OPTIONAL)
KINDS = ("month", "cumulative")
MEANT_COLUMNS = {
    "月份": "period", "时间": "period", "日期": "period", "年月": "period", "时期": "period", "期": "period",
    "产值": "value", "总产值": "value", "数值": "value", "值": "value", "口径": "kind", "类型": "kind",
    "同比": "growth_pct", "增速": "growth_pct", "增长": "growth_pct", "来源": "source", "备注": "source",
    "month": "period", "date": "period", "output": "value",
}  # fmt: skip
"""What bureaus call these columns."""
MEANT_KINDS = {
    "当月": "month", "本月": "month", "单月": "month", "累计": "cumulative", "本年累计": "cumulative",
    "年初累计": "cumulative", "年初至本月累计": "cumulative", "年初至本月": "cumulative",
}  # fmt: skip
EXAMPLE = "2026-08,2134.5,{}"
"""A row of the three columns that there must be."""
FIRST_YEAR, LAST_YEAR = 2011, 2030
"""The above-scale threshold rose to 20 million yuan in 2011: earlier figures are of another quantity. The forecast
ends in 2030."""
PERIOD = re.compile(
    r"(\d{4})(?:[-/年](\d{1,2})|\.?(\d{2})|\.([2-9]))(?:月份?|[-/月](?:0?1|28|29|30|31)日?)?", flags=re.ASCII
)
"""2026-08, 2026年8月, 2026/8, 202608, 2026.8, and the first or the last days of a month, as Excel dates months."""
TO_DATE = re.compile(
    r"(\d{4})(?:[年.]0?1月?[-—–―−~至到]+|[-/]0?1月?[—–―−~至到]+|[-/]0?1[-/](?=0?2$))(\d{1,2})月?(?:份|累计)*",
    flags=re.ASCII,
)
"""2021年1-8月, 2021-01—08, and 2021-01-02, which is no day that Excel dates months by: January to that month."""
NUMBER = re.compile(r"-?\d+(\.\d+)?", flags=re.ASCII)
LOOSE_PERIOD = re.compile(r"(\d{4})\D?(\d{1,2})(?:\D.*)?", flags=re.ASCII)


@dataclass(frozen=True)
class Month:
    """One row. ``value`` in 亿元: of the month, or of January to this month (``kind``); ``growth_pct`` as written."""

    line: int
    year: int
    month: int
    value: float
    kind: str
    growth_pct: str

    @property
    def period(self) -> str:
        """``2026-08``."""
        return f"{self.year}-{self.month:02d}"

    @property
    def growth(self) -> float | None:
        """Published year-on-year growth to this month, percent."""
        return float(self.growth_pct) if self.growth_pct else None


Fault = tuple[int, str, str, str]
"""Line, column, value as written, and what is expected."""


def heading_faults(header: list[str], amounts: Collection[str] = ()) -> list[Fault]:
    """Return what is wrong with the first line; ``amounts``: the columns that hold numbers."""
    missing = [name for name in REQUIRED if name not in header]
    asked = f"缺少这一列。应有 {'、'.join(REQUIRED)}，可另有 {'、'.join(OPTIONAL)}；一行例如 {EXAMPLE.format('month')}"
    faults = [(1, name, "", asked) for name in missing]
    for name in header:
        if name not in COLUMNS:
            hint = _column_hint(name, "value" in missing and name in amounts, name in amounts)
            faults.append((1, name or "（空列名）", "", f"未知的列。{hint}"))
    return faults


def _column_hint(name: str, amount: bool, numbers: bool) -> str:
    meant = meant_column(name)
    if meant in COLUMNS:
        return f"是不是 {meant}？"
    kind = next((kind for word, kind in MEANT_KINDS.items() if word in name), "")
    if amount:
        more = f"，并在 kind 一列填 {kind}，例如 {EXAMPLE.format(kind)}；当月与累计只留一列" if kind else ""
        return f"若是产值，请把列名改为 value（单位亿元）{more}"
    if kind and not numbers:
        return "若它说明各行是当月还是累计，请把列名改为 kind，每格填 month（当月）或 cumulative（累计）"
    return near(meant, list(COLUMNS)) or f"若用不着请删去；若是{'、'.join(REQUIRED)}之一，请改成那个名字"


def is_number(text: str) -> bool:
    """Whether a cell holds a number, however written."""
    return bool(NUMBER.fullmatch(_bare(text)))


def meant_column(name: str) -> str:
    """Return the column a heading stands for, in any of the usual words; an unknown one as it is."""
    plain = _plain(name).lower()
    return MEANT_COLUMNS.get(plain, plain)


def parse(line: int, row: Row) -> tuple[Month | None, list[Fault]]:
    """Return the row as a :class:`Month`, or None and every fault of its cells."""
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    faults = [
        (line, name, cells[name], said)
        for name, said in (
            ("period", _period_fault(cells["period"])),
            ("value", _number_fault(cells["value"]) if cells["value"] else _empty_fault(cells["period"])),
            ("kind", _kind_fault(cells["kind"])),
            ("growth_pct", _number_fault(cells["growth_pct"]) if cells["growth_pct"] else ""),
        )
        if said
    ]
    if SURPLUS in row:
        example = EXAMPLE.format("month")
        said = f"格数多于表头，一行应如 {example}。数里的千分位逗号请去掉，含逗号的文字须用英文双引号括起"
        faults.append((line, SURPLUS, "", said))
    return (None if faults else _month(line, cells)), faults


def _month(line: int, cells: Mapping[str, str]) -> Month:
    year, month = _period(cells["period"])
    return Month(line, year, month, float(cells["value"]), cells["kind"], cells["growth_pct"])


def _period(text: str) -> tuple[int, int]:
    """Year and month, or 0 and 0."""
    found = PERIOD.fullmatch(_spaceless(text))
    month = int(found[2] or found[3] or found[4]) if found else 0
    return (int(found[1]), month) if found and 1 <= month <= 12 else (0, 0)


def _period_fault(text: str) -> str:
    year, _ = _period(text)
    if not year:
        return "应为 YYYY-MM" + _meant_period(_spaceless(text))
    if year < FIRST_YEAR:
        return f"{FIRST_YEAR} 年起规上门槛改为 2000 万元，此前的数不可比，请删去"
    return f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间" if year > LAST_YEAR else ""


def _meant_period(plain: str) -> str:
    if re.fullmatch(r"\d{4}\.1", plain):
        year = plain[:4]
        return f"，是不是 {year}-01，或 Excel 略去了末位 0 的 {year}-10？请先把这一列设为文本"
    to_date = TO_DATE.fullmatch(plain)
    found = to_date or ("季" not in plain and LOOSE_PERIOD.fullmatch(plain))
    if not found or not 1 <= int(found[2]) <= 12:
        return ""
    meant = _meant(f"{found[1]}-{int(found[2]):02d}")
    if not to_date:
        return meant
    return meant + ("年初累计写它的末月，kind 为 cumulative" if int(found[2]) > 2 else "1—2 月合计写它的末月")


def _empty_fault(period: str) -> str:
    january = _period(period)[1] == 1
    return "这一格是空的：应填数字" + ("；1、2 月合并公布的，删去 1 月这一行，2 月填两个月的合计" if january else "")


def _number_fault(text: str) -> str:
    if NUMBER.fullmatch(text):
        return ""
    said = "应为数字（半角，不带千分位、单位和空格）" + (_meant(_bare(text)) if is_number(text) else "")
    how = "在 Excel 里把这一列设为“数值”、不用千位分隔符，再另存"
    return said + (how if "," in _plain(text) and is_number(text) else "")


def _bare(text: str) -> str:
    """A number without separators and units."""
    return re.sub(r"[,\s]|%$|亿元?$", "", _plain(text))


def _kind_fault(text: str) -> str:
    if text in KINDS:
        return ""
    return "应为 month（当月）或 cumulative（年初至本月累计）" + _meant(MEANT_KINDS.get(_plain(text), ""), text)


def _plain(text: str) -> str:
    """Half-width form of a cell, as far as Unicode knows one."""
    return unicodedata.normalize("NFKC", text).strip()


def _spaceless(text: str) -> str:
    return re.sub(r"\s", "", _plain(text))


def _meant(word: str, written: str = "") -> str:
    if word:
        return f"，是不是 {word}？"
    hint = near(written, list(KINDS)) if written else ""
    return f"，{hint}" if hint else ""
