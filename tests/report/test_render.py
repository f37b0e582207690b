"""A report is finished or it is not there: contents of the folder, and every way to fail."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from base64 import b64decode
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sim import workspace
from sim.ensemble.results import Results
from sim.report.kernel import NotebookFailed, UnknownParameter, WrongParameterType, _require_complete, execute
from sim.report.page import PageIncomplete
from sim.report.paper.pieces import _date
from sim.report.paper.word import PandocFailed, _pandoc
from sim.report.render import PAGE, ReportFailed, _put, _tidy, refuse_paths, render
from tests.small import AWKWARD

LIMIT_BYTES = 1_500_000


def notebook(folder: Path, *cells: str) -> Path:
    """Write a notebook with a parameters cell and these cells."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    first = nbformat.v4.new_code_cell(
        'results_dir = ""\nscenario = ""\nlang = "zh"', metadata={"tags": ["parameters"]}
    )
    made.cells = [first, *(nbformat.v4.new_code_cell(cell) for cell in cells)]
    path = folder / "made.ipynb"
    nbformat.write(made, path)
    return path


def failure(tmp_path: Path, *cells: str, timeout_s: int = 30) -> tuple[ReportFailed, Path]:
    """Render a notebook that must fail; return the error and the reports folder."""
    (tmp_path / "results").mkdir()
    reports = tmp_path / "reports"
    with pytest.raises(ReportFailed) as caught:
        render(
            tmp_path / "results",
            reports / "r1",
            scenario="x",
            notebook=notebook(tmp_path, *cells),
            timeout_s=timeout_s,
        )
    return caught.value, reports


def test_the_reason_of_a_failure_is_found_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    error = ReportFailed("r1", "cell", "坏了", tmp_path / "reports" / "_failed" / "r1")
    assert str(error) == "报告 r1 没有做成：坏了（经过见 reports/_failed/r1/reason.txt）"


def test_a_finished_folder(report: Path) -> None:
    assert sorted(path.name for path in report.parent.iterdir()) == [
        "briefing.ipynb", "report.html", "run.json", "summary.json",
    ]  # fmt: skip
    assert report.stat().st_size <= LIMIT_BYTES
    assert not [path.name for path in report.parent.parent.iterdir() if path.name.startswith((".", "_"))]


def test_run_record_says_how_to_repeat_it(report: Path, results: Results) -> None:
    run = json.loads((report.parent / "run.json").read_text(encoding="utf-8"))
    assert run["command"] == f"tenglong run baseline {AWKWARD} --runs 12 --seed 7 --enterprises 2000"
    assert run["scenarios"] == {name: scenario.digest for name, scenario in results.scenarios.items()}
    assert run["data"].keys() >= {"policy/seed_facts.csv", "ningbo/annual.csv"} and run["runs_failed"] == 0


def test_nothing_of_this_machine_is_in_it(report: Path, shared_folder: Path) -> None:
    folders = {workspace.root(), shared_folder, Path(tempfile.gettempdir())}
    for path in report.parent.iterdir():
        content = path.read_text(encoding="utf-8")
        assert not [folder for folder in folders if f"{folder}/" in content], path.name


