"""The chart of one enterprise's life: its output month by month, and what happened to it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme
from sim.report.charts import layers
from sim.report.wording import Wording


def life(months: pd.DataFrame, events: pd.DataFrame, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return output by month, a dashed line at each event with its name.

    ``months``: month (YYYY-MM), value (万元 a year), text. ``events``: month, name, text.
    """
    last = int(months["month"].max()[:4])
    x = alt.X(
        "at:Q", scale=alt.Scale(domain=[2021, last + 1], nice=False),
        axis=alt.Axis(title=None, format="d", values=list(range(2021, last + 1, 2))),
    )  # fmt: skip
    y = alt.Y("value:Q", axis=alt.Axis(title=words("lives.axis"), tickCount=4, format=",.0f"))
    drawn, happened = (frame.assign(at=_years(frame["month"])) for frame in (months, events))
    # names of what follows closely stand below each other, and near the right edge to the left of their line
    happened = happened.assign(down=[4 + 15 * (place % 4) for place in range(len(happened))])
    line = alt.Chart(drawn).mark_line(color=theme.BLUE, strokeWidth=theme.LINE_WIDTH, interpolate="step-after")
    seen = alt.Chart(drawn).mark_rule(strokeWidth=6, opacity=0.001)
    rule = alt.Chart(happened).mark_rule(color=theme.THRESHOLD, strokeDash=[6, 4], strokeWidth=theme.HAIR)
    stack = [
        line.encode(x=x, y=y), seen.encode(x=x, tooltip=[alt.Tooltip("text:N", title=words("lives.output"))]),
        rule.encode(x=x, tooltip=[alt.Tooltip("text:N", title=words("lives.event"))]),
        *_names(happened, x, (2021 + last) / 2),
    ]
    return layers.spec(stack, 150, alt_text)


def _names(happened: pd.DataFrame, x: alt.X, middle: float) -> list[alt.Chart]:
    """Return the names beside their lines: to the right of them in the first half, to the left in the second."""
    found = []
    for row in happened.to_dict("records"):
        left = row["at"] <= middle
        text = alt.Chart(pd.DataFrame([row])).mark_text(
            color=theme.THRESHOLD, align="left" if left else "right", dx=4 if left else -4, y=row["down"],
            baseline="top", fontWeight="bold",
        )  # fmt: skip
        found.append(text.encode(x=x, text="name:N"))
    return found


def _years(months: pd.Series[str]) -> pd.Series[float]:
    """Return months (YYYY-MM) as years with their part."""
    text = months.astype(str)
    return text.str[:4].astype(int) + (text.str[5:].astype(int) - 1) / 12
