"""Whatever the documents tell people to type is typed by a test, or says here why it is not."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli import app
from tests.generated import ROOT
from tests.small import ENTERPRISES, RUNS, SEED, SMALL
from tests.whole.test_command_line import DONE, tenglong

__all__ = ["tenglong"]

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")]
DOCUMENTS += [*sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md"))]
PROGRAMS = r"(?:tenglong|make|python|pip|uv|conda|apt-get|winget) \S"
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
LANGUAGES = {"", "mermaid", "powershell", "python", "sh", "yaml"}

STAND_INS = {
    "情景…": "baseline", "情景": "baseline", "甲": "baseline", "乙…": "upstairs-faster", "[乙]": "upstairs-faster",
    "名字": "another", "文件…": "baseline", "目标代号": "quality_space_2030", "代号": "S011",
}  # fmt: skip
FREE = (
    "tenglong new my-plan --from baseline", "tenglong check my-plan", "tenglong explain quality_space_2027",
    "tenglong explain highrise.project_starts_per_year", "tenglong explain structure.priority",
    "tenglong explain 目标代号", "tenglong explain 代号", "tenglong check 文件…", "tenglong new 名字",
    "tenglong schedule", "tenglong list", "tenglong clean --stale", "tenglong template series",
)  # fmt: skip
"""Typed as they stand, in this order; they run no model."""
SMALL_RUNS = (
    "tenglong targets baseline", "tenglong compare baseline my-plan", "tenglong report my-plan --quick",
    "tenglong run baseline --runs 1000", "tenglong run baseline --runs 1000 --executor dask",
    "tenglong run baseline --runs 128 --seed 2027", "tenglong run 情景…", "tenglong targets 情景",
    "tenglong compare 甲 乙…", "tenglong report 情景…", "tenglong incidence 情景", "tenglong consistency",
    "tenglong export 情景 --out 文件",
)  # fmt: skip
"""Typed in this order after the README's scenario is written, each with the size of a small run behind it."""
SERIES = (
    "tenglong forecast 月度.csv --horizon 24 --out 预测.csv", "tenglong forecast 月度.csv --target 27000 --by 2027",
    "tenglong backtest 月度.csv --horizon 12", "tenglong forecast 文件", "tenglong backtest 文件",
)  # fmt: skip
"""Typed on a table of one monthly series."""

