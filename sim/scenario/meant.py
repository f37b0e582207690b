"""Which entry of the catalogue is meant by a word: its Chinese name, as reports print it, or a part of that name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from sim import registry
from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.indents import SECTIONS
from sim.scenario.months import month_meant

KEPT_IN = {"lever": "levers", "uncertainty": "uncertainties", "switch": "structure"}
"""Kinds of entries that a scenario can change, and the key they stand below."""
KEYS_ZH = {
    "名称": "name", "名字": "name", "情景名": "name", "标题": "title", "题目": "title", "继承": "extends",
    "基于": "extends", "理由": "why", "原因": "why", "为什么": "why", "区县": "district", "地区": "district",
    "杠杆": "levers", "不确定参数": "uncertainties", "结构": "structure", "期限": "horizon", "目标": "targets",
    "名录": "register",
}  # fmt: skip
"""Keys of a scenario, which are English, by what people write in Chinese."""
MOST = 3


def key_called(word: str) -> str:
    """Say which of a scenario's keys a Chinese word stands for, empty where it is none."""
    return f"是不是 {KEYS_ZH[word]}？键要用英文。" if word in KEYS_ZH else ""


def called(word: str, entries: Mapping[str, Entry]) -> list[str]:
    """Return the ids of the entries whose Chinese name this is, else a part of which it is, else the nearest."""
    return matching(word, {entry.title.zh: name for name, entry in entries.items()})


def targets_called(word: str) -> list[str]:
    """Return the groups of all targets whose Chinese name this is, else a part of which it is, else the nearest."""
    published = registry.targets().values()
    names = matching(word, {target.label_zh: target.label_zh for target in published})
    return list(dict.fromkeys(target.group for target in published if target.label_zh in names))


def matching(word: str, ids: Mapping[str, str]) -> list[str]:
    """Return the ids of the Chinese names that a word is, else is a part of, else is near to; at most :data:`MOST`.

    Args:
        ids: by Chinese name.
    """
    plain = bare(word)
    known = {bare(title): name for title, name in ids.items()}
    if plain.isascii():
        return []
    if plain in known:
        return [known[plain]]
    found = [title for title in known if len(plain) > 1 and plain in title]
    return [known[title] for title in (found or get_close_matches(plain, known, n=MOST, cutoff=0.5))[:MOST]]


def bare(word: str) -> str:
    """Return a name without what is easily typed otherwise: spaces, quotation marks, full-width letters."""
    return re.sub("[\\s\"'“”‘’「」]", "", unicodedata.normalize("NFKC", word))


def asked(ids: Sequence[str]) -> str:
    """Return ``是不是 a、b？``, nothing where there are none."""
    return f"是不是 {'、'.join(ids)}？" if ids else ""


def belongs(key: str) -> str:
    """Say where a key at the left edge of a scenario belongs, empty where it is neither an entry nor a month."""
    if month_meant(key):
        return "月份应写在杠杆之下，行首 4 个空格。"
    entries = {name: entry for name, entry in catalogue().items() if entry.kind in KEPT_IN}
    near = get_close_matches(key, entries, n=1, cutoff=0.8) if "." in key else []
    found = [key] if key in entries else called(key, entries) or near
    if not found:
        return ""
    section = KEPT_IN[entries[found[0]].kind]
    which = f"它是{SECTIONS[section]}，" if found == [key] else asked(found)
    return f"{which}应写在 {section}: 之下，行首 2 个空格。"
