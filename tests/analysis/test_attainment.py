"""P(target) on results small enough to count by hand, and on real runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import registry
from sim.analysis.attainment import reached_value, targets
from sim.analysis.intervals import wilson
from sim.ensemble.results import TABLES, Results
from sim.regions import CITY
from tests.small import RUNS


def by_hand(indicator: str, runs: Mapping[int, Mapping[int, float]]) -> Results:
    """Results of one indicator from {replicate: {year: value}}."""
    rows = [(replicate, year, value) for replicate, years in runs.items() for year, value in years.items()]
    cells = pd.DataFrame(rows, columns=["replicate", "year", indicator]).assign(scenario="baseline", district=CITY)
    nothing = pd.DataFrame()
    stamp = {"scenarios": {"baseline": ""}, "runs": len(runs)}
    return Results(cells, **dict.fromkeys(TABLES[1:], nothing), stamp=stamp)


def test_a_share_of_runs_with_its_interval_and_quantiles() -> None:
    space = {run: {2027: value} for run, value in enumerate((900, 1000, 1100, 1200))}
    results = by_hand("quality_space_started", space)
    [row] = targets(results, ("quality_space_2027.started",)).to_dict("records")
    assert row["probability"] == 0.75 and (row["ci_low"], row["ci_high"]) == wilson(3, 4)
    assert (row["p10"], row["median"], row["p90"]) == pytest.approx((930, 1050, 1170))
    assert (row["runs"], row["basis"], row["document"]) == (4, "simulated", "甬经信产〔2025〕44号")


def test_a_target_with_a_later_start_counts_only_what_came_after() -> None:
    target = replace(registry.target("firms_eliminated_2025.added"), period_start="2023-01", deadline="2025-12")
    results = by_hand("firms_eliminated", {0: {2022: 500, 2025: 1800}})
    assert reached_value(results, "baseline", target) is not None
    assert list(reached_value(results, "baseline", target)) == [1300]  # type: ignore[call-overload]


def test_a_promise_for_every_year_is_kept_only_by_the_worst_year() -> None:
    every = [target for target in registry.targets().values() if target.mode == "every_year"]
    target = replace(every[0], indicator="value_added_rate", period_start="2025-01", deadline="2027-12")
    values = by_hand("value_added_rate", {0: {2024: 1, 2025: 9, 2026: 7, 2027: 8}})
    assert list(reached_value(values, "baseline", replace(target, direction=">="))) == [7]  # type: ignore[call-overload]
    assert list(reached_value(values, "baseline", replace(target, direction="<="))) == [9]  # type: ignore[call-overload]


def test_runs_that_end_before_the_deadline_give_no_probability() -> None:
    results = by_hand("quality_space_started", {0: {2027: 1200}})
    [row] = targets(results, ("quality_space_2030.started",)).to_dict("records")
    assert row["runs"] == 0 and np.isnan(row["probability"])


def test_the_value_added_of_all_industry_is_answered_by_the_forecast(results: Results) -> None:
    told = targets(results, ("value_added_all_industry_2030",)).set_index("scenario").loc["baseline"]
    paths = results.demand.query("year == 2030")["value_added_all_industry"]
    assert (told["basis"], told["runs"], told["median"]) == ("forecast", RUNS, pytest.approx(paths.median()))
    assert told["probability"] == (paths >= 10_000).mean()


def test_every_reading_of_the_registry_is_a_row_and_tracked_ones_say_nothing(results: Results) -> None:
    table = targets(results)
    assert len(table) == 2 * len(registry.targets())
    tracked = table["basis"] == "tracked"
    assert table.loc[tracked, "probability"].isna().all() and (table.loc[tracked, "runs"] == 0).all()
    answered = table[~tracked]
    assert (answered["runs"] == RUNS).all()
    assert answered["probability"].between(answered["ci_low"], answered["ci_high"]).all()
