"""Natural exit and entry, kept apart from policy, and the pipeline of big projects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Site, Stage, stored
from sim.abm.processes.departure import depart
from sim.abm.processes.production import interrupt
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU, PARK_LAND, SCATTERED_LAND, State, admit, whole_units, whole_units_of_city
from sim.regions import DISTRICTS
from sim.scenario.months import is_january

COHORT_BITS, DISTRICT_BITS = 24, 20
EXITED, TOWER = int(Stage.EXITED), int(Site.TOWER)


def yearly_rates(state: State) -> None:
    """January: monthly probability of natural exit and volatility of demand, for the year.

    Exit falls with size and age and rises with the surcharge; volatility falls with size. For exit, size is relative to
    the median of the class, below or above scale, so that the class keeps the rate stated for it.
    """
    if not is_january(state.month):
        return
    firms, p = state.enterprises, state.parameters
    yearly = np.where(firms.above_scale, p["turnover.exit_above_scale"], p["turnover.exit_below_scale"])
    age = firms.age_years + (state.month - np.maximum(firms.entered, 0)) / 12
    young = (age >= p["turnover.young_from_years"]) & (age <= p["turnover.young_to_years"])
    yearly = np.where(young, yearly * p["turnover.young_multiplier"], yearly)
    yearly = np.where(age >= p["turnover.old_from_years"], yearly * p["turnover.old_multiplier"], yearly)
    below, above = typical_sizes(state)
    relative = np.clip(firms.demand_wan / np.where(firms.above_scale, above, below), 0.01, 100.0)
    exits, volatility = size_exponents(state)
    yearly *= relative**-exits * (1 + p["turnover.cost_sensitivity"] * firms.cost_burden.astype(float))
    firms.exit_hazard[:] = 1 - (1 - np.clip(yearly, 0.0, 0.95)) ** (1 / 12)
    largest = p["demand.largest_size_ratio"]
    ratio = np.clip(firms.demand_wan / p["scale.entry_wan"], 1 / largest, largest)
    firms.volatility[:] = monthly_scale(state) * ratio**-volatility


def typical_sizes(state: State) -> tuple[float, float]:
    """Median demand of live enterprises below and above scale."""
    firms = state.enterprises
    live, above = firms.live, firms.above_scale
    return median(firms.demand_wan[live & ~above]), median(firms.demand_wan[live & above])


def median(sizes: NDArray[np.float64]) -> float:
    if not sizes.size:
        return 1.0
    half = sizes.size // 2
    upper = np.partition(sizes, half)
    lower = upper[half] if sizes.size % 2 else upper[:half].max()
    return float((lower + upper[half]) / 2)


def size_exponents(state: State) -> tuple[float, float]:
    """How natural exit and volatility fall with size; zero under Gibrat's law."""
    p = state.parameters
    if state.option("size_effect") == "none":
        return 0.0, 0.0
    return p["turnover.size_exponent"], p["demand.size_variance_exponent"]


def monthly_scale(state: State) -> float:
    """Scale of the monthly Laplace shock at reference size: a Laplace variate of scale b has variance 2b²."""
    result: float = state.parameters["demand.sigma_annual"] / np.sqrt(12) / np.sqrt(2)
    return result


def exit_naturally(state: State) -> None:
    """Each live enterprise leaves the market with its hazard."""
    firms = state.enterprises
    rows = np.flatnonzero(state.leaves)
    rows = rows[firms.stage[rows] != EXITED]
    depart(state, rows, "exited", "turnover.exit_below_scale", state.parameters["turnover.natural_capture"])


def enter(state: State) -> None:
    """New small enterprises, each modelled on one of its district's, where floor or land is vacant."""
    firms = state.enterprises
    ids, district = _new_ids(state, entrants_wanted(state), 0)
    model, luck = _pick(state, state.models, Process.ENTRY, ids, district)
    ids, model, luck = ids[model >= 0], model[model >= 0], luck[model >= 0]
    demand = firms.demand_wan[model] * state.parameters["turnover.entrant_size"]
    suited = firms.suitability[model] >= state.parameters["highrise.min_suitability"]
    asks = suited & (luck < state.parameters["turnover.entrant_tower_share"])
    upstairs = _found_in_tower(state, ids[asks], model[asks], demand[asks])
    rest = np.ones(ids.size, bool)
    rest[np.flatnonzero(asks)[upstairs]] = False
    _found(state, ids[rest], model[rest], demand=demand[rest], extent=np.ones(rest.sum()))


def entrants_wanted(state: State) -> NDArray[np.intp]:
    """Small enterprises to be founded this month, by district; shape (10,)."""
    yearly = state.living * state.parameters["turnover.entry_rate"]
    return whole_units(state.budgets.accrue("entry", yearly, state.month, carried=np.inf))


def projects_wanted(state: State, lever: str) -> NDArray[np.intp]:
    """Projects of a pipeline to land this month, by district; shape (10,)."""
    yearly = state.lever(lever) * state.parameters["pipeline.pace"]
    return whole_units_of_city(state.budgets.accrue(lever, yearly, state.month, carried=np.inf))


PIPELINES = (
    ("pipeline.big_projects_per_year", "pipeline.output_per_project_wan", 1 << 19),
    ("pipeline.medium_projects_per_year", "pipeline.output_per_medium_project_wan", 1 << 18),
)
"""Lever, output at full run, and first ordinal of the ids (which never meet those of small entrants)."""


