"""The catalogue: complete, sourced, used, and used only as it says."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError
from ruamel.yaml import YAML

import sim
from sim import evidence, workspace
from sim.scenario.catalogue import Catalogue, Entry, UnknownEntry, catalogue, files
from sim.scenario.distribution import Distribution
from tests.scenario.editor_schema import json_schema

LEVER_NUMBERS = {
    *(f"A{n}" for n in range(1, 15)),
    *(f"B{n}" for n in range(1, 17)),
    *(f"C{n}" for n in range(1, 19)),
    *(f"D-{n}" for n in range(1, 6)),
}


def test_the_strict_reader_finds_the_same_and_no_key_twice() -> None:
    strict = YAML(typ="safe", pure=True)
    for path in files():
        text = path.read_text(encoding="utf-8")
        assert strict.load(text) == yaml.safe_load(text), path.name


def test_every_lever_of_the_documents_is_modelled_or_explained() -> None:
    listed = {number for entry in catalogue().values() for number in entry.lever_no}
    assert listed == LEVER_NUMBERS


def test_every_clause_exists() -> None:
    for entry in catalogue().values():
        for row in entry.clauses:
            evidence.clause(row)


def _code_of(used_by: str) -> str:
    """Text of the module or package an entry names."""
    place = Path(sim.__file__).parent / used_by.replace(".", "/")
    files = [place.with_suffix(".py")] if place.with_suffix(".py").is_file() else list(place.glob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _is_read(name: str, code: str) -> bool:
    """The id, or (where a room prefixes its ids) its last part, or the family of an id built in an f-string."""
    group, last = name.split(".", 1)
    families = [f"{last[:end.start()]}_{{" for end in re.finditer("_", last)]
    return any(f"{mark}{text}" in code for text in (name, last, f"{group}.{{", *families) for mark in "\"." )


def test_every_parameter_is_read_where_it_says() -> None:
    entries = [entry for entry in catalogue().values() if entry.kind != "documented"]
    unread = [f"{entry.id}: {entry.used_by}" for entry in entries if not _is_read(entry.id, _code_of(entry.used_by))]
    assert not unread


def test_processes_hold_no_numbers_of_their_own() -> None:
    """A bare number in a process belongs in the catalogue; counts, units, bits of an id and rounding guards do not."""
    allowed = {0, 1, 2, 3, 4, 12, 18, 20, 19, 24, 30, 31, 0.5, -1, 100, 1e4, 1e8, 1e-9, 1e-6, 1e-12, 0.95, 0.01, -2}
    for path in (Path(sim.__file__).parent / "abm" / "processes").glob("*.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        without_enums = [statement for statement in body if not isinstance(statement, ast.ClassDef)]
        for node in (inner for statement in without_enums for inner in ast.walk(statement)):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                known = node.value in allowed
                assert known, (
                    f"sim/abm/processes/{path.name}:{node.lineno} 有裸数 {node.value}：请写进 sim/scenario/catalogue/，"
                    "用 state.parameters[…] 或 state.lever(…) 读；若是月份，写在 sim/scenario/months.py"
                )


@pytest.mark.parametrize(
    "broken",
    [
        {"clauses": [], "basis": ""},
        {"grade": "assumption", "basis": ""},
        {"default": 99},
        {"kind": "uncertainty"},
        {"distribution": {"uniform": [0, 1]}},
        {"options": {"a": "甲"}},
        {"kind": "documented"},
    ],
)
def test_an_entry_without_ground_is_refused(broken: dict) -> None:
    good = {
        "id": "a.b", "kind": "lever", "title": {"zh": "甲", "en": "A"}, "default": 1, "bounds": [0, 2],
        "clauses": ["S001"], "grade": "statute",
    }  # fmt: skip
    Entry.model_validate(good)
    with pytest.raises(ValidationError):
        Entry.model_validate(good | broken)


def test_a_catalogue_has_each_entry_once_and_a_dated_default_is_no_single_value() -> None:
    with pytest.raises(ValueError, match=r"defined twice: \['parks\.far'\]"):
        Catalogue([*catalogue().values(), catalogue()["parks.far"]])
    with pytest.raises(TypeError, match="dated default"):
        assert catalogue()["highrise.project_starts_per_year"].value


@pytest.mark.parametrize("spec", [{"uniform": [1]}, {"triangular": [1, 3, 2]}, {"normal": [1, 0]}, {"gamma": [1, 2]}])
def test_numbers_that_make_no_distribution_are_refused(spec: dict) -> None:
    with pytest.raises(ValidationError):
        Distribution.model_validate(spec)


def test_an_unknown_entry_suggests_the_nearest() -> None:
    with pytest.raises(UnknownEntry, match=r"highrise\.project_starts_per_year"):
        catalogue()["highrise.project_starts"]


@pytest.mark.parametrize(
    ("spec", "probability", "value"),
    [
        ({"uniform": [2, 4]}, 0.25, 2.5),
        ({"triangular": [0, 1, 2]}, 0.5, 1.0),
        ({"triangular": [0, 0, 1]}, 0.75, 0.5),
        ({"triangular": [2, 2, 2]}, 0.75, 2.0),
        ({"normal": [1, 2]}, 0.5, 1.0),
        ({"fixed": [3]}, 0.9, 3.0),
    ],
)
def test_quantiles(spec: dict, probability: float, value: float) -> None:
    assert Distribution.model_validate(spec).quantile(probability) == pytest.approx(value)


def test_the_published_schema_is_current(pytestconfig: pytest.Config) -> None:
    path = workspace.scenarios_dir() / "scenario.schema.json"
    if pytestconfig.getoption("--rewrite"):
        path.write_text(json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == json_schema(), "run: make golden"
