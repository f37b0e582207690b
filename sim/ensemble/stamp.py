"""What produced a result: digests of code, data and scenario, and the version of the source tree."""

from __future__ import annotations

import hashlib
import subprocess
from functools import lru_cache
from pathlib import Path

import sim
from sim import workspace
from sim.tables import version

MODEL_ROOMS = ("abm", "population", "register", "forecast", "scenario", "ensemble", "own")
"""Rooms of the package whose code can change a run; the ground floor's modules count as well."""

ANALYSIS_ROOMS = (*MODEL_ROOMS, "analysis")
"""Those, and the one that makes findings of runs."""

REPORT_ROOMS = (*ANALYSIS_ROOMS, "report")
"""Those, and the one that writes reports."""

FORECAST = ("forecast/", "ningbo/")
"""Tables that the forecast reads."""

HELD_OUT = ("outcomes.csv", "validation/")
"""Tables of what was published and is held against the runs."""

SHOWN = ("own/", *HELD_OUT, "calibration/", "calibrated/", "policy/arithmetic.csv", "policy/unclear.csv")
"""Tables that no run reads: what the user brings to look at, those held out, what parameters are calibrated to, the
samples that came of it (a scenario that draws from one has its digest), and where the documents do not fit."""

DECIDING = ("abm", "population", "forecast", "scenario/catalogue", "scenario/distribution.py")
"""What decides a run's numbers at given parameters; not how runs are kept, analysed or told."""

CODE_ENDINGS = (".py", ".yaml", ".css", ".js", ".j2", ".json")


class DataChanged(RuntimeError):
    """The data changed while something was computed from them: it is of neither the old ones nor the new."""

    def __init__(self) -> None:
        super().__init__(
            "计算期间 data/ 里的数据改过：算得的数一部分出自改前、一部分出自改后，没有保存。"
            "请先把数据改完，再重新运行同一命令。"
        )


def _digest(paths: list[Path], base: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.relative_to(base).as_posix()):
        total.update(path.relative_to(base).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


@lru_cache(maxsize=4)
def code_digest(rooms: tuple[str, ...] = MODEL_ROOMS) -> str:
    """Digest of the code, catalogue entries and templates in these rooms and on the ground floor."""
    base = Path(sim.__file__).parent
    files = [path for room in rooms for path in (base / room).rglob("*") if path.suffix in CODE_ENDINGS]
    return _digest([*files, *base.glob("*.py")], base)


@lru_cache(maxsize=1)
def model_digest() -> str:
    """Digest of the code and catalogue that decide a run's numbers at given parameters."""
    base = Path(sim.__file__).parent
    found = [path for name in DECIDING for path in (base / name, *(base / name).rglob("*"))]
    return _digest([path for path in found if path.is_file() and path.suffix in CODE_ENDINGS], base)


def table_digest(name: str) -> str:
    """Digest of one table of ``data/``.

    Raises:
        DataFileMissing: no such file.
    """
    return _file_digest(*version(name))


def data_digest() -> str:
    """Digest of every data table that enters a run: all but the user's own and those held out, which are only shown."""
    digests = {name: digest for name, digest in data_digests().items() if not name.startswith(SHOWN)}
    return hashlib.sha256(repr(digests).encode()).hexdigest()[:16]


def require_data(begun: str) -> None:
    """Refuse to keep what was begun with other data.

    Args:
        begun: :func:`data_digest` as it was then.

    Raises:
        DataChanged: it is another one now.
    """
    if data_digest() != begun:
        raise DataChanged


def data_digests(below: tuple[str, ...] = ("",)) -> dict[str, str]:
    """Digest of each data table, the user's own included, by its path below ``data/``, which begins with one of
    ``below``."""
    base = workspace.data_dir()
    names = sorted(path.relative_to(base).as_posix() for path in base.rglob("*.csv"))
    return {name: _file_digest(*version(name)) for name in names if name.startswith(below)}


@lru_cache(maxsize=128)
def _file_digest(path: Path, changed: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def source_version() -> tuple[str, bool]:
    """Commit of the source tree and whether it has uncommitted changes; the package version outside a checkout."""
    folder = Path(sim.__file__).resolve().parent.parent
    try:
        _git(folder, "ls-files", "--error-unmatch", "sim/__init__.py")  # installed, it may lie in anyone's checkout
        commit = _git(folder, "rev-parse", "--short=12", "HEAD")
        return commit, bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):  # no git, no repository, or it hangs
        return sim.__version__, False


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True, timeout=20)
    return done.stdout.decode("utf-8", "replace").strip()
