"""The linear-Gaussian state space of output on logs, one year a step (statsmodels' Kalman machinery).

y  log nominal gross output              y[t] = y[t-1] + r[t] + p[t] + s[t]
r  real growth                           r[t] = mean_r[t] + phi_r (r[t-1] - mean_r[t-1]) + noise
p  price growth                          p[t] = mean_p + phi_p (p[t-1] - mean_p) + noise
s  scope effect                          s[t] = mean_s + noise
k  log(output / value added)             k[t] = k[t-1] + drift_k + noise
and mean_r, mean_p, mean_s, drift_k, of which mean_r changes by a constant slowdown a year. Being states with
a prior, the drifts are shrunk, learnt from the evidence, and as uncertain as it leaves them. Growth published
on a comparable sample measures r + p; level over level also contains s: entrants to the above-scale sample
and revised bases. Durbin & Koopman (2012), Time Series Analysis by State Space Methods, chapters 4 and 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.forecast.priors import REFERENCE_YEAR, Hyper, Means
from sim.forecast.readings import Reading

Y, R, P, S, K, MEAN_R, MEAN_P, MEAN_S, DRIFT_K, SLOWDOWN = range(10)
STATES = 10
DESIGN: dict[str, dict[int, float]] = {
    "level": {Y: 1.0},
    "value_added": {Y: 1.0, K: -1.0},
    "nominal_growth": {R: 1.0, P: 1.0},
    "real_growth": {R: 1.0},
    "price_growth": {P: 1.0},
}
VAGUE_LEVEL, VAGUE_RATIO = (9.5, 2.0), (1.5, 0.5)
"""Prior (mean, s.d.) of the first year's y and k, wide enough to say nothing: 13,000 亿元 within a factor
of 7, 4.5 within a factor of 1.6."""


def design(kind: str) -> NDArray[np.float64]:
    """Return the measurement row (STATES,) of one kind of reading."""
    row = np.zeros(STATES)
    for state, weight in DESIGN[kind].items():
        row[state] = weight
    return row


def build(observed: Sequence[Reading], first: int, last: int) -> Any:
    """Return a statsmodels ``MLEModel`` with one measurement equation per reading, seen only in its own year.

    Years without a reading, and the future, are missing values. Call ``assign`` before use.
    """
    from statsmodels.tsa.statespace.mlemodel import MLEModel

    endog = np.full((last - first + 1, len(observed)), np.nan)
    for column, reading in enumerate(observed):
        endog[reading.year - first, column] = reading.log_value
    model = MLEModel(endog, k_states=STATES, k_posdef=4)
    model["design"] = np.array([design(reading.kind) for reading in observed])
    model["obs_cov"] = np.diag([reading.sd**2 for reading in observed])
    model["selection"] = _selection()
    return model


def assign(model: Any, hyper: Hyper, means: Means, first: int) -> None:
    """Set transition, state noise and initial distribution of one parameter draw (in place)."""
    model["transition"] = transition(hyper)
    model["state_cov"] = np.diag(
        np.array([hyper.real_growth_sd, hyper.price_growth_sd, hyper.scope_sd, hyper.ratio_sd]) ** 2
    )
    model.ssm.initialize_known(*initial(hyper, means, first))


def transition(hyper: Hyper) -> NDArray[np.float64]:
    """Return the transition matrix (STATES, STATES)."""
    matrix = np.zeros((STATES, STATES))
    for state, mean, persistence in (
        (R, MEAN_R, hyper.real_growth_persistence),
        (P, MEAN_P, hyper.price_growth_persistence),
        (S, MEAN_S, 0.0),
    ):
        matrix[state, state], matrix[state, mean] = persistence, 1 - persistence
    matrix[R, SLOWDOWN] = 1.0
    matrix[Y] = matrix[R] + matrix[P] + matrix[S]
    matrix[Y, Y] = matrix[K, K] = matrix[K, DRIFT_K] = 1.0
    for constant in (MEAN_R, MEAN_P, MEAN_S, DRIFT_K, SLOWDOWN):
        matrix[constant, constant] = 1.0
    matrix[MEAN_R, SLOWDOWN] = 1.0
    return matrix


def initial(hyper: Hyper, means: Means, first: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean (STATES,) and covariance of year ``first``: vague level and ratio, stationary growth."""
    centre, cover = np.zeros(STATES), np.zeros((STATES, STATES))
    for state, (mean, sd) in ((Y, VAGUE_LEVEL), (K, VAGUE_RATIO)):
        centre[state], cover[state, state] = mean, sd**2
    constants = slice(MEAN_R, STATES)
    back = np.eye(STATES - MEAN_R)
    back[0, SLOWDOWN - MEAN_R] = first - REFERENCE_YEAR
    centre[constants] = back @ means.centre
    cover[constants, constants] = back @ np.diag(means.sd**2) @ back.T
    for state, mean_state, sd, persistence in (
        (R, MEAN_R, hyper.real_growth_sd, hyper.real_growth_persistence),
        (P, MEAN_P, hyper.price_growth_sd, hyper.price_growth_persistence),
        (S, MEAN_S, hyper.scope_sd, 0.0),
    ):
        centre[state] = centre[mean_state]
        cover[state] = cover[mean_state]
        cover[:, state] = cover[:, mean_state]
        cover[state, state] = cover[mean_state, mean_state] + sd**2 / (1 - persistence**2)
    return centre, cover


def _selection() -> NDArray[np.float64]:
    """Noise of r, p and s moves the level too; noise of k only k."""
    matrix = np.zeros((STATES, 4))
    matrix[[R, P, S, K], range(4)] = 1.0
    matrix[Y, :3] = 1.0
    return matrix
