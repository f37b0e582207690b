"""The verbs of scenarios, their runs and reports. Machine output on stdout, everything for people's eyes on stderr."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import (
    ENTERPRISES,
    RUNS,
    SEED,
    JsonOption,
    RunsOption,
    Scenarios,
    SeedOption,
    SizeOption,
    WithinOption,
    WorkersOption,
    app,
    emit,
)  # fmt: skip
from sim.cli.exits import FAILED, LACKING, say, shown
from sim.cli.simulate import Where, simulate, where

if TYPE_CHECKING:
    from sim.ensemble.results import Results


@app.command()
def run(
    scenarios: Scenarios,
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    within: WithinOption = None,
    executor: Annotated[Where | None, typer.Option("--executor", help="在哪里运行：本机各进程，或 Dask 集群")] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="Dask 调度器地址，如 tcp://主机:8786")] = None,
    only: Annotated[int | None, typer.Option("--only", min=0, help="只重做这一次运行，不存结果；用于查错")] = None,
    as_json: JsonOption = False,
) -> None:
    """运行情景并存入 runs/；再次运行从断点继续。"""
    if only is not None:
        _repeat(scenarios, only, seed, enterprises)
        return
    results = simulate(scenarios, runs, seed, enterprises, workers, within, where(executor, scheduler, workers))
    stamp = results.stamp
    if as_json:
        keys = ("runs_done", "runs_reused", "runs_failed", "seconds")
        emit({"scenario": scenarios if len(scenarios) > 1 else scenarios[0], "runs": results.runs, "seed": seed}
             | {key: stamp[key] for key in keys} | {"digest": results.digest})  # fmt: skip
    else:
        say(f"完成 {stamp['runs_done']} 次，沿用 {stamp['runs_reused']} 次，失败 {stamp['runs_failed']} 次，"
            f"用时 {stamp['seconds']} 秒，结果摘要 {results.digest}{_of_which(results)}。")  # fmt: skip
    if stamp["runs_failed"]:
        say(f"失败示例：{results.failures.iloc[0]['exception']}")
        raise typer.Exit(FAILED)


@app.command()
def schedule(as_json: JsonOption = False) -> None:
    """模型的一个月：各过程的次序，以及各在哪个文件。"""
    from sim.abm.schedule import SCHEDULE

    rows = [{"zh": step.zh, "en": step.en, "where": step.where} for step in SCHEDULE]
    if as_json:
        emit(rows)
        return
    from sim.report.terminal import show

    show(["次序", "过程", "Process", "所在"], [[str(order), *row.values()] for order, row in enumerate(rows, 1)])


@app.command()
def report(
    scenarios: Annotated[list[str] | None, typer.Argument(help="一个或多个情景名或路径")] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="scenarios/ 里的全部情景")] = False,
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    lang: Annotated[str, typer.Option("--lang", help="简报的语言：zh、en，或 zh,en")] = "zh",
    formats: Annotated[str, typer.Option("--format", help="另要哪些格式：html,pdf,docx；网页总会生成")] = "html",
    quick: Annotated[bool, typer.Option("--quick", help="不另算方差账本与八问，只写已有的")] = False,
    force: Annotated[bool, typer.Option("--force", help="即使已是最新也重做")] = False,
    explorer: Annotated[
        bool, typer.Option("--explorer", help="不做简报，做带五个滑块的单页：不用装程序，由拟合代算，附误差；约几分钟")
    ] = False,
) -> None:
    """生成情景简报（网页，另可要 PDF、Word）到 reports/，并更新其一览；最新的不重做，一份做不成不碍其余。"""
    from sim import workspace
    from sim.cli.briefings import make_briefings, make_explorers
    from sim.report.index import write_index
    from sim.report.paper.formats import asked, lacking
    from sim.report.wording import OF_DATA, wording
    from sim.scenario.load import scenario_names

    if explorer and (lang, formats) != ("zh", "html"):
        raise typer.BadParameter("--explorer 只出中文网页，不与 --lang、--format 同用。")
    if all_of_them and scenarios:
        raise typer.BadParameter("情景与 --all 只用其一。")
    if not all_of_them and not scenarios:
        raise typer.BadParameter("请写明情景，或用 --all 做全部情景。")
    langs = list(dict.fromkeys(one.strip() for one in lang.replace("，", ",").split(",")))
    for one in langs:
        wording(one)  # refuses a language that there is not
    papers = asked(formats)
    missing = lacking(papers)
    for reason in missing.values():
        say(reason)
    names = list(dict.fromkeys(scenarios or scenario_names()))
    if explorer:
        for path in make_explorers(names, runs, seed, enterprises, workers):
            print(shown(path))
        return
    paths: list[Path] = []
    failures: list[str] = []
    for one in langs:
        made, failed = make_briefings(
            names, runs, seed, enterprises, workers, one, quick, force, papers - missing.keys()
        )  # fmt: skip
        paths, failures = paths + made, failures + failed
    index = write_index(workspace.reports_dir(), wording(OF_DATA), failures)
    for path in [*paths, index] if len(names) > 1 else paths:
        print(shown(path))
    for reason in failures:
        say(reason)
    if failures or missing:
        raise typer.Exit(FAILED if failures else LACKING)


@app.command()
def verify(
    folders: Annotated[list[Path], typer.Argument(help="reports/ 下的报告文件夹，可多个")],
    quick: Annotated[bool, typer.Option("--quick", help="只核对摘要，不重算")] = False,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="runs/ 里已存的运行也重新算，与存的逐位对照；开始前说要多久")
    ] = False,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """核对报告：文件没有动过，情景、数据、模型程序仍是报告所用的；再按所记的次数与种子重算，对各目标的数、情景之差与走势的概率。"""
    from sim.report.verify import NotAReport, differences, made_again

    if quick and recompute:
        raise typer.BadParameter("--quick 不重算，--recompute 全部重算，只用其一。")
    found = []
    for folder in folders:
        if folder.is_file() or folder.name.startswith(("_", ".m")):
            continue  # reports/* names the index and the failures as well
        again: dict[str, int] = {"targets": 0, "differences": 0}
        try:
            said = differences(folder)
            if not said and not quick and any(made_again(folder).values()):
                said, made = _made_again(folder, workers, recompute)
                again = made_again(folder) | made
        except NotAReport as error:
            said = [str(error)]
        found.append({"report": shown(folder), "differences": said, "made_again": again})
        if not as_json:
            print(f"{shown(folder)}：" + ("相符。" if not said else f"{len(said)} 处不符："))
            for one in said:
                print(f"  {one}")
            print(f"  {_scope(again)}")
    if as_json:
        emit(found)
    if not found:
        raise typer.BadParameter("没有报告可核对：请给出 reports/ 下的文件夹。")
    if any(one["differences"] for one in found):
        raise typer.Exit(FAILED)


@app.command()
def export(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")],
    out: Annotated[Path, typer.Option("--out", help="输出文件：.csv、.parquet 或 .xlsx")],
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
) -> None:
    """把整洁结果写成 CSV、Parquet 或 Excel。"""
    from sim.report.export import check_ending, write_table

    check_ending(out)
    rows = write_table(simulate([scenario], runs, seed, enterprises, workers, cells=True), out)
    say(f"已写入 {out}（{rows:,} 行）。")


def _of_which(results: Results) -> str:
    """Say why there are more runs than were asked for: those of the reference, which nobody named, count as well."""
    asked = {scenario.digest for scenario in results.scenarios.values()}
    beside = {scenario.reference().digest for scenario in results.scenarios.values()} - asked
    if not beside:
        return ""
    more = f"另有 {len(beside) * results.runs:,} 次是参照（各杠杆取默认值），用来把产值对准预测"
    return f"（每个情景 {results.runs:,} 次；{more}）"


def _made_again(folder: Path, workers: int | None, recompute: bool) -> tuple[list[str], dict[str, int]]:
    """Make a report's numbers again; return what comes out otherwise, and from which runs."""
    from sim.cli.app import lasting, progress
    from sim.report.verify import remade, repeating

    if recompute:
        runs, seconds = repeating(folder, workers)
        say(f"{shown(folder)}：runs/ 里存有所据的运行 {runs:,} 次，"
            + (f"全部重新算，约{lasting(seconds)}。" if runs else "所据的运行都要现算。"))  # fmt: skip
    with progress("重算") as bar:
        now = remade(folder, workers, bar, recompute)
    return now.moved, {"runs_computed": now.computed, "runs_stored": now.stored,
                       "forecast_stored": now.forecast_stored, "runs_repeated": now.repeated}  # fmt: skip


