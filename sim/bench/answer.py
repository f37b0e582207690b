"""What a position of the sliders answers after so many runs, beside the baseline's same runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.attainment import held, met
from sim.analysis.intervals import paired_difference, wilson
from sim.bench.luck import Run
from sim.registry import HEADLINES, Target
from sim.registry import targets as registry
from sim.report.quantiles import LEVELS

if TYPE_CHECKING:
    import pandas as pd

INDICATORS = ("gross_output_above_scale", "quality_space_started", "quality_space_completed")
FIRST_YEAR = 2021


@dataclass(frozen=True)
class Chance:
    """A target's probability after so many runs, with Wilson's 95 % interval; the baseline's from the same runs, and
    the 95 % interval of their paired difference."""

    target: Target
    probability: float
    low: float
    high: float
    base: float
    gain_low: float
    gain_high: float
    median: float

    @property
    def gain(self) -> float:
        return self.probability - self.base


@dataclass(frozen=True)
class Answer:
    """After ``runs`` replicates of the ``asked``: what is drawn and written.

    ``fans``: by indicator: year, lo80, lo50, median, hi50, hi80, base (the baseline's median). ``moves``: path, year,
    the same. ``chances``: one a reading of the headline targets that fall due before both scenarios end.
    """

    runs: int
    asked: int
    fans: dict[str, pd.DataFrame]
    moves: pd.DataFrame
    chances: list[Chance]


def answer(here: Sequence[Run], base: Sequence[Run], asked: int) -> Answer:
    """Summarise the first runs of a position and the baseline's runs of the same numbers."""
    tables = {name: (_table(here, name), _table(base, name)) for name in INDICATORS}
    chances = [_chance(target, *tables[target.indicator]) for target in headlines()
               if int(target.deadline[:4]) in tables[target.indicator][0]
               and int(target.deadline[:4]) in tables[target.indicator][1]]  # fmt: skip
    return Answer(len(here), asked, {name: _fan(*pair) for name, pair in tables.items()}, _moves(here, base), chances)


def headlines() -> list[Target]:
    """Return the open headline targets, every reading."""
    return [target for target in registry().values() if target.group in HEADLINES and target.state == "open"]


def _table(runs: Sequence[Run], indicator: str) -> pd.DataFrame:
    """One indicator as replicate × year."""
    import pandas as pd

    return pd.DataFrame(np.stack([run.cells[indicator].to_numpy(float) for run in runs]), columns=runs[0].cells["year"])


def _chance(target: Target, here: pd.DataFrame, base: pd.DataFrame) -> Chance:
    import pandas as pd

    both = held(pd.concat([here, base], join="inner"), target)
    assert both is not None  # the deadline's year is there
    values, hits = both.to_numpy(float)[: len(here)], met(both, target).to_numpy(bool)
    now, then = hits[: len(here)], hits[len(here) :]
    low, high = wilson(int(now.sum()), now.size)
    gain = paired_difference(int((now & ~then).sum()), int((then & ~now).sum()), now.size)
    return Chance(target, float(now.mean()), low, high, float(then.mean()), *gain, float(np.median(values)))


def _fan(here: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    medians = base.median().reindex(here.columns).to_numpy()
    return _spread(here.to_numpy()).assign(year=here.columns.to_numpy(int), base=medians)


def _moves(here: Sequence[Run], base: Sequence[Run]) -> pd.DataFrame:
    from sim.abm.events import PATHS

    ours, theirs = (np.stack([run.moves for run in runs]) for runs in (here, base))
    years = min(ours.shape[2], theirs.shape[2])
    return _spread(ours[:, :, :years].reshape(len(here), -1)).assign(
        path=np.repeat(PATHS, years),
        year=np.tile(FIRST_YEAR + np.arange(years), len(PATHS)),
        base=np.median(theirs[:, :, :years], axis=0).reshape(-1),
    )


def _spread(values: NDArray[np.float64]) -> pd.DataFrame:
    """Quantiles of each column over the rows, which are runs."""
    import pandas as pd

    return pd.DataFrame(dict(zip(LEVELS, np.quantile(values, list(LEVELS.values()), axis=0), strict=True)))
