"""Verification of the enterprise model: conservation, legal moves, limits, and the same luck for the same key."""

from __future__ import annotations

import dataclasses
import gc
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.abm.demand import PathTooShort, monthly_growth
from sim.abm.enterprises import Site, Stage
from sim.abm.events import PATHS
from sim.abm.model import IndustrialUpgradeModel, NoYearYet
from sim.abm.parameters import HorizonBeforeStart, LeverTooLow
from sim.abm.processes.allocation import move_to_park
from sim.abm.processes.land import LedgerBroken, close_ledger, held_land
from sim.abm.state import PARK_LAND
from sim.population import TooFewRows
from sim.regions import CITY, DISTRICTS
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario, default_scenario

FINAL = ("eliminated", "closed", "merged", "left_city", "exited")


def scenario_with(levers: dict[str, float], horizon: int = 83, **drawn: float) -> Scenario:
    base = default_scenario(horizon)
    return base.model_copy(update={"levers": base.levers | {name: ((0, value),) for name, value in levers.items()}})


def run(town, scenario: Scenario | None = None, **options) -> IndustrialUpgradeModel:
    model = IndustrialUpgradeModel(scenario or default_scenario(83), population=town, **({"seed": 7} | options))
    model.run()
    return model


@pytest.fixture(scope="module")
def finished(town) -> IndustrialUpgradeModel:
    return run(town, load_scenario("combined"))


def test_it_is_a_mesa_model_and_stops_at_the_horizon(town) -> None:
    model = run(town)
    assert isinstance(model, mesa.Model)
    assert (model.steps, model.state.month, model.running) == (84, 84, False)
    monthly = model.datacollector.get_model_vars_dataframe()
    assert len(monthly) == 84 and (monthly["firms"] > 0).all()
    model.step()
    assert model.state.month == 84


def test_what_is_shown_says_where_the_enterprises_are(town) -> None:
    model = IndustrialUpgradeModel(default_scenario(), population=town)
    model.step()
    assert not model.agents and f"下一个月 2021-02；{len(model.enterprises)} 家企业在 .enterprises" in repr(model)


def test_batch_run_of_mesa_works(town) -> None:
    rows = mesa.batch_run(
        IndustrialUpgradeModel,
        {"scenario": [default_scenario(23)], "population": [town], "replicate": [0, 1]},
        max_steps=24, number_processes=1, display_progress=False,
    )  # fmt: skip
    assert {row["replicate"] for row in rows} == {0, 1}
    assert rows[0]["firms"] != rows[1]["firms"]


def test_enterprises_are_conserved_by_district_and_industry(town, finished) -> None:
    def cells(district, industry) -> np.ndarray:
        counts = np.zeros((len(DISTRICTS), 50), int)
        np.add.at(counts, (district, industry), 1)
        return counts

    firms, codes = finished.enterprises, finished.events.columns()
    entered = codes["path"] == PATHS.index("entered")
    gone = np.isin(codes["path"], [PATHS.index(path) for path in FINAL])
    expected = (
        cells(town.table["district"], town.table["industry"])
        + cells(codes["district"][entered], codes["industry"][entered])
        - cells(codes["district"][gone], codes["industry"][gone])
    )
    live = firms.live
    assert entered.sum() > 0 and gone.sum() > 0
    np.testing.assert_array_equal(cells(firms.district[live], firms.industry[live]), expected)


def test_nobody_ends_twice_or_acts_after_the_end(finished) -> None:
    codes = pd.DataFrame(finished.events.columns())
    ends = codes[codes["path"].isin([PATHS.index(path) for path in FINAL])]
    assert len(ends) > 0 and not ends["enterprise"].duplicated().any()
    last = codes.groupby("enterprise")["month"].max()
    assert (last.loc[ends["enterprise"]].to_numpy() == ends["month"].to_numpy()).all()


