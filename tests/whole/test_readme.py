"""What the README tells people to type exists and works."""

from __future__ import annotations

import re
from pathlib import Path

from sim import workspace
from sim.cli import app
from sim.scenario.load import check_file
from tests.small import shipped

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_it_names_exists() -> None:
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}  # type: ignore[union-attr]
    named = set(re.findall(r"tenglong ([a-z]+)", README.replace("# 腾笼 tenglong", "")))
    assert named == verbs


def test_every_make_target_it_names_exists() -> None:
    declared = set(re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1].split())  # type: ignore[index]
    assert {"brief", "test", "lab"} <= set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.M)) <= declared


def test_its_scenario_is_valid(fresh_home: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", README, re.S)
    path = workspace.scenarios_dir() / "my-plan.yaml"
    path.write_text(example, encoding="utf-8")
    assert check_file("my-plan") == []


def test_it_names_every_shipped_scenario() -> None:
    assert all(f"`{name}`" in README for name in shipped())


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
