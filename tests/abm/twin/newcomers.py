"""Entry and investment projects, each modelled on an enterprise of its district."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.abm.twin import space
from tests.abm.twin.firm import IN_PLACE, M2_PER_MU, MOVING, PARK, SCATTERED, TOWER, Firm, single

COPIED = (
    "district", "industry", "tenant", "value_added_rate", "tax_rate", "energy_per_output", "output_per_m2", "rd_share",
    "suitability", "volatility", "exit_hazard", "exit_rate", "grade",
)  # fmt: skip
PIPELINES = (
    ("pipeline.big_projects_per_year", "pipeline.output_per_project_wan", 1 << 19),
    ("pipeline.medium_projects_per_year", "pipeline.output_per_medium_project_wan", 1 << 18),
)


@dataclass
class Plan:
    """An enterprise to be: id, whom it copies, its demand and premises, and what brings it."""

    id: int
    model: Any
    demand: float
    floor: float
    land: float
    site: int
    cause: str
    asks_for_floor: bool = False

    @property
    def district(self) -> int:
        return self.model.district


def enter(city: Any) -> None:
    counts = Counter(firm.district for firm in city.agents)
    budget = city.accrue("entry", lambda here: counts[here] * city.p["turnover.entry_rate"])
    wanted = []
    for here in range(10):
        units = max(math.floor(budget[here] + 0.5), 0)
        budget[here] -= units
        wanted.append(units)
    plans = []
    for number, model, spare in picked(city, city.small_models, "ENTRY", wanted, 0):
        demand = model.demand_wan * city.p["turnover.entrant_size"]
        suited = model.suitability >= city.p["highrise.min_suitability"]
        plan = Plan(number, model, demand, model.floor_m2, model.land_mu, model.site, "turnover.entry_rate")
        plan.asks_for_floor = suited and spare < city.p["turnover.entrant_tower_share"]
        plans.append(plan)
    upstairs = found_upstairs(city, [plan for plan in plans if plan.asks_for_floor])
    found(city, [plan for plan in plans if plan.id not in upstairs])


def land_projects(city: Any) -> None:
    from tests.abm.twin.city import whole_units_of_city

    for lever, size, first_id in PIPELINES:
        pace = city.p["pipeline.pace"]
        budget = city.accrue(lever, lambda here, lever=lever, pace=pace: city.lever(lever, here) * pace)
        wanted = whole_units_of_city(budget)
        plans = []
        for number, model, _ in picked(city, city.large_models, "PIPELINE", wanted, first_id):
            extent = city.p[size] / max(model.demand_wan, 1e-9)
            floor = model.floor_m2 * extent
            land = min(model.land_mu * extent, floor / (city.lever("parks.far", model.district) * M2_PER_MU))
            plans.append(Plan(number, model, city.p[size], floor, land, PARK, lever))
        for firm in found(city, plans):
            firm.interrupt(MOVING, city.p["pipeline.ramp_months"], city.p["pipeline.ramp_loss"])


def picked(city: Any, models: list[list[Any]], process: str, wanted: list[int], offset: int) -> list[Any]:
    """(id, model, spare luck) of each newcomer; the id says month, district and ordinal."""
    living, chosen = set(city.agents), []
    for here, count in enumerate(wanted):
        pool = models[here]
        for ordinal in range(count):
            number = ((city.month + 1) << 24) + (here << 20) + offset + ordinal
            luck, spare = city.draw(process, number)[:2]
            start = int(luck * len(pool))
            in_line = [*pool[start:], *pool[:start]]
            model = next((firm for firm in in_line if firm in living and firm.site != TOWER), None)
            if model is not None:
                chosen.append((number, model, spare))
    return chosen


def found_upstairs(city: Any, plans: list[Plan]) -> set[int]:
    """Those who find vacant floor, in order of id; returns their ids."""
    from tests.abm.twin.city import admitted

    p = city.p
    for plan in plans:
        plan.floor = single(plan.demand / plan.model.output_per_m2 * p["expansion.headroom"])
    fitting = [plan for plan in plans if plan.floor <= p["highrise.max_floor_m2"]]
    lucky = admitted(fitting, lambda plan: plan.floor, space.floor_vacant(city), lambda plan: plan.id)
    for plan in lucky:
        city.floor_let[plan.district] += plan.floor
        plan.land, plan.site = plan.floor / (p["highrise.far"] * M2_PER_MU), TOWER
        settle(city, plan)
    for plan in plans:
        if plan not in lucky:
            plan.floor = plan.model.floor_m2
    return {plan.id for plan in lucky}


def found(city: Any, plans: list[Plan]) -> list[Firm]:
    """Those who find vacant land of their kind, in order of id."""
    from tests.abm.twin.city import admitted

    lucky = []
    for plan in plans:
        plan.land = single(plan.land)
    for kind in (space.SCATTERED_LAND, space.PARK_LAND):
        mine = [plan for plan in plans if (plan.site == SCATTERED) == (kind == space.SCATTERED_LAND)]
        for plan in admitted(mine, lambda plan: plan.land, city.vacant[kind], lambda plan: plan.id):
            city.vacant[kind, plan.district] -= plan.land
            lucky.append(plan)
    for plan in plans:
        if plan not in lucky:
            city.tally("entry_refused", plan.district)
    return [settle(city, plan) for plan in plans if plan in lucky]


def settle(city: Any, plan: Plan) -> Firm:
    model = plan.model
    firm = Firm(
        city, **{name: getattr(model, name) for name in COPIED},
        id=plan.id, land_mu=plan.land, floor_m2=plan.floor, site=plan.site, demand_wan=plan.demand,
        employees=model.employees * plan.demand / max(model.demand_wan, 1e-9), legal=True, entered=city.month,
        age_years=0.0, above_scale=False, output_year_wan=0.0, output_last_year_wan=0.0,
        tax_per_mu=0.0, cost_burden=0.0, loss_share=0.0, years_in_d=0, listed=0, stage=IN_PLACE, busy_until=0,
    )  # fmt: skip
    firm.tenant = firm.tenant or plan.site == TOWER
    city.record("entered", plan.cause, firm)
    return firm
