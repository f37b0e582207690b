"""The verbs of the forecast: Ningbo's output, or any table of series."""

from __future__ import annotations

from dataclasses import replace
from os.path import isfile  # where the path's own refuses a long name
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import JsonOption, SeedOption, WorkersOption, app, emit, progress
from sim.cli.exits import say, shown
from sim.cli.written import check_errors, check_out, write_errors, write_tables
from sim.parallel import default_workers

if TYPE_CHECKING:
    import pandas as pd

    from sim.forecast.backtest import Backtest
    from sim.forecast.outlook import Outlook
    from sim.forecast.series_forecast import Forecasts

MOST_PATHS = 10_000
"""As of ``sim.forecast.series_forecast.DRAWS``, which takes too long to import for a text of help."""
USUALLY = "年度 6 期、季度 8 期、月度 18 期"
"""As of ``sim.forecast.series_forecast.HORIZON``."""
FileArgument = Annotated[
    Path | None,
    typer.Argument(help="长表 unique_id, ds, y（.csv、.xlsx 或 .parquet），或月度产值序列；不给则为宁波规上工业总产值"),
]
HorizonOption = Annotated[
    int | None, typer.Option("--horizon", min=1, max=1200, help=f"向前几期；不给时，文件里的序列{USUALLY}")
]
FreqOption = Annotated[str | None, typer.Option("--freq", help="MS（月）、QS（季）、YS（年）；不给则由日期推断")]
SEED, FIRST, ORIGINS = 2027, 2020, 3


@app.command()
def forecast(
    file: FileArgument = None,
    horizon: HorizonOption = None,
    freq: FreqOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="写入 .csv、.parquet 或 .xlsx")] = None,
    paths: Annotated[
        int, typer.Option("--paths", min=0, max=100_000, help=f"另写多少条联合路径；文件里的序列至多 {MOST_PATHS:,} 条")
    ] = 0,
    target: Annotated[float | None, typer.Option("--target", help="全年合计的目标值；须同时给 --by")] = None,
    by: Annotated[int | None, typer.Option("--by", min=1900, max=2200, help="目标年份")] = None,
    grades: Annotated[str, typer.Option("--grades", help="只用这些等级的公开证据：ABC、AB 或 A")] = "ABC",
    first: Annotated[int, typer.Option("--from", min=2015, max=2030, help="宁波：表的起始年份")] = FIRST,
    workers: WorkersOption = None,
    seed: SeedOption = SEED,
    as_json: JsonOption = False,
) -> None:
    """预测：宁波规上工业总产值（不含政策差异，亿元），或任何长表里的各个序列。"""
    from sim.forecast.answer import GRADES
    from sim.forecast.evidence_model import ALL_GRADES

    if (target is None) != (by is None):
        raise typer.BadParameter("--target 与 --by 须同时给出。")
    if paths and out is None:
        raise typer.BadParameter("--paths 须与 --out 同用：路径写在它旁边。")
    if grades not in GRADES:
        raise typer.BadParameter(f"--grades 可用 {'、'.join(GRADES)}，现为“{grades}”。")
    if file is None and freq is not None:
        raise typer.BadParameter("--freq 只用于自己的长表；宁波的产值是年度的。")
    if file is not None and (grades, first) != (ALL_GRADES, FIRST):
        raise typer.BadParameter("--grades 与 --from 只用于宁波的产值，不用于自己的长表。")
    if file is not None and paths > MOST_PATHS:
        raise typer.BadParameter(f"长表的每个序列只有 {MOST_PATHS:,} 条路径，--paths 不能更多。")
    if out is not None:
        check_out(out, file)
    if file is None:
        _output(horizon, out, paths, target, by, grades, first, seed, as_json)
    else:
        _series(file, horizon, freq, out, paths, target, by, workers, seed, as_json)


@app.command()
def backtest(
    file: FileArgument = None,
    horizon: HorizonOption = None,
    freq: FreqOption = None,
    origins: Annotated[int | None, typer.Option("--origins", min=1, max=100, help="起点个数，相隔一年，默认 3")] = None,
    report: Annotated[bool, typer.Option("--report", help="另生成页面到 reports/")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="逐个起点的得分写入 .csv、.parquet 或 .xlsx")] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """回测：只用当时已知的数据，与朴素、漂移、ETS、Theta 等比较。"""
    if out is not None:
        check_out(out, file)
    if file is None:
        if (horizon, freq) != (None, None) or (not report and (origins, workers) != (None, None)):
            raise typer.BadParameter(
                "--horizon、--freq、--origins、--workers 只用于自己的长表；宁波的证据有哪些起点就测哪些。"
            )
        found = _backtest_output(out, as_json)
    else:
        found = _backtest_series(file, horizon, freq, origins or ORIGINS, out, workers, as_json)
    if report:
        from sim.report.publish import publish_record

        say("正在生成回测记录的页面……")
        found["report"] = shown(publish_record(file, horizon or 0, freq or "", origins or ORIGINS))
    if as_json:
        emit(found)
    elif report:
        print(found["report"])


