"""``tenglong template``: files to fill in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import app
from sim.cli.exits import say, shown


class Kind(StrEnum):
    """What can be filled in."""

    series = "series"
    register = "register"
    scenario = "scenario"


USUAL = {Kind.series: "产值序列.xlsx", Kind.register: "企业名录.xlsx", Kind.scenario: "my-scenario.yaml"}
"""Written into the folder one is in; a scenario, which is called by its name, into ``scenarios/``."""
ENDINGS = {Kind.series: (".xlsx", ".csv"), Kind.register: (".xlsx", ".csv"), Kind.scenario: (".yaml",)}


def _usual(kind: Kind) -> Path:
    from sim import workspace

    path = Path(USUAL[kind])
    return Path(shown(workspace.scenarios_dir() / path)) if kind is Kind.scenario else path


def _how_to_run(path: Path) -> str:
    """Say by what a written scenario is called: its name in ``scenarios/``, else its path."""
    from sim import workspace

    if path.resolve().parent == workspace.scenarios_dir().resolve():
        return f"它在 scenarios/ 里，各命令只写名字即可：tenglong report {path.stem} --quick"
    return (
        f"它不在 scenarios/ 里，tenglong list 不列它，各命令要写路径：tenglong report {shown(path)} --quick；"
        f"移进 {shown(workspace.scenarios_dir())} 后只写名字 {path.stem} 即可。"
    )


@app.command()
def template(
    kind: Annotated[Kind, typer.Argument(help="series（月度产值）、register（企业名录）或 scenario（情景）")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="写到哪里：.xlsx 或 .csv，情景为 .yaml；不给则写在当前文件夹，情景写进 scenarios/"),
    ] = None,
) -> None:
    """写一份待填的文件：月度产值序列、企业名录（连同映射文件）或情景；填好后用 tenglong check 检查。"""
    path = out or _usual(kind)
    if path.suffix.lower() not in ENDINGS[kind]:
        raise typer.BadParameter(f"文件名应以 {'、'.join(ENDINGS[kind])} 结尾，现为 {path}。")
    if not path.resolve().parent.is_dir():
        raise typer.BadParameter(f"文件夹 {path.parent} 不存在，请先建好。")
    for each in (path, *([path.with_suffix(".yaml")] if kind is Kind.register else [])):
        if each.exists():
            raise typer.BadParameter(f"{each} 已有，不会覆盖。请用 --out 换一个文件名。")
    if kind is Kind.scenario:
        from sim.scenario.create import write_template

        write_template(path)
        say(f"已写 {shown(path)}；改完用 tenglong check {shown(path)} 检查。")
        say(_how_to_run(path))
        return
    from sim.register import template as forms

    if kind is Kind.series:
        forms.write_series(path)
        say(f"已写 {shown(path)}（{forms.notes_said(path)}）；"
            f"填好后用 tenglong check {shown(path)} 检查，在情景里写 output_series: {path.name}。")  # fmt: skip
        return
    mapping = forms.write_register(path)
    say(f"已写 {shown(path)} 与映射文件 {shown(mapping)}（{forms.notes_said(path)}）；填好后用 "
        f"tenglong check {shown(path)} --mapping {shown(mapping)} 检查。")  # fmt: skip
