"""What decides a target nearly alone is found, with the value that parts the runs; what is shared is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis import decisive as room
from sim.analysis.decisive import COLUMNS, FEW, decisive, parted
from sim.ensemble.results import Results
from sim.regions import CITY
from sim.registry import target
from sim.report.decided import alone
from sim.report.wording import wording

GOAL = target("highrise_projects_2027")
RUNS = 40


def made_up(values: np.ndarray, results: Results, **parameters: np.ndarray) -> Results:
    """Results in which the target's indicator has these values, and these parameters were drawn."""
    drawn = pd.concat(
        pd.DataFrame({"scenario": "baseline", "replicate": range(values.size), "parameter": name, "value": numbers})
        for name, numbers in parameters.items()
    )
    cells = pd.DataFrame({
        "scenario": "baseline", "replicate": range(values.size), "year": 2027, "district": CITY, GOAL.indicator: values,
    })  # fmt: skip
    return replace(results, cells=cells, parameters=drawn)


@pytest.fixture(autouse=True)
def one_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "chosen", lambda only: [GOAL])


def test_the_parameter_that_decides_a_target_is_named_with_where_it_is_met(results: Results) -> None:
    pace = np.random.default_rng(1).permutation(np.linspace(0.5, 2, RUNS))
    other = np.random.default_rng(2).random(RUNS)
    found = decisive(made_up(np.round(60 * pace + 30), results, pace=pace, other=other), "baseline")
    [row] = found.to_dict("records")
    assert (row["id"], row["parameter"], row["correlation"]) == (GOAL.id, "pace", pytest.approx(1, abs=0.001))
    assert (row["low"], row["median"], row["high"]) == pytest.approx((0.5, 1.25, 2))
    assert row["cut"] == pytest.approx((GOAL.threshold - 30) / 60, abs=0.03) and row["agree"] == 1


def test_what_several_decide_or_few_runs_show_is_not_laid_to_one(results: Results) -> None:
    one, two = np.random.default_rng(3).random((2, RUNS))
    assert decisive(made_up(60 * (one + two), results, one=one, two=two), "baseline").empty
    few = one[: FEW - 1]
    assert decisive(made_up(60 * few, results, one=few), "baseline").columns.tolist() == list(COLUMNS)
    assert decisive(made_up(60 * few, results, one=few), "baseline").empty
    assert decisive(made_up(np.full(RUNS, 7.0), results, one=one), "baseline").empty


@pytest.mark.parametrize(("hits", "cut", "agree"), [
    ([0, 0, 1, 1], 2.5, 1.0), ([1, 1, 1, 0], 3.5, 1.0), ([0, 1, 0, 1], 1.5, 0.75), ([1, 1, 1, 1], np.nan, 1.0),
])  # fmt: skip
def test_the_value_that_parts_the_runs(hits: list[int], cut: float, agree: float) -> None:
    shuffled = [2, 0, 3, 1]
    values, hit = np.array([1.0, 2, 3, 4])[shuffled], np.array(hits, dtype=bool)[shuffled]
    assert parted(values, hit) == pytest.approx((cut, agree), nan_ok=True)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "它不低于1.35就达到目标（次次如此）"), ("en", "at least 1.35 (so in all runs)")]
)
def test_the_page_says_so_below_its_targets(lang: str, said: str) -> None:
    words = wording(lang)
    found = pd.DataFrame(
        [(GOAL.id, "construction.pace", 1.0, 0.5, 1.1, 2.0, 1.35, 1.0)], columns=list(COLUMNS)
    )
    rows = pd.DataFrame([{"id": GOAL.id, **GOAL.columns()}, {"id": "another", **GOAL.columns()}]).assign(median=90.0)
    html = alone(rows, found, words)
    assert html.count("<li>") == 1 and said in html and alone(rows, found.iloc[:0], words) == ""
    never = alone(rows, found.assign(cut=np.nan), words)
    assert words("table.targets.alone_same") in never and "nan" not in never
