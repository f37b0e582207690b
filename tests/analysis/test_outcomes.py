"""Published outcomes beside the model: the right numbers, an honest verdict."""

from __future__ import annotations

import pytest

from sim import evidence
from sim.analysis.outcomes import FILE, outcomes
from sim.ensemble.results import Results
from sim.indicators import indicator
from sim.tables import rows
from tests.analysis.test_attainment import by_hand

WAN_FIRMS = {"F010": 1e4}
"""Sources that count in ten thousands."""


def test_the_published_numbers_are_those_of_their_sources() -> None:
    facts, observed = evidence.facts(), evidence.observations()
    for row in rows(FILE):
        source = row["source"]
        said = facts.loc[source, "number"] if source in facts.index else observed.loc[source, "value"]
        assert float(row["value"]) == pytest.approx(float(said) * WAN_FIRMS.get(source, 1)), source
        assert all(indicator(name).simulated for name in row["indicator"].split("+"))


def test_inside_low_and_high(monkeypatch: pytest.MonkeyPatch) -> None:
    results = by_hand("tax_per_mu", {run: {2021: value} for run, value in enumerate((40, 50, 60))})
    verdicts = []
    for value, rule in (("50", "="), ("70", "="), ("30", "="), ("30", ">="), ("70", ">=")):
        line = {"indicator": "tax_per_mu", "period": "2021", "source": "F009", "note_zh": ""}
        line |= {"value": value, "rule": rule}
        monkeypatch.setattr("sim.analysis.outcomes.rows", lambda file, line=line: (line,) if file == FILE else ())
        verdicts.append(outcomes(results, "baseline")["verdict"][0])
    assert verdicts == ["inside", "low", "high", "inside", "low"]


def test_a_month_lies_between_two_decembers(monkeypatch: pytest.MonkeyPatch) -> None:
    results = by_hand("firms_eliminated", {0: {2021: 100, 2022: 220}})
    line = {"indicator": "firms_eliminated", "period": "2022-10", "value": "200", "rule": "=", "source": "F015"}
    monkeypatch.setattr("sim.analysis.outcomes.rows", lambda file: (line | {"note_zh": ""},) if file == FILE else ())
    assert outcomes(results, "baseline")["median"][0] == pytest.approx(200)


def test_real_runs_answer_every_row(results: Results) -> None:
    table = outcomes(results, "baseline")
    assert len(table) == len(rows(FILE)) and table[["p10", "median", "p90"]].notna().all(axis=None)
    assert set(table["grade"]) <= set("ABC")
