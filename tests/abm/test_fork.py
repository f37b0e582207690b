"""A run copied in mid-course gives bit for bit what a run from the start gives, and leaves the original alone."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.abm.fork import PastDiffers
from sim.abm.model import IndustrialUpgradeModel
from sim.scenario.load import load_scenario
from sim.scenario.months import month_index

CHANGE = month_index("2027-01")


def started(name: str, months: int, compiled: bool = True) -> IndustrialUpgradeModel:
    model = IndustrialUpgradeModel(name, seed=5, replicate=3, enterprises=1_500, compiled=compiled)
    for _ in range(months):
        model.step()
    return model


@pytest.mark.parametrize("compiled", [True, False])
def test_a_copy_goes_on_as_a_run_from_the_start(compiled: bool) -> None:
    trunk = started("baseline", CHANGE, compiled)
    for name in ("combined", "stricter-enforcement", "weak-demand"):
        branch, whole = trunk.fork(load_scenario(name)), started(name, 0, compiled)
        branch.run()
        whole.run()
        pd.testing.assert_frame_equal(branch.indicators(), whole.indicators(), check_exact=True)
        pd.testing.assert_frame_equal(branch.events.to_frame(), whole.events.to_frame(), check_exact=True)
        pd.testing.assert_frame_equal(branch.enterprises.to_frame(), whole.enterprises.to_frame(), check_exact=True)
    trunk.run()
    alone = started("baseline", 0, compiled)
    alone.run()
    pd.testing.assert_frame_equal(trunk.indicators(), alone.indicators(), check_exact=True)
    assert len(trunk.datacollector.get_model_vars_dataframe()) == trunk.setting.months


def test_a_past_that_differs_is_refused() -> None:
    trunk = started("baseline", CHANGE + 1)
    with pytest.raises(PastDiffers, match=r"2027-02 以前已不相同（highrise\."):
        trunk.fork(load_scenario("upstairs-faster"))
    switched = load_scenario("baseline").structure | {"structure.priority": "lottery"}
    with pytest.raises(PastDiffers, match="结构"):
        trunk.fork(load_scenario("baseline").model_copy(update={"structure": switched}))
