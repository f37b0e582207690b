"""What the terminal says of a forecast: Ningbo's targets, any table of series, a backtest."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.intervals import wilson
from sim.forecast.documents import BETWEEN
from sim.report import numbers
from sim.report.tables import records, rows_of
from sim.report.terminal import show
from sim.report.wording import Wording

if TYPE_CHECKING:
    from sim.forecast.answer import Answer
    from sim.forecast.backtest import Backtest
    from sim.forecast.origin_scores import EvidenceBacktest
    from sim.forecast.series_forecast import Forecasts

FEW = 10
"""Series below which a difference between methods may be luck."""
FEWEST = 5
"""Series below which no interval of a difference is printed."""
SHOWN = 40
"""Rows of forecasts that are printed; the rest is for a file."""
FAR = 20.0
"""Times the last whole year's total beyond which a target is rather in another unit (assumption): units that are
mistaken lie mostly ten-thousandfold apart (元, 万元, 亿元, 万亿元); growth of 10 % a year needs three decades for
it."""
PROMISED = (80, 95)
"""Levels of the intervals that are held against what they promise, percent."""
_PERIODS = {"YS": "年", "QS": "季", "MS": "月"}
NOTES, NAMED = 5, 3
"""Notes that are printed, and series that are named with each."""


def show_answer(answer: Answer, words: Wording, last: int) -> None:
    """Print one target's probability with everything that limits it; ``last`` as of :func:`answer_lines`."""
    title, lines = answer_lines(answer, words, last)
    print(title)
    for line in lines:
        print(f"  {line}")


def answer_lines(answer: Answer, words: Wording, last: int) -> tuple[str, list[str]]:
    """Return what is asked, and one target's probability with everything that limits it.

    Args:
        last: the forecast's last observed year, from which the drift and the growth that is needed count.
    """
    at, basis = answer.at, "public" if answer.grades else "own"

    def chance(value: float) -> str:
        return numbers.percent(value, words)

    lines = {
        "probability": words("outlook.probability", value=chance(at.probability), error=f"{100 * at.error:.1f}"),
        "range": words(f"outlook.range.{basis}", value=_span(at.low, at.high, words)),
        "ever": words("outlook.ever", value=chance(at.ever)),
        "drift": words(f"outlook.drift.{basis}", value=chance(at.naive_drift), year=last),
    }
    if at.growth_needed > 0:
        lines["growth"] = words(f"outlook.growth.{basis}", value=f"{at.growth_needed:.1f}", year=last)
    elif at.growth_needed <= 0:
        lines["growth"] = words(f"outlook.above.{basis}", year=last)
    if len(answer.without):
        low, high = (answer.without.loc[answer.without["probability"].agg(side)] for side in ("idxmin", "idxmax"))
        lines["without"] = words(
            "outlook.without", low=chance(low["probability"]), low_source=rows_of_document(low["source"], words),
            high=chance(high["probability"]), high_source=rows_of_document(high["source"], words),
            count=len(answer.without),
        )  # fmt: skip
    if answer.grades:
        none = words("outlook.no_level")
        each = [f"{grades} {none if value is None else chance(value)}" for grades, value in answer.grades.items()]
        lines["grades"] = words("outlook.grades", each="，".join(each))
    target = numbers.amount(answer.threshold, "亿元", words)
    return words("outlook.title", year=answer.year, target=target), list(lines.values())


def rows_of_document(source: str, words: Wording) -> str:
    """List the rows of a document that was left out."""
    return words.listed(source.split(BETWEEN))


def _span(low: float, high: float, words: Wording) -> str:
    """Write a range of probabilities that no number of runs would make narrower."""
    if numbers.percent(low, words) != numbers.percent(high, words) and low < 0.01 and high > 0.99:
        return words("number.interval", low=numbers.percent(low, words), high=numbers.percent(high, words))
    return numbers.percent_interval(low, high, words)


def answer_record(answer: Answer) -> dict[str, Any]:
    """Return the same for machines."""
    at = {name: None if math.isnan(value) else value for name, value in vars(answer.at).items()}
    return {
        "threshold": answer.threshold, "year": answer.year, **at,
        "without_source": records(answer.without), "grades": answer.grades,
    }  # fmt: skip


