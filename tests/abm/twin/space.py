"""Land and high-rise floor: supplied, built, delivered."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.abm.state import LONGEST_WAIT
from tests.abm.twin.firm import M2_PER_MU

SCATTERED_LAND, PARK_LAND = 0, 1
TOWERS, BLOCKS = 0, 1
LEVER_OF = ("highrise.project_starts_per_year", "redevelopment.land_mu_per_year")
WAN, YI = 1e4, 1e8
DISTRICTS = range(10)


def supply_land(city: Any) -> None:
    for here in DISTRICTS:
        new = city.lever("land.new_industrial_mu_per_year", here) / 12
        in_parks = city.lever("land.park_share", here)
        city.vacant[PARK_LAND, here] += new * in_parks
        city.vacant[SCATTERED_LAND, here] += new * (1 - in_parks)
        city.land_total[here] += new
        city.tally("new_land_mu", here, new)
        city.tally("new_park_land_mu", here, new * in_parks)
        city.tally("micro_places", here, city.lever("parks.micro_places_per_year", here) / 12)
        for kind in (SCATTERED_LAND, PARK_LAND):
            city.vacant[kind, here] += city.returning[city.month, kind, here]
            city.returning[city.month, kind, here] = 0.0
    places = "parks.micro_places_per_year"
    city.accrue(places, lambda here: city.lever(places, here))


def pace(city: Any, of: str) -> float:
    """Starts of towers (construction) or blocks (redevelopment) are known to the end of 2025, uncertain after it."""
    return city.p[f"{of}.pace"] if city.month >= 60 else 1.0


def build_towers(city: Any) -> None:
    from tests.abm.twin.city import whole_units_of_city

    starts, money = "highrise.project_starts_per_year", "highrise.credit_yi_yuan_per_year"
    planned = city.accrue(starts, lambda here: city.lever(starts, here) / city.scale * pace(city, "construction"))
    credit = city.accrue(money, lambda here: city.lever(money, here) * YI)
    for here, count in enumerate(whole_units_of_city(planned)):
        for _ in range(count):
            city.queue.append((here, city.projects[here]))
            city.projects[here] += 1
    blocked: set[int] = set()
    waiting = []
    for here, ordinal in city.queue:
        if here in blocked or not start_tower(city, here, ordinal, credit):
            blocked.add(here)
            waiting.append((here, ordinal))
    city.queue = waiting


def start_tower(city: Any, here: int, ordinal: int, credit: list[float]) -> bool:
    p, luck = city.p, city.draw("PROJECT", (here << 20) + ordinal, month=0)
    area = p["highrise.project_area_wan_m2"] * WAN * (1 + p["highrise.area_spread"] * (2 * luck[0] - 1)) * city.scale
    cost, land = area * p["construction.cost_highrise"], area / (p["highrise.far"] * M2_PER_MU)
    if land > city.vacant[:, here].sum():
        city.tally("projects_waiting_for_land", here)
        return False
    if cost > credit[here]:
        city.tally("projects_waiting_for_finance", here)
        return False
    credit[here] -= cost
    from_park = min(land, city.vacant[PARK_LAND, here])
    city.vacant[PARK_LAND, here] -= from_park
    city.vacant[SCATTERED_LAND, here] -= land - from_park
    city.under_towers[here] += land
    lag = round(p["highrise.delivery_lag_months"] * (1 + p["highrise.lag_spread"] * (2 * luck[1] - 1)))
    order_floor(city, TOWERS, here, area, lag)
    city.tally("highrise_projects", here)
    return True


def order_floor(city: Any, source: int, here: int, area: float, lag: int) -> None:
    city.tally("quality_started_m2", here, area)
    city.floor_due[min(city.month + max(1, lag), city.month + LONGEST_WAIT - 1), source, here] += area


def redevelop_blocks(city: Any) -> None:
    p, fund_name = city.p, "fund.buyout_yi_yuan_per_year"
    fund = city.accrue(fund_name, lambda here: city.lever(fund_name, here) * YI)
    compensation, lag = p["fund.compensation_wan_per_mu"] * WAN, round(p["redevelopment.lag_months"])
    for here in DISTRICTS:
        started = city.lever("redevelopment.land_mu_per_year", here) / 12 * pace(city, "redevelopment")
        city.tally("redeveloped_mu", here, started)
        wanted = started * p["redevelopment.demolition_share"]
        bought = min(wanted, city.vacant[SCATTERED_LAND, here], fund[here] / compensation)
        fund[here] -= bought * compensation
        city.vacant[SCATTERED_LAND, here] -= bought
        of_many = bought * p["redevelopment.many_owner_share"]
        city.assembling[city.month + round(p["redevelopment.assembly_months"]), here] += of_many
        demolished = bought - of_many + city.assembling[city.month, here]
        city.assembling[city.month, here] = 0.0
        city.returning[city.month + lag, PARK_LAND, here] += demolished
        yearly = city.lever("redevelopment.investment_yi_yuan_per_year", here) * YI * p["redevelopment.quality_share"]
        money = yearly / 12 * pace(city, "redevelopment")
        area = min(money / p["construction.cost_highrise"], demolished * M2_PER_MU * p["highrise.far"])
        order_floor(city, BLOCKS, here, area, lag)


def deliver(city: Any) -> None:
    city.tallies["quality_completed_m2"] += city.floor_due[city.month].sum(axis=0)
    city.floor_offered += city.floor_due[city.month] * city.p["highrise.on_offer_share"]
    on_offer = city.floor_due[city.month].sum(axis=0) * city.p["highrise.on_offer_share"]
    if city.option("occupancy") == "at_delivery":
        city.opening[city.month] += on_offer
    else:
        monthly, left, month = city.p["highrise.occupancy_after_year"] / 12, 1.0, city.month
        while left > 1e-12:
            city.opening[month] += on_offer * min(monthly, left)
            left, month = left - monthly, month + 1
    city.floor_open += city.opening[city.month]


def release_land(city: Any, firm: Any, land: float, back: int, by_policy: bool) -> None:
    """Land comes back in month ``back``; of scattered land a share leaves industrial use."""
    if by_policy:
        city.tally("land_freed_mu", firm.district, land)
    converted = land * city.p["land.converted_share"] if firm.kind == SCATTERED_LAND else 0.0
    city.land_total[firm.district] -= converted
    city.returning[back, firm.kind, firm.district] += land - converted


def share_moved_into(city: Any, source: int, here: int) -> float:
    """Of a source's floor on offer; infinite where there is none."""
    offered = city.floor_offered[source, here]
    return float(city.moved_into[source, here] / offered) if offered > 0 else math.inf


def floor_vacant(city: Any) -> Any:
    return np.subtract(city.floor_open, city.floor_let)
