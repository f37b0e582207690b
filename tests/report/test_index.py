"""The list of reports: the newest of each scenario, a mark where model or data differ, what failed and why."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from sim.report.index import listed, write_index
from sim.report.render import ReportFailed, render_notebook
from sim.report.verify import sealed
from sim.report.wording import wording
from tests.report.test_render import notebook
from tests.small import AWKWARD, SMALL
from tests.whole.test_command_line import tenglong

__all__ = ["tenglong"]

ZH = wording("zh")


@pytest.fixture
def shelf(home: Path, report: Path, tmp_path: Path) -> Path:
    """A folder with one report."""
    shelf = tmp_path / "reports"
    shutil.copytree(report.parent, shelf / report.parent.name)
    return shelf


def another(shelf: Path, name: str, **changes: object) -> Path:
    """A second report like the first, but for what is changed in its record."""
    [first] = [path for path in shelf.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))][:1]
    folder = shelf / name
    shutil.copytree(first, folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8")) | changes
    (folder / "run.json").write_text(json.dumps(sealed(run, folder), ensure_ascii=False), encoding="utf-8")
    return folder


def test_a_briefing_is_listed_with_its_headlines_and_its_difference(shelf: Path) -> None:
    html = write_index(shelf, ZH).read_text(encoding="utf-8")
    [one] = listed(shelf)
    assert one.scenario == AWKWARD and one.is_briefing and one.runs == 12
    assert f'href="{one.folder.name}/report.html"' in html and "2027年规上工业总产值≥2.7万亿元" in html
    assert re.search(r"差.{1,4} 至 .{1,4} 个百分点", html) and "不可直接比较" not in html
    assert "<script" not in html and "alert(1)&lt;/script&gt;" in html


def test_another_model_is_marked_and_the_older_of_a_scenario_folded(shelf: Path) -> None:
    other = another(shelf, "other-00000000", code="0" * 16, parameters={"scenario": "other"})
    assert write_index(shelf, ZH).read_text(encoding="utf-8").count("不可直接比较") == 2, "the banner and the row"
    shutil.rmtree(other)
    another(shelf, f"{AWKWARD}-00000000", title="较新的一份")
    html = write_index(shelf, ZH).read_text(encoding="utf-8")
    assert "较早的与小样本的简报（1）" in html and html.index("较新的一份") < html.index("较早的与")


def test_a_small_trial_does_not_displace_a_full_briefing(shelf: Path) -> None:
    another(shelf, f"{AWKWARD}-00000000", title="试一试", runs=4)
    html = write_index(shelf, ZH).read_text(encoding="utf-8")
    assert html.index("较早的与小样本的简报（1）") < html.index("试一试") and "不可直接比较" not in html
    another(shelf, f"{AWKWARD}-11111111", title="改过的情景", runs=4, scenarios={AWKWARD: "0" * 16})
    html = write_index(shelf, ZH).read_text(encoding="utf-8")
    assert html.index("改过的情景") < html.index("较早的与小样本的简报（2）"), "what is no longer so is displaced"


def test_what_failed_has_a_list_of_its_own_with_its_reason(shelf: Path) -> None:
    with pytest.raises(ReportFailed):
        render_notebook(notebook(shelf.parent, "raise ValueError('坏了')"), shelf / "broken-1", {}, shelf.parent)
    html = write_index(shelf, ZH, ["nobody 没有做成：没有这个情景"]).read_text(encoding="utf-8")
    part = html[html.index("没有做成的") :]
    assert "broken-1：" in part and "坏了" in part and "nobody 没有做成" in part


def test_what_an_earlier_version_made_is_counted(shelf: Path) -> None:
    assert "没有列出" not in write_index(shelf, ZH).read_text(encoding="utf-8")
    (shelf / "old-00000000").mkdir()
    (shelf / "old-00000000" / "run.json").write_text('{"report": "old-00000000"}', encoding="utf-8")
    assert "另有1份没有列出" in write_index(shelf, ZH).read_text(encoding="utf-8")


def test_an_empty_shelf_says_so(tmp_path: Path) -> None:
    assert "还没有简报" in write_index(tmp_path / "none", ZH).read_text(encoding="utf-8")


def test_one_that_fails_does_not_stop_the_others(home: Path, report: Path, tenglong) -> None:
    said = tenglong("report", AWKWARD, "no-such", AWKWARD, *SMALL)
    page, index = said.out.split()
    assert said.code == 1 and (home / page).samefile(report) and index.endswith("reports/index.html")
    assert "no-such 没有做成：找不到情景" in said.err
    assert "no-such 没有做成" in (home / index).read_text(encoding="utf-8")
    for words, part in (((), "请写明情景"), ((AWKWARD, "--all"), "只用其一")):
        assert tenglong("report", *words).code == 2 and part in tenglong("report", *words).err