def mistaken_unit(name: str, target: float, year: int, total: float) -> str:
    """Return a sentence if a target has hardly the unit in common with the last whole year's total; else ""."""
    if not (total > 0 and target > 0) or 1 / FAR <= target / total <= FAR:
        return ""
    return (
        f"{name}：目标 {_exact(target)} 与序列最近全年（{year} 年）{_exact(total)} 相差悬殊，"
        "单位是否一致（如万亿元与亿元）？"
    )


def show_series(found: Forecasts, show_table: bool) -> None:
    """Print forecasts (the first rows of many), years' totals, targets, failures and what was left out."""
    if show_table:
        _show_bands(found.table, "ds", "时期")
        if len(found.years):
            _show_bands(found.years, "year", "全年合计")
            print("全年合计为各期之和，已知的各期照实计入；存量、比率与指数没有这样的合计。")
    for row in rows_of(found.targets.head(SHOWN)):
        print(_target(row))
    _say(f"预测了 {found.table['unique_id'].nunique():,} 个序列。")
    _say_errors(found.errors)
    if show_table and len(found.errors):
        _say("要留下全部未能处理的序列与原因，加 --out 文件：写在它旁边的 errors.csv。")
    _say_notes(found.notes)
    if found.fallbacks:
        _say("未采用的方法（次数）：" + "、".join(f"{name} {times}" for name, times in sorted(found.fallbacks.items())))


def show_beyond(found: Forecasts) -> None:
    """Print of totals that reach farther than the table of periods where the rest of them is from."""
    ends = {str(name): sorted(part) for name, part in found.table.groupby("unique_id")["ds"]}
    last = {str(name): int(part.max()) for name, part in found.years.groupby("unique_id")["year"]}
    short = [name for name, year in last.items() if not _whole(ends[name], year)]
    if not short:
        return
    listed = f"{'、'.join(short[:NAMED])}{f' 等 {len(short):,} 个序列' if len(short) > NAMED else ''}"
    until, year = ends[short[0]][-1][:7], last[short[0]]
    print(f"{listed}：各期印到 {until}，全年合计算到 {year} 年：其余各期同样由这个预测模拟出来、计入合计，只是没有印；"
          "要看它们，加大 --horizon。")  # fmt: skip


def _whole(periods: Sequence[str], year: int) -> bool:
    """Whether periods, by their dates in order, reach the end of a year."""
    at = [12 * int(ds[:4]) + int(ds[5:7]) for ds in periods[-2:]]
    step = at[-1] - at[0] or 1
    return at[-1] + step > 12 * year + 12


def show_spans(found: Forecasts) -> None:
    """Print of series in which January and February are one period, eleven a year, how many months theirs are."""
    spans: dict[tuple[int, int], list[str]] = {}
    for name, month in found.both.items():
        ends = found.table.loc[found.table["unique_id"] == name, "ds"].str[5:7].astype(int)
        spans.setdefault((len(ends), len(ends) + int((ends == month).sum())), []).append(name)
    for (periods, months), names in spans.items():
        more = f" 等 {len(names):,} 个序列" if len(names) > NAMED else ""
        print(f"{'、'.join(names[:NAMED])}{more}：1—2 月合为一期，一年 11 期，{periods} 期是 {months} 个月。")


def show_reach(found: Backtest, both: Sequence[str]) -> None:
    """Print how many periods ahead of each origin are scored, and about how many months that is of series in which
    January and February are ``both`` one period."""
    for freq, part in found.by_frequency().items():
        ahead = int(part.scores["periods"].max())
        print(f"每个起点向前 {ahead} 期（{_PERIODS[freq]}），只用起点及以前的数，一切重新估计。")
        names = [name for name in both if name in set(part.scores["unique_id"])]
        if names:
            more = f" 等 {len(names):,} 个序列" if len(names) > NAMED else ""
            said = f"1—2 月合为一期，一年 11 期，{ahead} 期约 {ahead * 12 / 11:.0f} 个月"
            print(f"{'、'.join(names[:NAMED])}{more}：{said}；季节与简单方法都按一年 11 期算。")


