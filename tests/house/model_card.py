"""The parts of ``docs/model_card.md``: evidence and parameters counted, results and hold-outs of the tracked sample."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import Any, cast

import pandas as pd
from lxml import html

from sim import evidence, grades, registry
from sim.analysis.validation import independent
from sim.observations import observations
from sim.scenario.catalogue import GRADE_ZH, catalogue
from tests.generated import ROOT, table

SAMPLE = ROOT / "reports" / "samples" / "briefing"
CALIBRATED = ROOT / "data" / "calibrated" / "baseline.json"
HELD_OUT = ["指标", "公布数", "模型中位数", "模型80%区间", "对照", "来源编号", "说明"]
"""Heads of the briefing's table of published outcomes."""
INSIDE, DEPENDENT = "落在区间内", "（不独立）"
KINDS = {
    "lever": "杠杆 levers", "uncertainty": "不确定参数 uncertainties", "constant": "固定参数 constants",
    "switch": "结构开关 switches",
}  # fmt: skip
BASES = {"simulated": "由企业模型回答", "forecast": "由产值预测回答", "tracked": "只跟踪（没有公开数据）"}


def rests_on() -> str:
    """Rows of evidence by grade of page, and parameters by grade of evidence."""
    facts = evidence.facts()
    kinds = {
        "政策条款 clauses": facts[facts.index.str.startswith("S")]["grade"],
        "网页事实 facts": facts[facts.index.str.startswith("F")]["grade"],
        "统计 statistics": observations()["grade"],
    }
    pages = [[what, str(len(found)), *(str((found == grade).sum()) for grade in grades.GRADES)]
             for what, found in kinds.items()]  # fmt: skip
    entries = []
    for kind, what in KINDS.items():
        found = Counter(entry.grade for entry in catalogue().of_kind(kind).values())
        entries.append([what, str(found.total()), *(str(found[grade]) for grade in GRADE_ZH)])
    bases = Counter(target.basis for target in registry.targets().values())
    told = "，".join(f"{what} {bases[basis]} 条" for basis, what in BASES.items())
    return "\n\n".join([
        table(["证据 Evidence", "行 Rows", *grades.GRADES], pages),
        table(["目录 Catalogue", "项 Entries", *GRADE_ZH.values()], entries),
        f"目标（按口径分列）{bases.total()} 条：{told}。",
    ])  # fmt: skip


def results() -> str:
    """The headline targets of the sample."""
    told = json.loads((SAMPLE / "summary.json").read_text(encoding="utf-8"))["targets"]
    rows = [row for row in told if row["group"] in registry.HEADLINES]
    run = _json(SAMPLE / "run.json")
    lines = [
        [_named(row), row["deadline"], f"≥{_number(row['threshold'])} {row['unit']}", _chance(row["probability"]),
         f"{100 * row['ci_low']:.0f}—{100 * row['ci_high']:.0f}%", _number(row["median"]),
         f"{_number(row['p10'])}—{_number(row['p90'])}"]
        for row in rows
    ]  # fmt: skip
    heads = ["目标 Target", "期限", "目标值", "概率 P", "95%区间", "中位数", "80%区间"]
    return f"`{run['command']}`（{run['date']}，{run['enterprises']:,} 家）：\n\n{table(heads, lines)}"


def _named(row: dict[str, Any]) -> str:
    return row["label"] + (f"（{row['reading']}）" if row["reading"] else "")


def held_out() -> str:
    """Published outcomes beside the sample's runs, and how many of them lie inside."""
    found, free = held_out_rows()
    inside = found["对照"] == INSIDE
    again = found.duplicated(["公布数", "来源编号"], keep=False)
    twice = f"（{'、'.join(found.loc[again, '来源编号'].str.partition('（')[0].unique())} 按两种口径各算一次）"
    said = (
        f"{len(found)} 项{twice if again.any() else ''}中 {inside.sum()} 项落在模型 80% 区间之内；"
        f"来源不是模型输入依据的 {free.sum()} 项里 {(inside & free).sum()} 项。"
    )
    lines = found[HELD_OUT[:-1]].assign(free=free.map({True: "是", False: "否"})).to_numpy().tolist()
    return f"{said}\n\n{table([*HELD_OUT[:-1], '来源独立'], lines)}"


@lru_cache(maxsize=1)
def held_out_rows() -> tuple[pd.DataFrame, pd.Series[bool]]:
    """The briefing's table of published outcomes, as it stands in the page; whether each has a source of its own."""
    found = _table()
    found["对照"] = found["对照"].str.removesuffix(DEPENDENT)  # said in a column of its own
    return found, independent(found["来源编号"].map(lambda text: ";".join(re.findall(r"[SFAMDI]\d{3}", text))))


def _table() -> pd.DataFrame:
    page = html.fromstring((SAMPLE / "report.html").read_bytes())
    for found in page.iter("table"):
        lines = [[" ".join(cell.text_content().split()) for cell in row.iter("th", "td")] for row in found.iter("tr")]
        if lines[0] == HELD_OUT:
            return pd.DataFrame(lines[1:], columns=HELD_OUT)
    raise AssertionError("the sample has no table of published outcomes")


def told_by_figures() -> str:
    """What calibration found that published figures can tell, from the record beside the shipped sample."""
    record = _json(CALIBRATED)
    learnt = [row for row in record["parameters"] if row["status"] != "prior_only"]
    told = "、".join(f"{row['title']}（`{row['parameter']}`）" for row in learnt)
    lines = [
        [row["label"], f"{_number(row['published'])} {row['unit']}",
         f"{_number(row['prior_p10'])}—{_number(row['prior_p90'])}", f"{_number(row['p10'])}—{_number(row['p90'])}",
         "是" if row["inside"] else "否", row["sources"]]
        for row in record["fit"]
    ]  # fmt: skip
    heads = ["统计量", "公布数", "先验80%区间", "后验80%区间", "后验含公布数", "来源"]
    return (
        f"{len(record['parameters'])} 项不确定参数里，公布数识别得出 {len(learnt)} 项：{told}；其余只有先验"
        f"（`{record['command']}`，{record['runs']:,} 次运行）。\n\n{table(heads, lines)}"
    )


def _chance(probability: float) -> str:
    return "低于1%" if probability < 0.01 else "高于99%" if probability > 0.99 else f"{100 * probability:.0f}%"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _json(path: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


PARTS = {"rests_on": rests_on, "results": results, "held_out": held_out, "told_by_figures": told_by_figures}
