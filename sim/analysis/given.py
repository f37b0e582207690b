"""Results that an analysis is given are results, and enough runs of them succeeded."""

from __future__ import annotations

from sim.ensemble.results import Results
from sim.scenario.problems import WrongArgument


def given_results(given: object) -> Results:
    """Return what was given.

    Raises:
        WrongArgument: it is no results.
    """
    if not isinstance(given, Results):
        raise WrongArgument("results", '运行结果：sim.run("情景名") 或 sim.load_results(…) 所得', given)
    return given


def sound(given: object) -> None:
    """Refuse what an analysis cannot go by.

    Raises:
        WrongArgument: it is no results.
        TooManyFailures: more than 1 % of the runs failed.
    """
    given_results(given).require_sound()
