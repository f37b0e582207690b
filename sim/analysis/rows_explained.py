"""Where a row of evidence stands and what it says, or the page it is from; which of them the figure of output draws."""

from __future__ import annotations

import re

from sim import evidence, grades, observations
from sim.regions import CITY
from sim.tables import Row, rows

Fact = tuple[str, str]
MEASURE_ZH = {
    "annual": "全年", "month": "当月", "cumulative": "累计", "point": "时点", "target": "规划目标", "yoy": "同比",
    "yoy_month": "当月同比", "yoy_cumulative": "累计同比",
}  # fmt: skip
SOURCES, PAGE_ID = "sources.csv", re.compile(r"P\d{3}")
BASIS_ZH = {"listed": "逐页评定", "tag": "按备注里的来源类别评定"}
MOST = 12
"""Rows of evidence named of a page."""
_POLICY = {"S": evidence.SEEDS, "F": evidence.FACTS}


def facts_of(evidence_id: str) -> list[Fact]:
    """Return what a row measures, of where and when, its value, and the file and line it stands in.

    Raises:
        UnknownEvidence: no row has this id.
    """
    clause = evidence.clause(evidence_id)
    found = observations.find(evidence_id)
    value = ("数值", f"{clause.value} {clause.unit}".strip())
    if found is None:
        name, number, row = _policy_row(evidence_id)
        what = [
            ("指标", clause.statement), ("范围", row["scope"]), ("时期", _span(row)), value,
            ("口径", row["qualifier"]), ("公布", clause.as_of),
        ]  # fmt: skip
    else:
        name, number = f"ningbo/{observations.FILES[evidence_id[0]]}.csv", int(evidence_id[1:])
        rate = found.get("growth_pct", "")
        measure = MEASURE_ZH[found.get("measure", "annual")]
        what = [
            ("指标", f"{found['indicator_zh']}（{found['indicator_id']}）"),
            ("范围", " ".join(filter(None, (found.get("region", CITY), found.get("industry", ""))))),
            ("时期", f"{observations.period(found)}（{measure}）"), value,
            ("同比", f"{rate} %" if rate else ""), ("公布", clause.as_of),
        ]  # fmt: skip
    return [*what, ("所在", f"data/{name} 第 {number + 1} 行（表头为第 1 行）")]


def facts_of_page(page_id: str) -> list[Fact]:
    """Return what is known of a page of ``data/sources.csv``, and the rows of evidence that are from it; nothing if
    there is no such page."""
    page = next((row for row in rows(SOURCES) if row["id"] == page_id), None)
    if page is None:
        return []
    from_it = _rows_of_page(grades.page_key(page["url"], page["title"]))
    more = f"等{len(from_it)}行" if len(from_it) > MOST else ""
    recheck = "转载或镜像，正式引用前应回到原出处核对" if page["recheck"] == "true" else ""
    grade = f"{page['grade']} 级（{BASIS_ZH[page['basis']]}；等级只说网页，单个数的存疑见该行的注）"
    return [
        ("标题", page["title"]), ("网址", page["url"]), ("类别", page["kind"]), ("公布", page["published"]),
        ("等级", grade), ("须核对", recheck),
        ("出自此页的证据", "、".join(from_it[:MOST]) + more + "；tenglong explain 编号 可看一行" if from_it else ""),
    ]  # fmt: skip


def _rows_of_page(key: str) -> list[str]:
    """Return the ids of the rows of evidence that are from a page, facts first."""
    every = [(row["id"], row) for row in rows(evidence.FACTS)]
    for letter in observations.FILES:
        numbered = enumerate(observations.file_rows(letter), start=1)
        every += [(observations.row_id(letter, number), row) for number, row in numbered]
    return [name for name, row in every if grades.page_key(row["source_url"], row.get("source_title", "")) == key]


def output_drawn() -> list[Fact]:
    """Return the observations of above-scale output that the briefing's figure draws, oldest first."""
    from sim.forecast.book import Book
    from sim.forecast.evidence_model import ALL_GRADES, FROM
    from sim.forecast.observations import select
    from sim.forecast.readings import KINDS, readings
    from sim.own import usual_series

    own = usual_series()
    if own is not None:
        instead = f"自备的月度序列 {own.name} 各年的合计；序列开始以前为公开数，简报图下的表逐条列出"
        return [("所画观测", instead)]
    book = Book()
    used, _ = select(readings(book), book, ALL_GRADES, (), FROM)
    used = sorted(used, key=lambda reading: (reading.period, reading.sources))
    head = f"{len(used)} 条如下，先折算为总产值；没有用的连同原因列在简报图下的表里。tenglong explain 编号 可看一条"
    hows = ["" if one.how.startswith("公布") else f"（{one.how}）" for one in used]
    each = zip(used, hows, strict=True)
    said = [f"{one.period} {KINDS[one.kind]} {one.stated:.6g} {one.unit}{how}" for one, how in each]
    named = [f"观测 {'、'.join(one.sources)}" for one in used]
    return [("所画观测", head), *zip(named, said, strict=True)]


def _policy_row(evidence_id: str) -> tuple[str, int, Row]:
    """Return file, number from 1, and content of a policy clause or a fact."""
    name = _POLICY[evidence_id[0]]
    return next((name, number, row) for number, row in enumerate(rows(name), 1) if row["id"] == evidence_id)


def _span(row: Row) -> str:
    """Return the period that a clause or fact is about, in words."""
    begin, end = row["period_start"], row["period_end"]
    return begin if begin == end or not end else f"{begin} 至 {end}".removeprefix(" 至 ")
