"""The evidence model tried on its own evidence: at each year-end, from what had been published by then.

An origin is a year-end by which a level is known and something new has been published since the last one; year-ends,
because many pages are dated only to the year. From each origin every year not yet published is forecast, the year just
ended (horizon 0) too, and scored against the level known today: published, or following from a published share.
Outcomes are so few that the effective sample is counted in outcome years and no test of equal accuracy is made.
What such a backtest cannot undo is said at ``evidence_model``: it tries the filter, not the priors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import exp, log

import numpy as np
import pandas as pd

from sim.forecast.book import Book
from sim.forecast.evidence_model import ALL_GRADES, OutputForecast, TooLittleEvidence, evidence_model
from sim.forecast.naive import Walk, drift, is_annual_level, no_change
from sim.forecast.observations import select
from sim.forecast.priors import means, vague
from sim.forecast.readings import Reading, readings
from sim.forecast.scores import LEVELS, quantile_levels, weighted_interval_score

EVIDENCE = "evidence"
VAGUE = "evidence_vague"
WALKS = {"naive": no_change, "drift": drift}
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
    over outcome: positive is too high), in50, in80, in95, pit (P(level < outcome)), wis (percent of the outcome).
    A method that has no distribution at an origin (too few levels) has no row there. The interval of an outcome from
    a share (± 3 % in 2024) is scored at its middle.
    """

    scores: pd.DataFrame
    chances: pd.DataFrame

    @property
    def sample(self) -> str:
        """The effective sample in words (Chinese): every average of few outcomes needs it beside it."""
        years, cells = sorted(set(self.scores["year"])), len(self.scores[self.scores["method"] == EVIDENCE])
        return (
            f"{cells} 次预测只对应 {len(years)} 个结果年（{'、'.join(map(str, years))}），"
            f"有效样本按年计为 {len(years)}；同一年的各次预测误差高度相关，不作 Diebold–Mariano 检验，"
            "区间只按结果年重抽样，仅供参考。"
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


def evidence_backtest(
    grades: str = ALL_GRADES, first: int = 2015, *, with_vague: bool = True
) -> EvidenceBacktest:
    """Forecast from every origin with the evidence model from ``first``, its variant with vague long-run means, and
    random walks through all levels since 2011 of any grade; about a second an origin and model.

    Raises:
        TooLittleEvidence: by no year-end was a level known.
        TargetIsNotData: a plan target came in as an outcome.
    """
    book = Book()
    known = readings(book)
    outcomes = [_outcome(reading, book) for reading in known if is_annual_level(reading)]
    scores: list[dict[str, object]] = []
    chances: list[dict[str, object]] = []
    for origin in _origins(known, book, grades, first):
        ahead = [found for found in outcomes if found.year >= int(origin[:4]) and found.published > origin]
        levels = _levels([reading for reading in known if book.published(reading.sources) <= origin])
        for method, law in _methods(origin, levels, grades, first, with_vague) if ahead else ():
            for outcome in ahead:
                if (said := law(outcome.year)) is not None:
                    cell = _cell(origin, outcome, method)
                    scores.append(cell | {"last_level": max(levels)} | score(said, outcome))
                    chances += [cell | row for row in _chances(said, outcome, levels)]
    if not scores:
        raise TooLittleEvidence
    return EvidenceBacktest(pd.DataFrame(scores), pd.DataFrame(chances))


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


def _origins(known: Sequence[Reading], book: Book, grades: str, first: int) -> Iterator[str]:
    """Year-ends with a level in use and a reading that the year-end before did not have."""
    newest = max(book.published(reading.sources) for reading in known)
    before: list[Reading] = []
    for year in range(first, int(newest[:4])):
        used, _ = select(known, book, grades, (), first, f"{year}-12-31")
        if used != before and any(reading.kind == "level" for reading in used):
            yield f"{year}-12-31"
        before = used


def _outcome(reading: Reading, book: Book) -> Outcome:
    low, value, high = (exp(reading.log_value + side * reading.sd) for side in (-2, 0, 2))
    # book.published refuses a plan target
    published = book.published(reading.sources)
    return Outcome(reading.year, value, low, high, ";".join(reading.sources), published)


def _levels(known: Sequence[Reading]) -> dict[int, float]:
    """Log levels for the random walks, the most precise of each year: whole years, and those scaled up from January to
    November, which are off by about 1 %. More than the printed drift may read: a yardstick should be hard to beat."""
    usable = [reading for reading in known if reading.kind == "level" and reading.period.endswith("-11")]
    usable += [reading for reading in known if is_annual_level(reading)]
    return {reading.year: reading.log_value for reading in sorted(usable, key=lambda reading: -reading.sd)}


def _methods(
    origin: str, levels: Mapping[int, float], grades: str, first: int, with_vague: bool
) -> Iterator[tuple[str, Callable[[int], Law | None]]]:
    priors = {EVIDENCE: means(), VAGUE: vague()} if with_vague else {EVIDENCE: means()}
    for name, prior in priors.items():
        yield name, partial(_fitted, evidence_model(grades, first=first, as_of=origin, prior=prior))
    for name, walk in WALKS.items():
        yield name, partial(_walked, walk, levels)


def _fitted(model: OutputForecast, year: int) -> Law:
    row = model.smoothed.set_index("year")[list(BANDS)].to_dict("index")[year]
    bands = {str(name): float(value) for name, value in row.items()}
    return Law(bands, lambda threshold: model.exceeds(threshold, year))


def _walked(
    method: Callable[[Mapping[int, float], int], Walk | None], levels: Mapping[int, float], year: int
) -> Law | None:
    walk = method(levels, year)
    if walk is None:
        return None
    bands = [exp(walk.quantile(level)) for level in (0.5, *quantile_levels())]
    return Law(dict(zip(BANDS, bands, strict=True)), lambda threshold: walk.exceeds(log(threshold)))


def _cell(origin: str, outcome: Outcome, method: str) -> dict[str, object]:
    horizon = outcome.year - int(origin[:4])
    return {"origin": origin, "year": outcome.year, "horizon": horizon, "method": method}


def _chances(law: Law, outcome: Outcome, levels: Mapping[int, float]) -> Iterator[dict[str, object]]:
    """Brier scores of pseudo-targets; one that the outcome's own interval straddles is neither reached nor missed."""
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
    mean = sums.sum(axis=0) / counts.sum(axis=0)
    low = high = np.full(mean.size, np.nan)
    if len(sums) > 1:
        chosen = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
        with np.errstate(invalid="ignore"):  # a resample may hold no year that the method forecast
            drawn = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
        low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return pd.DataFrame({"wis_more_than_evidence": mean, "more_lo": low, "more_hi": high}, wide.columns)