def show_backtest(found: Backtest, summary: pd.DataFrame, words: Wording) -> None:
    """Print scores by method, best first, whether the intervals held what they promise, and what failed."""
    series = found.scores["unique_id"].nunique()
    more = "比合成多" if series < FEWEST else "比合成多（95%区间）"
    heads = ["方法", "加权区间得分", more, "MASE", "sMAPE", "OWA", "50%内", "80%内", "95%内"]
    rows = [
        [
            words(f"record.method.{row['method']}"), f"{row['wis']:.3f}",
            "" if row["method"] == "pool" else _more(row, series),
            f"{row['mase']:.3f}", f"{row['smape']:.2f}", f"{row['owa']:.3f}",
            *(f"{100 * row[f'in{level}']:.0f}%" for level in (50, 80, 95)),
        ]
        for row in rows_of(summary)
    ]  # fmt: skip
    show(heads, rows, right=range(1, 9))
    scores = found.scores
    origins = scores.groupby("unique_id")["origin"].nunique().sum()
    print(f"{series:,} 个序列，共 {origins:,} 个起点；合成即 tenglong forecast 给出的预测，其余为它的成员与简单方法；"
          "得分越小越好。")  # fmt: skip
    pooled = next(row for row in rows_of(summary) if row["method"] == "pool")
    held = {level: [float(pooled[f"in{level}{end}"]) for end in ("", "_lo", "_hi")] for level in PROMISED}
    print(f"合成的区间是否名副其实：{_held(held)}。")
    if origins < FEW:
        print("起点少，得分多凭运气：加 --origins 个数 可多取（相隔一年）；取短些的 --horizon，较短的序列也放得下。")
    drawn = "差异的区间由按序列重抽样得到"
    if series < FEWEST:
        drawn = f"差异的区间由各序列之间的差别得来，序列不足 {FEWEST} 个，没有列出"
    print(f"加权区间得分与 MASE 都除以季节朴素法的样本内误差；{drawn}；OWA 以 Naive2 为 1。")
    if series < FEW:
        print(f"序列不足 {FEW} 个，差异可能只是偶然。")
    _say_errors(found.errors)


def show_evidence_backtest(found: EvidenceBacktest, words: Wording) -> None:
    """Print what the evidence model would have said from every origin, and scores beside random walks."""
    said = found.scores[found.scores["method"] == "evidence"].sort_values(["origin", "year"])
    rows = [
        [
            str(row["origin"]), str(row["year"]), numbers.amount(row["median"], "亿元", words),
            numbers.amount_interval(row["lo80"], row["hi80"], "亿元", words),
            numbers.amount(row["outcome"], "亿元", words), f"{100 * (row['median'] / row['outcome'] - 1):+.1f}%",
            "内" if row["in80"] else "外",
        ]
        for row in rows_of(said)
    ]  # fmt: skip
    show(["起点", "年份", "当时的中位数", "80%区间", "后来公布或推得", "误差", "80%区间内外"], rows, right=range(2, 6))
    heads = ["方法", "次数", "平均对数误差", "平均绝对对数误差", "加权区间得分", "80%内", "95%内", "布赖尔得分"]
    scores = [
        [
            words(f"record.method.{row['method']}"), str(row["forecasts"]), f"{row['error_pct']:+.1f}",
            f"{row['mae_pct']:.1f}", f"{row['wis']:.2f}%", f"{100 * row['in80']:.0f}%", f"{100 * row['in95']:.0f}%",
            f"{row['brier']:.3f}",
        ]
        for row in rows_of(found.summary())
    ]  # fmt: skip
    show(heads, scores, right=range(1, 8))
    model = next(row for row in rows_of(found.summary()) if row["method"] == "evidence")
    tried = int(model["forecasts"])
    held = {level: [float(model[f"in{level}"]), *wilson(round(model[f"in{level}"] * tried), tried)]
            for level in PROMISED}  # fmt: skip
    print(f"证据模型的区间是否名副其实：{_held(held)}。")
    print(found.sample)


def _held(shares: Mapping[int, Sequence[float]]) -> str:
    """Say of intervals by level whether they hold the share that they promise, as far as so few cases can tell.

    Args:
        shares: the share that lay inside, and the 95 % interval of it.
    """
    told = []
    for level, (share, low, high) in shares.items():
        narrow, wide = high < level / 100, low > level / 100
        verdict = "偏窄，真实的不确定性更大" if narrow else "偏宽" if wide else "看不出与所称不同"
        error = f"{100 * low:.0f}%—{100 * high:.0f}%"
        told.append(f"{level}%区间盖住了 {100 * share:.0f}%（各次若互不相关，误差范围 {error}），{verdict}")
    return "；".join(told)


