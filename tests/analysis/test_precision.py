"""How many runs are enough: widths by hand, a rule that doubles and stops, intervals of differences from pairs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.analysis.attainment import targets
from sim.analysis.comparison import compare_targets
from sim.analysis.intervals import half_width, paired_difference, wilson
from sim.analysis.precision import Precision, precision, run_until
from sim.ensemble.results import Results
from sim.registry import HEADLINES
from tests.small import AWKWARD, RUNS, SEED


def test_a_probability_of_80_percent_within_two_points_takes_about_1537_runs() -> None:
    """n = 1.96² p (1 − p) / h²: p = 0.8 and h = 0.02 give 1,537."""
    assert half_width(round(0.8 * 1537), 1537) == pytest.approx(0.02, abs=2e-4)
    assert half_width(0, 12) == pytest.approx((wilson(0, 12)[1] - wilson(0, 12)[0]) / 2)


def test_precision_is_the_widest_of_the_headline_probabilities(results: Results) -> None:
    rows = targets(results, HEADLINES).query("runs > 0")
    widths = [half_width(round(row.probability * RUNS), RUNS) for row in rows.itertuples()]
    found = precision(results)
    assert found == Precision(RUNS, max(widths)) and found.doubled == pytest.approx(max(widths) / 2**0.5)


def test_runs_double_until_it_is_enough_or_the_most_is_reached(home: Path) -> None:
    enough = run_until(["baseline"], 0.19, 6, SEED, 2_000, 1)
    assert enough.runs in (12, 24) and precision(enough).widest <= 0.19
    assert run_until(["baseline"], 0.01, 6, SEED, 2_000, 1, most=13).runs == 12


def test_the_interval_of_a_paired_difference_by_hand() -> None:
    """10 gained and 2 lost of 50: 8/52 ± 1.96 √((13/52 − (8/52)²) / 52), so 0.0246 … 0.2831."""
    assert paired_difference(10, 2, 50) == pytest.approx((0.0246, 0.2831), abs=2e-4)
    low, high = paired_difference(0, 0, 100)
    assert low == -high and 0 < high < 0.03
    with pytest.raises(ValueError, match="no pairs"):
        paired_difference(0, 0, 0)


def test_such_intervals_cover_about_as_stated() -> None:
    draw, inside = np.random.default_rng(1), []
    for _ in range(2000):
        luck = draw.random(80)
        base, other = luck < 0.4, luck + 0.1 * draw.standard_normal(80) < 0.5
        low, high = paired_difference(int((other & ~base).sum()), int((base & ~other).sum()), 80)
        inside.append((low, high))
    truth = np.mean([np.mean(np.clip(0.5 - 0.1 * draw.standard_normal(4000), 0, 1)) - 0.4 for _ in range(50)])
    assert np.mean([low <= truth <= high for low, high in inside]) == pytest.approx(0.95, abs=0.02)


def test_differences_of_probabilities_come_from_the_pairs_that_disagree(results: Results) -> None:
    for row in compare_targets(results, "baseline", AWKWARD).to_dict("records"):
        assert row["chance_lo"] <= row["probability"] - row["base_probability"] <= row["chance_hi"]
    same = compare_targets(results, "baseline", "baseline")
    assert (same["chance_lo"] == -same["chance_hi"]).all()
