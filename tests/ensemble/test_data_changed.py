"""Data that change while something is computed from them: nothing is kept under either data, and it is said why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sim import workspace
from sim.cli.exits import FAILED, report_error
from sim.ensemble.kept import folder_of, keep, kept
from sim.ensemble.stamp import DataChanged, data_digest
from sim.ensemble.store import Ensemble
from sim.scenario.load import load_scenario
from tests.small import SEED, copy_workspace, working_in

TABLE = pd.DataFrame({"value": [1.0]})
ABOUT = {"scenario": "baseline", "digest": "", "seed": SEED, "enterprises": 1_250, "runs": 1}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with working_in(copy_workspace(tmp_path / "home")) as folder:
        yield folder


def edit() -> None:
    table = workspace.data_dir() / "ningbo" / "annual.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def test_tables_begun_on_other_data_are_refused_and_nothing_is_written(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = data_digest()
    folder = folder_of("trial", "baseline", [])
    edit()
    with pytest.raises(DataChanged) as refused:
        keep(folder, {"trial": TABLE}, ABOUT, begun)
    assert not (home / "runs").exists()
    assert report_error(refused.value) == FAILED
    assert "计算期间 data/ 里的数据改过" in capsys.readouterr().err
    keep(folder, {"trial": TABLE}, ABOUT, data_digest())  # begun anew, it is kept, under the data it is of
    found = kept(folder, ["trial"])
    assert found is not None and found[1]["data"] == data_digest() != begun


def test_runs_begun_on_other_data_do_not_enter_the_store(home: Path) -> None:
    ensemble = Ensemble(load_scenario("baseline"), SEED, 1_250)
    edit()
    with pytest.raises(DataChanged):
        ensemble.write({"failures": TABLE}, [0])
    assert not (home / "runs").exists()
