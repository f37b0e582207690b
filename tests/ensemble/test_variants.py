"""Variants from a shared past are the very runs that the store holds, and are kept."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pytest

from sim.ensemble.branches import first_difference
from sim.ensemble.inventory import leftovers
from sim.ensemble.kept import unfinished
from sim.ensemble.results import Results
from sim.ensemble.variants import variant_values
from sim.parallel import Progress
from sim.regions import CITY
from sim.scenario.load import load_scenario
from sim.scenario.months import month_index
from tests.small import AWKWARD, ENTERPRISES, SEED

INDICATORS = ("gross_output_above_scale", "value_added_all_industry", "quality_space_started", "firms_relocated")


def made(workers: int = 1, progress: Progress | None = None) -> pd.DataFrame:
    scenarios = [load_scenario(name) for name in ("baseline", AWKWARD)]
    return variant_values(scenarios, scenarios, [(0, 1)] * 3, INDICATORS, 2028, SEED, ENTERPRISES, workers, progress)


def test_a_variant_is_bit_for_bit_the_run_of_the_same_scenario(home, results: Results) -> None:
    values = made()
    assert values.groupby(["variant", "replicate"]).size().to_list() == [8] * 6  # 2021 to 2028
    for place, name in enumerate(("baseline", AWKWARD)):
        mine = values[values["variant"] == place].set_index(["replicate", "year"]).sort_index()
        f = results.frame
        stored = f[(f["scenario"] == name) & (f["district"] == CITY) & (f["replicate"] < 3) & (f["year"] <= 2028)]
        wide = stored.pivot(index=["replicate", "year"], columns="indicator", values="value")
        for indicator in INDICATORS:
            assert mine[indicator].to_list() == wide[indicator].to_list()


def test_they_are_kept_and_no_number_of_workers_changes_them(home) -> None:
    first = made()
    folder = home / "runs" / "variants"
    before = {path.name for path in folder.iterdir()}
    told: list[tuple[int, int]] = []
    pd.testing.assert_frame_equal(made(progress=lambda *both: told.append(both)), first, check_exact=True)
    assert told == [(1, 1)] and {path.name for path in folder.iterdir()} == before
    shutil.rmtree(folder)
    pd.testing.assert_frame_equal(made(2), first, check_exact=True)


def test_what_is_finished_of_interrupted_work_is_not_made_again(fresh_home) -> None:
    first = made()
    folder = fresh_home / "runs" / "variants"
    shutil.rmtree(folder)
    told: list[tuple[int, int]] = []

    def interrupted(done: int, asked: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(progress=interrupted)
    [begun] = folder.iterdir()
    assert len(list(begun.glob("part-*"))) == 2 and unfinished() == []
    for path in begun.iterdir():
        os.utime(path, (0, 0))
    assert unfinished() == [begun] and begun in leftovers()
    pd.testing.assert_frame_equal(made(progress=lambda *both: told.append(both)), first, check_exact=True)
    assert told == [(0, 2), (2, 2)] and not list(begun.glob("*part-*")) and unfinished() == []


def test_where_scenarios_part() -> None:
    names = ("baseline", "combined", "fenghua")
    scenarios = {name: load_scenario(name) for name in names}
    assert first_difference([scenarios["baseline"], scenarios["combined"]]) == month_index("2027-01")
    assert first_difference([scenarios["baseline"], scenarios["fenghua"]]) == month_index("2024-01")
    assert first_difference([scenarios["baseline"]] * 2) == scenarios["baseline"].months


def test_a_district_s_own_levers_count(home) -> None:
    scenarios = [load_scenario("baseline"), load_scenario("fenghua")]
    values = variant_values(scenarios, scenarios, [(0, 1)], ("highrise_projects",), 2030, SEED, ENTERPRISES)
    last = values[values["year"] == 2030].set_index("variant")["highrise_projects"]
    assert last[1] > last[0]
