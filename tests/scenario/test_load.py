"""Bad input: every problem at once, at its line and column, with what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.diff import changes
from sim.scenario.load import check_file, load_scenario, override, scenario_names
from sim.scenario.problems import ScenarioInvalid, ScenarioNotFound
from tests.registers import MAPPING
from tests.small import shipped

HEAD = "name: trial\ntitle: {zh: 试验}\nextends: baseline\n"


@pytest.fixture
def write(tmp_path: Path):
    def _write(body: str, name: str = "trial", head: str = HEAD) -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(head + body, encoding="utf-8")
        return path

    return _write


def test_every_shipped_scenario_loads() -> None:
    names = shipped()
    assert names[0] == "baseline" and len(names) >= 8
    for name in names:
        assert load_scenario(name).name == name


def test_a_registers_mapping_beside_scenarios_is_none_of_them(fresh_home: Path) -> None:
    before, folder = scenario_names(), fresh_home / "scenarios"
    (folder / "m3.yaml").write_text(MAPPING, encoding="utf-8")
    assert scenario_names() == before
    (folder / "m4.yaml").write_text(f"name: m4\n{MAPPING}", encoding="utf-8")
    assert sorted(scenario_names()) == sorted([*before, "m4"]), "a scenario's key makes it a scenario with a mistake"
    with pytest.raises(ScenarioNotFound):
        load_scenario("m3")


BAD = {
    "unknown key": ("levels:\n  a: 1\n", 4, 1, "levers"),
    "unknown lever": ("levers:\n  highrise.project_start_per_year: 40\n", 5, 3, "highrise.project_starts_per_year"),
    "uncertainty under levers": ("levers:\n  highrise.far: 3\n", 5, 3, "uncertainties"),
    "documented only": ("levers:\n  doc.mu_loan: 3\n", 5, 3, "未进入模型"),
    "wrong type": ("levers:\n  highrise.project_starts_per_year: [1]\n", 5, 37, "数字"),
    "out of bounds": ("levers:\n  highrise.project_starts_per_year: 900\n", 5, 37, "150"),
    "percent for fraction": ("levers:\n  land.park_share: 98\n", 5, 20, "0.98"),
    "percent sign": ("levers:\n  land.park_share: 98%\n", 5, 20, "0.98"),
    "full-width digits": ("levers:\n  parks.far: ２.５\n", 5, 14, "2.5"),
    "duplicate key": ("levers:\n  parks.far: 2\n  parks.far: 3\n", 6, 3, "重复"),
    "full-width colon": ("levers:\n  parks.far：2\n", 5, 12, "全角冒号"),
    "date outside the horizon": ("levers:\n  parks.far: {2031-01: 2}\n", 5, 15, "2030-12"),
    "date before the start": ("levers:\n  parks.far: {2019-01: 2}\n", 5, 15, "2021-01"),
    "not a date": ("levers:\n  parks.far: {2027/01: 2}\n", 5, 15, "应写 2027-01"),
    "no such district": ("district: 奉化\n", 4, 11, "奉化区"),
    "no such target": ("targets: [quality_space_2028]\n", 4, 11, "quality_space_2027"),
    "bad horizon": ("horizon: 2029-12\n", 4, 10, "2027-12"),
    "unordered distribution": (
        "uncertainties:\n  highrise.delivery_lag_months: {triangular: [36, 26, 18]}\n", 5, 46, "由小到大"),
    "unknown distribution": ("uncertainties:\n  highrise.far: {beta: [1, 2]}\n", 5, 17, "triangular"),
    "tab": ("levers:\n\tparks.far: 2\n", 5, 1, "制表符"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=list(BAD))
def test_a_mistake_is_named_at_its_place(write, case: str) -> None:
    body, line, column, word = BAD[case]
    problems = check_file(write(body))
    assert [(problem.line, problem.column) for problem in problems] == [(line, column)]
    assert word in problems[0].message


def test_all_problems_are_reported_at_once(write) -> None:
    body = "levers：\n  parks.far: 99\n  land.park_share: 98\n  nothing.here: 1\nhorizon: 2028\n"
    problems = check_file(write(body))
    assert [problem.line for problem in problems] == [4, 5, 6, 7, 8]
    with pytest.raises(ScenarioInvalid) as caught:
        load_scenario(write(body))
    assert str(caught.value).count("trial.yaml:") == 5


def test_missing_and_circular_parents(write) -> None:
    missing = check_file(write("", head="name: trial\ntitle: {zh: 试}\nextends: baselin\n"))
    assert missing[0].line == 3 and "baseline" in missing[0].message
    write("", name="one", head="name: one\ntitle: {zh: 一}\nextends: two\n")
    circle = check_file(write("", name="two", head="name: two\ntitle: {zh: 二}\nextends: one\n"))
    assert any("环" in problem.message for problem in circle)


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n", "a: [1\n", "name: trial\n"])
def test_a_file_that_is_no_scenario(write, text: str) -> None:
    assert check_file(write("", head=text))


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(HEAD.encode("gb18030"))
    assert "UTF-8" in check_file(path)[0].message


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(ScenarioNotFound, match="upstairs-faster"):
        load_scenario("upstair-faster")


def test_dated_steps_hold_from_their_month_and_replace_later_ones() -> None:
    assert override(((0, 1.0), (48, 2.0), (72, 3.0)), ((60, 9.0),)) == ((0, 1.0), (48, 2.0), (60, 9.0))


def test_children_inherit_and_name_and_titles_do_not_change_the_digest(write) -> None:
    baseline = load_scenario("baseline")
    same = load_scenario(write("why: {zh: 同样的力度}\n"))
    assert same.digest == baseline.digest
    changed = load_scenario(write("levers:\n  highrise.project_starts_per_year:\n    2027-01: 45\n"))
    assert changed.digest != baseline.digest
    assert changed.levers["highrise.project_starts_per_year"] == ((0, 0.0), (48, 27.0), (72, 45.0))
    (change,) = changes(changed, baseline)
    assert (change.entry.id, change.after) == (
        "highrise.project_starts_per_year", "2021-01 起 0；2025-01 起 27；2027-01 起 45")  # fmt: skip


def test_baseline_is_the_policy_of_record() -> None:
    baseline = load_scenario("baseline")
    assert baseline.digest == baseline.reference().digest


def test_a_district_scenario_leaves_the_city_alone() -> None:
    fenghua, baseline = load_scenario("fenghua"), load_scenario("baseline")
    assert fenghua.levers == baseline.levers
    assert set(fenghua.district_levers) == {"奉化区"}
