"""How likely a year's total reaches a threshold: what counts as known, what is out of reach, and numbers by hand."""

from __future__ import annotations

from math import exp, isnan, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from sim.forecast.attainment import Target, TargetOutOfReach, attainment, inside, share, yearly_totals
from sim.forecast.calendar import Calendar
from sim.forecast.members import Member
from sim.forecast.naive import drift_exceeds
from sim.forecast.pool import Pool, pool, streams
from sim.forecast.series import Series
from sim.forecast.series_forecast import DRAWS, forecast_all, reach
from sim.forecast.stretch import Stretch
from tests.forecast.frames import frame, months, series

MARCH_2024, DECEMBER_2024 = 2024 * 12 + 2, 2024 * 12 + 11


def walk(level: float, horizon: int, draws: int = 40_000) -> Pool:
    """Paths of a random walk with steps N(0, 1) from ``level``."""
    member = Member("walk", np.full(horizon, level), np.ones(horizon), 1.0, log=False)
    return pool([member], -1.0, Stretch(1e7, 0.0, ((1, 1.0),)), draws, streams("4"))


def told(target: float, by: int) -> Target:
    """The answer on tens from January 2022 to March 2024 and a walk of 21 months."""
    return attainment(series(np.full(27, 10.0), last=MARCH_2024), walk(10.0, 21), target, by)


def test_a_year_s_total_is_what_is_known_of_it_plus_the_rest_of_a_path() -> None:
    """January to March 2024 are 30; nine steps of a walk from 10 have mean 90 and variance 1² + 2² + … + 9²."""
    known, ahead = yearly_totals(series([*np.full(24, 10.0), 5, 10, 15], last=MARCH_2024), walk(10.0, 21))
    assert known == {2022: 120, 2023: 120} and list(ahead) == [2024, 2025]
    assert ahead[2024].mean() == pytest.approx(120, abs=0.5)
    assert ahead[2024].var() == pytest.approx(sum(step**2 for step in range(1, 10)), rel=0.03)
    assert np.corrcoef(ahead[2024], ahead[2025])[0, 1] > 0.7


def test_the_probability_is_that_of_the_sum_of_a_walk() -> None:
    sd = sqrt(sum(step**2 for step in range(1, 10)))
    for target in (110, 120, 140):
        found = told(target, 2024)
        assert found.probability == pytest.approx(norm.sf((target - 120) / sd), abs=4 * found.error)
    assert found.error == pytest.approx(sqrt(found.probability * (1 - found.probability) / 40_000))


def test_a_year_that_begins_before_the_series_is_not_whole() -> None:
    known, ahead = yearly_totals(series(np.full(20, 10.0), last=MARCH_2024), walk(10.0, 15))
    assert known == {2023: 120} and list(ahead) == [2024]


@pytest.mark.parametrize("by", [2022, 2023])
def test_a_year_that_is_known_needs_no_forecast(by: int) -> None:
    with pytest.raises(TargetOutOfReach, match=f"{by} 年已有全部数据（120），无须预测"):
        told(100, by)


@pytest.mark.parametrize("by", [1999, 2026, 2100])
def test_a_year_that_is_not_covered_to_its_end_is_out_of_reach(by: int) -> None:
    with pytest.raises(TargetOutOfReach, match=f"{by} 年没有被序列和预测期完整覆盖"):
        told(100, by)


def test_no_probability_is_ever_nought_or_one() -> None:
    never, surely = told(1e9, 2025), told(-1e9, 2025)
    for found in (never, surely):
        values = (found.probability, found.ever, found.lowest, found.highest)
        assert all(0 < value < 1 for value in values) and found.error > 0
    assert never.probability == 0.5 / 40_001 == pytest.approx(1 - surely.probability)
    assert share(np.array([True, True])) == 2.5 / 3 and share(np.array([False])) == 0.25
    assert inside(0.0, 9) == 0.05 and inside(1.0, 9) == 0.95 and inside(0.3, 9) == 0.3


def test_ever_counts_the_year_and_the_earlier_ones_still_open() -> None:
    first, second = told(130, 2024), told(130, 2025)
    assert first.ever == first.probability
    assert second.ever > max(second.probability, first.probability)
    _, ahead = yearly_totals(series(np.full(27, 10.0), last=MARCH_2024), walk(10.0, 21))
    assert second.ever == share((ahead[2024] >= 130) | (ahead[2025] >= 130))


def test_the_range_is_over_the_members_each_alone() -> None:
    """Each of these is normal about its own point."""
    levels = (9.0, 10.0, 12.0)
    members = [Member(str(level), np.full(1, level), np.ones(1), 1.0, log=False) for level in levels]
    pooled = pool(members, -1.0, Stretch(1e7, 0.0, ((1, 1.0),)), 60_000, streams("1"))
    found = attainment(Series("a", np.ones(4), Calendar("YS", 1, 2024, dated=False)), pooled, 11.0, 2025)
    alone = norm.sf(11 - np.array(levels))
    assert [found.lowest, found.highest] == pytest.approx([alone[0], alone[2]], abs=0.02)
    assert found.probability == pytest.approx(np.mean(alone), abs=0.01)


def test_growth_needed_by_hand() -> None:
    """From 120 in 2023, the last whole year, to 145.2 in 2025: 10 % twice."""
    assert told(145.2, 2025).growth_needed == pytest.approx(10)
    assert told(60, 2024).growth_needed == pytest.approx(-50)
    assert isnan(told(-5, 2024).growth_needed)


