"""Stored runs: a run is a pure function of its key, so a result is either there, whole, or it is made again.

A shard is a folder of Parquet tables with some replicates of one ensemble; it is written under a temporary name,
flushed, and renamed, so that what carries its final name is complete. ``shard.json`` in it names the replicates and the
checksum of each table: a shard that a disk has since spoiled is noticed, set aside, and its runs are made again. What
there is can be told from the shards alone; processes that share a store write shards of their own.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sim import workspace
from sim.ensemble.stamp import code_digest, data_digest
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

CONTENT, ABOUT = "shard.json", "ensemble.json"
WRITING, SET_ASIDE = ".shard-*.writing", ".damaged-"
FORMAT = 1
"""Of a shard; a store with a higher one was written by a later version."""
FORGOTTEN_S = 24 * 3600
"""A half-written shard of another machine's process is a leftover after so long without a change."""


class StoreUnusable(RuntimeError):
    """The store cannot be read or written; what is in it is untouched. The message says what to do."""


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
                shard.rename(shard.with_name(f"{SET_ASIDE}{shard.name}"))
                said.append(f"结果分片 {self.key}/{shard.name} 已损坏（{reason}），移到一旁，其中的运行将重做。")
        return said

    def write(self, tables: dict[str, pd.DataFrame], replicates: list[int]) -> Path:
        """Put one batch into the store; ``replicates`` are those that succeeded, perhaps none."""
        name = f"shard-{min(replicates, default=0):06d}-{uuid4().hex[:12]}"
        temporary = self.folder / f".{name}.{os.getpid()}@{socket.gethostname()}.writing"
        try:
            self._describe()
            temporary.mkdir()
            for table, frame in tables.items():
                floats = [name for name in frame.columns if frame[name].dtype.kind == "f"]
                frame.to_parquet(
                    temporary / f"{table}.parquet", compression="zstd", index=False,
                    use_byte_stream_split=floats, use_dictionary=list(frame.columns.difference(floats)),
                )  # fmt: skip
            content = {"format": FORMAT, "replicates": sorted(replicates), "files": _checksums(temporary)}
            (temporary / CONTENT).write_text(json.dumps(content), encoding="utf-8")
            for path in temporary.iterdir():
                _flush(path)
            _flush(temporary)
            final = self.folder / name
            temporary.rename(final)
            _flush(self.folder)
        except OSError as error:
            shutil.rmtree(temporary, ignore_errors=True)
            raise StoreUnusable(_advice(error)) from error
        return final

    def _describe(self) -> None:
        """Say beside the shards what they are of, for people and for ``tenglong list``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            "scenario": self.scenario.name, "digest": self.scenario.digest, "seed": self.seed,
            "enterprises": self.enterprises, "code": code_digest(), "data": data_digest(),
        }  # fmt: skip
        path = self.folder / ABOUT
        if not path.is_file():
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

        parts = [pd.read_parquet(path) for path in sorted(self.folder.glob("shard-*/failures.parquet"))]
        if not parts:
            return pd.DataFrame()
        frame = pd.concat(parts, ignore_index=True)
        return frame[~frame["replicate"].isin(self.done())].drop_duplicates("replicate", keep="last")


def shards_in(folder: Path) -> list[Path]:
    """Complete shards of an ensemble's folder, in a fixed order."""
    return sorted(folder.glob("shard-*")) if folder.is_dir() else []


def replicates_in(folder: Path) -> set[int]:
    """Replicates with a result in an ensemble's folder.

    Raises:
        StoreUnusable: written by a later version.
    """
    return {replicate for shard in shards_in(folder) for replicate in _replicates(shard)}


def _replicates(shard: Path) -> list[int]:
    result: list[int] = _content(shard)["replicates"]
    return result


def _content(shard: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((shard / CONTENT).read_text(encoding="utf-8"))
    if content["format"] > FORMAT:
        raise StoreUnusable("runs/ 里的结果由更新的版本写成，这一版读不懂。请更新程序，或换一个工作目录。")
    return content


def _checksums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.parquet"))}


def _damage(shard: Path) -> str:
    """What is wrong with a shard, nothing if it is as it was written."""
    try:
        wanted = _content(shard)["files"]
    except (OSError, ValueError, KeyError):
        return f"{CONTENT} 读不出来"
    found = _checksums(shard)
    wrong = [name for name, checksum in wanted.items() if found.get(name) != checksum]
    return f"{'、'.join(wrong)} 与校验和不符" if wrong else ""


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
    done = "已完成的运行都还在；解决之后重新运行同一命令即可继续。"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"磁盘已满，结果写不进 runs/。请腾出空间。{done}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"runs/ 不可写。请检查权限，或把工作目录换到可写的地方。{done}"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return "runs 或其中一级是一个文件，不是文件夹。请把它移开。"
    return f"结果写不进 runs/：{error.strerror}。{done}"


def _flush(path: Path) -> None:
    """Ask the disk to keep a file or folder; folders cannot be flushed on Windows, where renames are journalled."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
