"""Rolling origins: where they lie, that nothing later is known there, and what the summary makes of the scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import sim
from sim.forecast.backtest import POOL, Backtest, backtest_all
from sim.forecast.members import YEARS
from sim.forecast.scores import LEVELS, naive_scale, weighted_interval_score
from sim.forecast.series_forecast import NothingForecast
from sim.forecast.yardsticks import YARDSTICKS
from tests.forecast.frames import frame, months

SIMPLE = {make.__name__ for make in YARDSTICKS}
WALK = 100 + np.random.default_rng(3).normal(0, 2, 24).cumsum()


def row(scores: pd.DataFrame, method: str, late: int = 0) -> pd.Series:
    [found] = scores[(scores["method"] == method) & (scores["late"] == late)].iloc
    return found


def table(**methods: list[tuple[str, int, float]]) -> Backtest:
    """Scores where smape, mase and wis are all the number given with series and origin; half of four periods inside."""
    rows = [
        {"unique_id": name, "late": late, "method": method, "periods": 4, "smape": score, "mase": score, "wis": score}
        | {f"in{level}": 0.5 for level in LEVELS}
        for method, listed in methods.items() for name, late, score in listed
    ]  # fmt: skip
    return Backtest(pd.DataFrame(rows), pd.DataFrame())


def test_origins_are_a_year_apart_and_the_last_leaves_the_horizon() -> None:
    yearly = backtest_all(frame(WALK), horizon=2).scores
    assert yearly["origin"].unique().tolist() == [2021, 2020, 2019]
    monthly = backtest_all(frame(WALK, months(24)), horizon=3, origins=2).scores
    assert monthly["origin"].unique().tolist() == ["2016-09-01", "2015-09-01"]
    assert set(monthly["periods"]) == {3} and set(monthly["late"]) == {0, 1}


def test_origins_that_leave_too_little_are_left_out() -> None:
    assert backtest_all(frame(WALK[:6]), horizon=2).scores["late"].unique().tolist() == [0, 1]


def test_every_method_is_scored_once_at_each_origin() -> None:
    scores = backtest_all(frame(WALK), horizon=2, origins=1).scores
    assert set(scores["method"]) == {POOL, *YEARS, *SIMPLE}
    few = backtest_all(frame(WALK[:5]), horizon=1, origins=2).scores
    assert set(few["method"]) == {POOL, *SIMPLE} and not few.duplicated(["late", "method"]).any()


def test_a_tiny_case_by_hand() -> None:
    """Known 10, 12, 11, 13 (mean step 5/3); 15 and 12 come, and the last value said 13: errors 2 and 1."""
    found = row(backtest_all(frame([10, 12, 11, 13, 15, 12]), horizon=2, origins=1).scores, "naive")
    assert found["mase"] == pytest.approx(1.5 / (5 / 3))
    assert found["smape"] == pytest.approx((200 * 2 / 28 + 200 * 1 / 25) / 2)
    assert found["origin"] == 2003


def test_the_pool_is_scored_as_it_would_have_been_forecast_then() -> None:
    scored = row(backtest_all(frame(WALK, months(24)), horizon=4).scores, POOL, late=1)
    then = sim.forecast(frame(WALK[:8], months(8)), horizon=4)
    intervals = {level / 100: (then[f"lo-{level}"].to_numpy(), then[f"hi-{level}"].to_numpy()) for level in LEVELS}
    score = weighted_interval_score(WALK[8:12], then["median"].to_numpy(), intervals)
    assert scored["wis"] == pytest.approx(np.mean(score) / naive_scale(WALK[:8], 12))
    low, high = intervals[0.8]
    assert scored["in80"] == np.mean((low <= WALK[8:12]) & (WALK[8:12] <= high))


def test_what_comes_after_an_origin_changes_nothing_but_the_errors() -> None:
    changed = np.where(np.arange(24) >= 22, 2 * WALK, WALK)
    one, other = (backtest_all(frame(values), horizon=2).scores for values in (WALK, changed))
    assert row(one, POOL)["mase"] < row(other, POOL)["mase"]
    pd.testing.assert_frame_equal(one[one["late"] == 2], other[other["late"] == 2])


def test_the_unit_does_not_matter() -> None:
    one, other = (backtest_all(frame(WALK * unit), horizon=3, origins=1).scores for unit in (1, 2.0**20))
    np.testing.assert_allclose(one[["smape", "mase", "wis"]], other[["smape", "mase", "wis"]], rtol=1e-6)


def test_a_series_that_leaves_nothing_to_test_is_a_row_with_its_reason() -> None:
    listed = [frame(WALK), frame([1, 2, 3, 4], name="短"), frame([5.0] * 20, name="平"), frame(["x", 1, 2], name="错")]
    found = backtest_all(pd.concat(listed), horizon=2, origins=1)
    assert found.scores["unique_id"].unique().tolist() == ["a"]
    reasons = found.errors.set_index("unique_id")["reason"]
    assert reasons["短"] == "只有 4 个数，留不出检验期。" and "没有变动" in reasons["平"] and "“x”" in reasons["错"]
    with pytest.raises(NothingForecast, match="留不出检验期"):
        backtest_all(frame(WALK[:4]), horizon=2)


def test_owa_of_naive2_is_exactly_one_and_methods_come_best_first() -> None:
    found = sim.backtest(frame(WALK, months(24)), horizon=3)
    assert found.set_index("method").loc["naive2", "owa"] == 1
    assert found["wis"].is_monotonic_increasing and set(found["method"]) >= {POOL, "naive", "naive2"}
    bounds = [f"in{level}{side}" for level in LEVELS for side in ("", "_lo", "_hi")]
    wanted = {"method", "origins", "smape", "mase", "wis", "owa", "wis_more_than_pool", "more_lo", "more_hi", *bounds}
    assert set(found.columns) == wanted


def test_owa_is_the_mean_of_two_ratios_of_averages() -> None:
    scores = table(naive2=[("a", 0, 2), ("b", 0, 4)], pool=[("a", 0, 1), ("b", 0, 2)]).scores
    scores.loc[scores["method"] == POOL, "smape"] = [2, 7]
    found = Backtest(scores, pd.DataFrame()).summary().set_index("method")["owa"]
    assert found[POOL] == pytest.approx((9 / 6 + 3 / 6) / 2) and found["naive2"] == 1


def test_a_method_is_compared_where_it_was_fitted_itself() -> None:
    """One that could be fitted at the easy origin only: as good as the pool and Naive2 there, and not better."""
    hard, easy = ("a", 0, 9.0), ("a", 1, 1.0)
    found = table(pool=[hard, easy], naive2=[hard, easy], ets=[easy]).summary().set_index("method")
    assert found.loc["ets", "owa"] == 1 and found.loc["ets", "wis_more_than_pool"] == 0


def test_averages_are_of_the_origins_that_all_methods_of_a_series_share() -> None:
    """At the early origin only the simple ones can be fitted: it counts for none, else the pool would look worse."""
    late, early = ("a", 0, 1.0), ("a", 1, 9.0)
    tried = table(pool=[late, early, ("b", 0, 3.0)], naive2=[late, early, ("b", 0, 3.0)], ets=[("a", 0, 1.5)])
    found = tried.summary().set_index("method")
    assert found["wis"].to_dict() == {POOL: 2, "naive2": 2, "ets": 1.5}
    assert found["origins"].to_dict() == {POOL: 2, "naive2": 2, "ets": 1}
    assert len(tried.scores) == 7 and len(tried.shared().scores) == 5


def test_methods_that_no_series_has_all_of_are_still_compared() -> None:
    found = table(
        pool=[("a", 0, 2), ("b", 0, 2)], naive2=[("a", 0, 3), ("b", 0, 3)], theta=[("a", 0, 5)], ets_log=[("b", 0, 1)]
    ).summary()
    more = found.set_index("method")["wis_more_than_pool"]
    assert more.to_dict() == {POOL: 0, "naive2": 1, "theta": 3, "ets_log": -1}


def test_differences_from_the_pool_are_resampled_by_series() -> None:
    """Twenty origins of one series say no more than one: the interval is the point."""
    one = table(pool=[("a", late, 1) for late in range(20)], naive2=[("a", late, late) for late in range(20)])
    found = one.summary().set_index("method").loc["naive2"]
    assert found["more_lo"] == found["more_hi"] == found["wis_more_than_pool"] == pytest.approx(8.5)
    many = table(pool=[(str(i), 0, 1) for i in range(20)], naive2=[(str(i), 0, i) for i in range(20)])
    found = many.summary().set_index("method").loc["naive2"]
    assert found["more_lo"] < found["wis_more_than_pool"] - 1.5 and found["more_hi"] > found["wis_more_than_pool"] + 1.5


def test_coverage_has_its_wilson_interval() -> None:
    """Half of 5 origins: (0.5 + z²/10 ± z √(0.25/5 + z²/100)) / (1 + z²/5) with z = 1.96, so 0.170 and 0.830."""
    found = table(pool=[(str(i), 0, 1) for i in range(5)], naive2=[("0", 0, 1)]).summary().set_index("method").loc[POOL]
    assert [found["in80_lo"], found["in80"], found["in80_hi"]] == pytest.approx([0.1704, 0.5, 0.8296], abs=1e-4)
