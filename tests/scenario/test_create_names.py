"""A scenario's name is a name: no path, no device, and nothing is written where one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.bench.save import save
from sim.scenario.create import NameNotUsable, create
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
    assert sorted(fresh_home.parent.rglob("*.yaml")) == before
