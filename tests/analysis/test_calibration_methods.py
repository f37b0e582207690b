"""The methods of calibration on a world whose posterior is known in closed form, and on what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.calibration.regression import Weighted, adjusted, nearest
from sim.analysis.calibration.sequential import ENOUGH, sequential
from sim.analysis.calibration.simulator import keyed
from sim.analysis.calibration.surrogate import effective, fitted, quasi_posterior

MAP = np.array([[1.0, 0.0, 0.5], [0.6, 0.8, 0.0], [0.0, 1.0, 0.0], [0.3, -0.4, 0.0]])
"""Four statistics of three parameters; the third is hardly told from the first."""
ERROR = np.array([0.5, 0.6, 0.8, 0.7])
OBSERVED = np.array([1.2, -0.3, -0.9, 0.8])


def closed_form() -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of normal parameters given linear statistics with normal error."""
    precision = np.eye(3) + (MAP.T / ERROR**2) @ MAP
    covariance = np.linalg.inv(precision)
    return covariance @ (MAP.T / ERROR**2) @ OBSERVED, covariance


def world(scores: np.ndarray, stage: int) -> np.ndarray:
    return scores @ MAP.T + ERROR * keyed(3, 1, stage).standard_normal((len(scores), len(ERROR)))


def near(found: Weighted) -> None:
    """Within a seventh of the posterior's own spread in the mean, and a seventh in the spread itself."""
    mean, covariance = closed_form()
    spread = np.sqrt(np.diag(covariance))
    assert np.abs(found.mean - mean) / spread == pytest.approx(0, abs=0.14)
    assert np.sqrt(found.variance) == pytest.approx(spread, rel=0.14)
    low, high = found.quantile(0.1), found.quantile(0.9)
    assert low == pytest.approx(mean - 1.2816 * spread, abs=0.22)
    assert high == pytest.approx(mean + 1.2816 * spread, abs=0.22)


def test_sequential_abc_with_regression_finds_the_closed_form_posterior() -> None:
    scores = keyed(3, 2).standard_normal((3_000, 3))
    scale = np.sqrt(np.square(MAP).sum(axis=1) + ERROR**2)
    population = sequential(scores, world(scores, 0), world, OBSERVED, scale, 6, keyed(3, 3))
    assert 2 <= len(population.accepted) <= 6
    near(population.posterior(OBSERVED, scale))


def test_it_stops_where_hardly_a_proposal_comes_nearer() -> None:
    """A world whose statistics tell nothing of its parameters: no proposal can come nearer but by luck."""
    scores = keyed(5, 2).standard_normal((400, 3))
    still = np.zeros((400, 4))
    found = sequential(scores, still, lambda proposed, stage: np.ones((len(proposed), 4)), OBSERVED * 0, ERROR, 6,
                       keyed(5, 3))  # fmt: skip
    assert len(found.accepted) == 1 and found.accepted[0] <= ENOUGH


def test_without_its_importance_weights_it_would_not() -> None:
    """Proposals crowd round the observation: counted evenly, they are narrower than the posterior."""
    scores = keyed(3, 2).standard_normal((3_000, 3))
    scale = np.sqrt(np.square(MAP).sum(axis=1) + ERROR**2)
    p = sequential(scores, world(scores, 0), world, OBSERVED, scale, 6, keyed(3, 3))
    even = adjusted(p.scores, p.statistics, OBSERVED, scale, np.ones(len(p.scores)))
    with pytest.raises(AssertionError):
        near(even)


def test_rejection_with_regression_finds_it_too() -> None:
    scores = keyed(3, 4).standard_normal((6_000, 3))
    near(nearest(scores, world(scores, 7), OBSERVED, np.ones(4), 0.3))


def test_simulated_moments_through_the_surrogate_find_it() -> None:
    scores = keyed(3, 5).standard_normal((500, 3))
    surface = fitted(scores, scores @ MAP.T)
    assert surface.explained == pytest.approx(1) and surface.error == pytest.approx(0, abs=1e-9)
    draws = keyed(3, 6).standard_normal((100_000, 3))
    found = quasi_posterior(draws, surface(draws), OBSERVED, ERROR)
    assert effective(found.weights) > 2_000
    near(found)


def test_the_surrogate_says_how_far_it_errs_on_points_it_has_not_seen() -> None:
    """A quadratic with an interaction is met; what is mere noise is not explained, and its error is the noise."""
    draw = keyed(3, 8)
    scores, noise = draw.standard_normal((2_000, 4)), draw.standard_normal(2_000)
    true = 1 + scores[:, 0] - 0.5 * scores[:, 1] ** 2 + 0.8 * scores[:, 0] * scores[:, 2]
    found = fitted(scores, np.column_stack([true + 0.3 * noise, noise]))
    assert found.error == pytest.approx([0.3, 1.0], rel=0.06)
    assert found.explained[0] > 0.9 and abs(found.explained[1]) < 0.05


def test_weighted_quantiles_by_hand() -> None:
    draws = Weighted(np.array([[3.0], [1.0], [2.0]]), np.array([0.25, 0.5, 0.25]))
    assert draws.mean == pytest.approx(1.75) and draws.variance == pytest.approx(0.6875)
    assert draws.quantile(0.25) == pytest.approx(1.0) and draws.quantile(0.875) == pytest.approx(3.0)
    assert sorted(draws.resampled(8, keyed(1, 1)).ravel()) == [1] * 4 + [2] * 2 + [3] * 2
