"""Enterprises answer as Mesa's AgentSet does, asked side by side about the same firms."""

from __future__ import annotations

import copy
import pickle

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.abm.model import IndustrialUpgradeModel
from sim.abm.query import NoSuchColumn, NoSuchEnterprise, WorksOnColumns
from sim.regions import DISTRICTS
from sim.scenario.problems import WrongArgument
from sim.scenario.schema import default_scenario

FEW = 200


@pytest.fixture(scope="module")
def model(town) -> IndustrialUpgradeModel:
    made = IndustrialUpgradeModel(default_scenario(), seed=5, population=town)
    for _ in range(14):
        made.step()
    assert made.steps == 14 and made.running
    return made


@pytest.fixture(scope="module")
def agents(model):
    """The first firms as objects of a plain Mesa model."""
    world, few = mesa.Model(), model.enterprises.to_frame().head(FEW)
    for row in few.to_dict("records"):
        agent = mesa.Agent(world)
        for name, value in row.items():
            setattr(agent, name, value)
    return world.agents


@pytest.fixture(scope="module")
def few(model):
    return model.enterprises.select(at_most=FEW)


def test_select(few, agents) -> None:
    mine = few.select(lambda firms: firms.demand_wan > 500)
    theirs = agents.select(lambda agent: agent.demand_wan > 500)
    assert 0 < len(mine) < FEW and list(mine.get("id")) == theirs.get("id")
    assert list(few.select(at_most=0.1).get("id")) == agents.select(at_most=0.1).get("id")
    assert list(mine.select(at_most=3).get("id")) == theirs.select(at_most=3).get("id")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"keep": "live"}, "参数 keep 应为每家一个真假的布尔列"),
        ({"keep": lambda firms: firms.demand_wan}, "参数 keep"),
        ({"keep": np.ones(3, bool)}, "参数 keep"),
        ({"at_most": -3}, "参数 at_most 应为家数"),
        ({"at_most": 1.5}, "参数 at_most"),
    ],
)
def test_what_selects_nobody_in_particular_is_refused(few, given, said: str) -> None:
    with pytest.raises(WrongArgument, match=said):
        few.select(**given)


def test_agg_and_get(few, agents) -> None:
    assert few.agg("land_mu", np.sum) == pytest.approx(agents.agg("land_mu", np.sum))
    assert few.agg("land_mu", [min, max]) == agents.agg("land_mu", [min, max])
    frame = few.get(["id", "grade"])
    assert frame.to_numpy().tolist() == agents.get(["id", "grade"])


def test_groupby(few, agents) -> None:
    mine, theirs = few.groupby("grade"), agents.groupby("grade")
    assert mine.count() == theirs.count() and sum(mine.count().values()) == FEW
    assert mine.agg("demand_wan", np.sum) == pytest.approx(theirs.agg("demand_wan", np.sum))
    assert mine.map(len) == theirs.map(len)
    assert len(mine) == len(mine.count())
    by_size = few.groupby(lambda firms: firms.demand_wan > 500)
    assert by_size.count() == agents.groupby(lambda agent: agent.demand_wan > 500).count()


def test_map_and_one_firm(model, few, agents) -> None:
    def label(firm) -> str:
        return f"{firm.id}-{firm.grade}"

    assert few.map(label) == agents.map(label)
    assert model.enterprises[17].demand_wan == agents[17].demand_wan == model.enterprises.demand_wan[17]
    assert model.enterprises[-1].id == model.enterprises.id[-1]
    shown = repr(model.enterprises[17])
    assert "万元/年" in shown and "市场愿买的产出" in shown and str(model.enterprises[17].id) in shown


def test_every_column_is_described(model) -> None:
    assert list(model.enterprises.described()) == list(model.enterprises.to_frame().columns)
    assert model.enterprises.bytes_each < 100


def test_what_only_objects_can_do_is_refused_with_what_to_do_instead(model, few) -> None:
    for asked in (model.enterprises.do, few.do, few.shuffle_do):
        with pytest.raises(WorksOnColumns, match="sim/abm/processes"):
            asked("step")
    with pytest.raises(WorksOnColumns, match="写列"):
        few[0].demand_wan = 1.0
    with pytest.raises(AttributeError, match="demand_wan"):
        few.select(lambda firms: firms.demnd > 0)


def test_an_event_leads_to_its_enterprise_by_id(model) -> None:
    """Newcomers' ids are no positions; the founder of this year is found all the same."""
    events = model.events.to_frame()
    newcomer = events[events["path"] == "entered"].iloc[-1]
    firm = model.enterprises.by_id(newcomer["enterprise"])
    assert firm.id == newcomer["enterprise"] and firm.entered >= 0
    assert DISTRICTS[firm.district] == newcomer["district"]
    assert firm == model.enterprises[firm.position] and firm.id > len(model.enterprises)
    live = model.enterprises.select(lambda firms: firms.live)
    assert live.by_id(live[3].id) == live[3]
    with pytest.raises(NoSuchEnterprise, match=r"从 0 数起.*by_id"):
        model.enterprises[int(newcomer["enterprise"])]
    with pytest.raises(NoSuchEnterprise, match="没有编号（列 id）为 4294967295 的企业"):
        model.enterprises.by_id(4294967295)


def test_one_firm_is_a_view_and_a_deep_copy_stays_as_it_was(town) -> None:
    model, other = (IndustrialUpgradeModel(default_scenario(), seed=5, population=town) for _ in range(2))
    firm, again = model.enterprises[3], model.enterprises.by_id(int(model.enterprises.id[3]))
    assert firm == again and hash(firm) == hash(again) and {firm, again} == {firm}
    assert firm != model.enterprises[4] and firm != other.enterprises[3] and firm != 3
    then, demand = copy.deepcopy(firm), firm.demand_wan
    assert copy.copy(firm) == firm and then != firm
    model.step()
    assert firm.demand_wan != demand and copy.copy(firm).demand_wan == firm.demand_wan
    assert then.demand_wan == demand and pickle.loads(pickle.dumps(then)).demand_wan == demand


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda firms: pickle.loads(pickle.dumps(firms))])
def test_copied_enterprises_are_whole_and_their_own(town, again) -> None:
    """Views of columns that were looked at before must not be left behind as columns of their own."""
    firms = IndustrialUpgradeModel(default_scenario(), population=town).enterprises
    first = firms.demand_wan[0]
    other = again(firms)
    pd.testing.assert_frame_equal(other.to_frame(), firms.to_frame(), check_exact=True)
    other.demand_wan[0] = 7.0
    assert other.to_frame()["demand_wan"][0] == 7.0 and firms.demand_wan[0] == first
    assert other.whole("id").size == firms.whole("id").size


def test_a_slip_in_a_column_s_name_is_told_and_nothing_is_kept(model, few) -> None:
    for holder in (model.enterprises, model.enterprises[3]):
        with pytest.raises(NoSuchColumn, match=r"没有 demand_wn 这一列。是不是 demand_wan"):
            holder.demand_wn = 1.0
        with pytest.raises(NoSuchColumn, match=r"没有 floor_m 这一列。是不是 floor_m2"):
            holder.floor_m  # noqa: B018
    with pytest.raises(WorksOnColumns, match=r"由别的列算出"):
        model.enterprises.output_wan = 1.0
    with pytest.raises(WorksOnColumns, match=r"demand_wan\[:\]"):
        model.enterprises.demand_wan = np.zeros(3)
    with pytest.raises(WorksOnColumns, match="副本"):
        few.demand_wan = few.demand_wan * 2
    with pytest.raises(NoSuchColumn, match="select"):
        model.enterprises[3].select  # noqa: B018
