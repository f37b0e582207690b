"""A scenario changed in Python is the one its file would say, and slips are told as in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.changed import changed, changed_text, free_name
from sim.scenario.load import load_scenario
from sim.scenario.problems import ScenarioInvalid, ScenarioNotFound

LEVER, WRONG = "highrise.project_starts_per_year", "highrise.project_start_per_year"


def test_it_is_the_one_of_the_file_it_writes(fresh_home: Path) -> None:
    given = {
        "base": "upstairs-faster",
        "levers": {LEVER: {"2027-01": 60, "2029-01": 80}, "enforcement.eliminations_per_year": 1},
        "structure": {"structure.priority": "lottery"}, "name": "mine", "title": "多开工：试",
    }  # fmt: skip
    text = changed_text(**given)  # type: ignore[arg-type]
    (fresh_home / "scenarios" / "mine.yaml").write_text(text, encoding="utf-8")
    mine = changed(**given)  # type: ignore[arg-type]
    assert mine == load_scenario("mine") and mine.title.zh == "多开工：试"
    base = load_scenario("upstairs-faster")
    assert mine.digest != base.digest and mine.levers[LEVER][-2:] == ((72, 60.0), (96, 80.0))


def test_without_a_change_it_runs_as_its_base_does() -> None:
    assert changed("tighter-land").digest == load_scenario("tighter-land").digest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"levers": {WRONG: 45}}, f"参数 levers：未知的杠杆 {WRONG}。是不是 {LEVER}"),
        ({"levers": {LEVER: {"2027-13": 45}}}, "参数 levers：日期 2027-13"),
        ({"levers": {LEVER: 45_000}}, "45000 超出范围"),
        ({"structure": {"structure.priority": "lotery"}}, "参数 structure："),
        ({"structure": {"structure.priority": "lotery"}}, "lottery"),
        ({"output_series": "nothing-there.csv"}, "参数 output_series："),
        ({"name": "Mine"}, "参数 name："),
    ],
)  # fmt: skip
def test_slips_are_told_with_their_argument_for_there_is_no_file(given: dict[str, object], said: str) -> None:
    with pytest.raises(ScenarioInvalid, match=r"^参数 \w+：") as caught:
        changed(**given)  # type: ignore[arg-type]
    assert said in str(caught.value) and ".yaml:" not in str(caught.value)


def test_a_base_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(ScenarioNotFound, match="是不是 baseline"):
        changed("basline")


def test_a_new_name_is_one_that_no_scenario_has() -> None:
    assert free_name("my-own-plan") == "my-own-plan" and free_name("combined") == "combined-2"
