"""Periods in every form in which people write them, how they go on, and what is no regular period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.forecast.calendar import CalendarInvalid, FrequencyUnknown, frequency, read_calendar
from sim.forecast.series import Refused, Series, split
from tests.forecast.frames import frame, months


def read(stamps: list[Any], freq: str | None = None) -> Series:
    """The series of 1, 2, 3 … at these periods."""
    [found] = split(frame(np.arange(1.0, len(stamps) + 1), stamps), freq)
    assert isinstance(found, Series), found
    return found


def refusal(values: Any, stamps: Any = None, freq: str | None = None) -> str:
    [found] = split(frame(values, stamps), freq)
    assert isinstance(found, Refused)
    return found.reason


def next_labels(stamps: list[Any], count: int = 2) -> list[int | str]:
    calendar = read(stamps).calendar
    return [calendar.label(period) for period in calendar.ahead(count)]


@pytest.mark.parametrize(
    ("freq", "names"),
    [
        ("MS", ["M", "MS", "ME", "BMS", "BME", " ms "]),
        ("QS", ["Q", "QS", "QE", "BQS", "QE-NOV", "qs-feb"]),
        ("YS", ["Y", "YS", "YE", "A", "AS", "BYE", "YE-JUN", "A-DEC"]),
    ],
)
def test_a_frequency_goes_by_any_of_its_names(freq: str, names: list[str]) -> None:
    assert {frequency(name) for name in names} == {freq}


@pytest.mark.parametrize("name", ["W", "D", "B", "2MS", "QX", "月", ""])
def test_an_unknown_frequency_says_what_may_be_written(name: str) -> None:
    with pytest.raises(FrequencyUnknown, match="MS（月）、QS（季）、YS（年）"):
        frequency(name)


@pytest.mark.parametrize(
    "stamps",
    [
        ["2020-03", "2020-04", "2020-05"],
        ["2020-03-01", "2020-04-01", "2020-05-01"],
        ["2020年3月", "2020年4月", "2020年5月"],
        ["2020年3月1日", "2020年4月1日", "2020年5月1日"],
        ["２０２０年３月", "２０２０年４月", "２０２０年５月"],
        ["202003", "202004", "202005"],
        [202003, 202004, 202005],
        ["2020/3", "2020/4", "2020/5"],
        ["2020.03", "2020.04", "2020.05"],
        [" 2020-3 ", "2020-04", "2020年05月"],
        ["2020-03-15", "2020-04-15", "2020-05-15"],
        ["03/2020", "04/2020", "05/2020"],
        ["20200301", "20200401", "20200501"],
        [20200301, 20200401, 20200501],
        ["二〇二〇年三月", "2020 年 4 月", "2020年五月份"],
        list(pd.period_range("2020-03", periods=3, freq="M")),
        list(months(3, "2020-03-01").tz_localize("Asia/Shanghai")),
    ],
)
def test_months_are_read_however_they_are_written(stamps: list[Any]) -> None:
    assert next_labels(stamps) == ["2020-06-01", "2020-07-01"] and read(stamps).calendar.season == 12


@pytest.mark.parametrize("stamps", [
        ["2020Q1", "2020Q2", "2020Q3"],
        ["2020-Q1", "2020-q2", "2020年Q3"],
        ["2020年一季度", "2020年第2季度", "2020年三季度"],
        ["2020年第一季度", "2020年2季度", "2020 Q3"],
        ["2020年1—3月", "2020年4-6月", "2020年7至9月"],
    ],
)
def test_quarters_are_read_however_they_are_written(stamps: list[str]) -> None:
    assert next_labels(stamps) == ["2020-10-01", "2021-01-01"] and read(stamps).calendar.season == 4


@pytest.mark.parametrize(
    ("stamps", "ahead"),
    [
        (["2020-01-31", "2020-02-29", "2020-03-31"], ["2020-04-30", "2020-05-31"]),
        (["2020-02-29", "2020-05-31", "2020-08-31"], ["2020-11-30", "2021-02-28"]),
        (["2018-12-31", "2019-12-31", "2020-12-31"], ["2021-12-31", "2022-12-31"]),
        (["2018-07-01", "2019-07-01", "2020-07-01"], ["2021-07-01", "2022-07-01"]),
        (["2018年", "2019年", "2020年"], ["2021-01-01", "2022-01-01"]),
        (["2018", "2019", "2020"], [2021, 2022]),
        ([7, 8, 9], [10, 11]),
        ([2018.0, 2019.0, 2020.0], [2021, 2022]),
    ],
)
def test_periods_go_on_as_they_are_anchored(stamps: list[Any], ahead: list[int | str]) -> None:
    assert next_labels(stamps) == ahead


def test_integers_are_of_the_frequency_that_is_given_and_of_years_if_none_is() -> None:
    assert [read([1, 2, 3], freq).calendar.season for freq in (None, "M", "QS")] == [1, 12, 4]


def test_months_without_any_january_are_eleven_a_year() -> None:
    days = [day for day in months(36, "2020-02-01") if day.month != 1]
    assert read(days).calendar.season == 11
    assert next_labels(days) == ["2023-02-01", "2023-03-01"]
    assert next_labels(days[:-1], 3) == ["2022-12-01", "2023-02-01", "2023-03-01"]
    calendar = read(days).calendar
    assert [calendar.label(period) for period in calendar.back(12)[:2]] == ["2021-12-01", "2022-02-01"]


@pytest.mark.parametrize("both", ["2021年1—2月", "2021年1-2月", "2021年1月至2月", "2021年1、2月", "2021年一至二月累计"])
def test_january_and_february_together_are_one_of_eleven_periods(both: str) -> None:
    """Even of a single year, where no other shows that January is missing."""
    stamps = [both, *(f"2021年{month}月" for month in range(3, 13))]
    assert read(stamps).calendar.season == 11 and next_labels(stamps) == ["2022-02-01", "2022-03-01"]


def test_a_january_may_stand_for_both_months() -> None:
    days = [day for day in months(36) if day.month != 2]
    assert read(days).calendar.season == 11 and next_labels(days[:-1], 3) == ["2017-12-01", "2018-01-01", "2018-03-01"]


@pytest.mark.parametrize(("first", "season"), [(170.0, 11), (85.0, 12)])
def test_of_a_lone_year_from_february_on_the_first_figure_s_size_tells(first: float, season: int) -> None:
    [found] = split(frame([first, *(100.0 + month for month in range(10))], months(11, "2021-02-01")))
    assert isinstance(found, Series) and found.calendar.season == season


def test_one_january_among_others_missing_is_a_gap() -> None:
    days = [day for day in months(36, "2020-02-01") if day.month != 1 or day.year == 2022]
    said = refusal(range(len(days)), days)
    assert "缺 1 期，第一处是 2021-01" in said and "各年一律写成一期（删去 1 月" in said


def test_januaries_of_nought_beside_a_february_of_both_are_refused() -> None:
    """A February of one month's size leaves a January of nought what it is."""
    days = months(36)
    made = [{1: 0.0, 2: 190.0}.get(day.month, 100.0 + day.month) for day in days]
    assert "2 月有两个月那么多" in refusal(made, days)
    [found] = split(frame([100.0 if number == 190 else number for number in made], days))
    assert isinstance(found, Series) and found.calendar.season == 12


