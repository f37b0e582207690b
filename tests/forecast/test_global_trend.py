"""The local and global trend: its evidence is the textbook's, what it is fitted to goes on, one error does what its
recursions say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_t

from sim.forecast import global_trend
from sim.forecast.global_trend import GLOBAL, LOCAL, SHAPES, TEMPER, USUAL, _regressed, _smoothed, lgt

HORIZON = 6


def growing(seed: int, count: int = 25) -> np.ndarray:
    values = np.exp(np.cumsum(np.random.default_rng(seed).normal(0.05, 0.06, count)))
    return np.asarray(values / values.mean())


def test_the_evidence_is_that_of_a_regression_with_a_conjugate_prior() -> None:
    """The marginal density of what is regressed is a multivariate Student's t (Bayesian linear regression)."""
    values = growing(1)
    alpha, beta, rho, tau = SHAPES[:, ::17]
    levels, trends = (states[1:-1] for states in _smoothed(values, alpha, beta))
    precision = levels ** (-2 * tau)
    precision /= precision.mean(axis=0)
    steps, change = values[2:, None] - levels, float(np.mean(np.abs(np.diff(values))))
    errors, gamma, lam, evidence = _regressed(steps, levels**rho, trends, precision, change)
    known, size = USUAL
    theirs = []
    for shape in range(rho.size):
        design = np.column_stack([levels[:, shape] ** rho[shape], trends[:, shape]])
        spread = design @ np.diag([GLOBAL**2, (LOCAL[1] / change) ** 2]) @ design.T + np.diag(1 / precision[:, shape])
        marginal = multivariate_t(LOCAL[0] * trends[:, shape], (size * change) ** 2 * spread, df=known)
        theirs.append(TEMPER * marginal.logpdf(steps[:, shape]))
        assert errors[:, shape] == pytest.approx(steps[:, shape] - design @ [gamma[shape], lam[shape]])
    assert evidence - evidence[0] == pytest.approx(np.array(theirs) - theirs[0])
    assert np.ptp(theirs) > 1


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_growth_between_a_constant_step_and_a_constant_rate_goes_on(power: float) -> None:
    """Somewhat damped, as the prior knows of no growth."""
    path = [1.0]
    for _ in range(29 + HORIZON):
        path.append(path[-1] + 0.06 * path[-1] ** power)
    values = np.array(path) / np.mean(path[:30])
    point, _, sd, errors = lgt(values[:30], 1, HORIZON)
    goes_on = np.log(point / values[29]) / np.log(values[30:] / values[29])
    assert np.all((goes_on > 0.8) & (goes_on < 1.0))
    assert sd < 0.015 and errors.size == 28


def test_one_error_does_what_the_recursions_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """At one shape with a constant global trend the recursions are linear: the response is the same anywhere."""
    alpha, beta = 0.5, 0.75
    monkeypatch.setattr(global_trend, "SHAPES", np.array([[alpha], [beta], [0.0], [0.0]]))
    values = growing(2)
    levels, trends = _smoothed(values, np.array([alpha]), np.array([beta]))
    level, trend = levels[1:-1], trends[1:-1]
    change = float(np.mean(np.abs(np.diff(values))))
    lam = float(_regressed(values[2:, None] - level, level**0, trend, level**0, change)[2][0])
    now, slope, found = alpha, alpha * beta, [1.0]
    for _ in range(HORIZON - 1):
        found.append(now + lam * slope)
        moved = now + alpha * lam * slope
        now, slope = moved, beta * (moved - now) + (1 - beta) * slope
    assert lgt(values, 1, HORIZON)[1] == pytest.approx(found)


def test_no_change_stays_and_a_fall_stays_finite() -> None:
    point, response, sd, _ = lgt(np.ones(12), 1, HORIZON)
    assert point == pytest.approx(np.ones(HORIZON)) and sd == 0 and np.isfinite(response).all()
    fall = 0.5 ** np.arange(12)
    point, response, sd, _ = lgt(fall / fall.mean(), 1, 40)
    assert np.isfinite(point).all() and np.isfinite(response).all() and sd > 0
