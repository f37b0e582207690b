"""Demand, output and space pressure: what ties floor space to output (MODEL: demand, production)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Enterprises, Stage
from sim.abm.randomness import Process
from sim.abm.state import State


def draw_luck(state: State) -> None:
    """Draw the month's four words per enterprise once; processes share them (demand, exit, review, reserve)."""
    state.luck = state.draws.block(Process.MONTHLY, state.month, state.enterprises.id)


def grow_demand(state: State) -> None:
    """Log demand moves with the city's path, an own Laplace shock without drift, and orders of closed local peers."""
    firms, parameters = state.enterprises, state.parameters
    shift = state.lever("demand.growth_shift") + state.lever("demand.price_shift")
    trend = state.demand_growth[state.month] + shift / 12
    scale = firms.volatility
    shock = _laplace(state.luck[0, : firms.n]) * scale
    # E[exp(shock)] = 1 / (1 - scale²): taken out, so that luck moves firms but not the expected total
    firms.demand_wan *= np.exp(trend[firms.district] + shock) * (1 - scale * scale)
    _pass_on_released_demand(state)
    absorbed = parameters["production.capacity_elasticity"]
    growth = absorbed * (trend - state.lever("demand.price_shift") / 12) + state.lever("demand.price_shift") / 12
    firms.output_per_m2 *= np.exp(growth)[firms.district]


def produce(state: State) -> None:
    """Output is the lesser of demand and capacity, less what moving or rectifying costs."""
    firms = state.enterprises
    _finish_interruptions(state)
    firms.output_wan[:] = np.minimum(firms.demand_wan, capacity(firms)) * (1 - firms.loss_share)
    firms.output_wan[firms.stage == Stage.EXITED] = 0.0
    firms.output_year_wan += firms.output_wan / 12


def press_space(state: State) -> None:
    """Where demand exceeds capacity, floor is used more intensely, a part of the gap a year."""
    firms = state.enterprises
    rows = np.flatnonzero(firms.live & (firms.demand_wan > capacity(firms)))
    speed = state.parameters["production.intensity_speed"] / 12
    firms.output_per_m2[rows] *= pressure(firms, rows) ** speed


def capacity(firms: Enterprises) -> NDArray[np.float64]:
    """Most an enterprise can make on its floor, 万元 a year."""
    result: NDArray[np.float64] = firms.floor_m2 * firms.output_per_m2
    return result


def pressure(firms: Enterprises, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Demand over capacity; above 1 the enterprise is short of floor."""
    result: NDArray[np.float64] = firms.demand_wan[rows] / (firms.floor_m2[rows] * firms.output_per_m2[rows])
    return result


def interrupt(state: State, rows: NDArray[np.intp], stage: Stage, months: float, loss_share: float) -> None:
    """Put enterprises into a stage in which they lose part of their output for some months.

    Rebuilding without stopping production (S025) spares its share of the loss.
    """
    firms = state.enterprises
    spared = state.lever("redevelopment.continuity_share")[firms.district[rows]]
    firms.stage[rows] = stage
    firms.busy_until[rows] = state.month + max(1, round(months))
    firms.loss_share[rows] = np.clip(loss_share * (1 - spared), 0.0, 1.0)


def move_interruption(state: State, rows: NDArray[np.intp]) -> None:
    """The interruption of a move or an expansion: the yearly loss spread over its months."""
    months = state.parameters["move.duration_months"]
    lost = state.parameters["move.output_loss_years"] * 12 / months
    interrupt(state, rows, Stage.MOVING, months, lost)


def yearly_volatility(state: State) -> None:
    """Laplace scale of the monthly shock: falls with size by a power law, bounded."""
    firms, parameters = state.enterprises, state.parameters
    largest = parameters["demand.largest_size_ratio"]
    ratio = np.clip(firms.demand_wan / parameters["scale.entry_wan"], 1 / largest, largest)
    yearly = parameters["demand.sigma_annual"] * ratio ** -parameters["demand.size_variance_exponent"]
    firms.volatility[:] = yearly / np.sqrt(12) / np.sqrt(2)


def _laplace(uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard Laplace variate by inversion."""
    centred = uniform - 0.5
    result: NDArray[np.float64] = -np.sign(centred) * np.log1p(-2 * np.abs(centred))
    return result


def _finish_interruptions(state: State) -> None:
    firms = state.enterprises
    over = np.flatnonzero((firms.busy_until == state.month) & firms.live & ~firms.idle)
    moved = firms.stage[over] == Stage.MOVING
    firms.stage[over] = np.where(moved, Stage.SETTLED, Stage.IN_PLACE)
    firms.loss_share[over] = 0.0


def release_demand(state: State, rows: NDArray[np.intp], share: float) -> None:
    """Let part of the demand of departing enterprises pass to their industry in the same district next month."""
    firms = state.enterprises
    cells = _cells(state, rows)
    amounts = np.bincount(cells, firms.demand_wan[rows] * share, minlength=state.released_demand.size)
    state.released_demand += amounts


def _pass_on_released_demand(state: State) -> None:
    if not state.released_demand.any():
        return
    firms = state.enterprises
    rows = np.flatnonzero(firms.live)
    cells = _cells(state, rows)
    held = np.bincount(cells, firms.demand_wan[rows], minlength=state.released_demand.size)
    factor = 1 + np.divide(state.released_demand, held, out=np.zeros_like(held), where=held > 0)
    firms.demand_wan[rows] *= factor[cells]
    state.released_demand[:] = 0.0


def _cells(state: State, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """District-industry cell of each row."""
    firms = state.enterprises
    result: NDArray[np.intp] = firms.district[rows].astype(np.intp) * state.industries + firms.industry[rows]
    return result
