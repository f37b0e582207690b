"""Probability of meeting each target: a bar with its Monte Carlo interval, the target named above it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme
from sim.report.wording import Wording

_ROW = 46


def bars(frame: pd.DataFrame, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return one bar a target.

    ``frame``: id, name, probability, ci_low, ci_high (0..1), and as written: chance, interval, median_text.
    Names stand above the bars, not beside them, so that the chart also reads on a telephone.
    """
    order = list(frame["id"])
    y = alt.Y("id:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    axis = alt.Axis(
        title=words("figure.attainment.axis"), format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=True
    )
    x = alt.X("probability:Q", axis=axis, scale=alt.Scale(domain=[0, 1], nice=False))
    base = alt.Chart(frame).encode(y=y)
    tooltip = [
        alt.Tooltip("name:N", title=words("chart.target")),
        alt.Tooltip("chance:N", title=words("chart.probability")),
        alt.Tooltip("interval:N", title=words("chart.sampling")),
        alt.Tooltip("median_text:N", title=words("chart.median")),
    ]
    low = alt.X("ci_low:Q", axis=axis, scale=alt.Scale(domain=[0, 1], nice=False))
    names = base.mark_text(align="left", baseline="bottom", dy=-2, color=theme.INK)
    chances = base.mark_text(align="right", baseline="bottom", dy=-2, color=theme.INK, fontWeight="bold")
    chart = alt.layer(
        base.mark_bar(height=11, yOffset=9, color=theme.GRID).encode(x=alt.datum(0), x2=alt.datum(1)),
        base.mark_bar(height=11, yOffset=9, color=theme.BAND_50).encode(x=x, tooltip=tooltip),
        base.mark_rule(yOffset=9, y2Offset=9, color=theme.INK, strokeWidth=2).encode(
            x=low, x2="ci_high:Q", tooltip=tooltip
        ),
        names.encode(x=alt.datum(0), text="name:N"),
        chances.encode(x=alt.datum(1), text="chance:N"),
    )
    return theme.dress(chart.properties(width="container", height=_ROW * len(frame)).to_dict(), alt_text)