def test_stock_columns_stay_sound(finished) -> None:
    firms = finished.enterprises.to_frame()
    live = firms[firms["stage"] != Stage.EXITED]
    numbers = firms.select_dtypes("number")
    assert np.isfinite(numbers.to_numpy(float)).all()
    for column in ("land_mu", "floor_m2", "demand_wan", "output_wan", "output_per_m2", "employees"):
        assert (live[column] >= 0).all(), column
    assert firms["id"].is_unique
    assert set(firms["stage"]) <= set(Stage) and set(firms["site"]) <= set(Site)
    capacity = live["floor_m2"] * live["output_per_m2"]
    assert (live["output_wan"] <= capacity * (1 + 1e-9)).all()


def test_land_ledger_closes_and_a_leak_is_noticed(town) -> None:
    model = IndustrialUpgradeModel(default_scenario(83), seed=7, population=town)
    for _ in range(14):
        model.step()
    state = model.state
    assert np.abs(state.land.gap()).max() < 1e-6
    np.testing.assert_allclose(held_land(state), state.land.occupied, rtol=1e-12)
    state.land.vacant[0, 0] += 1.0
    with pytest.raises(LedgerBroken, match="ledger off"):
        close_ledger(state)
    state.land.vacant[0, 0] -= 1.0
    model.enterprises.land_mu[model.enterprises.live.argmax()] += 1.0
    with pytest.raises(LedgerBroken, match="more or less"):
        for _ in range(12):
            model.step()


def test_floor_let_equals_floor_held_by_tenants_upstairs(finished) -> None:
    firms, towers = finished.enterprises, finished.state.towers
    rows = np.flatnonzero(firms.live & (firms.site == Site.TOWER))
    assert rows.size > 0
    np.testing.assert_allclose(finished.state.by_district(rows, firms.floor_m2[rows]), towers.let, atol=1e-6)
    assert (towers.let <= towers.offered.sum(axis=0) + 1e-6).all()


def test_every_simulated_indicator_is_measured_and_no_other(finished) -> None:
    from sim.ensemble.results import ALL_INDUSTRY
    from sim.indicators import indicators

    promised = {name for name, entry in indicators().items() if entry.simulated}
    assert set(finished.indicators()["indicator"]) == promised - {ALL_INDUSTRY}


def test_cumulative_indicators_never_fall_and_districts_add_up(finished) -> None:
    frame = finished.indicators()
    wide = frame[frame["district"] == CITY].pivot(index="year", columns="indicator", values="value")
    for name in ("firms_eliminated", "firms_upstairs", "firms_relocated", "land_freed", "quality_space_started",
                 "quality_space_completed", "energy_freed", "firms_entered", "firms_exited"):  # fmt: skip
        assert (wide[name].diff().dropna() >= -1e-9).all(), name
    sums = frame[frame["district"] != CITY].groupby(["year", "indicator"])["value"].sum()
    for name in ("gross_output_above_scale", "firms_total", "firms_upstairs", "quality_space_started", "land_total"):
        parts = sums.xs(name, level="indicator")
        np.testing.assert_allclose(parts, wide[name], rtol=1e-9, atol=1e-9)
    assert (wide["quality_space_completed"] <= wide["quality_space_started"] + 1e-9).all()


def test_events_name_a_lever_or_parameter_as_their_cause(finished) -> None:
    events = finished.events.to_frame()
    assert set(events["cause"]) <= set(catalogue())
    assert set(events["path"].unique()) <= set(PATHS)
    flows = finished.flows()
    weight = 1 / finished.state.scale
    assert flows["firms"].sum() == pytest.approx(len(events) * weight)


def test_the_same_key_gives_the_same_bits_and_another_other_luck(town) -> None:
    one, two, other = (run(town, default_scenario(35), replicate=r).indicators() for r in (3, 3, 4))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert not one["value"].equals(other["value"])


