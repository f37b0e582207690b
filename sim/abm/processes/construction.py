"""Construction of high-rise factories and redevelopment of blocks, within land, finance and the buy-out fund."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.randomness import Process
from sim.abm.state import (
    LONGEST_WAIT,
    M2_PER_MU,
    OF_BLOCKS,
    OF_PROJECTS,
    PARK_LAND,
    SCATTERED_LAND,
    State,
    whole_units_of_city,
)
from sim.scenario.months import LAST_OBSERVED_YEAR, year_of

WAN, YI = 1e4, 1e8
TOWERS, BLOCKS = "construction.pace", "redevelopment.pace"
"""Parameters: how fast each is started."""


def build_towers(state: State) -> None:
    """Start the month's projects, oldest in the queue first, while land and finance last; deliver after the lag."""
    lever = "highrise.project_starts_per_year"
    # whole projects of the real city in every sample size: a sample builds each at its own scale
    planned_projects = state.lever(lever) / state.scale * pace(state, TOWERS)
    budget = state.budgets.accrue(lever, planned_projects, state.month, carried=np.inf)
    credit = state.budgets.accrue(
        "highrise.credit_yi_yuan_per_year",
        state.lever("highrise.credit_yi_yuan_per_year") * YI,
        state.month,
        carried=np.inf,
    )
    for district, planned in enumerate(whole_units_of_city(budget)):
        for _ in range(planned):
            state.waiting_projects.append((district, int(state.project_count[district])))
            state.project_count[district] += 1
    blocked: set[int] = set()
    queue, state.waiting_projects = state.waiting_projects, []
    for district, ordinal in queue:
        if district in blocked or not _start(state, district, ordinal, credit):
            blocked.add(district)
            state.waiting_projects.append((district, ordinal))


def _start(state: State, district: int, ordinal: int, credit: NDArray[np.float64]) -> bool:
    """Start one project if the district has the land and the money; what lacked is tallied."""
    p = state.parameters
    # keyed by district and ordinal, not by month: the same project whenever it starts
    luck = state.draws.block(Process.PROJECT, 0, np.array([(district << 20) + ordinal], np.uint32))[:, 0].tolist()
    spread, lag_spread = p["highrise.area_spread"], p["highrise.lag_spread"]
    area = p["highrise.project_area_wan_m2"] * WAN * (1 + spread * (2 * luck[0] - 1)) * state.scale
    cost = area * p["construction.cost_highrise"]
    land = area / (p["highrise.far"] * M2_PER_MU)
    vacant = state.land.vacant[:, district]
    if land > vacant[SCATTERED_LAND] + vacant[PARK_LAND]:
        state.tallies["projects_waiting_for_land"][district] += 1
        return False
    if cost > credit[district]:
        state.tallies["projects_waiting_for_finance"][district] += 1
        return False
    credit[district] -= cost
    from_park = min(land, vacant[PARK_LAND])
    vacant[PARK_LAND] -= from_park
    vacant[SCATTERED_LAND] -= land - from_park
    state.land.under_towers[district] += land
    lag = round(p["highrise.delivery_lag_months"] * (1 + lag_spread * (2 * luck[1] - 1)))
    _schedule_floor(state, area, lag, OF_PROJECTS, district)
    state.tallies["highrise_projects"][district] += 1
    return True


def redevelop_blocks(state: State) -> None:
    """Start block redevelopment: part is demolished (needs vacant land and compensation), the rest renewed in place.

    Land of many owners is bought up lot by lot first; works, and the floor they count for, start when the last has
    signed.
    """
    p, land = state.parameters, state.land
    started = state.lever("redevelopment.land_mu_per_year") / 12 * pace(state, BLOCKS)
    state.tally("redeveloped_mu", started)
    fund = state.budgets.accrue(
        "fund.buyout_yi_yuan_per_year", state.lever("fund.buyout_yi_yuan_per_year") * YI, state.month, carried=np.inf
    )
    compensation = p["fund.compensation_wan_per_mu"] * WAN
    wanted = started * p["redevelopment.demolition_share"]
    vacant = land.vacant[SCATTERED_LAND]
    bought = np.minimum(np.minimum(wanted, vacant), fund / compensation)
    fund -= bought * compensation
    vacant -= bought
    many_owners = bought * p["redevelopment.many_owner_share"]
    land.assembling[state.month + round(p["redevelopment.assembly_months"])] += many_owners
    demolished = bought - many_owners + land.assembling[state.month]
    land.assembling[state.month] = 0.0
    lag = round(p["redevelopment.lag_months"])
    land.returning[state.month + lag, PARK_LAND] += demolished
    yearly = state.lever("redevelopment.investment_yi_yuan_per_year") * YI * p["redevelopment.quality_share"]
    money = yearly / 12 * pace(state, BLOCKS)
    area = np.minimum(money / p["construction.cost_highrise"], demolished * M2_PER_MU * p["highrise.far"])
    _schedule_floor(state, area, lag, OF_BLOCKS)


def pace(state: State, of: str) -> float:
    """Starts of towers or blocks relative to what is set: known up to the last observed year, uncertain after it."""
    return state.parameters[of] if year_of(state.month) > LAST_OBSERVED_YEAR else 1.0


def _schedule_floor(
    state: State, area: NDArray[np.float64] | float, lag: int, source: int, where: int | slice = slice(None)
) -> None:
    """Count floor as started now, in one district or each, and put it into the calendar of deliveries."""
    state.tallies["quality_started_m2"][where] += area
    state.towers.due[min(state.month + max(1, lag), state.month + LONGEST_WAIT - 1), source, where] += area


def deliver(state: State) -> None:
    """Floor due this month is finished; the share on offer can be let, at once or filling up over the months."""
    towers, month = state.towers, state.month
    delivered = towers.due[month]
    state.tally("quality_completed_m2", delivered.sum(axis=0))
    on_offer = delivered * state.parameters["highrise.on_offer_share"]
    towers.offered += on_offer
    for wait, share in enumerate(opening_shares(state)):
        towers.opening[month + wait] += on_offer.sum(axis=0) * share
    towers.open += towers.opening[month]


def opening_shares(state: State) -> NDArray[np.float64]:
    """Shares of delivered floor that can be moved into this month, next month, …; they add to 1."""
    if state.option("occupancy") == "at_delivery":
        return np.ones(1)
    monthly = state.parameters["highrise.occupancy_after_year"] / 12
    months = int(np.ceil(1 / monthly))
    return np.diff(np.minimum(monthly * np.arange(months + 1), 1.0))
