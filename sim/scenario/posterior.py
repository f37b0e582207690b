"""Posterior samples that a scenario may draw from instead of the priors: what a file must be, and how it is drawn.

A sample is a table below ``data/calibrated/``: a column a calibrated uncertainty, a row a draw; beside it, under the
same name, the stamp that says what made it. Runs keep one quantile a parameter, as with priors: a quantile becomes a
value of the sample's own marginal, and quantiles are tied by the sample's rank correlation (a Gaussian copula; Nelsen
2006, An Introduction to Copulas, section 5.7). So the same luck serves prior and posterior, and a design can be
extended or split by factor as before.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import workspace
from sim.scenario.catalogue import catalogue
from sim.scenario.problems import brief
from sim.tables import near

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEY, PRIOR = "calibration", "prior"
"""Of a scenario file; and its value where a parent's sample is not wanted."""
FOLDER = "data/calibrated"
AGAIN = "请用 tenglong calibrate 重新生成。"
FEWEST = 200
"""Draws below which the outer tenths of a distribution rest on a handful of numbers."""


@dataclass(frozen=True)
class PosteriorFile:
    """``name`` of a sample in ``data/calibrated/``; ``digest`` of its content when the scenario was loaded."""

    name: str
    digest: str

    @property
    def location(self) -> Path:
        """Where the sample is on this machine."""
        return location_of(self.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Ids of the uncertainties it holds."""
        header, _ = _table(self.location, self.digest)
        return header

    def stamp(self) -> dict[str, Any]:
        """What made it, empty where that is not said."""
        return stamp_of(self.location)

    def values(self, at: Mapping[str, float]) -> dict[str, float]:
        """Return the value of each calibrated uncertainty at a quantile (0 … 1) of each."""
        return _sample(self.location, self.digest).values(at)


@dataclass(frozen=True)
class _Sample:
    """``ordered`` (draws, parameters), each column ascending; ``factor`` the lower Cholesky factor of the correlation
    of normal scores (parameters, parameters)."""

    names: tuple[str, ...]
    ordered: NDArray[np.float64]
    factor: NDArray[np.float64]

    def values(self, at: Mapping[str, float]) -> dict[str, float]:
        import numpy as np
        from scipy.special import ndtr, ndtri

        tied = ndtr(self.factor @ ndtri(np.array([at[name] for name in self.names])))
        return {
            name: float(np.quantile(self.ordered[:, place], tied[place])) for place, name in enumerate(self.names)
        }


def location_of(name: str) -> Path:
    """Return where a sample of this name lies, whether or not it is there."""
    return workspace.root() / FOLDER / f"{name}.csv"


def stamp_of(location: Path) -> dict[str, Any]:
    """Read the stamp beside a sample; empty where there is none that can be read."""
    try:
        found: dict[str, Any] = json.loads(location.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def digest_of(location: Path) -> str:
    """Short SHA-256 of a sample's content."""
    return hashlib.sha256(location.read_bytes()).hexdigest()[:16]


def posterior_named(name: str) -> PosteriorFile | None:
    """Return a sample that has passed :func:`problems`; None for ``prior``."""
    return None if name == PRIOR else PosteriorFile(name, digest_of(location_of(name)))


def sample_names() -> list[str]:
    """Names of the samples there are, sorted."""
    return sorted(path.stem for path in (workspace.root() / FOLDER).glob("*.csv"))


def problems(name: object) -> list[str]:
    """Return everything that is wrong with a sample a scenario names, in Chinese; empty when it can be drawn from.

    Whether it was made by the present model and data is no matter of form; the ensemble looks at that.
    """
    if name == PRIOR:
        return []
    there = sample_names()
    if name not in there:  # a name, never a path
        hint = near(str(name), there) or (f"现有：{'、'.join(there)}。" if there else "一份也没有。")
        made = "tenglong calibrate 生成后验样本；不用后验时写 prior 或去掉这一键。"
        return [f"{FOLDER}/ 里没有叫 {brief(name)} 的后验样本。{hint}{made}"]
    location = location_of(name)
    found = _wrong(location)
    stamp = stamp_of(location)
    if not stamp:
        found.append(f"{FOLDER}/{name}.json 不在或读不出来：不知道样本由哪版模型、哪份数据算得。{AGAIN}")
    elif stamp.get("sample") != digest_of(location):
        found.append(f"{FOLDER}/{name}.csv 与 {name}.json 记的不是同一份样本。{AGAIN}")
    return found


def _wrong(location: Path) -> list[str]:
    """What is wrong with the table itself."""
    import numpy as np

    with location.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle) or [[]]
    known = catalogue().of_kind("uncertainty")
    shown = f"{FOLDER}/{location.name}"
    found = [
        f"{shown} 的列 {column} 不是参数目录里的不确定参数。{near(column, list(known)) or AGAIN}"
        for column in header
        if column not in known
    ]
    if len(set(header)) < len(header):
        found.append(f"{shown} 有重复的列。")
    if len(rows) < FEWEST:
        found.append(f"{shown} 只有 {len(rows)} 行，至少要 {FEWEST} 行。")
    try:
        table = np.array(rows, dtype=float).reshape(len(rows), len(header))
    except ValueError:
        return [*found, f"{shown} 有的格不是数字，或有的行缺列。"]
    for place, column in enumerate(header):
        if column in known and len(rows):
            low, high = known[column].bounds
            if not np.all((table[:, place] >= low) & (table[:, place] <= high)):  # NaN is outside as well
                found.append(f"{shown} 的列 {column} 超出范围 {low:g} 至 {high:g}（{known[column].unit}）。")
    return found


@lru_cache(maxsize=8)
def _sample(location: Path, digest: str) -> _Sample:
    """Read one version of a sample; ``digest`` refuses another."""
    import numpy as np
    from scipy.special import ndtri
    from scipy.stats import rankdata

    header, rows = _table(location, digest)
    table = np.array(rows, dtype=float).reshape(-1, len(header))
    scores = ndtri(rankdata(table, axis=0) / (len(table) + 1))
    correlation = np.atleast_2d(np.corrcoef(scores, rowvar=False))
    # a hair off the edge, for columns that move as one
    factor = np.linalg.cholesky(correlation * (1 - 1e-9) + 1e-9 * np.eye(len(header)))
    return _Sample(header, np.sort(table, axis=0), np.asarray(factor, float))


def _table(location: Path, digest: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return a sample's columns and rows as they are written, if it is still the one of this digest."""
    if digest_of(location) != digest:
        raise PosteriorChanged(location.stem)
    with location.open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    return tuple(header), rows


class PosteriorChanged(ValueError):
    """The sample is no longer what it was when its scenario was loaded."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"后验样本 {FOLDER}/{name}.csv 在载入情景之后改过。请重新载入情景，再运行。")
