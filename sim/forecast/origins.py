"""The evidence model tried on its own evidence: at each year-end, from what had been published by then.

An origin is a year-end by which a level is known and something new has been published since the last one; year-ends,
because many pages are dated only to the year. From each origin every year not yet published is forecast, the year just
ended (horizon 0) too, and scored against the level known today: published, or following from a published share.
Outcomes are so few that the effective sample is counted in outcome years and no test of equal accuracy is made.
What such a backtest cannot undo is said at ``evidence_model``: it tries the filter, not the priors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import exp, log

import pandas as pd

from sim.forecast.book import Book
from sim.forecast.evidence_model import ALL_GRADES, FROM, OutputForecast, TooLittleEvidence, evidence_model
from sim.forecast.naive import Walk, drift, is_annual_level, no_change
from sim.forecast.observations import select
from sim.forecast.origin_scores import BANDS, EVIDENCE, EvidenceBacktest, Law, Outcome, chances, score
from sim.forecast.priors import means, vague
from sim.forecast.readings import Reading, readings
from sim.forecast.scores import quantile_levels

VAGUE = "evidence_vague"
WALKS = {"naive": no_change, "drift": drift}

Levels = Mapping[int, float]
"""Log levels by year."""
Method = Callable[[int], Law | None]
"""From a year to what is said of it, or None where nothing can be."""


def evidence_backtest(grades: str = ALL_GRADES, *, with_vague: bool = True) -> EvidenceBacktest:
    """Forecast from every origin with the evidence model, its variant with vague long-run means, and
    random walks through all levels since 2011 of any grade; about a second an origin and model.

    Raises:
        TooLittleEvidence: by no year-end was a level known.
        TargetIsNotData: a plan target came in as an outcome.
    """
    book = Book()
    known = readings(book)
    outcomes = [_outcome(reading, book) for reading in known if is_annual_level(reading)]
    scored: list[dict[str, object]] = []
    attained: list[dict[str, object]] = []
    for origin in _origins(known, book, grades):
        ahead = [found for found in outcomes if found.year >= int(origin[:4]) and found.published > origin]
        levels = _levels([reading for reading in known if book.published(reading.sources) <= origin])
        for name, method in _methods(origin, levels, grades, with_vague) if ahead else ():
            for outcome in ahead:
                if (law := method(outcome.year)) is not None:
                    cell = _cell(origin, outcome, name)
                    scored.append(cell | {"last_level": max(levels)} | score(law, outcome))
                    attained += [cell | row for row in chances(law, outcome, levels)]
    if not scored:
        raise TooLittleEvidence
    return EvidenceBacktest(pd.DataFrame(scored), pd.DataFrame(attained))


def _cell(origin: str, outcome: Outcome, method: str) -> dict[str, object]:
    horizon = outcome.year - int(origin[:4])
    return {"origin": origin, "year": outcome.year, "horizon": horizon, "method": method}


def _origins(known: Sequence[Reading], book: Book, grades: str) -> Iterator[str]:
    """Year-ends with a level in use and a reading that the year-end before did not have."""
    newest = max(book.published(reading.sources) for reading in known)
    before: list[Reading] = []
    for year in range(FROM, int(newest[:4])):
        used, _ = select(known, book, grades, (), FROM, f"{year}-12-31")
        if used != before and any(reading.kind == "level" for reading in used):
            yield f"{year}-12-31"
        before = used


def _outcome(reading: Reading, book: Book) -> Outcome:
    low, value, high = (exp(reading.log_value + side * reading.sd) for side in (-2, 0, 2))
    # book.published refuses a plan target
    published = book.published(reading.sources)
    return Outcome(reading.year, value, low, high, ";".join(reading.sources), published)


def _levels(known: Sequence[Reading]) -> Levels:
    """Levels for the random walks, the most precise of each year: whole years, and those scaled up from January to
    November, which are off by about 1 %. More than the printed drift may read: a yardstick should be hard to beat."""
    usable = [reading for reading in known if reading.kind == "level" and reading.period.endswith("-11")]
    usable += [reading for reading in known if is_annual_level(reading)]
    return {reading.year: reading.log_value for reading in sorted(usable, key=lambda reading: -reading.sd)}


def _methods(
    origin: str, levels: Levels, grades: str, with_vague: bool
) -> Iterator[tuple[str, Method]]:
    priors = {EVIDENCE: means(), VAGUE: vague()} if with_vague else {EVIDENCE: means()}
    for name, prior in priors.items():
        yield name, partial(_fitted, evidence_model(grades, as_of=origin, prior=prior))
    for name, walk in WALKS.items():
        yield name, partial(_walked, walk, levels)


def _fitted(model: OutputForecast, year: int) -> Law:
    row = model.smoothed.set_index("year")[list(BANDS)].to_dict("index")[year]
    bands = {str(name): float(value) for name, value in row.items()}
    return Law(bands, lambda threshold: model.exceeds(threshold, year))


def _walked(method: Callable[[Levels, int], Walk | None], levels: Levels, year: int) -> Law | None:
    walk = method(levels, year)
    if walk is None:
        return None
    bands = [exp(walk.quantile(level)) for level in (0.5, *quantile_levels())]
    return Law(dict(zip(BANDS, bands, strict=True)), lambda threshold: walk.exceeds(log(threshold)))
