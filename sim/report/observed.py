"""The observations of output as a reader sees them: what was read of which row, by which steps it becomes output."""

from __future__ import annotations

import pandas as pd

from sim import evidence, figures, observations
from sim.report import numbers
from sim.report.page_parts import paragraph
from sim.report.tables import Column, Row, field, table, text
from sim.report.wording import Wording
from sim.scenario.catalogue import catalogue

SALES_RATIO = "forecast.sales_ratio"


def observations_table(observed: pd.DataFrame, words: Wording) -> str:
    """Return every observation with how it is used, or why it is not, and how to read the table.

    ``observed``: as :func:`sim.forecast.observations.observation_table` returns it.
    """
    columns = [
        Column(words("chart.source"), lambda row: words.listed(str(row["source"]).split(";"))),
        field(words("chart.period"), "period"),
        Column(words("chart.kind"), lambda row: words.of(row["kind_zh"])),
        Column(words("chart.stated"), lambda row: figure_read(row, words), "number"),
        Column(words("chart.value"), lambda row: numbers.amount(row["value_yi"], "亿元", words), "number"),
        Column(words("chart.grade"), lambda row: words(f"grade.{row['grade']}")),
        Column(words("chart.used"), lambda row: words("chart.yes" if row["used"] else "chart.no")),
        Column(words("chart.how"), lambda row: _how(row, words), "wide"),
    ]
    return table(observed, columns, words("figure.observations")) + paragraph(words("figure.observations_note"))


def figure_read(row: Row, words: Wording) -> str:
    """Write the figure that was read: with all its digits; one worked out, without idle decimals and said to be."""
    value, unit = float(row["stated"]), str(row["unit"])
    if worked_out(str(row["source"]), value):
        return words("chart.worked_out", said=numbers.with_unit(numbers.beside(value, 1.0, words), unit, words))
    return numbers.with_unit(numbers.exact(value, words), unit, words)


def worked_out(sources: str, stated: float) -> bool:
    """Say whether a figure stands in none of the rows of evidence (ids by ``;``) that it is read of.

    The user's own files are no evidence: what was added up there is told beside the figure.
    """
    ids = sources.split(";")
    if stated != stated or not all(evidence.ROW_ID.fullmatch(name) for name in ids):
        return False
    return not any(abs(stated - known) < 1e-9 for name in ids for known in _own_numbers(name))


def _own_numbers(name: str) -> list[float]:
    row = observations.find(name)
    if row is None:
        return [figures.number(evidence.clause(name).value)]
    return [figures.bounded(row.get(column, ""))[1] for column in ("value", "growth_pct")]


def _how(row: Row, words: Wording) -> str:
    """Why an observation is not used, else the steps from the figure read to output."""
    if text(row["reason"]):
        return words.of(text(row["reason"]))
    steps, ratio = words.items("figure.steps"), f"{catalogue()[SALES_RATIO].value:g}"
    named = [steps[error].format(ratio=ratio) for error in text(row["errors"]).split(";") if error in steps]
    return words("mark.clause").join([words.of(text(row["how"])), *named])
