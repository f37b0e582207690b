"""How a command ends: exit codes, and each known error as one message with its code."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path

DONE, FAILED, USAGE, INVALID, LACKING, INTERRUPTED = 0, 1, 2, 3, 4, 130


def say(text: str) -> None:
    """For people: on stderr; where that takes nothing, the exit code alone must do."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def speak_chinese() -> None:
    """See that stdout and stderr can print what we say, whatever the locale.

    A stream whose encoding has no Chinese (ASCII in locale C, a Western code page) gets UTF-8; one that has, but not
    every sign, as GBK has no ✓, prints a question mark for it.
    """
    sys.stdout, sys.stderr = (  # None where the caller closed them
        stream or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr)
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            try:
                "腾笼".encode(stream.encoding)
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8", errors="replace")
            else:
                stream.reconfigure(errors="replace")


def let_go_of_output() -> None:
    """Where stdout takes nothing more, drop what is left, else the interpreter fails on it as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def shown(path: Path) -> str:
    """A path relative to the current folder where possible."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def report_error(error: Exception) -> int:
    """Say what went wrong and return the exit code."""
    from sim.problems import DataInvalid
    from sim.refusals import NAMED_WRONGLY, REASONS, reason
    from sim.scenario.problems import ScenarioInvalid

    if isinstance(error, ScenarioInvalid | DataInvalid):
        say(f"{error}\n共 {len(error.problems)} 处问题，未运行。")
        return INVALID
    known = next((code for kinds, code in _codes().items() if isinstance(error, kinds)), None)
    if known is not None:
        say(f"{error}{_titled(error)}")
        return known
    if isinstance(error, OSError) and error.errno in REASONS:
        where = shown(Path(error.filename)) if isinstance(error.filename, str) else "要读写的地方"
        say(f"{where}：{reason(error)}。")
        return USAGE if error.errno in NAMED_WRONGLY else LACKING
    if isinstance(error, MemoryError):
        say("内存不足。可用 --workers 1 减少进程，或以 --enterprises 缩小规模。")
        return LACKING
    say(f"出错：{type(error).__name__}: {error}\n加 --debug 可看完整调用栈。")
    return FAILED


def _titled(error: Exception) -> str:
    """Name the scenarios whose titles are meant, where what was typed as a scenario's name is Chinese."""
    from sim.scenario.load import load_scenario
    from sim.scenario.meant import matching
    from sim.scenario.problems import ScenarioInvalid, ScenarioNotFound

    if not isinstance(error, ScenarioNotFound) or error.name.isascii():
        return ""
    names = {}
    for name in error.available:
        with suppress(ScenarioInvalid, ScenarioNotFound):
            names[load_scenario(name).title.zh] = name
    meant = matching(error.name, names)
    titles = [f"{name}（{title}）" for title, name in names.items() if name in meant]
    return f"按标题，是不是 {'、'.join(titles)}？" if titles else ""


def _codes() -> dict[tuple[type[Exception], ...], int]:
    """Exit codes of errors whose message says all; imported here, when one was raised, not at every start."""
    from sim.analysis.asked import CannotAnswer
    from sim.analysis.attribution import NothingToAttribute
    from sim.analysis.calibration.calibrate import NothingIdentified
    from sim.analysis.explain import UnknownId
    from sim.analysis.indices import DesignNotPowerOfTwo
    from sim.analysis.robustness import OneScenario
    from sim.analysis.sensitivity import NoAnswerToMove
    from sim.ensemble.calibrated import PosteriorRefused
    from sim.ensemble.executors import NoCluster
    from sim.ensemble.results import TooManyFailures
    from sim.ensemble.runner import WorkersDied
    from sim.ensemble.series import DifferentRegisters, DifferentSeries
    from sim.ensemble.stamp import DataChanged
    from sim.ensemble.store import StoreUnusable
    from sim.evidence import UnknownEvidence
    from sim.forecast.attainment import YearNotForecast
    from sim.forecast.calendar import FrequencyUnknown
    from sim.forecast.evidence_model import ForecastSpan
    from sim.forecast.long_table import TableInvalid
    from sim.forecast.series_forecast import NothingForecast
    from sim.new_workspace import FolderNotUsable
    from sim.own import RegisterChanged, SeriesChanged
    from sim.population import TooFewRows
    from sim.register import RegisterInvalid
    from sim.registry import UnknownTarget
    from sim.report.export import CannotExport
    from sim.report.fonts import FontMissing
    from sim.report.paper.formats import NotMade, UnknownFormat
    from sim.report.render import ReportFailed
    from sim.report.verify import NotAReport
    from sim.report.wording import NotTranslated, UnknownLanguage
    from sim.scenario.create import NameNotUsable
    from sim.scenario.posterior import PosteriorChanged
    from sim.scenario.problems import ScenarioNotFound
    from sim.spreadsheets import Unreadable
    from sim.tables import DataFileMissing
    from sim.workspace import WorkspaceNotFound

    return {
        (ScenarioNotFound, DataFileMissing, WorkspaceNotFound, DifferentSeries, SeriesChanged, TableInvalid): INVALID,
        (PosteriorRefused, PosteriorChanged): INVALID,
        (RegisterInvalid, RegisterChanged, DifferentRegisters, Unreadable): INVALID,
        (UnknownId, UnknownEvidence, UnknownLanguage, UnknownFormat, NameNotUsable, CannotExport, TooFewRows): USAGE,
        (FrequencyUnknown, ForecastSpan, YearNotForecast, UnknownTarget, NoAnswerToMove, DesignNotPowerOfTwo): USAGE,
        (CannotAnswer, NothingToAttribute, OneScenario, NotAReport, FolderNotUsable): USAGE,
        (TooManyFailures, NothingForecast, WorkersDied, NothingIdentified, NotMade, ReportFailed): FAILED,
        (NotTranslated, DataChanged): FAILED,
        (StoreUnusable, NoCluster, FontMissing): LACKING,
    }
