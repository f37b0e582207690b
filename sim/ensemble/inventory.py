"""What ``runs/`` holds, and what of it no command of this program, with these data and scenarios, will use again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sim import workspace
from sim.ensemble.kept import STAMP, unfinished
from sim.ensemble.stamp import MODEL_ROOMS, code_digest, data_digest
from sim.ensemble.store import ABOUT, SET_ASIDE, WRITING, abandoned, read_about, replicates_in
from sim.scenario.load import load_scenario, scenario_names
from sim.scenario.problems import ScenarioInvalid

REMOVING = ".removing-"


@dataclass(frozen=True)
class Holding:
    """A folder below ``runs/``: an ensemble's shards, or tables that an analysis keeps.

    ``kind`` is ``runs`` or the analysis's; ``runs`` its number of them; ``stale`` says in Chinese why it will not be
    used again, empty if it will; ``size`` in bytes.
    """

    folder: Path
    kind: str
    scenario: str
    digest: str
    seed: int
    enterprises: int
    runs: int
    stale: str
    size: int


def holdings() -> list[Holding]:
    """Return what ``runs/`` holds, by scenario; what says nothing of its origin is left out.

    Raises:
        StoreUnusable: written by a later version.
    """
    known = _digests()
    found = []
    for path in sorted((*_below("*", ABOUT), *_below("*/*", STAMP))):
        about = read_about(path)
        if about is not None and _complete(path, about):
            found.append(_holding(path, about, known))
    return sorted(found, key=lambda holding: (holding.scenario, holding.kind, holding.folder.name))


def leftovers() -> list[Path]:
    """Return shards that were found damaged, half-written ones whose process ended, folders half removed, and what an
    analysis that was interrupted and not taken up again for a day had finished."""
    halves = [path for path in workspace.runs_dir().glob(f"*/{WRITING}") if abandoned(path)]
    return sorted((*_below("*", f"{SET_ASIDE}*"), *halves, *_below("", f"{REMOVING}*"), *unfinished()))


def busy(holding: Holding) -> bool:
    """Say whether a process is writing into it."""
    return any(not abandoned(path) for path in holding.folder.glob(WRITING))


def remove(folders: Sequence[Path]) -> None:
    """Delete folders; each is renamed first, so that none is taken for whole if this is cut short.

    Raises:
        OSError: one cannot be removed; the earlier ones are gone.
    """
    for folder in folders:
        aside = workspace.runs_dir() / f"{REMOVING}{uuid4().hex[:12]}"
        folder.rename(aside)
        shutil.rmtree(aside)


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _below(folders: str, name: str) -> list[Path]:
    return list(workspace.runs_dir().glob(f"{folders}/{name}" if folders else name))


def _complete(path: Path, about: dict[str, Any]) -> bool:
    """Whether it says all that a holding is told from; of kept tables also how many runs and which rooms."""
    rooms, beside = about.get("rooms", []), about.get("beside", {})
    counted = path.name == ABOUT or isinstance(about.get("runs"), int)
    return counted and isinstance(rooms, list) and isinstance(beside, dict)


def _holding(path: Path, about: dict[str, Any], known: dict[str, set[str]]) -> Holding:
    folder, shards = path.parent, path.name == ABOUT
    return Holding(
        folder=folder,
        kind="runs" if shards else folder.parent.name,
        scenario=about["scenario"],
        digest=about["digest"],
        seed=about["seed"],
        enterprises=about["enterprises"],
        runs=len(replicates_in(folder)) if shards else about["runs"],
        stale=_why_stale(about, known),
        size=size_of(folder),
    )


def _why_stale(about: dict[str, Any], known: dict[str, set[str]]) -> str:
    if about["code"] != code_digest(tuple(map(str, about.get("rooms", MODEL_ROOMS)))):
        return "程序已改"
    if about["data"] != data_digest():
        return "数据已改"
    every = set().union(*known.values())
    sources = {about["scenario"]: about["digest"], **about.get("beside", {})}
    changed = any(name in known and digest not in every for name, digest in sources.items())
    return "情景已改" if changed else ""


def _digests() -> dict[str, set[str]]:
    """The digests that each scenario file asks for now: its own and its reference's."""
    found = {}
    for name in scenario_names():
        try:
            scenario = load_scenario(name)
        except ScenarioInvalid:
            continue
        found[name] = {scenario.digest, scenario.reference().digest}
    return found
