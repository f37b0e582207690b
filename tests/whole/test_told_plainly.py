"""What a command says before it works, or in place of working: in Chinese, with all that one has to know."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.cli import main
from sim.cli.app import COMPILES, lasting, progress
from sim.cli.verbs import _of_which
from sim.scenario.load import load_scenario


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[int, str, str]]:
    """Type a command; return its exit code and both outputs."""

    def run(words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tenglong", *words.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


def test_a_scenario_is_not_compared_with_itself_or_with_its_equal(fresh_home: Path, typed) -> None:
    code, out, err = typed("compare baseline baseline")
    assert (code, out) == (2, "") and "baseline 与自己没有什么可比" in err and "稳健" not in err
    (fresh_home / "scenarios" / "same.yaml").write_text(
        "name: same\ntitle: {zh: 一样}\nextends: baseline\nlevers:\n  parks.far: {2027-01: 2}\n", encoding="utf-8"
    )
    code, out, _ = typed("compare baseline same")
    assert code == 0 and out.startswith("same 与 baseline 在决定运行的一切上都相同")
    assert not (fresh_home / "runs").exists()


def test_check_says_what_a_scenario_changes(fresh_home: Path, typed) -> None:
    code, _, err = typed("check upstairs-faster baseline")
    fine, first, starts, finance, got, had, last = err.splitlines()
    assert code == 0 and fine == "没有问题。" and first == "upstairs-faster 与 baseline 相比，改了2处："
    assert starts.startswith("工业上楼示范项目年开工数（全市，个/年）：") and "2027-01 起 45；依据S011、S161" in starts
    assert "2027-01起按规上增加值的份额分给各区县（个/年）：海曙区2.72、" in got and had.endswith("合计350。")
    assert "200 → 2021-01 起 200；2027-01 起 350" in finance and last.startswith("baseline 与 目录里的默认取值")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("check", "缺少：情景文件或情景名"), ("export baseline", "缺少 --out（输出文件"),
        ("explain S999", "没有编号为“S999”的证据。"),
        ("explain 工业上楼", "是不是 highrise.project_starts_per_year（工业上楼示范项目年开工数）、"),
        ("explain 专项资金", "fund.buyout_yi_yuan_per_year（腾笼换鸟专项资金）"),
    ],
)  # fmt: skip
def test_what_is_missing_or_meant_is_named(typed, words: str, part: str) -> None:
    code, _, err = typed(words)
    assert code == 2 and part in err and "--debug" not in err


def test_where_a_scenario_was_looked_for_is_said(fresh_home: Path, typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fresh_home.parent)
    code, _, err = typed("run nowhere")
    assert code == 3 and str(Path(fresh_home.name) / "scenarios") in err


@pytest.fixture
def said_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """What is said of work of which so much is done at these seconds."""

    def lines(total: int, *steps: tuple[float, int], runs: bool = False) -> list[str]:
        clock = [0.0]
        monkeypatch.setattr(time, "monotonic", lambda: clock[0])
        with progress("模拟", runs) as told:
            for clock[0], done in steps:
                told(done, total)
        return capsys.readouterr().err.splitlines()

    return lines


def test_how_much_there_is_to_do_and_how_long_it_takes_is_said_every_ten_seconds(said_of) -> None:
    steps = (0, 0), (100, 10), (105, 10), (110, 11), (130, 13), (140, 14)  # ten seconds a run, once all have begun
    assert said_of(1_000, *steps) == [
        "模拟……", "模拟：共 1,000 次。", "模拟：已完成 10/1,000 次。",
        "模拟：已完成 11/1,000 次，还要约 3 小时。", "模拟：已完成 13/1,000 次，还要约 3 小时。",
        "模拟：已完成 14/1,000 次，还要约 3 小时。",
    ]  # fmt: skip
    assert [lasting(each) for each in (50, 130, 3 * 3_600, 5e5)] == [" 50 秒", " 2 分钟", " 3 小时", " 6 天"]


def test_of_hours_of_work_it_is_said_at_longer_and_longer_intervals(said_of) -> None:
    hours = said_of(10_000, (0, 0), *((4 * each, each) for each in range(1, 9_000)))
    assert 50 < len(hours) < 150 and hours[-1].endswith("还要约 67 分钟。")


def test_where_there_are_several_rounds_it_is_said_of_each_how_far_it_is(said_of) -> None:
    assert said_of(20, (0, 0), (4, 1), (12, 4), (19, 9), (40, 20), (41, 0), (45, 2), (52, 4), (53, 5)) == [
        "模拟……", "模拟：共 20 次。", "模拟：已完成 4/20 次，还要约 43 秒。", "模拟：已完成 20/20 次。",
        "模拟：第 2 轮，已完成 4/20 次，这一轮还要约 56 秒。",
    ]  # fmt: skip


def test_before_the_first_run_it_is_said_that_the_model_is_compiled(
    said_of, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from sim.abm.compiled import arithmetic

    monkeypatch.setattr(arithmetic, "cache_folder", lambda: tmp_path)
    assert said_of(20, (0, 0), (30, 1), runs=True)[1] == COMPILES
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop.nbc").touch()
    assert COMPILES not in said_of(20, (0, 0), (30, 1), runs=True)


def test_runs_of_the_reference_which_nobody_named_are_told_apart() -> None:
    faster, base = load_scenario("upstairs-faster"), load_scenario("baseline")
    told = _of_which(SimpleNamespace(scenarios={"upstairs-faster": faster}, runs=2))
    assert told == "（每个情景 2 次；另有 2 次是参照（各杠杆取默认值），用来把产值对准预测）"
    assert not _of_which(SimpleNamespace(scenarios={"upstairs-faster": faster, "baseline": base}, runs=2))