def _backtest_output(out: Path | None, as_json: bool) -> dict[str, Any]:
    """Try the evidence model on Ningbo's own evidence; print it, or return it for machines."""
    from sim.forecast.origins import evidence_backtest
    from sim.own import usual_series
    from sim.report.series import show_evidence_backtest
    from sim.report.tables import records
    from sim.report.wording import wording

    if own := usual_series():
        say(f"测的是用公开证据的预测，不是自备的月度序列；后者用 tenglong backtest {own.path} 测。")
    say("正在逐个起点重新估计……")
    found = evidence_backtest()
    if out is not None:
        write_tables({"": found.scores, "-targets": found.chances}, out)
    if as_json:
        return {"methods": records(found.summary()), "scores": records(found.scores), "sample": found.sample}
    show_evidence_backtest(found, wording("zh"))
    return {}


def _backtest_series(
    file: Path, horizon: int | None, freq: str | None, origins: int, out: Path | None, workers: int | None,
    as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Backtest every series of a file; print it, or return it for machines."""
    from sim.forecast.backtest import backtest_all
    from sim.forecast.series import Series, split
    from sim.report.series import show_backtest, show_reach
    from sim.report.tables import records
    from sim.report.wording import wording

    frame = _frame(file)
    with progress("回测", runs=False) as bar:
        found = backtest_all(
            frame, horizon, freq, origins=origins, workers=workers or default_workers(),
            progress=bar,
        )  # fmt: skip
    if out is not None:
        write_tables({"": found.scores}, out)
    summary = found.summary()
    if as_json:
        return {"methods": records(summary), "errors": records(found.errors)}
    compared = found.shared()
    show_backtest(compared, summary, wording("zh"))
    show_reach(compared, [one.name for one in split(frame, freq) if isinstance(one, Series) and one.calendar.both])
    _show_limits(found, compared)
    return {}


def _show_limits(found: Backtest, compared: Backtest) -> None:
    """Print which origins the averages leave out."""

    def origins(tried: Backtest) -> int:
        return len(tried.scores[["unique_id", "late"]].drop_duplicates())

    if left := origins(found) - origins(compared):
        print(f"另有 {left:,} 个起点，有的方法在那里拟合不了（多半因以前的数太少），没有计入上表："
              "各方法只在共有的起点上比较；它们的得分在 --out 写出的表里。")  # fmt: skip


def _output(
    horizon: int | None, out: Path | None, paths: int, target: float | None, by: int | None, grades: str, first: int,
    seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Forecast Ningbo's output."""
    from sim.forecast.answer import answers
    from sim.forecast.evidence_model import OutputForecast
    from sim.forecast.outlook import long_paths, long_table
    from sim.own import usual_series
    from sim.report.forecasts import goals_of
    from sim.report.series import answer_record, mistaken_unit, show_answer
    from sim.report.tables import records
    from sim.report.terminal import show_forecast
    from sim.report.wording import wording

    model = _outlook(grades, horizon)
    last = model.last_observed + horizon if horizon else max(model.smoothed["year"])
    table = model.smoothed[model.smoothed["year"].between(first, last)]
    if out is not None:
        write_tables({"": long_table(model, last), "-paths": long_paths(model, paths, seed, last)}, out)
    goals = goals_of(model) if target is None or by is None else [(target, by)]
    if target is not None:
        last_total = float(model.smoothed.set_index("year")["median"].to_dict()[model.last_observed])
        if doubt := mistaken_unit("规上工业总产值（亿元）", target, model.last_observed, last_total):
            say(doubt)
    if not isinstance(model, OutputForecast) and (own := usual_series()):
        _say_doubts(own.location)
    if not as_json:
        print(wording("zh")("outlook.table"))
        show_forecast(table, wording("zh"))
        if isinstance(model, OutputForecast):
            say(f"依据 {len(model.fit.observed)} 条公开证据；正在逐一去掉来源（一份文件的各行一起），看概率怎样变……")
        else:
            say("依据自备的月度序列。")
    found = list(answers(model, goals))
    if as_json:
        emit({"years": records(table), "targets": [answer_record(one) for one in found]})
        return
    for one in found:
        show_answer(one, wording("zh"), model.last_observed)


def _outlook(grades: str, horizon: int | None) -> Outlook:
    from sim.ensemble.runner import forecast_model
    from sim.forecast.evidence_model import ALL_GRADES, OutputForecast, evidence_model

    model = forecast_model()
    if not isinstance(model, OutputForecast):
        if grades != ALL_GRADES:
            raise typer.BadParameter("现在依据的是自备的月度序列，--grades 不起作用；移开该文件即可用公开证据。")
        if horizon and model.last_observed + horizon > max(model.smoothed["year"]):
            raise typer.BadParameter(f"自备序列最远预测到 {max(model.smoothed['year'])} 年。")
        return model
    last = max(model.last_observed + (horizon or 0), model.fit.last)
    return model if (grades, last) == (ALL_GRADES, model.fit.last) else evidence_model(grades, last=last)


def _series(
    file: Path, horizon: int | None, freq: str | None, out: Path | None, paths: int, target: float | None,
    by: int | None, workers: int | None, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Forecast every series of a file."""
    from sim.forecast.series_forecast import NothingForecast, forecast_all
    from sim.report.series import mistaken_unit, show_beyond, show_series, show_spans
    from sim.report.tables import records

    if out is not None:
        check_errors(out)
    frame = _frame(file)
    names = {"", *frame["unique_id"].astype(str)}
    with progress("预测", runs=False) as bar:
        try:
            found = forecast_all(
                frame, horizon, freq, paths=paths, target=target, by=by, seed=seed,
                workers=workers or default_workers(),
                progress=bar,
            )  # fmt: skip
        except NothingForecast as error:
            if out is not None:
                write_errors(error.errors, out, names)
            raise
    if out is not None:
        tables = {"": found.table, "-years": found.years, "-targets": found.targets, "-paths": found.paths}
        write_tables({**tables, "-notes": found.notes}, out)
        write_errors(found.errors, out, names)
    if as_json:
        emit({
            "forecasts": records(found.table), "years": records(found.years), "targets": records(found.targets),
            "errors": records(found.errors), "notes": records(found.notes),
        })  # fmt: skip
    else:
        show_series(replace(found, table=_named(found)), show_table=out is None)
        show_spans(found)
        if out is None:
            show_beyond(found)
    for row in records(found.targets):
        if row["since"] and (
            doubt := mistaken_unit(row["unique_id"], row["target"], int(row["since"]), row["since_total"])
        ):
            say(doubt)


def _named(found: Forecasts) -> pd.DataFrame:
    """Return the table for the screen: where a period is January and February together, it says so."""
    table = found.table
    when = [
        f"{ds[:4]} 年 1—2 月合计" if name in found.both and int(ds[5:7]) == found.both[name] else ds
        for name, ds in zip(table["unique_id"], table["ds"], strict=True)
    ]
    return table.assign(ds=when)


def _frame(file: Path) -> pd.DataFrame:
    """Read a table of series; what is nearly a monthly output series is told what such a series lacks.

    Raises:
        TableInvalid, DataInvalid: it is none.
    """
    from sim.forecast.long_table import LINE, NOTE, TableInvalid, read_table
    from sim.own import output
    from sim.own.cells import REQUIRED
    from sim.problems import DataInvalid

    if file.suffix.lower() != ".parquet" and output.is_misnamed(file):
        raise DataInvalid(output.problems(file))
    try:
        frame = read_table(file)
    except TableInvalid as error:
        if not (isfile(file) and file.suffix.lower() in output.ENDINGS and output.is_series(file.resolve())):
            raise
        raise TableInvalid(
            f"{str(error).rstrip('。')}。若是规上工业总产值的月度序列，首行须为 {'、'.join(REQUIRED)}，"
            f"tenglong check {file} 逐列说明要改成什么。"
        ) from None
    whole = file.resolve()
    if frame.index.name != LINE and file.suffix.lower() in output.ENDINGS and output.is_series(whole):
        _say_doubts(whole)
    if told := frame.attrs.get(NOTE):
        say(told)
    return frame


def _say_doubts(series: Path) -> None:
    """Say what should be looked at again in a monthly output series, as its check does."""
    from sim.own import output
    from sim.problems import shortened

    for text in shortened([*output.doubts(series), *output.far_from_published(series)]):
        say(f"存疑 {text}")
