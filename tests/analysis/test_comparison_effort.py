"""What a comparison has yet to make is counted before it begins, and nothing once all of it is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.analysis.comparison import effort
from sim.analysis.fates import fates
from sim.ensemble.runner import run
from sim.own import register_at
from sim.scenario.load import load_scenario
from tests.registers import register, write

RUN = {"seed": 2027, "enterprises": 1_300}


ASKED = ("baseline", "tighter-land")


def test_all_is_counted_where_nothing_is_stored(fresh_home: Path) -> None:
    asked = [load_scenario(name) for name in ASKED]
    new = effort(asked, 3, 2, **RUN, workers=1)
    assert (new.runs, new.pairs) == (6, 2) and new.seconds > 0, "the baseline is its own reference"
    assert effort(asked, 6, 4, **RUN, workers=2).seconds == pytest.approx(new.seconds)
    three = effort([*asked, load_scenario("fenghua")], 3, 2, **RUN, workers=1)
    assert (three.runs, three.pairs) == (9, 4)


def test_pairs_of_other_enterprises_are_not_followed_and_a_register_has_as_many_as_it_has(fresh_home: Path) -> None:
    base = load_scenario("baseline")
    heavy = base.model_copy(update={"name": "heavy", "structure": base.structure | {"structure.size_tail": "heavy"}})
    assert effort([base, heavy], 3, 2, **RUN, workers=1).pairs == 0
    file = write(fresh_home / "data" / "own", register(1_400))
    own = base.model_copy(update={"name": "own", "register_file": register_at(file, file.with_name("m.yaml"))})
    assert effort([own, own.model_copy(update={"name": "other"})], 3, 2, 2027, 73_000, workers=1).enterprises == 1_400


@pytest.mark.slow
def test_what_is_stored_is_not_counted_again(fresh_home: Path) -> None:
    asked = [load_scenario(name) for name in ASKED]
    run(asked, 2, **RUN, workers=1)
    assert effort(asked, 3, 2, **RUN).runs == 2
    fates(*asked, pairs=2, **RUN, workers=1)
    assert effort(asked, 3, 2, **RUN).pairs == 0 and effort(asked, 3, 3, **RUN).pairs == 3
    assert effort([asked[1], asked[0]], 2, 2, **RUN).pairs == 2, "the other way round is another table"
    done = effort(asked, 2, 2, **RUN)
    assert (done.runs, done.pairs, done.seconds) == (0, 0, 0)
