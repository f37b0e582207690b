"""Arithmetic of Chinese monthly statistics: year-to-date levels, January–February as one cell, growth rates.

A year has eleven periods: January–February, March, …, December, each dated by its last month. Year-to-date levels
difference exactly into periods. Year-to-date growth is never differenced (rounding alone would put December's rate
off by more than a point): each published rate is an observation of its own, with its rounding as noise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.forecast.fitted import Array
from sim.forecast.readings import growth_log

PERIODS = 11
"""Periods a year."""
CELLS = range(2, 13)
"""The month that dates each period: 2 for January–February, then 3 … 12."""


def differenced(to_date: Array) -> Array:
    """Return the periods (k,) of one year from its year-to-date levels (k,) at February, March, …"""
    return np.diff(to_date, prepend=0.0)


def merged(months: Array) -> Array:
    """Return the periods (k - 1,) of one year from its months (k,) from January on, k at least 2."""
    return np.concatenate([[months[0] + months[1]], months[2:]])


def periods_of_year(months: Mapping[int, float], cumulative: bool) -> Array:
    """Return the known periods (k,) of one year from its figures by month, from January–February on.

    A lone February holds January too; a lone January is half a cell and gives none yet. Figures of a year that
    begins later than February give none either: its first period is not known.
    """
    if 2 not in months:
        return np.empty(0)
    there = [month for month in CELLS if month in months]
    if cumulative:
        return differenced(np.array([months[month] for month in there]))
    if 1 in months:
        return merged(np.array([months[month] for month in (1, *there)]))
    return np.array([months[month] for month in there])


def rounding_unit(text: str) -> float:
    """Return the step to which a number as written is rounded: 0.1 for ``7.6``, 1 for ``8``."""
    return 10.0 ** -len(text.partition(".")[2])


def growth(text: str) -> tuple[float, float]:
    """Return published growth in percent, as written, as log growth and the s.d. (logs) of its rounding."""
    return growth_log(float(text), rounding_unit(text))
