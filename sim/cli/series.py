"""The verbs for any series: ``forecast FILE`` and ``backtest FILE``, and what they write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.exits import say

if TYPE_CHECKING:
    import pandas as pd
    from rich.progress import Progress

    from sim.forecast.series_forecast import Forecasts

ERRORS, PATHS, TARGETS = "errors.csv", "paths", "targets.csv"


def progress_bar() -> Progress:
    """A bar on stderr, nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def forecast_file(
    file: Path, horizon: int | None, freq: str | None, paths: int,
    target: float | None, by: int | None, workers: int, seed: int,
) -> Forecasts:  # fmt: skip
    """Forecast every series of a file, with a progress bar."""
    from sim.forecast.series import read_table
    from sim.forecast.series_forecast import forecast_all

    frame = read_table(file)
    with progress_bar() as bar:
        task = bar.add_task("预测", total=None)
        return forecast_all(
            frame, horizon, freq, paths=paths, target=target, by=by, workers=workers, seed=seed,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip


def write_forecasts(found: Forecasts, out: Path) -> None:
    """Write the table to ``out``, and beside it what else there is; a stale ``errors.csv`` does not stay."""
    write(found.table, out)
    beside = {
        ERRORS: found.errors,
        TARGETS: found.targets,
        f"{PATHS}{out.suffix}": found.paths,
    }
    for name, frame in beside.items():
        path = out.with_name(name)
        if len(frame):
            write(frame, path)
        elif name == ERRORS:
            path.unlink(missing_ok=True)


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame by the ending of the path (CSV with the mark that Excel needs to read Chinese)."""
    if path.suffix.lower() == ".parquet":
        frame.astype({"ds": str} if "ds" in frame else {}).to_parquet(path, index=False)
    elif path.suffix.lower() == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, encoding="utf-8-sig")


def say_how_it_went(found: Forecasts) -> None:
    """Say which series failed and which members were left out."""
    done = found.table["unique_id"].nunique()
    say(f"预测了 {done} 个序列" + (f"，{len(found.errors)} 个不能预测" if len(found.errors) else "") + "。")
    for row in found.errors.head(5).itertuples():
        say(f"  {row.unique_id}：{row.reason}")
    if found.fallbacks:
        say("未用的方法（次数）：" + "、".join(f"{name} {times}" for name, times in sorted(found.fallbacks.items())))
    for row in found.targets.itertuples():
        say(
            f"{row.unique_id}：{row.by} 年达到 {row.target:g} 的概率 {row.probability:.1%}"
            f"（抽样误差 ±{row.error:.1%}；各方法 {row.lowest:.1%}—{row.highest:.1%}；"
            f"朴素漂移 {_percent(float(str(row.drift)))}；届时及以前达到过 {row.ever:.1%}；"
            f"尚需年均增长 {row.growth_needed:.1f}%）。"
        )


def _percent(value: float) -> str:
    return "无法计算（完整年份不足三个）" if value != value else f"{value:.1%}"
