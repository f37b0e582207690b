"""What the store says it holds, what of it is stale, and that only that is removed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.ensemble.calibrated import current_sample
from sim.ensemble.inventory import busy, holdings, leftovers, remove
from sim.ensemble.kept import Parts, kept, newest
from sim.ensemble.nested import Sizes, nested_runs
from sim.ensemble.points import Points, factors, run_points
from sim.ensemble.results import ResultsNotFound, load_results
from sim.ensemble.runner import run
from sim.ensemble.stamp import source_version
from sim.ensemble.store import ABOUT, CONTENT, Ensemble
from sim.ensemble.variants import variant_values
from sim.scenario.load import load_scenario
from tests.small import SEED, copy_workspace, working_in

TINY, RUNS, UNTIL = 1_250, 4, 23


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the runs of two scenarios, their gathered results, a ledger and chosen points."""
    with working_in(copy_workspace(tmp_path_factory.mktemp("made") / "home")) as folder:
        results = run(["baseline", "tighter-land"], RUNS, SEED, TINY, workers=1)
        results.save("tighter-land-00000000")
        baseline = load_scenario("baseline")
        nested_runs(baseline, Sizes(2, 2, 2, 2), SEED, TINY, horizon=UNTIL)
        run_points(baseline, Points(np.full((2, len(factors())), 0.5)), ["tax_per_mu"], SEED, TINY, horizon=UNTIL)
    return folder


