"""A position of the sliders becomes a scenario file that says the same, with every comment kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.bench.dials import LEVERS, dials, turned
from sim.bench.save import save
from sim.scenario.create import NameNotUsable
from sim.scenario.load import check_file, load_scenario

STARTS, LAND, FUND = LEVERS[0], "redevelopment.land_mu_per_year", "fund.buyout_yi_yuan_per_year"
OWN = f"""\
# 我的情景
name: mine
title: {{zh: "我的 情景", en: Mine}}   # 标题
extends: upstairs-faster
levers:
  # 上楼
  {STARTS}:   # 分段
    2026-01: 30   # 已定
    2028-01: 60   # 以后再加
  {LAND}: 9000   # 一个数
why: {{zh: 试}}
"""
MOVED = {STARTS: 52.0, LAND: 9500.0, FUND: 33.5}


@pytest.mark.parametrize("name", ["baseline", "combined", "fenghua", "weak-demand"])
def test_a_new_name_extends_the_scenario_and_says_what_the_sliders_say(fresh_home: Path, name: str) -> None:
    scenario = load_scenario(name)
    values = {dial.entry.id: dial.high for dial in dials(scenario)}
    path = save(scenario, values, "my-plan")
    assert path == fresh_home / "scenarios" / "my-plan.yaml" and check_file("my-plan") == []
    saved = load_scenario("my-plan")
    assert saved.canonical() == turned(scenario, values).canonical() and saved.extends[0] == name


def test_one_s_own_file_is_changed_in_place_with_its_comments(fresh_home: Path) -> None:
    path = fresh_home / "scenarios" / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    scenario = load_scenario("mine")
    save(scenario, MOVED, "mine")
    text = path.read_text(encoding="utf-8")
    for said in ("# 我的情景", '"我的 情景"', "# 标题", "  # 上楼", "# 分段", "2026-01: 30   # 已定", "why: {zh: 试}"):
        assert said in text
    assert "2028-01" not in text and "2027-01: 52\n" in text and "2027-01: 33.5\n" in text
    assert check_file("mine") == [] and load_scenario("mine").canonical() == turned(scenario, MOVED).canonical()
    save(load_scenario("mine"), {}, "mine")
    assert path.read_text(encoding="utf-8") == text, "nothing moved, nothing rewritten"
    assert not [each for each in path.parent.iterdir() if each.name.startswith(".")]


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "a/b", "..", "", "Mine", "名字", "-x", "a\n", "combined", "baseline", "x.yaml", "a b"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_or_is_taken_is_refused(fresh_home: Path, name: str) -> None:
    before = {path: path.read_bytes() for path in fresh_home.rglob("*.yaml")}
    with pytest.raises(NameNotUsable):
        save(load_scenario("baseline"), {STARTS: 50.0}, name)
    assert {path: path.read_bytes() for path in fresh_home.rglob("*.yaml")} == before
    assert not list(fresh_home.parent.glob("evil*"))


def test_a_district_s_own_file_does_not_take_a_city_wide_lever(fresh_home: Path) -> None:
    path = fresh_home / "scenarios" / "ours.yaml"
    text = (fresh_home / "scenarios" / "fenghua.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("name: fenghua", "name: ours"), encoding="utf-8")
    with pytest.raises(NameNotUsable, match="另取一个名字"):
        save(load_scenario("ours"), {STARTS: 50.0}, "ours")
