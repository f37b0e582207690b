"""The application, the options that several verbs share, and how a verb prints for machines."""

from __future__ import annotations

import json
import time
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

AGAIN_S = 10
"""Seconds after which, where there is no bar, it is said again how much is done."""

SPENT_PARTS = 20
"""Of long work it is said again only after such a part of the time spent so far: else hours would fill pages."""

COMPILES = "第一次运行（装好或更新程序之后）先把模型编译成机器码，约 20 秒，其间没有进度；以后各次不再编译。"

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
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="随机种子；同一种子同一结果")]
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
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.text import Text

    class Count(ProgressColumn):
        """How many of how many, once that is known and if there are any."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.completed:,.0f}/{task.total:,.0f}" if task.total else "")

    class Pace(ProgressColumn):
        """How many a second, of late, and how long the rest takes at this pace."""

        def render(self, task: Task) -> Text:
            left = task.time_remaining
            return Text(f"每秒 {task.speed:.1f}，还要约{lasting(left)}" if task.speed and left is not None else "")

    columns = (TextColumn("{task.description}"), BarColumn(), Count(), Pace())
    console = Console(stderr=True)
    return Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True, speed_estimate_period=LOOKED_BACK_S
    )  # fmt: skip


def lasting(seconds: float) -> str:
    """A time in its largest unit, from which on there are at least two of them."""
    units = (("天", 86_400), ("小时", 3_600), ("分钟", 60))
    unit, size = next((each for each in units if seconds >= 2 * each[1]), ("秒", 1))
    return f" {seconds / size:,.0f} {unit}"


@contextmanager
def progress(title: str, runs: bool = True) -> Iterator[Progress]:
    """Show a bar while work is done, or where nobody looks say that it begins; what is yielded tells (done, in all).

    Args:
        runs: the model runs; before its first run it is said that it is compiled.
    """
    with progress_bar() as bar:
        task, lines = bar.add_task(title, total=None), _Lines(title, bar.disable)

        def told(done: int, total: int) -> None:
            if runs:
                _say_if_compiled_first(done, total)
            lines.tell(done, total)
            bar.update(task, completed=done, total=total)

        yield told


@contextmanager
def stages(titles: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar for each stage once it begins, or where nobody looks a line; what is yielded tells (stage, done, all).

    Args:
        titles: by stage; ``round_3`` is the third of stage ``round``. One that begins with nothing to count (0 of 0)
            is named all the same.
    """
    tasks: dict[str, tuple[TaskID, _Lines]] = {}
    with progress_bar() as bar:

        def told(stage: str, done: int, total: int) -> None:
            kind, _, number = stage.partition("_")
            if stage not in tasks:
                title = titles[kind] + number
                tasks[stage] = bar.add_task(title, total=total), _Lines(title, bar.disable)
            task, lines = tasks[stage]
            if total:
                _say_if_compiled_first(done, total)
                lines.tell(done, total)
                bar.update(task, completed=done, total=total)

        yield told


def _say_if_compiled_first(done: int, total: int) -> None:
    """Say before runs whether the model has to be compiled: nothing else would explain why no run ends for so long."""
    if done or not total:
        return
    from sim.abm.compiled.arithmetic import cache_folder

    if not any(cache_folder().rglob("*.nbc")):
        say(COMPILES)


class _Lines:
    """What is said of a stage in place of its bar, where stderr is a file or a pipe: that it begins, how much there is
    to do, and of a long one again and again how far it is and how long the rest takes."""

    def __init__(self, title: str, wanted: bool) -> None:
        self._title, self._wanted, self._most = title, wanted, 1
        self._first: tuple[int, float] | None = None
        self._rounds, self._begun = 0, time.monotonic()
        self._said_at = self._begun
        if wanted:
            say(f"{title}……")

    def tell(self, done: int, total: int) -> None:
        """Take note of how much is done; of several rounds, only a larger one's number is said.

        The pace is that of the round since its first return, for which every worker had to begin.
        """
        if not self._wanted:
            return
        now = time.monotonic()
        if not done:
            self._first, self._rounds = None, self._rounds + 1
            if total > self._most:
                self._most = total
                self._say(f"{self._round()}共 {total:,} 次", now)
            return
        if now - self._said_at >= max(AGAIN_S, (now - self._begun) / SPENT_PARTS):
            self._say(f"{self._round()}已完成 {done:,}/{total:,} 次{self._left(done, total, now)}", now)
        self._first = self._first or (done, now)

    def _round(self) -> str:
        return f"第 {self._rounds} 轮，" if self._rounds > 1 else ""

    def _left(self, done: int, total: int, now: float) -> str:
        """How long the rest takes at this pace, once that is known; of a round, as long as others may follow."""
        if self._first is None or done == self._first[0] or done == total:
            return ""
        left = (total - done) * (now - self._first[1]) / (done - self._first[0])
        return f"，{'这一轮' if self._rounds > 1 else ''}还要约{lasting(left)}"

    def _say(self, text: str, now: float) -> None:
        self._said_at = now
        say(f"{self._title}：{text}。")


def numbered(titles: Mapping[str, str]) -> dict[str, str]:
    """Put before the title of each stage which it is, of how many."""
    return {stage: f"（{at}/{len(titles)}）{title}" for at, (stage, title) in enumerate(titles.items(), 1)}