@pytest.mark.parametrize(
    ("stamps", "part"),
    [
        (["2020-01", "2020-02", "2020-04"], "缺 1 期，第一处是 2020-03"),
        (["2020Q1", "2020Q4", "2021Q1", "2021Q2"], "缺 2 期，第一处是 2020-04"),
        ([2001, 2002, 2003, 2007], "缺 3 期，第一处是 2004"),
        (["2020-01", "2020-02", "2020-02", "2020-03"], "时间重复：2020-02（共 1 处）"),
        ([3, 3, 4, 4], "时间重复：3（共 2 处）"),
        (["2020-01", "2020-04", "2020-07", "2020-08"], "2020-07 与 2020-08 之间间隔不规则"),
        (["2020-01", "2020-07", "2021-01"], "相隔 6 个月"),
        (["2020-01-01", "2020-01-02", "2020-01-03"], "频率高于月"),
        (["2020-01-01", "2020-01-08", "2020-01-15"], "频率高于月"),
        (["2020-01", "二月", "2020-03"], "时间“二月”没有年份"),
        (["2020年1—2月", "2020年1—5月", "2020年6月"], "“2020年1—5月”是年初累计"),
        (["2020年1—2月", "2020年3月", "2021年1月"], "1—2 月是合计，这里却另有 1 月"),
        (["2020年1—2月", "2020年3月", "2020年5月"], "缺 1 期，第一处是 2020-04"),
        (["2020年3月", "2020年一季度", "2020年4月"], "既有季度又有月份"),
        (["一季度", "二季度", "三季度"], "“一季度”没有年份"),
        (["2020-13", "2020-14", "2020-15"], "时间“2020-13”不认识"),
        (["Mar-20", "Apr-20", "May-20"], "时间“Mar-20”不认识"),
        ([1.5, 2.5, 3.5], "时间“1.5”不认识"),
        (["2020-01", "", "2020-03"], "1 行没有时间"),
        ([pd.NaT, pd.Timestamp(2020, 1, 1), pd.Timestamp(2020, 2, 1)], "1 行没有时间"),
        ([2019, None, None, 2021], "2 行没有时间"),
    ],
)
def test_what_is_no_regular_period_is_refused_with_the_place(stamps: list[Any], part: str) -> None:
    assert part in refusal(np.arange(len(stamps)), stamps)


@pytest.mark.parametrize("freq", ["MS", "ME", "QS", "YS"])
def test_excel_s_numbers_of_days_are_told_as_dates(freq: str) -> None:
    """44197 is 2021-01-01 in Excel, which counts from the last but one day of 1899."""
    days = pd.date_range("2021-01-01", periods=8, freq=freq)
    numbers = [(day - pd.Timestamp("1899-12-30")).days for day in days]
    said = refusal(np.arange(1.0, 9), numbers)
    assert f"是 Excel 的日期序号（{numbers[0]} 即 {days[0]:%Y-%m-%d}）" in said
    assert read(list(range(44197, 44205))).values.size == 8  # one apart they are a count


def test_a_given_frequency_is_held_to() -> None:
    assert "间隔不规则" in refusal([1, 2, 3], ["2020-01", "2020-02", "2020-03"], "QS")
    with pytest.raises(FrequencyUnknown):
        list(split(frame([1, 2, 3]), "W"))
    with pytest.raises(CalendarInvalid):
        read_calendar(["2020-01", "2020-07", "2021-01"], "MS")
