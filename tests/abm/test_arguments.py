"""A wrong kind of argument is refused in one sentence that names it, and whole numbers of numpy are as good as any."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

import sim
from sim.abm.parameters import DrawRefused
from sim.scenario.problems import WrongArgument

RATE = "turnover.entry_rate"


def model(**given: Any) -> sim.IndustrialUpgradeModel:
    return sim.IndustrialUpgradeModel(**{"enterprises": 1_250} | given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"seed": "3"}, "参数 seed 应为不小于0的整数（不带引号），给的是 '3'。"),
        ({"seed": True}, "参数 seed .*给的是 True"),
        ({"seed": -1}, "参数 seed .*给的是 -1"),
        ({"seed": 1.5}, "参数 seed .*给的是 1.5"),
        ({"replicate": "a"}, "参数 replicate .*'a'"),
        ({"enterprises": "7300"}, "参数 enterprises .*'7300'"),
        ({"scenario": 7}, "参数 scenario 应为情景.*给的是 7。"),
        ({"drawn": "turnover.entry_rate"}, "参数 drawn 应为按编号的字典.*给的是 'turnover.entry_rate'"),
        ({"drawn": 0}, "参数 drawn"),
        ({"demand": 3.0}, r"参数 demand 应为2020年起逐年的一列数.*给的是 3\.0"),
    ],
)
def test_a_wrong_kind_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongArgument, match=said):
        model(**given)


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ({"x": 1}, "drawn 里的 x 不是不确定参数。编号见"),
        ({"turnover.entry_rates": 0.1}, f"是不是 {RATE}"),
        ({RATE: 9}, rf"{RATE}（新设企业率）应为 0 到 0\.3 之间的数（1/年），给的是 9。"),
        ({RATE: float("nan")}, "给的是 nan"),
        ({RATE: "0.1"}, "应为 0 到 0.3 之间的数"),
        ({RATE: True}, "给的是 True"),
    ],
)
def test_a_draw_is_an_uncertainty_s_and_within_its_bounds(drawn: dict[str, Any], said: str) -> None:
    with pytest.raises(DrawRefused, match=said):
        model(drawn=drawn)


ASKED_FOR = sorted(
    name for name in sim._PUBLIC if "seed" in inspect.signature(getattr(sim, name)).parameters and name != "sliders"
)  # sliders hands it to sim.run


@pytest.mark.parametrize("ask", ASKED_FOR)
def test_a_seed_in_quotation_marks_is_refused_before_anything_is_run(fresh_home: Path, ask: str) -> None:
    asked = getattr(sim, ask)
    needs = [name for name, one in inspect.signature(asked).parameters.items() if one.default is one.empty]
    given = {**dict.fromkeys(needs, "combined"), **({"asked": ["quality_space_2027"]} if "asked" in needs else {})}
    with pytest.raises(WrongArgument, match="参数 seed 应为不小于0的整数（不带引号），给的是 '3'。"):
        asked(**given, seed="3")


def test_changes_are_given_by_their_ids() -> None:
    for argument in ("levers", "structure"):
        with pytest.raises(WrongArgument, match=f"参数 {argument} 应为按编号的字典"):
            sim.changed("baseline", **{argument: [1]})


def test_mesa_s_batch_takes_a_scenario_for_one_and_is_told_of_a_mapping() -> None:
    def batch(**given: Any) -> list[dict[str, Any]]:
        asked = {"enterprises": 1_250} | given
        return list(mesa.batch_run(sim.IndustrialUpgradeModel, asked, max_steps=1, display_progress=False))

    far = sim.changed("baseline", {"parks.far": 2})
    assert [row["scenario"].name for row in batch(scenario=far)] == ["my-plan"]
    assert [row["drawn"] for row in batch(drawn=[{RATE: 0.07}])] == [{RATE: 0.07}]
    for given in ({"drawn": {RATE: 0.07}}, {"demand": [1.0] * 11}):
        with pytest.raises(WrongArgument, match=r"mesa\.batch_run 会把它拆开.*再套一层方括号"):
            batch(**given)


def test_numbers_of_numpy_are_numbers() -> None:
    drawn = {RATE: np.float64(0.3)}
    one, other = model(seed=np.int64(3), replicate=np.int8(2), drawn=drawn), model(seed=3, replicate=2)
    assert one.state.draws.key == other.state.draws.key and one.state.parameters[RATE] == 0.3
    assert model(seed=None).state.draws.key == model().state.draws.key


@pytest.mark.parametrize("ask", ["targets", "robustness"])
def test_what_asks_for_results_says_so(ask: str) -> None:
    with pytest.raises(WrongArgument, match=r"参数 results 应为运行结果：sim\.run"):
        getattr(sim, ask)("baseline")
    with pytest.raises(WrongArgument, match="参数 results"):
        sim.compare("baseline", "baseline", "combined")


@pytest.mark.parametrize("ask", ["bottlenecks", "incidence", "sensitivity", "validation", "calibrate"])
def test_what_asks_for_a_scenario_says_so(ask: str) -> None:
    with pytest.raises(WrongArgument, match=r"参数 scenario 应为情景.*给的是 DataFrame"):
        getattr(sim, ask)(pd.DataFrame())


def test_the_model_one_makes_tells_every_parameter() -> None:
    told = inspect.getdoc(sim.IndustrialUpgradeModel) or ""  # of one indentation on every Python
    code = sim.IndustrialUpgradeModel.__init__.__code__
    names = code.co_varnames[1 : code.co_argcount]
    assert "drawn" in names
    assert not [name for name in names if f"\n    {name}" not in told and f", {name}:" not in told]
