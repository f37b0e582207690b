"""How many replicates of how many enterprises answer a question within minutes; a rule, so that answers repeat."""

from __future__ import annotations

from dataclasses import dataclass

from sim.population import ENTERPRISES

BUDGET = 3.5e9
"""Months of enterprises simulated for one answer: about two minutes of two cores."""
CORE_SECONDS = 240
"""That, in seconds of one core."""
START_SECONDS = 6
"""Before the first run: processes started, the population and the forecast made."""
OVERHEAD = 22_000
"""What a month costs beside its enterprises, in enterprises."""
LEAST, MOST = 16, 128
"""Replicates: asked for before the city is made smaller, and more than needed."""
SMALLEST = 5_000


@dataclass(frozen=True)
class Size:
    """Replicates, and enterprises in each."""

    replicates: int
    enterprises: int


def size(
    variants: int, months: int, replicates: int | None = None, enterprises: int | None = None, part: float = 1
) -> Size:
    """Return what fits: the whole city while that leaves enough replicates, else a sample of it.

    Args:
        variants: scenarios made of each replicate.
        months: months simulated of each.
        replicates, enterprises: what the user asks for, which is not questioned.
        part: of the budget.
    """
    work = max(variants * months, 1)
    if enterprises is None:
        enough = part * BUDGET / (work * (replicates or LEAST)) - OVERHEAD
        enterprises = int(min(ENTERPRISES, max(SMALLEST, enough // 1000 * 1000)))
    if replicates is None:
        replicates = int(min(MOST, max(LEAST, part * BUDGET / (work * (enterprises + OVERHEAD)))))
    return Size(replicates, enterprises)


def seconds(variants: int, months: int, fits: Size, workers: int) -> float:
    """Return about how long it takes to run so many ``variants`` of each replicate on so many cores; 0 if none."""
    if not fits.replicates:
        return 0.0
    work = variants * months * fits.replicates * (fits.enterprises + OVERHEAD)
    return START_SECONDS + CORE_SECONDS * work / BUDGET / workers
