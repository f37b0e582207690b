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

SINCE_2025 = ("redeveloped_mu", "highrise_projects", "quality_started_m2", "quality_completed_m2")


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
    real = {name: amount / state.scale for name, amount in state.tallies.items()}

    def tally(name: str) -> Vector:
        amount = real.get(name, zeros())
        if name not in SINCE_2025:
            return amount
        return zeros() if before_2025 is None else amount - before_2025.get(name, zeros()) / state.scale

    out = {name: _with_city(tally(source)) for name, source in CUMULATIVE.items()}
    out |= _output(state, sums(state))
    out["land_freed"] = _with_city(tally("land_freed_mu") * M2_PER_MU / M2_PER_KM2)
    out["energy_freed"] = _with_city(tally("energy_freed_tce") / WAN)
    out["carbon_cut"] = out["energy_freed"] * state.parameters["carbon.factor"]
    out["land_redeveloped"] = _with_city(tally("redeveloped_mu") / WAN)
    all_blocks = real.get("redeveloped_mu", zeros()) / state.parameters["redevelopment.mu_per_block"]
    out["blocks_redeveloped"] = _with_city(all_blocks)
    new = _with_city(tally("new_land_mu"))
    out["new_land_park_share"] = _ratio(_with_city(tally("new_park_land_mu")), new) * 100
    # tower projects are whole real ones in every sample size
    out["highrise_projects"] = _with_city(tally("highrise_projects") * state.scale)
    out["quality_space_started"] = _with_city(tally("quality_started_m2") / WAN)
    out["quality_space_completed"] = _with_city(tally("quality_completed_m2") / WAN)
    out["tower_occupancy"] = _ratio(_with_city(state.towers.let), _with_city(state.towers.offered)) * 100
    out["micro_parks"] = _micro_parks(state, tally("micro_places"))
    out["employees_displaced"] = _with_city(tally("employees_displaced"))
    out["employees_reemployed"] = _with_city(tally("employees_reemployed"))
    out["land_vacant"] = _with_city(
        (state.land.vacant.sum(axis=0) + state.land.returning.sum(axis=(0, 1)) + state.land.assembling.sum(axis=0))
        / state.scale / WAN
    )
    out["land_total"] = _with_city(state.land.total / state.scale / WAN)
    for option in ("park", "tower"):
        out[f"refused_{option}"] = _with_city(tally(f"refused_{option}"))
    out["projects_waiting"] = _with_city(
        np.bincount([district for district, _ in state.waiting_projects], minlength=len(DISTRICTS)).astype(float)
    )
    return out


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


def _output(state: State, sums: dict[str, Vector]) -> dict[str, NDArray[np.float64]]:
    city, unit = {name: _with_city(districts) for name, districts in sums.items()}, state.scale * WAN
    output, value_added, tax = city["output"] / unit, city["value_added"] / unit, city["tax"] / unit
    land_wan_mu, workers = city["land"] / unit, city["workers"] / state.scale
    return {
        "gross_output_above_scale": output,
        "value_added_above_scale": value_added,
        "value_added_rate": _ratio(value_added, output) * 100,
        "tax_per_mu": _ratio(tax, land_wan_mu),
        "value_added_per_mu": _ratio(value_added, land_wan_mu),
        "labour_productivity": _ratio(value_added * WAN, workers),
        "firms_total": _with_city(state.living) / state.scale,
        "firms_above_scale": city["firms"] / state.scale,
        "jobs_total": city["jobs"] / state.scale / WAN,
    }


def _micro_parks(state: State, places: Vector) -> NDArray[np.float64]:
    """The count of 2020 and what the new places amount to; the 2020 count is published for the city only."""
    p = state.parameters
    parks = _with_city(places / p["parks.tenants_per_micro_park"])
    parks[0] += p["parks.micro_count_2020"]
    parks[1:] = np.nan
    return parks


def _with_city(districts: Vector) -> NDArray[np.float64]:
    return np.concatenate([[districts.sum()], districts])


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part over whole; NaN where there is no whole."""
    result: NDArray[np.float64] = np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
    return result
