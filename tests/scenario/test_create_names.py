"""A scenario's name is a name: no path, no device, and nothing is written where one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.bench.save import save
from sim.scenario.create import NameNotUsable, copy, create
from sim.scenario.load import load_scenario

NAMES = ("../evil", "..", ".", "a/b", "a\\b", "/evil", "~", "a b", "evil.yaml", "con", "nul", "com1", "-a", "名",
         "A", "a\n", "a" * 65, "")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_it_cannot_leave_its_folder(fresh_home: Path, name: str) -> None:
    before = sorted(fresh_home.parent.rglob("*.yaml"))
    with pytest.raises(NameNotUsable):
        create(name, "baseline")
    with pytest.raises(NameNotUsable):
        save(load_scenario("baseline"), {"highrise.project_starts_per_year": 60.0}, name)
    with pytest.raises(NameNotUsable):
        create("mine", f"{name}/../baseline")
    with pytest.raises(NameNotUsable):
        copy(name, "baseline")
    assert sorted(fresh_home.parent.rglob("*.yaml")) == before


def test_what_a_name_could_be_is_said(fresh_home: Path) -> None:
    with pytest.raises(NameNotUsable, match="可写 my-plan。"):
        create("My_Plan", "baseline")
    with pytest.raises(NameNotUsable, match=r"至多 64 个字。$"):
        create("我的", "baseline")


OLD = """\
# 这一行注释要留着
name: old   # 旧版
extends: "baseline"
title:
  zh: '上楼“提速”：45 个'
  en: More towers
levers:
  highrise.project_starts_per_year: {2027-01: 45}   # 每年
"""


def test_a_copy_differs_in_name_and_title_alone(fresh_home: Path) -> None:
    (fresh_home / "scenarios" / "old.yaml").write_text(OLD, encoding="utf-8")
    text = copy("2027", "old").read_text(encoding="utf-8")
    old, new = load_scenario("old"), load_scenario("2027")
    assert new.digest == old.digest and (new.name, new.title.zh) == ("2027", "上楼“提速”：45 个（2027）")
    assert new.title.en == "More towers (2027)"
    changed = [line for line in text.splitlines() if line not in OLD.splitlines()]
    assert changed == ['name: "2027"   # 旧版', '  zh: "上楼“提速”：45 个（2027）"', '  en: "More towers (2027)"']
    with pytest.raises(NameNotUsable, match="已存在"):
        copy("old", "baseline")


@pytest.mark.parametrize("name", ["baseline", "combined", "fenghua"])
def test_shipped_scenarios_can_be_copied(fresh_home: Path, name: str) -> None:
    copy("mine", name)
    assert load_scenario("mine").digest == load_scenario(name).digest
