"""How enterprises leave, choose and move."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import Any

import numpy as np

from tests.abm.twin import space
from tests.abm.twin.firm import COMMUNITY, M2_PER_MU, PARK, SCATTERED, TOWER, single
from tests.abm.twin.space import PARK_LAND

STAY, EXPAND, TO_PARK, TO_TOWER, LEAVE = range(5)
NOT_OPEN = -math.inf


def exit_naturally(city: Any) -> None:
    leaving = [firm for firm in city.agents if firm.luck < firm.exit_hazard]
    for firm in leaving:
        depart(city, firm, "exited", firm.exit_rate, city.p["turnover.natural_capture"])


def reemploy(city: Any) -> None:
    hired = city.jobless * (1 - (1 - city.p["labour.reemployed_within_year"]) ** (1 / 12))
    city.jobless -= hired
    city.tallies["employees_reemployed"] += hired


def depart(city: Any, firm: Any, path: str, cause: str, captured: float) -> None:
    by_policy = path in ("eliminated", "closed", "merged")
    if path != "exited":
        city.jobless[firm.district] += firm.employees
        city.tally("employees_displaced", firm.district, firm.employees)
    if by_policy:
        city.tally("energy_freed_tce", firm.district, firm.output_last_year_wan * firm.energy_per_output)
    city.orders[firm.cell] += firm.demand_wan * captured
    city.record(path, cause, firm)
    vacate(city, firm, by_policy)
    firm.remove()


def vacate(city: Any, firm: Any, by_policy: bool = False) -> None:
    if firm.site == TOWER:
        city.floor_let[firm.district] -= firm.floor_m2
        return
    idle = city.p["land.tenant_idle_months" if firm.tenant else "land.idle_months"]
    space.release_land(city, firm, firm.land_mu, city.month + max(1, round(idle)), by_policy)


def priority(city: Any) -> tuple[Any, Any]:
    def standing(firm: Any) -> float:
        rule = city.option("priority")
        if rule == "performance" or city.lever("land.performance_priority", firm.district) > 0.5:
            return -firm.tax_per_mu
        return float(firm.grade) if rule == "grade" else 0.0

    return standing, lambda firm: city.draw("LOTTERY", firm.id)[0]


def move_to_park(city: Any, firms: list[Any], programme: str | None = None) -> list[Any]:
    """Move those who find land, small ones besides a place; return who moved.

    ``programme`` sent them; who goes of its own accord does so for what the city offers.
    """
    from tests.abm.twin.city import admitted

    def small(firm: Any) -> bool:
        return not firm.above_scale and firm.land_mu < city.p["listing.min_land_mu"]

    def land(firm: Any) -> float:
        return single(firm.floor_wanted / (city.lever("parks.far", firm.district) * M2_PER_MU))

    places = city.balance.setdefault("parks.micro_places_per_year", [0.0 for _ in range(10)])
    placed = admitted([firm for firm in firms if small(firm)], lambda firm: 1.0, places, *priority(city))
    candidates = [firm for firm in firms if firm in placed or not small(firm)]
    going = admitted(candidates, land, city.vacant[PARK_LAND], *priority(city))
    plans = [(firm, small(firm), firm.floor_wanted, land(firm)) for firm in going]
    for firm, to_community, floor, plot in plans:
        if to_community:
            places[firm.district] -= 1
        city.vacant[PARK_LAND, firm.district] -= plot
        vacate(city, firm, by_policy=programme is not None)
        offer = "parks.micro_places_per_year" if to_community else "land.new_industrial_mu_per_year"
        firm.arrive(COMMUNITY if to_community else PARK, floor, plot, "relocated", programme or offer)
    return going


def move_to_tower(city: Any, firms: list[Any]) -> list[Any]:
    from tests.abm.twin.city import admitted

    def wanted(firm: Any) -> float:
        return firm.floor_wanted

    going = admitted(firms, wanted, space.floor_vacant(city), *priority(city))
    rent(city, going)
    if city.option("district_coupling") == "spill":
        vacant = space.floor_vacant(city)
        host = int(np.argmax(vacant))
        queue = sorted((firm for firm in firms if firm not in going), key=lambda f: [key(f) for key in priority(city)])
        room = accumulate(map(wanted, queue))
        lucky = [firm for firm, so_far in zip(queue, room, strict=True) if so_far <= vacant[host]]
        rent(city, lucky, host)
        going = going + lucky
    return going


def rent(city: Any, firms: list[Any], host: int | None = None) -> None:
    """Each in turn is put down to the source of whose floor the smaller share was moved into."""
    for firm in sorted(firms, key=list(city.agents).index):
        floor = firm.floor_wanted
        vacate(city, firm)
        firm.district = firm.district if host is None else host
        city.floor_let[firm.district] += floor
        land = floor / (city.p["highrise.far"] * M2_PER_MU)
        used = {source: space.share_moved_into(city, source, firm.district) for source in (space.BLOCKS, space.TOWERS)}
        source = min(used, key=lambda source, used=used: used[source])
        city.moved_into[source, firm.district] += floor
        firm.arrive(TOWER, floor, land, "upstairs", space.LEVER_OF[source])


def review_sites(city: Any) -> None:
    """Some enterprises reconsider; each takes its best open alternative, and if refused the next best."""
    utility = RULES[city.option("decision_rule")](city)
    waiting = list(utility)
    for turn in range(2):
        best = {firm: max(range(5), key=lambda option, firm=firm: utility[firm][option]) for firm in waiting}
        for option in range(5):
            asking = [firm for firm in waiting if best[firm] == option]
            served = serve(city, option, asking)
            for firm in asking:
                utility[firm][option] = NOT_OPEN
                if turn == 0 and firm not in served:
                    city.tally("refused_park" if option == TO_PARK else "refused_tower", firm.district)
            waiting = [firm for firm in waiting if firm not in served]


def by_utility(city: Any) -> dict[Any, list[float]]:
    rate = city.p["choice.review_rate"] / 12
    reviewing = [firm for firm in city.agents if firm.luck is not None and firm.idle and firm.luck >= 1 - rate]
    return {firm: valued(city, firm) for firm in reviewing}


def at_fixed_rates(city: Any) -> dict[Any, list[float]]:
    """One uniform against the rates laid end to end; what is not open, and where refused, is staying."""
    found = {}
    for firm in city.agents:
        luck, floor = city.draw("RATES", firm.id)[0], 0.0
        for option, name in ((EXPAND, "expand"), (TO_PARK, "park"), (TO_TOWER, "tower"), (LEAVE, "leave")):
            ceiling = floor + city.p[f"rates.{name}"] / 12
            if firm.idle and floor <= luck < ceiling:
                found[firm] = [NOT_OPEN] * 5
                found[firm][STAY] = 0.0
                if option in open_to(city, firm):
                    found[firm][option] = 1.0
            floor = ceiling
    return found


RULES = {"logit": by_utility, "fixed_rates": at_fixed_rates}


def serve(city: Any, option: int, firms: list[Any]) -> list[Any]:
    if option == TO_PARK:
        return move_to_park(city, firms)
    if option == TO_TOWER:
        return move_to_tower(city, firms)
    for firm in firms:
        if option == LEAVE:
            because = {"logit": "choice.leave", "fixed_rates": "rates.leave"}[city.option("decision_rule")]
            depart(city, firm, "left_city", because, 0.0)
        elif option == EXPAND:
            firm.floor_m2 = firm.land_mu * M2_PER_MU * city.lever("expansion.far_target", firm.district)
            city.record("expanded", "expansion.far_target", firm)
            firm.interrupt_for_move()
    return firms


def valued(city: Any, firm: Any) -> list[float]:
    """Utility of the five alternatives with their frozen luck; those not open to the firm are worth nothing."""
    p, here = city.p, firm.district
    short = math.log(max(firm.pressure, 1.0)) * p["choice.pressure_weight"]
    size = min(max(math.log10(max(firm.demand_wan, 1.0) / p["scale.entry_wan"]), -2), 3)
    push = short + firm.cost_burden * p["choice.cost_weight"] - size * p["choice.size_tie"]
    moving = p["choice.moving_cost"] * (1 - city.lever("parks.relocation_subsidy", here))
    premium = p["choice.premium_disutility"] * (1 - city.lever("expansion.premium_waived", here))
    utility = [
        p["choice.stay"] + p["choice.age_tie"] * min(firm.age, 30),
        p["choice.expand"] + short - premium,
        p["choice.park"] + push - moving,
        p["choice.tower"] + push + p["choice.suitability_weight"] * firm.suitability - moving,
        p["choice.leave"] + push,
    ]
    luck = city.draw("CHOICE", firm.id) + city.draw("CHOICE", firm.id, block=1)
    allowed = open_to(city, firm)
    return [
        value - math.log(-math.log(luck[option])) if option in allowed else NOT_OPEN
        for option, value in enumerate(utility)
    ]


def open_to(city: Any, firm: Any) -> set[int]:
    p, allowed = city.p, {STAY, LEAVE}
    short = firm.pressure > 1
    below_target = firm.floor_m2 < firm.land_mu * M2_PER_MU * city.lever("expansion.far_target", firm.district)
    if not firm.tenant and firm.site != TOWER and below_target and short:
        allowed.add(EXPAND)
    if firm.site == SCATTERED or (firm.site != TOWER and short):
        allowed.add(TO_PARK)
    suited = firm.suitability >= p["highrise.min_suitability"]
    if firm.site != TOWER and suited and firm.floor_wanted <= p["highrise.max_floor_m2"]:
        allowed.add(TO_TOWER)
    return allowed
