"""Demand, output and space pressure: what ties floor space to output (MODEL: demand, production)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Stage
from sim.abm.randomness import Process
from sim.abm.shock import chance, laplace_factor
from sim.abm.state import State


def run_market(state: State) -> None:
    """Demand moves, then what can be made of it is."""
    grow_demand(state)
    produce(state)


def grow_demand(state: State) -> None:
    """Demand takes an own Laplace shock without drift, then the city's path and the orders of closed local peers.

    The same draw says who leaves the market and who reconsiders its site this month: the two ends of one uniform,
    since who leaves has nothing to reconsider.
    """
    firms = state.enterprises
    first, second = state.draws.halves(Process.MONTHLY, state.month, firms.id)
    firms.demand_wan *= laplace_factor(first, firms.volatility)
    luck = chance(second)
    state.leaves = np.flatnonzero(luck < firms.exit_hazard)
    state.reconsiders = np.flatnonzero(luck >= reviewing(state))
    cells = _cells(state)
    held = np.bincount(cells, firms.demand_wan, minlength=state.released_demand.size).astype(float)
    firms.demand_wan *= (growth(state)[:, None] * passed_on(state, held)).ravel()[cells]


def produce(state: State) -> None:
    """Orders come in; output is the lesser of demand and capacity, less what moving or rectifying costs.

    Where demand exceeds capacity, floor is used more intensely, a part of the gap a year.
    """
    firms = state.enterprises
    finish_interruptions(state)
    firms.output_per_m2 *= technique(state)[firms.district]
    output = firms.output_wan
    state.output_wan = float(output.sum())
    firms.output_year_wan += (output * (1 / 12)).astype(np.float32)
    gap = firms.demand_wan / firms.floor_m2 - firms.output_per_m2
    firms.output_per_m2 += np.maximum(gap, 0.0) * (state.parameters["production.intensity_speed"] / 12)


def reviewing(state: State) -> np.float32:
    """Luck from which on an enterprise reconsiders its site this month."""
    return np.float32(1 - state.parameters["choice.review_rate"] / 12)


def growth(state: State) -> NDArray[np.float64]:
    """Factor on demand this month by district: the city's path, the scenario's shift and prices; shape (10,)."""
    shift = state.lever("demand.growth_shift") + state.lever("demand.price_shift")
    result: NDArray[np.float64] = np.exp(state.demand_growth[state.month] + shift / 12)
    return result


def technique(state: State) -> NDArray[np.float64]:
    """Factor on output per m² by district: what technique takes up of real growth, and prices in full; shape (10,)."""
    real = state.demand_growth[state.month] + state.lever("demand.growth_shift") / 12
    absorbed = state.parameters["production.capacity_elasticity"]
    result: NDArray[np.float64] = np.exp(absorbed * real + state.lever("demand.price_shift") / 12)
    return result


def passed_on(state: State, held: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factor by which orders of those who left last month raise demand of their local peers; shape (10, industries).

    ``held`` is the demand of each cell. The orders are gone afterwards.
    """
    released = state.released_demand
    held = held.reshape(released.shape)
    factor: NDArray[np.float64] = 1 + np.divide(released, held, out=np.zeros_like(held), where=held > 0)
    released[:] = 0.0
    return factor


def _cells(state: State) -> NDArray[np.intp]:
    firms = state.enterprises
    result: NDArray[np.intp] = firms.district.astype(np.intp) * state.industries + firms.industry
    return result


def finish_interruptions(state: State) -> None:
    """Moves and mending that are due this month are over."""
    firms = state.enterprises
    due = np.flatnonzero(firms.busy_until == state.month)
    stage = firms.stage[due]
    moved, rectified = due[stage == Stage.MOVING], due[stage == Stage.RECTIFYING]
    firms.stage[moved], firms.stage[rectified] = Stage.SETTLED, Stage.IN_PLACE
    firms.loss_share[moved] = firms.loss_share[rectified] = 0.0


def pressure(state: State, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Demand over capacity; above 1 the enterprise is short of floor."""
    firms = state.enterprises
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


def release_demand(state: State, rows: NDArray[np.intp], share: float) -> None:
    """Let part of the demand of departing enterprises pass to their industry in the same district next month."""
    firms = state.enterprises
    np.add.at(state.released_demand, (firms.district[rows], firms.industry[rows]), firms.demand_wan[rows] * share)
