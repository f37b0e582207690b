"""One type of enterprise: binomial survivors, powers of a Markov matrix, geometric waits, expected demand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from sim.abm.enterprises import Stage
from sim.abm.processes.choice import Option
from tests.abm.towns import (
    STANDARD_ERRORS,
    STILL_DRAWN,
    STILL_LEVERS,
    assert_binomial,
    homogeneous_town,
    run,
    scenario,
    set_vacant_floor,
    start,
)

EVEN_HAZARD = {
    "turnover.size_exponent": 0, "turnover.cost_sensitivity": 0, "turnover.natural_capture": 0,
    "turnover.young_multiplier": 1, "turnover.old_multiplier": 1,
}  # fmt: skip
"""Constants under which everybody's hazard of natural exit is the same and nobody gains by an exit."""


def exits_only(yearly: float) -> dict[str, float]:
    """Catalogue values, some beyond their bounds: nothing but exits, at one rate."""
    return EVEN_HAZARD | STILL_DRAWN | {"turnover.exit_below_scale": yearly, "turnover.exit_above_scale": yearly}


def monthly(yearly: float) -> float:
    return 1 - (1 - yearly) ** (1 / 12)


def test_survivors_of_one_type_are_binomial() -> None:
    n, yearly = 4_000, 0.2
    model = start(homogeneous_town(n), scenario(48, STILL_LEVERS), constants=exits_only(yearly))
    while model.running:
        model.step()
        if model.state.month in (1, 6, 12, 13, 24, 48):
            p = (1 - monthly(yearly)) ** model.state.month
            assert_binomial(model.enterprises.live.sum(), n, p, model.state.month)


def chain(leave: float, move: float, duration: int) -> np.ndarray:
    """One month of: in place, the months of the move one by one, settled, exited."""
    moving = np.diag(np.full(duration + 2, 1 - leave), k=1)
    moving[0, :2] = (1 - leave) * np.array([1 - move, move])
    moving[duration + 1, duration + 1] = 1 - leave
    moving[-1] = 0.0
    moving[:-1, -1] = leave
    moving[-1, -1] = 1.0
    return moving


@pytest.mark.parametrize("option", [Option.EXPAND, Option.TOWER])
def test_stages_of_one_type_follow_the_powers_of_the_markov_matrix(option) -> None:
    """In place, moving for five months, settled, and natural exit from each: shares are rows of a power."""
    n, duration, yearly, utility = 4_000, 5, 0.15, 0.5
    unwanted = {
        f"choice.{other.name.lower()}": -1e9 for other in Option if other not in (Option.STAY, option)
    }
    same_for_all = {
        f"choice.{name}": 0 for name in ("stay", "age_tie", "size_tie", "cost_weight", "moving_cost")
    }
    chosen = {f"choice.{option.name.lower()}": utility, "move.duration_months": duration}
    flat = {
        "choice.review_rate": 1, "choice.pressure_weight": 0, "choice.suitability_weight": 0,
        "demand.sigma_annual": 0, "production.intensity_speed": 0, "production.capacity_elasticity": 0,
    }  # fmt: skip
    model = start(
        homogeneous_town(n, floor_m2=6_000, demand_wan=12_000), scenario(24, STILL_LEVERS),
        constants=exits_only(yearly) | flat | unwanted | same_for_all | chosen, demand=np.ones(3),
    )  # fmt: skip
    set_vacant_floor(model, 1e9)
    month = chain(monthly(yearly), 1 / 12 / (1 + np.exp(-utility)), duration)
    np.testing.assert_allclose(month.sum(axis=1), 1)
    share = np.eye(duration + 3)[0]
    while model.running:
        model.step()
        share = share @ month
        stages = np.bincount(model.enterprises.stage, minlength=len(Stage))
        expected = {
            Stage.IN_PLACE: share[0], Stage.RECTIFYING: 0.0, Stage.MOVING: share[1 : duration + 1].sum(),
            Stage.SETTLED: share[duration + 1], Stage.EXITED: share[-1],
        }  # fmt: skip
        for stage, p in expected.items():
            assert_binomial(stages[stage], n, p, (model.state.month, stage.name))
    assert stages[Stage.SETTLED] > 1000


def assert_geometric(waits: np.ndarray, hazard: float, horizon: int, bins: int) -> None:
    """``waits`` in months from 1, ``horizon + 1`` for who is still there: mean and distribution."""
    n, months = waits.size, np.arange(horizon + 1)
    mean = ((1 - hazard) ** months).sum()
    assert abs(waits.mean() - mean) <= STANDARD_ERRORS * waits.std() / np.sqrt(n), (waits.mean(), mean)
    edges = np.unique(np.round(np.log(np.linspace(1, (1 - hazard) ** horizon, bins)) / np.log(1 - hazard)))
    survival = np.append((1 - hazard) ** edges, 0.0)
    expected = -np.diff(survival) * n
    observed = np.histogram(waits, np.append(edges + 0.5, horizon + 1.5))[0]
    assert expected.min() >= 5 and observed.sum() == n
    assert chisquare(observed, expected).pvalue > 1e-4


def test_the_wait_for_exit_is_geometric_across_enterprises() -> None:
    n, yearly, horizon = 3_000, 0.5, 48
    events = run(
        homogeneous_town(n), scenario(horizon, STILL_LEVERS), constants=exits_only(yearly)
    )
    columns = events.events.columns()
    waits = np.full(n, horizon + 1)
    waits[columns["enterprise"]] = columns["month"] + 1
    assert_geometric(waits, monthly(yearly), horizon, bins=25)


def test_the_wait_for_exit_is_geometric_across_runs_of_one_enterprise() -> None:
    """Seeds and replicates are as good as other enterprises."""
    runs, yearly, horizon = 120, 0.9, 11
    town, setting = homogeneous_town(1), scenario(horizon, STILL_LEVERS)
    waits = np.full(runs, horizon + 1)
    for key in range(runs):
        model = start(town, setting, constants=exits_only(yearly), seed=key % 10, replicate=key // 10)
        while model.running and model.enterprises.live[0]:
            model.step()
        if not model.enterprises.live[0]:
            waits[key] = model.state.month
    assert_geometric(waits, monthly(yearly), horizon, bins=9)


def test_luck_moves_enterprises_but_not_the_expected_total_of_demand() -> None:
    """The city's path and the levers' shifts, nothing from the spread of the Laplace shocks."""
    n, growth, shift, price = 5_000, 0.06, -0.03, 0.02
    levers = STILL_LEVERS | {"demand.growth_shift": shift, "demand.price_shift": price}
    town = homogeneous_town(n, demand_wan=np.geomspace(500, 50_000, n))
    model = start(
        town,
        scenario(36, levers),
        STILL_DRAWN | {"demand.sigma_annual": 0.5},
        demand=np.exp(growth * np.arange(4)),
    )
    first = model.enterprises.demand_wan.copy()
    while model.running:
        model.step()
        done = model.state.month
        expected = np.exp((growth * (done + 5.5) + (shift + price) * done) / 12)  # from the middle of 2020
        ratio = model.enterprises.demand_wan / first
        assert abs(ratio.mean() - expected) <= STANDARD_ERRORS * ratio.std() / np.sqrt(n), done
    assert ratio.std() > 0.3
