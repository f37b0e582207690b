"""The cells of a register that are words: districts, industries, kinds of site, yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.population import districts, industries
from sim.regions import DISTRICTS
from sim.register.numbers import is_missing, plain
from sim.tables import near

UNKNOWN = -1
SITES_ZH = ("零散", "小微园", "园区", "上楼")
"""By code, as in :data:`sim.population.table.SITES`."""
SITE_WORDS = {
    **dict.fromkeys(("零散", "园区外", "村级", "scattered", "0"), 0),
    **dict.fromkeys(("小微园", "小微企业园", "工业社区", "community", "1"), 1),
    **dict.fromkeys(("园区", "产业园", "工业园", "工业园区", "开发区", "park", "2"), 2),
    **dict.fromkeys(("上楼", "工业上楼", "高层厂房", "tower", "3"), 3),
}
YES = ("是", "1", "1.0", "true", "yes", "y", "√", "✓", "有", "规上", "规模以上", "租用", "租赁", "合法", "合规")
NO = (
    "否", "0", "0.0", "false", "no", "n", "×", "x", "✗", "无", "没有", "不是", "规下", "规模以下", "自有", "违法",
    "不合法", "不合规",
)  # fmt: skip
INDUSTRY_CODE = re.compile(r"[A-Za-z]?([0-9]{2})[0-9]{0,2}(?:[-—、.:\s].*|[^0-9].*)?", flags=re.DOTALL)
DISTRICT_CODE = re.compile(r"(3302[0-9]{2})(?:[0-9]{3}|[0-9]{6})?")


@dataclass(frozen=True)
class Read:
    """``values``: a code a cell, :data:`UNKNOWN` where missing or wrong. ``fixed``, ``wrong``: as of numbers."""

    values: NDArray[np.int64]
    fixed: NDArray[np.bool_]
    wrong: Mapping[int, str]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Cells that say nothing."""
        found: NDArray[np.bool_] = self.values == UNKNOWN
        found[list(self.wrong)] = False
        return found


def words(cells: Sequence[str], kind: str, given: Mapping[str, str]) -> Read:
    """Read a column of words of one kind (:data:`sim.register.fields.CODES`).

    Args:
        given: the mapping's own translations, from a cell as written to one of our words.
    """
    translate = {plain(word): ours for word, ours in given.items()}
    known: dict[str, tuple[int, bool, str]] = {}
    values, fixed, wrong = np.full(len(cells), UNKNOWN), np.zeros(len(cells), bool), {}
    for place, cell in enumerate(cells):
        if cell not in known:
            known[cell] = _one(cell, kind, translate)
        values[place], fixed[place], said = known[cell]
        if said:
            wrong[place] = said
    return Read(values, fixed, wrong)


def _one(cell: str, kind: str, translate: Mapping[str, str]) -> tuple[int, bool, str]:
    bare = plain(cell)
    if bare in translate:
        code, _, _ = READERS[kind](plain(translate[bare]))
        return code, False, ""
    if is_missing(cell) and not (kind == "yes_no" and bare in NO):
        return UNKNOWN, False, ""
    return READERS[kind](bare)


def _district(bare: str) -> tuple[int, bool, str]:
    if bare in DISTRICTS:
        return DISTRICTS.index(bare), False, ""
    code = DISTRICT_CODE.fullmatch(bare)
    known = _district_words()
    short = re.sub(r"^(浙江省?)?宁波市?(?=.)", "", re.sub(r"\s", "", bare))
    found = known.get(code[1] if code else short.lower())
    if found is not None:
        return found, not code, ""
    hint = near(short, list(DISTRICTS)) or near(f"{short}区", list(DISTRICTS))
    said = f"没有这个区县（市）。可用 {'、'.join(DISTRICTS)}，或六位行政区划代码。{hint}"
    return UNKNOWN, False, f"{said}别的叫法请写进映射文件的 codes: district"


def _industry(bare: str) -> tuple[int, bool, str]:
    codes, names = _industry_words()
    exact = re.fullmatch(r"[0-9]{2}", bare)
    found = INDUSTRY_CODE.fullmatch(bare)
    if found and found[1] in codes:
        return codes[found[1]], not exact, ""
    short = re.sub(r"\s", "", bare)
    if short in names:
        return names[short], False, ""
    if found:
        return UNKNOWN, False, "行业代码应在 GB/T 4754 的 13—46 大类内（制造业与电热气水的生产供应），可写两至四位"
    hint = near(short, [name for name in names if not name.isascii()])
    said = f"没有这个行业。可用 GB/T 4754 大类的代码 13—46 或全称。{hint}"
    return UNKNOWN, False, f"{said}别的叫法请写进映射文件的 codes: industry"


def _site(bare: str) -> tuple[int, bool, str]:
    found = SITE_WORDS.get(bare.lower())
    if found is None:
        return UNKNOWN, False, f"应为 {'、'.join(SITES_ZH)} 之一。{near(bare, list(SITE_WORDS))}"
    return found, bare not in SITES_ZH, ""


def _yes_no(bare: str) -> tuple[int, bool, str]:
    for code, allowed in ((1, YES), (0, NO)):
        if bare.lower() in allowed:
            return code, bare not in ("是", "否"), ""
    return UNKNOWN, False, "应为 是 或 否"


def shown_word(kind: str, code: int) -> str:
    """The word of ours that a code stands for."""
    if kind == "district":
        return DISTRICTS[code]
    if kind == "industry":
        return str(industries()["name_zh"].iloc[code])
    return SITES_ZH[code] if kind == "site" else ("否", "是")[code]


READERS: dict[str, Callable[[str], tuple[int, bool, str]]] = {
    "district": _district, "industry": _industry, "site": _site, "yes_no": _yes_no,
}  # fmt: skip


@cache
def _district_words() -> dict[str, int]:
    """Codes, short and English names and the zones that a district includes, by what they say of it."""
    found: dict[str, int] = {}
    for place, row in enumerate(districts().to_dict("records")):
        zones = str(row["includes_zh"]).removeprefix("含")
        for word in (row["code"], row["name_zh"], row["name_zh"][:-1], row["name_en"].lower(), *zones.split("、")):
            if word:
                found[word] = place
    return found


@cache
def _industry_words() -> tuple[dict[str, int], dict[str, int]]:
    """Rows of the industry table by code, and by name with and without 业 and 制造业."""
    table = industries()
    codes = {code: place for place, code in enumerate(table["code"])}
    names: dict[str, int] = {}
    for place, name in enumerate(table["name_zh"]):
        for word in (name, name.removesuffix("业"), name.removesuffix("制造业")):
            names.setdefault(word, place)
    return codes, names
