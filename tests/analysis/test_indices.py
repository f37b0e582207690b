"""Our use of the estimators, held against closed forms: Ishigami, an additive function, a factor nobody reads."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.indices import (
    DesignNotPowerOfTwo,
    convergence,
    morris_design,
    morris_effects,
    sobol_design,
    sobol_indices,
)

THREE = ["one", "two", "three"]


def ishigami(at: np.ndarray, a: float = 7, b: float = 0.1) -> np.ndarray:
    x = np.pi * (2 * at - 1)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_has_its_published_indices() -> None:
    """Saltelli et al. 2008, Global Sensitivity Analysis: S1 0.3139, 0.4424, 0; ST 0.5576, 0.4424, 0.2437."""
    values = ishigami(sobol_design(THREE, THREE, 4096, seed=1))
    table = sobol_indices(THREE, values).set_index("group").loc[THREE]
    assert table["first"].to_numpy() == pytest.approx([0.3139, 0.4424, 0], abs=0.01)
    assert table["total"].to_numpy() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    inside = (table["total_lo"] <= [0.5576, 0.4424, 0.2437]) & (table["total_hi"] >= [0.5576, 0.4424, 0.2437])
    assert inside.all() and table["rank"].to_list() == [1, 2, 3]


def test_a_group_has_the_index_of_its_members_together() -> None:
    """Ishigami's first and third together: 1 − 0.4424, by itself, since the second acts alone."""
    groups = ["pair", "two", "pair"]
    values = ishigami(sobol_design(THREE, groups, 4096, seed=1))
    table = sobol_indices(groups, values).set_index("group")
    assert table.loc["pair", ["first", "total"]].to_list() == pytest.approx([0.5576, 0.5576], abs=0.01)


def test_an_additive_function_splits_as_the_squares_of_its_weights() -> None:
    weights = np.array([3.0, 2.0, 0.0])
    at = sobol_design(THREE, THREE, 1024, seed=3)
    table = sobol_indices(THREE, at @ weights).set_index("group").loc[THREE]
    assert table["first"].to_numpy() == pytest.approx([9 / 13, 4 / 13, 0], abs=0.01)
    assert table["total"].to_numpy() == pytest.approx([9 / 13, 4 / 13, 0], abs=0.01)
    assert table.loc["three", "total"] == 0, "nobody reads it: exactly nothing"


def test_screening_of_a_linear_function_is_exact() -> None:
    at = morris_design(THREE, 6, seed=2)
    table = morris_effects(THREE, at, (at - 0.05) / 0.9 @ np.array([3.0, -2.0, 0.0])).set_index("factor")
    assert table["effect"].to_dict() == pytest.approx({"one": 3.0, "two": 2.0, "three": 0.0}, abs=1e-9)
    assert table["sigma"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)
    assert len(at) == 6 * 4 and at.min() >= 0.05 and at.max() <= 0.95


def test_like_factors_get_no_rank() -> None:
    at = sobol_design(THREE, THREE, 64, seed=5)
    ranks = sobol_indices(THREE, at @ np.array([1.0, 1.02, 10.0])).set_index("group")["rank"]
    assert ranks.to_dict() == {"three": 1, "two": 0, "one": 0}


def test_an_output_that_does_not_vary_has_no_index() -> None:
    assert sobol_indices(THREE, np.ones(5 * 64))["total"].isna().all()


def test_convergence_takes_the_first_quarter_half_and_all() -> None:
    values = ishigami(sobol_design(THREE, THREE, 256, seed=1))
    table = convergence(THREE, values, 256)
    assert sorted(set(table["points"])) == [64, 128, 256]
    half = table[table["points"] == 128].drop(columns="points").reset_index(drop=True)
    assert half.equals(sobol_indices(THREE, values[: 128 * 5]))
    widths = (table["total_hi"] - table["total_lo"]).groupby(table["points"]).mean()
    assert widths[256] < widths[64]


@pytest.mark.parametrize("points", [8, 100])
def test_points_that_are_no_power_of_two_are_refused(points: int) -> None:
    with pytest.raises(DesignNotPowerOfTwo, match=f"现为 {points}"):
        sobol_design(THREE, THREE, points, seed=1)
