"""Findings of an analysis kept beside the runs, under a digest of everything that decides them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import workspace
from sim.ensemble.stamp import code_digest, data_digest

if TYPE_CHECKING:
    import pandas as pd

STAMP = "stamp.json"
ROOMS = ("abm", "analysis", "ensemble", "forecast", "own", "population", "scenario")


def folder_of(kind: str, scenario: str, content: list[Any]) -> Path:
    """Where findings of this kind lie; ``content`` is what decides them beside code and data."""
    key = json.dumps([code_digest(ROOMS), data_digest(), *content], ensure_ascii=False, default=str)
    return workspace.runs_dir() / kind / f"{scenario}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def keep(folder: Path, tables: dict[str, pd.DataFrame], stamp: dict[str, Any]) -> None:
    """Write the tables, and the stamp last: where it is, all is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    draft = folder / f".{STAMP}"
    draft.write_text(json.dumps(stamp, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(folder / STAMP)


def kept(folder: Path, names: tuple[str, ...]) -> tuple[dict[str, pd.DataFrame], dict[str, Any]] | None:
    """Read the tables and the stamp; None where they are not all there."""
    import pandas as pd

    if not (folder / STAMP).is_file():
        return None
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    return tables, json.loads((folder / STAMP).read_text(encoding="utf-8"))


def newest(kind: str, scenario: str) -> Path | None:
    """The folder of the newest findings on a scenario that the present code and data made; None without one."""
    found = []
    for path in (workspace.runs_dir() / kind).glob(f"{scenario}-{'[0-9a-f]' * 12}/{STAMP}"):
        stamp = json.loads(path.read_text(encoding="utf-8"))
        if stamp.get("code") == code_digest() and stamp.get("data") == data_digest():
            found.append(path)
    return max(found, key=lambda path: path.stat().st_mtime).parent if found else None
