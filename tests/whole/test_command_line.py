"""The commands as people type them: what they print, and the exit code when something is wrong."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.analysis.explain import UnknownId
from sim.cli import main
from sim.cli.app import progress, stages
from tests.small import AWKWARD, RUNS, SMALL

DONE, FAILED, USAGE, INVALID = 0, 1, 2, 3


class Said:
    """Exit code and both outputs of a command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def tenglong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["tenglong", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


def test_the_same_command_prints_the_same_digest_and_runs_nothing_twice(home: Path, tenglong, results) -> None:
    answers = [json.loads(tenglong("run", "baseline", *SMALL, "--json").out) for _ in range(2)]
    assert answers[0]["digest"] == answers[1]["digest"]
    assert [answer["runs_done"] for answer in answers] == [0, 0]
    assert answers[0]["runs_reused"] == RUNS and answers[0]["scenario"] == "baseline"


def test_targets_as_json_are_the_reports_summary(home: Path, tenglong, report: Path) -> None:
    told = json.loads(tenglong("targets", AWKWARD, *SMALL, "--json").out)
    written = json.loads((report.parent / "summary.json").read_text(encoding="utf-8"))["targets"]
    assert [row | {"scenario": AWKWARD} for row in told["targets"]] == written
    assert told["runs"] == RUNS and len(written) > 150


def test_targets_as_a_table(home: Path, tenglong) -> None:
    said = tenglong("targets", "baseline", *SMALL)
    assert said.code == DONE
    assert "规上工业总产值≥2.7万亿元" in said.out and "quality_space_2027.completed" in said.out
    assert "\x1b[" not in said.out


@pytest.mark.parametrize("place", [1, 2, 3])
def test_any_verb_takes_debug_anywhere_and_then_lets_the_error_through(
    monkeypatch: pytest.MonkeyPatch, tenglong, place: int
) -> None:
    words = ["tenglong", "explain", "nothing-of-this-name"]
    said = tenglong(*words[1:])
    assert said.code == USAGE and "nothing-of-this-name" in said.err
    monkeypatch.setattr(sys, "argv", [*words[:place], "--debug", *words[place:]])
    with pytest.raises(UnknownId):
        main()


def test_a_report_that_is_there_is_not_made_again(home: Path, tenglong, report: Path) -> None:
    before = report.stat().st_mtime_ns
    said = tenglong("report", AWKWARD, *SMALL)
    assert (said.code, said.err.strip()) == (DONE, f"已是最新：{AWKWARD}")
    assert (home / said.out.strip()).samefile(report) and report.stat().st_mtime_ns == before


def test_compare_says_what_was_changed_and_by_how_much_it_differs(home: Path, tenglong) -> None:
    said = tenglong("compare", "baseline", AWKWARD, *SMALL)
    assert said.code == DONE and f"小样本（{RUNS}次" in said.out and "只看方向" in said.out
    assert "模拟……" in said.err and "逐家对照……" in said.err  # no bar where stderr is no terminal
    assert f"另逐家对照{RUNS}对；机器不忙时约需" in said.err.partition("模拟……")[0]
    for part in ("市级工业上楼示范项目≥100个", "工业上楼示范项目年开工数", "27；2027-01 起 45"):
        assert part in said.out
    told = json.loads(tenglong("compare", "baseline", AWKWARD, *SMALL, "--json").out)
    started = [row for row in told["indicators"] if (row["indicator"], row["year"]) == ("highrise_projects", 2030)]
    assert started[0]["difference"] > 0 and started[0]["pairs"] == RUNS
    assert all(row["difference"] == 0 for row in told["indicators"] if row["year"] < 2027)
    assert {change["id"]: change["clauses"] for change in told["changes"]}["highrise.project_starts_per_year"] == [
        "S011", "S161",
    ]  # fmt: skip
    [whole] = [row for row in told["fates"] if row["by"] == "all"]
    assert whole["firms"] > 0 and whole["pairs"] == RUNS
    assert "只因这些改动而去向不同的企业有" in said.out and f"{RUNS}对运行" in said.out


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_export_writes_the_tidy_table(home: Path, tenglong, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"结果.{ending}"
    assert tenglong("export", "baseline", "--out", str(out), *SMALL).code == DONE
    frame = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    assert list(frame.columns) == [
        "scenario", "replicate", "period", "indicator", "district", "industry", "site", "value",
    ]  # fmt: skip
    assert set(frame["replicate"]) == set(range(RUNS)) and "flow.upstairs" in set(frame["indicator"])


def test_export_refuses_what_it_cannot_write_before_running(fresh_home: Path, tenglong) -> None:
    said = tenglong("export", "baseline", "--out", "结果.doc", *SMALL)
    assert said.code == USAGE and ".parquet" in said.err
    assert tenglong("export", "baseline", "--out", "没有/结果.csv", *SMALL).code == USAGE
    assert not (fresh_home / "runs").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("highrise.project_starts_per_year", ["甬经信产〔2025〕44号", "「", "sim/abm/processes/construction.py"]),
        ("quality_space_2027", ["quality_space_2027.started", "quality_space_2027.completed", "S162"]),
        ("S205", ["2.7"]),
    ],
)
def test_explain_prints_clause_quote_grade_and_use(fresh_home: Path, tenglong, name: str, words: list[str]) -> None:
    said = tenglong("explain", name)
    assert said.code == DONE
    assert [word for word in words if word not in said.out] == []


