"""Layers that several charts share: fans, whiskers, thresholds, tooltips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from sim.report import numbers, theme
from sim.report.wording import Wording


def years(first: int, last: int, every: int = 1) -> alt.X:
    """Return a yearly x encoding from ``first`` to ``last``, labelled so that ``last`` is labelled."""
    ticks = [year for year in range(first, last + 1) if (last - year) % every == 0]
    axis = alt.Axis(values=ticks, format="d", title=None, labelOverlap="greedy")
    return alt.X("year:Q", axis=axis, scale=alt.Scale(domain=[first - 0.3, last + 0.3], nice=False))


def spread_tooltip(title: str, field: str, words: Wording) -> list[alt.Tooltip]:
    """Return tooltips that name a row and give its median and intervals as written text."""
    return [
        alt.Tooltip(f"{field}:N", title=title),
        alt.Tooltip("median_text:N", title=words("chart.median")),
        alt.Tooltip("interval80_text:N", title=words("chart.interval80")),
        alt.Tooltip("interval50_text:N", title=words("chart.interval50")),
    ]


def fan(frame: pd.DataFrame, x: alt.X, y: alt.Y, tooltip: Sequence[alt.Tooltip]) -> list[alt.Chart]:
    """Return the 80 % and 50 % bands, the median line.

    And a wide unseen bar a year that carries the tooltip.
    """
    base = alt.Chart(frame).encode(x=x)
    return [
        base.mark_area(color=theme.BAND_80).encode(y=_at(y, "lo80"), y2="hi80:Q"),
        base.mark_area(color=theme.BAND_50).encode(y=_at(y, "lo50"), y2="hi50:Q"),
        base.mark_line(color=theme.BLUE, strokeWidth=theme.LINE_WIDTH).encode(y=_at(y, "median")),
        base.mark_rule(strokeWidth=16, opacity=0.001).encode(
            y=_at(y, "lo80"), y2="hi80:Q", tooltip=list(tooltip)
        ),
    ]


def whisker(frame: pd.DataFrame, x: Any, low: alt.Y, high: str) -> alt.Chart:
    """Return a thin vertical interval."""
    base: alt.Chart = alt.Chart(frame).mark_rule(color=theme.INK, strokeWidth=theme.HAIR)
    return base.encode(x=x, y=low, y2=high)


def goals(frame: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return dashed threshold lines up to their year, a diamond where each falls due, and their labels.

    ``frame``: year, value, label, first (where the line starts).
    """
    base = alt.Chart(frame)
    line = base.mark_rule(color=theme.THRESHOLD, strokeDash=[6, 4], strokeWidth=theme.HAIR)
    mark = base.mark_point(shape="diamond", filled=True, size=70, color=theme.THRESHOLD, opacity=1)
    name = base.mark_text(color=theme.THRESHOLD, align="left", baseline="bottom", dy=-3, fontWeight="bold")
    tooltip = [alt.Tooltip("label:N", title=" ")]
    return [
        line.encode(x=alt.X("first:Q", axis=x["axis"], scale=x["scale"]), x2="year:Q", y=_at(y, "value")),
        mark.encode(x=x, y=_at(y, "value"), tooltip=tooltip),
        name.encode(x=alt.X("first:Q", axis=x["axis"], scale=x["scale"]), y=_at(y, "value"), text="label:N"),
    ]


def spec(layers: Sequence[alt.Chart], height: int, alt_text: str) -> dict[str, Any]:
    """Stack layers into one dressed spec."""
    chart = alt.layer(*layers).properties(width="container", height=height)
    return theme.dress(chart.to_dict(), alt_text)


def with_texts(frame: pd.DataFrame, unit: str, words: Wording) -> pd.DataFrame:
    """Add the written median and intervals that tooltips and data tables show."""
    rows = frame.itertuples(index=False)
    texts = [
        (
            numbers.amount(row.median, unit, words),  # type: ignore[arg-type]
            numbers.amount_interval(row.lo80, row.hi80, unit, words),  # type: ignore[arg-type]
            numbers.amount_interval(row.lo50, row.hi50, unit, words),  # type: ignore[arg-type]
        )
        for row in rows
    ]
    names = ["median_text", "interval80_text", "interval50_text"]
    return frame.assign(**{name: [text[place] for text in texts] for place, name in enumerate(names)})


def _at(y: alt.Y, field: str) -> alt.Y:
    """Return the same y channel for another field."""
    return alt.Y(f"{field}:Q", axis=y["axis"], scale=y["scale"])
