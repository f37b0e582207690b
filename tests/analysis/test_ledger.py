"""The variance ledger: components come out as they were put in, shares add to one, and each level is its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.analysis.ledger import _values, components, ledger, stored
from sim.ensemble.nested import LEVELS, DesignTooSmall, Sizes, nested_runs, structures
from sim.registry import target
from sim.scenario.load import load_scenario
from tests.small import SEED, copy_workspace, working_in

SMALL = Sizes(3, 2, 2, 2)


def made(sds: tuple[float, ...], sizes: tuple[int, ...], draw: np.random.Generator) -> np.ndarray:
    """Values of a nested design with these standard deviations of its four levels."""
    total = np.zeros(sizes)
    for place, sd in enumerate(sds, start=1):
        total = total + draw.normal(0, sd, sizes[:place] + (1,) * (4 - place))
    return total


def test_components_by_hand() -> None:
    """Two structures at 0 and 10, nothing else differs: all of it is structure, (10 − 0)² / 2."""
    values = np.array([0.0, 10.0]).reshape(2, 1, 1, 1) + np.zeros((2, 2, 2, 2))
    assert components(values).tolist() == [50, 0, 0, 0]
    assert components(np.array([-1.0, 1.0]) + np.zeros((2, 2, 2, 2))).tolist() == [0, 0, 0, 2]


def test_components_are_those_that_were_put_in() -> None:
    draw = np.random.default_rng(1)
    found = np.mean([components(made((2.0, 1.5, 1.0, 0.5), (12, 5, 4, 3), draw)) for _ in range(300)], axis=0)
    assert found == pytest.approx([4.0, 2.25, 1.0, 0.25], rel=0.08)


def test_chance_alone_is_not_taken_for_anything_else() -> None:
    draw = np.random.default_rng(2)
    found = np.mean([components(made((0, 0, 0, 1.0), (8, 4, 4, 2), draw)) for _ in range(300)], axis=0)
    assert found[3] == pytest.approx(1, rel=0.05) and found[:3].max() < 0.06


def test_ranges_hold_the_shares_that_were_put_in_as_often_as_they_say() -> None:
    """Demand alone, and structure with demand, in designs of few draws: 80 % ranges."""
    draw, sizes = np.random.default_rng(3), (8, 2, 2, 2)
    index = pd.MultiIndex.from_product([range(size) for size in sizes], names=LEVELS).to_frame(index=False)
    frame = index.assign(indicator="gross_output_above_scale", year=2027)
    for sds, structure in (((0.0, 0.0, 1.0, 0.0), 0.0), ((1.0, 0.0, 1.0, 0.0), 0.5)):
        held = []
        for _ in range(60):
            drawn = frame.assign(value=made(sds, sizes, draw).ravel())
            [row] = ledger(drawn, ("gross_output_2027",)).to_dict("records")
            held.append(row["structure_lo"] <= structure <= row["structure_hi"])
        assert np.mean(held) >= 0.7, sds


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of this file's own, in which nothing else is kept."""
    return copy_workspace(tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="module")
def runs(folder: Path) -> pd.DataFrame:
    with working_in(folder):
        return nested_runs(load_scenario("baseline"), SMALL, SEED, 2_000)


def test_every_run_of_the_design_is_there_once(runs: pd.DataFrame) -> None:
    one = runs[(runs["indicator"] == "gross_output_above_scale") & (runs["year"] == 2027)]
    assert one.groupby(list(LEVELS)).size().to_list() == [1] * SMALL.runs


def test_shares_add_to_one_and_output_is_its_demand_path(runs: pd.DataFrame) -> None:
    table = ledger(runs).set_index("id")
    assert table[list(LEVELS)].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(table)))
    assert table.loc["gross_output_2027", "chance"] < 1e-6  # anchored to the path: luck moves no total
    assert table.loc["quality_space_2027.started", "demand"] < 0.5
    assert "value_added_all_industry_2030" in table.index and "producer_services_2030" not in table.index
    assert list(ledger(runs, ("gross_output_2030",))["id"]) == ["gross_output_2030"]


def test_the_result_is_kept_and_depends_on_no_number_of_workers(folder: Path, runs: pd.DataFrame) -> None:
    [kept] = (folder / "runs" / "ledger").glob("baseline-*/runs.parquet")
    before = kept.read_bytes()
    with working_in(folder):
        baseline = load_scenario("baseline")
        pd.testing.assert_frame_equal(nested_runs(baseline, SMALL, SEED, 2_000), runs, check_exact=True)
        kept.with_name("stamp.json").unlink()
        pd.testing.assert_frame_equal(nested_runs(baseline, SMALL, SEED, 2_000, 2), runs, check_exact=True)
    assert kept.read_bytes() == before


def test_the_first_structure_is_the_scenario_s_own_and_others_vary(home: Path) -> None:
    baseline = load_scenario("baseline")
    found = structures(baseline, 9, seed=1)
    assert found[0].structure == baseline.structure and len({str(one.structure) for one in found}) > 6
    assert [one.structure for one in structures(baseline, 4, seed=1)] == [one.structure for one in found[:4]]


def test_a_level_with_one_draw_is_refused(home: Path) -> None:
    with pytest.raises(DesignTooSmall, match="至少要 2 个"):
        nested_runs(load_scenario("baseline"), Sizes(4, 1, 2, 2), SEED, 2_000)


def test_a_kept_ledger_is_found_for_its_own_scenario_and_horizon_alone(folder: Path, runs: pd.DataFrame) -> None:
    with working_in(folder):
        baseline = load_scenario("baseline")
        found = stored(baseline, ("gross_output_2027",))
        assert found is not None and list(found.shares["id"]) == ["gross_output_2027"]
        assert (found.stamp["runs"], found.stamp["enterprises"]) == (SMALL.runs, 2_000)
        assert stored(baseline.model_copy(update={"horizon": baseline.horizon - 36})) is None
        assert stored(load_scenario("tighter-land")) is None


def test_a_target_that_no_run_gives_has_no_row() -> None:
    none = pd.DataFrame(columns=["structure", "parameters", "demand", "chance", "indicator", "year", "value"])
    assert _values(none, target("gross_output_2027")) is None
