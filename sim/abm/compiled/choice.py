"""What each site is worth to those who reconsider theirs; see ``processes/choice.py``."""

from __future__ import annotations

import math

import numpy as np

from sim.abm.compiled.arithmetic import compiled, gumbels, logs
from sim.abm.compiled.ledger import IN_PLACE, SCATTERED, SETTLED, TOWER, floor_wanted
from sim.abm.processes.choice import Option
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU

STAY, EXPAND, TO_PARK, TO_TOWER, LEAVE = (int(option) for option in Option)
CHOICE, PER_LOG_10 = np.int64(Process.CHOICE), 1 / math.log(10)


@compiled
def value_sites(w, month, rows):
    """Those of ``rows`` that are free to choose, and the utility of each alternative with its frozen luck."""
    firms, p = w.firms, w.p
    district_of, site_of, demand_wan_of = firms.district, firms.site, firms.demand_wan
    floor_m2_of, output_per_m2_of, land_mu_of = firms.floor_m2, firms.output_per_m2, firms.land_mu
    cost_burden_of, age_years_of, entered_of = firms.cost_burden, firms.age_years, firms.entered
    suitability_of, tenant_of = firms.suitability, firms.tenant
    free, ids = _free(firms.stage, firms.id, rows)
    luck, utility = gumbels(w.key, CHOICE, month, ids), np.empty((free.size, 5))
    pressure, short_of, size = np.empty(free.size), np.empty(free.size), np.empty(free.size)
    for k in range(free.size):
        row = free[k]
        pressure[k] = demand_wan_of[row] / (np.float64(floor_m2_of[row]) * output_per_m2_of[row])
        short_of[k] = max(pressure[k], 1.0)
        size[k] = max(demand_wan_of[row], 1.0) / p.scale_entry_wan
    shortage, magnitude = logs(short_of), logs(size)
    for k in range(free.size):
        row, mine = free[k], utility[k]
        here, site = district_of[row], site_of[row]
        short = shortage[k] * p.choice_pressure_weight
        heavy = min(max(magnitude[k] * PER_LOG_10, -2.0), 3.0) * p.choice_size_tie
        push = short + np.float64(cost_burden_of[row]) * p.choice_cost_weight - heavy
        age = np.float64(age_years_of[row]) + (month - max(entered_of[row], 0)) / 12.0
        moving = p.choice_moving_cost * (1.0 - w.lever.parks_relocation_subsidy[month, here])
        premium = p.choice_premium_disutility * (1.0 - w.lever.expansion_premium_waived[month, here])
        suitability = np.float64(suitability_of[row])
        mine[STAY] = p.choice_stay + p.choice_age_tie * min(age, 30.0)
        mine[EXPAND] = p.choice_expand + short - premium
        mine[TO_PARK] = p.choice_park + push - moving
        mine[TO_TOWER] = p.choice_tower + push + p.choice_suitability_weight * suitability - moving
        mine[LEAVE] = p.choice_leave + push
        for option in range(5):
            mine[option] += luck[option, k]
        below_far = floor_m2_of[row] < land_mu_of[row] * (M2_PER_MU * w.lever.expansion_far_target[month, here])
        if tenant_of[row] or site == TOWER or not below_far or pressure[k] <= 1.0:
            mine[EXPAND] = -np.inf
        if site == TOWER or (site != SCATTERED and pressure[k] <= 1.0):
            mine[TO_PARK] = -np.inf
        if site == TOWER or suitability < p.highrise_min_suitability or floor_wanted(w, row) > p.highrise_max_floor_m2:
            mine[TO_TOWER] = -np.inf
    return free, utility


@compiled
def _free(stage, ids, rows):
    """Those of ``rows`` that are neither moving, nor under rectification, nor gone; and their ids."""
    free, their_ids, count = np.empty_like(rows), np.empty(rows.size, np.uint32), 0
    for row in rows:
        free[count], their_ids[count] = row, ids[row]
        count += (stage[row] == IN_PLACE) | (stage[row] == SETTLED)
    return free[:count], their_ids[:count]
