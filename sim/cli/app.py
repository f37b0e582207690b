"""The application, the options that several verbs share, and how a verb prints for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.exits import say

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from sim.parallel import Progress

RUNS, SEED, ENTERPRISES = 128, 2027, 73_000
LOOKED_BACK_S = 300
"""Seconds that a bar's rate and time left are taken from: work ends in lumps, half a minute apart on busy cores."""

HELP = "显示本说明后退出"


class _Group(TyperGroup):
    """Verbs whose option ``--help`` is explained in Chinese as all others are; typer's own text is English."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = super().get_command(ctx, cmd_name)
        option = command.get_help_option(ctx) if command else None  # made once, and kept
        if option is not None:
            option.help = HELP
        return command


app = typer.Typer(
    cls=_Group,
    name="tenglong",
    help="腾笼：宁波“腾笼换鸟”目标能否实现，在何种政策下，靠哪个杠杆。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Scenarios = Annotated[list[str], typer.Argument(help="情景名（scenarios/ 下）或文件路径")]
RunsOption = Annotated[int, typer.Option("--runs", min=1, help="每个情景的运行次数")]
SeedOption = Annotated[int, typer.Option("--seed", help="随机种子；同一种子同一结果")]
SizeOption = Annotated[int, typer.Option("--enterprises", help="合成企业数，或从自备名录抽取几家；较小者按比例放大")]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, help="进程数，默认全部核心")]
WithinOption = Annotated[
    float | None,
    typer.Option("--within", min=0.5, max=25, help="自 --runs 起加倍，到头条概率的半宽不超过几个百分点，至多 4096 次"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]
DEBUG = "--debug"


@app.callback()
def _options(debug: Annotated[bool, typer.Option(DEBUG, help="写在任何命令里：出错时显示完整调用栈")] = False) -> None:
    """Lists the option in the help; :func:`sim.cli.main` reads it, wherever it stands."""


def emit(content: Any) -> None:
    """For machines: on stdout."""
    print(json.dumps(content, ensure_ascii=False, indent=1, default=str))


def progress_bar() -> RichProgress:
    """A bar on stderr with rate and time left, nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many a second, of late."""

        def render(self, task: Task) -> Text:
            return Text(f"每秒 {task.speed:.1f}" if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True, speed_estimate_period=LOOKED_BACK_S
    )  # fmt: skip


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Show a bar while work is done, or where nobody looks say that it begins; what is yielded tells (done, in all)."""
    with progress_bar() as bar:
        _begun(title, bar)
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def stages(titles: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each stage once it begins, or where nobody looks a line; what is yielded tells (stage, done, all).

    Args:
        titles: by stage; ``round_3`` is the third of stage ``round``.
    """
    tasks: dict[str, TaskID] = {}
    with progress_bar() as bar:

        def told(stage: str, done: int, total: int) -> None:
            kind, _, number = stage.partition("_")
            if stage not in tasks:
                _begun(titles[kind] + number, bar)
                tasks[stage] = bar.add_task(titles[kind] + number, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield told


def _begun(title: str, bar: RichProgress) -> None:
    """Where stderr is a file or a pipe, one line a stage in place of its bar."""
    if bar.disable:
        say(f"{title}……")
