"""A module of the model with a defect put in, in a process of its own, forked from one that has the model ready."""

from __future__ import annotations

import ast
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

UNBROKEN = "tests.abm.unbroken"
SERVES = {
    "arithmetic": "allocation", "budgets": "entry", "choice": "allocation", "ledger": "allocation",
    "listing": "grading", "measures": "land", "ranking": "grading",
}  # fmt: skip
"""Compiled files that are no process of the month, and one that runs them."""


@contextmanager
def forks() -> Iterator[ProcessPoolExecutor]:
    """Each task in a new process, a fork of one that imported the model, compiled its loops and found them right."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([UNBROKEN])
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        assert pool.submit(is_ready).result(), f"{UNBROKEN} was not imported"
        yield pool


def is_ready() -> bool:
    return UNBROKEN in sys.modules


def look(file: str, old: str, new: str) -> str | None:
    """Break a file below ``sim/abm`` and compare; what was noticed first, or None."""
    put_in("sim.abm." + file.removesuffix(".py").replace("/", "."), old, new)
    from tests.abm import comparisons

    name = Path(file).stem
    try:
        if file.startswith("compiled/"):
            comparisons.compiled_against_readable(SERVES.get(name, name))
        else:
            comparisons.readable_against_twin()
    except Exception as noticed:
        return repr(noticed)
    return None


def put_in(name: str, old: str, new: str) -> None:
    """Forget a module and all that stands on it, which is imported anew when asked for, and make it with a defect."""
    for stale in sorted({name, *standing_on(name)}, reverse=True):  # a package after what is in it
        room = sys.modules[stale.rpartition(".")[0]]
        del sys.modules[stale]
        delattr(room, stale.rpartition(".")[2])  # from there `from room import module` would take it
    spec = find_spec(name)
    assert isinstance(spec, ModuleSpec) and spec.origin
    text = Path(spec.origin).read_text(encoding="utf-8")
    assert text.count(old) == 1
    module = sys.modules[name] = module_from_spec(spec)
    exec(compile(text.replace(old, new), spec.origin, "exec"), vars(module))
    setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)


def standing_on(name: str) -> set[str]:
    """The modules of ours in memory that import it, by themselves or through others."""
    ours = {other: module for other, module in sys.modules.items() if other.startswith(("sim.", "tests."))}
    wants = {other: imported_by(module) for other, module in ours.items() if other != UNBROKEN}
    found: set[str] = set()
    while more := {other for other, names in wants.items() if names & {name, *found}} - found:
        found |= more
    return found


@cache
def imported_by(module: ModuleType) -> set[str]:
    """Every name that may be a module's in the import statements of its text."""
    if module.__file__ is None:
        return set()
    nodes = list(ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    sources = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return plain | {
        name for node in sources for alias in node.names for name in (node.module or "", f"{node.module}.{alias.name}")
    }
