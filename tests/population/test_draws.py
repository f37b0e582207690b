"""Draws hold their shares, means and bounds at any sample size."""

import numpy as np
import pytest

from sim.population.draws import (
    TotalUnreachable,
    pareto,
    scale_to,
    scores,
    spread_over,
    truncated_lognormal,
    uniforms,
)


def test_uniforms_fill_every_stratum_once() -> None:
    drawn = uniforms(100, np.random.default_rng(1))
    assert np.array_equal(np.sort((drawn * 100).astype(int)), np.arange(100))


def test_pareto_survival_is_a_power() -> None:
    values = pareto((np.arange(100_000) + 0.5) / 100_000, 1.5)
    assert np.mean(values > 4) == pytest.approx(4**-1.5, rel=1e-3)


@pytest.mark.parametrize("mean", [100.0, 488.0, 900.0])
def test_truncated_lognormal_has_the_mean_asked(mean: float) -> None:
    values = truncated_lognormal((np.arange(5_000) + 0.5) / 5_000, 1.0, 2000.0, mean)
    assert values.mean() == pytest.approx(mean, rel=1e-9)
    assert values.max() < 2000


def test_truncated_lognormal_refuses_a_mean_beyond_its_top() -> None:
    with pytest.raises(TotalUnreachable):
        truncated_lognormal(np.array([0.25, 0.75]), 1.0, 2000.0, 2500.0)


def test_scaling_reaches_the_total_inside_the_bounds() -> None:
    values = scale_to(np.array([1.0, 10.0, 100.0]), 60.0, "用地", low=2.0, high=50.0)
    assert values.sum() == pytest.approx(60)
    assert values.min() >= 2
    assert values.max() <= 50


def test_scaling_refuses_an_unreachable_total() -> None:
    with pytest.raises(TotalUnreachable, match="用地"):
        scale_to(np.ones(3), 200.0, "用地", high=50.0)


def test_scores_keep_the_order() -> None:
    values = np.array([5.0, -1.0, 3.0])
    assert np.array_equal(np.argsort(scores(values)), np.argsort(values))


def test_spread_holds_a_share_in_every_stretch() -> None:
    drawn = spread_over(np.arange(1_000), 0.3)
    assert all(abs(np.mean(part < 0.2) - 0.2) < 0.03 for part in np.split(drawn, 10))
