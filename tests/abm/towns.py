"""Towns made by hand, small enough that what must happen to them is known beforehand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.abm.model import IndustrialUpgradeModel
from sim.abm.state import OF_PROJECTS, PARK_LAND
from sim.population import Population
from sim.population.table import COLUMNS
from sim.scenario.schema import Scenario, default_scenario

STANDARD_ERRORS = 4

PLAIN: dict[str, Any] = {
    "age_years": 10.0, "above_scale": True, "site": 0, "tenant": False, "legal": True, "land_mu": 12.0,
    "floor_m2": 8000.0, "demand_wan": 10_000.0, "output_per_m2": 1.5, "value_added_rate": 0.25,
    "tax_rate": 0.04, "energy_per_output": 0.05, "employees": 100.0, "rd_share": 0.02, "suitability": 0.6,
}  # fmt: skip
"""A middling owner above scale on scattered land (FAR 1.0, floor used to 83 %)."""

STILL_LEVERS: dict[str, float] = {
    "enforcement.eliminations_per_year": 0, "enforcement.high_consumption_per_year": 0,
    "enforcement.scattered_per_year": 0, "pipeline.big_projects_per_year": 0,
    "pipeline.medium_projects_per_year": 0,
}  # fmt: skip
STILL_DRAWN: dict[str, float] = {
    "turnover.exit_below_scale": 0, "turnover.exit_above_scale": 0, "turnover.entry_rate": 0,
    "choice.review_rate": 0,
}  # fmt: skip
"""Levers and uncertainties that leave every enterprise where it is."""
LIVELY = {
    "choice.review_rate": 1, "highrise.delivery_lag_months": 6, "highrise.project_area_wan_m2": 1,
    "land.idle_months": 6, "listing.probability_given_d": 1,
}  # fmt: skip
"""Uncertainties under which small towns see some of everything within two years."""


def homogeneous_town(n: int, district: int = 0, industry: int = 0, **columns: Any) -> Population:
    """``n`` enterprises that differ in id only; ``columns`` change :data:`PLAIN`, one value or a list."""
    given = PLAIN | {"id": np.arange(n), "district": district, "industry": industry} | columns
    table = {
        column.name: np.broadcast_to(given[column.name], n).astype(column.dtype, copy=True)
        for column in COLUMNS
    }
    return Population(table, 1.0, pd.DataFrame())


def together(*towns: Population) -> Population:
    """One population of several; ids count on from town to town."""
    table = {column.name: np.concatenate([town.table[column.name] for town in towns]) for column in COLUMNS}
    table["id"] = np.arange(table["id"].size, dtype=table["id"].dtype)
    return Population(table, towns[0].weight, pd.DataFrame())


def scenario(months: int, levers: Mapping[str, float] | None = None) -> Scenario:
    """The policy of record for so many months, with some levers at one value throughout."""
    base = default_scenario(months - 1)
    steps = {name: ((0, float(value)),) for name, value in (levers or {}).items()}
    return base.model_copy(update={"levers": base.levers | steps})


def start(
    population: Population,
    setting: Scenario,
    drawn: Mapping[str, float] | None = None,
    constants: Mapping[str, float] | None = None,
    **options: Any,
) -> IndustrialUpgradeModel:
    """A fresh model, catalogue values replaced before the first month: by ``constants`` beyond their bounds, too."""
    model = IndustrialUpgradeModel(setting, population=population, drawn=drawn, **options)
    parameters = model.state.parameters
    unknown = (constants or {}).keys() - parameters.values.keys()
    assert not unknown, f"not in the catalogue: {unknown}"
    model.state.parameters = dataclasses.replace(
        parameters, values={**parameters.values, **(constants or {})}
    )
    return model


def run(
    population: Population,
    setting: Scenario,
    drawn: Mapping[str, float] | None = None,
    months: int | None = None,
    constants: Mapping[str, float] | None = None,
    **options: Any,
) -> IndustrialUpgradeModel:
    """A model stepped so many months (default: to the horizon)."""
    model = start(population, setting, drawn, constants, **options)
    for _ in range(setting.months if months is None else months):
        model.step()
    return model


def set_vacant_park_land(model: IndustrialUpgradeModel, mu: float) -> None:
    """Replace what is vacant in the parks of each district of a fresh model."""
    land = model.state.land
    land.total += mu - land.vacant[PARK_LAND]
    land.vacant[PARK_LAND] = mu


def set_vacant_floor(model: IndustrialUpgradeModel, m2: float) -> None:
    """Replace the high-rise floor on offer, and open, in each district."""
    towers = model.state.towers
    towers.offered[OF_PROJECTS] = towers.open[:] = towers.let + m2


def random_town(
    rng: np.random.Generator, n: int, districts: Sequence[int] = range(10), weight: float = 1.0
) -> Population:
    """``n`` enterprises of all sorts; one is above scale, as city quantities are spread by value added."""
    demand = np.exp(rng.uniform(np.log(20), np.log(60_000), n))
    demand[0] = max(demand[0], 5_000.0)
    per_m2 = np.exp(rng.uniform(np.log(0.3), np.log(6), n))
    floor = demand / per_m2 / rng.uniform(0.6, 1.1, n)
    columns = {
        "district": rng.choice(districts, n), "industry": rng.integers(0, 34, n),
        "age_years": rng.uniform(0, 40, n),
        "above_scale": demand >= 2_000, "site": rng.choice(3, n, p=[0.6, 0.15, 0.25]),
        "tenant": rng.random(n) < 0.5,
        "legal": rng.random(n) < 0.8, "land_mu": floor * 0.0015 / rng.uniform(0.5, 2.5, n), "floor_m2": floor,
        "demand_wan": demand, "output_per_m2": per_m2, "value_added_rate": rng.uniform(0.05, 0.6, n),
        "tax_rate": rng.uniform(0.005, 0.1, n), "energy_per_output": np.exp(rng.uniform(-4, 0, n)),
        "employees": 1 + demand / rng.uniform(40, 200, n), "rd_share": rng.uniform(0, 0.1, n),
        "suitability": rng.random(n),
    }  # fmt: skip
    return dataclasses.replace(homogeneous_town(n, **columns), weight=weight)


def assert_binomial(count: float, n: int, p: float, what: object) -> None:
    """A count of ``n`` independent trials lies within four standard errors of what is expected."""
    assert abs(count - n * p) <= STANDARD_ERRORS * np.sqrt(n * p * (1 - p)), (what, count, n * p)
