"""The verbs of the answers as people type them, for people and for machines."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from sim.report.answers import QUESTIONS, about
from sim.report.wording import wording
from tests.small import ANSWERED, AWKWARD, RUNS, SMALL
from tests.small import FEW as SMALL_QUESTIONS
from tests.whole.test_command_line import DONE, INVALID, USAGE, tenglong

__all__ = ["tenglong"]

FEW = ("--runs", "12", "--enterprises", "1300", "--seed", "7", "--workers", "1")


def both(tenglong, *words: str):
    """What a command prints for people, and the same for machines."""
    said = tenglong(*words, *FEW)
    assert said.code == DONE, said.err
    return said.out, json.loads(tenglong(*words, *FEW, "--json").out)


@pytest.mark.slow
def test_who_bears_it(fresh_home: Path, tenglong) -> None:
    out, told = both(tenglong, "incidence", "upstairs-faster", "--against", "baseline")
    assert out.startswith("小样本（12次、") and "企业数的95%区间宽达均值的 " in out
    assert "政策关停淘汰" in out and "与baseline相比" in out and "S132" in out
    firms = {row["kind"]: row["value"] for row in told["fates"] if not row["path"] and row["measure"] == "firms"}
    assert sum(firms.values()) == pytest.approx(told["totals"]["firms"]), "everybody ends in just one way"
    assert {row["runs"] for row in told["fates"]} == {12}


@pytest.mark.slow
def test_what_binds(fresh_home: Path, tenglong) -> None:
    out, told = both(tenglong, "bottlenecks", "baseline", "--target", ANSWERED)
    assert "真正起约束作用的是" in out and "S011、S161" in out
    shares = [row for row in told["binding"] if row["constraint"] == "starts" and row["district"] == "全市"]
    assert shares and all(0 <= row["share_lo"] <= row["share"] <= row["share_hi"] <= 1 for row in shares)
    worth = {row["id"]: row for row in told["worth"]}
    assert worth["highrise.project_starts_per_year"]["difference"] > 0
    assert worth["highrise.project_starts_per_year"]["clauses"] == ["S011", "S161"]


@pytest.mark.slow
def test_what_holds_up(fresh_home: Path, tenglong) -> None:
    out, told = both(tenglong, "robustness", "baseline", "upstairs-faster", "--target", ANSWERED)
    assert "种未来里" in out and "S011、S161" in out and told["futures"] == 12
    regret = {row["scenario"]: row["regret"] for row in told["measures"]}
    assert regret["upstairs-faster"] == 0 < regret["baseline"], "more starts are better in every future"


@pytest.mark.slow
def test_what_to_watch(fresh_home: Path, tenglong) -> None:
    out, told = both(tenglong, "warn", ANSWERED, "--as-of", "2027-01")
    assert "五色出自S027" in out and told["as_of"] == "2027-01"
    assert set(told["states"].values()) <= {"to_assign", "under_way", "done", "overdue", "unsettled"}
    [one] = told["warnings"]
    assert one["target"] == ANSWERED and one["runs_held_out"] == 12
    assert one["missed_held_out"] <= 12 and {rule["misses"] for rule in one["rules"]} <= {one["missed_held_out"]}


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("incidence", "no-such"), INVALID, "no-such"),
        (("bottlenecks", "baseline", "--target", "no_such"), USAGE, "没有编号为“no_such”的目标"),
        (("bottlenecks", "baseline", "--target", "quality_space_2072"), USAGE, "是不是 quality_space_2027"),
        (("robustness", "baseline"), USAGE, "再给一个情景"),
        (("compare", "baseline", "baseline"), USAGE, "再给一个情景"),
        (("warn", "quality_space_2027", "--since", "2027-13"), USAGE, "YYYY-MM"),
        (("warn", "quality_space_2027", "--since", "2027-12"), USAGE, "来不及预警"),
        (("answers", "baseline", "--target", "no_such"), USAGE, "没有编号为“no_such”的目标"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(fresh_home: Path, tenglong, words, code: int, part: str) -> None:
    said = tenglong(*words)
    assert said.code == code and part in said.err and "Traceback" not in said.err


def test_the_briefing_tells_the_answers(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    assert html.index("<h2>怎样才够，谁来承担，何时知道</h2>") < html.index("<h2>可信度</h2>")
    for title in wording("zh").items("answers.sections").values():
        assert f"<h3>{title}</h3>" in html
    needed = wording("zh")("summary.needed")
    assert html.index(f"<h3>{needed}</h3>") < html.index("<h2>引用数字之前请先读</h2>")


def test_every_question_is_answered_as_it_is_kept(
    home: Path, report: Path, tenglong, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers of the briefing, whose questions are small."""
    small = dict.fromkeys(QUESTIONS, SMALL_QUESTIONS)
    monkeypatch.setattr("sim.report.answers.about", partial(about, sizes=small))
    said, titles = tenglong("answers", AWKWARD, *SMALL), wording("zh").items("answers.sections")
    assert said.code == DONE and [line[1:-1] for line in said.out.splitlines() if line.startswith("【")] == [
        titles[question] for question in QUESTIONS
    ]
    told = json.loads(tenglong("answers", AWKWARD, *SMALL, "--json").out)
    assert list(told["answers"]) == list(QUESTIONS) and told["runs"] == RUNS
    for parts in told["answers"].values():
        assert parts and all(sentence in said.out for part in parts for sentence in part["sentences"])


@pytest.mark.slow
def test_all_questions_are_kept_for_the_briefing(fresh_home: Path, tenglong, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = {"enterprises": 1_300, "replicates": 4}
    monkeypatch.setattr("sim.report.answers.BRIEF", dict.fromkeys(QUESTIONS, tiny))
    said = tenglong("report", "baseline", "--quick", *FEW)
    first = fresh_home / said.out.strip()
    none, few = (wording("zh")(f"answers.{kind}", scenario="baseline") for kind in ("none", "few"))
    assert said.code == DONE and none in first.read_text(encoding="utf-8")
    whole = tenglong("report", "baseline", *FEW)
    html = (fresh_home / whole.out.strip()).read_text(encoding="utf-8")
    assert whole.code == DONE and whole.out != said.out and none not in html and few in html
    assert "tenglong robustness baseline" not in html, "what needs another scenario is left out of the baseline's own"
    assert tenglong("report", "baseline", "--quick", *FEW).out == whole.out, "it tells what is kept"
