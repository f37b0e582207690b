"""Defects put into the processes on purpose, one at a time: file below ``sim/abm``, what is there, what replaces it."""

from __future__ import annotations

MUTATIONS: tuple[tuple[str, str, str], ...] = (
    # grading, prices, lists
    ("processes/grading.py", "firms.output_year_wan[:] = 0.0", "firms.output_year_wan[:] = 1.0"),
    ("processes/grading.py", "firms.output_last_year_wan * firms.tax_rate / firms.land_mu", "firms.output_last_year_wan / firms.land_mu"),
    ("processes/grading.py", "standing >= 1 - d_share", "standing > 1 - d_share / 2"),
    ("processes/grading.py", "np.minimum(firms.years_in_d[rows] + 1, 100), 0)", "np.minimum(firms.years_in_d[rows] + 1, 100), 1)"),
    ("processes/grading.py", "kwh_per_wan / 10_000", "kwh_per_wan / 1_000"),
    ("processes/grading.py", "chance *= 1 - state.lever(\"listing.exemption_share\")", "chance *= 1 + state.lever(\"listing.exemption_share\")"),
    ("processes/grading.py", "firms.land_mu >= parameters[\"listing.min_land_mu\"]", "firms.land_mu > 2 * parameters[\"listing.min_land_mu\"]"),
    ("processes/grading.py", "(output >= parameters[\"scale.entry_wan\"])", "(output >= parameters[\"scale.exit_wan\"])"),
    ("processes/grading.py", "firms.live & (output < parameters[\"scale.exit_wan\"])", "firms.live & (output < parameters[\"scale.entry_wan\"])"),
    ("processes/grading.py", "grades[standing < cut_a] = GRADE_A", "grades[standing < cut_b] = GRADE_A"),
    # market
    ("processes/production.py", "* (1 - scale * scale)", "* (1 + scale * scale)"),
    ("processes/production.py", "trend = state.demand_growth[state.month] + shift / 12", "trend = state.demand_growth[state.month] + shift"),
    ("processes/production.py", "np.minimum(firms.demand_wan, capacity(firms)) * (1 - firms.loss_share)", "np.minimum(firms.demand_wan, capacity(firms))"),
    ("processes/production.py", "pressure(firms, rows) ** speed", "pressure(firms, rows) ** -speed"),
    ("processes/production.py", "firms.busy_until == state.month", "firms.busy_until <= state.month + 1"),
    ("processes/production.py", "state.released_demand[:] = 0.0", "state.released_demand[:] *= 0.5"),
    ("processes/production.py", "loss_share * (1 - spared)", "loss_share * (1 + spared)"),
    ("processes/production.py", "* 12 / months", "* 6 / months"),
    # land and construction
    ("processes/land.py", "* (1 - in_parks)", "* in_parks"),
    ("processes/land.py", "land.returning[state.month] = 0.0", "pass"),
    ("processes/land.py", "land.total += new", "land.total += 2 * new"),
    ("processes/construction.py", "credit[district] -= cost", "credit[district] -= 0"),
    ("processes/construction.py", "state.land.under_towers[district] += land", "pass"),
    ("processes/construction.py", "min(land, vacant[PARK_LAND])", "min(land / 2, vacant[PARK_LAND])"),
    ("processes/construction.py", "blocked.add(district)", "pass"),
    ("processes/construction.py", "fund -= demolished * compensation", "fund -= demolished"),
    ("processes/construction.py", "delivered * state.parameters[\"highrise.on_offer_share\"]", "delivered"),
    ("processes/construction.py", "state.month + max(1, lag), state", "state.month + max(2, lag + 1), state"),
    # enforcement
    ("processes/enforcement.py", "* state.parameters[\"enforcement.execution_rate\"]", "* 2"),
    ("processes/enforcement.py", "budget -= state.by_district(rows)", "budget -= 0"),
    ("processes/enforcement.py", "firms.tax_per_mu[rows], firms.id[rows].astype(float))", "-firms.tax_per_mu[rows], firms.id[rows].astype(float))"),
    ("processes/enforcement.py", "carried=1.0", "carried=5.0"),
    ("processes/enforcement.py", "(luck >= closed) & (luck < merged)], \"merged\", cause, 1.0)", "(luck >= closed) & (luck < merged)], \"merged\", cause, 0.5)"),
    ("processes/enforcement.py", "firms.energy_per_output[rows] *= 1 - saving", "firms.energy_per_output[rows] *= saving"),
    ("processes/enforcement.py", "firms.land_mu[large] -= given_back", "firms.land_mu[large] -= 2 * given_back"),
    # departure
    ("processes/departure.py", "converted = freed * state.parameters[\"land.converted_share\"]", "converted = freed * 0.0"),
    ("processes/departure.py", "state.towers.let -= state.by_district", "state.towers.let += state.by_district"),
    ("processes/departure.py", "firms.tenant[rows] == tenant", "firms.tenant[rows] != tenant"),
    # entry, exit, projects
    ("processes/turnover.py", "state.luck[1, : firms.n] < firms.exit_hazard", "state.luck[3, : firms.n] < firms.exit_hazard"),
    ("processes/turnover.py", "** -state.parameters[\"turnover.size_exponent\"]", "** state.parameters[\"turnover.size_exponent\"]"),
    ("processes/turnover.py", "np.clip(yearly, 0.0, 0.95)) ** (1 / 12)", "np.clip(yearly, 0.0, 0.95)) ** (1 / 6)"),
    ("processes/turnover.py", "yearly = live * state.parameters[\"turnover.entry_rate\"]", "yearly = (live + 20) * state.parameters[\"turnover.entry_rate\"]"),
    ("processes/turnover.py", "room -= np.bincount(firms.district[model[settled]], land[settled], minlength=room.size)", "pass"),
    ("processes/turnover.py", "* demand / np.maximum(firms.demand_wan[model], 1e-9)", "* 1.0"),
    ("processes/turnover.py", "(firms.stage[pool] != Stage.EXITED) & (firms.site[pool] != Site.TOWER)", "(firms.site[pool] != Site.TOWER)"),
    # choice
    ("processes/choice.py", "state.luck[2] < rate", "state.luck[2] < 2 * rate"),
    ("processes/choice.py", "push = short_of_floor + cost - heavy", "push = short_of_floor + cost + heavy"),
    ("processes/choice.py", "moving = p[\"choice.moving_cost\"] * (1 - ", "moving = p[\"choice.moving_cost\"] * (1 + "),
    ("processes/choice.py", "np.minimum(age, 30)", "np.minimum(age, 3)"),
    ("processes/choice.py", "allowed[:, Option.EXPAND] = owner & below_far & short", "allowed[:, Option.EXPAND] = owner & below_far"),
    ("processes/choice.py", "firms.suitability[rows] >= p[\"highrise.min_suitability\"]", "firms.suitability[rows] < p[\"highrise.min_suitability\"]"),
    # allocation
    ("processes/allocation.py", "ROUNDS = 2", "ROUNDS = 1"),
    ("processes/allocation.py", "towers.let += state.by_district(moving, floor)", "towers.let += state.by_district(moving, floor) / 2"),
    ("processes/allocation.py", "room -= state.by_district(going, land[moved])", "pass"),
    ("processes/allocation.py", "places -= state.by_district(rows[moved & small])", "places -= state.by_district(rows[moved])"),
    ("processes/allocation.py", "firms.output_per_m2[rows] *= 1 + state.parameters[\"park.productivity_effect\"]", "pass"),
    ("processes/allocation.py", "np.where(by_performance, -firms.tax_per_mu[rows],", "np.where(by_performance, firms.tax_per_mu[rows],"),
    ("processes/allocation.py", "firms.tenant[rows] |= site != Site.PARK", "firms.tenant[rows] |= site == Site.PARK"),
    # what the processes stand on
    ("state.py", "np.cumsum(need[queue]) <= room[here]", "np.cumsum(need[queue]) < 2 * room[here]"),
    ("state.py", "np.floor(balance + 0.5), 0.0)", "np.floor(balance), 0.0)"),
    ("state.py", "balance[here] -= 1\n    return units", "balance[here] -= 0.5\n    return units"),
    ("state.py", "balance += yearly / 12", "balance += yearly / 11"),
)  # fmt: skip
