"""Enterprises answer as Mesa's AgentSet does, asked side by side about the same firms."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from sim.abm.model import IndustrialUpgradeModel
from sim.abm.query import WorksOnColumns
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