def test_permuted_enterprises_change_nothing(town) -> None:
    """The same town written down in another order, with ids kept, has the same indicators."""
    order = np.random.default_rng(5).permutation(town.n)
    shuffled = dataclasses.replace(town, table={name: column[order] for name, column in town.table.items()})
    one, two = run(town, default_scenario(35)), run(shuffled, default_scenario(35))
    pd.testing.assert_frame_equal(one.indicators(), two.indicators(), check_exact=True)


def test_without_capacity_nobody_moves_along_a_path(town) -> None:
    still = scenario_with(
        {
            "enforcement.eliminations_per_year": 0, "enforcement.high_consumption_per_year": 0,
            "enforcement.scattered_per_year": 0, "highrise.project_starts_per_year": 0,
            "redevelopment.investment_yi_yuan_per_year": 0, "land.new_industrial_mu_per_year": 0,
        }
    )  # fmt: skip
    paths = set(run(town, still).events.to_frame()["path"])
    assert not paths & {"eliminated", "rectified", "closed", "merged", "upstairs"}


def test_more_towers_never_mean_fewer_upstairs(town) -> None:
    moved = [
        (run(town, scenario_with({"highrise.project_starts_per_year": starts})).events.to_frame()["path"] == "upstairs")
        .sum()
        for starts in (0, 10, 40)
    ]  # fmt: skip
    assert moved[0] <= moved[1] <= moved[2] and moved[2] > moved[0]


def test_a_stricter_quota_eliminates_more(town) -> None:
    scenarios = [scenario_with({"enforcement.eliminations_per_year": quota}) for quota in (100, 400)]
    paths = [run(town, scenario).events.to_frame()["path"] for scenario in scenarios]
    assert (paths[0] == "eliminated").sum() < (paths[1] == "eliminated").sum()


def test_a_sample_stands_for_the_city(town) -> None:
    """Two thousand enterprises give what twenty thousand give, but for the luck of the few largest."""
    from sim.population import synthesise

    small, large = (run(town_, default_scenario(35)).indicators() for town_ in (town, synthesise(20_000)))
    for name, tolerance in (("gross_output_above_scale", 0.15), ("firms_total", 0.02), ("land_total", 0.02)):
        one, two = (
            frame[(frame["indicator"] == name) & (frame["district"] == CITY) & (frame["year"] == 2023)]["value"].item()
            for frame in (small, large)
        )
        assert one == pytest.approx(two, rel=tolerance), name


def test_levers_take_effect_at_their_date(town) -> None:
    base = default_scenario(83)
    quota = {"enforcement.eliminations_per_year": ((0, 0.0), (36, 800.0))}
    events = run(town, base.model_copy(update={"levers": base.levers | quota})).events.to_frame()
    months = events[events["path"] == "eliminated"]["month"].astype(str)
    assert months.min() >= "2024-01" and len(months) > 0


@pytest.mark.parametrize("size", [0, -1, 5])
def test_a_population_too_small_is_refused_and_never_replaced(size: int) -> None:
    with pytest.raises(TooFewRows, match="太小"):
        IndustrialUpgradeModel(default_scenario(), enterprises=size)


def test_a_horizon_before_the_start_and_a_negative_capacity_are_refused(town) -> None:
    with pytest.raises(HorizonBeforeStart, match="2021-01"):
        IndustrialUpgradeModel(default_scenario(-1), population=town)
    with pytest.raises(LeverTooLow, match="highrise"):
        IndustrialUpgradeModel(scenario_with({"highrise.project_starts_per_year": -3}), population=town)


def test_a_district_lever_stays_in_its_district(town) -> None:
    base = default_scenario(83)
    lever = {"highrise.project_starts_per_year": ((0, 20.0),), "highrise.credit_yi_yuan_per_year": ((0, 500.0),)}
    fenghua = base.model_copy(update={"district_levers": {DISTRICTS[5]: lever}})

    def floor(scenario: Scenario) -> pd.Series:
        frame = run(town, scenario).indicators()
        mine = frame[(frame["indicator"] == "quality_space_started") & (frame["year"] == 2027)]
        return mine.set_index("district")["value"]

    more = floor(fenghua) - floor(base)
    assert more[DISTRICTS[5]] > 100
    others = [name for name in DISTRICTS if name != DISTRICTS[5]]
    np.testing.assert_allclose(more[others], 0, atol=1e-9)


