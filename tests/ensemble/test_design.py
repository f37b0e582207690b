"""Which runs make an ensemble: even, extendable, and the same luck in every scenario."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble.design import draw_parameters, quantiles
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario


@pytest.mark.parametrize("power", [3, 5, 7])
def test_a_power_of_two_of_runs_is_a_latin_hypercube(power: int) -> None:
    runs = 2**power
    points = quantiles(9, range(runs), seed=11)
    slices = np.sort((points * runs).astype(int), axis=0)
    assert (slices == np.arange(runs)[:, None]).all()


def test_more_runs_leave_the_first_ones_as_they_were() -> None:
    few, many = quantiles(5, range(10), 3), quantiles(5, range(300), 3)
    assert (many[:10] == few).all()
    assert (quantiles(5, [7, 2], 3) == few[[7, 2]]).all()
    assert not (quantiles(5, range(10), 4) == few).any()


def test_draws_stay_within_their_bounds() -> None:
    drawn = draw_parameters(load_scenario("baseline"), range(64), seed=1)
    entries = catalogue().of_kind("uncertainty")
    assert len(drawn) == 64 and set(drawn[0]) == set(entries)
    for name, entry in entries.items():
        values = [draw[name] for draw in drawn]
        assert entry.bounds[0] <= min(values) < max(values) <= entry.bounds[1], name


def test_scenarios_share_the_draws_they_do_not_change() -> None:
    base, other = (draw_parameters(load_scenario(name), range(8), 1) for name in ("baseline", "upstairs-faster"))
    assert base == other
