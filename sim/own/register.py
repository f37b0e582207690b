"""Which files hold one's own register of enterprises, and the digest of what they say."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sim import workspace
from sim.own.file import OwnFile, shown

ENDINGS = (".csv", ".txt", ".xlsx", ".xlsm", ".parquet")
MAPPING_ENDINGS = (".yaml", ".yml")


class RegisterChanged(ValueError):
    """A file of the register is no longer what it was when its scenario was loaded."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} 或它的映射文件在载入情景之后改过或已不在。请重新载入情景，再运行。")


@dataclass(frozen=True)
class RegisterFile(OwnFile):
    """``mapping`` as ``path``; ``digest`` of both: that of the cleaned table follows from it and from the code."""

    mapping: str

    @property
    def mapping_location(self) -> Path:
        """Where its mapping is on this machine."""
        return workspace.root() / self.mapping

    def require_unchanged(self) -> None:
        """Refuse content other than the digest's.

        Raises:
            RegisterChanged: results under this digest would not be those of the files.
        """
        here = (self.location, self.mapping_location)
        if not all(path.is_file() for path in here) or _digest(*here) != self.digest:
            raise RegisterChanged(self.path)


def is_mapping(content: bytes) -> bool:
    """Whether a YAML file's content is a register's mapping, as its ``columns:`` at the margin tells."""
    return re.search(rb"^columns[ \t]*:", content, flags=re.MULTILINE) is not None


def register_at(location: Path, mapping: Path) -> RegisterFile:
    """Return the register in files that are there."""
    return RegisterFile(shown(location), _digest(location, mapping), shown(mapping))


def _digest(location: Path, mapping: Path) -> str:
    parts = [_digest_of(path, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in (location, mapping)]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=16)
def _digest_of(path: Path, changed: int, size: int) -> str:
    """``changed`` and ``size`` only tell versions apart."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
