"""Calibration of the model itself: what it may read, what it must recover, what the shipped sample must say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import evidence, tables, workspace
from sim.analysis.calibration import calibrate as calibration
from sim.analysis.calibration.calibrate import Calibration, calibrate
from sim.analysis.calibration.recovery import ABC, LUCK, MOMENTS, RESOLVED, in_units, simulator_of
from sim.analysis.calibration.statistics import LEFT_OUT, Statistic, left_out, statistics
from sim.analysis.outcomes import outcomes
from sim.analysis.validation import AVAILABLE, CALIBRATED, PRIOR_ONLY, uncertainties
from sim.ensemble.calibrated import STATISTICS, changed_since, current_sample, made_by
from sim.ensemble.design import draw_parameters, quantiles
from sim.ensemble.results import Results
from sim.ensemble.stamp import HELD_OUT
from sim.report.calibration import calibration_sentences, parameter_rows, recovery_rows, statistic_rows
from sim.report.calibration_page import CalibrationPage
from sim.report.validation import prior_sentence
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from sim.scenario.posterior import problems
from sim.tables import rows
from tests.small import SEED, copy_workspace, working_in
from tests.whole.test_command_line import Said, tenglong

__all__ = ["tenglong"]

KNOWN = {"turnover.entry_rate", "turnover.exit_below_scale", "choice.review_rate"}
SMALL, ENTERPRISES = (160, 48, 128), 2_000
SHARP = """\
id,label_zh,indicator,region,form,first,last,value,error,unit,sources,basis_zh
total,总数,firms_total,全市,level,2022,2022,72000,900,家,S013,甲
exits,退出,firms_exited,全市,per_year,2020,2022,4700,200,家/年,S013,甲
expanded,提容,firms_expanded,全市,per_year,2020,2022,550,70,家/年,S013,甲
"""
"""Figures of a world that is published more sharply than Ningbo: what they tell is known beforehand."""
SHIPPED = Path(__file__).parents[2] / "data" / "calibrated" / "baseline.json"
ZH = wording("zh")


def test_no_statistic_shares_a_source_with_what_is_held_out() -> None:
    held = {source for row in rows("outcomes.csv") for source in row["source"].split(";")}
    held |= {source for row in rows("validation/patterns.csv") for source in row["sources"].split(";")}
    used = {source for each in statistics() for source in each.sources}
    assert used and not used & held
    pairs = {(each.indicator, year, each.region) for each in statistics() for year in (each.first, each.last)}
    assert not pairs & {(row["indicator"], int(row["period"][:4]), "全市") for row in rows("outcomes.csv")}


def test_every_figure_used_or_left_out_is_in_the_evidence() -> None:
    for source in {source for each in statistics() for source in each.sources}:
        assert evidence.clause(source).id == source
    for row in left_out():
        assert all(evidence.clause(source).id == source for source in row["sources"].split(";"))


def test_a_statistic_is_read_off_by_hand() -> None:
    cells = pd.DataFrame({"district": "全市", "year": [2021, 2022, 2023], "firms_total": [100.0, 110.0, 121.0]})

    def read(form: str, first: int) -> float:
        each = Statistic("a", "甲", "firms_total", "全市", form, first, 2023, 0, 1, "家", ("S013",), "")
        return each.measure(cells)

    assert read("level", 2023) == 121 and read("ratio", 2021) == pytest.approx(1.21)
    assert read("growth", 2021) == pytest.approx(10) and read("per_year", 2021) == pytest.approx(10.5)
    assert read("per_year", 2020) == pytest.approx(121 / 3), "what is counted from 2021 on was nought before"


def simulated(at: np.ndarray, seed: int = SEED) -> np.ndarray:
    return simulator_of(load_scenario("baseline"), seed, ENTERPRISES, 1)(at)


def test_statistics_depend_on_parameters_and_shared_luck_alone(fresh_home: Path) -> None:
    """The same point in any company gives the same numbers; the held-out tables may be gone altogether."""
    at = quantiles(len(simulator_of(load_scenario("baseline"), SEED, ENTERPRISES, 1).names), range(3), 1)
    before = simulated(at)
    (fresh_home / "data/outcomes.csv").unlink()
    shutil.rmtree(fresh_home / "data/validation")
    assert np.array_equal(simulated(at[[2, 0]]), before[[2, 0]])
    assert len(LUCK) > 1, "an objective of one replicate would be fitted to its luck"


def test_held_out_figures_key_no_sample(fresh_home: Path) -> None:
    before, asked = made_by(), statistics()
    path = fresh_home / "data/outcomes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",49.1,", ",77.7,"), encoding="utf-8")
    assert made_by() == before and statistics() == asked
    table = fresh_home / "data" / STATISTICS
    table.write_text(table.read_text(encoding="utf-8").replace(",1020,", ",1021,"), encoding="utf-8")
    assert {key for key, digest in made_by().items() if digest != before[key]} == {"statistics"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Calibration]:
    """A calibration of two generations on a small population, in a workspace of its own."""
    folder = copy_workspace(tmp_path_factory.mktemp("calibrated"))
    shutil.rmtree(folder / "data/calibrated", ignore_errors=True)
    (folder / "data" / STATISTICS).write_text(SHARP, encoding="utf-8")
    with working_in(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "GENERATIONS", 1)
        return folder, calibrate(load_scenario("baseline"), *SMALL, SEED, ENTERPRISES)


@pytest.mark.slow
def test_known_parameters_are_recovered_and_the_others_declared(small: tuple[Path, Calibration]) -> None:
    folder, found = small
    skill = found.recovery.skill.pivot(index="parameter", columns="method", values="skill")
    names = found.recovery.identified
    assert set(names) == KNOWN
    assert (skill.loc[names] >= RESOLVED).all(axis=None) and set(skill.index) == set(catalogue().of_kind("uncertainty"))
    for name in KNOWN:
        for method in (ABC, MOMENTS):
            p = found.recovery.pairs
            mine = p[(p["parameter"] == name) & (p["method"] == method)]
            assert np.corrcoef(mine["truth"], mine["estimate"])[0, 1] > 0.5
            inside = ((mine["truth"] >= mine["lo"]) & (mine["truth"] <= mine["hi"])).mean()
            assert {"abc": 0.55, "moments": 0.65}[method] <= inside <= 0.95, "rejection keeps 48 points here"
    status = found.parameters.set_index("parameter")["status"]
    assert set(status[status == CALIBRATED].index) == set(names) == set(found.sample.columns)
    assert set(status[status != CALIBRATED]) == {PRIOR_ONLY}
    said = calibration_sentences(found, ZH)
    assert all(title in said[1] for title in found.parameters.loc[status.to_numpy() == PRIOR_ONLY, "title"])
    with working_in(folder):
        assert len(recovery_rows(found.recovery, ZH)) == len(status)
        page = CalibrationPage(load_scenario("baseline"), found, ZH)
        shown = (page.heading, page.skill, page.statistics, page.parameters, page.left_out)
        html = "".join(part.html for part in shown)
        assert len(page.recovered.panels) == 6 and page.provenance.html.count("tenglong calibrate baseline") == 1
    assert "识别不出" in html and "其余36项只有先验" in html and "F240" in html
    assert len(statistic_rows(found, ZH)) == 3 and len(parameter_rows(found, ZH)) == len(names)
    assert found.statistics["inside"].all() and (found.parameters["apart"].dropna() < 0.5).all()


@pytest.mark.slow
def test_the_command_tells_what_was_found(
    small: tuple[Path, Calibration], tenglong: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is kept by then, but for what is recovered, which each call looks at again."""
    folder, found = small
    monkeypatch.setattr(calibration, "GENERATIONS", 1)
    sizes = zip(("--points", "--truths", "--particles"), map(str, SMALL), strict=True)
    words = ["calibrate", "baseline", *(word for pair in sizes for word in pair), "--seed", str(SEED),
             "--enterprises", str(ENTERPRISES), "--workers", "1"]  # fmt: skip
    with working_in(folder):
        said, told = tenglong(*words), json.loads(tenglong(*words, "--json").out)
        only, record = tenglong(*words, "--recovery"), json.loads(tenglong(*words, "--recovery", "--json").out)
    assert said.code == only.code == 0 and only.out.strip() and said.out.startswith(only.out.strip()[:200])
    assert "data/calibrated/baseline.csv" in said.out and "data/calibrated" not in only.out
    assert set(told["identified"]) == set(record["identified"]) == KNOWN
    assert told["sample"] == "data/calibrated/baseline.csv" and len(told["statistics"]) == 3
    assert {row["parameter"] for row in told["parameters"]} == set(found.parameters["parameter"])
    assert told["recovery"] == record["recovery"] and "sample" not in record


