"""Which file holds one's own monthly output: the usual one, or the one a scenario names; and its content's digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sim import workspace
from sim.own.file import OwnFile, shown

USUAL = "data/own/output_monthly.csv"
"""Below the workspace; git ignores the folder."""


class SeriesChanged(ValueError):
    """The file is no longer what it was when its scenario was loaded."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"{path} 在载入情景之后改过或已不在。请重新载入情景，再运行。")


@dataclass(frozen=True)
class SeriesFile(OwnFile):
    """A monthly output series."""

    @property
    def usual(self) -> bool:
        """Whether it was found by itself, and not named by a scenario."""
        return self.path == USUAL

    def require_unchanged(self) -> None:
        """Refuse content other than the digest's.

        Raises:
            SeriesChanged: results under this digest would not be those of the file.
        """
        if not self.location.is_file() or _digest(self.location) != self.digest:
            raise SeriesChanged(self.path)


def series_at(location: Path) -> SeriesFile:
    """Return the series in a file that is there."""
    return SeriesFile(shown(location), _digest(location))


def usual_series() -> SeriesFile | None:
    """Return ``data/own/output_monthly.csv`` if the user has put it there."""
    location = workspace.root() / USUAL
    return series_at(location) if location.is_file() else None


def _digest(location: Path) -> str:
    return hashlib.sha256(location.read_bytes()).hexdigest()[:16]
