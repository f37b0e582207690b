"""The ten districts as tiles laid out roughly as on the map.

No boundary data, every district the same size.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.indicators import FIGURES
from sim.report import numbers, theme
from sim.report.charts.layers import with_texts
from sim.report.wording import Wording

PLACES = {
    "慈溪市": (1, 0), "余姚市": (0, 1), "江北区": (1, 1), "镇海区": (2, 1), "北仑区": (3, 1),
    "海曙区": (1, 2), "鄞州区": (2, 2), "奉化区": (1, 3), "宁海县": (1, 4), "象山县": (2, 4),
}  # fmt: skip
"""District -> (column from the west, row from the north)."""

INDICATORS = FIGURES["districts"]


def tiles(frame: pd.DataFrame, unit: str, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return one indicator's tile map. ``frame``: district, name, lo80 … hi80.

    The darker, the more; the number is printed.
    """
    rows = with_texts(frame, unit, words)
    rows = rows.assign(
        column=[PLACES[name][0] for name in rows["district"]],
        row=[PLACES[name][1] for name in rows["district"]],
        number=[numbers.plain(value, words) for value in rows["median"]],
    ).drop(columns="district")
    top = max(float(rows["median"].max()), 1e-9)
    x = alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.05, paddingOuter=0))
    y = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.06, paddingOuter=0))
    ink = alt.condition(f"datum.median > {0.5 * top}", alt.value("#ffffff"), alt.value(theme.INK))
    shade = alt.Color("median:Q", legend=None, scale=alt.Scale(domain=[0, top], range=list(theme.SEQUENTIAL)))
    tooltip = [
        alt.Tooltip("name:N", title=words("chart.district")),
        alt.Tooltip("median_text:N", title=words("chart.median")),
        alt.Tooltip("interval80_text:N", title=words("chart.interval80")),
    ]
    base = alt.Chart(rows).encode(x=x, y=y)
    chart = alt.layer(
        base.mark_rect(stroke=theme.GREY_LINE, strokeWidth=0.5).encode(color=shade, tooltip=tooltip),
        base.mark_text(dy=-8).encode(text="name:N", color=ink),
        base.mark_text(dy=10, fontWeight="bold", fontSize=14).encode(text="number:N", color=ink),
    )
    return theme.dress(chart.properties(width="container", height=270).to_dict(), alt_text)
