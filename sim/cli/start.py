"""The verbs of the first hour: a workspace, a scenario of one's own, and what the machine lacks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import app
from sim.cli.exits import LACKING, say, shown


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="工作区放在哪里：新的或空的文件夹")],
) -> None:
    """建立工作区：数据、情景、笔记本各一份，供自己改；不覆盖任何文件。"""
    from sim import new_workspace, workspace

    made = new_workspace.make(folder)
    here = made == Path.cwd().resolve()
    say(f"工作区已建好：{shown(made)}。接下来：")
    for step in (*(() if here else (f'cd "{shown(made)}"',)), "tenglong doctor", "tenglong report baseline --quick"):
        say(f"  {step}")
    say("第一条看环境缺什么，第二条出基准情景的简报。" if here else "先进入它，再看环境缺什么，然后出基准情景的简报。")
    elsewhere = os.environ.get(workspace.HOME_VARIABLE)
    if elsewhere and Path(elsewhere).resolve() != made:
        say(f"注意：环境变量 {workspace.HOME_VARIABLE} 指向别处，各命令仍会用那里；请先取消它。")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="新情景名：小写字母、数字、连字符")],
    parent: Annotated[str, typer.Option("--from", help="在哪个情景基础上改")] = "baseline",
    as_copy: Annotated[
        bool, typer.Option("--copy", help="照抄 --from 的文件（注释也在），只换 name 与 title：留住旧版、新旧相比时用")
    ] = False,
) -> None:
    """在 scenarios/ 里新建一个情景文件，并说明接下来做什么。"""
    from sim.scenario.create import copy, create

    path = (copy if as_copy else create)(name, parent)
    made = f"照抄 {parent}，只换了 name 与 title" if as_copy else f"在 {parent} 的基础上改了一个杠杆作示例"
    say(f"已建 {shown(path)}：{made}。接下来：")
    for number, step in enumerate((
        f"用任何编辑器打开 {shown(path)}，改 title、why 和 levers（VS Code 装 YAML 插件，会提示含义与范围）",
        f"tenglong check {name}    看有没有写错",
        f"tenglong compare {parent} {name} --runs 16 --enterprises 5000    小样本试手感，约半分钟",
        f"tenglong report {name} --quick    全量出简报，约一分钟",
    ), start=1):  # fmt: skip
        say(f"  {number}. {step}")


@app.command()
def doctor() -> None:
    """检查运行环境：缺什么，怎样补（各一行）。"""
    from sim.report.environment import checks

    found = checks()
    for item in found:
        sign = "✓" if item.fine else "✗" if item.needed else "·"
        print(f"{sign} {item.what}" + ("" if item.fine else f"\n  修复：{item.fix}"))
    if any(item.needed and not item.fine for item in found):
        raise typer.Exit(LACKING)
