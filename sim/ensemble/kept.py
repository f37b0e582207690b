"""Tables an analysis keeps beside the runs, under a digest of everything that decides them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sim import workspace
from sim.ensemble.stamp import MODEL_ROOMS, code_digest, data_digest

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

STAMP = "stamp.json"


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
    folder: Path, tables: dict[str, pd.DataFrame], stamp: dict[str, Any], rooms: tuple[str, ...] = MODEL_ROOMS
) -> dict[str, Any]:
    """Write the tables, and last the stamp with what code and data they come from: where it is, all is.

    Returns the stamp as written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    made = stamp | {"rooms": list(rooms), "code": code_digest(rooms), "data": data_digest()}
    draft = folder / f".{STAMP}.{uuid4().hex[:12]}"
    draft.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / STAMP)
    return made


def kept(folder: Path, names: Sequence[str]) -> tuple[dict[str, pd.DataFrame], dict[str, Any]] | None:
    """Read the tables and the stamp; None where they are not all there."""
    import pandas as pd

    if not all((folder / name).is_file() for name in (STAMP, *(f"{name}.parquet" for name in names))):
        return None
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    return tables, json.loads((folder / STAMP).read_text(encoding="utf-8"))


def newest(kind: str, scenario: Scenario, **also: Any) -> Path | None:
    """Return the folder of the newest tables of this kind that the present code and data made of a scenario as it
    stands, with ``also`` in their stamp; None without one."""
    found = []
    for path in (workspace.runs_dir() / kind).glob(f"*/{STAMP}"):
        stamp = json.loads(path.read_text(encoding="utf-8"))
        made = (stamp["digest"], stamp["code"], stamp["data"])
        fresh = made == (scenario.digest, code_digest(tuple(stamp["rooms"])), data_digest())
        if fresh and all(stamp.get(name) == value for name, value in also.items()):
            found.append(path)
    return max(found, key=lambda path: path.stat().st_mtime).parent if found else None
