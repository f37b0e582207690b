"""The page of sliders as it is opened: what is seen meanwhile is Chinese, what Voilà says of itself is kept quiet."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from sim.bench.serve import arguments, environment


def test_the_waiting_page_is_ours_and_counts_no_cells(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from voila.paths import collect_template_paths

    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    folders = collect_template_paths(["voila", "nbconvert"], "tenglong", prune=True)
    loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    waiting = str(Environment(loader=loader).get_template("spinner.macro.html.j2").module.html())  # type: ignore[attr-defined]
    assert 'id="loading"' in waiting and "正在准备滑块页面" in waiting and "Running" not in waiting
    assert "loading_text" not in waiting  # which Voilà would fill with "Executing 3 of 3"


def test_voila_tells_errors_alone_and_stays_on_this_machine() -> None:
    given = arguments(Path("a.ipynb"), ["--port=1"])
    assert {"--Voila.log_level=ERROR", "--Voila.ip=127.0.0.1", "--port=1"} <= set(given)