def test_explain_alone_lists_the_levers_and_says_how_to_list_the_rest(fresh_home: Path, tenglong) -> None:
    said = tenglong("explain")
    assert said.code == DONE and said.out == tenglong("explain", "杠杆").out == tenglong("explain", "levers").out
    for part in ("highrise.project_starts_per_year", "工业上楼示范项目年开工数", "个/年", "0—150", "上楼与改造"):
        assert part in said.out
    told = json.loads(tenglong("explain", "目标", "--json").out)
    assert "目标" in said.out and "gross_output_2027" in {row["代号"] for row in told[0]["rows"]}


def test_explain_for_machines_has_what_it_prints(fresh_home: Path, tenglong) -> None:
    told = json.loads(tenglong("explain", "quality_space_2027", "--json").out)
    assert list(told) == ["heading", "facts", "clauses"] and "S162" in {clause["id"] for clause in told["clauses"]}
    assert told["heading"] in tenglong("explain", "quality_space_2027").out


def test_explain_of_a_slip_suggests_the_name(fresh_home: Path, tenglong) -> None:
    said = tenglong("explain", "highrise.project_start_per_year")
    assert said.code == USAGE and "highrise.project_starts_per_year" in said.err


def test_a_broken_scenario_stops_everything(fresh_home: Path, tenglong) -> None:
    broken = fresh_home / "scenarios" / "broken.yaml"
    broken.write_text("name: broken\ntitle： {zh: 试}\nextends: baselin\n", encoding="utf-8")
    for verb in ("check", "run", "targets", "report"):
        said = tenglong(verb, "broken")
        assert said.code == INVALID, verb
        assert "broken.yaml:2:6" in said.err and "全角冒号" in said.err and "Traceback" not in said.err
    assert not (fresh_home / "runs").exists() and not (fresh_home / "reports").exists()


def test_a_broken_scenario_is_counted_in_the_list_and_told_for_machines(fresh_home: Path, tenglong) -> None:
    broken = fresh_home / "scenarios" / "broken.yaml"
    broken.write_text("name: broken\ntitle: {zh: 试}\nextends: baselin\n", encoding="utf-8")
    said = tenglong("check", "broken", "--json")
    [told] = json.loads(said.out)
    assert said.code == INVALID and told["must_fix"] and told["line"] == 3
    assert json.loads(tenglong("check", "baseline", "--json").out) == []
    [row] = [row for row in json.loads(tenglong("list", "--json").out) if row["name"] == "broken"]
    assert row["problems"] == 1
    [line] = [line for line in tenglong("list").out.splitlines() if line.startswith("broken")]
    assert "有 1 处问题" in line


