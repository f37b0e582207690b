"""A scenario that names a register runs on its enterprises; the file is part of what the results are of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli import store
from sim.cli.app import RUNS
from sim.cli.simulate import is_small
from sim.ensemble.batch import population_of
from sim.ensemble.inventory import holdings
from sim.ensemble.series import DifferentRegisters, on_one_series
from sim.ensemble.store import Ensemble
from sim.own import RegisterChanged
from sim.register import RegisterInvalid
from sim.scenario.load import check_file, load_scenario
from tests.registers import MAPPING, register, write

ROWS, SEED = 1_300, 7


def scenario(home: Path, value: str, name: str = "mine", parent: str = "upstairs-faster") -> None:
    text = f"name: {name}\ntitle: {{zh: 甲}}\nextends: {parent}\nregister: {value}\n"
    (home / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def named(home: Path, folder: str = "data/own/名 录", rows: int = ROWS, name: str = "mine") -> Path:
    """A register in a folder with a space, named by a scenario."""
    path = write(home / folder, register(rows))
    scenario(home, f"{{file: ../{folder}/{path.name}, mapping: {folder}/m.yaml}}", name)
    return path


def test_the_model_runs_on_the_register_s_rows(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = named(fresh_home)
    model = sim.IndustrialUpgradeModel("mine")
    frame = register(ROWS)
    assert model.enterprises.n == ROWS
    assert model.enterprises.demand_wan.sum() == pytest.approx(frame["工业总产值"].astype(float).sum())
    assert model.enterprises.land_mu.sum() == pytest.approx(frame["用地面积"].astype(float).sum(), rel=1e-5)
    results = sim.run(["baseline", "mine"], runs=2, seed=SEED, workers=1)
    assert results.stamp["runs_failed"] == 0 and results.stamp["enterprises"] == ROWS
    told = results.stamp["register"]
    assert told["rows"] == told["stands_for"] == ROWS and told["file"] == path.name
    firms = results.values("mine", "firms_total")
    assert firms[2021].between(0.8 * ROWS, 1.2 * ROWS).all()
    large = frame[model.enterprises.above_scale.tolist()].astype({"实缴税收": float, "用地面积": float})
    each = large["实缴税收"].sum() / large["用地面积"].sum()
    assert told["output_above_scale_share"] < 0.1, "a part of the city, whose tax per mu is its own"
    assert results.values("mine", "tax_per_mu")[2021].between(each / 2, 2 * each).all()
    monkeypatch.setattr(store, "SEED", SEED)
    stored = [holding for holding in holdings() if holding.kind == "runs"]
    state = store._state("mine", stored)
    assert (state["runs_done"], state["runs_other"]) == (2, 0), "all rows of a register are the usual number"
    for runs, firms_of_run, small in ((2, ROWS, True), (RUNS, ROWS, False), (RUNS, ROWS // 2, True)):
        results.stamp |= {"runs": runs, "enterprises": firms_of_run}
        assert is_small(results) is small


def test_a_changed_register_or_mapping_makes_the_results_stale(fresh_home: Path) -> None:
    path = named(fresh_home)
    keys = {Ensemble(load_scenario("mine"), SEED, ROWS).key}
    without = load_scenario("upstairs-faster")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("海曙区", "江北区", 1), encoding="utf-8")
    keys.add(Ensemble(load_scenario("mine"), SEED, ROWS).key)
    mapping = path.parent / "m.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + "represents: 73000\n", encoding="utf-8")
    last = load_scenario("mine")
    keys |= {Ensemble(last, SEED, ROWS).key, Ensemble(without, SEED, ROWS).key}
    assert len(keys) == 4 and last.reference().register_file == last.register_file
    assert population_of(last, 73_000).weight == pytest.approx(73_000 / ROWS)


def test_a_register_changed_after_its_scenario_was_loaded_is_refused(fresh_home: Path) -> None:
    path = named(fresh_home)
    loaded = load_scenario("mine")
    path.write_text(path.read_text(encoding="utf-8").replace("海曙区", "江北区", 1), encoding="utf-8")
    with pytest.raises(RegisterChanged, match="请重新载入情景"):
        population_of(loaded, ROWS)


def test_scenarios_run_together_start_from_the_same_enterprises(fresh_home: Path) -> None:
    named(fresh_home)
    named(fresh_home, "data/own/other", ROWS - 1, "yours")
    base, mine, yours = map(load_scenario, ("baseline", "mine", "yours"))
    assert {item.register_file for item in on_one_series([base, mine])} == {mine.register_file}
    with pytest.raises(DifferentRegisters, match="不同的企业名录"):
        on_one_series([mine, yours])


def test_a_child_may_go_back_to_the_synthetic_enterprises(fresh_home: Path) -> None:
    named(fresh_home)
    scenario(fresh_home, "null", "child", "mine")
    assert load_scenario("child").digest == load_scenario("upstairs-faster").digest


def test_fewer_enterprises_are_a_sample_that_stands_for_all(fresh_home: Path) -> None:
    named(fresh_home, rows=4_000)
    mine = load_scenario("mine")
    whole, sample = population_of(mine, 73_000), population_of(mine, 1_300)
    assert (whole.n, whole.weight, sample.n) == (4_000, 1.0, 1_300)
    assert sample.weight * sample.n == pytest.approx(4_000)
    for name in ("demand_wan", "land_mu"):
        assert sample.table[name].sum() * sample.weight == pytest.approx(whole.table[name].sum(), rel=0.25)
    shares = [np.bincount(each.table["district"], minlength=10) / each.n for each in (whole, sample)]
    np.testing.assert_allclose(*shares, atol=0.002)


@pytest.mark.parametrize(
    ("value", "line", "words"),
    [
        ("名录.csv", 4, "register 应写成 {file: 名录, mapping: 映射文件}"),
        ("{file: data/own/名 录/企业 名录.csv}", 4, "缺少 mapping（名录的映射文件）"),
        ("{file: data/own/名 录/企业 录.csv, mapping: data/own/名 录/m.yaml}", 4, "是不是 企业 名录.csv？"),
        ("{file: data/own/名 录/企业 名录.csv, maping: data/own/名 录/m.yaml}", 4, "是不是 mapping？"),
        ("{file: data/own/名 录/企业 名录.doc, mapping: data/own/名 录/m.yaml}", 4, "以 .csv、.txt、.xlsx"),
        ("{file: 1, mapping: data/own/名 录/m.yaml}", 4, "现为 1"),
    ],
)
def test_what_is_wrong_with_the_key_is_said_at_its_line(fresh_home: Path, value: str, line: int, words: str) -> None:
    named(fresh_home)
    scenario(fresh_home, value)
    problems = check_file("mine")
    assert problems and all(problem.line == line for problem in problems)
    assert any(words in problem.message for problem in problems)


def test_a_register_with_problems_stops_the_run_and_check_lists_them(fresh_home: Path, tenglong) -> None:
    path = named(fresh_home)
    frame = register(ROWS)
    frame.loc[4, "用地面积"] = "-3.25"
    write(path.parent, frame)
    said = tenglong("run", "mine", "--runs", "1", "--workers", "1")
    assert said.code == 3 and "第 6 行，“用地面积”列：不能为负" in said.err and "-3.25" not in said.err
    assert not (fresh_home / "runs").exists() or not list((fresh_home / "runs").rglob("*.parquet"))
    checked = tenglong("check", "mine")
    assert checked.code == 3 and "第 6 行，“用地面积”列：不能为负（亩），现为“-3.25”" in checked.err
    (path.parent / "m.yaml").write_text(MAPPING + "refused: leave_out\n", encoding="utf-8")
    checked = tenglong("check", "mine")
    assert checked.code == 0 and "拒绝 1 行（映射文件要求不要这些行）" in checked.err
    assert "存疑" in checked.err and "全市 2020 年公开数的" in checked.err
    assert population_of(load_scenario("mine"), 73_000).n == ROWS - 1


def test_a_register_that_totals_would_give_away_is_refused(fresh_home: Path) -> None:
    path = named(fresh_home)
    frame = register(ROWS)
    above = frame["工业总产值"].astype(float) >= 2000
    few = frame[~above | (above.cumsum() <= 3)]
    write(path.parent, few)
    with pytest.raises(RegisterInvalid, match="规上企业有但不足 10 家"):
        population_of(load_scenario("mine"), 73_000)


def test_registers_of_one_district_and_of_one_side_run(fresh_home: Path) -> None:
    frame = register(6_000)
    for name, keep in (
        ("cixi", frame["所在区县"] == "慈溪市"), ("above", frame["工业总产值"].astype(float) >= 2000),
    ):  # fmt: skip
        folder = fresh_home / "data/own" / name
        write(folder, frame[keep])
        scenario(fresh_home, f"{{file: ../data/own/{name}/企业 名录.csv, mapping: ../data/own/{name}/m.yaml}}", name)
        results = sim.run(name, runs=1, seed=SEED, workers=1)
        assert results.stamp["runs_failed"] == 0 and results.stamp["register"]["rows"] == keep.sum()
