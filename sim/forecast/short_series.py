"""With few points a fitted spread is luck: it is averaged with what is typical of public series.

Three points that happen to lie on a line would otherwise be continued without any doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.forecast.members import Array, Member

SHORT = 10
"""Below so many points (and where the spread is nought) the typical spread counts."""
TYPICAL_COUNTS = 3
"""The typical spread counts as so many observations: with five points, as much as the series' own."""


def steadied(members: Sequence[Member], values: Array, typical: float) -> list[Member]:
    """Return the members with their s.d. averaged with ``typical`` (relative to the level), where that is needed."""
    own = max(values.size - 2, 1)
    size = float(np.mean(np.abs(values)))
    found = []
    for member in members:
        usual = typical if member.log else typical * size
        mixed = np.sqrt((TYPICAL_COUNTS * usual**2 + own * member.sd**2) / (TYPICAL_COUNTS + own))
        needed = values.size < SHORT or member.sd <= 1e-9 * (1.0 if member.log else size)
        found.append(replace(member, sd=float(mixed)) if needed else member)
    return found
