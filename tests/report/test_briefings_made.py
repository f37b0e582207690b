"""What making a briefing costs beside its notebook: what is gathered already is not gathered again, nothing is loaded
for nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.cli.briefings import make_briefings
from sim.ensemble import nested
from sim.ensemble.results import Results, load_results
from sim.ensemble.stamp import data_digests
from sim.report import publish
from tests.small import AWKWARD, ENTERPRISES, RUNS, SEED


@pytest.mark.parametrize(
    ("seed", "version", "gathered"), [(SEED, "", True), (SEED + 1_000_003, "", False), (SEED, "0", False)]
)
def test_results_gathered_for_a_report_are_read_when_it_is_made_again(
    home: Path, report: Path, results: Results, monkeypatch: pytest.MonkeyPatch, seed: int, version: str, gathered: bool
) -> None:
    """They are those of ``report``; for another, or by another version, the runs in the store are gathered."""
    mine = version or results.stamp["version"], results.stamp["dirty"]
    monkeypatch.setattr("sim.ensemble.stamp.source_version", lambda: mine)
    ran, read = [], []

    def simulate(*_: Any, **__: Any) -> Results:
        ran.append(seed)
        return results

    monkeypatch.setattr("sim.cli.briefings.simulate", simulate)
    monkeypatch.setattr("sim.report.render.render", lambda saved, folder, **_: read.append(saved))
    files, failures = make_briefings([AWKWARD], RUNS, seed, ENTERPRISES, 1, "zh", quick=True, force=True)
    assert not failures and bool(ran) is not gathered
    assert load_results(read[0]).digest == results.digest
    assert (files[0] == report) is (seed == SEED)


@pytest.mark.parametrize("added", [{}, {"own/S038.csv": "2"}])
def test_a_table_that_appears_while_a_page_is_set_is_told_with_what_to_do(
    home: Path, report: Path, results: Results, monkeypatch: pytest.MonkeyPatch, added: dict[str, str]
) -> None:
    tables = data_digests()
    monkeypatch.setattr("sim.ensemble.stamp.data_digests", lambda: dict(tables))
    monkeypatch.setattr("sim.cli.briefings.simulate", lambda *_, **__: results)
    monkeypatch.setattr("sim.report.render.render", lambda *_, **__: tables.update(added))
    _, failures = make_briefings([AWKWARD], RUNS, SEED, ENTERPRISES, 1, "zh", quick=True, force=True)
    assert len(failures) == len(added) and all("重新运行同一命令" in one for one in failures)


def test_the_ledger_is_looked_for_where_it_is_kept() -> None:
    assert publish.LEDGER == nested.FOLDER


def test_no_library_of_the_model_is_loaded_before_the_notebook_is_at_work() -> None:
    before = "import sim.cli.briefings, sim.report.publish, sim.report.paper.formats, sim.report.index, sys; "
    said = "print(*{'pandas', 'scipy', 'statsmodels', 'numba', 'altair'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", before + said], capture_output=True, text=True).stdout == "\n"
