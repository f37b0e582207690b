"""Making briefings: what they tell beside their runs is computed first, then they are set, two at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.app import numbered, progress, stages
from sim.cli.exits import say
from sim.cli.simulate import rows_of_run, simulate

if TYPE_CHECKING:
    from sim.ensemble.results import Results
    from sim.scenario.schema import Scenario

AT_ONCE = 2
"""Briefings that are set at the same time: each keeps a core busy with its notebook."""
CHANGED = (
    "{} 的简报不能用：它的结果算好之后、排版完之前，data/ 里的数据改过，页里会缺已算好的各问。"
    "请先把数据改完，再重新运行同一命令，已有的运行不重做。"
)


@dataclass(frozen=True)
class _Task:
    """A briefing to be set: ``saved`` are its results, None where its page is there already; ``tables`` are the data
    that its folder is named after."""

    scenario: str
    saved: Path | None
    folder: Path
    tables: Mapping[str, str]


def make_briefings(
    names: Sequence[str], runs: int, seed: int, enterprises: int, workers: int | None, lang: str, quick: bool,
    force: bool, papers: Set[str] = frozenset(),
) -> tuple[list[Path], list[str]]:  # fmt: skip
    """Make the briefings that are not up to date; return every file there is now and why others could not be made.

    Args:
        names: of scenarios, or paths. One that fails does not stop the others; if it is the only one, it raises.
        quick: leave out the ledger and the answers where none are kept.
        force: set those that are up to date as well; their results are read where the same runs have been gathered.
        papers: further formats of :data:`sim.report.paper.formats.FILES`.

    Raises:
        What loading and running a scenario raise.
    """
    from sim.ensemble.stamp import data_digests
    from sim.parallel import as_they_end
    from sim.report.answers import beside_baseline
    from sim.report.publish import report_folder
    from sim.report.render import PAGE
    from sim.scenario.load import load_scenario

    work, failures = [], []
    for name in names:
        try:
            scenario = load_scenario(name)
            size = rows_of_run(scenario, enterprises)
            tables, folder = data_digests(), report_folder(scenario, runs, seed, size, lang)
            whole = quick or complete(scenario, runs, seed, size)
            if (folder / PAGE).is_file() and not force and whole:
                say(f"已是最新：{scenario.name}")
                work.append(_Task(scenario.name, None, folder, tables))
                continue
            if whole and (saved := _gathered(scenario, folder)):
                work.append(_Task(scenario.name, saved, folder, tables))
                continue
            results = simulate(beside_baseline(scenario), runs, seed, size, workers, cells=True)
            if not quick:
                see_ledger(scenario, seed, size, workers)
                see_forecast(scenario)
                see_answers(results, scenario, workers, lang)
            tables, folder = data_digests(), report_folder(scenario, runs, seed, size, lang)
            work.append(_Task(scenario.name, results.save(folder.name), folder, tables))
        except Exception as error:
            if len(names) == 1:
                raise
            failures.append(f"{name} 没有做成：{error}")
    if any(task.saved for task in work):
        say("正在排版……")
    made: dict[str, list[Path]] = {}
    for scenario_name, files, reason in as_they_end(partial(_set, lang=lang, papers=papers), work, AT_ONCE):
        made[scenario_name] = files
        failures += [reason] if reason else []
    failures += [CHANGED.format(task.scenario) for task in work if task.saved and task.tables != data_digests()]
    return [file for task in work for file in made[task.scenario]], failures


def make_explorers(
    names: Sequence[str], runs: int, seed: int, enterprises: int, workers: int | None
) -> Iterator[Path]:  # fmt: skip
    """Make the page with sliders of each scenario and yield its file.

    Raises:
        What loading and running a scenario raise.
    """
    from sim.bench.emulator import POINTS, REPLICATES
    from sim.bench.explorer import write_explorer
    from sim.parallel import default_workers
    from sim.scenario.load import load_scenario

    for scenario in [load_scenario(name) for name in names]:
        asked = f"{scenario.name}：共{POINTS}组杠杆取值，每组{min(runs, REPLICATES)}次运行。"
        say(f"{asked}跑完的随时保存；按 Ctrl-C 停下后，重新运行同一命令即接着做。")
        with progress("补做尚缺的运行") as bar:
            page = write_explorer(scenario, runs, seed, enterprises, workers or default_workers(), bar)
        yield page


def _set(task: _Task, lang: str, papers: Set[str]) -> tuple[str, list[Path], str]:
    """Set one briefing; return its scenario, the files there are, and why one is not."""
    from sim.report.paper.formats import FILES, NotMade, make
    from sim.report.render import PAGE, ReportFailed, render

    files = []
    had = {name for name, file in FILES.items() if (task.folder / file).is_file()}
    try:
        if task.saved is not None:
            render(task.saved, task.folder, lang=lang, scenario=task.scenario)
        files.append(task.folder / PAGE)
        for name in (name for name in FILES if name in papers | had):
            if not (task.folder / FILES[name]).is_file():
                make(task.folder, name)
            files.append(task.folder / FILES[name])
    except (ReportFailed, NotMade) as error:
        return task.scenario, files, str(error)
    return task.scenario, files, ""


def _gathered(scenario: Scenario, folder: Path) -> Path | None:
    """Return the results that this version kept for the report of this folder, whose name says what decides them;
    None without any."""
    from sim import workspace
    from sim.ensemble.kept import STAMP, newest
    from sim.ensemble.stamp import source_version
    from sim.ensemble.store import read_about

    saved = newest(workspace.results_dir().name, scenario, folder=folder.name)
    stamp = (read_about(saved / STAMP) or {}).get("stamp", {}) if saved else {}
    return saved if (stamp.get("version"), stamp.get("dirty")) == source_version() else None


def complete(scenario: Scenario, runs: int, seed: int, enterprises: int) -> bool:
    """Say whether there is all that a briefing tells beside its runs: a variance ledger, the forecast by itself, and
    answers."""
    from sim.analysis import forecast_alone
    from sim.ensemble.kept import STAMP, newest
    from sim.report.answers import kept_of
    from sim.report.publish import LEDGER

    ledger = newest(LEDGER, scenario, horizon=scenario.horizon)
    told = (forecast_alone.folder(scenario) / STAMP).is_file()
    return ledger is not None and told and kept_of(scenario, runs, seed, enterprises) is not None


def see_ledger(scenario: Scenario, seed: int, enterprises: int, workers: int | None) -> None:
    """See that there is a variance ledger of a scenario for its briefing: the newest, or else a small one made here."""
    from sim.ensemble.kept import newest
    from sim.ensemble.nested import BRIEF, FOLDER, nested_runs
    from sim.parallel import default_workers

    if newest(FOLDER, scenario, horizon=scenario.horizon):
        return
    with progress("方差账本") as bar:
        nested_runs(scenario, BRIEF, seed, enterprises, workers or default_workers(), bar)


def see_forecast(scenario: Scenario) -> None:
    """See that there is for a scenario's briefing what the forecast of output says by itself."""
    from sim.analysis.forecast_alone import forecast_alone, stored

    if stored(scenario) is None:
        say("产值走势：逐一去掉来源再估计，约十秒……")
        forecast_alone(scenario)


def see_answers(results: Results, scenario: Scenario, workers: int | None, lang: str) -> None:
    """See that there are answers about a scenario for its briefing: the newest, or else in small runs made here.

    Raises:
        DataChanged: no briefing of the present data can tell what was found.
    """
    from sim.ensemble.stamp import DataChanged
    from sim.report.answers import BRIEF, about, keep_answers, kept_of
    from sim.report.wording import wording

    runs, seed, most = (results.stamp[key] for key in ("runs", "seed", "enterprises"))
    if kept_of(scenario, runs, seed, most) is not None:
        return
    small = {name: {**size, "enterprises": min(size["enterprises"], most)} for name, size in BRIEF.items()}
    words = wording(lang)
    say(words("answers.title", scenario=scenario.name) + "……")
    with stages(numbered(words.items("answers.sections"))) as bar:
        keep_answers(about(scenario, results, words, sizes=small, workers=workers), bar)
    if kept_of(scenario, runs, seed, most) is None:  # the data changed before the first question
        raise DataChanged
