"""Every rule a scenario file must keep, each with a message that says what is allowed."""

from __future__ import annotations

import math
import re
import unicodedata
from pathlib import Path as File
from typing import Any

from sim.regions import DISTRICTS
from sim.scenario import posterior
from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.distribution import SIZES
from sim.scenario.meant import asked, belongs, called, key_called, targets_called
from sim.scenario.months import month_index, month_meant, month_text, year_of
from sim.scenario.output import KEY as SERIES
from sim.scenario.output import check_output_series
from sim.scenario.problems import NAME, NAME_RULE, brief
from sim.scenario.register import KEY as REGISTER
from sim.scenario.register import check_register
from sim.scenario.schema import EITHER, HORIZONS, options_text
from sim.scenario.source import Path, Source
from sim.tables import near

_EXAMPLES = {"fixed": "[2]", "uniform": "[1, 3]", "triangular": "[1, 2, 3]", "normal": "[2, 0.5]"}
KEYS = (
    "name", "title", "extends", "why", "district", "levers", "uncertainties", "structure", "horizon", "targets", SERIES,
    REGISTER, posterior.KEY,
)  # fmt: skip
FRACTION_UNITS = ("比例", "1/年", "0—1")
_WRITTEN_NUMBER = re.compile(
    r"([-+]?(?:[0-9]{1,3}(?:[,_][0-9]{3})+|[0-9]+(?:_[0-9]+)*)(?:\.[0-9]+)?)\s*(%|[^\d\s.,%-][^\d]{0,7})?"
)
"""A number as people write it, with or without separators of thousands, and what follows it."""

_CURLY = "“”‘’＂＇"
_QUOTES = "“”‘’\"'"
_DASHES = "—–―−－‐‑‒"
_TO_MINUS = str.maketrans(dict.fromkeys(_DASHES, "-"))


def check(source: Source, horizon: int, target_ids: list[str], file: File) -> None:
    """Add every mistake of the file's content to ``source.problems``; ``horizon`` bounds the lever dates."""
    if not isinstance(source.data, dict):
        if not source.problems:
            source.at_value((), "文件应由“键: 值”组成，至少有 name 与 title。")
        return
    data: dict[str, Any] = source.data
    for key in data:
        if key not in KEYS:
            hint = key_called(key) or belongs(key) or near(key, list(KEYS)) or f"可用：{'、'.join(KEYS)}。"
            source.at_key((key,), f"未知的键 {brief(key)}。{hint}")
    _check_heading(source, data, file.stem)
    if "district" in data:
        _check_district(source, data["district"])
    if "horizon" in data and data["horizon"] not in HORIZONS:
        said = f"horizon 只能是 {' 或 '.join(HORIZONS)}，现为 {brief(data['horizon'])}。"
        source.at_value(("horizon",), _curly(data["horizon"]) or said)
    _check_levers(source, data.get("levers"), horizon)
    _check_uncertainties(source, data.get("uncertainties"))
    _check_structure(source, data.get("structure"))
    _check_targets(source, data.get("targets"), target_ids)
    if SERIES in data:
        check_output_series(source, data[SERIES], file.parent)
    if REGISTER in data:
        check_register(source, data[REGISTER], file.parent)
    for said in posterior.problems(data[posterior.KEY]) if posterior.KEY in data else ():
        source.at_value((posterior.KEY,), said)


def _check_heading(source: Source, data: dict[str, Any], stem: str) -> None:
    for key in ("name", "title"):
        if key not in data:
            source.at_value((), f"缺少 {key}。")
    if "name" in data:
        _check_name(source, data["name"], stem)
    for key in ("title", "why"):
        if key in data:
            _check_text(source, key, data[key])
    if "extends" in data and not (isinstance(data["extends"], str) and NAME.fullmatch(data["extends"])):
        said = "extends 应是一个情景名，不是路径，例如 baseline。"
        source.at_value(("extends",), _curly(data["extends"]) or said)


def _curly(value: Any) -> str:
    """What to write where curly or full-width quotation marks became part of a text; nothing where there are none."""
    bare = value.strip(_CURLY) if isinstance(value, str) else value
    return "" if bare == value else f"“”是全角引号，成了文字的一部分；去掉引号，写 {brief(bare)}。"


