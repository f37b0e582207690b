"""The bench's charts: drawn once, their rows replaced as answers come in, so that nothing jumps or flickers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from sim.bench.answer import Answer, Chance
from sim.registry import Target
from sim.report import numbers, sentences, theme
from sim.report.charts import flows as paths
from sim.report.wording import Wording

ROWS = "rows"
"""The one named data set of each chart that changes."""
NAMES = ("output", "started", "completed", "moves", "chances")
_INDICATOR = {
    "output": "gross_output_above_scale", "started": "quality_space_started", "completed": "quality_space_completed",
}  # fmt: skip
_TRILLION = 10_000.0
_SPREAD = ["lo80", "lo50", "median", "hi50", "hi80", "base"]


def rows(answer: Answer, words: Wording) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every chart."""
    fans = {name: answer.fans[indicator] for name, indicator in _INDICATOR.items()}
    fans["output"] = fans["output"].assign(**{name: fans["output"][name] / _TRILLION for name in _SPREAD})
    for name in ("started", "completed"):
        fans[name] = fans[name][fans[name]["year"] >= 2024]
    moves = answer.moves.assign(name=[words(f"path.{path}") for path in answer.moves["path"]])
    found = {name: _records(frame) for name, frame in (*fans.items(), ("moves", moves))}
    return found | {"chances": [_bar(chance, answer.runs, words) for chance in answer.chances]}


def specs(targets: Sequence[Target], words: Wording) -> dict[str, dict[str, Any]]:
    """Return every chart without rows; the thresholds of the targets are drawn already."""
    titles = {
        "output": "规上工业总产值（万亿元）", "started": "高品质工业空间，开工口径（万㎡）",
        "completed": "高品质工业空间，竣工口径（万㎡）",
    }  # fmt: skip
    found = {}
    for name, title in titles.items():
        mine = [target for target in targets if target.indicator == _INDICATOR[name]]
        scale = _TRILLION if name == "output" else 1.0
        goals = pd.DataFrame({
            "year": [int(target.deadline[:4]) for target in mine],
            "value": [target.threshold / scale for target in mine],
            "label": [numbers.threshold(target.threshold, target.unit, words) for target in mine],
        })  # fmt: skip
        found[name] = _dressed(_fan(goals, zero=name != "output"), title, words)
    found["moves"] = _dressed(_moves(words), "企业去向（家/年）", words)
    found["chances"] = _dressed(_chances(), "头条目标的实现概率", words)
    return found


def _fan(goals: pd.DataFrame, zero: bool) -> Any:
    """The position's fan and median, the baseline's median dashed, thresholds."""
    base = alt.Chart(alt.NamedData(name=ROWS)).encode(x=_years())
    scale = alt.Scale(zero=zero, nice=True)
    tooltip = [alt.Tooltip("year:O", title="年"), *_spread_tooltip(".2f" if not zero else ",.0f")]

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=alt.Axis(title=None, tickCount=5), scale=scale)

    mark = alt.Chart(goals).encode(x=alt.X("year:Q"), y=y("value"))
    return alt.layer(
        base.mark_area(color=theme.BAND_80).encode(y=y("lo80"), y2="hi80:Q"),
        base.mark_area(color=theme.BAND_50).encode(y=y("lo50"), y2="hi50:Q"),
        base.mark_line(color=theme.INK, strokeDash=[5, 3], strokeWidth=theme.HAIR).encode(y=y("base")),
        base.mark_line(color=theme.BLUE, strokeWidth=theme.LINE_WIDTH).encode(y=y("median")),
        base.mark_rule(strokeWidth=14, opacity=0.001).encode(y=y("lo80"), y2="hi80:Q", tooltip=tooltip),
        mark.mark_point(shape="diamond", filled=True, size=70, color=theme.THRESHOLD, opacity=1),
        mark.mark_text(color=theme.THRESHOLD, align="right", baseline="bottom", dx=-6, dy=-2, fontWeight="bold")
        .encode(text="label:N"),
    ).properties(width=330, height=190)  # fmt: skip


