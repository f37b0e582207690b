"""An ensemble: the same bits however it was made, nothing repeated, nothing lost, failures said."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.abm.events import PATHS
from sim.analysis.attainment import targets
from sim.ensemble import batch
from sim.ensemble.model import IndustrialUpgradeModel
from sim.ensemble.results import Results, TooManyFailures, load_results
from sim.ensemble.runner import DEFAULT_SEED, _name_flows, run, tasks_of
from sim.ensemble.store import Ensemble
from sim.regions import CITY
from sim.register.disclosure import district_names, industry_names
from sim.scenario.load import load_scenario
from tests.machine import heed_ctrl_c
from tests.small import AWKWARD, ENTERPRISES, RUNS, SEED, copy_workspace, working_in
from tests.whole.test_command_line import tenglong

__all__ = ["tenglong"]

TINY = 1_250
INTERRUPTED = 100
"""Runs in four batches, so that some are stored and many are not when the signal comes."""


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch):
    """Make the runs of some replicates raise; called with none, they all succeed again."""
    whole = batch.simulate

    def arrange(*replicates: int) -> None:
        def simulate_or_raise(ensemble: Ensemble, job: batch.Job):
            if job.replicate in replicates:
                raise ArithmeticError("量出了负数")
            return whole(ensemble, job)

        monkeypatch.setattr(batch, "simulate", simulate_or_raise)

    return arrange


def test_a_run_of_an_ensemble_can_be_stepped_in_python(fresh_home: Path) -> None:
    """In Mesa's own batch too, where parameters and paths then differ from run to run."""
    stored = run("baseline", 2, DEFAULT_SEED, TINY, 1)
    many = {"replicate": [0, 1], "enterprises": [TINY]}
    rows = mesa.batch_run(IndustrialUpgradeModel.of_run, many, max_steps=1, display_progress=False)
    assert len({row["firms"] for row in rows}) == 2
    model = IndustrialUpgradeModel.of_run("baseline", 1, enterprises=TINY)
    model.run()
    mine = model.cells().query("district == @CITY").set_index("year")
    for indicator in ("firms_total", "quality_space_started", "energy_freed"):
        assert mine[indicator].to_dict() == stored.values("baseline", indicator).loc[1].to_dict()


def test_one_or_two_workers_any_batches_give_the_same_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for workers, batch_runs in ((1, 1), (2, 2), (1, 25)):
        monkeypatch.setattr("sim.ensemble.runner.BATCH_ENTERPRISES", batch_runs * TINY)
        with working_in(copy_workspace(tmp_path / f"{workers}-{batch_runs}")):
            found.append(run("baseline", 5, SEED, TINY, workers))
    assert len({one.digest for one in found}) == 1
    for other in found[1:]:
        pd.testing.assert_frame_equal(other.cells, found[0].cells, check_exact=True)
        pd.testing.assert_frame_equal(other.flows, found[0].flows, check_exact=True)


def test_many_runs_make_few_batches_of_limited_size() -> None:
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    for runs, most in ((5, 25), (200, 25), (1_000, 31), (10_000, 100)):
        demand = pd.DataFrame({"replicate": np.arange(runs).repeat(11), "year": np.tile(np.arange(2020, 2031), runs)})
        sizes = [len(jobs) for _, jobs in tasks_of(ensemble, list(range(runs)), demand.assign(gross_output=1.0))]
        assert sum(sizes) == runs and max(sizes) == min(runs, most)


def test_codes_of_flows_become_the_names_there_are_in_the_order_of_the_words() -> None:
    """As pandas makes categories of the words themselves, for which it would write out millions of them."""
    codes = pd.DataFrame({"path": [9, 0, 9], "district": [3, 1, 1], "industry": [2, 30, 0]}, dtype="int8")
    named = _name_flows(codes.copy())
    districts, industries = district_names(), industry_names()
    words = pd.DataFrame({
        "path": [PATHS[9], PATHS[0], PATHS[9]], "district": [districts[3], districts[1], districts[1]],
        "industry": [industries[2], industries[30], industries[0]],
    })  # fmt: skip
    pd.testing.assert_frame_equal(named, words.astype("category"))


def test_without_cells_the_city_is_the_same_and_nothing_else_is_read(home: Path, results: Results) -> None:
    lean = run(list(results.scenarios), RUNS, SEED, ENTERPRISES, workers=1, cells=False)
    assert lean.digest == results.digest and lean.stamp["runs_done"] == 0
    assert set(lean.frame["district"]) == {CITY} and lean.flows.empty
    pd.testing.assert_frame_equal(lean.of(AWKWARD), results.of(AWKWARD), check_exact=True)


