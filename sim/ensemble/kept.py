"""Tables an analysis keeps beside the runs, under a digest of everything that decides them."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sim import workspace
from sim.ensemble.stamp import MODEL_ROOMS, code_digest, data_digest, require_data
from sim.ensemble.store import FORGOTTEN_S, checksums, read_about, writing

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

STAMP, PART = "stamp.json", "part-"

_log = logging.getLogger(__name__)


def folder_of(kind: str, scenario: str, content: Sequence[object], rooms: tuple[str, ...] = MODEL_ROOMS) -> Path:
    """Return where tables of this kind lie, whether or not they are there.

    Args:
        content: what decides them beside the data and the code in ``rooms``.
    """
    key = json.dumps([code_digest(rooms), data_digest(), *content], ensure_ascii=False, default=str)
    return workspace.runs_dir() / kind / f"{scenario}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def stamp_about(
    scenario: Scenario, seed: int, enterprises: int, runs: int, beside: Sequence[Scenario] = ()
) -> dict[str, Any]:  # fmt: skip
    """Return what every stamp says, by which tables are found again (:func:`newest`) and known to be of no more use
    (:mod:`sim.ensemble.inventory`).

    Args:
        scenario: whose tables they are; ``beside``: other scenarios that decide them.
    """
    size = {"seed": seed, "enterprises": enterprises, "runs": runs}
    said = {"scenario": scenario.name, "digest": scenario.digest, **size}
    return said | ({"beside": {other.name: other.digest for other in beside}} if beside else {})


def keep(
    folder: Path, tables: dict[str, pd.DataFrame], stamp: dict[str, Any], begun: str,
    rooms: tuple[str, ...] = MODEL_ROOMS,
) -> dict[str, Any]:  # fmt: skip
    """Write the tables, and last the stamp with what code and data they come from: where it is, all is.

    Args:
        begun: :func:`sim.ensemble.stamp.data_digest` when the work on them began.

    Returns the stamp as written, with the checksum of each table.

    Raises:
        DataChanged: the data are no longer those; nothing is written.
        StoreUnusable: they cannot be written.
    """
    require_data(begun)
    with writing():
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
        made = stamp | {"rooms": list(rooms), "code": code_digest(rooms), "data": begun}
        made |= {"folder": folder.name, "files": checksums(folder)}
        draft = folder / f".{STAMP}.{uuid4().hex[:12]}"
        draft.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(folder / STAMP)
    return made


def kept(folder: Path, names: Sequence[str]) -> tuple[dict[str, pd.DataFrame], dict[str, Any]] | None:
    """Read the tables and the stamp; None where they are not all there as they were written."""
    import pandas as pd

    stamp = _whole(folder)
    if stamp is None or not {f"{name}.parquet" for name in names} <= stamp["files"].keys():
        return None
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}, stamp


@dataclass(frozen=True)
class Parts:
    """What is finished of tables that are still being made in a folder, so that an interrupted call can go on."""

    folder: Path

    def read(self) -> dict[int, pd.DataFrame]:
        """Return the finished parts by number; one that a disk spoiled is removed, to be made again."""
        import pandas as pd

        found = {}
        for path in self._paths():
            try:
                found[int(path.name.removeprefix(PART))] = pd.read_parquet(path, page_checksum_verification=True)
            except (OSError, ValueError):
                path.unlink(missing_ok=True)
        return found

    def write(self, number: int, table: pd.DataFrame) -> None:
        """Keep a part, whole or not at all.

        Raises:
            StoreUnusable: it cannot be written.
        """
        path = self.folder / f"{PART}{number:06d}"  # with no ending, so that it is none of the folder's tables
        draft = self.folder / f".{path.name}.{uuid4().hex[:12]}"
        with writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                table.to_parquet(draft, index=False, compression="zstd", write_page_checksum=True)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the parts, once the whole is kept."""
        for path in self._paths():
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"{PART}*"))


def unfinished() -> list[Path]:
    """Return the folders below ``runs/`` that hold parts only, and to which none was added for a day."""
    last: dict[Path, float] = {}
    for path in workspace.runs_dir().glob(f"*/*/{PART}*"):
        with suppress(FileNotFoundError):  # who made them has just finished
            last[path.parent] = max(last.get(path.parent, 0.0), path.stat().st_mtime)
    return sorted(folder for folder, changed in last.items()
                  if time.time() - changed > FORGOTTEN_S and not (folder / STAMP).is_file())  # fmt: skip


def newest(kind: str, scenario: Scenario, **also: Any) -> Path | None:
    """Return the folder of the newest tables of this kind that the present code and data made of a scenario as it
    stands, with ``also`` in their stamp; None without one."""
    found, data = [], data_digest()
    for path in (workspace.runs_dir() / kind).glob(f"*/{STAMP}"):
        stamp = read_about(path) or {}
        rooms = tuple(map(str, stamp.get("rooms", ())))
        fresh = [stamp.get(name) for name in ("digest", "data", "code")] == [scenario.digest, data, code_digest(rooms)]
        if fresh and all(stamp.get(name) == value for name, value in also.items()) and _whole(path.parent):
            found.append(path)
    return max(found, key=lambda path: path.stat().st_mtime).parent if found else None


def _whole(folder: Path) -> dict[str, Any] | None:
    """The stamp of tables that are as they were written, under the name they were written; else None, and it is said.

    A disk that spoils a table, or a folder put in another's place, must not change a number unseen.
    """
    if not (folder / STAMP).is_file():
        return None
    stamp = read_about(folder / STAMP)
    try:
        if stamp is not None and (stamp.get("folder"), stamp.get("files")) == (folder.name, checksums(folder)):
            return stamp
    except OSError:  # unreadable is as good as spoiled
        pass
    _log.warning("%s/%s 里的表已损坏或不全，不用；要用时重算。", folder.parent.name, folder.name)
    return None