def _show_bands(frame: pd.DataFrame, when: str, head: str) -> None:
    """Print medians and intervals by series and time, the first rows of many."""
    columns = ["median", "lo-50", "hi-50", "lo-80", "hi-80", "lo-95", "hi-95"]
    rows = [
        [str(row["unique_id"]), str(row[when]), *(_number(row[name]) for name in columns)]
        for row in rows_of(frame.head(SHOWN))
    ]
    heads = ["序列", head, "中位数", *(f"{level}%{side}" for level in (50, 80, 95) for side in ("下限", "上限"))]
    show(heads, rows, right=range(2, 9))
    if len(frame) > SHOWN:
        print(f"只显示前 {SHOWN} 行，共 {len(frame):,} 行；用 --out 文件 写出全部。")


def _target(row: dict[str, Any]) -> str:
    whole = pd.notna(row["since"])
    since = f" {row['since']:.0f} 年" if whole else "最近一个全年"
    drift = "因完整年份不足三个而无法计算" if math.isnan(row["drift"]) else _chance(row["drift"])
    growth = ""
    if row["growth_needed"] > 0:
        growth = f"；自{since}起尚需年均增长 {row['growth_needed']:.1f}%"
    elif row["growth_needed"] <= 0:
        growth = "；最近一个全年已不低于目标"
    if not math.isnan(row["growth_before"]) and not math.isnan(row["growth_expected"]):
        growth += f"；此前各全年年均增长 {row['growth_before']:.1f}%，预测的中位数为年均 {row['growth_expected']:.1f}%"
        if row["growth_expected"] < row["growth_before"]:
            growth += "（多数方法让趋势逐年减弱；朴素漂移让它照旧）"
    return (
        f"{row['unique_id']}：{row['by']} 年达到 {_exact(row['target'])} 的概率 {_chance(row['probability'])}"
        f"（抽样标准误 {100 * row['error']:.1f} 个百分点；各方法 {_chance(row['lowest'])}—{_chance(row['highest'])}）；"
        f"届时及以前达到过 {_chance(row['ever'])}；"
        f"朴素漂移（只用到{since}{'全年' if whole else ''}）{drift}{growth}。"
    )


def _more(row: dict[str, Any], series: int) -> str:
    """A difference with its interval; of very few series it would have no width worth printing."""
    interval = f"（{row['more_lo']:+.3f}至{row['more_hi']:+.3f}）" if series >= FEWEST else ""
    return f"{row['wis_more_than_pool']:+.3f}{interval}"


def _number(value: float) -> str:
    """Six figures, never in powers of ten where they can be written out."""
    size = abs(value)
    if size and not 1e-4 <= size < 1e15:
        return f"{value:.5e}"
    return f"{value:,.{max(0, 5 - math.floor(math.log10(size))) if size else 0}f}"


def _exact(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def _chance(value: float) -> str:
    """A probability with one decimal, never 0 or 100 %."""
    return "低于 0.1%" if value < 0.001 else "高于 99.9%" if value > 0.999 else f"{value:.1%}"


def _say_errors(errors: pd.DataFrame) -> None:
    if len(errors):
        _say(f"{len(errors):,} 个序列未能处理：")
    for row in rows_of(errors.head(5)):
        _say(f"  {row['unique_id']}：{row['reason']}")
    if len(errors) > 5:
        _say("  ……")


def _say_notes(notes: pd.DataFrame) -> None:
    """What stood in or was left out, the same words for several series once."""
    each = notes.groupby("note", sort=False)["unique_id"].agg(list)
    for note, names in list(each.items())[:NOTES]:
        more = f" 等 {len(names):,} 个序列" if len(names) > NAMED else ""
        _say(f"{'、'.join(map(str, names[:NAMED]))}{more}：{note}。")
    if len(each) > NOTES:
        _say(f"另有 {len(each) - NOTES} 种情形；用 --out 文件 可得到逐个序列的说明。")


def _say(text: str) -> None:
    print(text, file=sys.stderr)
