"""January's grades, prices and lists; December's list of who is above scale."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from tests.abm.twin.firm import TOWER

A, B, C, D = range(4)
OUTDATED, HIGH_CONSUMPTION, SCATTERED_POLLUTING = 1, 2, 4


def review(city: Any) -> None:
    if city.month % 12:
        return
    for firm in city.agents:
        if city.month > 0:
            founded_this_year = firm.entered >= city.month - 12
            firm.output_last_year_wan = firm.output_wan if founded_this_year else firm.output_year_wan
            firm.output_year_wan = 0.0
        firm.tax_per_mu = firm.output_last_year_wan * firm.tax_rate / firm.land_mu
    grade(city)
    energy = math.fsum(firm.energy_per_output * firm.output_last_year_wan for firm in city.agents)
    mean_energy = energy / math.fsum(firm.output_last_year_wan for firm in city.agents)
    medians = {
        above: median(sizes)
        for above in (False, True)
        if (sizes := [firm.demand_wan for firm in city.agents if firm.above_scale == above])
    }
    for firm in city.agents:
        price_energy(city, firm)
        put_on_lists(city, firm, mean_energy)
        set_volatility(city, firm)
        set_exit_hazard(city, firm, medians[firm.above_scale])
    usable = [firm for firm in city.agents if firm.site != TOWER]
    city.small_models, city.large_models = (
        [[firm for firm in usable if firm.district == here and firm.above_scale == large] for here in range(10)]
        for large in (False, True)
    )


def grade(city: Any) -> None:
    for district in range(10):
        for above in (False, True):
            group = [firm for firm in city.agents if firm.district == district and firm.above_scale == above]
            scores = score_above_scale(city, group) if above else [firm.tax_per_mu for firm in group]
            share = city.lever(f"grading.d_share_{'above' if above else 'below'}_scale", district)
            best_first = sorted(range(len(group)), key=lambda place: -scores[place])
            for rank, place in enumerate(best_first):
                give_grade(city, group[place], (rank + 0.5) / len(group), share)


def give_grade(city: Any, firm: Any, standing: float, d_share: float) -> None:
    cut_a, cut_b = city.p["grading.share_a"], city.p["grading.share_b"]
    firm.grade = A if standing < cut_a else B if standing < cut_a + cut_b else C
    if standing >= 1 - d_share:
        firm.grade = D
    firm.years_in_d = min(firm.years_in_d + 1, 100) if firm.grade == D else 0


def score_above_scale(city: Any, group: list[Any]) -> list[float]:
    """Each indicator over the district's mean, capped, weighted."""
    indicators = {
        "tax": lambda firm: firm.tax_per_mu,
        "value_added": lambda firm: firm.output_last_year_wan * firm.value_added_rate / firm.land_mu,
        "sales": lambda firm: firm.output_last_year_wan / firm.land_mu,
        "energy": lambda firm: firm.value_added_rate / max(firm.energy_per_output, 1e-9),
        "rd": lambda firm: firm.rd_share,
        "productivity": lambda firm: firm.output_last_year_wan * firm.value_added_rate / max(firm.employees, 1.0),
    }
    scores = [0.0 for _ in group]
    for name, indicator in indicators.items():
        values = [indicator(firm) for firm in group]
        mean = max(sum(values) / max(len(values), 1), 1e-12)
        for place, value in enumerate(values):
            scores[place] += city.p[f"grading.weight_{name}"] * min(value / mean, city.p["grading.score_cap"])
    return scores


def price_energy(city: Any, firm: Any) -> None:
    years = min(max(firm.years_in_d, 0), 3)
    surcharge = city.lever(f"energy.d_surcharge_year_{years}", firm.district) if years else 0.0
    kwh = firm.energy_per_output * city.p["energy.electricity_kwh_per_tce"]
    firm.cost_burden = surcharge * kwh / 10_000 / city.p["turnover.profit_margin"]


def put_on_lists(city: Any, firm: Any, mean_energy: float) -> None:
    p, here = city.p, firm.district
    chance = p["listing.probability_given_d"]
    if city.special_process[firm.industry]:
        chance = min(chance * city.lever("listing.special_process_multiplier", here), 1.0)
    chance *= 1 - city.lever("listing.exemption_share", here)
    important = firm.output_last_year_wan >= p["listing.exempt_output_wan"]
    exempt = important or firm.site == TOWER
    large_plot = firm.land_mu >= p["listing.min_land_mu"]
    low_tax = firm.tax_per_mu < city.lever("listing.tax_threshold_wan_per_mu", here)
    wasteful = firm.energy_per_output > p["listing.outdated_energy_ratio"] * mean_energy
    eligible = {
        OUTDATED: firm.grade >= C and wasteful,
        HIGH_CONSUMPTION: firm.grade == D and large_plot and low_tax,
        SCATTERED_POLLUTING: (firm.grade == D and not large_plot) or (firm.grade >= C and not firm.legal),
    }
    luck = city.draw("LISTING", firm.id)
    firm.listed = sum(
        flag for word, (flag, fits) in enumerate(eligible.items()) if fits and not exempt and luck[word] < chance
    )


def set_volatility(city: Any, firm: Any) -> None:
    p, largest = city.p, city.p["demand.largest_size_ratio"]
    ratio = min(max(firm.demand_wan / p["scale.entry_wan"], 1 / largest), largest)
    yearly = p["demand.sigma_annual"]
    if city.option("size_effect") == "power_law":
        yearly *= ratio ** -p["demand.size_variance_exponent"]
    firm.volatility = yearly / math.sqrt(12) / math.sqrt(2)


def set_exit_hazard(city: Any, firm: Any, typical: float) -> None:
    p = city.p
    firm.exit_rate = f"turnover.exit_{'above' if firm.above_scale else 'below'}_scale"
    yearly = p[firm.exit_rate]
    if p["turnover.young_from_years"] <= firm.age <= p["turnover.young_to_years"]:
        yearly *= p["turnover.young_multiplier"]
    if firm.age >= p["turnover.old_from_years"]:
        yearly *= p["turnover.old_multiplier"]
    relative = min(max(firm.demand_wan / typical, 0.01), 100.0)
    if city.option("size_effect") == "power_law":
        yearly *= relative ** -p["turnover.size_exponent"]
    yearly *= 1 + p["turnover.cost_sensitivity"] * firm.cost_burden
    firm.exit_hazard = 1 - (1 - min(max(yearly, 0.0), 0.95)) ** (1 / 12)


def update_scale(city: Any) -> None:
    if city.month % 12 != 11:
        return
    for firm in city.agents:
        if firm.output_year_wan >= city.p["scale.entry_wan"]:
            city.tally("promoted", firm.district, not firm.above_scale)
            firm.above_scale = True
        elif firm.output_year_wan < city.p["scale.exit_wan"]:
            firm.above_scale = False
