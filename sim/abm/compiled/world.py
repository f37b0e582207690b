"""The state as compiled loops take it: one structure that refers to the very arrays the readable form works on.

A structure by reference (numba's ``structref``) is one pointer: passing it costs nothing, and a loop compiles in a
quarter of the time that it takes with the arrays as arguments.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from numba import types as numba_types
from numba.experimental import structref

from sim.abm.compiled.arithmetic import compiled
from sim.abm.state import State

NUMBERS = (
    "choice.stay", "choice.expand", "choice.park", "choice.tower", "choice.leave",
    "choice.age_tie", "choice.cost_weight", "choice.moving_cost", "choice.premium_disutility", "choice.pressure_weight",
    "choice.size_tie", "choice.suitability_weight", "demand.capture_share",
    "enforcement.close_share_legal", "enforcement.close_share_workshop", "enforcement.merge_share_legal",
    "construction.cost_highrise",
    "enforcement.park_share_legal", "enforcement.park_share_workshop", "expansion.headroom",
    "fund.compensation_wan_per_mu", "highrise.area_spread", "highrise.delivery_lag_months", "highrise.far",
    "highrise.lag_spread", "highrise.max_floor_m2", "highrise.min_suitability", "highrise.on_offer_share",
    "highrise.project_area_wan_m2", "land.converted_share", "land.idle_months",
    "land.tenant_idle_months", "listing.min_land_mu", "move.duration_months", "move.output_loss_years",
    "park.productivity_effect", "pipeline.ramp_loss", "pipeline.ramp_months", "rectify.duration_months",
    "rectify.energy_saving", "redevelopment.assembly_months", "redevelopment.demolition_share",
    "redevelopment.lag_months", "redevelopment.many_owner_share", "redevelopment.quality_share",
    "rectify.land_release_share", "rectify.loss_share", "scale.entry_wan",
    "turnover.cost_sensitivity", "turnover.entrant_size", "turnover.entrant_tower_share", "turnover.exit_above_scale",
    "turnover.exit_below_scale", "turnover.old_from_years", "turnover.old_multiplier",
    "turnover.young_from_years", "turnover.young_multiplier", "turnover.young_to_years",
)  # fmt: skip
"""Parameters that the loops read."""

LEVERS = (
    "expansion.far_target", "expansion.premium_waived", "fund.buyout_yi_yuan_per_year",
    "highrise.credit_yi_yuan_per_year", "highrise.project_starts_per_year", "land.new_industrial_mu_per_year",
    "land.park_share", "land.performance_priority", "parks.far", "parks.micro_places_per_year",
    "parks.relocation_subsidy", "redevelopment.continuity_share", "redevelopment.investment_yi_yuan_per_year",
    "redevelopment.land_mu_per_year",
)  # fmt: skip
PRIORITIES = ("grade", "lottery", "performance")


types: Any = numba_types
new: Any = structref.new


def _field(name: str) -> str:
    return name.replace(".", "_")


# classes of a module, so that numba finds the same ones again when it reads compiled code from its cache
Numbers: Any = namedtuple("Numbers", map(_field, NUMBERS))  # type: ignore[misc]
Levers: Any = namedtuple("Levers", map(_field, LEVERS))  # type: ignore[misc]

_F8, _F4, _I1, _I2 = types.float64[::1], types.float32[::1], types.int8[::1], types.int16[::1]
_BY_DISTRICT, _TABLE = types.float64[::1], types.float64[:, ::1]
COLUMNS = {
    "id": types.uint32[::1], "district": _I1, "industry": _I1, "age_years": _F4, "above_scale": types.bool_[::1],
    "site": _I1, "tenant": types.bool_[::1], "legal": types.bool_[::1], "land_mu": _F4, "floor_m2": _F4,
    "demand_wan": _F8, "output_per_m2": _F8, "value_added_rate": _F4, "tax_rate": _F4, "energy_per_output": _F4,
    "employees": _F4, "rd_share": _F4, "suitability": _F4, "output_year_wan": _F4, "output_last_year_wan": _F4,
    "tax_per_mu": _F4,
    "volatility": _F4, "exit_hazard": _F4, "cost_burden": _F4, "loss_share": _F4, "grade": _I1, "years_in_d": _I1,
    "listed": _I1, "stage": _I1, "busy_until": _I2, "entered": _I2,
}  # fmt: skip
"""Columns of enterprises that the loops touch, with the memory they have in reserve."""

EVENTS = {
    "month": _I2, "enterprise": types.uint32[::1], "district": _I1, "industry": _I1, "path": _I1, "cause": _I2,
    "site": _I1, "used": types.int64[::1],
}  # fmt: skip
CITY = {
    "tallies": _TABLE, "vacant": _TABLE, "returning": types.float64[:, :, ::1], "assembling": _TABLE,
    "occupied": _BY_DISTRICT, "total": _BY_DISTRICT, "under_towers": _BY_DISTRICT, "opening": _TABLE,
    "due": types.float64[:, :, ::1], "offered": _TABLE, "moved_into": _TABLE, "floor_open": _BY_DISTRICT,
    "floor_let": _BY_DISTRICT, "tenants": _BY_DISTRICT, "living": _BY_DISTRICT, "jobless": _BY_DISTRICT,
    "project_count": _BY_DISTRICT,
    "places": _BY_DISTRICT, "starts": _BY_DISTRICT, "credit": _BY_DISTRICT, "fund": _BY_DISTRICT, "released": _TABLE,
    "key": types.UniTuple(types.uint64, 2), "spill": types.bool_, "raises": types.bool_, "priority": types.int64,
}  # fmt: skip
"""``raises``: whether a move raises productivity; ``priority``: order of the queue, one of :data:`PRIORITIES`."""


@structref.register
class StructType(numba_types.StructRef):
    """A structure by reference.

    By default its name spells out every field, and stands in every symbol of the machine code: a short one compiles
    sooner.
    """

    def __init__(self, name: str, fields: list[tuple[str, Any]]) -> None:
        super().__init__(fields)  # type: ignore[no-untyped-call]
        self.name = name


struct: Any = StructType
FIRMS, LOG = struct("Firms", list(COLUMNS.items())), struct("Log", list(EVENTS.items()))
WORLD = struct("World", [
    ("firms", FIRMS), ("log", LOG), *CITY.items(),
    ("p", types.NamedUniTuple(types.float64, len(NUMBERS), Numbers)),
    ("lever", types.NamedUniTuple(_TABLE, len(LEVERS), Levers)),
])  # fmt: skip


class Struct(structref.StructRefProxy):
    """What Python holds of one."""


structref.define_boxing(StructType, Struct)  # type: ignore[no-untyped-call]


def world(state: State) -> Any:
    """The arrays of a run; made again only where columns had to be moved to make room."""
    firms, events = state.enterprises, state.events
    if state.world is None or state.world[0] is not firms.whole("id") or state.world[1] is not events.month:
        state.world = firms.whole("id"), events.month, _world(state)
    return state.world[2]


def _world(state: State) -> Any:
    land, towers, p, budget = state.land, state.towers, state.parameters, state.budgets.of
    return _city(
        _firms(*(state.enterprises.whole(name) for name in COLUMNS)),
        _log(*(getattr(state.events, name) for name in EVENTS)),
        state.tallies.table, land.vacant, land.returning, land.assembling, land.occupied, land.total,
        land.under_towers, towers.due, towers.opening, towers.offered, towers.moved_into, towers.open, towers.let,
        towers.tenants, state.living, state.jobless, state.project_count, budget("parks.micro_places_per_year"),
        budget("highrise.project_starts_per_year"), budget("highrise.credit_yi_yuan_per_year"),
        budget("fund.buyout_yi_yuan_per_year"), state.released_demand, state.draws.key,
        state.option("district_coupling") == "spill",
        state.option("productivity") == "on_arrival", PRIORITIES.index(state.option("priority")),
        Numbers(*(float(p[name]) for name in NUMBERS)), Levers(*(p.levers[name] for name in LEVERS)),
    )  # fmt: skip


@compiled
def _firms(
    id, district, industry, age_years, above_scale, site, tenant, legal, land_mu, floor_m2, demand_wan,
    output_per_m2, value_added_rate, tax_rate, energy_per_output, employees, rd_share, suitability,
    output_year_wan, output_last_year_wan, tax_per_mu, volatility, exit_hazard, cost_burden, loss_share, grade,
    years_in_d, listed, stage, busy_until, entered,
):
    it = new(FIRMS)
    it.id, it.district, it.industry, it.age_years = id, district, industry, age_years
    it.above_scale, it.site, it.tenant, it.legal = above_scale, site, tenant, legal
    it.land_mu, it.floor_m2, it.demand_wan = land_mu, floor_m2, demand_wan
    it.output_per_m2, it.value_added_rate, it.tax_rate = output_per_m2, value_added_rate, tax_rate
    it.energy_per_output, it.employees, it.rd_share = energy_per_output, employees, rd_share
    it.suitability, it.output_year_wan, it.output_last_year_wan = suitability, output_year_wan, output_last_year_wan
    it.tax_per_mu, it.volatility, it.exit_hazard = tax_per_mu, volatility, exit_hazard
    it.cost_burden, it.loss_share, it.grade = cost_burden, loss_share, grade
    it.years_in_d, it.listed = years_in_d, listed
    it.stage, it.busy_until, it.entered = stage, busy_until, entered
    return it


@compiled
def _log(
    month, enterprise, district, industry, path, cause, site, used,
):
    it = new(LOG)
    it.month, it.enterprise, it.district, it.industry = month, enterprise, district, industry
    it.path, it.cause, it.site, it.used = path, cause, site, used
    return it


@compiled
def _city(
    firms, log, tallies, vacant, returning, assembling, occupied, total, under_towers, due, opening, offered,
    moved_into, floor_open, floor_let, tenants, living, jobless, project_count, places, starts, credit, fund, released,
    key, spill, raises, priority, p, lever,
):
    it = new(WORLD)
    it.firms, it.log, it.tallies, it.vacant, it.returning = firms, log, tallies, vacant, returning
    it.assembling, it.occupied, it.total, it.under_towers = assembling, occupied, total, under_towers
    it.due, it.opening, it.offered, it.moved_into = due, opening, offered, moved_into
    it.floor_open, it.floor_let = floor_open, floor_let
    it.tenants, it.living, it.jobless, it.project_count = tenants, living, jobless, project_count
    it.places, it.starts, it.credit, it.fund = places, starts, credit, fund
    it.released, it.key, it.spill, it.raises, it.priority = released, key, spill, raises, priority
    it.p, it.lever = p, lever
    return it
