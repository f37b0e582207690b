"""``python -m benchmarks.forecast [SERIES]``: accuracy and seconds a series beside naive, ETS, Theta and AutoETS.

Public series (``public_series``) from origins that the stretch factors were not learnt at, SERIES a frequency (default
100), every method in turns in one process. Each method is scored with its own intervals. OWA is against Naive2, the
weighted interval score is divided by the in-sample error of the seasonal naive forecast.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.public_series import HORIZON, SEASON, PublicSeries, public_series
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
    for freq in HORIZON:
        listed = public_series(freq, SEED)
        chosen = np.random.default_rng(SEED).permutation(len(listed))[:count]
        for method in METHODS.values():
            method(listed[chosen[0]])  # compiled and imported before anything is timed
        print(f"\n{freq}: {len(chosen)} series, {HORIZON[freq]} periods ahead")
        print(table(scores([listed[place] for place in chosen])).to_string())


if __name__ == "__main__":
    main()
