"""The chart of paired differences over the years: what a change brings, run by run under the same luck."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.report import theme
from sim.report.charts import layers
from sim.report.wording import Wording


def paired(spread: pd.DataFrame, unit: str, axis: str, alt_text: str, words: Wording) -> dict[str, Any]:
    """Return the fan of differences by year about a line at nought.

    ``spread``: year, lo80, lo50, median, hi50, hi80 of the difference, in ``unit``.
    """
    x = layers.years(int(spread["year"].min()), int(spread["year"].max()))
    y = alt.Y("median:Q", axis=alt.Axis(title=axis, tickCount=5), scale=alt.Scale(zero=True, nice=True))
    nought = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=theme.INK, strokeWidth=theme.HAIR)
    texts = layers.with_texts(spread, unit, words)
    stack = [
        *layers.fan(texts, x, y, layers.spread_tooltip(words("chart.year"), "year", words)),
        nought.encode(y=alt.Y("zero:Q", axis=y["axis"], scale=y["scale"])),
    ]
    return layers.spec(stack, 260, alt_text)
