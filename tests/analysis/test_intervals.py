"""Wilson's interval against the examples of Newcombe (1998), Statistics in Medicine 17, table I."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.intervals import mean_interval, paired_difference, paired_share, wilson


@pytest.mark.parametrize(
    ("successes", "runs", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_examples(successes: int, runs: int, low: float, high: float) -> None:
    assert wilson(successes, runs) == pytest.approx((low, high), abs=5e-5)


def test_it_is_symmetric_and_stays_inside() -> None:
    for successes in range(13):
        low, high = wilson(successes, 12)
        assert 0 <= low <= successes / 12 <= high <= 1
        assert wilson(12 - successes, 12) == pytest.approx((1 - high, 1 - low))


def test_no_runs_no_interval() -> None:
    with pytest.raises(ValueError, match="no runs"):
        wilson(0, 0)


def test_of_no_pairs_or_one_value_there_is_no_interval() -> None:
    with pytest.raises(ValueError, match="no pairs"):
        paired_share(np.array([]))
    assert np.isnan(mean_interval(np.array([1.0]))).all()
    assert mean_interval(np.array([1.0, 3.0])) == pytest.approx((2 - 12.706, 2 + 12.706), abs=1e-3)  # t(0.975, 1)


def test_parts_of_a_difference_have_its_interval_and_are_never_certain() -> None:
    pairs = np.array([1.0, 1.0, -1.0] + [0.0] * 13)
    assert paired_share(pairs) == paired_difference(2, 1, 16)
    low, high = paired_share(np.zeros(16))
    assert low < 0 < high
