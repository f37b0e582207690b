"""What an editor with the YAML language server shows of a scenario: levers to choose, their meaning, slips marked."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from sim import workspace
from sim.scenario.catalogue import catalogue
from tests.machine import lacking
from tests.scenario.editor import Editor
from tests.scenario.editor_schema import json_schema
from tests.small import shipped

ROOT = Path(__file__).parents[2]
BROKEN = Path(__file__).parent / "broken"
SERVER = "yaml-language-server@1.18.0"  # the newest ones ask for a newer Node.js than Debian has
FIX = f"缺少 Node.js 或 npm 的软件源：apt-get install nodejs npm，再试 npm install --no-save {SERVER}"
ONLY_CHECK = {
    "calibration-path", "circle-one", "circle-two", "date-outside-horizon", "directive", "empty", "empty-and-nothing",
    "extends-missing", "long-path", "no-series", "no-such-character", "only-comment", "two-scenarios",
    "unordered-distribution",
}  # fmt: skip
"""What no schema can say, as it takes other files, two values at a time, or a file with something in it; and what YAML
allows or the server does not look at."""
SHOWN_ELSEWHERE = {"brace-unclosed", "deeper-than-value", "quote-unclosed", "tab-between"}
"""Marked as well, but not at the line where the slip is."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language server, freshly installed; without Node.js skips, or fails under TENGLONG_CI=1."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "package.json").write_text("{}", encoding="utf-8")
    words = ("install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", SERVER)
    program = folder / "node_modules" / ".bin" / "yaml-language-server"
    npm = shutil.which("npm")
    if npm:
        subprocess.run([npm, *words], cwd=folder, capture_output=True, timeout=300)
    if not program.exists():
        lacking(FIX)
    return program


@pytest.fixture(scope="module")
def editor(server: Path) -> Iterator[Editor]:
    with Editor(server) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Scenarios with their schema, where the path has Chinese and a space in it."""
    place = tmp_path / "腾 笼" / "scenarios"
    shutil.copytree(ROOT / "scenarios", place)
    return place


def test_the_schema_accepts_what_is_shipped() -> None:
    Draft7Validator.check_schema(json_schema())
    for name in shipped():
        content = YAML(typ="safe", pure=True).load(workspace.scenarios_dir() / f"{name}.yaml")
        plain = json.loads(json.dumps(content))
        assert not [error.message for error in Draft7Validator(json_schema()).iter_errors(plain)]


@pytest.mark.slow
def test_nothing_is_marked_in_the_shipped_scenarios(editor: Editor, folder: Path) -> None:
    assert {name: editor.open(folder / f"{name}.yaml") for name in shipped()} == {name: [] for name in shipped()}


@pytest.mark.slow
def test_levers_are_offered_with_their_units(editor: Editor, folder: Path) -> None:
    path = folder / "trial.yaml"
    head = "# yaml-language-server: $schema=scenario.schema.json\nname: trial\ntitle: {zh: 试验}\nlevers:\n  "
    editor.open(path, head)
    offered = {item["label"]: item["documentation"] for item in editor.at("completion", path, 5, 3)["items"]}
    levers = catalogue().of_kind("lever")
    assert offered.keys() == levers.keys()
    assert [name for name, entry in levers.items() if f"（{entry.unit}，" not in offered[name]] == []


@pytest.mark.slow
def test_keys_and_choices_are_offered(editor: Editor, folder: Path) -> None:
    head = "# yaml-language-server: $schema=scenario.schema.json\nname: trial\ntitle: {zh: 试验}\n"
    for number, (rest, line, column, choices) in enumerate((
        ("horizon: \n", 4, 10, {"2027-12", "2030-12"}),
        ("\n", 4, 1, {"levers", "uncertainties", "structure", "horizon", "targets", "why", "district"}),
        ("targets:\n  - \n", 5, 5, {"quality_space_2027", "quality_space_2027.started"}),
        ("structure:\n  structure.priority: \n", 5, 23, {"lottery", "grade"}),
    )):  # fmt: skip
        path = folder / f"trial-{number}.yaml"
        editor.open(path, head + rest)
        assert {item["label"] for item in editor.at("completion", path, line, column)["items"]} >= choices


@pytest.mark.slow
def test_hover_tells_meaning_unit_and_bounds_in_chinese(editor: Editor, folder: Path) -> None:
    path = folder / "upstairs-faster.yaml"
    assert editor.open(path) == []
    line = path.read_text(encoding="utf-8").splitlines().index("levers:") + 2
    said = editor.at("hover", path, line, 6)["contents"]["value"]
    for part in ("工业上楼示范项目年开工数", "个/年，0—150", "用地或资金不足时顺延"):
        assert part in said


@pytest.mark.slow
def test_slips_are_marked_at_the_line_that_check_names(editor: Editor) -> None:
    lines: dict[str, set[int]] = {}
    for told in (BROKEN / "expected.txt").read_text(encoding="utf-8").splitlines():
        name, _, place = told.partition(" ")
        lines.setdefault(name, set()).add(int(place.split(":")[1]))
    unmarked, elsewhere = set(), set()
    for name, expected in lines.items():
        marked = {mark["range"]["start"]["line"] + 1 for mark in editor.open(BROKEN / f"{name}.yaml")}
        if not marked:
            unmarked.add(name)
        elif not expected & marked:
            elsewhere.add(name)
    assert (unmarked, elsewhere) == (ONLY_CHECK, SHOWN_ELSEWHERE)
    assert len(lines) - len(unmarked) - len(elsewhere) > 35
