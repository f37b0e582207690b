"""The guard against a member astray, and paths that stay positive where the series is."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.forecast.members import Member
from sim.forecast.pool import GUARD, guarded, pool, streams
from sim.forecast.stretch import Stretch, learnt
from tests.forecast.frames import frame

PLAIN = Stretch(1e7, 0.0, ((1, 1.0),))


def members(*levels: float) -> list[Member]:
    """Members that go from 100 to these levels in three periods, named after them."""
    return [Member(f"{to:g}", np.linspace(100, to, 3), np.ones(3), 5.0, log=False) for to in levels]


def dropped(*levels: float, positive: bool = True) -> tuple[str, ...]:
    return guarded(members(*levels), positive)[1]


@pytest.mark.parametrize("others", [(100, 110), (100, 110, 120, 90)])
def test_a_member_astray_is_dropped_and_the_others_stay(others: tuple[float, ...]) -> None:
    """Also of three, where the median of the other two is itself far from either."""
    low, high = (edge * np.median(others) for edge in GUARD)
    assert dropped(*others, 1000) == ("1000",) and dropped(*others, 1.05 * high) == (f"{1.05 * high:g}",)
    assert dropped(*others, 1) == ("1",) and dropped(*others, -50) == ("-50",)
    assert dropped(*others, 1.05 * low) == dropped(*others, 0.95 * high) == ()


def test_two_astray_of_five_are_dropped() -> None:
    assert dropped(100, 105, 110, 2000, 3000) == ("2000", "3000")


def test_no_member_is_astray_where_there_is_nothing_to_go_by() -> None:
    assert dropped(100, 1000) == ()  # of two, which?
    assert dropped(-1, -2, -3) == ()  # all turn negative
    assert dropped(100, 110, 1000, positive=False) == ()


def test_beyond_the_judged_periods_a_member_astray_is_held_at_the_edge() -> None:
    """It is not dropped: that would change what is said of the nearer periods, only because one looks farther."""
    flat = [Member(f"{at}", np.full(5, at), np.ones(5), 1e-9, log=False) for at in (100.0, 110.0)]
    wild = Member("wild", np.array([100, 100, 100, 1e4, -50]), np.ones(5), 1e-9, log=False)
    near, far = (
        pool([member.until(horizon) for member in (*flat, wild)], 80.0, PLAIN, 300, streams("1"), 3)
        for horizon in (3, 5)
    )
    assert far.dropped == near.dropped == () and np.array_equal(far.paths[:, :3], near.paths)
    last = far.paths[far.owner == 2][:, 3:].mean(axis=0) / np.median(far.paths[:, 3:], axis=0)
    assert last == pytest.approx(GUARD[::-1])


def test_six_points_on_a_line_go_on_along_it() -> None:
    """Of so few logs a model can grow explosively: one doubled every two years, and stayed in."""
    found = sim.forecast(frame([1, 2, 3, 4, 5, 6]), horizon=12)
    assert found["median"].to_numpy() == pytest.approx(np.arange(7, 19), rel=0.01)
    assert found["hi-95"].iloc[-1] < 30


def test_every_path_of_a_positive_series_is_positive_however_wide_a_member() -> None:
    found = pool(members(100, -50), 80.0, PLAIN, 4000, streams("1"))
    assert (found.paths > 0).all() and (found.point > 0).all()
    assert (pool(members(100, -50), -1.0, PLAIN, 4000, streams("1")).paths < 0).any()


def test_the_factor_widens_about_the_median_of_points() -> None:
    narrow, wide = (
        pool(members(90, 100, 130), -1.0, Stretch(1e7, 0.0, ((2, 1.0), (3, factor))), 9000, streams("1"))
        for factor in (1.0, 2.0)
    )
    assert np.array_equal(wide.paths[:, :2], narrow.paths[:, :2])
    assert wide.paths[:, 2] - 100 == pytest.approx(2 * (narrow.paths[:, 2] - 100))
    assert wide.paths.std(axis=0) / narrow.paths.std(axis=0) == pytest.approx([1, 1, 2])


def test_a_member_alone_is_forecast_as_it_says() -> None:
    [one] = members(130)
    assert pool([one], -1.0, PLAIN, 9000, streams("1")).point == pytest.approx(one.level)


def test_few_degrees_of_freedom_make_the_tails_of_student_s_t() -> None:
    """Of 4 degrees 1 % lies beyond 3.75 s.d. on one side; of the normal beyond 2.33."""
    one = [Member("m", np.zeros(1), np.ones(1), 1.0, log=False)]
    tails = [
        np.quantile(pool(one, -1.0, Stretch(degrees, 0, ((1, 1),)), 200_000, streams("1")).paths, 0.99)
        for degrees in (4.0, 1e7)
    ]
    assert tails == pytest.approx([3.747, 2.326], rel=0.03)


def test_factors_are_of_blocks_and_the_last_goes_on() -> None:
    assert Stretch(5, 0.1, ((2, 0.9), (4, 1.1))).factors(6).tolist() == [0.9, 0.9, 1.1, 1.1, 1.1, 1.1]
    assert learnt(11) == learnt(12) != learnt(4)
