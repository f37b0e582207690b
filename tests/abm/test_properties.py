"""What holds in any town, under any levers and uncertainties within their bounds, in every month."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.abm.enterprises import Site, Stage
from sim.abm.events import PATHS
from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes.departure import POLICY_PATHS
from sim.abm.processes.land import held_land
from sim.abm.state import admit
from sim.population import Population
from sim.regions import CITY, DISTRICTS
from sim.scenario.catalogue import Entry, catalogue
from sim.scenario.schema import Scenario
from tests.abm.towns import LIVELY, homogeneous_town, random_town, run, scenario, start

FINAL = [PATHS.index(path) for path in (*POLICY_PATHS, "left_city", "exited")]
ONWARDS = {
    Stage.IN_PLACE: {Stage.IN_PLACE, Stage.RECTIFYING, Stage.MOVING, Stage.EXITED},
    Stage.RECTIFYING: {Stage.RECTIFYING, Stage.IN_PLACE, Stage.MOVING, Stage.EXITED},
    Stage.MOVING: {Stage.MOVING, Stage.SETTLED, Stage.RECTIFYING, Stage.EXITED},
    Stage.SETTLED: {Stage.SETTLED, Stage.RECTIFYING, Stage.MOVING, Stage.EXITED},
    Stage.EXITED: {Stage.EXITED},
}
"""Stages at the end of the next month (who has finished may start something new in the same month)."""
LEGAL = np.array([[after in ONWARDS[before] for after in Stage] for before in Stage])
BASE = {"highrise.project_starts_per_year": 27, "listing.tax_threshold_wan_per_mu": 20}
OFTEN = LIVELY | {"enforcement.merge_share_legal": 0.3, "enforcement.close_share_workshop": 0.3}
"""Where the draw says nothing: enough happens that every path is seen."""
PER_DISTRICT = (
    "firms_total",
    "firms_exited",
    "firms_entered",
    "land_total",
    "gross_output_above_scale",
    "jobs_total",
)


def within(entry: Entry) -> st.SearchStrategy[float]:
    return st.floats(*entry.bounds, allow_nan=False, allow_subnormal=False)


def some(kind: str) -> st.SearchStrategy[dict[str, float]]:
    """Any few entries of a kind, at any value within bounds."""
    entries = catalogue().of_kind(kind)
    return st.lists(st.sampled_from(sorted(entries)), unique=True, max_size=12).flatmap(
        lambda names: st.fixed_dictionaries({name: within(entries[name]) for name in names})
    )


@st.composite
def towns(draw: st.DrawFn) -> Population:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    where = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True))
    return random_town(
        rng, draw(st.integers(10, 60)), where, weight=draw(st.sampled_from([1.0, 30.0, 1000.0]))
    )


@st.composite
def settings_of(draw: st.DrawFn) -> Scenario:
    """Some levers changed at some month of the first year, some in one district only."""
    base, month = scenario(draw(st.integers(14, 26)), BASE), draw(st.integers(0, 12))
    changed = {name: (*base.levers[name], (month, value)) for name, value in draw(some("lever")).items()}
    own = {name: ((month, value),) for name, value in draw(some("lever")).items()}
    district = draw(st.sampled_from(DISTRICTS))
    return base.model_copy(update={"levers": base.levers | changed, "district_levers": {district: own}})


def cells(district: np.ndarray, industry: np.ndarray) -> np.ndarray:
    return np.bincount(district.astype(int) * 100 + industry, minlength=1000)


class Watch:
    """Steps a model and compares each month with the one before."""

    def __init__(self, model: IndustrialUpgradeModel) -> None:
        self.model, self.firms, self.state = model, model.enterprises, model.state

    def step(self) -> None:
        firms, known, events = self.firms, self.firms.n, self.model.events.columns()["month"].size
        stage, busy_until, cell = firms.stage.copy(), firms.busy_until.copy(), self._live_cells()
        tallies = {name: amount.copy() for name, amount in self.state.tallies.items()}
        self.model.step()
        self._stages(stage, busy_until, known)
        self._counts(cell, {name: column[events:] for name, column in self.model.events.columns().items()})
        self._stocks()
        for name, before in tallies.items():
            assert (self.state.tallies[name] >= before - 1e-9).all(), name

    def _live_cells(self) -> np.ndarray:
        live = self.firms.live
        return cells(self.firms.district[live], self.firms.industry[live])

    def _counts(self, before: np.ndarray, events: dict[str, np.ndarray]) -> None:
        """Who was there, and came, and did not leave, is there: by district and industry."""
        came, left = events["path"] == PATHS.index("entered"), np.isin(events["path"], FINAL)
        change = sum(
            sign * cells(events["district"][mine], events["industry"][mine])
            for sign, mine in ((1, came), (-1, left))
        )
        np.testing.assert_array_equal(self._live_cells(), before + change)

    def _stages(self, before: np.ndarray, busy_until: np.ndarray, known: int) -> None:
        """One stage each, reached legally, and left early by an exit only."""
        after, month = self.firms.stage[:known], self.state.month - 1
        assert LEGAL[before, after].all() and set(self.firms.stage) <= set(Stage)
        busy = np.isin(before, [Stage.MOVING, Stage.RECTIFYING]) & (busy_until > month)
        assert ((after == before) | (after == Stage.EXITED))[busy].all()
        done = np.isin(before, [Stage.MOVING, Stage.RECTIFYING]) & (busy_until == month)
        assert (self.firms.busy_until[:known] > month)[
            done & np.isin(after, [Stage.MOVING, Stage.RECTIFYING])
        ].all()

    def _stocks(self) -> None:
        firms, state = self.firms, self.state
        for name, column in firms.to_frame().items():
            assert np.isfinite(column.to_numpy(float)).all(), name
            assert name == "entered" or (column.to_numpy(float) >= 0).all(), name
        upstairs = np.flatnonzero(firms.live & (firms.site == Site.TOWER))
        let = state.by_district(upstairs, firms.floor_m2[upstairs])
        size = max(1.0, state.towers.offered.sum(axis=0).max())
        np.testing.assert_allclose(let, state.towers.let, rtol=1e-5, atol=1e-6 * size)
        assert (state.towers.let <= state.towers.offered.sum(axis=0) + 1e-6 * size).all()
        ground = 1e-6 * max(1.0, state.land.total.max())
        assert np.abs(state.land.gap()).max() <= ground
        assert np.abs(state.land.occupied - held_land(state)).max() <= ground
        assert (state.living == state.by_district(np.flatnonzero(firms.live))).all()
        assert (state.towers.tenants == state.by_district(upstairs)).all()
        for stock in (state.land.vacant, state.land.returning, state.land.under_towers, state.towers.due):
            assert np.isfinite(stock).all() and (stock >= -1e-6).all()


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(town=towns(), setting=settings_of(), drawn=some("uncertainty"), seed=st.integers(0, 2**32))
def test_a_month_conserves_what_it_must(town, setting, drawn, seed) -> None:
    model = start(town, setting, OFTEN | drawn, seed=seed)
    watch = Watch(model)
    while model.running and model.enterprises.live.any():
        watch.step()
    assert_tallies_are_the_events(model)
    if model.state.month >= 12:
        assert_districts_add_up_to_the_city(model)


def assert_tallies_are_the_events(model: IndustrialUpgradeModel) -> None:
    codes = model.events.columns()
    for number, path in enumerate(PATHS):
        counted = np.bincount(codes["district"][codes["path"] == number], minlength=len(DISTRICTS))
        np.testing.assert_array_equal(
            model.state.tallies.get(path, np.zeros(len(DISTRICTS))), counted, err_msg=path
        )


def assert_districts_add_up_to_the_city(model: IndustrialUpgradeModel) -> None:
    frame = model.indicators()
    frame = frame[frame["indicator"].isin(PER_DISTRICT)]
    city = frame[frame["district"] == CITY].set_index(["year", "indicator"])["value"]
    parts = frame[frame["district"] != CITY].groupby(["year", "indicator"])["value"].sum()
    np.testing.assert_allclose(parts[city.index], city, rtol=1e-6, atol=1e-9)


def test_a_town_without_an_enterprise_above_scale_runs() -> None:
    """Quantities spread by value added then have nowhere to go, and nothing else is hindered."""
    model = run(homogeneous_town(20, above_scale=False, demand_wan=500, floor_m2=400), scenario(24))
    assert model.state.month == 24


def test_a_town_where_everybody_has_left_runs_on() -> None:
    levers = {f"pipeline.{size}_projects_per_year": 0 for size in ("big", "medium")}
    leaving = {"turnover.exit_above_scale": 0.95, "turnover.old_multiplier": 1}
    model = run(homogeneous_town(3), scenario(36, levers), {"turnover.entry_rate": 0}, constants=leaving)
    assert model.state.month == 36 and not model.enterprises.live.any()


QUEUES = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        hnp.arrays(np.int8, n, elements=st.integers(0, 3)),
        hnp.arrays(np.float64, n, elements=st.floats(0, 50)),
        hnp.arrays(np.float64, n, elements=st.sampled_from([0.0, 1.0, 2.0])),
        st.permutations(range(n)),
    )
)
ROOM = hnp.arrays(np.float64, 4, elements=st.floats(0, 200))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(QUEUES, ROOM, ROOM, st.randoms(use_true_random=False))
def test_who_is_admitted(queue, room, more, luck) -> None:
    """Within the room, a superset with more room, from the head of the queue, in any order of rows."""
    district, need, grade, lottery = queue
    number = np.array(lottery, float)
    inside = admit(district, need, room, grade, number)
    used = np.bincount(district[inside], need[inside], minlength=4)
    assert (used <= room * (1 + 1e-12)).all()
    assert (admit(district, need, room + more, grade, number) >= inside).all()
    ahead = np.lexsort((number, grade))
    for here in range(4):
        mine = inside[ahead[district[ahead] == here]]
        assert (np.diff(mine.astype(int)) <= 0).all()
    order = np.array(luck.sample(range(district.size), district.size))
    np.testing.assert_array_equal(
        admit(district[order], need[order], room, grade[order], number[order]), inside[order]
    )


@pytest.mark.parametrize("room", [0.0, 5.0, 6.0])
def test_the_queue_stops_at_the_first_who_does_not_fit(room) -> None:
    district, need = np.zeros(3, np.int8), np.array([5.0, 9.0, 1.0])
    inside = admit(district, need, np.array([room]), np.arange(3.0))
    assert inside.tolist() == [room >= 5, False, False]
