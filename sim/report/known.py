"""What is known of a target's indicator from what was published: the model was held against it, and missed."""

from __future__ import annotations

import math

import pandas as pd

from sim.report import numbers
from sim.report.figure_parts import as_published
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording


def with_known(targets: pd.DataFrame, outcomes: pd.DataFrame, words: Wording) -> pd.DataFrame:
    """Return targets with a column ``known``: which way and by how much the model is known to miss the indicator of one
    that has a probability; empty where it is not.

    Args:
        outcomes: as :func:`sim.analysis.outcomes.outcomes`.
    """
    missed = outcomes[outcomes["verdict"] != "inside"]
    return targets.assign(known=[_known(row, missed, words) for row in rows_of(targets)])


def _known(row: Row, missed: pd.DataFrame, words: Wording) -> str:
    if math.isnan(row["probability"]):
        return ""
    mine = missed[missed["indicator"].str.split("+").map(lambda names: row["indicator"] in names)]
    return words("mark.clause").join(
        words(
            f"table.targets.known.{miss['verdict']}", period=_period(str(miss["period"]), words),
            label=_named(miss, words),
            published=as_published(miss, words), median=numbers.amount(miss["median"], str(miss["unit"]), words),
        )
        for miss in rows_of(mine)
    )  # fmt: skip


def _named(miss: Row, words: Wording) -> str:
    """Name what was published where that is a sum, which goes by another name than the target."""
    return words.of(miss["label"]) + words("mark.comma") if "+" in miss["indicator"] else ""


def _period(period: str, words: Wording) -> str:
    year, _, month = period.partition("-")
    return words("mark.period", year=int(year), month=int(month)) if month else words("mark.year", year=year)
