"""The verbs about levers: which of them closes a gap, and how much of them a target needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import SEED, JsonOption, SeedOption, WorkersOption, app, emit, lasting, progress
from sim.cli.exits import say
from sim.cli.simulate import tell_small

if TYPE_CHECKING:
    from sim.registry import Target

TargetsOption = Annotated[
    list[str] | None, typer.Option("--target", help="目标代号或组名，可重复；默认情景自己所问的目标")
]
ReplicatesOption = Annotated[int | None, typer.Option("--runs", min=2, help="重复次数；默认按几分钟能算完的取")]
SampleOption = Annotated[int | None, typer.Option("--enterprises", help="合成企业数；默认按几分钟能算完的取")]


@app.command()
def attribute(
    scenario: Annotated[str, typer.Argument(help="情景；只给一个时，与“各项杠杆自2026年起都停下”相比")],
    other: Annotated[str | None, typer.Argument(help="另一个情景：前一个到这一个的差距由谁造成")] = None,
    target: TargetsOption = None,
    runs: ReplicatesOption = None,
    seed: SeedOption = SEED,
    enterprises: SampleOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """差距由哪个杠杆造成：沙普利份额，合计等于差距（均值与达成概率，附 95 % 区间）；开始前说要多久。"""
    from sim.analysis.asked import asked_targets
    from sim.analysis.attribution import attribute as shares
    from sim.analysis.attribution import effort
    from sim.report.levers import attribution_record, show_attributions
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    last = load_scenario(other or scenario)
    first = load_scenario(scenario) if other else None
    aims = asked_targets(target or (), last)
    words, (each, size, seconds) = wording("zh"), effort(first, last, aims, seed, runs, enterprises, workers)
    say(words("attribution.budget", enterprises=f"{size.enterprises:,}", each=f"{each:,}", runs=size.replicates,
              count=f"{each * size.replicates:,}", time=lasting(seconds)))  # fmt: skip
    with progress("模拟") as bar:
        found = shares(
            first, last, aims, seed, runs, enterprises, workers,
            bar,
        )  # fmt: skip
    if as_json:
        told = [attribution_record(one, seed) for one in found]
        emit(told if len(told) > 1 else told[0])
        return
    show_attributions(found, words)


@app.command()
def backcast(
    target: Annotated[list[str], typer.Argument(help="目标代号或组名；几个目标则要同时实现")],
    probability: Annotated[float, typer.Option("--probability", help="要求的概率，0.01 至 0.99")] = 0.8,
    scenario: Annotated[str, typer.Option("--scenario", help="在哪个情景之上改")] = "baseline",
    since: Annotated[str, typer.Option("--since", help="自哪个月起改杠杆，YYYY-MM")] = "2027-01",
    runs: ReplicatesOption = None,
    seed: SeedOption = SEED,
    enterprises: SampleOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """要做到什么程度：使目标以给定概率实现的最小改变，另取随机数证实；范围内做不到也照说。"""
    from sim.analysis.asked import asked_targets
    from sim.analysis.backcast import CONFIRMED
    from sim.analysis.backcast import backcast as needed
    from sim.report.backcasts import backcast_record, show_backcast, widest
    from sim.report.wording import wording
    from sim.scenario.load import load_scenario

    if not 0.01 <= probability <= 0.99:
        meant = f"八成写 0.8；{probability:g} 若是百分数，请写 {probability / 100:g}。" if probability > 1 else ""
        raise typer.BadParameter(f"--probability 应在 0.01 与 0.99 之间，现为 {probability:g}。{meant}")
    setting = load_scenario(scenario)
    aims = [asked_targets([name], setting) for name in target]
    with progress("模拟") as bar:
        found = needed(
            setting, aims, probability, month("--since", since), seed, runs, enterprises, workers,
            bar, _begins,
        )  # fmt: skip
    if as_json:
        told = [backcast_record(one, seed) for one in found]
        emit(told if len(told) > 1 else told[0])
        return
    if runs is not None and runs < CONFIRMED:
        width = max(map(widest, found))
        tell_small(runs, found[0].fresh_size.enterprises, f"概率的95%区间最宽 {width:.0f} 个百分点")
    for one in found:
        show_backcast(one, wording("zh"))


def _begins(place: int, count: int, targets: Sequence[Target]) -> None:
    """Say which of several answers is now searched for."""
    from sim.report.sentences import dated_name
    from sim.report.wording import wording

    words = wording("zh")
    if count > 1:
        aims = words("backcast.and").join(dated_name(one, words) for one in targets)
        say(f"（{place}/{count}）正在反推：{aims}……")


def month(option: str, text: str) -> int:
    """Return the month an option names.

    Raises:
        typer.BadParameter: it is not written YYYY-MM.
    """
    from sim.scenario.months import month_index

    try:
        return month_index(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option} 应写成 YYYY-MM，而不是 {text}。") from error
