"""Enterprises answer as Mesa's AgentSet does, asked side by side about the same firms."""

from __future__ import annotations

import copy
import pickle

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.abm.enterprises import Enterprises
from sim.abm.instead import INSTEAD, AllAtOnce, NoSuchColumn, NoSuchEnterprise, WorksOnColumns
from sim.abm.model import IndustrialUpgradeModel
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
        ({"at_most": float("nan")}, "参数 at_most"),
        ({"at_most": "3"}, "参数 at_most"),
    ],
)
def test_what_selects_nobody_in_particular_is_refused(few, given, said: str) -> None:
    with pytest.raises(WrongArgument, match=said):
        few.select(**given)


@pytest.mark.parametrize("ask", ["select", "groupby", "sort"])
@pytest.mark.parametrize("question", [
    lambda firm: firm.demand_wan > 500 and firm.live, lambda firm: 100 < firm.demand_wan < 500,
    lambda firm: not firm.live, lambda firm: firm.district in (1, 2),
])  # fmt: skip
def test_what_is_asked_as_of_one_enterprise_is_told_how_to_ask_of_columns(few, ask: str, question) -> None:
    with pytest.raises(AllAtOnce, match=r"请写 &、.*每个比较加括号"):
        getattr(few, ask)(question)


def test_other_mistakes_in_a_function_are_its_own(few) -> None:
    with pytest.raises(ValueError, match="broadcast"):
        few.select(lambda firms: firms.demand_wan > np.ones(3))


@pytest.mark.parametrize("ascending", [True, False])
def test_sort(few, agents, ascending: bool) -> None:
    """Equals stay in their order, as Mesa's do."""
    for key in ("grade", "demand_wan", lambda firm: firm.land_mu + firm.grade):
        assert list(few.sort(key, ascending).get("id")) == agents.sort(key, ascending).get("id")


def test_slices_and_lists(few, agents) -> None:
    def ids(firms) -> list[int]:
        return [firm.id for firm in firms]

    for piece in (slice(2, 5), slice(None, 7), slice(-3, None), slice(None, None, 50), slice(500, 600)):
        assert ids(few[piece]) == ids(agents[piece])
    assert ids(few.to_list()) == ids(agents) and few[2:5].demand_wan.tolist() == few.demand_wan[2:5].tolist()
    assert few[np.int64(3)] == few[3] == few.to_list()[3]


def test_a_selection_as_a_frame(model, few) -> None:
    pd.testing.assert_frame_equal(few.to_frame(), model.enterprises.to_frame().head(FEW), check_index_type=False)


@pytest.mark.parametrize("asked", [
    lambda firms: firms["id"], lambda firms: firms[[1, 2]], lambda firms: firms[firms.live], lambda firms: firms[1.0],
])  # fmt: skip
def test_what_is_no_place_is_refused(few, asked) -> None:
    with pytest.raises(WrongArgument, match=r"应为第几家（整数）或一段.*get\(\"id\"\).*select"):
        asked(few)


def test_what_asks_nothing_of_each_is_refused(few) -> None:
    with pytest.raises(WrongArgument, match=r"参数 func 应为函数（如 np\.std），或 sum、.*给的是 'std'"):
        few.agg("employees", "std")
    with pytest.raises(WrongArgument, match="参数 func"):
        few.agg("employees", 3)
    with pytest.raises(WrongArgument, match=r"参数 function 应为函数.*get\("):
        few.map("id")
    for ask in (few.groupby, few.sort):
        with pytest.raises(WrongArgument, match="应为一列的名字，或由各列算出每家一个值的函数"):
            ask(["district", "grade"])


def test_all_that_mesa_has_is_here_or_told_what_to_use_instead(model, few) -> None:
    names = {name for name in dir(mesa.agent.AgentSet) if not name.startswith("_")} - {"isdisjoint"}
    assert len(names) > 12 and names <= {*dir(Enterprises), *INSTEAD}
    for name in INSTEAD:
        for firms in (model.enterprises, few):
            with pytest.raises(NoSuchColumn, match=f"企业没有 {name}，请用 "):
                getattr(firms, name)
    assert not set(INSTEAD) & {*dir(Enterprises), *Enterprises.described()}


def test_what_is_shown_says_how_many_and_where_to_look(model) -> None:
    live = int(model.enterprises.live.sum())
    assert 0 < live < len(model.enterprises)
    assert repr(model.enterprises).startswith(f"<{len(model.enterprises)} 家企业，其中在营 {live} 家")
    assert repr(model.enterprises.select(lambda firms: firms.live)[:3]).startswith("<3 家企业，其中在营 3 家")


def test_agg_and_get(few, agents) -> None:
    assert few.agg("land_mu", np.sum) == pytest.approx(agents.agg("land_mu", np.sum))
    assert few.agg("land_mu", [min, max]) == agents.agg("land_mu", [min, max])
    named = {"sum": np.sum, "mean": np.mean, "median": np.median, "min": min, "max": max, "count": len}
    assert few.agg("land_mu", list(named)) == pytest.approx(agents.agg("land_mu", list(named.values())))
    assert few.agg("land_mu", "max") == few.land_mu.max()
    frame = few.get(["id", "grade"])
    assert frame.to_numpy().tolist() == agents.get(["id", "grade"])


def test_groupby(few, agents) -> None:
    mine, theirs = few.groupby("grade"), agents.groupby("grade")
    assert mine.count() == theirs.count() and sum(mine.count().values()) == FEW
    for func in (np.sum, "sum"):
        assert mine.agg("demand_wan", func) == pytest.approx(theirs.agg("demand_wan", np.sum))
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


def test_what_is_found_by_no_code_or_asked_of_no_column_says_so(town) -> None:
    firms = IndustrialUpgradeModel("baseline", population=town).enterprises
    nobody = firms.select(lambda each: each.district == "海曙区")
    assert len(nobody) == 0 and "district、industry" in repr(nobody) and "家企业，其中在营" in repr(firms)
    assert repr(firms.groupby("district")).startswith("<10 组：0、1、2")
    with pytest.raises(WrongArgument, match="不带引号"):
        firms.by_id("17")
    with pytest.raises(WrongArgument, match="一列的名字"):
        firms.agg(["land_mu", "employees"], sum)
    with pytest.raises(WorksOnColumns, match=r"shuffle_do\(\)"):
        firms.shuffle_do("step")
