"""Natural exit, kept apart from policy: its yearly rates, with the volatility of demand, and the monthly departures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Stage
from sim.abm.processes.departure import depart
from sim.abm.processes.entry import PROJECT_BITS
from sim.abm.state import State
from sim.scenario.months import is_january

EXITED = int(Stage.EXITED)
RATES = ("turnover.exit_below_scale", "turnover.exit_above_scale")


def yearly_rates(state: State) -> None:
    """January: monthly probability of natural exit and volatility of demand, for the year.

    Exit falls with size and age and rises with the surcharge; volatility falls with size. For exit, size is relative to
    the median of the class, below or above scale, so that the class keeps the rate stated for it.
    """
    if not is_january(state.month):
        return
    firms, p = state.enterprises, state.parameters
    yearly = np.where(firms.above_scale, p["turnover.exit_above_scale"], p["turnover.exit_below_scale"])
    age = firms.age_years + (state.month - np.maximum(firms.entered, 0)) / 12
    young = (age >= p["turnover.young_from_years"]) & (age <= p["turnover.young_to_years"])
    yearly = np.where(young, yearly * p["turnover.young_multiplier"], yearly)
    yearly = np.where(age >= p["turnover.old_from_years"], yearly * p["turnover.old_multiplier"], yearly)
    below, above = typical_sizes(state)
    relative = np.clip(firms.demand_wan / np.where(firms.above_scale, above, below), 0.01, 100.0)
    exits, volatility = size_exponents(state)
    yearly *= relative**-exits * (1 + p["turnover.cost_sensitivity"] * firms.cost_burden.astype(float))
    firms.exit_hazard[:] = 1 - (1 - np.clip(yearly, 0.0, 0.95)) ** (1 / 12)
    largest = p["demand.largest_size_ratio"]
    ratio = np.clip(firms.demand_wan / p["scale.entry_wan"], 1 / largest, largest)
    firms.volatility[:] = monthly_scale(state) * ratio**-volatility


def typical_sizes(state: State) -> tuple[float, float]:
    """Median demand of live enterprises below and above scale."""
    firms = state.enterprises
    live, above = firms.live, firms.above_scale
    return median(firms.demand_wan[live & ~above]), median(firms.demand_wan[live & above])


def median(sizes: NDArray[np.float64]) -> float:
    if not sizes.size:
        return 1.0
    half = sizes.size // 2
    upper = np.partition(sizes, half)
    lower = upper[half] if sizes.size % 2 else upper[:half].max()
    return float((lower + upper[half]) / 2)


def size_exponents(state: State) -> tuple[float, float]:
    """How natural exit and volatility fall with size; zero under Gibrat's law."""
    p = state.parameters
    if state.option("size_effect") == "none":
        return 0.0, 0.0
    return p["turnover.size_exponent"], p["demand.size_variance_exponent"]


def monthly_scale(state: State) -> float:
    """Scale of the monthly Laplace shock at reference size: a Laplace variate of scale b has variance 2b²."""
    result: float = state.parameters["demand.sigma_annual"] / np.sqrt(12) / np.sqrt(2)
    return result


def exit_naturally(state: State) -> None:
    """Each live enterprise leaves the market with its hazard."""
    firms = state.enterprises
    rows = state.leaves[firms.stage[state.leaves] != EXITED]
    depart(state, rows, "exited", rates_behind(state, rows), state.parameters["turnover.natural_capture"])


def rates_behind(state: State, rows: NDArray[np.intp]) -> NDArray[np.int16]:
    """Which rate each one's hazard was made of in January, as a number of the event log.

    A project of this year is not above scale yet, but has the hazard of the large enterprise it is modelled on.
    """
    firms = state.enterprises
    this_year = firms.entered[rows] >= state.month - state.month % 12
    landed = this_year & (firms.id[rows] & PROJECT_BITS > 0)
    below, above = (state.events.code(rate) for rate in RATES)
    return np.where(firms.above_scale[rows] | landed, above, below).astype(np.int16)
