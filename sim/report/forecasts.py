"""What the forecast of above-scale output says, as a notebook shows it: its fan, and P(target) with what limits it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.forecast_alone import OUTPUT, goals_of
from sim.report import figure_parts as parts
from sim.report import numbers
from sim.report.charts import fan
from sim.report.display import Figure, Panel, Section
from sim.report.observed import observations_table
from sim.report.page_parts import bullets, section
from sim.report.series import answer_lines
from sim.report.tables import folded
from sim.report.wording import Wording

if TYPE_CHECKING:
    from sim.forecast.outlook import Outlook

__all__ = ["OUTPUT", "chances", "goals_of", "outlook_figure"]


def outlook_figure(outlook: Outlook, words: Wording, note: str, source: str) -> Figure:
    """Return the fan of output with every observation that is used, and the thresholds."""
    smoothed, seen = outlook.smoothed, outlook.observations[outlook.observations["used"]]
    goals = _lines(outlook, words)
    focus = parts.row(smoothed, parts.focus(smoothed))
    alt = words(
        "forecasts.alt", first=int(smoothed["year"].min()), last=int(smoothed["year"].max()), year=int(focus["year"]),
        median=numbers.amount(focus["median"], "亿元", words),
        range=numbers.amount_interval(focus["lo80"], focus["hi80"], "亿元", words),
        goals=words("trust.between").join(goals["label"]),
    )  # fmt: skip
    label = words("figure.label", number=1)
    bands = smoothed[["year", "lo80", "lo50", "median", "hi50", "hi80"]]
    data = parts.years_table(bands, "亿元", words("forecasts.table"), words)
    data += observations_table(outlook.observations, words)
    return Figure(
        key="figure-outlook", section=words("forecasts.section"), label=label, title=words("forecasts.figure"),
        alt=alt, note=note, source=words("figure.source", source=source),
        panels=[Panel(fan.outlook(smoothed, seen, goals, alt, words))],
        data_html=folded(words("figure.data", label=label), data, "data"),
    )  # fmt: skip


def chances(outlook: Outlook, words: Wording) -> Section:
    """Return how likely each open target is by the forecast alone, with what the answer rests on; some seconds."""
    from sim.forecast.answer import answers

    told = [answer_lines(answer, words, outlook.last_observed) for answer in answers(outlook, goals_of(outlook))]
    parts = [f"<h3>{escape(name)}</h3>{bullets(said)}" for name, said in told]
    return Section(section(words("forecasts.chances"), parts))


def _lines(outlook: Outlook, words: Wording) -> pd.DataFrame:
    goals = goals_of(outlook)
    labels = [f"{numbers.threshold(value, '亿元', words)}（{year}）" for value, year in goals]
    return pd.DataFrame({
        "year": [year for _, year in goals], "value": [value for value, _ in goals], "label": labels,
    })  # fmt: skip
