"""Stored runs: a run is a pure function of its key, so a result is either there, whole, or it is made again.

A shard is a folder of Parquet tables with some replicates of one ensemble; it is written under a temporary name,
flushed, and renamed, so that what carries its final name is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sim import workspace
from sim.ensemble.stamp import code_digest, data_digest
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("indicators", "flows", "parameters", "failures")


@dataclass(frozen=True)
class Ensemble:
    """All runs of one scenario content under one seed and population size."""

    scenario: Scenario
    seed: int
    enterprises: int

    @property
    def key(self) -> str:
        """Digest of everything that decides these runs' results, except the replicate."""
        content = [code_digest(), data_digest(), self.scenario.canonical(), self.seed, self.enterprises]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:20]

    @property
    def folder(self) -> Path:
        return workspace.runs_dir() / self.key

    def shards(self) -> list[Path]:
        """Complete shards, in a fixed order."""
        return sorted(self.folder.glob("shard-*")) if self.folder.is_dir() else []

    def done(self) -> set[int]:
        """Replicates that have a result; failed ones are not among them and will be tried again."""
        return {replicate for shard in self.shards() for replicate in _replicates(shard)}

    def write(self, tables: dict[str, pd.DataFrame], replicates: list[int]) -> Path:
        """Put one batch into the store; ``replicates`` are those that succeeded, perhaps none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"shard-{min(replicates, default=0):06d}-{uuid4().hex[:12]}"
        temporary = self.folder / f".{name}.writing"
        temporary.mkdir()
        for table, frame in tables.items():
            frame.to_parquet(temporary / f"{table}.parquet", compression="zstd", index=False)
        (temporary / "replicates.json").write_text(json.dumps(sorted(replicates)), encoding="utf-8")
        for path in temporary.iterdir():
            _flush(path)
        _flush(temporary)
        final = self.folder / name
        temporary.rename(final)
        _flush(self.folder)
        return final

    def read(self, table: str, replicates: set[int]) -> pd.DataFrame:
        """Rows of the wanted replicates, each once, sorted by replicate."""
        import pandas as pd

        parts, seen = [], set[int]()
        for shard in self.shards():
            fresh = (set(_replicates(shard)) & replicates) - seen
            if fresh:
                frame = pd.read_parquet(shard / f"{table}.parquet")
                parts.append(frame[frame["replicate"].isin(fresh)])
                seen |= fresh
        if not parts:
            return pd.DataFrame()
        return pd.concat(parts, ignore_index=True).sort_values("replicate", kind="stable", ignore_index=True)

    def failures(self) -> pd.DataFrame:
        """Recorded failures of replicates that have not succeeded since."""
        import pandas as pd

        parts = [pd.read_parquet(path) for path in sorted(self.folder.glob("shard-*/failures.parquet"))]
        if not parts:
            return pd.DataFrame()
        frame = pd.concat(parts, ignore_index=True)
        return frame[~frame["replicate"].isin(self.done())].drop_duplicates("replicate", keep="last")


def _replicates(shard: Path) -> list[int]:
    result: list[int] = json.loads((shard / "replicates.json").read_text(encoding="utf-8"))
    return result


def _flush(path: Path) -> None:
    """Ask the disk to keep a file or folder; folders cannot be flushed on Windows, where renames are journalled."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