def _odd(text: str) -> str:
    """Name the curly quotation marks and dashes of a word that should have none, and the place of each in it."""
    signs = [(place, one) for place, one in enumerate(text, start=1) if one in _CURLY + _DASHES]
    return "、".join(f"第 {place} 个字〈{one}〉" for place, one in signs)


def _check_district(source: Source, district: Any) -> None:
    named = [name for name in DISTRICTS if name in str(district)]
    if len(named) > 1:
        two = f"一个写 district: {named[0]}，另一个 extends 它，写 district: {named[1]}"
        said = f"district 只能写一个区县（市）；两个区县请写两个情景，用 extends 接起来：{two}。"
    elif isinstance(district, list):
        said = f"district 只能写一个区县（市），不写成列表，例如 district: {(named or DISTRICTS)[0]}。"
    else:
        hint = near(str(district), list(DISTRICTS)) or f"可用：{'、'.join(DISTRICTS)}。"
        said = _curly(district) or f"没有叫“{brief(district)}”的区县（市）。{hint}"
    if district not in DISTRICTS:
        source.at_value(("district",), said)


def _check_name(source: Source, name: Any, stem: str) -> None:
    if not NAME.fullmatch(stem):
        source.at_value(("name",), f"情景名{NAME_RULE}，文件名也一样：请把文件 {brief(stem)} 改名，name 与它相同。")
    elif isinstance(name, int | float) and stem.isdecimal():
        source.at_value(("name",), f'name 应是文字，请加引号："{stem}"。')
    elif name != stem:
        source.at_value(("name",), _curly(name) or f"name 应与文件名相同：{stem}，现为 {brief(name)}。")


def _check_text(source: Source, key: str, text: Any) -> None:
    if not isinstance(text, dict):
        source.at_value((key,), f"{key} 应写成 {{zh: 中文, en: English}}。")
        return
    if "zh" not in text:
        source.at_value((key,), f"{key} 缺少 zh（中文）。")
    for language, words in text.items():
        if language not in ("zh", "en"):
            form = "写法是 {zh: 中文, en: English}。"
            source.at_key((key, language), f"未知的语言 {brief(language)}，可用 zh、en；{form}")
        elif words is None or words == "":
            source.at_value((key, language), f"{key} 的 {language} 还没有写。")
        elif not isinstance(words, str):
            source.at_value((key, language), "这里应是文字；是数字的，请加引号。")


def _check_levers(source: Source, levers: Any, horizon: int) -> None:
    if levers is None:
        return
    if not isinstance(levers, dict):
        source.at_value(("levers",), f"levers 应由“杠杆: 数值”组成。{_no_dashes(levers)}")
        return
    for name, value in levers.items():
        path: Path = ("levers", name)
        entry = _entry(source, path, name, "lever")
        if entry is None:
            continue
        if value == {}:
            source.at_value(path, "还没有写数值：写一个数，或按月份写，例如 {2027-01: 45}。")
        elif isinstance(value, dict):
            for month, number in value.items():
                _check_month(source, (*path, month), month, horizon)
                _check_number(source, (*path, month), number, entry)
        elif isinstance(value, list):
            source.at_value(path, f"应是一个数字，不能写成列表。{_no_dashes(value) or _by_month(value, horizon)}")
        else:
            _check_number(source, path, value, entry)


def _no_dashes(value: Any) -> str:
    """What to write where a list was made of keys and values; nothing where it is another slip."""
    made = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    return "去掉行首的“- ”，只留“键: 值”。" if made else ""


def _by_month(values: list[Any], horizon: int) -> str:
    """How values that follow one another are written: each with its month."""
    first = min(2027, year_of(horizon) - 1)
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) == len(values) == 1:
        return f"只有一个数，写 {numbers[0]:g}。"
    one, other = numbers[:2] if len(numbers) == len(values) >= 2 else (45, 60)
    return f"自哪个月起是多少要写明，例如 {{{first}-01: {one:g}, {first + 1}-01: {other:g}}}。"