def land_projects(state: State) -> None:
    """Investment projects: modelled on a large local enterprise, scaled to a project's output, on park land."""
    firms, parameters = state.enterprises, state.parameters
    for lever, size, first_id in PIPELINES:
        ids, district = _new_ids(state, projects_wanted(state, lever), first_id)
        model, _ = _pick(state, state.large_models, Process.PIPELINE, ids, district)
        ids, model = ids[model >= 0], model[model >= 0]
        output = np.full(ids.size, parameters[size])
        extent = output / np.maximum(firms.demand_wan[model], 1e-9)
        rows = _found(state, ids, model, demand=output, extent=extent, site=Site.PARK)
        interrupt(state, rows, Stage.MOVING, parameters["pipeline.ramp_months"], parameters["pipeline.ramp_loss"])


def _new_ids(state: State, wanted: NDArray[np.intp], offset: int) -> tuple[NDArray[np.uint32], NDArray[np.int8]]:
    """Ids by (cohort month, district, ordinal): nothing that happens elsewhere changes who an entrant is."""
    district = np.repeat(np.arange(len(DISTRICTS), dtype=np.int8), wanted)
    ordinal = np.concatenate([np.arange(count) for count in wanted]) if district.size else np.empty(0, np.intp)
    ids = ((state.month + 1) << COHORT_BITS) + (district.astype(np.int64) << DISTRICT_BITS) + offset + ordinal
    return ids.astype(np.uint32), district


def _pick(
    state: State,
    models: tuple[NDArray[np.intp], NDArray[np.intp]],
    process: Process,
    ids: NDArray[np.uint32],
    district: NDArray[np.int8],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Position of the enterprise each entrant is modelled on (−1 where the district has none), and a spare draw."""
    firms = state.enterprises
    luck, spare = state.draws.block(process, state.month, ids)[:2]
    pools, bounds = models
    chosen = np.full(ids.size, -1, np.intp)
    for here in np.unique(district):
        pool = pools[bounds[here] : bounds[here + 1]]
        usable = np.flatnonzero((firms.stage[pool] != EXITED) & (firms.site[pool] != TOWER))
        mine = np.flatnonzero(district == here)
        if usable.size:
            # the one drawn, or the next in line that is still there
            after = np.searchsorted(usable, (luck[mine] * pool.size).astype(np.intp)) % usable.size
            chosen[mine] = pool[usable[after]]
    return chosen, spare


COPIED = (
    "district", "industry", "tenant", "value_added_rate", "tax_rate", "energy_per_output", "output_per_m2",
    "rd_share", "suitability", "volatility", "exit_hazard", "grade",
)  # fmt: skip


def _found_in_tower(
    state: State, ids: NDArray[np.uint32], model: NDArray[np.intp], demand: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Found enterprises on vacant tower floor, in order of id; returns the positions in ``ids`` of those who got it."""
    firms = state.enterprises
    floor = stored(demand / firms.output_per_m2[model] * state.parameters["expansion.headroom"])
    district = firms.district[model]
    queue = ids.astype(float)
    small = np.flatnonzero(floor <= state.parameters["highrise.max_floor_m2"])
    fits = small[admit(district[small], floor[small], state.towers.vacant, queue[small])]
    state.towers.let += np.bincount(district[fits], floor[fits], minlength=len(DISTRICTS))
    state.towers.tenants += np.bincount(district[fits], minlength=len(DISTRICTS))
    land = floor / (state.parameters["highrise.far"] * M2_PER_MU)
    _append(state, ids[fits], model[fits], demand[fits], floor[fits], land[fits], np.int8(Site.TOWER))
    return fits


def _found(
    state: State,
    ids: NDArray[np.uint32],
    model: NDArray[np.intp],
    demand: NDArray[np.float64],
    extent: NDArray[np.float64],
    site: Site | None = None,
) -> NDArray[np.intp]:
    """Found enterprises on vacant land, in order of id; those for whom there is none are counted and dropped."""
    firms = state.enterprises
    sites = firms.site[model] if site is None else np.full(model.size, site, np.int8)
    floor = firms.floor_m2[model] * extent
    land = firms.land_mu[model] * extent
    if site == Site.PARK:
        land = np.minimum(land, floor / (state.lever("parks.far")[firms.district[model]] * M2_PER_MU))
    land = stored(land)
    fits = np.zeros(ids.size, bool)
    for kind in (SCATTERED_LAND, PARK_LAND):
        mine = np.flatnonzero((sites == Site.SCATTERED) == (kind == SCATTERED_LAND))
        room = state.land.vacant[kind]
        fits[mine] = admit(firms.district[model[mine]], land[mine], room, ids[mine].astype(float))
        settled = mine[fits[mine]]
        taken = np.bincount(firms.district[model[settled]], land[settled], minlength=room.size)
        room -= taken
        state.land.occupied += taken
    state.tally("entry_refused", np.bincount(firms.district[model[~fits]], minlength=len(DISTRICTS)).astype(float))
    return _append(state, ids[fits], model[fits], demand[fits], floor[fits], land[fits], sites[fits])


def _append(
    state: State,
    ids: NDArray[np.uint32],
    model: NDArray[np.intp],
    demand: NDArray[np.float64],
    floor: NDArray[np.float64],
    land: NDArray[np.float64],
    site: NDArray[np.int8] | np.int8,
) -> NDArray[np.intp]:
    """Add enterprises that copy their model's trade and technique at their own size."""
    firms = state.enterprises
    rows = {name: getattr(firms, name)[model] for name in COPIED}
    rows |= {
        "id": ids, "land_mu": land, "floor_m2": floor, "site": np.broadcast_to(site, ids.shape), "demand_wan": demand,
        "employees": firms.employees[model] * demand / np.maximum(firms.demand_wan[model], 1e-9),
        "legal": np.ones(ids.size, bool), "entered": np.full(ids.size, state.month, np.int16),
    }  # fmt: skip
    new = firms.append(rows)
    firms.tenant[new] |= firms.site[new] == Site.TOWER
    state.living += state.by_district(new)
    state.record("entered", "turnover.entry_rate", new)
    return new
