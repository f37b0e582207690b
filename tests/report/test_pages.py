"""Pages of findings, piece by piece as a notebook asks for them, of few and small runs."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.analysis.comparison import compare_targets
from sim.ensemble.results import Results
from sim.report import comparison_page
from sim.report.comparison_page import ComparisonPage
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Section
from sim.report.model_page import model_page
from sim.report.wording import wording
from tests.small import AWKWARD, AWKWARD_TITLE, RUNS


def test_a_comparison_says_what_sets_each_scenario_apart(home: Path, results: Results) -> None:
    page = ComparisonPage(results, wording("zh"))
    told = page.heading.attachments[TARGETS_MIME]
    assert page.heading.attachments[STAMP_MIME] == results.stamp
    assert {(row["scenario"], row["against"]) for row in told["differences"]} == {(AWKWARD, "baseline")}
    assert {row["scenario"] for row in told["targets"]} == {"baseline", AWKWARD}
    assert len(page.chances.panels) >= 4 and "&lt;提速&gt;" in page.chances.static_html()
    assert "工业上楼示范项目年开工数" in page.differences.html and "<script>" not in page.differences.html
    assert "遗憾" in page.robustness.html
    [said] = re.findall("<p>(产值之差分辨不出[^<]*)</p>", page.heading.html)
    assert f"只有{RUNS}对运行" in page.heading.html
    assert "不是发现" in said and said not in page.differences.html, "said once, at the head"
    titles = [page.heading.attachments[PAGE_MIME]["title"].partition("《")[2].partition("》")[0], AWKWARD_TITLE]
    assert all(f">{escape(title)}的概率<" in page.differences.html for title in titles)
    assert f"tenglong compare baseline {AWKWARD} --runs {RUNS}" in page.provenance.html


def test_every_reading_of_a_target_that_moved_is_quoted(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(*asked: Any) -> pd.DataFrame:
        table = compare_targets(*asked)
        return table.assign(chance_lo=table["chance_lo"].where(table["id"] != "quality_space_2030.started", 0.1))

    monkeypatch.setattr(comparison_page, "compare_targets", moved)
    [said] = re.findall("<li>(.*?)</li>", ComparisonPage(results, wording("zh")).heading.html)
    assert "≥3000万㎡（开工口径）" in said and "≥3000万㎡（竣工口径）" in said


def test_the_walk_tells_each_life_once_in_words_and_once_drawn(home: Path) -> None:
    page = model_page(enterprises=1_300, seed=7)
    told = page.heading.attachments[TARGETS_MIME]["lives"]
    assert {life["of"] for life in told} <= {"closed", "park", "upstairs"} and len(told) == len(page.lives.panels) > 0
    for life in told:
        assert str(life["enterprise"]) in page.stories.html and life["events"]
        assert all(row["month"] in page.stories.html for row in life["events"])
    for piece in (page.schedule, page.reading, page.provenance):
        assert isinstance(piece, Section) and "<h2>" in piece.html
