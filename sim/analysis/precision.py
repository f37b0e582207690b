"""How many runs: a rule fixed before the first, and what more of them would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from sim.analysis.attainment import targets
from sim.analysis.intervals import half_width
from sim.ensemble.runner import DEFAULT_SEED, run
from sim.parallel import Progress
from sim.population import ENTERPRISES
from sim.registry import HEADLINES

if TYPE_CHECKING:
    from sim.ensemble.executors import Executor
    from sim.ensemble.results import Results
    from sim.scenario.schema import Scenario

WITHIN, LEAST, MOST = 0.02, 128, 4096
"""Half-width of the 95 % interval that is asked for, and between how many runs."""


@dataclass(frozen=True)
class Precision:
    """The widest half-width among the headline probabilities of ``runs`` runs, and that of twice as many."""

    runs: int
    widest: float

    @property
    def doubled(self) -> float:
        """About what twice as many runs would leave: a half-width falls with the square root of their number."""
        return self.widest / sqrt(2)


def precision(results: Results) -> Precision:
    """Return how precise the headline probabilities are that the runs' number gives.

    Raises:
        TooManyFailures: more than 1 % of the runs failed.
    """
    rows = targets(results, HEADLINES)
    rows = rows[rows["runs"] > 0]
    counts = zip((rows["probability"] * rows["runs"]).round().astype(int), rows["runs"].astype(int), strict=True)
    widths = [half_width(hits, runs) for hits, runs in counts]
    return Precision(results.runs, max(widths, default=0.0))


def run_until(
    scenarios: Sequence[str | Scenario], within: float = WITHIN, least: int = LEAST, seed: int = DEFAULT_SEED,
    enterprises: int = ENTERPRISES, workers: int | None = None, progress: Progress | None = None,
    executor: Executor | None = None, most: int = MOST, cells: bool = True,
) -> Results:  # fmt: skip
    """Run ``least`` times, and twice as often while a headline probability is less precise than ``within``.

    The rule looks at widths only, at numbers of runs fixed in advance, so that it cannot stop at a pleasing answer;
    never more than ``most`` runs. The rest as for :func:`sim.run`.

    Raises:
        as :func:`sim.run`; TooManyFailures.
    """
    runs = least
    while True:
        results = run(scenarios, runs, seed, enterprises, workers, progress, executor, cells)
        if precision(results).widest <= within or 2 * runs > most:
            return results
        runs *= 2
