"""The verbs of the reviewer who asks why the answer should be believed."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import (
    SEED,
    JsonOption,
    RunsOption,
    SeedOption,
    SizeOption,
    WorkersOption,
    app,
    emit,
    stages,
)
from sim.cli.exits import say, shown
from sim.cli.simulate import ReportOption, page_of

POINTS, TRAJECTORIES, SAMPLE = 128, 10, 7_300
HOLD_OUT_RUNS = 48
STRUCTURES = (8, 4, 4, 2)
CALIBRATION_POINTS, TRUTHS, PARTICLES, CALIBRATION_SAMPLE = 1_024, 128, 1_024, 36_500

TargetsOption = Annotated[
    list[str] | None, typer.Option("--target", help="目标编号或组名，可重复；默认2027年的头条目标")
]


@app.command()
def sensitivity(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    target: TargetsOption = None,
    points: Annotated[int, typer.Option("--points", help="Sobol 点数，2的幂")] = POINTS,
    trajectories: Annotated[int, typer.Option("--trajectories", min=2, help="Morris 轨道数")] = TRAJECTORIES,
    seed: SeedOption = SEED,
    enterprises: SizeOption = SAMPLE,
    workers: WorkersOption = None,
    report: ReportOption = False,
    as_json: JsonOption = False,
) -> None:
    """敏感性：哪些不确定参数左右目标，答案各有多少依据，哪几个数最值得测准。"""
    from sim.analysis import sensitivity as analysis
    from sim.analysis.evidence_share import rests_on
    from sim.ensemble.nested import Sizes
    from sim.ensemble.points import factors
    from sim.parallel import default_workers
    from sim.report.credibility import show_rests, show_sensitivity
    from sim.report.tables import records
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    words, workers, sizes = wording("zh"), workers or default_workers(), Sizes(*STRUCTURES)
    asked = load_scenario(scenario)
    analysis.chosen(asked, target or ())
    say(words(
        "sensitivity.budget", enterprises=f"{enterprises:,}", screening=trajectories * (len(factors()) + 1),
        split=points * (analysis.MOST + 3), other=sizes.runs + analysis.LUCKS,
    ))  # fmt: skip
    with stages(words.items("sensitivity.stage")) as bar:
        found = analysis.sensitivity(asked, target or (), points, trajectories, seed, enterprises, workers, bar)
        rests = rests_on(asked, found, sizes, workers, lambda done, total: bar("structure", done, total))
    page = {}
    if report:
        page = page_of("sensitivity", [asked], {
            "scenario": scenario, "targets": target or [], "points": points, "trajectories": trajectories,
            "enterprises": enterprises, "seed": seed, "structures": list(STRUCTURES),
        })  # fmt: skip
    if as_json:
        emit({"scenario": asked.name, "stamp": found.stamp, "answers": records(found.answers),
              "screening": records(found.screening), "indices": records(found.indices),
              "evidence": records(rests.shares), "worth_measuring": records(rests.worth)} | page)  # fmt: skip
        return
    show_sensitivity(found, words)
    show_rests(rests, words)
    for path in page.values():
        print(path)


@app.command()
def validate(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    runs: RunsOption = HOLD_OUT_RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = SAMPLE,
    workers: WorkersOption = None,
    report: ReportOption = False,
    as_json: JsonOption = False,
) -> None:
    """检验：没有用来拟合的公布数、应有的模式、简单对手、换一种结构，模型对在哪里、错在哪里。"""
    from sim.analysis import validation as analysis
    from sim.parallel import default_workers
    from sim.report.tables import records
    from sim.report.validation import show_validation
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    words, asked = wording("zh"), load_scenario(scenario)
    count = runs * (1 + len(analysis.switched(asked)))
    say(words("validation.budget", enterprises=f"{enterprises:,}", runs=count))
    with stages(words.items("validation.stage")) as bar:
        found = analysis.validation(asked, runs, seed, enterprises, workers or default_workers(), bar)
    page = {}
    if report:
        given = {"scenario": scenario, "runs": runs, "enterprises": enterprises, "seed": seed}
        page = page_of("validation", [asked], given)
    if as_json:
        tables = {name: records(getattr(found, name)) for name in (*analysis.TABLES, "uncertainties")}
        emit({"scenario": asked.name, "stamp": found.stamp, **tables, **page})
        return
    show_validation(found, words)
    for path in page.values():
        print(path)


@app.command()
def calibrate(
    scenario: Annotated[str, typer.Argument(help="情景名或路径")] = "baseline",
    recovery: Annotated[bool, typer.Option("--recovery", help="只在假想世界里检验能识别哪些参数，不校准")] = False,
    points: Annotated[int, typer.Option("--points", min=64, help="先验的点数")] = CALIBRATION_POINTS,
    truths: Annotated[int, typer.Option("--truths", min=16, help="假想世界的个数")] = TRUTHS,
    particles: Annotated[int, typer.Option("--particles", min=64, help="逼近时的点数，不多于先验的点数")] = PARTICLES,
    seed: SeedOption = SEED,
    enterprises: SizeOption = CALIBRATION_SAMPLE,
    workers: WorkersOption = None,
    report: ReportOption = False,
    as_json: JsonOption = False,
) -> None:
    """校准：先在参数已知的假想世界里检验能识别哪些，再用公布数校准，写出可供情景抽取的后验样本。"""
    from sim.analysis.calibration import calibrate as analysis
    from sim.analysis.calibration.recovery import LUCK
    from sim.analysis.calibration.recovery import recovery as recover
    from sim.parallel import default_workers
    from sim.report.calibration import show_calibration, show_recovery
    from sim.report.tables import records
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    if recovery and report:
        raise typer.BadParameter("--recovery 只打印检验，没有整页；整页请用 --report 而不加 --recovery。")
    words, asked, cores = wording("zh"), load_scenario(scenario), workers or default_workers()
    say(words("calibration.budget", enterprises=f"{enterprises:,}", points=points, truths=truths, luck=len(LUCK),
              generations=analysis.GENERATIONS, half=min(particles, points) // 2))  # fmt: skip
    sizes = (points, truths)
    with stages(words.items("calibration.stage")) as bar:
        if recovery:
            only = recover(asked, *sizes, seed, enterprises, cores, bar)
        else:
            found = analysis.calibrate(asked, *sizes, particles, seed, enterprises, cores, bar)
    page = {}
    if report:
        page = page_of("calibration", [asked], {
            "scenario": scenario, "points": points, "truths": truths, "particles": particles,
            "enterprises": enterprises, "seed": seed,
        })  # fmt: skip
    told = only if recovery else found.recovery
    if as_json:
        content = {"scenario": asked.name, "stamp": told.stamp, "identified": told.identified,
                   "recovery": records(told.skill), "surrogate": records(told.surface)}  # fmt: skip
        if not recovery:
            content |= {"stamp": found.stamp, "statistics": records(found.statistics),
                        "parameters": records(found.parameters), "sample": shown(found.location)}  # fmt: skip
        emit(content | page)
    elif recovery:
        show_recovery(only, words)
    else:
        show_calibration(found, words, shown(found.location))
    for path in page.values() if not as_json else ():
        print(path)
