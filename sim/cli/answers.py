"""The verbs that answer: probabilities, differences, where uncertainty comes from, where a number comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import (
    ENTERPRISES,
    RUNS,
    SEED,
    JsonOption,
    RunsOption,
    SeedOption,
    SizeOption,
    WithinOption,
    WorkersOption,
    app,
    emit,
    lasting,
    progress,
)  # fmt: skip
from sim.cli.exits import say
from sim.cli.simulate import ReportOption, is_small, page_of, say_precision, simulate, tell_small

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario


@app.command()
def targets(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    within: WithinOption = None,
    as_json: JsonOption = False,
) -> None:
    """各项目标的达成概率：概率、95 % 区间、P10/中位/P90、次数、怎样回答；条款见 explain 代号。"""
    from sim.analysis.attainment import targets as attainment
    from sim.report.tables import records

    results = simulate([scenario], runs, seed, enterprises, workers, within)
    table = attainment(results)
    if as_json:
        rows = records(table.drop(columns="scenario"))
        emit({"scenario": scenario, "runs": results.runs, "seed": seed, "targets": rows})
        return
    from sim.report.terminal import show_targets
    from sim.report.wording import wording

    show_targets(table, wording("zh"))
    say_precision(results)


@app.command()
def compare(
    base: Annotated[str, typer.Argument(help="比较的基准情景")],
    others: Annotated[list[str], typer.Argument(help="与基准比较的情景")],
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    report: ReportOption = False,
    as_json: JsonOption = False,
) -> None:
    """同一随机数下两个情景之差：各目标、每项指标（附 95 % 区间），改动及依据，哪些企业只因改动而去向不同。"""
    from sim import own
    from sim.analysis.comparison import compare as paired
    from sim.analysis.comparison import compare_targets as paired_targets
    from sim.analysis.fates import PAIRS
    from sim.report.caveats import one_own_data
    from sim.report.comparisons import changes_record, fates_record, told_comparison, told_fates
    from sim.report.tables import records
    from sim.report.told import show_told
    from sim.report.wording import wording
    from sim.scenario.diff import changes
    from sim.scenario.load import load_scenario

    asked = {item.name: item for item in map(load_scenario, (base, *others))}
    first, *rest = asked
    if not rest:
        raise typer.BadParameter(f"{first} 与自己没有什么可比，请再给一个情景；现有的见 tenglong list。")
    words, equal = wording("zh"), [other for other in rest if asked[other].digest == asked[first].digest]
    for other in equal if not as_json else ():
        print(words("comparison.same", other=other, base=first))
    if equal == rest and not (as_json or report):
        return
    own.figures()  # what is wrong with the user's own files is said before how long the rest takes
    _say_effort(list(asked.values()), runs, seed, enterprises, workers, report)
    results = simulate(list(asked.values()), runs, seed, enterprises, workers)
    found = [(other, paired_targets(results, first, other), paired(results, first, other)) for other in rest]
    scenarios = results.scenarios
    run = {"pairs": min(runs, PAIRS), "seed": seed, "enterprises": enterprises, "workers": workers}
    ends = {other: _each_enterprise(scenarios[first], scenarios[other], **run) for other in rest}
    differ = {other: changes(scenarios[other], scenarios[first]) for other in rest}
    if not as_json and is_small(results):
        tell_small(runs, results.stamp["enterprises"])
    shared = one_own_data(list(scenarios.values()), results.stamp["enterprises"], words)
    if shared and not as_json:
        print(shared)
    for other, aims, table in found:
        if as_json or other in equal:
            continue
        show_told(told_comparison(first, other, aims, table, differ[other], words))
        show_told(told_fates(first, other, ends[other], words, differ[other], table))
    given = {"base": base, "others": others, "runs": runs, "enterprises": enterprises, "seed": seed}
    page = page_of("compare", list(scenarios.values()), given) if report else {}
    if as_json:
        told = [{"base": first, "other": other, "runs": runs, "seed": seed, "changes": changes_record(differ[other]),
                 "targets": records(aims), "indicators": records(table), "fates": fates_record(ends[other])} | page
                for other, aims, table in found]  # fmt: skip
        emit(told if len(told) > 1 else told[0])
        return
    for path in page.values():
        print(path)


def _say_effort(
    asked: list[Scenario], runs: int, seed: int, enterprises: int, workers: int | None, report: bool
) -> None:  # fmt: skip
    """Say how much there is to run and how long it takes, as other verbs do; nothing where all of it is stored."""
    from sim.analysis.comparison import effort
    from sim.analysis.fates import PAIRS
    from sim.report.wording import wording

    words, found = wording("zh"), effort(asked, runs, min(runs, PAIRS), seed, enterprises, workers)
    page = words("comparison.budget_page") if report else ""
    if found.runs or found.pairs:
        say(words("comparison.budget", enterprises=f"{found.enterprises:,}", runs=f"{found.runs:,}",
                  pairs=f"{found.pairs:,}", time=lasting(found.seconds)) + page)  # fmt: skip
    elif page:
        say(words("comparison.budget_none") + page)


def _each_enterprise(base: Scenario, other: Scenario, **run: Any) -> pd.DataFrame | str:
    """What became of each enterprise in two scenarios, or why they cannot be compared one by one."""
    from sim.report.comparisons import fates_or_reason

    with progress("逐家对照") as bar:
        return fates_or_reason(base, other, **run, progress=bar)


@app.command()
def ledger(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    structures: Annotated[int, typer.Option("--structures", min=2, help="几种结构假设的组合")] = 8,
    parameters: Annotated[int, typer.Option("--parameters", min=2, help="每种结构下几组参数")] = 4,
    demand: Annotated[int, typer.Option("--paths", min=2, help="每组参数下几条需求路径")] = 4,
    chance: Annotated[int, typer.Option("--repeats", min=2, help="每条路径下重复几次")] = 2,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """方差账本：各目标的不确定性有多少来自结构、参数、需求路径与偶然，合计 100%。"""
    from sim.analysis.ledger import ledger as shares
    from sim.ensemble.nested import Sizes, nested_runs
    from sim.parallel import default_workers
    from sim.report.ledgers import show_ledger
    from sim.report.tables import records
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    sizes = Sizes(structures, parameters, demand, chance)
    with progress("模拟") as bar:
        runs = nested_runs(load_scenario(scenario), sizes, seed, enterprises, workers or default_workers(), bar)
    table = shares(runs)
    if as_json:
        emit({"scenario": scenario, "runs": sizes.runs, "seed": seed, "targets": records(table)})
    else:
        show_ledger(table, wording("zh"))


@app.command()
def explain(
    name: Annotated[
        str,
        typer.Argument(help="参数、目标、指标（代号或中文名）、图（fig:space）、证据（S161）、网页（P001）；或一类，如目标"),
    ] = "levers",
    as_json: JsonOption = False,
) -> None:
    """说明一个数从哪来：条款、文号、原文、等级、用在何处；不写名字则列出全部杠杆。"""
    from sim.analysis.contents import kind_meant
    from sim.analysis.deciding import deciding
    from sim.analysis.explain import explain as explanation

    kind = kind_meant(name)
    if kind is not None:
        _list_kind(kind, as_json)
        return
    found = explanation(name)
    found = replace(found, facts=[*found.facts, *deciding(found.targets)])
    if as_json:
        clauses = [clause.__dict__ for clause in found.clauses]
        emit({"heading": found.heading, "facts": found.facts, "clauses": clauses})
    else:
        print(found.text())


def _list_kind(kind: str, as_json: bool) -> None:
    """Print every id of a kind, and how to see one of them and the other kinds."""
    from sim.analysis.contents import KINDS, listings
    from sim.report.terminal import show

    tables = listings(kind)
    if as_json:
        emit([{"title": one.title, "rows": [dict(zip(one.heads, row, strict=True)) for row in one.rows]}
              for one in tables])  # fmt: skip
        return
    for one in tables:
        print(one.title)
        show(one.heads, one.rows)
    print("看一项的条款、原文与用处：tenglong explain 代号（或中文名），如 tenglong explain " + tables[0].rows[0][0])
    others = "、".join(zh for one, zh in KINDS.items() if one != kind)
    print(f"列出其他：tenglong explain 后写 {others} 之一；证据行直接写编号，如 A023、S161。")
