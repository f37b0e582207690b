"""The notebooks of the answers and of the comparison run from top to bottom and are rendered into pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import workspace
from sim.report.index import listed
from sim.report.render import render_notebook
from sim.report.verify import differences
from sim.report.wording import wording

GIVEN = {
    "targets": ["quality_space_2030.started"], "scenario": "upstairs-faster", "runs": 12, "enterprises": 1_300,
    "seed": 7, "sample": {"replicates": 12, "enterprises": 1_300},
}  # fmt: skip


@pytest.mark.slow
def test_every_answer_has_its_section(fresh_home: Path) -> None:
    source = workspace.notebook("answers")
    page = render_notebook(source, fresh_home / "reports" / "answers", GIVEN, fresh_home)
    html = page.read_text(encoding="utf-8")
    for title in wording("zh").items("answers.sections").values():
        assert f"<h2>{title}</h2>" in html
    assert "12次运行" in html and "S161" in html and "S027" in html and not differences(page.parent)
    assert [one.title for one in listed(page.parents[1])] == ["《工业上楼提速》八问八答"]


@pytest.mark.slow
def test_scenarios_side_by_side(fresh_home: Path) -> None:
    given = {"others": ["upstairs-faster"], "runs": 8, "enterprises": 1_300, "seed": 7}
    page = render_notebook(workspace.notebook("compare"), fresh_home / "reports" / "c", given, fresh_home)
    html = page.read_text(encoding="utf-8")
    for key in ("chances", "differences", "fates", "robustness"):
        assert f"<h2>{wording('zh')(f'comparison.page.{key}')}</h2>" in html
    assert html.count("data-chart=") == 6, "a panel a headline target and reading"
    assert 'S011</a>、<a href="#S161">S161</a>' in html and "8对运行" in html and not differences(page.parent)
