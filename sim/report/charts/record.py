"""Charts of the backtest: what a method loses against the pool, and how often intervals hold."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme
from sim.report.wording import Wording

_ROW = 24


def differences(frame: pd.DataFrame, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return a dot with its interval a method; 0 is the pool.

    ``frame``: name, difference, low, high, all cut to the same range, and ``text`` with the numbers as they are.
    """
    y = alt.Y("name:N", sort=list(frame["name"]), axis=alt.Axis(title=None, labelLimit=140))
    base = alt.Chart(frame).encode(y=y, tooltip=[alt.Tooltip("text:N", title=words("record.differences.axis"))])
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=theme.INK, strokeWidth=theme.HAIR).encode(x="x:Q")
    chart = alt.layer(
        zero,
        base.mark_rule(color=theme.BAND_50, strokeWidth=3).encode(
            x=alt.X("low:Q", title=words("record.differences.axis")), x2="high:Q"
        ),
        base.mark_point(filled=True, size=55, color=theme.BLUE, opacity=1).encode(x="difference:Q"),
    )
    return theme.dress(chart.properties(width="container", height=_ROW * len(frame)).to_dict(), alt_text)


def coverage(frame: pd.DataFrame, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return the share inside each interval beside the level it claims.

    ``frame``: level (as written), nominal, share, low, high (0..1), text.
    """
    x = alt.X("level:N", sort=list(frame["level"]), axis=alt.Axis(title=None, labelAngle=0))
    axis = alt.Axis(title=words("record.coverage.axis"), format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    y = alt.Y("share:Q", axis=axis, scale=alt.Scale(domain=[0, 1], nice=False))
    base = alt.Chart(frame).encode(x=x, tooltip=[alt.Tooltip("text:N", title=" ")])
    low = alt.Y("low:Q", axis=axis, scale=alt.Scale(domain=[0, 1], nice=False))
    nominal = alt.Y("nominal:Q", axis=axis, scale=alt.Scale(domain=[0, 1], nice=False))
    chart = alt.layer(
        base.mark_tick(color=theme.THRESHOLD, thickness=2, size=34, orient="horizontal").encode(y=nominal),
        base.mark_rule(color=theme.BAND_50, strokeWidth=3).encode(y=low, y2="high:Q"),
        base.mark_point(filled=True, size=60, color=theme.BLUE, opacity=1).encode(y=y),
    )
    return theme.dress(chart.properties(width="container", height=200).to_dict(), alt_text)


def origins(frame: pd.DataFrame, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return forecasts from every origin beside what came.

    ``frame``: label (origin and year), median, lo80, hi80, outcome, drift (万亿元; NaN where it has none), text.
    """
    y = alt.Y("label:N", sort=list(frame["label"]), axis=alt.Axis(title=None, labelLimit=160))
    x = alt.X("median:Q", title=words("record.evidence.axis"), scale=alt.Scale(zero=False), axis=alt.Axis(format=".1f"))
    base = alt.Chart(frame).encode(y=y, tooltip=[alt.Tooltip("text:N", title=" ")])
    low = alt.X("lo80:Q", title=words("record.evidence.axis"), scale=alt.Scale(zero=False))
    point = base.mark_point(filled=True, size=60, color=theme.BLUE, opacity=1)
    seen = base.mark_point(shape="diamond", filled=True, size=80, color=theme.THRESHOLD, opacity=1)
    simple = base.transform_filter("isValid(datum.drift)").mark_tick(color=theme.GREY_LINE, thickness=2, size=14)
    chart = alt.layer(
        base.mark_rule(color=theme.BAND_80, strokeWidth=7).encode(x=low, x2="hi80:Q"),
        simple.encode(x="drift:Q"), point.encode(x=x), seen.encode(x="outcome:Q"),
    )  # fmt: skip
    return theme.dress(chart.properties(width="container", height=_ROW * len(frame)).to_dict(), alt_text)
