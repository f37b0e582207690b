"""Indicators of a year, by district, in the units of :mod:`sim.indicators`; a sample is scaled up to the city."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.abm.state import M2_PER_MU, State, Vector, zeros
from sim.regions import DISTRICTS

WAN = 1e4
M2_PER_KM2 = 1e6
SPACE_SINCE = 48
"""January 2025: 高品质空间 and 连片改造 count from the action plan's first year (S162, S166)."""

CUMULATIVE = {
    "firms_eliminated": "eliminated",
    "firms_rectified_high_consumption": "rectified_high_consumption",
    "firms_rectified_scattered": "rectified_scattered_polluting",
    "firms_relocated": "relocated",
    "firms_upstairs": "upstairs",
    "firms_expanded": "expanded",
    "firms_left_city": "left_city",
    "firms_merged": "merged",
    "firms_exited": "exited",
    "firms_entered": "entered",
    "firms_promoted": "promoted",
}
"""Cumulative counts of enterprises: indicator ← tally."""


SUMS = ("output", "value_added", "tax", "land", "workers", "firms", "jobs")
"""By district: what those above scale made this year (万元), its value added and tax, their land (mu) and workers, how
many they are; and jobs of all."""


def measure_year(
    state: State, before_2025: dict[str, Vector] | None, sums: Callable[[State], dict[str, Vector]]
) -> dict[str, NDArray[np.float64]]:
    """All indicators in December: shape (11,), the city first, then the districts.

    Args:
        before_2025: tallies at the end of 2024, for indicators that count from 2025; None before then.
        sums: what adds up the enterprises, :func:`yearly_sums` or its compiled form.
    """
    real = dict(zip(state.tallies, state.tallies.table / state.scale, strict=True))

    def since_2025(name: str) -> Vector:
        return zeros() if before_2025 is None else real[name] - before_2025[name] / state.scale

    out = _with_city({name: real[source] for name, source in CUMULATIVE.items()})
    out |= _output(state, _with_city(sums(state)))
    # of ratios the upper part, to be divided below
    out |= _with_city({
        "land_freed": real["land_freed_mu"] * M2_PER_MU / M2_PER_KM2,
        "energy_freed": real["energy_freed_tce"] / WAN,
        "carbon_cut": real["energy_freed_tce"] / WAN,
        "land_redeveloped": since_2025("redeveloped_mu") / WAN,
        "blocks_redeveloped": real["redeveloped_mu"] / state.parameters["redevelopment.mu_per_block"],
        "new_land_park_share": real["new_park_land_mu"],
        # tower projects are whole real ones in every sample size
        "highrise_projects": since_2025("highrise_projects") * state.scale,
        "quality_space_started": since_2025("quality_started_m2") / WAN,
        "quality_space_completed": since_2025("quality_completed_m2") / WAN,
        "tower_occupancy": state.towers.let,
        "micro_parks": real["micro_places"] / state.parameters["parks.tenants_per_micro_park"],
        "employees_displaced": real["employees_displaced"],
        "employees_reemployed": real["employees_reemployed"],
        "land_vacant": _vacant(state) / state.scale / WAN,
        "land_total": state.land.total / state.scale / WAN,
        "refused_park": real["refused_park"],
        "refused_tower": real["refused_tower"],
        "projects_waiting": _waiting(state),
    })  # fmt: skip
    whole = _with_city({"new_land": real["new_land_mu"], "offered": state.towers.offered.sum(axis=0)})
    out["carbon_cut"] = out["carbon_cut"] * state.parameters["carbon.factor"]
    out["new_land_park_share"] = _ratio(out["new_land_park_share"], whole["new_land"]) * 100
    out["tower_occupancy"] = _ratio(out["tower_occupancy"], whole["offered"]) * 100
    # the count of 2020 is published for the city only
    out["micro_parks"][0] += state.parameters["parks.micro_count_2020"]
    out["micro_parks"][1:] = np.nan
    return out


def _vacant(state: State) -> Vector:
    land = state.land
    vacant: Vector = land.vacant.sum(axis=0) + land.returning.sum(axis=(0, 1)) + land.assembling.sum(axis=0)
    return vacant


def _waiting(state: State) -> Vector:
    return np.bincount([district for district, _ in state.waiting_projects], minlength=len(DISTRICTS)).astype(float)


def yearly_sums(state: State) -> dict[str, Vector]:
    """Sums of :data:`SUMS` over the enterprises, in simulated units."""
    firms = state.enterprises
    live = firms.live
    above = np.flatnonzero(live & firms.above_scale)
    # an enterprise that left in the year still made what it made before it left
    made = np.flatnonzero(firms.above_scale & (firms.output_year_wan > 0))
    made_wan = firms.output_year_wan[made].astype(float)
    by_district = state.by_district
    return {
        "output": by_district(made, made_wan),
        "value_added": by_district(made, made_wan * firms.value_added_rate[made]),
        "tax": by_district(made, made_wan * firms.tax_rate[made]),
        "land": by_district(above, firms.land_mu[above]),
        "workers": by_district(above, firms.employees[above]),
        "firms": by_district(above),
        "jobs": np.bincount(firms.district, firms.employees * live, minlength=len(DISTRICTS)).astype(float),
    }


def _output(state: State, city: dict[str, Vector]) -> dict[str, NDArray[np.float64]]:
    unit = state.scale * WAN
    output, value_added, tax = city["output"] / unit, city["value_added"] / unit, city["tax"] / unit
    land_wan_mu, workers = city["land"] / unit, city["workers"] / state.scale
    return {
        "gross_output_above_scale": output,
        "value_added_above_scale": value_added,
        "value_added_rate": _ratio(value_added, output) * 100,
        "tax_per_mu": _ratio(tax, land_wan_mu),
        "value_added_per_mu": _ratio(value_added, land_wan_mu),
        "labour_productivity": _ratio(value_added * WAN, workers),
        "firms_total": _with_city({"living": state.living})["living"] / state.scale,
        "firms_above_scale": city["firms"] / state.scale,
        "jobs_total": city["jobs"] / state.scale / WAN,
    }


def _with_city(districts: dict[str, Vector]) -> dict[str, NDArray[np.float64]]:
    """The city's sum before the districts, each of shape (11,)."""
    table = np.array(list(districts.values()))
    return dict(zip(districts, np.concatenate([table.sum(axis=1, keepdims=True), table], axis=1), strict=True))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part over whole; NaN where there is no whole."""
    result: NDArray[np.float64] = np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
    return result
