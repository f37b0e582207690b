"""Lives are those of the ledger: what the columns show month by month is what the ledger says of the enterprise."""

from __future__ import annotations

import pytest

from sim.abm.enterprises import Site, Stage
from sim.analysis.lives import AFTERWARDS, ENDS, WATCHED, Life, lives
from sim.ensemble.batch import model_of
from sim.ensemble.runner import demand_paths, job_of
from sim.scenario.load import load_scenario
from tests.small import SEED

ENTERPRISES = 1_300


@pytest.fixture(scope="module")
def found() -> dict[str, Life]:
    return {life.of: life for life in lives(load_scenario("baseline"), SEED, 0, ENTERPRISES)}


def test_there_is_one_of_each_end_and_its_ledger_ends_so(found: dict[str, Life]) -> None:
    assert list(found) == list(ENDS) and len({life.enterprise for life in found.values()}) == 3
    for kind, life in found.items():
        last = life.events.iloc[-1]
        assert last["path"] in ENDS[kind] and set(life.events["enterprise"]) == {life.enterprise}
        assert (life.months["month"] > str(last["month"])).sum() >= AFTERWARDS


def test_the_columns_tell_the_same(found: dict[str, Life]) -> None:
    def after(life: Life) -> object:
        month = str(life.events.iloc[-1]["month"])
        return life.months[life.months["month"] >= month]

    closed, park, upstairs = (after(found[kind]) for kind in ("closed", "park", "upstairs"))
    assert (closed["output_wan"] == 0).all() and (closed["stage"] == Stage.EXITED).all()
    assert park["site"].isin([Site.PARK, Site.COMMUNITY]).all() and (upstairs["site"] == Site.TOWER).all()
    for life in (found["park"], found["upstairs"]):
        assert (after(life)["stage"] != Stage.EXITED).all()


def test_they_are_of_the_run_that_the_ensemble_makes(found: dict[str, Life]) -> None:
    scenario = load_scenario("baseline")
    model = model_of(scenario, job_of(scenario, 0, SEED, demand_paths([0], SEED, scenario)), SEED, ENTERPRISES)
    model.run()
    end = model.enterprises.to_frame().set_index("id")
    for life in found.values():
        last = life.months.iloc[-1]
        assert len(life.months) == scenario.months
        assert [last[name] for name in WATCHED] == [end.loc[life.enterprise, name] for name in WATCHED]


def test_the_same_run_has_the_same_lives(found: dict[str, Life]) -> None:
    again = lives(load_scenario("baseline"), SEED, 0, ENTERPRISES)
    assert [life.enterprise for life in again] == [life.enterprise for life in found.values()]
    other = lives(load_scenario("baseline"), SEED, 1, ENTERPRISES)
    assert [life.enterprise for life in other] != [life.enterprise for life in again]
