"""Running what a verb needs, with a bar, and saying how precise it is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import ENTERPRISES, RUNS, progress
from sim.cli.exits import say, shown

if TYPE_CHECKING:
    from sim.ensemble.executors import Executor
    from sim.ensemble.results import Results
    from sim.scenario.schema import Scenario

ReportOption = Annotated[bool, typer.Option("--report", help="另生成页面到 reports/")]


def simulate(
    scenarios: Sequence[str | Scenario], runs: int, seed: int, enterprises: int, workers: int | None,
    within: float | None = None, executor: Executor | None = None, cells: bool = False,
) -> Results:  # fmt: skip
    """Run scenarios, or as many times as ``within`` (percentage points) asks for, with a progress bar.

    Without ``cells`` the results hold the city alone.
    """
    from sim import own
    from sim.ensemble.runner import run as ensemble
    from sim.scenario.load import as_scenario

    own.figures()  # what is wrong with the user's own files is said before anything runs
    asked = [as_scenario(one) for one in scenarios]  # and with the scenarios before it is said that anything does
    with progress("模拟") as bar:
        if within is None:
            return ensemble(asked, runs, seed, enterprises, workers, bar, executor, cells)
        from sim.analysis.precision import run_until

        return run_until(
            asked, within / 100, runs, seed, enterprises, workers, bar, executor, cells=cells,
        )  # fmt: skip


def rows_of_run(scenario: Scenario, enterprises: int) -> int:
    """Return how many enterprises a run has; what reads registers is only loaded where there is one.

    Raises:
        As :func:`sim.register.size_of`.
    """
    if scenario.register_file is None:
        return enterprises
    from sim.ensemble.stamp import data_digest
    from sim.register import size_of

    return size_of(scenario.register_file, enterprises, data_digest())


def page_of(name: str, scenarios: Sequence[Scenario], given: dict[str, Any]) -> dict[str, str]:
    """Render the notebook of this name, which reads what was just found; return the page's path."""
    from sim.report.publish import publish_findings

    say("正在排版……")
    return {"report": shown(publish_findings(name, given, scenarios))}


class Where(StrEnum):
    """Where runs are made."""

    local = "local"
    dask = "dask"


def where(executor: Where | None, scheduler: str | None, workers: int | None) -> Executor:
    """Return what makes the runs; the address of a scheduler alone says dask.

    Raises:
        typer.BadParameter: a scheduler for this machine's own processes.
    """
    from sim.ensemble.executors import Cluster, Local

    if executor is Where.dask or (executor is None and scheduler is not None):
        return Cluster(scheduler, workers)
    if scheduler is not None:
        raise typer.BadParameter("--scheduler 只用于 --executor dask。")
    return Local(workers)


def is_small(results: Results) -> bool:
    """Say whether there are fewer runs, or fewer enterprises a run, than a command makes unless it is told to."""
    stamp = results.stamp
    whole = rows_of_run(next(iter(results.scenarios.values())), ENTERPRISES)
    return bool(stamp["runs"] < RUNS or stamp["enterprises"] < whole)


def tell_small(runs: int, enterprises: int, width: str = "") -> None:
    """Print above an answer from few runs that it shows a direction only, and how wide its intervals are."""
    said = f"小样本（{runs}次、{enterprises:,}家）{f'：{width}' if width else ''}，只看方向"
    print(f"{said}；要引用的数请不带 --runs、--enterprises 重算。")


def say_precision(results: Results) -> None:
    """Say how precise so many runs are, and what twice as many would change."""
    from sim.analysis.precision import precision

    found = precision(results)
    say(f"{found.runs} 次运行，头条概率的95%区间半宽最大 {100 * found.widest:.1f} 个百分点；"
        f"加倍到 {2 * found.runs} 次约 {100 * found.doubled:.1f} 个百分点（--within 可指定要多窄）。")  # fmt: skip