def test_outside_a_workspace_it_is_said_what_makes_one(tmp_path: Path, tenglong, monkeypatch: Any) -> None:
    monkeypatch.setenv("TENGLONG_HOME", str(tmp_path))
    said = tenglong("check", "baseline")
    assert said.code == INVALID and "找不到工作目录" in said.err and "tenglong init 文件夹" in said.err


def test_one_run_alone_is_made_again_and_not_stored(fresh_home: Path, tenglong) -> None:
    said = tenglong("run", "baseline", "--only", "3", "--enterprises", "1250", "--seed", "7")
    assert said.code == DONE and "baseline 的第 3 次运行没有出错，得到" in said.err
    assert not (fresh_home / "runs").exists()


def test_runs_are_doubled_until_they_are_precise_enough(home: Path, tenglong) -> None:
    words = ("run", "baseline", "--within", "25", "--runs", "6", *SMALL[2:], "--json")
    assert json.loads(tenglong(*words).out)["runs"] == 12


def test_a_new_scenario_is_valid_as_it_is_written(fresh_home: Path, tenglong) -> None:
    said = tenglong("new", "my-idea", "--from", "upstairs-faster")
    assert said.code == DONE and said.out == ""
    for step in ("scenarios/my-idea.yaml", "tenglong check my-idea", "tenglong compare upstairs-faster my-idea"):
        assert step in said.err
    assert tenglong("check", "my-idea").code == DONE
    assert tenglong("new", "another", "--from", "scenarios/baseline.yaml").code == USAGE
    assert tenglong("new", "my-idea").code == USAGE
    assert tenglong("new", "我的想法").code == USAGE


@pytest.mark.parametrize("name", ["2027", "1e3", "null", "no", "2027-01"])
def test_a_name_that_looks_like_something_else_is_still_a_name(fresh_home: Path, tenglong, name: str) -> None:
    assert tenglong("new", name).code == DONE and tenglong("check", name).code == DONE
    assert tenglong("new", "child", "--from", name).code == DONE and tenglong("check", "child").code == DONE


