"""Would the twin notice? Each process is broken on purpose, many ways, and the comparison must fail every time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import sim
from tests.abm.breaking import forks, look
from tests.abm.mutations import MUTATIONS

MODEL = Path(sim.__file__).parent / "abm"
ROOMS = ("processes", "compiled")
"""The readable form is held against the twin, the compiled one against the readable."""


@pytest.fixture(scope="module")
def apart() -> Iterator[ProcessPoolExecutor]:
    with forks() as pool:
        yield pool


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new"), MUTATIONS)
def test_a_broken_process_is_noticed(apart: ProcessPoolExecutor, file: str, old: str, new: str) -> None:
    assert apart.submit(look, file, old, new).result(), "nobody noticed"


def test_each_mutation_still_fits_the_code() -> None:
    sources = {file: (MODEL / file).read_text(encoding="utf-8") for file, _, _ in MUTATIONS}
    assert not [(file, old) for file, old, _ in MUTATIONS if sources[file].count(old) != 1]


def test_each_process_is_broken_in_three_ways_or_more() -> None:
    files = [file for file, _, _ in MUTATIONS]
    rooms = (MODEL / room for room in ROOMS)
    processes = {f"{room.name}/{path.name}" for room in rooms for path in room.glob("[a-z]*.py")}
    processes.remove("compiled/world.py")  # no process: what is wrong there does not compile
    few = {file: files.count(file) for file in processes if files.count(file) < 3}
    assert not few, "write three ways to break each in tests/abm/mutations.py"
