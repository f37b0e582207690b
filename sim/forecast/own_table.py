"""One's own monthly output series (:mod:`sim.own.output`) as a long table, so that its forecast can be tried out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.forecast.monthly import periods
from sim.own.output import months
from sim.own.series import series_at


def own_table(path: Path) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` (亿元 a period) from the series' first whole year on, eleven periods a year:
    year-to-date figures are differenced, January is in February's.

    Raises:
        DataInvalid: with every problem of the series.
    """
    series = periods(months(series_at(path)))
    calendar = series.calendar
    ds = [calendar.label(period) for period in calendar.back(len(series.values))]
    return pd.DataFrame({"unique_id": path.stem, "ds": ds, "y": series.values})