WHOLE = "tests/whole/test_"
RECOUNTED = (
    'python -c "import sim; m = sim.IndustrialUpgradeModel(); [m.step() for _ in range(60)]; '
    "print(m.events.to_frame().groupby('cause', observed=True).enterprise.agg(['size', 'nunique']))\""
)
CALIBRATED = "tests/analysis/test_calibration.py::test_the_command_tells_what_was_found"
ELSEWHERE = {
    "tenglong attribute 甲 [乙]": (
        f"{WHOLE}command_line.py::test_shares_of_a_gap_add_up_and_lead_to_clauses", "attribute"),
    "tenglong attribute baseline my-plan": (
        f"{WHOLE}command_line.py::test_shares_of_a_gap_add_up_and_lead_to_clauses", "attribute"),
    "tenglong backcast quality_space_2027": (
        f"{WHOLE}command_line.py::test_what_a_target_needs_is_said_in_a_sentence_and_for_machines", "backcast"),
    "tenglong backcast 目标": (
        f"{WHOLE}command_line.py::test_what_a_target_needs_is_said_in_a_sentence_and_for_machines", "backcast"),
    "tenglong bottlenecks 情景": (f"{WHOLE}answer_commands.py::test_what_binds", "bottlenecks"),
    "tenglong robustness 甲 乙…": (f"{WHOLE}answer_commands.py::test_what_holds_up", "robustness"),
    "tenglong warn 目标": (f"{WHOLE}answer_commands.py::test_what_to_watch", "warn"),
    "tenglong answers 情景": (
        f"{WHOLE}answer_commands.py::test_every_question_is_answered_as_it_is_kept", "answers"),
    "tenglong ledger 情景": (f"{WHOLE}command_line.py::test_the_ledger_s_shares_add_to_a_hundred", "ledger"),
    "tenglong sensitivity 情景": (
        f"{WHOLE}credibility_commands.py::test_sensitivity_in_words_and_for_machines", "sensitivity"),
    "tenglong sensitivity baseline": (
        f"{WHOLE}credibility_commands.py::test_sensitivity_in_words_and_for_machines", "sensitivity"),
    "tenglong validate 情景": (
        f"{WHOLE}credibility_commands.py::test_validate_in_words_and_for_machines", "validate"),
    "tenglong validate baseline": (
        f"{WHOLE}credibility_commands.py::test_validate_in_words_and_for_machines", "validate"),
    "tenglong calibrate 情景": (CALIBRATED, "calibrate"),
    "tenglong calibrate baseline": (CALIBRATED, "calibrate"),
    "tenglong calibrate baseline --recovery": (CALIBRATED, "--recovery"),
    "tenglong verify 报告文件夹": (
        "tests/report/test_verify.py::test_an_altered_difference_is_found_too", "verify"),
    "tenglong verify reports/samples/*": (
        f"{WHOLE}samples.py::test_their_numbers_have_not_moved", "remade"),
    "tenglong verify reports/samples/briefing": (
        f"{WHOLE}samples.py::test_their_numbers_have_not_moved", "remade"),
    "tenglong doctor": (f"{WHOLE}command_line.py::test_doctor_passes_where_the_tests_run", "doctor"),
    "tenglong report baseline --explorer": (
        "tests/bench/test_explorer_command.py::test_the_command_prints_the_page_s_path", "GIVEN"),
    "tenglong init 文件夹": (
        f"{WHOLE}command_line.py::test_a_workspace_is_made_once_and_the_next_step_told", "init"),
    "tenglong template register": ("tests/register/test_templates.py::test_a_register", "template"),
    "tenglong check 名录.xlsx --mapping 名录.yaml": (
        "tests/register/test_templates.py::test_a_register", "--mapping"),
    "tenglong check data/own/文件.csv": (
        f"{WHOLE}command_line.py::test_own_figures_are_shown_beside_the_targets", "data/own/"),
    "tenglong check data/own/output_monthly.csv": ("tests/register/test_templates.py::test_a_series", "check"),
    "pip install 安装包.whl": (f"{WHOLE}wheel.py::test_it_runs_and_reports_as_the_repository_does", "tenglong"),
    "python -m sim.bench.serve": (
        "tests/bench/test_bench_in_browser.py::test_voila_s_page_without_code", "bench_home"),
    'python -c "from sim import evidence; evidence.check()"': (
        "tests/ground/test_data.py::test_the_shipped_data_pass", "check"),
    RECOUNTED: (
        "tests/abm/test_causes.py::test_the_model_card_counts_those_mended_again_as_one_run_of_the_city_does",
        "nunique"),
    "tenglong run baseline --runs 10000 --scheduler tcp://主机:8786": (
        "tests/ensemble/test_cluster.py::test_two_workers_elsewhere_one_killed_midway_give_the_same_digest", "Cluster"),
}  # fmt: skip
"""Typed, or done as it is when typed, by another test: its id, and a word of it that shows so."""
POWERSHELL = f"{WHOLE}readme.py::test_what_it_says_for_machines_without_make_works"
NOT_TYPED = {
    ". .venv/bin/activate": "changes the shell that it is typed in",
    "pip install '安装包.whl[cluster]'": "needs the network",
    "conda env create -f environment.yml": "needs conda and the network; tests/house/test_packages.py reads the file",
    "winget install astral-sh.uv": "needs Windows",
    "apt-get install chromium fonts-noto-cjk poppler-utils": "needs the network and changes the machine",
}
"""Not typed by any test, and why."""


