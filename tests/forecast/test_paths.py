"""A path is a pure function of (seed, replicate), past and future drawn together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.forecast import OutputForecast


def test_a_path_alone_equals_the_same_path_of_many(outlook: OutputForecast) -> None:
    many = outlook.paths(range(60), seed=7)
    for wanted in ([0], [37], [59, 3]):
        alone = outlook.paths(wanted, seed=7)
        pieces = [many[many["replicate"] == number] for number in wanted]
        pd.testing.assert_frame_equal(alone, pd.concat(pieces, ignore_index=True), check_exact=True)


def test_seeds_and_replicates_differ(outlook: OutputForecast) -> None:
    one, two = outlook.paths(range(20), seed=1), outlook.paths(range(20), seed=2)
    late = one["year"] > 2022
    assert one.loc[late, "gross_output"].ne(two.loc[late, "gross_output"]).all()
    assert one.groupby("replicate")["gross_output"].last().nunique() == 20


def test_columns_years_and_order(outlook: OutputForecast) -> None:
    found = outlook.paths([5, 2], seed=1)
    assert list(found.columns) == ["replicate", "year", "gross_output", "value_added", "value_added_all_industry"]
    assert list(found["replicate"].unique()) == [5, 2]
    assert list(found["year"]) == 2 * list(range(2020, 2031))
    assert (found["value_added"] < found["gross_output"]).all()
    assert outlook.paths([], seed=1).empty


def test_published_years_are_pinned(outlook: OutputForecast) -> None:
    found = outlook.paths(range(40), seed=3).set_index("year")["gross_output"]
    assert found[2020].sub(17887.1).abs().max() < 0.5
    assert found[2022].sub(24300).abs().max() < 150


def test_paths_follow_the_bands(outlook: OutputForecast) -> None:
    """Draws of the simulation smoother against quantiles of the smoothed mixture: two routes, one law.

    With 1,500 draws a share has s.d. 0.8 points at the 10 % quantile and 1.3 at the median; three allowed.
    """
    drawn = outlook.paths(range(1500), seed=11)
    drawn = drawn.pivot(index="replicate", columns="year", values="gross_output")
    bands = outlook.smoothed.set_index("year").loc[list(drawn.columns)]
    for year in (2023, 2024, 2025, 2027, 2030):
        for column, share in (("lo80", 0.1), ("median", 0.5), ("hi80", 0.9)):
            below = (drawn[year] < bands[column][year]).mean()
            assert below == pytest.approx(share, abs=0.024 if share != 0.5 else 0.039), (year, column)


def test_paths_are_joint(outlook: OutputForecast) -> None:
    """A path high in 2027 is high in 2030: years drawn one by one would be independent."""
    drawn = outlook.paths(range(400), seed=5)
    drawn = drawn.pivot(index="replicate", columns="year", values="gross_output")
    assert np.corrcoef(drawn[2027], drawn[2030])[0, 1] > 0.6
