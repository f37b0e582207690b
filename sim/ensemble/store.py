"""Stored runs: a run is a pure function of its key, so a result is either there, whole, or it is made again.

A shard is a folder of Parquet tables with some replicates of one ensemble; it is written under a temporary name,
flushed, and renamed, so that what carries its final name is complete. ``shard.json`` in it names the ensemble, the
replicates and the checksum of each table: a shard that a disk has since spoiled, or that belongs elsewhere, is noticed,
set aside, and its runs are made again. What there is can be told from the shards alone; processes that share a store
write shards of their own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sim import workspace
from sim.ensemble.stamp import code_digest, data_digest, require_data
from sim.refusals import reason
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

CONTENT, ABOUT, FAILURES = "shard.json", "ensemble.json", "failures.parquet"
WRITING, SET_ASIDE = ".shard-*.writing", ".damaged-"
FORMAT = 1
"""Of a shard; a store with a higher one was written by a later version."""
FORGOTTEN_S = 24 * 3600
"""A half-written shard of another machine's process is a leftover after so long without a change."""


class StoreUnusable(RuntimeError):
    """The store cannot be read or written; what is in it is untouched. The message says what to do."""


class ShardDamaged(ValueError):
    """A shard's list of what is in it cannot be read."""


@contextmanager
def writing() -> Iterator[None]:
    """Tell what keeps this block from writing below ``runs/``.

    Raises:
        StoreUnusable: with what to do.
    """
    try:
        yield
    except OSError as error:
        raise StoreUnusable(_advice(error)) from error


@dataclass(frozen=True)
class Ensemble:
    """All runs of one scenario content under one seed and population size.

    ``begun``: digest of the data when it was first spoken of, which is when its runs begin.
    """

    scenario: Scenario
    seed: int
    enterprises: int
    begun: str = field(default_factory=data_digest, compare=False, repr=False)

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
        return shards_in(self.folder)

    def done(self) -> set[int]:
        """Replicates that have a result; failed ones are not among them and will be tried again.

        Raises:
            StoreUnusable: written by a later version, or no folder.
        """
        return replicates_in(self.folder)

    def sweep(self) -> list[str]:
        """Remove what processes that ended left half written, set damaged shards aside, and say so (Chinese).

        Raises:
            StoreUnusable: written by a later version, or no folder.
        """
        said = []
        for path in self.folder.glob(WRITING) if self.folder.is_dir() else ():
            if abandoned(path):
                shutil.rmtree(path, ignore_errors=True)
        for shard in self.shards():
            if reason := _damage(shard):
                with writing(), suppress(FileNotFoundError):  # another process may be the first to see it
                    shard.rename(shard.with_name(f"{SET_ASIDE}{shard.name}"))
                said.append(f"结果分片 {self.key}/{shard.name} 已损坏（{reason}），移到一旁，其中的运行将重做。")
        if self.folder.is_dir():
            with suppress(OSError):  # a store that is only read may be read-only
                self._describe()
        return said

    def write(self, tables: dict[str, pd.DataFrame], replicates: list[int]) -> Path:
        """Put one batch into the store; ``replicates`` are those that succeeded, perhaps none.

        Raises:
            DataChanged: the data are no longer those with which these runs began; nothing is written.
            StoreUnusable: it cannot be written.
        """
        require_data(self.begun)
        name = f"shard-{min(replicates, default=0):06d}-{uuid4().hex[:12]}"
        temporary = self.folder / f".{name}.{os.getpid()}@{socket.gethostname()}.writing"
        final = self.folder / name
        with writing():
            try:
                self._describe()
                temporary.mkdir()
                _fill(temporary, tables, {"format": FORMAT, "ensemble": self.key, "replicates": sorted(replicates)})
                temporary.rename(final)
                _flush(self.folder)
            except OSError:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
        return final

    def _describe(self) -> None:
        """Say beside the shards what they are of, for people and for ``tenglong list``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            "scenario": self.scenario.name, "digest": self.scenario.digest, "seed": self.seed,
            "enterprises": self.enterprises, "code": code_digest(), "data": data_digest(),
        }  # fmt: skip
        path = self.folder / ABOUT
        if read_about(path) is None:
            draft = path.with_name(f".{ABOUT}.{uuid4().hex[:12]}")
            draft.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            draft.replace(path)

    def read(self, table: str, replicates: set[int]) -> pd.DataFrame:
        """Rows of the wanted replicates, each once, sorted by replicate."""
        import pandas as pd
        import pyarrow as pa
        from pyarrow import compute, parquet

        parts, seen = [], set[int]()
        for shard in self.shards():
            held = _replicates(shard)
            if fresh := (set(held) & replicates) - seen:
                with parquet.ParquetFile(shard / f"{table}.parquet") as file:
                    rows = file.read()
                if len(fresh) < len(held):
                    of = rows["replicate"]
                    rows = rows.filter(compute.is_in(of, pa.array(sorted(fresh), of.type)))
                parts.append(rows)
                seen |= fresh
        if not parts:
            return pd.DataFrame()
        filled = [rows for rows in parts if rows.num_rows] or parts[:1]
        whole: pd.DataFrame = pa.concat_tables(filled).to_pandas()
        return whole.sort_values("replicate", kind="stable", ignore_index=True)

    def failures(self) -> pd.DataFrame:
        """Recorded failures of replicates that have not succeeded since."""
        import pandas as pd

        whole = [shard for shard in self.shards() if _intact(shard, FAILURES)]
        parts = [pd.read_parquet(shard / FAILURES) for shard in whole]
        if not parts:
            return pd.DataFrame()
        frame = pd.concat(parts, ignore_index=True)
        return frame[~frame["replicate"].isin(self.done())].drop_duplicates("replicate", keep="last")


def shards_in(folder: Path) -> list[Path]:
    """Complete shards of an ensemble's folder, in a fixed order."""
    return sorted(folder.glob("shard-*")) if folder.is_dir() else []


