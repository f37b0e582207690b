"""The least effort on curves whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.bisection import Hits, least


def runs_reaching_at(*thresholds: float) -> Hits:
    """One run for each threshold, which succeeds from that effort on."""
    return lambda efforts: [int(sum(effort >= threshold for threshold in thresholds)) for effort in efforts]


@pytest.mark.parametrize("threshold", [0.003, 0.2, 0.5, 0.731, 0.999])
def test_a_known_threshold_is_found_within_the_tolerance_and_never_below(threshold: float) -> None:
    found, seen = least(runs_reaching_at(threshold), 1, 0.01)
    assert found is not None and threshold <= found <= threshold + 0.01
    assert list(seen) == sorted(seen) and seen[found] == 1


def test_it_is_the_quantile_of_the_runs_thresholds() -> None:
    thresholds = np.random.default_rng(1).uniform(0, 0.9, 101)
    found, _ = least(runs_reaching_at(*thresholds), 81, 0.001)
    assert found == pytest.approx(np.sort(thresholds)[80], abs=0.001)


def test_what_is_out_of_reach_or_there_already_is_said() -> None:
    assert least(runs_reaching_at(1.2), 1, 0.01)[0] is None
    assert least(runs_reaching_at(-1, 0.4), 1, 0.01) == (0.0, {0.0: 1, 1.0: 2})
