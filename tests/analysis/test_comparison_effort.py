"""What a comparison has yet to make is counted before it begins, and nothing once all of it is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.analysis.comparison import effort
from sim.analysis.fates import fates
from sim.ensemble.runner import run
from sim.scenario.load import load_scenario

RUN = {"seed": 2027, "enterprises": 1_300}


ASKED = ("baseline", "tighter-land")


def test_all_is_counted_where_nothing_is_stored(fresh_home: Path) -> None:
    asked = [load_scenario(name) for name in ASKED]
    new = effort(asked, 3, 2, **RUN, workers=1)
    assert (new.runs, new.pairs) == (6, 2) and new.seconds > 0, "the baseline is its own reference"
    assert effort(asked, 6, 4, **RUN, workers=2).seconds == pytest.approx(new.seconds)
    three = effort([*asked, load_scenario("fenghua")], 3, 2, **RUN, workers=1)
    assert (three.runs, three.pairs) == (9, 4)


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