def test_runs_added_later_are_the_runs_of_a_longer_ensemble(fresh_home: Path) -> None:
    short = run("baseline", 3, SEED, TINY, workers=1)
    longer = run("baseline", 5, SEED, TINY, workers=1)
    assert (longer.stamp["runs_done"], longer.stamp["runs_reused"]) == (2, 3)
    first = longer.frame[longer.frame["replicate"] < 3].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, short.frame, check_categorical=False)
    assert run("baseline", 5, SEED, TINY, workers=1).digest == longer.digest


def test_a_changed_lever_is_never_answered_from_old_runs(fresh_home: Path) -> None:
    keys = {Ensemble(load_scenario(name), SEED, TINY).key for name in ("baseline", AWKWARD, "weak-demand")}
    assert len(keys | {Ensemble(load_scenario("baseline"), SEED + 1, TINY).key}) == 4
    retitled = load_scenario("baseline").model_copy(update={"name": "other", "why": {}})
    assert Ensemble(retitled, SEED, TINY).key in keys


@pytest.mark.slow
def test_an_interrupted_run_exits_130_and_resumes_to_the_same_bits(fresh_home: Path, tmp_path: Path) -> None:
    command = f"run baseline --runs {INTERRUPTED} --enterprises {TINY} --workers"
    words = [sys.executable, "-m", "sim.cli", *command.split()]
    started = subprocess.Popen([*words, "2"], stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c)
    while started.poll() is None and not list(fresh_home.glob("runs/*/shard-*")):
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    assert "已中断" in started.communicate()[1] and started.returncode == 130
    resumed = json.loads(subprocess.check_output([*words, "2", "--json"], stderr=subprocess.DEVNULL))
    assert resumed["runs_reused"] > 0 and resumed["runs_done"] + resumed["runs_reused"] == INTERRUPTED
    with working_in(copy_workspace(tmp_path / "whole")):
        assert resumed["digest"] == run("baseline", INTERRUPTED, enterprises=TINY, workers=1).digest


def test_a_failed_run_is_a_row_with_the_command_that_repeats_it(fresh_home: Path, breaking) -> None:
    breaking(2)
    results = run("baseline", 4, SEED, TINY, workers=1)
    assert results.stamp["runs_failed"] == 1 and set(results.frame["replicate"]) == {0, 1, 3}
    [row] = results.failures.to_dict("records")
    assert row["replicate"] == 2 and row["exception"] == "ArithmeticError: 量出了负数"
    assert "simulate_or_raise" in row["traceback"]
    assert row["command"] == f"tenglong run baseline --only 2 --seed {SEED} --enterprises {TINY} --debug"


def test_the_command_tells_of_a_failed_run_and_ends_with_1(fresh_home: Path, breaking, tenglong) -> None:
    breaking(2)
    said = tenglong("run", "baseline", "--runs", "4", "--seed", str(SEED), "--enterprises", str(TINY), "--workers", "1")
    assert said.code == 1 and "失败 1 次" in said.err and "失败示例：ArithmeticError: 量出了负数" in said.err


def test_more_than_one_percent_failed_states_no_probability(fresh_home: Path, breaking) -> None:
    breaking(2)
    with pytest.raises(TooManyFailures, match="量出了负数"):
        targets(run("baseline", 4, SEED, TINY, workers=1))


def test_a_failed_run_is_tried_again(fresh_home: Path, breaking) -> None:
    breaking(2)
    run("baseline", 4, SEED, TINY, workers=1)
    breaking()
    mended = run("baseline", 4, SEED, TINY, workers=1)
    assert mended.stamp["runs_failed"] == 0 and set(mended.frame["replicate"]) == {0, 1, 2, 3}


def test_half_written_shards_are_not_read(fresh_home: Path) -> None:
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    (ensemble.folder / ".shard-000000-1-5.writing").mkdir(parents=True)
    assert ensemble.done() == set() and ensemble.shards() == []


def test_what_is_shown_of_results_is_short_and_true(results: Results) -> None:
    shown = repr(results)
    assert shown.startswith(f"<运行结果：情景 baseline、{AWKWARD}，各 {RUNS} 次，2021-01 至 ") and len(shown) < 300
    told = re.findall(r"\.([a-z]+)\b", shown.replace("sim.targets", ""))
    assert len(told) == 7 and all(hasattr(results, name) for name in told)
    assert f"至 {results.cells['year'].max()}-12" in shown


