"""How a command ends: exit codes, and each known error as one message with its code."""

from __future__ import annotations

import sys

DONE, FAILED, USAGE, INVALID, LACKING, INTERRUPTED = 0, 1, 2, 3, 4, 130


def say(text: str) -> None:
    """For people: on stderr."""
    print(text, file=sys.stderr)


def report_error(error: Exception) -> int:
    """Say what went wrong and return the exit code."""
    from sim.analysis.explain import UnknownId
    from sim.ensemble.results import TooManyFailures
    from sim.ensemble.series import DifferentSeries
    from sim.own import SeriesChanged
    from sim.population import TooFewRows
    from sim.problems import DataInvalid
    from sim.report.export import CannotExport
    from sim.report.wording import UnknownLanguage
    from sim.scenario.create import NameNotUsable
    from sim.scenario.problems import ScenarioInvalid, ScenarioNotFound
    from sim.tables import DataFileMissing
    from sim.workspace import WorkspaceNotFound

    if isinstance(error, ScenarioInvalid | DataInvalid):
        say(f"{error}\n共 {len(error.problems)} 处问题，未运行。")
        return INVALID
    codes = {
        (ScenarioNotFound, DataFileMissing, WorkspaceNotFound, DifferentSeries, SeriesChanged): INVALID,
        (UnknownId, UnknownLanguage, NameNotUsable, CannotExport, TooFewRows): USAGE,
        (TooManyFailures,): FAILED,
    }
    for kinds, code in codes.items():
        if isinstance(error, kinds):
            say(str(error))
            return code
    say(f"出错：{type(error).__name__}: {error}\n加 --debug 可看完整调用栈。")
    return FAILED
