"""Broken scenario files: each slip told at its line and column, exit 3, no traceback, and nothing else that breaks.

``broken/expected.txt`` is what ``tenglong check`` says of each file beside it; a line ending in … is a beginning.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.cli import main
from sim.scenario.catalogue import catalogue
from sim.scenario.checks import KEYS
from sim.scenario.create import NameNotUsable, create
from sim.scenario.distribution import SIZES
from sim.scenario.load import check_file, load_scenario
from sim.scenario.problems import Problem, ScenarioNotFound
from tests.often import often

FOLDER = Path(__file__).parent / "broken"
CASES = sorted(FOLDER.glob("*.yaml"))
EXPECTED: dict[str, list[str]] = defaultdict(list)
for line in (FOLDER / "expected.txt").read_text(encoding="utf-8").splitlines():
    name, _, told = line.partition(" ")
    EXPECTED[name].append(told)

PLAIN = "name: trial\ntitle: {zh: 试验}\nextends: baseline\nlevers:\n  parks.far: 99\n"
NOT_UTF8 = "文件不是 UTF-8 编码"
ENCODED = {
    "GB18030": (PLAIN.encode("gb18030"), 2, 13, NOT_UTF8),
    "UTF-16": (PLAIN.encode("utf-16"), 1, 1, NOT_UTF8),
    "GB18030 later on": (PLAIN.replace("试验", "a").encode() + "why: {zh: 资金}".encode("gb18030"), 6, 11, NOT_UTF8),
    "byte order mark": (PLAIN.encode("utf-8-sig"), 5, 14, "99 超出范围"),
    "byte order mark and full-width colon": (PLAIN.replace("name: ", "name：").encode("utf-8-sig"), 1, 5, "全角冒号"),
    "line ends of Windows": (PLAIN.replace("\n", "\r\n").encode(), 5, 14, "99 超出范围"),
    "line ends of old Macs": (PLAIN.replace("\n", "\r").encode(), 5, 14, "99 超出范围"),
    "zero byte": (PLAIN.replace("试", "\0试").encode(), 2, 13, "看不见的字符（U+0000）"),
    "a break that is none": (PLAIN.replace("试", "\u2028试").encode(), 2, 13, "看不见的字符（U+2028）"),
}
"""What the file system holds, where the first problem is, and how it begins."""

VALID = """\
name: trial
title: {zh: 试验, en: "Trial"}
extends: baseline
why:
  zh: 2025年开工27个：若提到45个
    差多少？
district: 奉化区  # 只作用于奉化区
levers:
  highrise.project_starts_per_year:
    2027-01: 4
    2027-07: 6
  parks.relocation_subsidy: 0.5
uncertainties:
  highrise.delivery_lag_months: {triangular: [18, 26, 36]}
structure:
  structure.priority: lottery
