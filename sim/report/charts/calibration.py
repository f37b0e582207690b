"""Chart of recovery: truth against estimate, a small panel a parameter."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme

_HEIGHT = 170


def recovered(frame: pd.DataFrame, axis_x: str, axis_y: str, alt_text: str) -> dict[str, Any]:
    """Return one parameter's worlds: a point at truth and estimate, a line from low to high, and the diagonal.

    ``frame``: truth, estimate, lo, hi.
    """
    spread = frame[["truth", "estimate", "lo", "hi"]].to_numpy(float)
    ends = [float(spread.min()), float(spread.max())]
    scale = alt.Scale(domain=ends, nice=False, zero=False)
    x = alt.X("truth:Q", title=axis_x, scale=scale, axis=alt.Axis(tickCount=4))
    base = alt.Chart(frame).encode(x=x)
    diagonal = alt.Chart(pd.DataFrame({"truth": ends, "estimate": ends})).mark_line(
        color=theme.INK, strokeWidth=theme.HAIR
    )  # fmt: skip
    y = alt.Y("estimate:Q", title=axis_y, scale=scale, axis=alt.Axis(tickCount=4))
    chart = alt.layer(
        base.mark_rule(color=theme.BAND_80).encode(y=alt.Y("lo:Q", scale=scale, title=axis_y), y2="hi:Q"),
        diagonal.encode(x=x, y=y),
        base.mark_point(filled=True, size=18, opacity=0.9, color=theme.BLUE).encode(y=y),
    )
    return theme.dress(chart.properties(width="container", height=_HEIGHT).to_dict(), alt_text)
