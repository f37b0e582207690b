"""Where enterprises go: one small chart a path, years along the bottom."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme
from sim.report.charts import layers
from sim.report.charts.layers import with_texts
from sim.report.wording import Wording

PATHS = (
    "eliminated", "closed", "rectified", "merged", "relocated", "upstairs", "expanded", "left_city",
    "exited", "entered",
)  # fmt: skip
"""Policy paths first, then what would happen anyway.

Natural exit and entry are never added to policy's count.
"""

_HALF_BAR = 0.35


def path(frame: pd.DataFrame, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return one path's enterprises a year.

    Median as a bar, 80 % interval as a whisker. ``frame``: year, lo80 … hi80.
    """
    rows = with_texts(frame, "家", words)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    x = layers.years(first, last, every=3)
    axis = alt.Axis(title=None, tickCount=3, format=words("number.axis"))
    scale = alt.Scale(domainMin=0, nice=True)
    tooltip = layers.spread_tooltip(words("chart.year"), "year", words)
    # Bars span part of their year, not a number of pixels: they keep apart on a narrow screen.
    bars = (
        alt.Chart(rows.assign(left=rows["year"] - _HALF_BAR, right=rows["year"] + _HALF_BAR))
        .mark_bar(color=theme.BAND_50)
        .encode(
            x=alt.X("left:Q", axis=x["axis"], scale=x["scale"]),
            x2="right:Q",
            y=alt.Y("median:Q", axis=axis, scale=scale),
            y2=alt.datum(0),
            tooltip=tooltip,
        )
    )
    low = alt.Y("lo80:Q", axis=axis, scale=scale)
    return layers.spec([bars, layers.whisker(rows, x, low, "hi80:Q")], 110, alt_text)
