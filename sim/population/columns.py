"""The columns drawn once output and value added are known: tax, people, energy, research, age, legality."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.population import place
from sim.population.draws import normals, scale_to, uniforms
from sim.population.margins import YI, Members
from sim.population.table import Table, far_classes, industry_numbers

P = Mapping[str, float]
RD = {
    "heavy": "population.rd_heavy",
    "general": "population.rd_general",
    "light": "population.rd_light",
    "high": "population.rd_high",
}


def others(core: Table, members: Members, asked: P, weight: float, p: P, rng: np.random.Generator) -> Table:
    """Every column not in ``core``.

    Args:
        core: district, industry, above_scale, demand_wan and value_added_rate, above-scale rows first.
        asked: margins' values by name.
        weight: enterprises a row stands for.
        rng: drawn from once per column, in the order written here.
    """
    output, above, industry = core["demand_wan"], core["above_scale"], core["industry"]
    value_added = output * core["value_added_rate"]
    far_class = far_classes()[industry]
    land = place.land_mu(value_added, output, above, far_class, asked, weight, p, rng)
    floor = place.floor_m2(land, far_class, p, rng)
    site = place.site_kind(output, above, members, asked["community_output"] * YI / weight, p, rng)
    return {
        "land_mu": land,
        "floor_m2": floor,
        "output_per_m2": output / (floor * place.utilisation(len(output), p, rng)),
        "tax_rate": _tax_rate(core, land, industry_numbers("tax_ratio")[industry], asked, p, rng),
        "employees": _employees(
            value_added, above, industry_numbers("labour_ratio")[industry], asked, p, rng
        ),
        "energy_per_output": _energy(output, value_added, above, industry, p, rng),
        "rd_share": _rd(output, above, far_class, asked, weight, p, rng),
        "suitability": np.clip(
            industry_numbers("suitability")[industry]
            + p["population.suitability_sd"] * normals(len(output), rng),
            0,
            1,
        ),
        "age_years": _age(above, p, rng),
        "site": site,
        "tenant": rng.random(len(output))
        < np.where(above, p["population.tenant_share_above"], p["population.tenant_share_below"]),
        "legal": rng.random(len(output))
        >= np.where(
            (site == 0) & ~above, p["population.illegal_share_scattered"], p["population.illegal_share_other"]
        ),
    }


def _tax_rate(
    core: Table, land: np.ndarray, ratio: np.ndarray, asked: P, p: P, rng: np.random.Generator
) -> np.ndarray:
    """Tax / output: by industry, at the published tax per mu above scale, never near the value-added rate."""
    output, above = core["demand_wan"], core["above_scale"]
    rate = ratio * np.exp(p["population.tax_rate_sd"] * normals(len(output), rng))
    totals = {
        True: asked["tax_per_mu"] * float(land[above].sum()),
        False: p["population.tax_rate_below"] * float(output[~above].sum()),
    }
    for side, total in totals.items():
        rows = above == side
        cap = p["population.tax_cap"] * core["value_added_rate"][rows]
        rate[rows] = scale_to(rate[rows], total, "税收", times=output[rows], high=cap)
    return rate


def _employees(
    value_added: np.ndarray, above: np.ndarray, ratio: np.ndarray, asked: P, p: P, rng: np.random.Generator
) -> np.ndarray:
    productivity = ratio * np.exp(p["population.labour_productivity_sd"] * normals(len(above), rng))
    people = np.asarray(value_added / productivity)
    levels = {True: asked["labour_productivity"], False: p["population.labour_productivity_below"]}
    for side, level in levels.items():
        rows = above == side
        total = float(value_added[rows].sum()) / level
        people[rows] = scale_to(people[rows], total, "从业人员", low=p["population.employees_min"])
    return people


def _energy(
    output: np.ndarray,
    value_added: np.ndarray,
    above: np.ndarray,
    industry: np.ndarray,
    p: P,
    rng: np.random.Generator,
) -> np.ndarray:
    """Energy / output: one level for all firms, fixed by the energy per value added above scale."""
    ratio = np.where(
        industry_numbers("energy_intensive")[industry], p["population.energy_intensive_ratio"], 1.0
    )
    ratio = np.where(
        industry_numbers("special_process")[industry],
        np.maximum(ratio, p["population.special_process_ratio"]),
        ratio,
    )
    ratio = ratio * np.exp(p["population.energy_sd"] * normals(len(output), rng))
    used = p["population.energy_per_value_added"] * value_added[above].sum()
    return np.asarray(ratio * used / (ratio[above] * output[above]).sum())


def _rd(
    output: np.ndarray,
    above: np.ndarray,
    far_class: np.ndarray,
    asked: P,
    weight: float,
    p: P,
    rng: np.random.Generator,
) -> np.ndarray:
    share = place.by_class(far_class, RD, p)
    share = share * np.exp(p["population.rd_sd"] * normals(len(output), rng))
    totals = {
        True: asked["rd_above_scale"] * YI / weight,
        False: p["population.rd_share_below"] * output[~above].sum(),
    }
    for side, total in totals.items():
        rows = above == side
        share[rows] = scale_to(
            share[rows], total, "研发费用", times=output[rows], high=p["population.rd_share_max"]
        )
    return share


def _age(above: np.ndarray, p: P, rng: np.random.Generator) -> np.ndarray:
    """Exponential ages; below scale the mean follows from the share of all firms younger than five years."""
    young_above = 1 - np.exp(-5 / p["population.age_above_mean_years"])
    young_below = (p["population.young_share"] - above.mean() * young_above) / (1 - above.mean())
    mean = np.where(above, p["population.age_above_mean_years"], -5 / np.log1p(-young_below))
    return np.asarray(np.minimum(-np.log1p(-uniforms(len(above), rng)) * mean, p["population.age_max_years"]))
