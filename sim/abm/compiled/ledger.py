"""How one enterprise ends, moves and is written down; see ``processes/departure.py`` and ``allocation.py``."""

from __future__ import annotations

import numpy as np

from sim.abm.compiled.arithmetic import compiled, part
from sim.abm.enterprises import Site, Stage
from sim.abm.events import path_number
from sim.abm.state import M2_PER_MU, PARK_LAND, SCATTERED_LAND, TALLIES

# numpy's integers and not Python's, for which numba would compile a loop again for each number it is called with
SCATTERED, COMMUNITY, PARK, TOWER = np.array(Site)
IN_PLACE, RECTIFYING, MOVING, SETTLED, EXITED = np.array(Stage)
ELIMINATED, RECTIFIED, CLOSED, MERGED, RELOCATED, UPSTAIRS, EXPANDED, LEFT_CITY, LEFT_MARKET, ENTERED = np.array([
    path_number(path)
    for path in ("eliminated", "rectified", "closed", "merged", "relocated", "upstairs", "expanded", "left_city",
                 "exited", "entered")
])  # fmt: skip
BY_POLICY, OF_ITS_OWN = np.array([True, False])
BY_POLICY_PATHS = (ELIMINATED, CLOSED, MERGED)
DISPLACED, LAND_FREED, ENERGY_FREED = (
    TALLIES.index(name) for name in ("employees_displaced", "land_freed_mu", "energy_freed_tce")
)


@part
def record(w, month, path, cause, row):
    log, firms = w.log, w.firms
    at = log.used[0]
    log.month[at], log.path[at], log.cause[at] = month, path, cause
    log.enterprise[at], log.site[at] = firms.id[row], firms.site[row]
    log.district[at], log.industry[at] = firms.district[row], firms.industry[row]
    log.used[0] = at + 1
    w.tallies[path, firms.district[row]] += 1.0


@part
def months(length):
    """Whole months, at least one: ``max(1, round(length))``."""
    return max(1, int(np.rint(length)))


@part
def release_land(w, month, row, land_mu, idle_months, by_policy):
    here, kind = w.firms.district[row], SCATTERED_LAND if w.firms.site[row] == SCATTERED else PARK_LAND
    w.occupied[here] -= land_mu
    if by_policy:
        w.tallies[LAND_FREED, here] += land_mu
    converted = land_mu * w.p.land_converted_share if kind == SCATTERED_LAND else 0.0
    w.total[here] -= converted
    w.returning[month + months(idle_months), kind, here] += land_mu - converted


@part
def vacate(w, month, row, by_policy):
    firms = w.firms
    if firms.site[row] == TOWER:
        w.floor_let[firms.district[row]] -= np.float64(firms.floor_m2[row])
        w.tenants[firms.district[row]] -= 1.0
        return
    idle = w.p.land_tenant_idle_months if firms.tenant[row] else w.p.land_idle_months
    release_land(w, month, row, np.float64(firms.land_mu[row]), idle, by_policy)


@part
def depart(w, month, row, path, cause, captured):
    _pass_on_orders(w, row, captured)
    record(w, month, path, cause, row)
    _dismiss(w, row, path)
    vacate(w, month, row, path in BY_POLICY_PATHS)
    _end(w, row)


@compiled
def depart_all(w, month, rows, path, causes, captured):
    """Remove those of ``rows`` that are still there; ``causes`` has one for each.

    A loop for each book: one that reads few columns waits for the places of several enterprises at once.
    """
    going, why, count = np.empty_like(rows), np.empty_like(causes), 0
    for k in range(rows.size):
        going[count], why[count] = rows[k], causes[k]
        count += w.firms.stage[rows[k]] != EXITED
    going = going[:count]
    for row in going:
        _pass_on_orders(w, row, captured)
    for k in range(count):
        record(w, month, path, why[k], going[k])
    if path != LEFT_MARKET:
        for row in going:
            _dismiss(w, row, path)
    for row in going:
        vacate(w, month, row, path in BY_POLICY_PATHS)
    for row in going:
        _end(w, row)


@part
def _pass_on_orders(w, row, captured):
    firms = w.firms
    w.released[firms.district[row], firms.industry[row]] += firms.demand_wan[row] * captured


@part
def _dismiss(w, row, path):
    firms = w.firms
    here = firms.district[row]
    w.tallies[DISPLACED, here] += np.float64(firms.employees[row])
    w.jobless[here] += np.float64(firms.employees[row])
    if path in BY_POLICY_PATHS:
        used = np.float64(firms.output_last_year_wan[row]) * np.float64(firms.energy_per_output[row])
        w.tallies[ENERGY_FREED, here] += used


@part
def _end(w, row):
    firms = w.firms
    w.living[firms.district[row]] -= 1.0
    firms.stage[row] = EXITED
    firms.demand_wan[row] = 0.0


@part
def interrupt(w, month, row, stage, length, loss_share):
    firms = w.firms
    spared = w.lever.redevelopment_continuity_share[month, firms.district[row]]
    firms.stage[row] = stage
    firms.busy_until[row] = month + months(length)
    firms.loss_share[row] = min(max(loss_share * (1.0 - spared), 0.0), 1.0)


@part
def interrupt_for_move(w, month, row):
    length = w.p.move_duration_months
    interrupt(w, month, row, MOVING, length, w.p.move_output_loss_years * 12.0 / length)


@part
def floor_for(demand_wan, output_per_m2, headroom):
    """Floor for a demand, m², as the column holds it."""
    return np.float64(np.float32(demand_wan / output_per_m2 * headroom))


@part
def floor_wanted(w, row):
    return floor_for(w.firms.demand_wan[row], w.firms.output_per_m2[row], w.p.expansion_headroom)


@part
def arrive(w, month, row, site, floor_m2, land_mu, path, cause):
    firms = w.firms
    again = firms.site[row] != SCATTERED and site != TOWER
    firms.site[row], firms.floor_m2[row], firms.land_mu[row] = site, floor_m2, land_mu
    firms.tenant[row] |= site != PARK
    firms.legal[row] = True
    if w.raises:
        firms.output_per_m2[row] *= 1.0 + w.p.park_productivity_effect
    record(w, month, EXPANDED if again else path, cause, row)
    interrupt_for_move(w, month, row)


@part
def plot(w, month, here, floor_m2):
    """Land under a floor in a park, mu, as the column holds it."""
    return np.float64(np.float32(floor_m2 / (w.lever.parks_far[month, here] * M2_PER_MU)))
