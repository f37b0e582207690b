"""Rolling origins: what would have been forecast from what was known by then, scored beside simple methods.

At each origin everything is estimated anew. The pool is set against its members alone and against naive methods, all
with intervals by the same rule, so that a difference in scores is a difference in methods. Losses are shown too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from sim.forecast.fitted import Array
from sim.forecast.long_table import check_columns
from sim.forecast.members import MEMBERS
from sim.forecast.pool import Pool, pool, streams
from sim.forecast.scores import LEVELS, mase, naive_scale, quantile_levels, smape, weighted_interval_score
from sim.forecast.series import Refused, Series, split
from sim.forecast.series_forecast import DRAWS, HORIZON, SEED, NothingForecast, forecast_series
from sim.forecast.stretch import learnt
from sim.forecast.yardsticks import YARDSTICKS
from sim.parallel import Progress, in_order

POOL = "pool"
ORIGINS = 3
SHORTEST = 3
RESAMPLES = 2000
SCORES = ("smape", "mase", "wis", *(f"in{level}" for level in LEVELS))


@dataclass(frozen=True)
class Backtest:
    """``scores``: one row a series, origin and method: unique_id, freq, origin, late, periods, method and ``SCORES``
    (wis divided by the seasonal naive scale).

    ``errors``: series that could not be tested, with the reason.
    """

    scores: pd.DataFrame
    errors: pd.DataFrame

    def shared(self) -> Backtest:
        """Return the scores at those origins of each series where the most methods could be fitted: an early origin
        that only simple ones can do is mostly the harder one, and would count against them and the pool alone."""
        methods = self.scores.groupby(["unique_id", "late"])["method"].transform("nunique")
        return replace(self, scores=self.scores[methods == methods.groupby(self.scores["unique_id"]).transform("max")])

    def summary(self) -> pd.DataFrame:
        """Return one row a method, best first, over the origins of :meth:`shared`: averages, OWA against Naive2 on the
        series that the method can do, coverage with its Wilson interval (an origin of a series counts as one
        observation: its periods err together), and the difference in wis from the pool with a 95 % interval from
        resampling whole series."""
        return self.shared()._averages()

    def _averages(self) -> pd.DataFrame:
        from statsmodels.stats.proportion import proportion_confint

        groups = self.scores.groupby("method")
        means, origins = groups[list(SCORES)].mean(), groups.size()
        means.insert(0, "origins", origins)
        means["owa"] = self._owa()
        for level in LEVELS:
            low, high = proportion_confint(means[f"in{level}"] * origins, origins, method="wilson")
            means[f"in{level}_lo"], means[f"in{level}_hi"] = low, high
        return means.join(self._against_pool()).sort_values("wis").reset_index()

    def by_frequency(self) -> dict[str, Backtest]:
        """Return yearly, quarterly and monthly series apart, those of which there are any."""
        parts = {freq: self.scores[self.scores["freq"] == freq] for freq in HORIZON}
        return {freq: replace(self, scores=rows) for freq, rows in parts.items() if len(rows)}

    def _owa(self) -> pd.Series[float]:
        """Against Naive2 at the same origins of the same series: not every method can be fitted at each."""
        reference = self.scores[self.scores["method"] == "naive2"]
        both = self.scores.merge(reference, on=["unique_id", "late"], suffixes=("", "_naive2"))
        means = both.groupby("method")[["smape", "mase", "smape_naive2", "mase_naive2"]].mean()
        return (means["smape"] / means["smape_naive2"] + means["mase"] / means["mase_naive2"]) / 2

    def _against_pool(self) -> pd.DataFrame:
        """Mean difference in wis from the pool, paired by series and origin; series are the clusters."""
        wide = self.scores.pivot_table(index=["unique_id", "late"], columns="method", values="wis")
        differences = wide.sub(wide[POOL], axis=0).groupby("unique_id").mean()
        found = {name: _resampled(each.dropna().to_numpy()) for name, each in differences.items()}
        return pd.DataFrame(found, index=["wis_more_than_pool", "more_lo", "more_hi"]).T


def _resampled(values: Array) -> list[float]:
    """Mean of values (n,) and the 95 % interval of it when they are drawn anew."""
    chosen = np.random.default_rng(SEED).integers(0, values.size, (RESAMPLES, values.size))
    return [float(np.mean(values)), *np.quantile(values[chosen].mean(axis=1), [0.025, 0.975])]


def backtest_all(
    frame: pd.DataFrame,
    horizon: int | None = None,
    freq: str | None = None,
    *,
    origins: int = ORIGINS,
    workers: int = 1,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Backtest:
    """Score every series of a long table at its last ``origins`` origins, one season (or year) apart.

    Raises:
        TableInvalid, FrequencyUnknown: nothing was tested.
        NothingForecast: no series is long enough.
    """
    items = list(split(check_columns(frame), freq))
    rows: list[dict[str, object]] = []
    errors: list[tuple[str, str]] = []
    work = partial(_tested, horizon=horizon, origins=origins, seed=seed)
    for item, found in zip(items, in_order(work, items, workers, progress), strict=True):
        rows += found.rows
        if found.reason:
            errors.append((item.name, found.reason))
    failures = pd.DataFrame(errors, columns=["unique_id", "reason"])
    if not rows:
        raise NothingForecast(failures)
    return Backtest(pd.DataFrame(rows), failures)


def backtest(
    frame: pd.DataFrame, horizon: int | None = None, freq: str | None = None, origins: int = ORIGINS, workers: int = 1
) -> pd.DataFrame:
    """Return :meth:`Backtest.summary` of :func:`backtest_all`."""
    return backtest_all(frame, horizon, freq, origins=origins, workers=workers).summary()


@dataclass(frozen=True)
class _Tested:
    rows: list[dict[str, object]]
    reason: str


def _tested(item: Series | Refused, horizon: int | None, origins: int, seed: int) -> _Tested:
    if isinstance(item, Refused):
        return _Tested([], item.reason)
    try:
        rows = list(_origins(item, horizon, origins, seed))
    except Exception as error:  # one bad series is a row with its reason, not an end
        return _Tested([], f"{type(error).__name__}：{error}")
    if rows:
        return _Tested(rows, "")
    if item.values.size >= (horizon or HORIZON[item.calendar.freq]) + SHORTEST:
        return _Tested([], "起点以前的数没有变动，误差无从度量。")
    return _Tested([], f"只有 {item.values.size} 个数，留不出检验期。")


def _origins(series: Series, horizon: int | None, origins: int, seed: int) -> Iterator[dict[str, object]]:
    ahead = horizon or HORIZON[series.calendar.freq]
    for late in range(origins):
        end = series.values.size - ahead - late * series.calendar.season
        if end < SHORTEST:
            return
        calendar = replace(series.calendar, last=series.calendar.back(series.values.size - end + 1)[0])
        past = Series(series.name, series.values[:end], calendar)
        yield from _scores(past, series.values[end : end + ahead], late, seed)


def _scores(past: Series, actual: Array, late: int, seed: int) -> Iterator[dict[str, object]]:
    scale = naive_scale(past.values, past.calendar.season)
    if np.isnan(scale):
        return
    for name, found in _methods(past, actual.size, seed):
        bounds = np.quantile(found.paths, quantile_levels(), axis=0)
        intervals = {level / 100: (bounds[2 * i], bounds[2 * i + 1]) for i, level in enumerate(LEVELS)}
        wis = weighted_interval_score(actual, found.point, intervals)
        inside = {f"in{round(100 * level)}": float(np.mean((low <= actual) & (actual <= high)))
                  for level, (low, high) in intervals.items()}  # fmt: skip
        yield {
            "unique_id": past.name, "freq": past.calendar.freq, "origin": past.calendar.label(past.calendar.last),
            "late": late, "periods": actual.size, "method": name, "smape": smape(actual, found.point),
            "mase": mase(actual, found.point, scale), "wis": float(np.mean(wis)) / scale, **inside,
        }  # fmt: skip


def _methods(past: Series, horizon: int, seed: int) -> Iterator[tuple[str, Pool]]:
    season = past.calendar.season
    ours = forecast_series(past, horizon, seed)
    yield POOL, ours.pool
    fitted = [member for member in ours.members if member.name in MEMBERS]
    alone = [*fitted, *(make(past.values, season, horizon) for make in YARDSTICKS)]
    for member in alone:
        yield member.name, pool([member], float(past.values.min()), learnt(season), DRAWS, streams(str(seed)))