def test_a_workspace_is_made_once_and_the_next_step_told(tenglong, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TENGLONG_HOME", raising=False)
    said = tenglong("init", "我的 工作区")
    assert said.code == DONE and 'cd "我的 工作区"' in said.err and "tenglong doctor" in said.err
    again = tenglong("init", "我的 工作区")
    assert again.code == USAGE and "不会覆盖" in again.err
    monkeypatch.chdir(tmp_path / "我的 工作区")
    assert tenglong("check", "baseline").code == DONE
    monkeypatch.setenv("TENGLONG_HOME", str(tmp_path / "我的 工作区"))
    assert "指向别处" in tenglong("init", str(tmp_path / "b")).err


def test_where_stderr_is_no_terminal_each_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with stages({"gap": "差在哪里", "fit": "目标相容否", "round": "第"}) as told:
        for stage, done, total in (("gap", 0, 0), ("gap", 1, 2), ("gap", 2, 2), ("fit", 0, 0), ("round_2", 1, 2)):
            told(stage, done, total)
    with progress("模拟") as bar:
        bar(1, 2)
    assert capsys.readouterr().err.splitlines() == ["差在哪里……", "目标相容否……", "第2……", "模拟……"]


def test_usage_mistakes_are_usage_errors(fresh_home: Path, tenglong) -> None:
    for words in (("run",), ("run", "baseline", "--runs", "0"), ("fly",), ("report", "baseline", "--lang", "fr"),
                  ("run", "baseline", "--enterprises", "500"), ("verify", "scenarios/baseline.yaml"),
                  ("report", "baseline", "--explorer", "--lang", "en"),
                  ("calibrate", "--recovery", "--report")):  # fmt: skip
        said = tenglong(*words)
        assert said.code == USAGE and "Traceback" not in said.err, words


def test_a_missing_data_file_is_named(fresh_home: Path) -> None:
    (fresh_home / "data" / "policy" / "targets.csv").unlink()
    words = [sys.executable, "-m", "sim.cli", "check", "baseline"]  # a new process has read no table yet
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert said.returncode == INVALID and "policy/targets.csv" in said.stderr


def test_list_shows_what_is_stored(home: Path, tenglong) -> None:
    rows = {row["name"]: row for row in json.loads(tenglong("list", "--json").out)}
    assert rows["baseline"]["title"].startswith("基准") and rows["baseline"]["problems"] == 0
    assert rows["baseline"]["runs_other"] >= RUNS and not rows["baseline"]["runs_stale"]


def test_cleaning_says_what_goes_and_asks_first(fresh_home: Path, tenglong) -> None:
    runs = ("--runs", "2", "--enterprises", "1250", "--seed", "7", "--workers", "1")
    assert tenglong("run", "baseline", *runs).code == DONE
    assert "没有要清除的" in tenglong("clean", "--stale").err
    assert tenglong("clean").code == USAGE
    facts = fresh_home / "data" / "policy" / "facts.csv"
    facts.write_text(facts.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    [row] = [row for row in json.loads(tenglong("list", "--json").out) if row["name"] == "baseline"]
    assert (row["runs_stale"], row["runs_other"]) == (2, 0)
    assert "过时的运行共 2 次" in tenglong("list").err
    said = tenglong("clean", "--stale")
    assert "baseline" in said.out and "数据已改" in said.out and "没有删除" in said.err
    [folder] = [path.parent for path in (fresh_home / "runs").glob("*/shard-*")]
    mine = folder / f".shard-000000-ab.{os.getpid()}@{os.uname().nodename}.writing"
    mine.mkdir()
    said = tenglong("clean", "--stale", "--yes")
    assert "另有 1 处过时的正在写入，不动" in said.err and "没有要清除的" in said.err and folder.is_dir()
    mine.rmdir()
    torn = fresh_home / "runs" / "torn" / ".damaged-shard-000000-ab"
    torn.mkdir(parents=True)
    assert "损坏的或写了一半的 1 处" in tenglong("clean", "--stale").out
    assert "已删除" in tenglong("clean", "--stale", "--yes").err
    assert "没有要清除的" in tenglong("clean", "--stale").err and "过时" not in tenglong("list").err


def test_doctor_passes_where_the_tests_run(fresh_home: Path, tenglong) -> None:
    said = tenglong("doctor")
    assert said.code == DONE and "Python" in said.out


def test_the_schedule_names_functions_that_exist(tenglong) -> None:
    steps = json.loads(tenglong("schedule", "--json").out)
    for step in steps:
        module, _, function = step["where"].rpartition(".")
        assert callable(getattr(importlib.import_module(f"sim.{module}"), function))
    assert "生产" in tenglong("schedule").out and len(steps) > 10


def test_own_figures_are_shown_beside_the_targets(home: Path, tenglong) -> None:
    folder = home / "data" / "own"
    folder.mkdir()
    try:
        (folder / "big_projects_per_year.csv").write_text("year,value,source\n2025,28,市投资局\n", encoding="utf-8")
        assert tenglong("check", "data/own/big_projects_per_year.csv").code == DONE
        said = tenglong("targets", "baseline", *SMALL)
        assert "项目≥40个（2030-12）：自备数据：2025年28个（市投资局），未达到目标值" in said.out
        (folder / "big_projects_per_year.csv").write_text("year,value\n2025,28个\n", encoding="utf-8")
        said = tenglong("run", "baseline", *SMALL)
        assert said.code == INVALID and "列 source：缺少这一列" in said.err and "28个" in said.err
    finally:
        shutil.rmtree(folder)


def test_the_ledger_s_shares_add_to_a_hundred(home: Path, tenglong) -> None:
    two = [word for level in ("--structures", "--parameters", "--paths", "--repeats") for word in (level, "2")]
    words = ("ledger", *two, "--enterprises", "2000")
    said = tenglong(*words)
    assert said.code == DONE and "16次运行的嵌套设计" in said.out and "规上工业总产值≥2.7万亿元" in said.out
    told = json.loads(tenglong(*words, "--json").out)
    for row in told["targets"]:
        assert sum(row[level] for level in ("structure", "parameters", "demand", "chance")) == pytest.approx(1)


def test_shares_of_a_gap_add_up_and_lead_to_clauses(home: Path, tenglong) -> None:
    words = ("attribute", "baseline", AWKWARD, "--target", "highrise_projects_2027", *SMALL)
    found = json.loads(tenglong(*words, "--runs", "3", "--json").out)
    assert sum(lever["share"] for lever in found["levers"]) == pytest.approx(found["gap"])
    assert found["runs"] == 3 and all(lever["clauses"] for lever in found["levers"])
    said = tenglong(*words, "--runs", "3").out
    assert "（27 → 2027-01 起 45" in said and "S011" in said and "3次重复" in said
    same = tenglong("attribute", "baseline", "baseline", *SMALL)
    assert same.code == USAGE and "完全相同" in same.err


def test_what_a_target_needs_is_said_in_a_sentence_and_for_machines(home: Path, tenglong) -> None:
    words = ("backcast", "land_redeveloped_2027", "--probability", "0.6", *SMALL, "--runs", "8")
    told = json.loads(tenglong(*words, "--json").out)
    assert told["state"] == "met" and told["confirmed"]["ci_low"] >= 0.6
    assert told["targets"] == ["land_redeveloped_2027"]
    assert [one["id"] for one in told["alone"]] == ["redevelopment.land_mu_per_year"]
    said = tenglong(*words).out
    assert "不必再改杠杆" in said and "小样本（8次、" in said and "概率的95%区间最宽 " in said
    assert tenglong("backcast", "land_redeveloped_2027", "--since", "明年").code == USAGE


def test_consistency_lists_what_does_not_fit(home: Path, tenglong) -> None:
    said = tenglong("consistency", *SMALL).out
    assert "数字对不上" in said and "S073、S074、S150" in said and f"{RUNS}次运行" in said
    told = json.loads(tenglong("consistency", *SMALL, "--json").out)
    assert {one["kind"] for one in told["findings"]} == {"not_binding", "contradiction", "readings", "unclear"}
    assert told["all_at_once"]["started"]["runs"] == RUNS


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("compare baseline", "缺少：与基准比较的情景。"),
        ("backcast quality_space_2027 --probability 80", "80 若是百分数，请写 0.8"),
        ("backcast quality_space_2027 --probability 八成", "--probability：应为数。"),
        ("reprot", "没有命令 reprot。是不是 'report'"),
        ("report baseline --fromat pdf", "没有选项 --fromat。是不是 --format？"),
        ("run baseline --runs 0", "--runs：应不小于 1。"),
        ("run baseline --runs x", "--runs：应为整数。"),
        ("run baseline --runs", "选项 --runs 要有一个值。"),
        ("run baseline --executor moon", "没有“moon”，可用 'local', 'dask'。"),
        ("list extra", "多了 extra。"),
    ],
)
def test_slips_of_the_hand_are_told_in_chinese(tenglong, words: str, part: str) -> None:
    said = tenglong(*words.split())
    assert said.code == USAGE and part in said.err
    assert not re.search(r"Error|Invalid|should|Usage", said.err)
