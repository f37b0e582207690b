"""One list of packages: pyproject.toml, environment.yml and requirements.lock agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"playwright": "playwright-python"}
"""Where conda-forge calls a package otherwise (both sides normalised)."""
ONLY_CONDA = {"python", "pip"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [Requirement(text) for text in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = [Requirement(pin) for pin in re.findall(r"^(\S+==[^\\\n]+?) *\\?$", LOCK, re.MULTILINE)]

Bounds = frozenset[str]


def asked() -> dict[str, Bounds]:
    """Package -> bounds, as pyproject.toml asks for them."""
    return {canonicalize_name(item.name): frozenset(map(str, item.specifier)) for item in ASKED}


def offered_by_conda() -> dict[str, Bounds]:
    """The same from environment.yml, under the names of pyproject.toml."""
    lines = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    python_names = {conda: name for name, conda in CONDA_NAMES.items()}
    found = {}
    for spec in (MatchSpec(line, strict=True) for line in lines if isinstance(line, str)):
        name = canonicalize_name(spec.name.normalized)
        found[python_names.get(name, name)] = frozenset((spec.version or "").split(",")) - {""}
    for line in next(line["pip"] for line in lines if isinstance(line, dict)):
        item = Requirement(line)
        found[canonicalize_name(item.name)] = frozenset(map(str, item.specifier))
    return found


def test_conda_gets_the_same_packages_with_the_same_bounds() -> None:
    conda = offered_by_conda()
    assert conda.pop("python") == {PROJECT["requires-python"]}
    assert {name: bounds for name, bounds in conda.items() if name not in ONLY_CONDA} == asked()


def test_every_package_is_asked_for_once() -> None:
    assert len(asked()) == len(ASKED)


def test_every_package_asked_for_is_locked_inside_its_bounds() -> None:
    locked: dict[str, list[str]] = {}
    for pin in PINS:
        locked.setdefault(canonicalize_name(pin.name), []).extend(item.version for item in pin.specifier)
    missing = [str(item) for item in ASKED if canonicalize_name(item.name) not in locked]
    outside = [str(item) for item in ASKED for version in locked.get(canonicalize_name(item.name), [])
               if not item.specifier.contains(version)]  # fmt: skip
    assert not missing + outside, "run: make lock"


def test_every_pin_has_a_hash() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == len(PINS) > len(ASKED)
    assert not [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block]


@pytest.mark.parametrize("mark", ["://", "--index", "--extra-index", "--find-links", "--trusted-host", " @ "])
def test_the_lock_holds_no_address(mark: str) -> None:
    assert mark not in LOCK