def test_the_page_names_no_address_to_load(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    page = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?!data:|#)[^"'\s>]+""", page)
    assert html.count("<script") == 1 + 19 + 2, "the charts' look, the charts, the bundle and what unpacks it"
    packed = re.search(r'<script id="bundle"[^>]*>(.*?)</script>', html)
    assert packed and b"vega-embed" in gzip.decompress(b64decode(packed[1]))


def test_appendix_holds_the_code_and_figures_their_numbers(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    assert [f"图{number}" in html for number in range(1, 6)] == [True] * 5
    assert html.count('<p class="source">') == html.count("<figcaption>") == 5
    assert "briefing.heading" in html[html.index('class="appendix"') :]
    assert f'"{report.parent.name}"' in unescape(html)


def test_unknown_parameter_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(UnknownParameter) as caught:
        render(tmp_path / "results", tmp_path / "r1", parameters={"langs": "zh"})
    assert caught.value.name == "langs" and "lang" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_wrong_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongParameterType):
        render(tmp_path / "results", tmp_path / "r1", parameters={"lang": 3})


@pytest.mark.parametrize(
    ("cell", "stage", "word"),
    [
        ("raise ValueError('太小')", "cell", "太小"),
        ("import os; os._exit(1)", "kernel", "内核"),
        ("import time; time.sleep(60)", "timeout", "超过"),
        ("'没有简报'", "page", "缺少"),
    ],
)
def test_a_failure_leaves_nothing_that_looks_finished(
    tmp_path: Path, cell: str, stage: str, word: str
) -> None:
    error, reports = failure(tmp_path, cell, timeout_s=3)
    assert error.stage == stage and word in error.reason
    assert [path.name for path in reports.iterdir()] == ["_failed"]
    assert sorted(path.name for path in error.folder.iterdir()) == ["made.ipynb", "reason.txt"]
    reason = (error.folder / "reason.txt").read_text(encoding="utf-8")
    assert word in reason and len(reason.splitlines()) <= 24


def test_a_failure_keeps_the_report_that_was_there(tmp_path: Path) -> None:
    finished = tmp_path / "reports" / "r1"
    finished.mkdir(parents=True)
    (finished / "report.html").write_text("earlier", encoding="utf-8")
    failure(tmp_path, "1 / 0")
    assert (finished / "report.html").read_text(encoding="utf-8") == "earlier"


def test_a_notebook_run_elsewhere_keeps_the_workspace(
    fresh_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(workspace.HOME_VARIABLE)  # found by the folder we are in, as after `tenglong init`
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    cell = "from pathlib import Path; from sim import workspace; Path('found').write_text(str(workspace.root()))"
    execute(notebook(elsewhere, cell), elsewhere / "ran.ipynb", {}, elsewhere, timeout_s=60)
    assert Path((elsewhere / "found").read_text()) == fresh_home.resolve()


def test_a_path_of_this_machine_is_not_published(home: Path, tmp_path: Path) -> None:
    refuse_paths("a.html", "相对路径 reports/a 无妨".encode(), tmp_path)
    for folder in (home, tmp_path, Path.home()):
        with pytest.raises(PageIncomplete, match=r"a\.html 里含有本机路径"):
            refuse_paths("a.html", f"<p>{folder}/x</p>".encode(), tmp_path)


def test_what_a_kernel_warned_of_is_logged_and_not_published(caplog: pytest.LogCaptureFixture) -> None:
    warned = nbformat.v4.new_output("stream", name="stderr", text="FutureWarning: 甲\n")
    shown = nbformat.v4.new_output("stream", name="stdout", text="乙\n")
    cell = nbformat.v4.new_code_cell("1", outputs=[warned, shown], metadata={"papermill": {}})
    _tidy(nbformat.v4.new_notebook(cells=[cell]))
    assert [output["name"] for output in cell.outputs] == ["stdout"] and "papermill" not in cell.metadata
    assert "笔记本的警告：FutureWarning: 甲" in caplog.text


@pytest.mark.parametrize(("change", "said"), [
    ({"execution_count": None}, "第2格没有运行"),
    ({"outputs": [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]}, "第2格的输出里有错误"),
])  # fmt: skip
def test_a_notebook_that_did_not_run_to_its_end_is_none(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    cells = [nbformat.v4.new_markdown_cell("甲"), nbformat.v4.new_code_cell("1", execution_count=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    _require_complete(tmp_path / "a.ipynb")
    cells[1].update(change)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "a.ipynb")
    with pytest.raises(NotebookFailed, match=said):
        _require_complete(tmp_path / "a.ipynb")


def test_a_new_version_of_a_report_takes_the_place_of_the_old(tmp_path: Path) -> None:
    draft, folder = tmp_path / "draft" / "new", tmp_path / "report"
    for place, content in ((folder, "old"), (draft, "new")):
        place.mkdir(parents=True)
        (place / PAGE).write_text(content, encoding="utf-8")
    _put(draft, folder)
    assert (folder / PAGE).read_text(encoding="utf-8") == "new" and not list((tmp_path / "draft").iterdir())


def test_pandoc_s_own_complaint_is_told(tmp_path: Path) -> None:
    with pytest.raises(PandocFailed, match=r"没有生成 Word 文件：pandoc 出错：.*--no-such-option"):
        _pandoc(tmp_path, "--no-such-option")


def test_a_stamp_without_a_day_makes_no_paper() -> None:
    assert _date({"date": "2026-11-30T12:00:00"}) == "2026-11-30"
    with pytest.raises(PageIncomplete, match="缺少日期"):
        _date({})