@pytest.fixture
def stored(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it to spoil."""
    with working_in(shutil.copytree(made, tmp_path / "home")) as folder:
        yield folder


def change(table: Path) -> None:
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def test_everything_is_listed_and_nothing_is_stale_at_first(stored: Path) -> None:
    found = holdings()
    assert [(one.scenario, one.kind, one.runs, one.stale) for one in found] == [
        ("baseline", "ledger", 16, ""), ("baseline", "points", 2, ""), ("baseline", "runs", RUNS, ""),
        ("tighter-land", "results", RUNS, ""), ("tighter-land", "runs", RUNS, ""),
    ]  # fmt: skip
    assert {(one.seed, one.enterprises) for one in found} == {(SEED, TINY)}
    assert all(one.size > 1_000 for one in found) and not leftovers()


def test_kept_points_are_not_run_again_and_levels_are_those_of_the_policy_of_record(stored: Path) -> None:
    points, made = Points(np.full((2, len(factors())), 0.5)), []

    def runs(name: str) -> pd.DataFrame:
        wanted = ["tax_per_mu", "gross_output_above_scale"]
        return run_points(load_scenario(name), points, wanted, SEED, TINY, horizon=UNTIL,
                          progress=lambda done, total: made.append(done))  # fmt: skip

    again = run_points(load_scenario("baseline"), points, ["tax_per_mu"], SEED, TINY, horizon=UNTIL,
                       progress=lambda done, total: made.append(done))  # fmt: skip
    assert not made and set(again["indicator"]) == {"tax_per_mu"}
    base, other = runs("baseline"), runs("tighter-land")
    assert made and base["value"].to_list() == other["value"].to_list(), "the levers differ from 2027 on alone"


def test_after_a_change_of_data_everything_is_stale(stored: Path) -> None:
    change(stored / "data" / "policy" / "facts.csv")
    assert {one.stale for one in holdings()} == {"数据已改"}


def test_after_a_change_of_the_program_what_it_made_is_stale(stored: Path) -> None:
    for path in stored.glob(f"runs/*/{ABOUT}"):
        about = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(about | {"code": "0" * 16}), encoding="utf-8")
    assert {one.kind: one.stale for one in holdings()} == {
        "runs": "程序已改", "ledger": "", "points": "", "results": "",
    }  # fmt: skip


def test_an_edited_scenario_makes_its_own_runs_stale_alone(stored: Path) -> None:
    file = stored / "scenarios" / "tighter-land.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(": 5000", ": 6000"), encoding="utf-8")
    assert {(one.scenario, one.stale) for one in holdings()} == {
        ("baseline", ""), ("tighter-land", "情景已改"),
    }  # fmt: skip


def test_two_names_for_the_same_content_keep_its_runs_in_use(stored: Path) -> None:
    file = stored / "scenarios" / "tighter-land.yaml"
    text = file.read_text(encoding="utf-8").replace("name: tighter-land", "name: same")
    (stored / "scenarios" / "same.yaml").write_text(text, encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(": 5000", ": 6000"), encoding="utf-8")
    assert {one.stale for one in holdings()} == {""}


def test_removal_leaves_what_is_in_use(stored: Path) -> None:
    land, baseline = load_scenario("tighter-land"), load_scenario("baseline")
    remove([one.folder for one in holdings() if one.scenario == land.name])
    assert not Ensemble(land, SEED, TINY).done() and len(Ensemble(baseline.reference(), SEED, TINY).done()) == RUNS
    assert not leftovers(), "nothing half removed"


def test_damaged_and_half_written_shards_are_leftovers(stored: Path) -> None:
    mine = Ensemble(load_scenario("baseline").reference(), SEED, TINY)
    [shard] = mine.shards()
    (shard / CONTENT).write_text("{", encoding="utf-8")
    mine.sweep()
    (mine.folder / ".shard-000000-abc.1@elsewhere.writing").mkdir()
    mine_now = mine.folder / f".shard-000000-abc.{os.getpid()}@{os.uname().nodename}.writing"
    mine_now.mkdir()
    assert [path.name for path in leftovers()] == [f".damaged-{shard.name}"], "a young one of another machine is not"
    assert [one.scenario for one in holdings() if busy(one)] == ["baseline"]
    remove(leftovers())
    assert not leftovers() and mine_now.is_dir()


def test_what_cannot_be_read_is_no_hindrance(stored: Path) -> None:
    before = len(holdings())
    (stored / "runs" / "torn").mkdir()
    (stored / "runs" / "torn" / ABOUT).write_text("{", encoding="utf-8")
    (stored / "scenarios" / "torn.yaml").write_text("name: torn", encoding="utf-8")
    assert len(holdings()) == before and not any(holding.stale for holding in holdings())


def test_saved_results_are_found_by_their_name_and_by_their_scenario(stored: Path) -> None:
    named, newest_one = load_results("tighter-land-00000000"), load_results("tighter-land")
    assert named.digest == newest_one.digest and list(named.scenarios) == ["baseline", "tighter-land"]
    with pytest.raises(ResultsNotFound, match="没有保存过的结果 nothing。已有：tighter-land-00000000"):
        load_results("nothing")
    (stored / "runs" / "results" / "tighter-land-00000000" / "cells.parquet").unlink()
    with pytest.raises(ResultsNotFound):
        load_results("tighter-land-00000000")


def test_what_says_nothing_of_its_origin_is_left_alone(stored: Path) -> None:
    (next(stored.glob(f"runs/*/{ABOUT}"))).write_text("[]", encoding="utf-8")
    assert len(holdings()) == 4


def test_the_newest_tables_of_a_scenario_are_found_until_something_they_rest_on_changes(stored: Path) -> None:
    baseline = load_scenario("baseline")
    folder = newest("points", baseline)
    assert folder is not None and folder.parent.name == "points"
    assert newest("points", load_scenario("tighter-land")) is None and newest("ledger", baseline) != folder
    change(stored / "data" / "policy" / "facts.csv")
    assert newest("points", baseline) is None


def test_variants_last_as_long_as_the_scenarios_they_are_of(stored: Path) -> None:
    sources = [load_scenario(name) for name in ("tighter-land", "baseline")]
    between = sources[0].model_copy(update={"levers": sources[1].levers | {"parks.far": ((0, 1.5),)}})
    variant_values(sources, [between], [(0,)], ("land_freed",), 2027, SEED, TINY)

    def variants() -> list[str]:
        return [one.stale for one in holdings() if one.kind == "variants"]

    assert variants() == [""]
    with (stored / "scenarios" / "tighter-land.yaml").open("a", encoding="utf-8") as file:
        file.write("  parks.far: 1.7\n")
    assert variants() == ["情景已改"]


def test_a_table_or_a_part_that_a_disk_spoiled_is_not_read(
    stored: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    parts = Parts(tmp_path / "parts")
    for number in (0, 1):
        parts.write(number, pd.DataFrame({"a": [number]}))
    first, _ = sorted((tmp_path / "parts").iterdir())
    first.write_bytes(first.read_bytes()[:-20])
    assert list(parts.read()) == [1] and not first.exists(), "it is made again"
    folder = newest("points", load_scenario("baseline"))
    assert folder is not None
    [table] = folder.glob("*.parquet")
    table.unlink()
    table.mkdir()
    assert kept(folder, [table.stem]) is None and "已损坏或不全，不用" in caplog.text


def test_outside_a_repository_or_without_git_the_version_is_the_package_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert source_version() == (sim.__version__, False)


def test_of_no_such_sample_none_is_current(fresh_home: Path) -> None:
    assert current_sample("no-such") is None
