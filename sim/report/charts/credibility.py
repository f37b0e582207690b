"""Charts of sensitivity and validation: what moves an answer, and how near the model comes to published numbers."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme

_ROW, _FOLDED_ROW = 24, 40
_FOLDED = "split(replace(replace(datum.label, '（', '\\n（'), '＋', '\\n＋'), '\\n')"
"""Long names on two lines or three, so that a narrow page has room for the chart."""


def shares(frame: pd.DataFrame, axis: str, alt_text: str) -> dict[str, Any]:
    """Return a bar with its interval a factor.

    ``frame``: name, share, low, high (0..1), text.
    """
    whole = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("name:N", sort=list(frame["name"]), axis=alt.Axis(title=None, labelLimit=200))
    x = alt.X("share:Q", title=axis, scale=whole, axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]))
    base = alt.Chart(frame).encode(y=y, tooltip=[alt.Tooltip("text:N", title=" ")])
    chart = alt.layer(
        base.mark_bar(color=theme.BAND_50, height=12).encode(x=x),
        base.mark_rule(color=theme.INK, strokeWidth=1.5).encode(x=alt.X("low:Q", scale=whole, title=axis), x2="high:Q"),
    )
    return theme.dress(chart.properties(width="container", height=_ROW * len(frame)).to_dict(), alt_text)


def nearness(frame: pd.DataFrame, axis: str, alt_text: str) -> dict[str, Any]:
    """Return the model's interval a published number, as multiples of it on a log scale; the line is what was
    published.

    ``frame``: name, p10, median, p90 (multiples, above 0), inside (bool), text.
    """
    spread = alt.Scale(type="log", nice=False)
    y = alt.Y("name:N", sort=list(frame["name"]), axis=alt.Axis(title=None, labelLimit=200, labelExpr=_FOLDED))
    ends = alt.Axis(values=[0.1, 0.2, 0.5, 0.8, 1, 1.25, 2, 5], format="~g")
    low = alt.X("p10:Q", title=axis, scale=spread, axis=ends)
    colour = alt.condition("datum.inside", alt.value(theme.BLUE), alt.value(theme.THRESHOLD))
    base = alt.Chart(frame).encode(y=y, tooltip=[alt.Tooltip("text:N", title=" ")])
    one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(color=theme.INK, strokeWidth=theme.HAIR)
    chart = alt.layer(
        one.encode(x=alt.X("x:Q", scale=spread, title=axis)),
        base.mark_rule(color=theme.BAND_80, strokeWidth=7).encode(x=low, x2="p90:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=alt.X("median:Q", scale=spread), color=colour),
    )
    return theme.dress(chart.properties(width="container", height=_FOLDED_ROW * len(frame)).to_dict(), alt_text)
