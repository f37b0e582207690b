"""The ledger names what decided an event: without its cause, nothing happens that is laid to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes.entry import PROJECT_BITS
from sim.abm.state import OF_BLOCKS, OF_PROJECTS, Towers
from tests.abm.test_twin import BUSY, SHORT_WAITS
from tests.abm.towns import homogeneous_town, run, scenario
from tests.generated import ROOT

OFF = {"choice.leave": -1e9}
"""Where nothing is not zero: a utility that nobody takes."""
DECIDES = {
    "turnover.exit_below_scale": "exited", "turnover.exit_above_scale": "exited",
    "turnover.entry_rate": "entered", "pipeline.big_projects_per_year": "entered",
    "pipeline.medium_projects_per_year": "entered", "choice.leave": "left_city", "rates.leave": "left_city",
    "parks.micro_places_per_year": "relocated", "enforcement.eliminations_per_year": "eliminated",
    "enforcement.high_consumption_per_year": "rectified", "enforcement.scattered_per_year": "rectified",
}  # fmt: skip
"""Causes that nothing else can stand in for, and an event that each must be seen to decide."""


def lived(town, fixed_rates: bool, off: str | None = None) -> pd.DataFrame:
    """Busy months' events, one cause turned off."""
    many = BUSY | {"pipeline.big_projects_per_year": 200}
    setting = scenario(18, many | ({off: 0} if off in BUSY else {}))
    structure = setting.structure | ({"structure.decision_rule": "fixed_rates"} if fixed_rates else {})
    values = {off: OFF.get(off, 0.0)} if off and off not in BUSY else {}
    setting = setting.model_copy(update={"structure": structure})
    return run(town, setting, SHORT_WAITS, constants=values, seed=6).events.to_frame()


@pytest.fixture(scope="module")
def with_all(town) -> dict[bool, pd.DataFrame]:
    """By the decision rule: whether moves go by fixed rates."""
    return {fixed_rates: lived(town, fixed_rates) for fixed_rates in (False, True)}


@pytest.mark.parametrize("cause", DECIDES)
def test_without_its_cause_it_does_not_happen(town, with_all, cause: str) -> None:
    fixed_rates = cause.startswith("rates.")
    before, after = with_all[fixed_rates], lived(town, fixed_rates, cause)
    assert DECIDES[cause] in set(before[before["cause"] == cause]["path"])
    assert cause not in set(after["cause"])


@pytest.mark.parametrize(("above", "rate"), [(True, "turnover.exit_above_scale"), (False, "turnover.exit_below_scale")])
def test_an_exit_is_laid_to_the_rate_of_its_class(above: bool, rate: str) -> None:
    town = homogeneous_town(400, above_scale=above)
    only = {"turnover.exit_below_scale": 0.0, "turnover.exit_above_scale": 0.0, rate: 0.9}
    events = run(town, scenario(6), constants=only).events.to_frame()
    exits = events[(events["path"] == "exited") & (events["enterprise"] < 400)]
    assert len(exits) > 50 and set(exits["cause"]) == {rate}


def test_a_project_may_fail_in_its_first_year_at_the_rate_of_large_enterprises() -> None:
    """It counts as above scale from December on, and carries the hazard of its model from the first day."""
    levers = {"pipeline.medium_projects_per_year": 2_400, "land.new_industrial_mu_per_year": 200_000}
    only = {"turnover.exit_below_scale": 0.0, "turnover.exit_above_scale": 0.5, "turnover.entry_rate": 0.0}
    model = run(homogeneous_town(500), scenario(11, levers), constants=only)
    events = model.events.to_frame()
    new = events[(events["enterprise"] >= 500) & (events["enterprise"].to_numpy(np.uint32) & PROJECT_BITS > 0)]
    failed = new[new["path"] == "exited"]
    assert len(failed) > 20 and set(failed["cause"]) == {"turnover.exit_above_scale"}
    assert set(new[new["path"] == "entered"]["cause"]) >= {"pipeline.medium_projects_per_year"}


def test_the_model_card_counts_those_mended_again_as_one_run_of_the_city_does() -> None:
    model = IndustrialUpgradeModel()
    for _ in range(60):  # to the end of 2025
        model.step()
    events, card = model.events.to_frame(), (ROOT / "docs" / "model_card.md").read_text(encoding="utf-8")
    said = {"high_consumption": "整治高耗低效{}家次涉及{}家企业", "scattered": "“散乱污”{}家次涉及{}家"}
    for programme, sentence in said.items():
        mended = events.loc[events["cause"] == f"enforcement.{programme}_per_year", "enterprise"]
        assert sentence.format(f"{len(mended):,}", f"{mended.nunique():,}") in card


PROJECTS, BLOCKS = "highrise.project_starts_per_year", "redevelopment.land_mu_per_year"


def behind_moves_upstairs(town, off: dict[str, float]) -> list[str]:
    """Causes of all moves upstairs in a busy city, a source of floor perhaps without supply."""
    events = run(town, scenario(24, BUSY | off), SHORT_WAITS, seed=6).events.to_frame()
    return events.loc[events["path"] == "upstairs", "cause"].astype(str).tolist()


@pytest.mark.parametrize(("off", "left"), [(PROJECTS, BLOCKS), (BLOCKS, PROJECTS)])
def test_who_moves_upstairs_is_put_down_to_the_only_source_of_floor(town, off: str, left: str) -> None:
    causes = behind_moves_upstairs(town, {off: 0})
    assert len(causes) > 10 and set(causes) == {left}


def test_of_two_sources_each_is_moved_into_by_its_share(town) -> None:
    assert set(behind_moves_upstairs(town, {})) == {PROJECTS, BLOCKS}
    towers = Towers.start(12)
    towers.offered[:, 3] = 30_000.0, 10_000.0
    sources = [towers.move_into(3, 50.0) for _ in range(400)]
    assert sources.count(OF_BLOCKS) == 100 and sources.count(OF_PROJECTS) == 300
    assert towers.moved_into[:, 3].tolist() == [15_000.0, 5_000.0] and towers.moved_into.sum() == 20_000
