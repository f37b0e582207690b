"""A scenario may name the series its forecast rests on; its content is part of what the results are of."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import own
from sim.cli.checks import _others
from sim.cli.series import _frame
from sim.ensemble.series import DifferentSeries, on_one_series
from sim.ensemble.store import Ensemble
from sim.scenario.load import check_file, load_scenario
from tests.synthetic import lines, synthetic_months, write

VALUES = synthetic_months(5, seed=2)


def scenario(home: Path, series: str, name: str = "mine") -> None:
    text = f"name: {name}\ntitle: {{zh: 甲}}\nextends: baseline\noutput_series: {series}\n"
    (home / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_changed_file_makes_the_results_stale(fresh_home: Path) -> None:
    scenario(fresh_home, "data/own/synthetic.csv")
    path = write(fresh_home / "data/own/synthetic.csv", lines(VALUES, 2021))
    before = load_scenario("mine")
    write(path, lines(1.01 * VALUES, 2021))
    after = load_scenario("mine")
    keys = {Ensemble(item, 7, 2000).key for item in (before, after, load_scenario("baseline"))}
    assert len(keys) == 3 and after.reference().output_series == after.output_series


def test_the_usual_file_is_used_without_being_named(fresh_home: Path) -> None:
    without = load_scenario("baseline")
    write(fresh_home / own.USUAL, lines(VALUES, 2021))
    assert without.output_series is None and load_scenario("baseline").digest != without.digest


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ("../data/own/synthetc.csv", "../data/own/synthetc.csv（相对情景文件或工作目录）。是不是 synthetic.csv？"),
        ("[1, 2]", "应是一个 .csv 或 .xlsx 文件的路径"),
        ("data/own/synthetic.csv", "产值序列：data/own/synthetic.csv 列 period：至少要有 3 个整年"),
    ],
)
def test_what_is_wrong_with_the_series_is_said_at_its_line(fresh_home: Path, series: str, words: str) -> None:
    write(fresh_home / "data/own/synthetic.csv", lines(VALUES[:2], 2024))
    scenario(fresh_home, series)
    [problem] = check_file("mine")
    assert problem.line == 4 and words in problem.message


def test_a_misspelt_key_is_recognised(fresh_home: Path) -> None:
    (fresh_home / "scenarios" / "mine.yaml").write_text("name: mine\ntitle: {zh: 甲}\noutput_serie: a.csv\n")
    assert "是不是 output_series" in check_file("mine")[0].message


def test_scenarios_run_together_rest_on_one_series(fresh_home: Path) -> None:
    for name, factor in (("mine", 1.0), ("yours", 1.01)):
        write(fresh_home / f"data/own/{name}.csv", lines(factor * VALUES, 2021))
        scenario(fresh_home, f"data/own/{name}.csv", name)
    base, mine, yours = map(load_scenario, ("baseline", "mine", "yours"))
    assert {item.output_series for item in on_one_series([base, mine])} == {mine.output_series}
    with pytest.raises(DifferentSeries, match="不同的产值序列"):
        on_one_series([mine, yours])


def test_what_is_doubted_of_a_series_is_said_of_the_scenario_that_rests_on_it(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario(fresh_home, "data/own/synthetic.csv")
    write(fresh_home / "data/own/synthetic.csv", lines(1.5 * VALUES, 2021))
    wrong, doubted = _others(["mine"])
    assert wrong == [] and doubted == own.doubts("data/own/synthetic.csv") != []
    monkeypatch.chdir(fresh_home / "data/own")
    _frame(Path("synthetic.csv"))  # what a forecast of the file reads
    assert capsys.readouterr().err.count("存疑 data/own/synthetic.csv") == len(doubted)
