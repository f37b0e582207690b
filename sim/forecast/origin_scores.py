"""Scores of forecasts of single years, and their averages with the effective sample counted in outcome years."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
import pandas as pd

from sim.forecast.scores import LEVELS, weighted_interval_score

EVIDENCE = "evidence"
"""The method that the others are set against."""
BANDS = ("median", *(f"{side}{level}" for level in LEVELS for side in ("lo", "hi")))
PSEUDO_GROWTH = (0.02, 0.04, 0.06, 0.08)
"""Yearly growth from the last known level that makes a pseudo-target: fixed, so it does not lean on the outcome."""
RESAMPLES, SEED = 2000, 20260802


@dataclass(frozen=True)
class Outcome:
    """A level known today (亿元) with the interval of its rounding or share (± 2 s.d.), and its publication."""

    year: int
    value: float
    low: float
    high: float
    source: str
    published: str


@dataclass(frozen=True)
class Law:
    """What one method says of one year: ``bands`` (亿元) named as ``BANDS``, and P(level ≥ threshold 亿元)."""

    bands: dict[str, float]
    exceeds: Callable[[float], float]


@dataclass(frozen=True)
class EvidenceBacktest:
    """``scores``: one row an origin, year and method; ``chances``: one row also a pseudo-target.

    scores: origin (day), year, horizon (years after the origin's), method, last_level (latest year with a level by
    then), median, lo50 … hi95, outcome, outcome_lo, outcome_hi (亿元), outcome_source, error_pct (100 × log of median
    over outcome: positive is too high), in50, in80, in95, pit (P(level < outcome), kept off 0 and 1 as every stated
    probability), wis (percent of the outcome).
    A method that has no distribution at an origin (too few levels) has no row there. The interval of an outcome from
    a share (± 3 % in 2024) is scored at its middle.

    chances: origin, year, horizon, method, growth (a year, from the last known level), threshold (亿元), probability,
    reached, brier.
    """

    scores: pd.DataFrame
    chances: pd.DataFrame

    @property
    def sample(self) -> str:
        """The effective sample in words (Chinese): every average of few outcomes needs it beside it."""
        years, forecasts = sorted(set(self.scores["year"])), int((self.scores["method"] == EVIDENCE).sum())
        return (
            f"{forecasts} 次预测只对应 {len(years)} 个结果年（{'、'.join(map(str, years))}），"
            f"有效样本按年计为 {len(years)}；同一年的各次预测误差高度相关，"
            "不作 Diebold–Mariano 检验，区间只按结果年重抽样，仅供参考。"
        )

    def summary(self, by: str | None = None) -> pd.DataFrame:
        """Return one row a method (and value of column ``by``: origin, year or horizon), best first.

        forecasts, years (effective sample), mean error and mean absolute error in percent, wis, in50 … in95 (shares),
        wis_more_than_evidence on common forecasts with more_lo, more_hi (95 % by resampling the ``years`` as
        clusters; NaN with one), brier of ``pseudo_targets`` fixed growth paths.
        """
        if by is None:
            return _summary(self.scores, self.chances)
        parts = {
            value: replace(self, scores=part, chances=self.chances[self.chances[by] == value]).summary()
            for value, part in self.scores.groupby(by)
        }
        return pd.concat(parts, names=[by, None]).reset_index(level=0).reset_index(drop=True)


def score(law: Law, outcome: Outcome) -> dict[str, object]:
    """Return bands, outcome, and scores of one forecast; columns as in :class:`EvidenceBacktest`."""
    bands, value = law.bands, outcome.value
    sides = {level: (bands[f"lo{level}"], bands[f"hi{level}"]) for level in LEVELS}
    arrays = {level / 100: (np.array(low), np.array(high)) for level, (low, high) in sides.items()}
    wis = weighted_interval_score(np.array(value), np.array(bands["median"]), arrays)
    return {
        **bands, "outcome": value, "outcome_lo": outcome.low, "outcome_hi": outcome.high,
        "outcome_source": outcome.source, "error_pct": 100 * log(bands["median"] / value),
        **{f"in{level}": low <= value <= high for level, (low, high) in sides.items()},
        "pit": 1 - law.exceeds(value), "wis": 100 * float(wis) / value,
    }  # fmt: skip


def chances(law: Law, outcome: Outcome, levels: Mapping[int, float]) -> Iterator[dict[str, object]]:
    """Yield Brier scores of pseudo-targets that grow from the last of ``levels`` (logs by year).

    One that the outcome's own interval straddles is neither reached nor missed, and left out.
    """
    base = max(levels)
    for growth in PSEUDO_GROWTH:
        threshold = exp(levels[base]) * (1 + growth) ** (outcome.year - base)
        if not outcome.low < threshold <= outcome.high:
            probability, reached = law.exceeds(threshold), outcome.value >= threshold
            yield {
                "growth": growth, "threshold": threshold, "probability": probability, "reached": reached,
                "brier": (probability - reached) ** 2,
            }  # fmt: skip


def _summary(scores: pd.DataFrame, chances: pd.DataFrame) -> pd.DataFrame:
    grouped = scores.assign(mae_pct=scores["error_pct"].abs()).groupby("method")
    averages = grouped[["error_pct", "mae_pct", "wis", *(f"in{level}" for level in LEVELS)]].mean()
    counts = grouped["year"].agg(forecasts="size", years="nunique")
    brier = chances.groupby("method")["brier"].agg(brier="mean", pseudo_targets="size")
    table: pd.DataFrame = counts.join(averages).join(_against_evidence(scores)).join(brier)
    return table.sort_values("wis").reset_index()


def _against_evidence(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean difference in wis from the evidence model, paired by forecast; outcome years are the clusters."""
    wide = scores.pivot(index=["origin", "year"], columns="method", values="wis")
    yearly = wide.sub(wide[EVIDENCE], axis=0).groupby("year")
    sums, counts = yearly.sum().to_numpy(), yearly.count().to_numpy()
    low = high = np.full(sums.shape[1], np.nan)
    if len(sums) > 1:
        chosen = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
        with np.errstate(invalid="ignore"):  # a resample may hold no year that the method forecast
            drawn = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
        low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    mean = sums.sum(axis=0) / counts.sum(axis=0)
    return pd.DataFrame({"wis_more_than_evidence": mean, "more_lo": low, "more_hi": high}, wide.columns)