def test_demand_path_is_followed_and_its_mistakes_are_named() -> None:
    levels = [100.0, 110.0, 121.0, 133.1]
    growth = monthly_growth(levels, 36)
    index = np.exp(np.cumsum(growth))
    yearly = index.reshape(3, 12).mean(axis=1)
    np.testing.assert_allclose(yearly, [1.1, 1.21, 1.331], rtol=0.003)
    with pytest.raises(PathTooShort):
        monthly_growth(levels, 48)
    with pytest.raises(ValueError, match="为正"):
        monthly_growth([100.0, -1.0], 12)


def test_who_is_above_scale_follows_the_output_of_the_year(town) -> None:
    model = IndustrialUpgradeModel(default_scenario(), seed=3, population=town)
    firms = model.enterprises
    started_above = firms.above_scale.copy()
    while model.state.month < 12:
        model.step()
    entry, leave = (model.state.parameters[f"scale.{name}_wan"] for name in ("entry", "exit"))
    output, above = firms.output_year_wan[: started_above.size], firms.above_scale[: started_above.size]
    live, before = firms.live[: started_above.size], started_above
    assert above[live & (output >= entry)].all() and not above[live & (output < leave)].any()
    between = live & (output >= leave) & (output < entry)
    assert between.any() and (above == before)[between].all()
    assert (above == before)[~live].all() and (~live & before).any()
    newcomers = firms.above_scale[started_above.size :].sum()
    assert model.state.tallies["promoted"].sum() == (above & ~before).sum() + newcomers


def test_a_place_in_a_small_park_is_spent_only_by_who_moves(town) -> None:
    model = IndustrialUpgradeModel(default_scenario(), seed=3, population=town)
    model.step()
    state, firms = model.state, model.enterprises
    small = firms.live & ~firms.above_scale & (firms.site == Site.SCATTERED) & (firms.land_mu < 1)
    rows, places = np.flatnonzero(small), state.budgets.balance["parks.micro_places_per_year"]
    places[:] = 5.0
    state.land.vacant[PARK_LAND] = 0.0
    assert rows.size > 100 and not move_to_park(state, rows).any()
    assert (places == 5.0).all()
    state.land.vacant[PARK_LAND] = 1e6
    moved = rows[move_to_park(state, rows)]
    assert 0 < moved.size <= 50 and np.allclose(places, 5.0 - state.by_district(moved))


@pytest.mark.parametrize("compiled", [True, False])
def test_yearly_results_before_the_first_december_are_refused_and_the_rest_works(town, compiled: bool) -> None:
    model = IndustrialUpgradeModel(default_scenario(), population=town, compiled=compiled)
    with pytest.raises(NoYearYet, match="一个月也没有走"):
        model.cells()
    assert model.measures()["firms_total"][0] == pytest.approx(73_000, rel=1e-6) and model.flows().empty
    for _ in range(11):
        model.step()
    for yearly in (model.cells, model.indicators):
        with pytest.raises(NoYearYet, match=r"已走到 2021-11.*measures"):
            yearly()
    model.step()
    assert set(model.cells()["year"]) == {2021} == set(model.indicators()["year"])


def test_a_run_that_is_let_go_of_gives_its_memory_back_at_once(town) -> None:
    """Mesa binds a model's step to the model; thousands of runs would wait for the garbage collector."""
    model = IndustrialUpgradeModel("baseline", population=town)
    model.step()
    step, columns = model.step, weakref.ref(model.enterprises)
    gc.disable()
    try:
        del model
        assert columns() is None
    finally:
        gc.enable()
    with pytest.raises(ReferenceError, match="留住模型本身"):
        step()