def typed(text: str) -> list[str]:
    """The commands of a document: lines of its shell blocks, and what stands in its text as code."""
    blocks = [body for language, body in BLOCK.findall(text) if language in ("sh", "powershell")]
    lines = [re.sub(r"\s+#.*", "", line).strip() for body in blocks for line in body.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
    return [line for line in lines if line] + [span for span in spans if re.match(PROGRAMS, span)]


COMMANDS = dict.fromkeys(command for path in DOCUMENTS for command in typed(path.read_text(encoding="utf-8")))
MADE = [command for command in COMMANDS if command.startswith("make ")]
TIMED = [command for command in COMMANDS if command.startswith("python -m benchmarks")]
NAMED = [command for command in COMMANDS if re.fullmatch(r"tenglong [a-z]+(?: --help)?", command)]
"""A verb on its own, as a sentence speaks of it; test_readme.py holds them to those there are."""


def test_every_command_is_typed_or_says_why_not() -> None:
    windows = [line for line in COMMANDS if line.startswith("uv ")]
    recorded = [line for line in COMMANDS if line.startswith("tenglong calibrate baseline --points")]
    """As data/calibrated/baseline.json says how it was made."""
    known = {*FREE, *SMALL_RUNS, *SERIES, *ELSEWHERE, *NOT_TYPED, *MADE, *TIMED, *NAMED, *windows, *recorded}
    assert not set(COMMANDS) - known, "type it in a test, or say why not"
    assert not {*FREE, *SMALL_RUNS, *SERIES, *ELSEWHERE, *NOT_TYPED} - set(COMMANDS), "no document tells to type it"
    assert {line.split()[1] for line in NAMED} <= {command.name or command.callback.__name__  # type: ignore[union-attr]
                                                   for command in app.registered_commands}  # fmt: skip


@pytest.mark.parametrize("where", [*(place for place, _ in ELSEWHERE.values()), POWERSHELL])
def test_what_another_test_types_is_there(where: str) -> None:
    file, _, name = where.partition("::")
    code = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", code, re.MULTILINE)
    assert all(word in code for place, word in ELSEWHERE.values() if place == where)


@pytest.mark.parametrize("command", MADE)
def test_make_knows_what_to_do(command: str) -> None:
    """A dry run: installing takes minutes and the network."""
    done = subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and done.stdout.strip(), done.stderr


def test_benchmarks_are_there() -> None:
    for command in TIMED:
        assert importlib.util.find_spec(command.split()[2]), command


def test_code_blocks_are_of_a_kind_that_is_tried() -> None:
    found = [block for path in DOCUMENTS for block in BLOCK.findall(path.read_text(encoding="utf-8"))]
    assert {language for language, _ in found} <= LANGUAGES and len(found) > 8
    for language, body in found:
        if language == "python":  # a cluster of others cannot be had here
            compile(body, "README", "exec")


def words(command: str) -> list[str]:
    """A command's words after ``tenglong``, with something real in place of what the reader is to fill in."""
    return [STAND_INS.get(word, word).strip("'") for word in command.split()[1:]]


def readme_scenario(folder: Path) -> None:
    """Write the scenario that the README shows."""
    [example] = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (folder / "scenarios" / "my-plan.yaml").write_text(example, encoding="utf-8")


def test_what_runs_no_model(fresh_home: Path, tenglong) -> None:
    for command in FREE:
        said = tenglong(*words(command))
        assert said.code == DONE, (command, said.err)
        if command.startswith("tenglong new my-plan"):
            readme_scenario(fresh_home)


@pytest.mark.slow
def test_what_runs_the_model_on_a_small_sample(home: Path, tenglong) -> None:
    readme_scenario(home)
    try:
        for command in SMALL_RUNS:
            out = [word.replace("文件", "结果.csv") for word in words(command)]
            said = tenglong(*out, *SMALL)
            assert said.code == DONE, (command, said.err)
    finally:
        (home / "scenarios" / "my-plan.yaml").unlink()
    assert (home / "结果.csv").is_file() and tuple(map(int, SMALL[1:6:2])) == (RUNS, ENTERPRISES, SEED)


@pytest.mark.slow
def test_what_forecasts_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tenglong) -> None:
    monkeypatch.chdir(tmp_path)
    months = pd.date_range("2019-01-01", periods=72, freq="MS")
    level = 2_000 * np.exp(np.random.default_rng(3).normal(0.004, 0.02, 72).cumsum())
    pd.DataFrame({"unique_id": "产值", "ds": months, "y": level}).to_csv("月度.csv", index=False)
    shutil.copyfile("月度.csv", "文件.csv")
    for command in SERIES:
        said = tenglong(*(word.replace("文件", "文件.csv") for word in words(command)))
        assert said.code == DONE, (command, said.err)
    assert len(pd.read_csv("预测.csv")) == 24
