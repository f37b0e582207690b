"""What a command says before it works, or in place of working: in Chinese, with all that one has to know."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli import main
from sim.cli.app import lasting, progress


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

    def lines(total: int, *steps: tuple[float, int]) -> list[str]:
        clock = [0.0]
        monkeypatch.setattr(time, "monotonic", lambda: clock[0])
        with progress("模拟") as told:
            for clock[0], done in steps:
                told(done, total)
        return capsys.readouterr().err.splitlines()

    return lines


def test_how_much_there_is_to_do_and_how_long_it_takes_is_said_once(said_of) -> None:
    steps = (0, 0), (100, 10), (110, 11), (130, 13), (140, 14)  # ten seconds a run, once all have begun
    assert said_of(1_000, *steps) == [
        "模拟……", "模拟：共 1,000 次。", "模拟：已完成 13 次，按此速度还要约 3 小时。",
    ]  # fmt: skip
    assert [lasting(each) for each in (50, 130, 3 * 3_600, 5e5)] == [" 50 秒", " 2 分钟", " 3 小时", " 6 天"]


def test_where_there_are_several_rounds_it_is_said_each_minute_how_far_they_are(said_of) -> None:
    assert said_of(20, (0, 0), (10, 1), (40, 4), (90, 9), (100, 10), (130, 0), (170, 2), (171, 3)) == [
        "模拟……", "模拟：共 20 次。", "模拟：已完成 4 次，按此速度还要约 3 分钟。", "模拟：已完成 10/20 次。",
        "模拟：第 2 轮，已完成 2/20 次。",
    ]  # fmt: skip
