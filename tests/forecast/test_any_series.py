"""Whatever series a table holds, it is forecast by itself, in finite and ordered numbers, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import trim_mean

import sim
from sim.forecast.series_forecast import COLUMNS, HORIZON, NothingForecast, forecast_all, forecast_series
from tests.forecast.frames import BANDS, RISING, frame, months, series

Y = np.exp(np.random.default_rng(7).normal(0.01, 0.03, 60).cumsum()) * (1 + 0.2 * np.sin(np.arange(60) * np.pi / 6))


def bands(values: object, ds: object = None, horizon: int = 4, name: str = "a") -> pd.DataFrame:
    found = sim.forecast(frame(values, ds, name), horizon=horizon)  # type: ignore[arg-type]
    assert list(found.columns) == list(COLUMNS) and len(found) == horizon and found.attrs["errors"] == []
    assert np.isfinite(found[BANDS].to_numpy()).all()
    assert (np.diff(found[RISING].to_numpy(), axis=1) >= 0).all()
    assert ((found["lo-50"] <= found["median"]) & (found["median"] <= found["hi-50"])).all()
    return found


def test_three_yearly_points_on_a_line_are_continued_with_wide_intervals() -> None:
    """Their own steps have no spread at all: what is typical of public series stands in."""
    found = bands([100, 110, 120])
    assert found["median"].iloc[0] == pytest.approx(125, abs=0.5)  # between the last value and the line, by draws
    width = found["hi-80"] - found["lo-80"]
    assert width.iloc[0] > 20 and (np.diff(width) > 0).all()


def test_a_constant_goes_on_with_some_doubt() -> None:
    for count in (3, 8, 40):
        found = bands([5.0] * count)
        assert found["median"].to_numpy() == pytest.approx([5] * 4)
        assert (found["hi-95"] > 5.1).all() and (found["lo-95"] < 4.9).all()


def test_nothing_but_zeros_stays_zero() -> None:
    assert (bands([0] * 20)[BANDS] == 0).all(axis=None) and (bands([0, 0, 0])[BANDS] == 0).all(axis=None)


@pytest.mark.parametrize(
    "values",
    [
        [0, 1, 0, 2, 3, 0, 1, 4, 0, 2],
        [-5, -7, -6, -9, -12, -11, -14],
        [3, -2, 5, -8, 1, 0, 2, -3, 6],
        [1, 1, 1, 1, 1, 1, 1, 1, 1000],
        [1000, 1000, 1000, 1000, 1000, 1000, 0.001],
        [5, 5, 5, 5, 5, 900, 900, 900, 900],
        [2.0**step for step in range(30)],
        [1000 - 99 * step for step in range(11)],
    ],
)
def test_zeros_negatives_jumps_and_explosions_are_forecast_in_finite_numbers(values: list[float]) -> None:
    found = bands(values)
    assert (found["hi-80"] > found["lo-80"]).all()


def test_a_falling_series_below_zero_goes_on_falling() -> None:
    found = bands(-np.arange(1.0, 20.0))
    assert found["median"].to_numpy() == pytest.approx([-20, -21, -22, -23], abs=0.1)
    assert (found["hi-80"] < -19).all() and (found["hi-95"] < [-18.9, -19, -19, -19]).all()
    assert (found["hi-95"].diff().iloc[1:] < -0.5).all()


@pytest.mark.parametrize("season", [1, 12])
@pytest.mark.parametrize(
    "shape",
    [
        lambda random, count: np.exp(random.normal(0, 2, count)),
        lambda random, count: 100 * np.exp(random.normal(0, 0.4, count).cumsum()),
        lambda random, count: 1000 - 999.9 * np.arange(count) / count,
        lambda random, count: 1.001 + np.sin(np.arange(count)),
    ],
)
def test_no_quantile_of_a_positive_series_is_negative(
    season: int, shape: Callable[[np.random.Generator, int], np.ndarray]
) -> None:
    for count in (3, 5, 7, 13, 30):
        values = shape(np.random.default_rng(count), count)
        found = bands(values, months(count) if season == 12 else None, horizon=18)
        assert values.min() > 0 and (found[BANDS] > 0).all(axis=None)


@pytest.mark.parametrize("values", [[0, 1, 0, 2, 3, 0, 1, 4, 0, 2], [9, 7, 6, 4, 3, 1, 0, 0], [0, 5, 0, 0, 5, 0] * 6])
def test_a_series_that_touches_zero_and_never_falls_below_it_is_not_forecast_below_it(values: list[float]) -> None:
    found = bands(values, horizon=8)
    assert (found[[*BANDS, "mean"]] >= 0).all(axis=None) and (found["hi-95"] > 0).all()
    assert "预测不低于零" in found.attrs["notes"][0]["note"]
    lower = bands(np.array(values) - 1.0, horizon=8)
    assert (lower["lo-95"] < -1).any()  # the same one lower, where it falls below zero itself, is not held


def test_five_thousand_points_are_no_trouble() -> None:
    values = 500 + np.random.default_rng(1).normal(size=5000).cumsum()
    found = bands(values)
    assert found["median"].iloc[0] == pytest.approx(values[-1], abs=0.5)
    assert found["hi-95"].iloc[0] - found["lo-95"].iloc[0] == pytest.approx(2 * 1.96, rel=0.25)
    assert found["ds"].iloc[0] == 7000


@pytest.mark.parametrize("power", [-900, -30, 30, 900])
def test_another_unit_gives_the_same_forecast_in_that_unit(power: int) -> None:
    """By a power of two no digit changes, however huge or tiny the numbers."""
    for values in (Y, Y - 1, Y[:5]):
        one, other = (bands(each, months(len(each)))[BANDS] for each in (values, values * 2.0**power))
        np.testing.assert_allclose(other / 2.0**power, one, rtol=1e-9)


def test_thousands_of_a_unit_are_a_thousandth_of_each_number() -> None:
    one, other = (bands(values, months(60))[BANDS] for values in (Y, Y / 1000))
    np.testing.assert_allclose(other * 1000, one, rtol=1e-3)


def test_the_order_of_rows_does_not_matter() -> None:
    table = frame(Y, months(60))
    mixed = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(sim.forecast(table, horizon=3), sim.forecast(mixed, horizon=3), check_exact=True)


def test_a_forecast_depends_on_no_other_series_and_on_no_number_of_workers() -> None:
    tables = [frame(Y[:12] + shift, name=f"s{shift}") for shift in range(20)]
    together, shared = (sim.forecast(pd.concat(tables), horizon=3, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(together, shared, check_exact=True)
    assert list(together["unique_id"].unique()) == [f"s{shift}" for shift in range(20)]
    alone = sim.forecast(tables[11], horizon=3)
    pd.testing.assert_frame_equal(alone, together.iloc[33:36].reset_index(drop=True), check_exact=True)


def test_the_seed_and_the_name_are_what_the_paths_depend_on() -> None:
    one, again, other = (sim.forecast(frame(Y), horizon=2, seed=seed)["lo-80"] for seed in (1, 1, 2))
    assert one.equals(again) and (one != other).all()
    renamed = sim.forecast(frame(Y, name="b"), horizon=2, seed=1)["lo-80"]
    assert (one != renamed).all() and one.to_numpy() == pytest.approx(renamed.to_numpy(), rel=0.05)


@pytest.mark.parametrize(
    ("values", "ds"),
    [(Y, months(60)), (Y[:9], None), (Y[:4], None), (Y - 1, months(60)), (np.arange(1.0, 7.0), None)],
)
def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(values: np.ndarray, ds: pd.DatetimeIndex | None) -> None:
    """To the last digit, also where a member is dropped and where the horizon is beyond the usual one."""
    short, long, longest = (sim.forecast(frame(values, ds), horizon=horizon) for horizon in (3, 12, 40))
    pd.testing.assert_frame_equal(short, long.head(3), check_exact=True)
    pd.testing.assert_frame_equal(long, longest.head(12), check_exact=True)


def test_asking_for_paths_or_a_target_changes_no_number() -> None:
    table = frame(Y, months(60))
    plain, paths, target = (
        forecast_all(table, horizon=6, **asked).table
        for asked in ({}, {"paths": 9_000}, {"target": 15.0, "by": 2023})
    )
    pd.testing.assert_frame_equal(plain, paths, check_exact=True)
    pd.testing.assert_frame_equal(plain, target, check_exact=True)


def test_one_bad_series_is_a_row_with_its_reason() -> None:
    gap = frame([1, 2, 3], [2001, 2002, 2005], "缺口")
    twice = frame([1, 2, 3, 4], [2001, 2002, 2002, 2003], "重复")
    words = frame(["1", "很多", "3"], name="文字")
    undated = frame([1, 2, 3], ["2001", "", "2003"], "无时间")
    found = sim.forecast(pd.concat([gap, frame([1, 2, 4], name="好"), twice, words, undated]), horizon=2)
    assert list(found["unique_id"]) == ["好", "好"]
    reasons = {row["unique_id"]: row["reason"] for row in found.attrs["errors"]}
    assert list(reasons) == ["缺口", "重复", "文字", "无时间"]
    for name, part in zip(reasons, ("缺 2 期", "时间重复：2002", "“很多”不是数字", "没有时间"), strict=True):
        assert part in reasons[name]


def test_nothing_but_bad_series_is_an_error_with_them_all() -> None:
    with pytest.raises(NothingForecast, match="2 个序列都无法预测。例如 a：只有 2 个数") as caught:
        sim.forecast(pd.concat([frame([1, 2]), frame([1], name="b")]))
    assert caught.value.errors["unique_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize(("step", "freq"), [("MS", "MS"), ("QS", "QS"), ("YS", "YS"), ("QE", "QS")])
def test_the_usual_horizon_and_periods_of_each_frequency(step: str, freq: str) -> None:
    days = pd.date_range("2019-01-01", periods=9, freq=step)
    found = sim.forecast(frame(Y[:9], days))
    assert len(found) == HORIZON[freq]
    expected = pd.date_range("2019-01-01", periods=9 + HORIZON[freq], freq=step)[9:]
    assert found["ds"].tolist() == expected.tolist()


def test_dates_come_back_as_they_went_in() -> None:
    days = months(12)
    assert pd.api.types.is_datetime64_any_dtype(bands(Y[:12], days)["ds"])
    assert bands(Y[:12], days.strftime("%Y-%m"))["ds"].iloc[0] == "2016-01-01"
    assert bands(Y[:12])["ds"].tolist() == [2012, 2013, 2014, 2015]
    padded = frame(Y[:12], days).rename(columns={"ds": " ds"})
    assert pd.api.types.is_datetime64_any_dtype(sim.forecast(padded, horizon=1)["ds"])


def test_a_year_of_eleven_periods_has_no_january_ahead() -> None:
    days = [day for day in months(49, "2015-02-01") if day.month != 1]
    found = bands(Y[: len(days)], days, horizon=13)
    assert pd.DatetimeIndex(found["ds"]).month.tolist() == [*range(3, 13), *range(2, 5)]


def test_paths_are_joint_and_of_the_same_pool_as_the_intervals() -> None:
    found = forecast_all(frame(Y), horizon=6, paths=10_000)
    wide = found.paths.pivot(index="path", columns="ds", values="y")
    assert wide.shape == (10_000, 6)
    np.testing.assert_allclose(np.quantile(wide, 0.9, axis=0), found.table["hi-80"])
    np.testing.assert_allclose(trim_mean(wide, 0.01), found.table["mean"])
    assert np.corrcoef(wide[2064], wide[2065])[0, 1] > 0.6


def test_members_are_told_in_the_unit_of_the_series() -> None:
    one, thousand = (forecast_series(series(size * Y), 5) for size in (1, 1000))
    assert thousand.pool.point == pytest.approx(1000 * one.pool.point)
    for small, large in zip(one.members, thousand.members, strict=True):
        assert large.level == pytest.approx(1000 * small.level)
        assert small.level == pytest.approx(one.pool.point, rel=0.5)


def test_a_member_that_fails_is_counted_and_the_others_go_on() -> None:
    """Six points are too few for smoothing (and for logs); a member far from the others is named as such."""
    found = forecast_all(frame([1, 2, 3, 4, 5, 6]), horizon=12)
    assert found.fallbacks == {"ets": 1}
    found = forecast_all(frame([1, 2, 4, 8, 16, 32, 64, 128]), horizon=12)
    assert found.fallbacks == {"arima_log（偏离其余）": 1}


@pytest.mark.parametrize(
    ("count", "freq", "parts"),
    [
        (4, "YS", ["只有 4 个数，不足 6 个", "以 naive、drift 代替"]),
        (5, "QS", ["不足两年加一期（9 个）", "以 seasonal_naive、seasonal_drift 代替"]),
        (18, "MS", ["不足两年加一期（25 个）", "以 seasonal_naive、seasonal_drift 代替"]),
        (9, "MS", ["不足一年加一期（13 个），看不出季节"]),
    ],
)
def test_a_short_series_says_so_and_what_stood_in(count: int, freq: str, parts: list[str]) -> None:
    days = pd.date_range("2019-01-01", periods=count, freq=freq)
    [note] = sim.forecast(frame(Y[:count], days), horizon=3).attrs["notes"]
    assert note["unique_id"] == "a" and all(part in note["note"] for part in parts)


@pytest.mark.parametrize(("value", "interval"), [(10.0, "取自一般序列的误差"), (0.0, "也是零")])
def test_a_series_without_change_says_what_its_interval_rests_on(value: float, interval: str) -> None:
    [note] = sim.forecast(frame([value] * 12), horizon=2).attrs["notes"]
    assert f"各期的数相同，没有过去的误差可依，区间{interval}" in note["note"]


@pytest.mark.parametrize("month", [1, 2])
def test_a_period_of_two_months_says_so(month: int) -> None:
    """Without any January (or February) a year has eleven periods, the first of them of both months."""
    days = pd.DatetimeIndex([day for day in months(60) if day.month != 3 - month])
    found = forecast_all(frame(Y[: len(days)], days), horizon=3)
    assert found.both == {"a": month} and f"ds 写 {month} 月" in found.notes["note"].iloc[0]


def test_a_long_series_without_trouble_has_no_note() -> None:
    found = forecast_all(frame(Y, months(60)), horizon=3)
    assert found.fallbacks or found.notes.empty


def test_a_year_and_a_half_of_a_season_goes_on_with_its_season() -> None:
    """The same month of the last year, and a year's total as uncertain as a year's growth."""
    season = 100 * (1 + 0.5 * np.sin(np.arange(36) * np.pi / 6))
    found = forecast_all(frame(season[:18], months(18)), horizon=12, paths=10_000)
    assert found.table["median"].to_numpy() == pytest.approx(season[18:30], rel=0.02)
    totals = found.paths.groupby("path")["y"].sum()
    low, high = np.quantile(totals, [0.1, 0.9])
    assert low < season[18:30].sum() < high and 0.05 < (high - low) / season[18:30].sum() < 0.6
