"""Real series that ship with statsmodels, as one long table: what the forecast is shown on without any file.

Yearly: flow of the Nile, sunspots, the 11 of Longley and of the copper market, gross investment and capital of eleven
firms (Grunfeld), births a woman of 40 countries (World Bank). Quarterly: the United States (macrodata), Denmark's money
demand, Germany's inflation and interest. Monthly: carbon dioxide at Mauna Loa, sea surface temperature off Peru. Each
data set's origin and licence stand in ``statsmodels.datasets``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

COUNTRIES = 40
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def public_series() -> pd.DataFrame:
    """Return unique_id (``data set: series``), ds, y of some hundred series, none with a gap."""
    frames = [_frame(name, series.dropna()) for name, series in (*_yearly(), *_quarterly(), *_monthly())]
    return pd.concat(frames, ignore_index=True)


def _yearly() -> Iterator[tuple[str, pd.Series]]:
    from statsmodels.datasets import copper, fertility, grunfeld, longley, nile, sunspots

    for data, year in ((nile, "year"), (sunspots, "YEAR"), (longley, "YEAR")):
        table = data.load_pandas().data
        for column in table.columns.drop(year):
            yield f"{_name(data)}: {column}", pd.Series(table[column].to_numpy(float), _years(table[year]))
    table = copper.load_pandas().data.drop(columns="TIME")
    for column in table:
        yield f"copper: {column}", pd.Series(table[column].to_numpy(float), _years(range(1951, 1951 + len(table))))
    for firm, rows in grunfeld.load_pandas().data.groupby("firm"):
        for column in ("invest", "capital"):
            yield f"grunfeld: {firm} {column}", pd.Series(rows[column].to_numpy(float), _years(rows["year"]))
    table = fertility.load_pandas().data.set_index("Country Name")
    whole = table[[str(year) for year in range(1960, 2012)]].astype(float).dropna()
    for country, row in whole.iloc[:: len(whole) // COUNTRIES].iloc[:COUNTRIES].iterrows():
        yield f"fertility: {country}", pd.Series(row.to_numpy(float), _years(row.index))


def _quarterly() -> Iterator[tuple[str, pd.Series]]:
    from statsmodels.datasets import danish_data, interest_inflation, macrodata

    for data in (macrodata, interest_inflation):
        table = data.load_pandas().data
        when = pd.to_datetime({"year": table["year"], "month": 3 * table["quarter"] - 2, "day": 1})
        for column in table.columns.drop(["year", "quarter"]):
            yield f"{_name(data)}: {column}", pd.Series(table[column].to_numpy(float), when)
    table = danish_data.load_pandas().data
    for column in table:
        yield f"danish_data: {column}", pd.Series(table[column].to_numpy(float), table.index)


def _monthly() -> Iterator[tuple[str, pd.Series]]:
    from statsmodels.datasets import co2, elnino

    yield "co2: Mauna Loa", co2.load_pandas().data["co2"].resample("MS").mean().interpolate()
    table = elnino.load_pandas().data
    when = pd.date_range(f"{int(table['YEAR'].iloc[0])}-01-01", periods=12 * len(table), freq="MS")
    yield "elnino: Puerto Chicama", pd.Series(table[list(_MONTHS)].to_numpy(float).ravel(), when)


def _frame(name: str, series: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": name, "ds": pd.DatetimeIndex(series.index), "y": series.to_numpy()})


def _years(years: object) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([f"{int(year)}-01-01" for year in np.asarray(list(years))])  # type: ignore[call-overload]


def _name(data: object) -> str:
    return str(data.__name__).rpartition(".")[2]  # type: ignore[attr-defined]
