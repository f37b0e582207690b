"""From runs to what a figure shows: medians and intervals by year, district or path."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.regions import CITY

LEVELS = {"lo80": 0.1, "lo50": 0.25, "median": 0.5, "hi50": 0.75, "hi80": 0.9}
"""Column name -> quantile: the 80 % and 50 % intervals and the median."""


class NothingToShow(ValueError):
    """The results hold no rows for what a figure or table needs."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"结果里没有 {what}，无法作图。")


def by_year(frame: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The city's quantiles over replicates for one scenario's tidy results: year, lo80, lo50, median, hi50, hi80.

    Raises:
        NothingToShow: no row of the city has this indicator.
    """
    rows = frame[(frame["indicator"] == indicator) & (frame["district"] == CITY)]
    if rows.empty:
        raise NothingToShow(f"{indicator}（{CITY}）")
    return _spread(rows.groupby("year", observed=True)["value"]).reset_index()


def by_district(frame: pd.DataFrame, indicators: list[str], year: int) -> pd.DataFrame:
    """Quantiles per district in one year: indicator, district, lo80 … hi80; the city total left out.

    Raises:
        NothingToShow: an indicator has no district rows in that year.
    """
    rows = frame[(frame["year"] == year) & (frame["district"] != CITY) & frame["indicator"].isin(indicators)]
    missing = [name for name in indicators if name not in set(rows["indicator"])]
    if missing:
        raise NothingToShow(f"{'、'.join(missing)}（{year} 年分区县）")
    return _spread(rows.groupby(["indicator", "district"], observed=True)["value"]).reset_index()


def flows_by_year(flows: pd.DataFrame) -> pd.DataFrame:
    """Enterprises a year along each path, city-wide: path, year, lo80 … hi80.

    A run without a row for a path and year had no such move, which counts as zero.
    """
    if flows.empty:
        raise NothingToShow("企业去向")
    totals = flows.groupby(["replicate", "path", "year"], observed=True)["firms"].sum()
    wide = totals.unstack("replicate", fill_value=0)
    cells = pd.MultiIndex.from_product(
        [sorted(flows["path"].unique()), sorted(flows["year"].unique())], names=["path", "year"]
    )
    wide = wide.reindex(cells, fill_value=0)
    spread = wide.quantile(list(LEVELS.values()), axis=1).T
    return spread.set_axis(list(LEVELS), axis=1).reset_index()


def _spread(groups: pd.api.typing.SeriesGroupBy[Any, Any]) -> pd.DataFrame:
    wide = groups.quantile(pd.Series(LEVELS.values())).unstack()
    return wide.set_axis(list(LEVELS), axis=1)
