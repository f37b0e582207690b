"""Making briefings: what they tell beside their runs is computed first, then they are set, two at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.app import progress, stages
from sim.cli.exits import say
from sim.cli.simulate import simulate

if TYPE_CHECKING:
    from sim.ensemble.results import Results
    from sim.scenario.schema import Scenario

AT_ONCE = 2
"""Briefings that are set at the same time: each keeps a core busy with its notebook."""


def make_briefings(
    names: Sequence[str], runs: int, seed: int, enterprises: int, workers: int | None, lang: str, quick: bool,
    force: bool,
) -> tuple[list[Path], list[str]]:  # fmt: skip
    """Make the briefings that are not up to date; return every page there is now and why others could not be made.

    Args:
        names: of scenarios, or paths. One that fails does not stop the others; if it is the only one, it raises.
        quick: leave out the ledger and the answers where none are kept.
        force: make those that are up to date as well.

    Raises:
        What loading and running a scenario raise.
    """
    from sim.ensemble.calibrated import PosteriorRefused
    from sim.ensemble.results import TooManyFailures
    from sim.parallel import as_they_end
    from sim.report.answers import beside_baseline
    from sim.report.publish import report_folder
    from sim.report.render import PAGE
    from sim.scenario.load import load_scenario
    from sim.scenario.problems import ScenarioInvalid

    pages, work, failures = [], [], []
    for name in names:
        try:
            scenario = load_scenario(name)
            folder = report_folder(scenario, runs, seed, enterprises, lang)
            if (folder / PAGE).is_file() and not force and (quick or complete(scenario, lang)):
                say(f"已是最新：{scenario.name}")
                pages.append(folder / PAGE)
                continue
            results = simulate(beside_baseline(scenario), runs, seed, enterprises, workers, cells=True)
            if not quick:
                keep_ledger(scenario, seed, enterprises, workers)
                keep_answers(results, scenario, enterprises, workers, lang)
            folder = report_folder(scenario, runs, seed, enterprises, lang)
            work.append((scenario.name, results.save(folder.name), folder))
        except (ScenarioInvalid, PosteriorRefused, TooManyFailures) as error:
            if len(names) == 1:
                raise
            failures.append(f"{name} 没有做成：{error}")
    if work:
        say("正在排版……")
    for made in as_they_end(partial(_set, lang=lang), work, AT_ONCE):
        (failures if isinstance(made, str) else pages).append(made)  # type: ignore[arg-type]
    return pages, failures


def _set(item: tuple[str, Path, Path], lang: str) -> Path | str:
    """Set one briefing; the reason as text where that fails."""
    from sim.report.render import ReportFailed, render

    scenario, saved, folder = item
    try:
        return render(saved, folder, lang=lang, scenario=scenario)
    except ReportFailed as error:
        return str(error)


def complete(scenario: Scenario, lang: str) -> bool:
    """Say whether there is all that a briefing tells beside its runs: a variance ledger and answers."""
    from sim.ensemble.kept import newest
    from sim.ensemble.nested import FOLDER
    from sim.report.answers import kept_of

    return newest(FOLDER, scenario, horizon=scenario.horizon) is not None and kept_of(scenario, lang) is not None


def keep_ledger(scenario: Scenario, seed: int, enterprises: int, workers: int | None) -> None:
    """See that there is a variance ledger of a scenario for its briefing: the newest, or else a small one made here."""
    from sim.ensemble.kept import newest
    from sim.ensemble.nested import BRIEF, FOLDER, nested_runs
    from sim.parallel import default_workers

    if newest(FOLDER, scenario, horizon=scenario.horizon):
        return
    with progress("方差账本") as bar:
        nested_runs(
            scenario, BRIEF, seed, enterprises, workers or default_workers(),
            bar,
        )  # fmt: skip


def keep_answers(results: Results, scenario: Scenario, enterprises: int, workers: int | None, lang: str) -> None:
    """See that there are answers about a scenario for its briefing: the newest, or else in small runs made here."""
    from sim.report.answers import BRIEF, about, keep_answers, kept_of
    from sim.report.wording import wording

    if kept_of(scenario, lang) is not None:
        return
    small = {name: {**size, "enterprises": min(size["enterprises"], enterprises)} for name, size in BRIEF.items()}
    words = wording(lang)
    with stages(words.items("answers.sections")) as bar:
        keep_answers(about(scenario, results, words, sizes=small, workers=workers), bar)
