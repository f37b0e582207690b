"""The table keeps its promises: columns, order, ranges, and room to produce what it sells."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.population import Population, PopulationInvalid, districts, industries, schema, synthesise
from sim.population.table import CodeListMismatch
from sim.regions import DISTRICTS


def test_columns_are_the_schema(population: Population) -> None:
    expected = schema().set_index("name")["dtype"]
    assert list(population.table) == list(expected.index)
    for name, column in population.table.items():
        assert column.dtype == np.dtype(expected[name]), name
        assert column.shape == (population.n,), name
        assert column.flags.c_contiguous, name


def test_rows_are_sorted_and_numbered(population: Population) -> None:
    table = population.table
    assert np.array_equal(table["id"], np.arange(population.n))
    key = table["district"].astype(int) * 100 + table["industry"]
    assert (np.diff(key) >= 0).all()


def test_rows_times_weight_are_the_enterprises(population: Population) -> None:
    assert population.n * population.weight == pytest.approx(73_000)


def test_values_are_possible(population: Population) -> None:
    table = population.table
    for name, column in table.items():
        assert np.isfinite(column).all(), name
        assert (column >= 0).all(), name
    for name in (
        "land_mu",
        "floor_m2",
        "demand_wan",
        "output_per_m2",
        "value_added_rate",
        "tax_rate",
        "employees",
    ):
        assert (table[name] > 0).all(), name
    assert (table["value_added_rate"] < 1).all()
    assert (table["tax_rate"] < table["value_added_rate"]).all()
    assert (table["suitability"] <= 1).all()
    assert table["district"].max() == 9
    assert table["industry"].max() < len(industries())
    assert set(np.unique(table["site"])) == {0, 1, 2}, "no tower existed in 2020"


def test_output_never_exceeds_capacity(population: Population) -> None:
    table = population.table
    use = table["demand_wan"] / (table["floor_m2"] * table["output_per_m2"])
    assert use.max() <= 1
    assert use.mean() == pytest.approx(0.8, abs=0.005)


def test_the_scale_line_is_at_20_million_yuan(population: Population) -> None:
    above, output = population.table["above_scale"], population.table["demand_wan"]
    assert output[above].min() >= 2000
    assert output[~above].max() < 2000


def test_every_district_has_firms_on_both_sides(population: Population) -> None:
    counts = population.to_frame().groupby(["district", "above_scale"]).size()
    assert len(counts) == 20
    assert counts.min() > 0


def test_a_frame_is_the_table(sample: Population) -> None:
    pd.testing.assert_series_equal(
        sample.to_frame()["land_mu"], pd.Series(sample.table["land_mu"], name="land_mu")
    )


def test_districts_are_in_the_shared_order() -> None:
    assert tuple(districts()["name_zh"]) == DISTRICTS
    assert districts()["code"].is_unique


def test_energy_intensive_industries_are_the_official_six() -> None:
    table = industries()
    assert set(table.loc[table["energy_intensive"], "code"]) == {"25", "26", "30", "31", "32", "44"}


def test_industries_cover_manufacturing_and_utilities() -> None:
    assert industries()["code"].tolist() == [str(code) for code in range(13, 47)]
    assert industries()["suitability"].between(0, 1).all()
    assert industries()["suitability_basis"].str.contains("S258").all()


def test_code_lists_cannot_be_changed_by_a_reader() -> None:
    mine = industries()
    mine["suitability"] = 9.0
    assert industries()["suitability"].max() <= 1


@pytest.mark.parametrize(("file", "read"), [("districts.csv", districts), ("industries.csv", industries)])
def test_a_code_list_in_another_order_is_refused(fresh_home: Path, file: str, read: Callable[[], object]) -> None:
    path = fresh_home / "data" / "population" / file
    head, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, second, first, *rest]) + "\n", encoding="utf-8")
    with pytest.raises(CodeListMismatch, match=f"data/population/{file} 的次序不对"):
        read()


def test_a_table_no_model_can_run_on_is_refused_with_every_reason() -> None:
    good = synthesise(1_250)
    bad = {name: column.copy() for name, column in good.table.items()}
    bad["land_mu"][:3] = -1.0
    bad["industry"][5] = 99
    bad["employees"][7] = np.nan
    bad["id"][8] = bad["id"][9]
    with pytest.raises(PopulationInvalid) as error:
        dataclasses.replace(good, table=bad)
    said = str(error.value)
    for part in ("land_mu 不为正数（3 行）", "industry 不在", "employees 为负或缺失（1 行）", "id 有重复"):
        assert part in said
    empty = {name: column[:0] for name, column in good.table.items()}
    with pytest.raises(PopulationInvalid, match="没有一家企业"):
        dataclasses.replace(good, table=empty)
    with pytest.raises(PopulationInvalid, match="缺少列 site"):
        dataclasses.replace(good, table={name: column for name, column in good.table.items() if name != "site"})
