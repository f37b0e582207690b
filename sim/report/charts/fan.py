"""Fans over the years: gross output with every observation, and quality space under each reading."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from sim.report import numbers, theme
from sim.report.charts import layers
from sim.report.observed import figure_read
from sim.report.tables import rows_of
from sim.report.wording import Wording

_TRILLION = 10_000.0
_HALF = 0.5  # the axis begins and ends at half a 万亿元; a path of levels need not begin at zero
_SHAPES = {"A": "circle", "B": "square", "C": "cross", "own": "diamond"}
_BANDS = ["lo80", "lo50", "median", "hi50", "hi80"]


def output(
    simulated: pd.DataFrame,
    smoothed: pd.DataFrame,
    observations: pd.DataFrame,
    goals: pd.DataFrame,
    alt_text: str,
    words: Wording,
) -> dict[str, Any]:
    """Return gross output: simulated fan, statistical path with its band, observations, thresholds.

    Values in 亿元, drawn in 万亿元. ``goals``: year, value, label. ``observations``: source, period,
    year, kind_zh, stated, unit, value_yi (implied level), lo, hi, grade; rows not used are left out
    by the caller.
    """
    marks = _observed(observations, words)
    bands = pd.concat([smoothed[["year", "lo80", "hi80"]], simulated[["year", "lo80", "hi80"]]])
    x, y, lines = _axes(bands, marks, goals, words)
    stack = [
        *_statistics(_scaled(smoothed, words), x, y, words),
        *layers.fan(
            _scaled(simulated, words), x, y, layers.spread_tooltip(words("chart.simulated"), "year", words)
        ),
        *layers.goals(lines, x, y),
        *_marks(marks, x, y, words),
    ]
    return layers.spec(stack, 340, alt_text)


def outlook(
    smoothed: pd.DataFrame, observations: pd.DataFrame, goals: pd.DataFrame, alt_text: str, words: Wording
) -> dict[str, Any]:  # fmt: skip
    """Return gross output as the forecast alone has it: its fan, the observations, the thresholds.

    Tables as for :func:`output`.
    """
    marks = _observed(observations, words)
    x, y, lines = _axes(smoothed, marks, goals, words)
    tooltip = layers.spread_tooltip(words("chart.statistical"), "year", words)
    stack = [
        *layers.fan(_scaled(smoothed, words), x, y, tooltip), *layers.goals(lines, x, y), *_marks(marks, x, y, words)
    ]  # fmt: skip
    return layers.spec(stack, 340, alt_text)


def _axes(
    bands: pd.DataFrame, marks: pd.DataFrame, goals: pd.DataFrame, words: Wording
) -> tuple[alt.X, alt.Y, pd.DataFrame]:  # fmt: skip
    """Return years, 万亿元, and the thresholds in that unit, for what is drawn (``bands`` and ``goals`` in 亿元)."""
    first, last = int(min(bands["year"].min(), marks["year"].min())), int(bands["year"].max())
    low = min(bands["lo80"].min() / _TRILLION, marks["lo"].min())
    high = max(bands["hi80"].max() / _TRILLION, marks["hi"].max(), goals["value"].max() / _TRILLION)
    ends = [float(_HALF * np.floor(low / _HALF)), float(_HALF * np.ceil(high / _HALF))]
    y = alt.Y(
        "median:Q",
        axis=alt.Axis(title=words("figure.output.axis"), tickCount=6, format=".1f"),
        scale=alt.Scale(domain=ends, nice=False, zero=False),
    )
    lines = goals.assign(value=goals["value"] / _TRILLION, first=float(first))
    return layers.years(first, last, every=5), y, lines


def space(
    fan: pd.DataFrame, goals: pd.DataFrame, published: pd.DataFrame, top: float, alt_text: str, words: Wording
) -> dict[str, Any]:
    """Return one reading of quality space (万㎡) against its thresholds and what was published of it.

    ``published``: year, published (万㎡), value_text, source. ``top`` is shared by both readings.
    """
    first, last = int(fan["year"].min()), int(fan["year"].max())
    x = layers.years(first, max(last, int(goals["year"].max())), every=1)
    y = alt.Y(
        "median:Q",
        axis=alt.Axis(title=words("figure.space.axis"), tickCount=5, format=words("number.axis")),
        scale=alt.Scale(domain=[0, top], nice=True),
    )
    texts = layers.with_texts(fan, "万㎡", words)
    stack = [
        *layers.fan(texts, x, y, layers.spread_tooltip(words("chart.year"), "year", words)),
        *layers.goals(goals.assign(first=float(first)), x, y),
        *([] if published.empty else [_published(published, x, y, words)]),
    ]
    return layers.spec(stack, 260, alt_text)


def _published(rows: pd.DataFrame, x: alt.X, y: alt.Y, words: Wording) -> alt.Chart:
    at = alt.Y("published:Q", axis=y["axis"], scale=y["scale"])
    tooltip = [
        alt.Tooltip("year:N", title=words("chart.year")),
        alt.Tooltip("value_text:N", title=words("chart.published")),
        alt.Tooltip("source:N", title=words("chart.source")),
    ]
    return _outlined(rows).encode(x=x, y=at, shape=alt.value("square"), tooltip=tooltip)


def _outlined(rows: pd.DataFrame) -> alt.Chart:
    """Return the symbols of what was observed, in whatever is drawn beside it."""
    points: alt.Chart = alt.Chart(rows).mark_point(
        color=theme.INK, fill="#ffffff", size=34, strokeWidth=theme.HAIR, opacity=1
    )
    return points


def _scaled(frame: pd.DataFrame, words: Wording) -> pd.DataFrame:
    texts = layers.with_texts(frame[["year", *_BANDS]], "亿元", words)
    return texts.assign(**{name: (frame[name] / _TRILLION).round(4) for name in _BANDS})


def _statistics(frame: pd.DataFrame, x: alt.X, y: alt.Y, words: Wording) -> list[alt.Chart]:
    base = alt.Chart(frame).encode(x=x)
    tooltip = layers.spread_tooltip(words("chart.statistical"), "year", words)
    low, middle = (alt.Y(f"{name}:Q", axis=y["axis"], scale=y["scale"]) for name in ("lo80", "median"))
    return [
        base.mark_area(color=theme.GRID).encode(y=low, y2="hi80:Q", tooltip=tooltip),
        base.mark_line(color=theme.GREY_LINE, strokeDash=[2, 3], strokeWidth=theme.LINE_WIDTH).encode(
            y=middle
        ),
    ]


def _observed(observations: pd.DataFrame, words: Wording) -> pd.DataFrame:
    rows = observations[["source", "period", "year", "kind_zh", "value_yi", "lo", "hi", "grade"]].copy()
    rows["stated_text"] = [figure_read(row, words) for row in rows_of(observations)]
    rows["year"] = rows["year"] + _beside(rows["year"])
    rows["value_text"] = [numbers.amount(value, "亿元", words) for value in rows["value_yi"]]
    rows["grade_text"] = [words(f"grade.{grade}") for grade in rows["grade"]]
    for name in ("value_yi", "lo", "hi"):
        rows[name] = (rows[name].astype(float) / _TRILLION).round(4)
    rows["period"] = rows["period"].astype(str)
    rows["source"] = [words.listed(source.split(";")) for source in rows["source"]]
    rows["kind"] = [words.of(kind) for kind in rows.pop("kind_zh")]
    return rows.reset_index(drop=True)


def _beside(year: pd.Series[int]) -> pd.Series[float]:
    """Return offsets that set the marks of one year side by side, within 0.35 of it."""
    place = year.groupby(year).cumcount()
    count = year.groupby(year).transform("size")
    return (place - (count - 1) / 2) * np.minimum(0.14, 0.7 / count)


def _marks(marks: pd.DataFrame, x: alt.X, y: alt.Y, words: Wording) -> list[alt.Chart]:
    drawn = {grade: shape for grade, shape in _SHAPES.items() if grade in set(marks["grade"])}
    scale = alt.Scale(domain=[words(f"grade.{grade}") for grade in drawn], range=list(drawn.values()))
    at, low = (alt.Y(f"{name}:Q", axis=y["axis"], scale=y["scale"]) for name in ("value_yi", "lo"))
    tooltip = [
        alt.Tooltip("source:N", title=words("chart.source")),
        alt.Tooltip("period:N", title=words("chart.period")),
        alt.Tooltip("kind:N", title=words("chart.kind")),
        alt.Tooltip("stated_text:N", title=words("chart.stated")),
        alt.Tooltip("value_text:N", title=words("chart.value")),
        alt.Tooltip("grade_text:N", title=words("chart.grade")),
    ]
    shape = alt.Shape("grade_text:N", scale=scale, legend=alt.Legend(title=words("chart.observations")))
    return [
        layers.whisker(marks, x, low, "hi:Q"),
        _outlined(marks).encode(x=x, y=at, shape=shape, tooltip=tooltip),
    ]
