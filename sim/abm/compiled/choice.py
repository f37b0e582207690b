"""What each site is worth to those who reconsider theirs; see ``processes/choice.py``."""

from __future__ import annotations

import math

import numpy as np

from sim.abm.compiled.arithmetic import compiled, gumbels, logs, part, picked
from sim.abm.compiled.ledger import IN_PLACE, SCATTERED, SETTLED, TOWER, floor_for
from sim.abm.processes.choice import Option
from sim.abm.randomness import Process
from sim.abm.state import M2_PER_MU

STAY, EXPAND, TO_PARK, TO_TOWER, LEAVE = (int(option) for option in Option)
CHOICE, PER_LOG_10 = np.int64(Process.CHOICE), 1 / math.log(10)


@compiled
def value_sites(w, month, rows):
    """Those of ``rows`` that are free to choose, and the utility of each alternative with its frozen luck."""
    firms, p = w.firms, w.p
    free = _free(firms.stage, rows)
    district, site, tenant = picked(firms.district, free), picked(firms.site, free), picked(firms.tenant, free)
    demand_wan, output_per_m2 = picked(firms.demand_wan, free), picked(firms.output_per_m2, free)
    floor_m2, land_mu = picked(firms.floor_m2, free), picked(firms.land_mu, free)
    suitability, cost_burden = picked(firms.suitability, free), picked(firms.cost_burden, free)
    age_years, entered = picked(firms.age_years, free), picked(firms.entered, free)
    luck, utility = gumbels(w.key, CHOICE, month, picked(firms.id, free)), np.empty((free.size, 5))
    pressure, short_of, size = np.empty(free.size), np.empty(free.size), np.empty(free.size)
    for k in range(free.size):
        pressure[k] = demand_wan[k] / (np.float64(floor_m2[k]) * output_per_m2[k])
        short_of[k] = max(pressure[k], 1.0)
        size[k] = max(demand_wan[k], 1.0) / p.scale_entry_wan
    shortage, magnitude = logs(short_of), logs(size)
    for k in range(free.size):
        mine, here = utility[k], district[k]
        short = shortage[k] * p.choice_pressure_weight
        heavy = min(max(magnitude[k] * PER_LOG_10, -2.0), 3.0) * p.choice_size_tie
        push = short + np.float64(cost_burden[k]) * p.choice_cost_weight - heavy
        age = np.float64(age_years[k]) + (month - max(entered[k], 0)) / 12.0
        moving = p.choice_moving_cost * (1.0 - w.lever.parks_relocation_subsidy[month, here])
        premium = p.choice_premium_disutility * (1.0 - w.lever.expansion_premium_waived[month, here])
        suited = np.float64(suitability[k])
        mine[STAY] = p.choice_stay + p.choice_age_tie * min(age, 30.0)
        mine[EXPAND] = p.choice_expand + short - premium
        mine[TO_PARK] = p.choice_park + push - moving
        mine[TO_TOWER] = p.choice_tower + push + p.choice_suitability_weight * suited - moving
        mine[LEAVE] = p.choice_leave + push
        for option in range(5):
            mine[option] += luck[option, k]
        below_far = floor_m2[k] < land_mu[k] * (M2_PER_MU * w.lever.expansion_far_target[month, here])
        if tenant[k] or site[k] == TOWER or not below_far or pressure[k] <= 1.0:
            mine[EXPAND] = -np.inf
        if site[k] == TOWER or (site[k] != SCATTERED and pressure[k] <= 1.0):
            mine[TO_PARK] = -np.inf
        too_large = floor_for(demand_wan[k], output_per_m2[k], p.expansion_headroom) > p.highrise_max_floor_m2
        if site[k] == TOWER or suited < p.highrise_min_suitability or too_large:
            mine[TO_TOWER] = -np.inf
    return free, utility


@part
def _free(stage, rows):
    """Those of ``rows`` that are neither moving, nor under rectification, nor gone."""
    free, count = np.empty_like(rows), 0
    for row in rows:
        free[count] = row
        count += (stage[row] == IN_PLACE) | (stage[row] == SETTLED)
    return free[:count]
