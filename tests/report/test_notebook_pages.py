"""Pages that only notebooks show: they say what was computed, and point to what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim import workspace
from sim.abm.schedule import SCHEDULE
from sim.analysis.comparison import compare_targets
from sim.analysis.robustness import OneScenario
from sim.own import OwnFileMissing, example, output
from sim.report.comparison_page import comparison_page
from sim.report.explained import clauses
from sim.report.model_page import ModelPage
from sim.report.quickstart_page import QuickstartPage
from sim.report.wording import wording
from sim.scenario.changed import changed
from tests.small import ENTERPRISES, RUNS, SEED

ROOT = Path(__file__).parents[2]
STARTED = "quality_space_2027.started"


def test_the_first_steps_say_the_paired_difference(home: Path) -> None:
    size = {"runs": RUNS, "enterprises": ENTERPRISES, "seed": SEED}
    page = sim.quickstart_page(steps={"2027-01": 60}, target=STARTED, **size)
    mine = changed(levers={"highrise.project_starts_per_year": {"2027-01": 60}}, title="我的改动")
    results = sim.run(["baseline", mine], RUNS, SEED, ENTERPRISES, workers=1)
    row = compare_targets(results, "baseline", "my-plan", [STARTED]).iloc[0]
    assert "下文的“基准”指没有改动的《基准：" in page.heading.html
    said = page.targets.html
    value = float(re.search(r"平均差\+([\d,.]+)万㎡", said)[1])  # type: ignore[index]
    assert value == pytest.approx(row["difference"], rel=0.1) and f"{RUNS}对运行" in said
    [spec] = [panel.spec for panel in page.difference.panels]
    rows = [row for rows in spec["datasets"].values() for row in rows if "median" in row]
    by_year = {row["year"]: row for row in rows}
    assert by_year[2026]["median"] == 0 < by_year[2027]["lo80"] < by_year[2030]["lo80"]
    assert "S011" in page.clause.html and "全市新开工标志性工业上楼示范项目27个" in page.clause.html
    assert "2027-01: 60" in page.keep.html and "&lt;" not in page.keep.html


def test_a_change_that_is_none_is_said_to_be_none(home: Path) -> None:
    page = sim.quickstart_page(steps={"2025-01": 27}, runs=RUNS, enterprises=ENTERPRISES, seed=SEED)
    assert isinstance(page, QuickstartPage) and "没有改动" in page.change.html
    assert "平均差0万㎡" in page.targets.html


def test_where_a_number_comes_from_is_shown_with_its_words() -> None:
    html = sim.explain(STARTED, "enforcement.eliminations_per_year", "M002").html
    assert html.count("<h3>") == 3 and "S162" in html and "高品质工业空间1000万平方米" in html
    with pytest.raises(KeyError, match="是不是"):
        sim.explain("quality_space_2072")


def test_the_walk_shows_the_schedule_and_names_files_and_sections_that_are_there() -> None:
    scenario = sim.load_scenario("baseline")
    page = ModelPage(scenario, scenario, [], {"seed": 1, "replicate": 0, "enterprises": 1_300}, wording("zh"))
    html = page.schedule.html
    assert [html.index(f"<td>{place}</td>") for place in range(1, len(SCHEDULE) + 1)]
    files = set(re.findall(r"sim/[\w/]+\.py", html))
    assert len(files) > 5 and all((ROOT / file).is_file() for file in files)
    headings = re.findall(r"^## (.*)$", (ROOT / "docs" / "odd.md").read_text(encoding="utf-8"), flags=re.M)
    parts = list(wording("zh").items("lives.odd.parts"))
    assert len(parts) == len(headings)
    assert all(heading.startswith(part) for part, heading in zip(parts, headings, strict=True))
    assert "没有企业以此收场：关停淘汰、入园、上楼" in page.stories.html and "没有什么变化" in page.rule.html


def test_the_example_is_good_its_slips_are_four_and_it_says_it_is_invented(tmp_path: Path) -> None:
    good = example.write(tmp_path, example.example_text())
    assert not output.problems(good) and not output.doubts(good)
    rows = good.read_text(encoding="utf-8").splitlines()[1:]
    assert all(row.endswith(example.SAYS) for row in rows)
    (tmp_path / "slips").mkdir()
    wrong = output.problems(example.write(tmp_path / "slips", example.slips_text()))
    asked = [(3, "kind"), (5, "period"), (8, "value"), (16, "period")]
    assert [(problem.line, problem.column) for problem in wrong] == asked


def test_one_s_own_file_is_taken_and_its_folder_told_to_nobody(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "我的.csv"
    mine.write_text(example.slips_text(), encoding="utf-8")
    page = sim.own_data_page(str(mine), runs=2, enterprises=1_300)
    said = page.heading.html + page.template.html + page.check.html
    assert "我的.csv:3 列 kind" in said and "没有发现问题" not in said and "编的" not in said
    assert str(tmp_path) not in said
    with pytest.raises(OwnFileMissing, match="找不到"):
        sim.own_data_page("data/own/nothing.csv")


def test_totals_far_from_the_published_ones_are_doubted_on_the_page(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "我的.csv"
    rows = [f"{year}-{month:02},3000,month" for year in (2021, 2022, 2023) for month in range(1, 13)]
    mine.write_text("\n".join(["period,value,kind", *rows]), encoding="utf-8")
    said = sim.own_data_page(str(mine), runs=2, enterprises=1_300).check.html
    assert "2021 年合计 36,000" in said and "没有发现问题" not in said


def test_methods_that_disagree_wholly_are_not_blamed_on_few_runs() -> None:
    html = sim.own_data_page().chances.html
    assert "只用其中一种预测方法：低于1%—高于99%" in html and "运行次数太少" not in html and "不是数据" in html


def test_the_example_goes_with_its_page() -> None:
    page = sim.own_data_page()
    folder = Path(page._file).parent
    assert folder.is_dir() and workspace.root() not in folder.parents
    del page
    assert not folder.exists()


def test_a_comparison_of_one_scenario_with_itself_is_refused() -> None:
    with pytest.raises(OneScenario, match="两个以上"):
        comparison_page("baseline", ["baseline"])


def test_an_explanation_without_clauses_says_that_there_are_none() -> None:
    words = wording("zh")
    assert words("explained.none") in clauses([], words)
