"""The land ledger: new supply, land coming back, and the check that nothing is lost."""

from __future__ import annotations

import numpy as np

from sim.abm.enterprises import Site
from sim.abm.state import PARK_LAND, SCATTERED_LAND, State, Vector
from sim.scenario.months import is_december


class LedgerBroken(AssertionError):
    """Land, floor or enterprises went missing: a defect of the model, never of the input."""


def supply_land(state: State) -> None:
    """A month of new industrial land, of places in micro-enterprise parks, and of land whose idle time is over."""
    land = state.land
    new = state.lever("land.new_industrial_mu_per_year") / 12
    share = state.lever("land.park_share")
    in_parks = new * share
    land.vacant[PARK_LAND] += in_parks
    land.vacant[SCATTERED_LAND] += new * (1 - share)
    land.total += new
    state.tally("new_land_mu", new)
    state.tally("new_park_land_mu", in_parks)
    land.vacant += land.returning[state.month]
    land.returning[state.month] = 0.0
    places = "parks.micro_places_per_year"
    state.budgets.accrue(places, state.lever(places), state.month, carried=np.inf)
    state.tally("micro_places", state.lever(places) / 12)


def close_ledger(state: State) -> None:
    """Verify each month that land is conserved and no floor is let twice; in December count every plot anew.

    Raises:
        LedgerBroken: more than rounding is missing.
    """
    land, towers = state.land, state.towers
    missing = float(np.abs(land.gap()).max())
    unheld = float(np.abs(land.occupied - held_land(state)).max()) if is_december(state.month) else 0.0
    verify(state, missing, unheld, min(float(land.vacant.min()), float(towers.vacant.min()), float(towers.let.min())))


def verify(state: State, missing: float, unheld: float, least: float) -> None:
    """Stop where land is missing, plots are not as the ledger has them (mu), or the least of the stocks is negative.

    Raises:
        LedgerBroken: by more than rounding.
    """
    rounding = 1e-6 * max(1.0, float(state.land.total.max()))
    if missing > rounding:
        raise LedgerBroken(f"month {state.month}: land ledger off by {missing:.6g} mu")
    if unheld > rounding:
        raise LedgerBroken(f"month {state.month}: enterprises hold {unheld:.6g} mu more or less than the ledger says")
    if least < -1e-6:
        raise LedgerBroken(f"month {state.month}: a stock of land or floor is negative ({least:.6g})")


def held_land(state: State) -> Vector:
    """Mu held by live enterprises outside towers, by district (tower tenants stand on tower land), counted anew."""
    firms = state.enterprises
    return state.by_district(rows := np.flatnonzero(firms.live & (firms.site != int(Site.TOWER))), firms.land_mu[rows])