def replicates_in(folder: Path) -> set[int]:
    """Replicates with a result in an ensemble's folder; a shard that cannot be read holds none.

    Raises:
        StoreUnusable: written by a later version.
    """
    return {replicate for shard in shards_in(folder) for replicate in _replicates(shard)}


def read_about(path: Path) -> dict[str, Any] | None:
    """What is said beside shards or tables; None where that cannot be read or is of another kind."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    kinds = {"scenario": str, "digest": str, "seed": int, "enterprises": int, "code": str, "data": str}
    whole = isinstance(about, dict) and all(isinstance(about.get(name), kind) for name, kind in kinds.items())
    return about if whole else None


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each table in a folder, by its name."""
    return {path.name: _checksum(path) for path in sorted(folder.glob("*.parquet"))}


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fill(folder: Path, tables: dict[str, pd.DataFrame], content: dict[str, Any]) -> None:
    """Write the tables of a shard and the list of what is in it, and have the disk keep them."""
    for table, frame in tables.items():
        floats = [name for name in frame.columns if frame[name].dtype.kind == "f"]
        frame.to_parquet(
            folder / f"{table}.parquet", compression="zstd", index=False,
            use_byte_stream_split=floats, use_dictionary=list(frame.columns.difference(floats)),
        )  # fmt: skip
    (folder / CONTENT).write_text(json.dumps(content | {"files": checksums(folder)}), encoding="utf-8")
    for path in folder.iterdir():
        _flush(path)
    _flush(folder)


def _replicates(shard: Path) -> list[int]:
    try:
        result: list[int] = _content(shard)["replicates"]
    except ShardDamaged:
        return []
    return result


def _content(shard: Path) -> dict[str, Any]:
    try:
        content = json.loads((shard / CONTENT).read_text(encoding="utf-8"))
        parts = [content["format"], *content["replicates"], *content["files"].values()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ShardDamaged(CONTENT) from error
    if not all(isinstance(part, kind) for part, kind in zip(parts, _kinds(content), strict=True)):
        raise ShardDamaged(CONTENT)
    if content["format"] > FORMAT:
        raise StoreUnusable("runs/ 里的结果由更新的版本写成，这一版读不懂。请更新程序，或换一个工作目录。")
    whole: dict[str, Any] = content
    return whole


def _kinds(content: dict[str, Any]) -> list[type]:
    return [int, *[int] * len(content["replicates"]), *[str] * len(content["files"])]


def _damage(shard: Path) -> str:
    """What is wrong with a shard, nothing if it is as it was written and where it was written."""
    try:
        content = _content(shard)
        found = checksums(shard)
    except (ShardDamaged, OSError):
        return f"{CONTENT} 或其中的表读不出来"
    if content.get("ensemble") != shard.parent.name:
        return "是别的情景或设置的"
    wrong = [name for name, checksum in content["files"].items() if found.get(name) != checksum]
    return f"{'、'.join(wrong)} 与校验和不符" if wrong else ""


def _intact(shard: Path, table: str) -> bool:
    """Whether one table of a shard is as it was written."""
    try:
        wanted: dict[str, str] = _content(shard)["files"]
        return _checksum(shard / table) == wanted.get(table)
    except (ShardDamaged, OSError):
        return False


def abandoned(path: Path) -> bool:
    """Whether nobody is writing this half-written shard any more."""
    writer = re.search(r"\.(\d+)@(.+)\.writing$", path.name)
    if writer is None or writer[2] != socket.gethostname():
        return time.time() - path.stat().st_mtime > FORGOTTEN_S
    try:
        os.kill(int(writer[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it runs, under another user
        return False
    return False


def _advice(error: OSError) -> str:
    return f"结果写不进 runs/：{reason(error)}。已完成的运行都还在；解决之后重新运行同一命令即可继续。"


def _flush(path: Path) -> None:
    """Ask the disk to keep a file or folder; folders cannot be flushed on Windows, where renames are journalled."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