def _scope(again: dict[str, int]) -> str:
    """Say which numbers were made again and which were only held to their seal."""
    if not any(again.values()):
        return "没有重算任何数：只核对了封记，以及情景、数据、程序的摘要。"
    return (
        f"重算过：{again['targets']} 条目标中有概率的 {again['probabilities']} 条的概率、区间与分位数"
        "（其余没有可算的数），"
        f"{again['differences']} 条情景之差、{again['forecast']} 条只看统计走势的概率；"
        f"图、各问、方差账本、检验等其余的数只核对封记，没有重算。{_fresh(again)}"
    )


def _fresh(again: dict[str, int]) -> str:
    """Say which of what numbers were made from was computed now and which was read from the store."""
    parts = [f"{again[key]:,} 次{how}" for key, how in (("runs_computed", "刚才现算"), ("runs_stored", "读自 runs/"))
             if again[key]]  # fmt: skip
    trend = ("刚才现算", "读自 runs/")[again["forecast_stored"]] if again["forecast"] else ""
    said = f"所据的运行：{'，'.join(parts)}{'；走势' if trend else ''}{trend}。"
    if repeated := again.get("runs_repeated", 0):
        return f"{said}读自 runs/ 的 {repeated:,} 次已先重新算过，逐位与存的对照。"
    kept = "读自 runs/ 的以前已由同样的程序、数据、情景与种子算出，这次没有再算；要连它们也重新算，加 --recompute。"
    return said + (kept if "读自" in said else "")


def _repeat(scenarios: Sequence[str], replicate: int, seed: int, enterprises: int) -> None:
    from sim.ensemble.runner import repeat

    for name in scenarios:
        rows = repeat(name, replicate, seed, enterprises)
        say(f"{name} 的第 {replicate} 次运行没有出错，得到 {rows} 行。")