def _moves(words: Wording) -> Any:
    """A small chart a path: the position's median and 80 % interval, the baseline's median as a dash."""
    order = [words(f"path.{path}") for path in paths.PATHS]
    base = alt.Chart().encode(x=_years(labels=False))

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=alt.Axis(title=None, tickCount=3, format=".0f"), scale=alt.Scale(domainMin=0))

    tooltip = [alt.Tooltip("name:N", title="去向"), alt.Tooltip("year:O", title="年"), *_spread_tooltip(",.0f")]
    small = alt.layer(
        base.mark_area(color=theme.BAND_80).encode(y=y("lo80"), y2="hi80:Q"),
        base.mark_line(color=theme.INK, strokeDash=[4, 2], strokeWidth=theme.HAIR).encode(y=y("base")),
        base.mark_line(color=theme.BLUE, strokeWidth=1.6).encode(y=y("median")),
        base.mark_rule(strokeWidth=8, opacity=0.001).encode(y=y("lo80"), y2="hi80:Q", tooltip=tooltip),
        data=alt.NamedData(name=ROWS),
    ).properties(width=118, height=62)
    header = alt.Header(title=None, labelFontSize=theme.LABEL_SIZE, labelColor=theme.INK, labelPadding=2)
    return small.facet(alt.Facet("name:N", sort=order, header=header), columns=5, spacing=10).resolve_scale(
        y="independent"
    )


def _chances() -> Any:
    """A bar a target with its interval, the baseline as a tick."""
    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(title=None, labelLimit=300))
    )
    axis = alt.Axis(title=None, format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=True)
    scale = alt.Scale(domain=[0, 1], nice=False)
    tooltip = [
        alt.Tooltip("name:N", title="目标"), alt.Tooltip("chance:N", title="概率"),
        alt.Tooltip("interval:N", title="95%区间"), alt.Tooltip("base_chance:N", title="基准"),
    ]  # fmt: skip
    x = alt.X("probability:Q", axis=axis, scale=scale)
    return alt.layer(
        base.mark_bar(height=11, color=theme.BAND_50).encode(x=x, tooltip=tooltip),
        base.mark_rule(color=theme.INK, strokeWidth=2).encode(x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q",
                                                              tooltip=tooltip),
        base.mark_tick(color=theme.THRESHOLD, thickness=3, height=19).encode(x=alt.X("base:Q", axis=axis, scale=scale)),
    ).properties(width=330, height=alt.Step(30))  # fmt: skip


def _years(labels: bool = True) -> alt.X:
    axis = alt.Axis(format="d", title=None, labelOverlap="greedy", tickCount=10 if labels else 3)
    return alt.X("year:Q", axis=axis, scale=alt.Scale(nice=False, padding=4))


def _spread_tooltip(form: str) -> list[alt.Tooltip]:
    shown = {"median": "中位数", "lo80": "80%区间下端", "hi80": "80%区间上端", "base": "基准中位数"}
    return [alt.Tooltip(f"{name}:Q", title=title, format=form) for name, title in shown.items()]


def _dressed(chart: Any, title: str, words: Wording) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    heading = {"text": title, "anchor": "start", "fontSize": 13, "font": theme.FONT_STACK, "color": theme.INK}
    config = theme.config()
    config["axisY"] = {"domain": False, "ticks": False}
    return {
        **spec, "title": heading, "description": title, "config": config,
        "autosize": {"type": "pad", "resize": True},  # the rows come later, and with them the size
    }  # fmt: skip


def _bar(chance: Chance, runs: int, words: Wording) -> dict[str, Any]:
    return {
        "name": target_name(chance.target, words), "probability": chance.probability, "low": chance.low,
        "high": chance.high, "base": chance.base, "chance": numbers.share(chance.probability, runs, words),
        "interval": numbers.percent_interval(chance.low, chance.high, words),
        "base_chance": numbers.share(chance.base, runs, words),
    }  # fmt: skip


def target_name(target: Target, words: Wording) -> str:
    """``2027年规上工业总产值≥2.7万亿元``."""
    row = {
        "id": target.id, "label": target.label_zh, "direction": target.direction, "threshold": target.threshold,
        "unit": target.unit, "reading": target.reading_zh,
    }  # fmt: skip
    return f"{target.deadline[:4]}年{sentences.target_name(row, words)}"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.round(4).to_dict("records")]


