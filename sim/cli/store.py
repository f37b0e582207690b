"""The verbs of what is stored: what there is, and removing what nothing uses any more."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import ENTERPRISES, SEED, JsonOption, app, emit
from sim.cli.exits import say
from sim.cli.simulate import rows_of_run

if TYPE_CHECKING:
    from sim.ensemble.inventory import Holding

KINDS = {
    "runs": "次运行", "results": "次运行的汇总", "ledger": "次运行的方差账本", "points": "次敏感性运行",
    "sensitivity": "次运行的敏感性分析", "evidence": "次运行的依据分析", "validation": "次运行的检验",
    "recovery": "次运行的假想世界检验", "calibration": "次运行的校准",
    "answers": "次运行的八问八答", "bindings": "次运行的约束", "signals": "次运行的预警信号",
    "endings": "次运行的企业结局", "variants": "次运行（杠杆的各种取法）", "fates": "次运行的企业去向对照",
    "outlook": "次拟合的产值走势",
}  # fmt: skip
COUNTS = {
    "runs_done": "已有 {} 次运行", "runs_other": "另有 {} 次用别的种子或家数", "runs_failed": "失败 {} 次",
    "runs_stale": "过时 {} 次",
}  # fmt: skip


@app.command("list")
def list_scenarios(as_json: JsonOption = False) -> None:
    """列出情景及其结果状态：可用的、失败的、过时的运行。"""
    from sim.ensemble.inventory import holdings
    from sim.scenario.load import scenario_names

    stored = [holding for holding in holdings() if holding.kind == "runs"]
    old = sum(holding.runs for holding in stored if holding.stale)
    rows = [_state(name, stored) for name in scenario_names()]
    if as_json:
        emit(rows)
        return
    for row in rows:
        print(f"{row['name']:<24}{row['title']}（{_said(row)}）")
    if old:
        say(f"过时的运行共 {old} 次，不会再用到；tenglong clean --stale 可清除。")


@app.command()
def clean(
    stale: Annotated[bool, typer.Option("--stale", help="程序、数据或情景改过之前的，损坏的，写了一半的")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """清除 runs/ 中再不会用到的结果；先列出要删的，问过才删。"""
    from sim.ensemble.inventory import busy, holdings, leftovers, remove, size_of

    if not stale:
        raise typer.BadParameter("请写明清除什么：tenglong clean --stale")
    old = [holding for holding in holdings() if holding.stale]
    going = [holding for holding in old if not busy(holding)]
    torn = [path for path in leftovers() if all(holding.folder != path.parent for holding in going)]
    for holding in going:
        print(f"{_what(holding)}　{_megabytes(holding.size)}")
    if torn:
        print(f"损坏的或写了一半的 {len(torn)} 处　{_megabytes(sum(map(size_of, torn)))}")
    if len(going) < len(old):
        say(f"另有 {len(old) - len(going)} 处过时的正在写入，不动。")
    folders = [*(holding.folder for holding in going), *torn]
    if not folders:
        say("没有要清除的。")
        return
    total = _megabytes(sum(map(size_of, folders)))
    if not yes and not _agreed(f"以上共 {len(folders)} 项，{total}，删除？"):
        say("没有删除；加 --yes 则不再询问。")
        return
    remove(folders)
    say(f"已删除 {len(folders)} 项，腾出 {total}。")


def _agreed(question: str) -> bool:
    return sys.stdin.isatty() and typer.confirm(question, err=True)


def _what(holding: Holding) -> str:
    kind = KINDS.get(holding.kind, f"次运行（{holding.kind}）")
    return (f"{holding.scenario:<24}{holding.runs} {kind}（种子 {holding.seed}，{holding.enterprises:,} 家）："
            f"{holding.stale}")  # fmt: skip


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _state(name: str, stored: list[Holding]) -> dict[str, Any]:
    """A scenario's runs: of the usual seed and size, of others, failed, and stale ones under its name."""
    from sim.ensemble.store import Ensemble
    from sim.scenario.load import load_scenario
    from sim.scenario.problems import ScenarioInvalid

    old = sum(holding.runs for holding in stored if holding.scenario == name and holding.stale)
    row = {"name": name, "title": "", **dict.fromkeys(COUNTS, 0), "runs_stale": old, "problems": 0}
    try:
        scenario = load_scenario(name)
    except ScenarioInvalid as error:
        return row | {"problems": len(error.problems)}
    counts: Counter[str] = Counter()
    for holding in stored:
        if holding.digest == scenario.digest and not holding.stale:
            mine = Ensemble(scenario, holding.seed, holding.enterprises)
            usual = (holding.seed, holding.enterprises) == (SEED, rows_of_run(scenario, ENTERPRISES))
            counts["runs_done" if usual else "runs_other"] += holding.runs
            counts["runs_failed"] += len(mine.failures())
    return row | {"title": scenario.title.zh} | counts


def _said(row: dict[str, Any]) -> str:
    if row["problems"]:
        return f"有 {row['problems']} 处问题"
    parts = [text.format(row[key]) for key, text in COUNTS.items() if row[key] or key == "runs_done"]
    return "；".join(parts)