def test_saved_results_are_read_back_as_they_were(home: Path, results: Results) -> None:
    loaded = load_results(results.save("kept"))
    assert loaded.digest == results.digest and loaded.stamp == json.loads(json.dumps(results.stamp))
    pd.testing.assert_frame_equal(loaded.flows, results.flows)
    assert loaded.scenarios == results.scenarios


def test_output_is_the_forecast_path_under_the_policy_of_record(results: Results) -> None:
    output = results.values("baseline", "gross_output_above_scale")
    paths = results.demand.pivot(index="replicate", columns="year", values="gross_output")
    np.testing.assert_allclose(output, paths.loc[output.index, output.columns], rtol=1e-12)


def test_rates_stay_the_ratio_of_their_levels_after_anchoring(results: Results) -> None:
    names = ("value_added_rate", "value_added_above_scale", "gross_output_above_scale")
    rate, added, output = (results.values(AWKWARD, name) for name in names)
    np.testing.assert_allclose(rate, 100 * added / output, rtol=1e-12)


def test_all_industry_is_the_path_moved_as_the_above_scale_part(results: Results) -> None:
    names = ("value_added_all_industry", "value_added_above_scale")
    paths = results.demand.set_index(["replicate", "year"])
    ratio = (paths[names[0]] / paths["value_added"]).unstack()
    for scenario in ("baseline", AWKWARD):
        whole, above = (results.values(scenario, name) for name in names)
        np.testing.assert_allclose(whole, above * ratio.loc[above.index, above.columns], rtol=1e-12)
    whole = results.values("baseline", names[0])
    np.testing.assert_allclose(whole, paths[names[0]].unstack().loc[whole.index, whole.columns], rtol=1e-12)
    assert set(results.frame.query("indicator == @names[0]")["district"]) == {CITY}


def test_tidy_results_are_complete(results: Results) -> None:
    city = results.frame[results.frame["district"] == CITY]
    cells = city.groupby(["scenario", "replicate", "year"], observed=True)["indicator"].nunique()
    assert len(cells) == 2 * RUNS * 10 and cells.nunique() == 1
    assert not city.duplicated(["scenario", "replicate", "year", "indicator"]).any()
    assert results.stamp["enterprises"] == ENTERPRISES


def test_a_batch_reports_what_it_did(fresh_home: Path, breaking) -> None:
    breaking(1)
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    jobs = [batch.Job(replicate, {}, tuple(np.linspace(17_900, 33_000, 11))) for replicate in (0, 1)]
    assert batch.run_batch(ensemble, jobs) == batch.Outcome(done=1, failed=1)
    assert ensemble.done() == {0}


def test_a_script_without_a_main_guard_may_use_two_workers(fresh_home: Path) -> None:
    """A researcher's first script has none; worker processes that import it again would start over and over."""
    script = fresh_home / "first.py"
    script.write_text(f"import sim\nprint(sim.run('baseline', runs=26, enterprises={TINY}, workers=2).runs)\n")
    assert subprocess.check_output([sys.executable, str(script)], text=True).strip() == "26"


def test_every_run_of_several_batches_may_fail_again_and_again(fresh_home: Path, breaking) -> None:
    breaking(0, 1)
    ensemble = Ensemble(load_scenario("baseline"), SEED, TINY)
    jobs = [batch.Job(replicate, {}, ()) for replicate in (0, 1)]
    for job in (*jobs, *jobs):
        assert batch.run_batch(ensemble, [job]).failed == 1
    assert sorted(ensemble.failures()["replicate"]) == [0, 1]


def test_data_changed_while_the_program_runs_is_read_anew(fresh_home: Path) -> None:
    before = run("baseline", 2, SEED, TINY, workers=1)
    table = fresh_home / "data" / "ningbo" / "annual.csv"
    text = table.read_text(encoding="utf-8")
    assert text.count(",24300,") == 1
    table.write_text(text.replace(",24300,", ",24900,"), encoding="utf-8")
    after = run("baseline", 2, SEED, TINY, workers=1)
    assert after.stamp["runs_done"] == 2 and after.stamp["data"] != before.stamp["data"]
    assert (after.demand["gross_output"] > before.demand["gross_output"]).mean() > 0.5