def test_growth_before_and_expected_by_hand() -> None:
    """Years of 120, 132 and 145.2, then a walk that stays at the last month's 12.1."""
    values = np.repeat([10.0, 11.0, 12.1], 12)
    found = attainment(series(values, last=DECEMBER_2024), walk(12.1, 24), 160, 2026)
    assert found.growth_before == pytest.approx(10) and found.growth_expected == pytest.approx(0, abs=0.5)
    alone = attainment(series(values[-12:], last=DECEMBER_2024), walk(12.1, 24), 160, 2026)
    assert isnan(alone.growth_before) and alone.growth_needed > 0


def test_the_random_walk_with_drift_by_hand() -> None:
    """Logs 0, 1, 3, 3 of 2020–2023: drift 1, deviations 0, 1, -1, s² = 1; 2025: mean 5, variance 2 (1 + 2/3)."""
    levels = {2020: 1.0, 2021: exp(1), 2022: exp(3), 2023: exp(3)}
    assert drift_exceeds(levels, exp(6), 2025) == pytest.approx(t.sf(1 / sqrt(2 * (1 + 2 / 3)), df=2))
    assert drift_exceeds(levels, exp(5), 2025) == pytest.approx(0.5)


def test_the_random_walk_with_drift_is_undefined_on_little_or_nothing_positive() -> None:
    levels = {2020: 1.0, 2021: 2.0, 2022: 3.0}
    assert 0 < drift_exceeds(levels, 3.5, 2023) < 1
    for known, threshold, year in (
        ({2020: 1.0, 2021: 2.0}, 3.0, 2023),
        (levels | {2021: 0.0}, 3.0, 2023),
        (levels, 0.0, 2023),
        (levels, 3.0, 2022),
    ):
        assert isnan(drift_exceeds(known, threshold, year))


@pytest.mark.parametrize(
    ("freq", "season", "last", "by", "expected"),
    [
        ("MS", 12, MARCH_2024, 2024, 9),
        ("MS", 12, MARCH_2024, 2025, 21),
        ("MS", 11, MARCH_2024, 2025, 20),
        ("QS", 4, MARCH_2024 + 1, 2024, 2),
        ("YS", 1, 2023 * 12, 2027, 4),
        ("MS", 12, MARCH_2024, 2023, 0),
    ],
)
def test_how_many_periods_it_takes_to_the_end_of_a_year(
    freq: str, season: int, last: int, by: int, expected: int
) -> None:
    assert reach(Series("a", np.ones(3), Calendar(freq, season, last, dated=True)), by) == expected


def test_the_forecast_goes_as_far_as_the_target_whatever_horizon_is_shown() -> None:
    values = 100 * np.exp(np.random.default_rng(2).normal(0.01, 0.02, 39).cumsum())
    found = forecast_all(frame(values, months(39, "2021-01-01")), horizon=2, target=2000.0, by=2026)
    assert len(found.table) == 2 and 0 < found.targets["probability"].item() < 1
    half = forecast_all(frame(values, months(39, "2021-01-01")), target=float(values[-12:].sum() * 1.05), by=2024)
    assert 0.02 < half.targets["probability"].item() < 0.98
    assert half.targets["since"].item() == 2023
    assert half.targets["since_total"].item() == pytest.approx(values[24:36].sum())
    known = forecast_all(frame(values, months(39, "2021-01-01")), target=1.0, by=2022)
    assert len(known.table) and known.targets.empty and "2022 年已有全部数据" in known.errors["reason"].item()


def test_integers_that_are_years_have_targets_and_other_integers_say_why_not() -> None:
    values = 100 * np.exp(np.random.default_rng(2).normal(0.03, 0.02, 20).cumsum())
    years = forecast_all(frame(values, range(2005, 2025)), horizon=2, target=float(values[-1]), by=2027)
    assert len(years.table) == 2 and 0.5 < years.targets["probability"].item() < 1
    places = forecast_all(frame(values, range(1, 21)), horizon=2, target=100.0, by=2027)
    assert len(places.table) == 2 and places.targets.empty
    assert "时间是整数而不是年份（最后一期为 20）" in places.errors["reason"].item()


def test_a_year_s_total_is_told_with_the_interval_of_the_sum_of_one_path_s_periods() -> None:
    values = 100 * np.exp(np.random.default_rng(2).normal(0.01, 0.02, 39).cumsum())
    found = forecast_all(frame(values, months(39, "2021-01-01")), horizon=21, paths=DRAWS)
    assert list(found.years["year"]) == [2024, 2025]
    days = pd.to_datetime(found.paths["ds"])
    ahead = found.paths.groupby(["path", days.dt.year])["y"].sum().unstack()
    told = np.quantile(ahead[2024] + values[36:].sum(), [0.5, 0.1, 0.9])
    assert found.years.loc[0, ["median", "lo-80", "hi-80"]].to_numpy(float) == pytest.approx(told)
    assert forecast_all(frame(values, months(39, "2021-01-01")), horizon=8).years.empty


def test_eleven_periods_make_a_year_s_total() -> None:
    days = [day for day in months(36, "2021-02-01") if day.month != 1]
    values = np.full(len(days), 10.0)
    found = forecast_all(frame(values, days), target=110.0, by=2024)
    assert found.targets["probability"].item() == pytest.approx(0.5, abs=0.05)
    assert found.targets["growth_needed"].item() == pytest.approx(0, abs=1e-9)
    assert pd.Timestamp(found.table["ds"].iloc[0]).month == 2
