"""A run copied in mid-course gives bit for bit what a run from the start gives, and leaves the original alone."""

from __future__ import annotations

import copy
import pickle

import pandas as pd
import pytest

import sim
from sim.abm.fork import NoCopy, PastDiffers
from sim.abm.model import IndustrialUpgradeModel
from sim.scenario.load import ScenarioInvalid, load_scenario
from sim.scenario.months import month_index
from sim.scenario.problems import WrongArgument

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


def test_a_copy_goes_on_under_levers_by_name() -> None:
    """A number holds from now on, dated numbers from their months; the rest, and a scenario's name, as given."""
    trunk = started("baseline", 3)
    moved = trunk.fork(levers={"enforcement.eliminations_per_year": 900, "parks.far": {"2021-08": 2.8}})
    levers, before = moved.state.parameters.levers, trunk.state.parameters.levers
    quota = levers["enforcement.eliminations_per_year"].sum(axis=1)
    assert (quota[:3] == before["enforcement.eliminations_per_year"].sum(axis=1)[:3]).all()
    assert quota[3:] == pytest.approx(900 * trunk.state.scale)
    assert (levers["parks.far"][:7] == before["parks.far"][:7]).all() and (levers["parks.far"][7:] == 2.8).all()
    assert all((levers[name] == before[name]).all() for name in levers.keys() - {*moved_names(moved, trunk)})
    assert moved_names(moved, trunk) == {"enforcement.eliminations_per_year", "parks.far"}
    assert trunk.fork("combined").setting == load_scenario("combined") and trunk.fork().setting == trunk.setting
    moved.step()
    trunk.step()
    assert moved.state.month == trunk.state.month == 4


class Own(sim.IndustrialUpgradeModel):
    """As somebody may extend it."""


@pytest.mark.parametrize("made", [IndustrialUpgradeModel, sim.IndustrialUpgradeModel, Own])
def test_a_copy_is_of_the_same_class(made: type[IndustrialUpgradeModel]) -> None:
    assert type(made("baseline", enterprises=1_500).fork()) is made


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickle.dumps])
def test_any_other_copy_is_refused_with_what_to_do_instead(again) -> None:
    """A shallow one would share its columns and step the original."""
    with pytest.raises(NoCopy, match=r"model\.fork\(\).*情景、seed、replicate"):
        again(started("baseline", 1))


def moved_names(one: IndustrialUpgradeModel, other: IndustrialUpgradeModel) -> set[str]:
    levers, others = one.setting.levers, other.setting.levers
    return {name for name in levers if levers[name] != others[name]}


def test_levers_of_a_copy_are_checked_as_a_file_s_are() -> None:
    trunk = started("baseline", 3)
    for levers, said in (
        ({"parks.fra": 2}, "parks.far"), ({"parks.far": 99}, "0.8 至 5"), ({"parks.far": {"2027-13": 2.8}}, "2027-13"),
        ({"parks.far": {}}, "还没有写数值"),
    ):  # fmt: skip
        with pytest.raises(ScenarioInvalid, match=said):
            trunk.fork(levers=levers)
    for given in ([1], "parks.far"):
        with pytest.raises(WrongArgument, match="参数 levers 应为按编号的字典"):
            trunk.fork(levers=given)
    with pytest.raises(PastDiffers, match=r"parks\.far.*2021-04 或更晚"):
        trunk.fork(levers={"parks.far": {"2021-02": 2.8}})
