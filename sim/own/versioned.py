"""Whether git would take up a file of one's own, which is meant to stay on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

NOT_IGNORED = 1
"""What ``git check-ignore`` returns of a file that no rule leaves out, or that git holds already."""


def told(location: Path) -> str:
    """Say that git would take up a file, or holds it already, and what to do; empty where it does not, where the file
    lies in no repository, or where there is no git."""
    whole = location.resolve()
    if _git(whole.parent, "check-ignore", "-q", "--", whole.name) != NOT_IGNORED:
        return ""
    name = whole.name
    if _git(whole.parent, "ls-files", "--error-unmatch", "--", name) == 0:
        return f"{location} 已在 git 里，会随提交传出：若不该公开，请先 git rm --cached {name}，再移到 data/own/。"
    return (
        f"{location} 没有被 .gitignore 排除，git add 会把它收进去：请移到 data/own/（路径随之改），"
        f"或在 .gitignore 里加一行 {name}。"
    )


def _git(folder: Path, *words: str) -> int | None:
    try:
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, timeout=20).returncode
    except (OSError, subprocess.SubprocessError):
        return None