horizon: 2027-12
targets: [gross_output_2027, quality_space_2027]
"""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Type a command; return its exit code and the lines of what it says."""

    def typed(*words: str) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["tenglong", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert not printed.out
        return int(ended.value.code or 0), printed.err.splitlines()

    return typed


def test_there_are_thirty_and_all_are_expected() -> None:
    assert len(CASES) >= 30 and {path.stem for path in CASES} == set(EXPECTED)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_slip_is_told_at_its_place(path: Path, said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    for verb in ("check", "run"):
        code, (*told, end) = said(verb, path.name)
        assert code == 3 and end == f"共 {len(told)} 处问题，未运行。"
        for line, expected in zip(told, EXPECTED[path.stem], strict=True):
            assert line == expected or (expected.endswith("…") and line.startswith(expected[:-1]))


def test_no_tag_of_a_file_makes_anything(tmp_path: Path) -> None:
    mark, path = tmp_path / "made", tmp_path / "trial.yaml"
    path.write_text(f"name: trial\ntitle: !!python/object/apply:os.mkdir ['{mark}']\n", encoding="utf-8")
    assert "标签" in check_file(path)[0].message and not mark.exists()


@pytest.mark.parametrize("case", ENCODED)
def test_files_as_other_systems_save_them(tmp_path: Path, case: str) -> None:
    content, line, column, message = ENCODED[case]
    path = tmp_path / "trial.yaml"
    path.write_bytes(content)
    first = check_file(path)[0]
    assert (first.line, first.column) == (line, column) and first.message.startswith((message, f"这里有一个{message}"))


@pytest.mark.parametrize("content", [PLAIN.replace("99", "2"), VALID])
def test_encodings_and_line_ends_change_nothing_else(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trial.yaml"
    digests = set()
    for variant in (content.encode(), content.encode("utf-8-sig"), content.replace("\n", "\r\n").encode()):
        path.write_bytes(variant)
        digests.add(load_scenario(path).digest)
    assert len(digests) == 1


def test_colons_of_prose_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    prose = "why:\n  zh: |\n    parks：园区\n    far:容积率\n  en: >-\n    a：b\n"
    path.write_text("name: trial\ntitle: {zh: 试验}\n" + prose, encoding="utf-8")
    assert load_scenario(path).why["zh"] == "parks：园区\nfar:容积率\n"


@pytest.mark.parametrize("name", ["../trial", "..", "a/b", "/etc/passwd", "C:\\a", "a\0b", "", "é", "x" * 999])
def test_a_name_cannot_leave_its_folder(fresh_home: Path, name: str) -> None:
    (fresh_home / "trial.yaml").write_text(PLAIN, encoding="utf-8")
    before = sorted(path for path in fresh_home.rglob("*"))
    with pytest.raises(NameNotUsable):
        create(name, "baseline")
    with pytest.raises(ScenarioNotFound):
        load_scenario(name)
    assert sorted(path for path in fresh_home.rglob("*")) == before


PIECES = some.sampled_from([
    ":", "：", " ", "\t", "\n", "\u3000", "-", "- ", "{", "}", "[", "]", ",", "，", "'", '"', "“", "#", "&a ", "*a",
    "!", "!!int ", "%", "|", ">", "?", "? ", "@", "`", "\\", "\\U00110000", "\\x", "\0", "\x07", "\u2028", "\u200b",
    "\ufeff", "---\n", "...", "~", "null", "yes", "true", "1_000", "1,000", "1e999", "9" * 400, ".nan", ".inf",
    "0x1F", "0o7", "2027-01", "２", "-1", "<<: ", "name", "levers", "baseline", "../", "奉化区", "{}", "[]", "[" * 15,
])  # fmt: skip
EDITS = some.lists(some.tuples(some.integers(0, len(VALID)), some.integers(0, 12), PIECES), min_size=1, max_size=4)
KNOWN = [*catalogue().of_kind("lever"), *catalogue().of_kind("uncertainty"), *catalogue().of_kind("switch")]
LEAVES = some.one_of(
    some.none(), some.booleans(), some.integers(), some.floats(), some.text(max_size=20), some.sampled_from(KNOWN),
    some.sampled_from(["2027-01", "2027-12", "prior", "baseline", "lottery", "gross_output_2027"]),
)  # fmt: skip
WORDS = some.one_of(some.sampled_from([*KEYS, *KNOWN, *SIZES, "zh", "en", "2027-01"]), some.text(max_size=8))
VALUES = some.recursive(
    LEAVES, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)
PATIENT = often(250)


def hold(path: Path, content: bytes) -> list[Problem]:
    """Check a file: every problem has a place in it and a message on one line; a file without one can be used."""
    path.write_bytes(content)
    problems = check_file(path)
    lines = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
        assert problem.message.isprintable() and problem.message[-1] in "。？" and len(problem.message) < 1000
    if not problems:
        scenario = load_scenario(path)
        assert scenario.name == "trial" and scenario.digest and all(scenario.levers.values())
        scenario.model_dump_json().encode()
    return problems


@PATIENT
@given(content=some.binary(max_size=60) | some.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")))
def test_no_content_breaks_the_check(tmp_path: Path, content: bytes) -> None:
    assert hold(tmp_path / "trial.yaml", content)


@PATIENT
@given(edits=EDITS)
def test_no_slip_in_a_valid_file_breaks_the_check(tmp_path: Path, edits: list[tuple[int, int, str]]) -> None:
    text = VALID
    for place, length, piece in edits:
        text = text[:place] + piece + text[place + length :]
    hold(tmp_path / "trial.yaml", text.encode())


@PATIENT
@given(key=some.sampled_from(KEYS), value=VALUES, name=WORDS)
def test_no_value_of_the_wrong_kind_breaks_the_check(tmp_path: Path, key: str, value: Any, name: str) -> None:
    data = {"name": "trial", "title": {"zh": "试验"}, key: value if key not in ("levers", "uncertainties", "structure")
            else {name: value}}  # fmt: skip
    hold(tmp_path / "trial.yaml", json.dumps(data, ensure_ascii=True).encode())


def test_the_file_that_slips_are_made_in_is_valid(tmp_path: Path) -> None:
    assert hold(tmp_path / "trial.yaml", VALID.encode()) == []


@pytest.mark.parametrize("ending", [".yml.txt", ".yaml.txt", ".txt", ".json"])
def test_a_file_whose_name_ends_otherwise_is_told_its_name(fresh_home: Path, said: Any, ending: str) -> None:
    (fresh_home / "scenarios" / f"trial{ending}").write_text(VALID, encoding="utf-8")
    for name in (f"scenarios/trial{ending}", *(("trial",) if ending != ".json" else ())):
        code, [told] = said("check", name)
        assert code == 3 and "请改名为 trial.yaml" in told and ("记事本" in told) == ending.endswith(".txt")


def test_a_change_of_the_past_is_doubted_and_allowed(tmp_path: Path, said: Any) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(VALID.replace("    2027-01: 4", "    2023-01: 3\n    2026-01: 4"), encoding="utf-8")
    code, (dated, undated, end, *changed) = said("check", str(path))
    assert code == 0 and "2 处存疑" in end and "相比，改了3处" in changed[0]
    assert "10:5: 2023-01 起改 工业上楼示范项目年开工数" in dated and "反事实" in dated
    assert "13:3: 搬迁入园补助占搬迁成本比例没有写月份" in undated and "{2026-01: 0.5}" in undated
