"""A scenario may draw from a posterior sample: as it is, in form, and only from one that the present model made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from sim import workspace
from sim.cli.exits import INVALID, report_error
from sim.ensemble.calibrated import PosteriorRefused, changed_since, made_by
from sim.ensemble.design import draw_parameters
from sim.ensemble.points import Points, factors, run_points
from sim.ensemble.store import Ensemble
from sim.scenario.load import check_file, load_scenario
from sim.scenario.posterior import PosteriorChanged, digest_of, posterior_named, problems
from tests.small import ENTERPRISES, SEED

ENTRY, EXIT, AREA = "turnover.entry_rate", "turnover.exit_below_scale", "highrise.project_area_wan_m2"


def tied(rows: int = 600) -> np.ndarray:
    """Entry skewed, exit rising with it."""
    draw = np.random.Generator(np.random.Philox(5))
    entry = 0.06 + 0.02 * draw.beta(2, 5, rows)
    return np.column_stack([entry, 0.05 + 0.8 * (entry - 0.06) + 0.003 * draw.random(rows)])


def write(table: np.ndarray, columns: tuple[str, ...] = (ENTRY, EXIT), **stamp: str) -> Path:
    """Put a sample, with the stamp of the present model unless told otherwise, and a scenario that draws from it."""
    folder = workspace.data_dir() / "calibrated"
    folder.mkdir(exist_ok=True)
    lines = [",".join(columns), *(",".join(f"{value:.8g}" for value in row) for row in table)]
    path = folder / "mine.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    about = made_by() | {"sample": digest_of(path), "command": "tenglong calibrate baseline"} | stamp
    path.with_suffix(".json").write_text(json.dumps(about), encoding="utf-8")
    return path


def scenario(name: str = "drawn", more: str = "") -> None:
    text = f"name: {name}\ntitle: {{zh: 甲}}\nextends: baseline\ncalibration: mine\n{more}"
    (workspace.scenarios_dir() / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_runs_draw_the_sample_and_leave_the_other_parameters_as_they_were(fresh_home: Path) -> None:
    table = tied()
    write(table)
    scenario()
    drawn, prior = (draw_parameters(load_scenario(name), range(512), SEED) for name in ("drawn", "baseline"))
    mine = np.array([[run[ENTRY], run[EXIT]] for run in drawn])
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(mine, share, axis=0) == pytest.approx(np.quantile(table, share, axis=0), rel=0.01)
    assert spearmanr(*mine.T).statistic == pytest.approx(spearmanr(*table.T).statistic, abs=0.04)
    assert all(
        one[name] == other[name] for one, other in zip(drawn, prior, strict=True) for name in one.keys() - {ENTRY, EXIT}
    )


def test_the_sample_is_part_of_what_the_results_are_of(fresh_home: Path) -> None:
    write(tied())
    scenario()
    before, baseline = load_scenario("drawn"), load_scenario("baseline")
    assert before.reference().calibration == before.calibration and baseline.calibration is None
    write(tied() * 1.001)
    after = load_scenario("drawn")
    assert len({Ensemble(item, SEED, ENTERPRISES).key for item in (before, after, baseline)}) == 3
    with pytest.raises(PosteriorChanged, match="重新载入"):
        draw_parameters(before, [0], SEED)


def test_a_child_may_go_back_to_the_priors(fresh_home: Path) -> None:
    write(tied())
    scenario()
    text = "name: child\ntitle: {zh: 乙}\nextends: drawn\ncalibration: prior\n"
    (fresh_home / "scenarios/child.yaml").write_text(text, encoding="utf-8")
    assert load_scenario("child").digest == load_scenario("baseline").digest


@pytest.mark.parametrize(("part", "said"), [("model", "模型改过"), ("data", "数据改过"), ("statistics", "统计量改过")])
def test_a_sample_of_another_model_or_other_data_is_refused(
    fresh_home: Path, part: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tied(), **{part: "0" * 16})
    scenario()
    drawn = load_scenario("drawn")
    with pytest.raises(PosteriorRefused) as refused:
        draw_parameters(drawn, [0], SEED)
    with pytest.raises(PosteriorRefused):
        run_points(drawn, Points(np.full((1, len(factors())), 0.5)), ["firms_total"], SEED, ENTERPRISES)
    assert report_error(refused.value) == INVALID
    message = capsys.readouterr().err
    assert said in message and "data/calibrated/mine.csv 不能用" in message and "tenglong calibrate baseline" in message


def test_a_change_of_the_data_refuses_it_by_itself(fresh_home: Path) -> None:
    write(tied())
    scenario()
    draw_parameters(load_scenario("drawn"), [0], SEED)
    table = fresh_home / "data/ningbo/annual.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",2022,24300,", ",2022,24400,"), encoding="utf-8")
    with pytest.raises(PosteriorRefused, match="数据改过"):
        draw_parameters(load_scenario("drawn"), [0], SEED)


def said(more: str = "") -> str:
    scenario(more=more)
    return "\n".join(problem.message for problem in check_file("drawn"))


def test_what_is_wrong_with_a_sample_is_said_in_full(fresh_home: Path) -> None:
    assert "没有叫 mine 的后验样本。现有：baseline。" in said()
    write(tied(), (ENTRY, "turnover.exit_below_scal"))
    assert f"列 turnover.exit_below_scal 不是参数目录里的不确定参数。是不是 {EXIT}" in said()
    write(100 * tied()[:50])
    assert "只有 50 行" in said() and f"列 {ENTRY} 超出范围 0 至 0.3（1/年）" in said()
    write(tied())
    path = workspace.data_dir() / "calibrated/mine.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("\n0.06", "\n？", 1), encoding="utf-8")
    assert "有的格不是数字" in said() and "不是同一份样本" in said()
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(f"{row},{row.split(',')[0]}" for row in (head, *rows)) + "\n", encoding="utf-8")
    assert "有重复的列" in said()
    path.with_suffix(".json").unlink()
    assert "mine.json 不在或读不出来" in said()


def test_an_uncertainty_is_not_given_twice(fresh_home: Path) -> None:
    write(tied())
    assert said() == ""
    assert f"{ENTRY} 已由后验样本 mine 给出" in said(f"uncertainties:\n  {ENTRY}: 0.07\n")
    assert said(f"uncertainties:\n  {AREA}: 12\n") == ""


def test_the_shipped_sample_is_the_present_models_and_covers_what_it_was_calibrated_to() -> None:
    sample = posterior_named("baseline")
    assert sample is not None and not problems("baseline")
    assert not changed_since(sample), "the model, its data or the statistics changed: make calibrate"
    stamp = sample.stamp()
    assert all(row["inside"] for row in stamp["fit"]) and len(stamp["fit"]) >= 6
    told = {row["parameter"] for row in stamp["parameters"] if row["status"] == "calibrated"}
    assert told == set(sample.columns), "what public figures cannot tell keeps its prior"
    assert stamp["digest"] == load_scenario("baseline").digest
