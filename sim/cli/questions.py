"""The verbs of who bears it, what binds, what holds in other futures, what to watch, and of all questions at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from sim.cli.app import (
    ENTERPRISES,
    RUNS,
    SEED,
    JsonOption,
    RunsOption,
    SeedOption,
    SizeOption,
    WorkersOption,
    app,
    emit,
    numbered,
    progress,
    stages,
)
from sim.cli.levers import ReplicatesOption, SampleOption, TargetsOption, month
from sim.cli.simulate import ReportOption, page_of, simulate, tell_small


@app.command()
def incidence(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    against: Annotated[
        str | None, typer.Option("--against", help="外溢与哪个情景比；默认与“各项杠杆自2026年起都停下”比")
    ] = None,
    runs: ReplicatesOption = None,
    seed: SeedOption = SEED,
    enterprises: SampleOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """谁承担：关停、搬迁落在哪些企业（规模、行业、区县、职工），什么离开宁波；就地提升另计。"""
    from sim.analysis.incidence import REPLICATES
    from sim.analysis.incidence import incidence as borne
    from sim.report.incidences import incidence_record, told_incidence, widest
    from sim.report.told import show_told
    from sim.report.wording import wording

    with progress("逐家计算") as bar:
        found = borne(scenario, against, seed, runs, enterprises, workers, bar)
    if as_json:
        emit(incidence_record(found))
        return
    words = wording("zh")
    if runs is not None and runs < REPLICATES:
        kind, width = widest(found)
        wide = f"{words(f'incidence.kinds.{kind}')}企业数的95%区间宽达均值的 {width:.0f}%"
        tell_small(runs, found.size.enterprises, wide)
    show_told(told_incidence(found, words))


@app.command()
def bottlenecks(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    target: TargetsOption = None,
    runs: ReplicatesOption = None,
    seed: SeedOption = SEED,
    enterprises: SampleOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """卡在哪里：哪种约束绑住、在哪个区县哪一年、排队多长，各种能力多一单位值多少。"""
    from sim.analysis.bottlenecks import bottlenecks as bound
    from sim.report.constraints import bottlenecks_record, told_bottlenecks
    from sim.report.told import show_told
    from sim.report.wording import wording

    with progress("模拟") as bar:
        found = bound(scenario, target or (), seed, runs, enterprises, workers, bar)
    if as_json:
        emit(bottlenecks_record(found))
    else:
        show_told(told_bottlenecks(found, wording("zh")))


@app.command()
def robustness(
    scenarios: Annotated[list[str], typer.Argument(help="两个以上的情景，第一个作比较的基准")],
    target: TargetsOption = None,
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SampleOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """经不经得起未来：各情景在同一批未来里的遗憾与满足，换一种加权名次还稳不稳。"""
    from sim.analysis.asked import asked_targets
    from sim.analysis.budget import size
    from sim.analysis.robustness import OneScenario
    from sim.analysis.robustness import robustness as held
    from sim.report.robustnesses import robustness_record, told_robustness
    from sim.report.told import show_told
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    asked = [load_scenario(name) for name in dict.fromkeys(scenarios)]
    if len(asked) < 2:
        raise OneScenario
    asked_targets(target or (), asked[0])
    fits = size(len(asked) + 1, max(item.months for item in asked), runs, enterprises)
    results = simulate(asked, runs, seed, fits.enterprises, workers)
    found = held(results, target or ())
    if as_json:
        emit(robustness_record(found, seed, fits.enterprises))
    else:
        show_told(told_robustness(found, results.scenarios, fits.enterprises, wording("zh")))


@app.command()
def warn(
    target: Annotated[list[str] | None, typer.Argument(help="目标代号或组名；默认情景自己所问的目标")] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="在哪个情景里")] = "baseline",
    since: Annotated[str, typer.Option("--since", help="自哪个月起看，YYYY-MM")] = "2027-01",
    months: Annotated[int, typer.Option("--months", min=1, max=24, help="看几个月")] = 6,
    as_of: Annotated[str | None, typer.Option("--as-of", help="五色状态截至哪个月，YYYY-MM；默认本月")] = None,
    runs: ReplicatesOption = None,
    seed: SeedOption = SEED,
    enterprises: SampleOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """预警：几个月内看得到的哪个数可以预警不达标，预警线在哪，另取运行里报得准不准；目标的五色状态。"""
    from sim.analysis.warning import colours
    from sim.analysis.warning import warn as foretold
    from sim.report.told import show_told
    from sim.report.warnings import told_warnings, warning_record
    from sim.report.wording import wording
    from sim.scenario.months import month_text, this_month

    now = this_month() if as_of is None else month("--as-of", as_of)
    with progress("模拟") as bar:
        found = foretold(
            target or (), scenario, month("--since", since), months, now, seed, runs, enterprises, workers, bar
        )  # fmt: skip
    states = colours(now)
    if as_json:
        emit({"as_of": month_text(now), "states": states, "warnings": [warning_record(one) for one in found]})
    else:
        show_told(told_warnings(found, states, now, wording("zh")))


@app.command()
def answers(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    target: TargetsOption = None,
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    report: ReportOption = False,
    as_json: JsonOption = False,
) -> None:
    """八问八答：差在哪里、差距由谁造成、要做到什么程度、卡在哪里、先看哪个数、目标相容否、经得起未来否、谁承担；写进下一份简报。"""
    from sim.analysis.asked import asked_targets
    from sim.report.answers import about, beside_baseline, keep_answers
    from sim.report.told import show_told
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    words, asked = wording("zh"), load_scenario(scenario)
    asked_targets(target or (), asked)
    questions = about(asked, simulate(beside_baseline(asked), runs, seed, enterprises, workers), words, target or (),
                      workers=workers)  # fmt: skip
    titles = words.items("answers.sections")
    with stages(numbered(titles)) as bar:
        found = keep_answers(questions, bar)
    for question, told in found.items() if not as_json else ():
        print(f"【{titles[question]}】")
        for one in told:
            show_told(one)
    given = {"scenario": scenario, "targets": target or [], "runs": runs, "enterprises": enterprises, "seed": seed}
    pages = page_of("answers", [asked], given) if report else {}
    if as_json:
        told_all = {question: [asdict(one) for one in told] for question, told in found.items()}
        emit({"scenario": asked.name, "runs": runs, "seed": seed, "answers": told_all} | pages)
        return
    for path in pages.values():
        print(path)
