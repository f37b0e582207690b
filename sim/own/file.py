"""A file of one's own that a scenario names, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim import workspace


@dataclass(frozen=True)
class OwnFile:
    """``path`` below the workspace where it is inside, else absolute; ``digest`` of the content when it was found."""

    path: str
    digest: str

    @property
    def name(self) -> str:
        """The file's name, which is all that reports show of the path."""
        return Path(self.path).name

    @property
    def location(self) -> Path:
        """Where the file is on this machine."""
        return workspace.root() / self.path


def shown(location: Path) -> str:
    """Write a path below the workspace where it is inside, else whole."""
    whole = location.resolve()
    root = workspace.root()
    return (whole.relative_to(root) if whole.is_relative_to(root) else whole).as_posix()
