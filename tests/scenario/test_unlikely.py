"""What a file says that is allowed but hardly meant is doubted at its place, and what it changes can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report.comparisons import told_changes
from sim.report.wording import wording
from sim.scenario.create import create, write_template
from sim.scenario.diff import changes
from sim.scenario.load import check_file, doubts, load_scenario, scenario_names
from sim.scenario.unlikely import WHY

HEAD = "name: trial\ntitle: {zh: 试验}\nextends: baseline\n"
DOUBTED = {
    "in ten thousands": ("levers:\n  land.new_industrial_mu_per_year: {2027-01: 1.2}\n", 5, 46, "请写 12000"),
    "as it was": ("levers:\n  parks.far: {2027-01: 2}\n", 5, 3, "什么也没有改"),
    "a district's as the city's": ("district: 奉化区\nlevers:\n  parks.far: {2027-01: 2}\n", 6, 3, "什么也没有改"),
    "more than the city": (
        "district: 奉化区\nlevers:\n  land.new_industrial_mu_per_year: {2027-01: 12000}\n", 6, 46, "比全市的 10967.4"),
    "at its bound": (
        "levers:\n  parks.relocation_subsidy: {2027-01: 0}\n", 5, 3, "它已在下限 0，不能再低。请换一个数"),
    "a step to what holds": (
        "levers:\n  parks.far: {2027-01: 2.5, 2028-01: 2.5}\n", 5, 38, "自 2028-01 起写 2.5，之前已是这个数"),
    "no levers": ("levers:\n", 4, 1, "levers 之下还没有写杠杆"),
    "a district with nothing": ("district: 奉化区\n", 4, 11, "奉化区什么也没有改"),
    "a district with no levers": ("district: 奉化区\nlevers: {}\n", 5, 1, "levers 之下还没有写杠杆"),
    "nobody's reason": (f"why: {{zh: {WHY}}}\n", 4, 11, "why 还是模板里的话"),
}  # fmt: skip
NOT_DOUBTED = (
    "levers:\n  land.new_industrial_mu_per_year: {2027-01: 8000}\n",
    "district: 奉化区\nlevers:\n  highrise.project_starts_per_year: {2027-01: 27}\n",  # all of the city's
    "levers:\n  highrise.project_starts_per_year: {2027-01: 45, 2028-01: 27}\n",  # back to what held
    "district: 奉化区\nlevers:\n  highrise.project_starts_per_year: {2027-01: 4, 2028-01: 6}\n",
    "levers:\n  fund.buyout_yi_yuan_per_year: {2027-01: 0}\n",
)


@pytest.fixture
def write(tmp_path: Path):
    def _write(body: str, head: str = HEAD) -> Path:
        path = tmp_path / "trial.yaml"
        path.write_text(head + body, encoding="utf-8")
        return path

    return _write


@pytest.mark.parametrize("case", DOUBTED)
def test_it_is_doubted_at_its_place(write, case: str) -> None:
    body, line, column, part = DOUBTED[case]
    path = write(body)
    assert check_file(path) == []
    [doubt] = doubts(path)
    assert (doubt.line, doubt.column) == (line, column) and part in doubt.message


@pytest.mark.parametrize("body", NOT_DOUBTED)
def test_what_can_be_meant_is_not_doubted(write, body: str) -> None:
    assert doubts(write(body)) == []


def test_steps_to_the_value_that_holds_change_nothing(write) -> None:
    base, same = load_scenario("baseline"), load_scenario(write("levers:\n  parks.far: {2027-01: 2, 2028-01: 2}\n"))
    assert same.digest == base.digest and changes(same, base) == []
    [said] = told_changes(same, base, "baseline", wording("zh"))
    assert "在决定运行的一切上都相同" in said


def test_all_that_is_changed_is_told(write) -> None:
    base, mine = load_scenario("baseline"), load_scenario(write("horizon: 2027-12\nlevers:\n  parks.far: 2.5\n"))
    first, change, more = told_changes(mine, base, "baseline", wording("zh"))
    assert "改了1处" in first and "园区新供地容积率（全市，容积率）：2 → 2.5" in change and "horizon" in more


@pytest.mark.parametrize("parent", ["baseline", "upstairs-faster", "fenghua"])
def test_the_example_of_a_new_scenario_changes_its_parent(fresh_home: Path, parent: str) -> None:
    path = create("mine", parent)
    mine, older = load_scenario("mine"), load_scenario(parent)
    assert mine.digest != older.digest and len(changes(mine, older)) == 1
    assert mine.why == {} and [doubt.message[:3] for doubt in doubts(path)] == ["why"]
    write_template(fresh_home / "template.yaml")
    assert load_scenario(fresh_home / "template.yaml").digest != load_scenario("baseline").digest


def test_a_file_that_ends_in_yml_is_a_scenario_by_name(fresh_home: Path, write) -> None:
    folder = fresh_home / "scenarios"
    (folder / "trial.yml").write_text(HEAD + "levers:\n  parks.far: 2.5\n", encoding="utf-8")
    assert "trial" in scenario_names() and load_scenario("trial").lever("parks.far", 0) == 2.5
    child = write("", HEAD.replace("trial", "child").replace("baseline", "trial")).rename(folder / "child.yaml")
    assert load_scenario(child).lever("parks.far", 0) == 2.5
    (folder / "trial.yaml").write_text(HEAD, encoding="utf-8")
    [problem] = check_file("trial")
    assert "trial.yml" in problem.file and "旁边还有 trial.yaml" in problem.message