def _entry(source: Source, path: Path, name: str, kind: str) -> Entry | None:
    entries = catalogue()
    title = {"lever": "杠杆", "uncertainty": "不确定参数", "switch": "结构开关"}[kind]
    if name in entries and entries[name].kind == kind:
        return entries[name]
    if name in entries:
        found = {
            "lever": "是杠杆，应写在 levers 下",
            "uncertainty": "是不确定参数，应写在 uncertainties 下",
            "switch": "是结构开关，应写在 structure 下",
            "constant": "是固定参数，不能在情景里改",
            "documented": f"未进入模型：{entries[name].reason.rstrip('。')}",
        }[entries[name].kind]
        source.at_key(path, f"{name} {found}。")
        return None
    of_kind = entries.of_kind(kind)
    hint = asked(called(name, of_kind)) or near(name, list(of_kind)) or f"用 tenglong explain {title} 查看全部。"
    if month_meant(name):
        hint = "月份应写在杠杆之下，比它深两格；杠杆那一行冒号后不写数。"
    odd = f"其中{signs}是全角符号，请删去。" if (signs := _odd(name)) and name.strip(_CURLY + _DASHES).isascii() else ""
    source.at_key(path, f"未知的{title} {brief(name)}。{odd}{hint}")
    return None


def _check_month(source: Source, path: Path, month: str, horizon: int) -> None:
    try:
        index = month_index(month)
    except ValueError:
        source.at_key(path, f"日期 {brief(month)} {_month_hint(month)}")
        return
    if not 0 <= index <= horizon:
        source.at_key(path, f"日期 {month} 不在模拟期 2021-01 至 {month_text(horizon)} 内。")


def _month_hint(text: str) -> str:
    meant = month_meant(text)
    if meant is None and (plain := month_meant(text.strip(_CURLY).translate(_TO_MINUS))):
        return f"里{_odd(text)}不是半角符号，应写 {plain[0]}-{plain[1]:02d}。"
    if meant is None:
        whole_year = re.fullmatch("[12][0-9]{3}年?", text)
        return f"缺月份，例如 {text[:4]}-01。" if whole_year else "应写成 年-月，例如 2026-07。"
    year, number = meant
    return f"应写 {year}-{number:02d}。" if 1 <= number <= 12 else f"的月份应为 01—12，例如 {year}-01。"


def _check_number(source: Source, path: Path, value: Any, entry: Entry) -> None:
    if entry.unit == EITHER:
        _check_either(source, path, value, entry)
        return
    low, high = entry.bounds
    unit = "（小数）" if entry.unit in FRACTION_UNITS else f"（{entry.unit}）"
    allowed = f"{entry.title.zh}应在 {low:g} 至 {high:g} 之间{unit}"
    if isinstance(value, str):
        source.at_value(path, f"{_mistaken_text(value, entry.unit in FRACTION_UNITS)}{allowed}。")
    elif value is None:
        source.at_value(path, f"还没有写数值。{allowed}。")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        source.at_value(path, f"应是一个数字。{allowed}。")
    elif not low <= value <= high:
        percent = entry.unit in FRACTION_UNITS and low <= value / 100 <= high
        hint = f"这里要写小数，不写百分数：{value:g} % 应写 {value / 100:g}。" if percent else ""
        source.at_value(path, f"{value:g} 超出范围：{allowed}。{hint}")


def _check_either(source: Source, path: Path, value: Any, entry: Entry) -> None:
    allowed = f"{entry.title.zh}只能写 0 或 1"
    if isinstance(value, bool):
        source.at_value(path, f"{allowed}：{str(value).lower()} 应写 {value:d}。")
    elif value is None:
        source.at_value(path, f"还没有写数值。{allowed}。")
    elif isinstance(value, str):
        source.at_value(path, f"{allowed}，不加引号，现为“{brief(value)}”。")
    elif value not in (0, 1):
        source.at_value(path, f"{allowed}，现为 {brief(value)}。")