@pytest.mark.slow
def test_scenarios_draw_the_sample_and_pages_say_so(small: tuple[Path, Calibration]) -> None:
    folder, found = small
    with working_in(folder):
        assert problems("baseline") == [] and (sample := current_sample("baseline")) and changed_since(sample) == []
        text = "name: drawn\ntitle: {zh: 甲}\nextends: baseline\ncalibration: baseline\n"
        (folder / "scenarios/drawn.yaml").write_text(text, encoding="utf-8")
        scenario = load_scenario("drawn")
        drawn = pd.DataFrame(draw_parameters(scenario, range(256), SEED))
        ready, used = uncertainties(), uncertainties(list(found.sample.columns))
    for name in found.sample:
        assert drawn[name].median() == pytest.approx(found.sample[name].median(), rel=0.02)
    assert set(ready.loc[ready["status"] == AVAILABLE, "id"]) == set(found.sample.columns)
    assert f"{len(found.sample.columns)}项取自后验样本" in prior_sentence(used, ZH)
    assert "本情景没有一项取自校准" in prior_sentence(ready, ZH)


@pytest.mark.slow
def test_a_changed_hold_out_changes_its_table_and_no_sample(
    small: tuple[Path, Calibration], tmp_path: Path, results: Results
) -> None:
    """The whole of it again where every held-out figure is gone: the same sample, bit for bit."""
    folder, _ = small
    again = copy_workspace(tmp_path)
    (again / "data" / STATISTICS).write_text(SHARP, encoding="utf-8")
    shutil.rmtree(again / "data/calibrated", ignore_errors=True)
    before = outcomes(results, "baseline")
    with working_in(again), pytest.MonkeyPatch.context() as patch:
        path = again / "data/outcomes.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(",49.1,", ",77.7,"), encoding="utf-8")
        after = outcomes(results, "baseline")
        path.unlink()
        shutil.rmtree(again / "data/validation")
        shutil.copytree(folder / "runs/recovery", again / "runs/recovery")
        patch.setattr(calibration, "GENERATIONS", 1)
        calibrate(load_scenario("baseline"), *SMALL, SEED, ENTERPRISES)
    assert before.compare(after).index.size == 1, "the table of hold-outs has changed in its row"
    one, other = (place / "data/calibrated/baseline.csv" for place in (folder, again))
    assert one.read_bytes() == other.read_bytes()


