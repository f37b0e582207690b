"""What a district gets of a quantity a year is told: its share of the city's, or its own beside the others' shares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.analysis.district_shares import spreads
from sim.regions import DISTRICTS
from sim.report.comparisons import told_spreads
from sim.report.wording import wording
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario

ZH, EN = wording("zh"), wording("en")
STARTS = "highrise.project_starts_per_year"
HEAD = "name: trial\ntitle: {zh: 试验}\nextends: baseline\n"
WHOLE = f"levers:\n  {STARTS}: {{2027-01: 40, 2028-07: 60}}\n"


@pytest.fixture
def written(tmp_path: Path):
    def _written(body: str) -> Scenario:
        path = tmp_path / "trial.yaml"
        path.write_text(HEAD + body, encoding="utf-8")
        return load_scenario(path)

    return _written


def test_the_whole_citys_is_shared_out_from_its_last_step_on(written) -> None:
    mine, base = written(WHOLE), load_scenario("baseline")
    [spread] = spreads(mine, base)
    assert (spread.entry.id, spread.own, spread.city) == (STARTS, (), 60)
    assert spread.total == pytest.approx(60) and min(spread.districts.values()) > 0
    [said] = told_spreads(mine, base, ZH)
    assert "自2028-07起按规上增加值的份额分给各区县（个/年）" in said and said.endswith("合计60。")
    assert [name for name in DISTRICTS if re.search(rf"{name}\d", said)] == list(DISTRICTS)


def test_a_districts_own_stands_beside_the_shares_of_the_others(written) -> None:
    """Its own number is no part of the city's: the others keep their shares, and the sum is another."""
    base = load_scenario("baseline")
    [shared] = spreads(written(f"levers:\n  {STARTS}: {{2027-01: 30}}\n"), base)
    [own] = spreads(written(f"district: 奉化区\nlevers:\n  {STARTS}: {{2027-01: 4}}\n"), base)
    assert own.own == ("奉化区",) and own.districts["奉化区"] == pytest.approx(4) and own.city == 27
    for name in set(DISTRICTS) - {"奉化区"}:
        assert own.districts[name] == pytest.approx(shared.districts[name] * 27 / 30)
    assert own.total == pytest.approx(27 + 4 - shared.districts["奉化区"] * 27 / 30)


def test_a_sum_that_is_not_the_citys_is_said_in_both_languages() -> None:
    base, fenghua = load_scenario("baseline"), load_scenario("fenghua")
    starts = told_spreads(fenghua, base, ZH)[0]
    assert "奉化区4、" in starts and "奉化区用自己的数" in starts and "因此比全市所写的多2.11" in starts
    assert "so get 2.11 more than is written for the city" in told_spreads(fenghua, base, EN)[0]


def test_the_step_that_is_told_is_one_that_was_changed(written) -> None:
    """From 2029 on it is the baseline's again."""
    [spread] = spreads(written(f"levers:\n  {STARTS}: {{2027-01: 60, 2029-01: 27}}\n"), load_scenario("baseline"))
    assert (spread.month, spread.city) == (6 * 12, 60)


def test_nothing_is_said_of_what_is_not_spread(written) -> None:
    assert told_spreads(written("levers:\n  parks.far: 2.5\n"), load_scenario("baseline"), ZH) == []