def _mistaken_text(text: str, fraction: bool) -> str:
    """What is meant by a text where a number should be; a guess is made only where there is but one."""
    whole = unicodedata.normalize("NFKC", text).strip()
    plain = whole.strip(_QUOTES).strip()
    shown = brief(plain if plain != whole else text)
    minus = plain.translate(_TO_MINUS)
    if minus != plain and re.fullmatch("-[0-9.]+", minus):
        return f"“{shown}”里{_odd(shown)}是长横线，负号要用半角的 -，写 {minus}。"
    found = _WRITTEN_NUMBER.fullmatch(plain)
    if found is None:
        return f"“{shown}”不是数字。"
    number, rest = float(found[1].replace(",", "").replace("_", "")), found[2]
    if rest == "%" and not fraction:
        return f"“{shown}”带了百分号，而这里要的是数量，不是比例。"
    if rest == "%":
        return f"“{shown}”是百分数，应写成小数 {number / 100:.15g}。"
    if rest:
        return f"“{shown}”带了单位，只写数。"
    if found[1] == text.strip(_QUOTES + " ") and re.search("[,_]", text) is None:
        return f"“{shown}”加了引号，成了文字；去掉引号，写 {number:.15g}。"
    return f"“{shown}”含全角数字或千分位，应写 {number:.15g}。"


def _check_uncertainties(source: Source, uncertainties: Any) -> None:
    if uncertainties is None:
        return
    if not isinstance(uncertainties, dict):
        said = f"uncertainties 应由“参数: 分布”组成。{_no_dashes(uncertainties)}"
        source.at_value(("uncertainties",), said)
        return
    for name, value in uncertainties.items():
        path: Path = ("uncertainties", name)
        entry = _entry(source, path, name, "uncertainty")
        if entry is None:
            continue
        if not isinstance(value, dict | list):
            _check_number(source, path, value, entry)
            continue
        kinds = "、".join(f"{kind}（{size} 个数）" for kind, size in SIZES.items())
        if isinstance(value, list) or len(value) != 1 or next(iter(value)) not in SIZES:
            source.at_value(path, f"分布应是一个数，或下列之一：{kinds}。")
            continue
        _check_distribution(source, (*path, next(iter(value))), value, entry)


def _check_distribution(source: Source, path: Path, value: dict[str, Any], entry: Entry) -> None:
    kind, numbers = next(iter(value.items()))
    if not isinstance(numbers, list):
        source.at_value(path, f"{kind} 的数应写成列表，共 {SIZES[kind]} 个，例如 {kind}: {_EXAMPLES[kind]}。")
        return
    if len(numbers) != SIZES[kind]:
        source.at_value(path, f"{kind} 需要 {SIZES[kind]} 个数，现有 {len(numbers)} 个。")
        return
    before = len(source.problems)
    for index, number in enumerate(numbers):
        if not (kind == "normal" and index == 1):
            _check_number(source, (*path, index), number, entry)
        elif isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < math.inf:
            source.at_value((*path, index), "标准差应是正数。")
    ascending = kind in ("uniform", "triangular")
    if len(source.problems) == before and ascending and sorted(numbers) != numbers:
        source.at_value(path, f"{kind} 的数应由小到大。")


def _check_structure(source: Source, structure: Any) -> None:
    if structure is None:
        return
    if not isinstance(structure, dict):
        source.at_value(("structure",), f"structure 应由“结构开关: 选项”组成。{_no_dashes(structure)}")
        return
    for name, option in structure.items():
        entry = _entry(source, ("structure", name), name, "switch")
        if entry is not None and option not in list(entry.options):
            hint = near(str(option), list(entry.options)) or f"可用：{options_text(entry)}。"
            source.at_value(("structure", name), f"{entry.title.zh}没有 {brief(option)} 这个选项。{hint}")


def _check_targets(source: Source, targets: Any, target_ids: list[str]) -> None:
    if targets is None:
        return
    if not isinstance(targets, list):
        source.at_value(("targets",), "targets 应是一个列表，例如 [gross_output_2027]。")
        return
    groups = sorted({name.split(".")[0] for name in target_ids} | set(target_ids))
    for index, name in enumerate(targets):
        if name not in groups:
            hint = near(str(name), groups) or asked(targets_called(str(name))) or "用 tenglong targets 查看全部。"
            source.at_value(("targets", index), _curly(name) or f"没有叫 {brief(name)} 的目标。{hint}")