def test_what_calibration_reads_is_none_of_what_is_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = tables.version
    monkeypatch.setattr(tables, "version", lambda name: (read.append(name), original(name))[1])
    statistics(), left_out()
    simulator_of(load_scenario("baseline"), SEED, ENTERPRISES, 1).demand  # noqa: B018 -- forecast paths are made on asking
    assert {STATISTICS, LEFT_OUT} <= set(read) and not [name for name in read if name.startswith(HELD_OUT)]


@pytest.mark.skipif(not SHIPPED.is_file(), reason="没有随附的后验样本")
def test_the_shipped_sample_covers_what_it_was_calibrated_to_and_declares_the_rest() -> None:
    stamp = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert problems("baseline") == [] and {"model", "data", "statistics", "command", "seed"} <= stamp.keys()
    assert len(stamp["fit"]) == len(statistics())
    assert all(row["p10"] <= row["published"] <= row["p90"] for row in stamp["fit"])
    status = {row["parameter"]: row["status"] for row in stamp["parameters"]}
    sample = pd.read_csv(workspace.data_dir() / "calibrated/baseline.csv")
    assert {name for name, each in status.items() if each == CALIBRATED} == set(sample.columns)
    assert set(status.values()) <= {CALIBRATED, PRIOR_ONLY} and len(status) > 30
    assert all(row["apart"] < 0.5 for row in stamp["parameters"] if row["status"] == CALIBRATED), "the methods agree"


def test_scores_become_values_of_the_prior() -> None:
    middle = in_units(load_scenario("baseline"), "listing.probability_given_d", np.array([0.0, -9.0, 9.0]))
    assert middle == pytest.approx([0.4, 0.2, 0.6], abs=1e-5)
