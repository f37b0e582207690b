"""What the forecast of output says by itself of the open targets, beside the runs that rest on it: what it would say
with other parameters, without one of its sources, and by naive drift. Kept in ``runs/outlook/``, one a series."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.kept import folder_of, keep, kept
from sim.ensemble.stamp import ANALYSIS_ROOMS, data_digest

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble.results import Results
    from sim.forecast.answer import Answer
    from sim.forecast.outlook import Outlook
    from sim.scenario.schema import Scenario

FOLDER, TABLE = "outlook", "goals"
OUTPUT = "gross_output_above_scale"
OF_NONE = "_output"
"""In place of a scenario's name, which begins with a letter: scenarios on one series share the forecast."""
PAST = 5
"""Years up to the last observed one whose growth is set beside what is expected."""
SAME = 1e-6
"""Part of a path within which a run's output is the path itself: the scenario's policy has not moved it."""


def goals_of(outlook: Outlook) -> list[tuple[float, int]]:
    """Return threshold (亿元) and year of the open targets for output, as far as the forecast goes."""
    from sim import registry

    due = [goal for goal in registry.targets().values() if goal.indicator == OUTPUT and goal.state == "open"]
    goals = [(goal.threshold, int(goal.deadline[:4])) for goal in due]
    return [(threshold, year) for threshold, year in goals if year <= max(outlook.smoothed["year"])]


def folder(scenario: Scenario) -> Path:
    """Return where the answers on the scenario's series lie, whether or not they are there."""
    series = scenario.output_series
    return folder_of(FOLDER, OF_NONE, ["" if series is None else series.digest], ANALYSIS_ROOMS)


def stored(scenario: Scenario) -> pd.DataFrame | None:
    """Return what is kept of :func:`forecast_alone`; None without it."""
    found = kept(folder(scenario), [TABLE])
    return None if found is None else found[0][TABLE]


def forecast_alone(scenario: Scenario) -> pd.DataFrame:
    """Return the forecast's own answers on the open targets for output; some ten seconds where none are kept.

    Returns:
        year, threshold (亿元), probability, low, high, ever, drift, growth (as
        :class:`sim.forecast.evidence_model.Attainment` has them), last (the last observed year), yearly growth in
        percent of the medians: grown (from first, five years before, to last) and expected (from there to year), own
        (whether it rests on the user's own series), sources (how many documents were left out, one at a time; 0 on
        one's own series),
        without_low, without_high (least and largest probability then) and the rows so left out (…_source).

    Raises:
        SeriesChanged, DataInvalid: the series cannot be used.
        StoreUnusable: they cannot be kept.
    """
    begun, place = data_digest(), folder(scenario)
    if (found := stored(scenario)) is not None:
        return found
    table = computed(scenario)
    fits = 1 + (int(table["sources"].max()) if len(table) else 0)
    about = {"scenario": OF_NONE, "digest": "", "seed": 0, "enterprises": 0, "runs": fits}
    keep(place, {TABLE: table}, about, begun, ANALYSIS_ROOMS)
    return table


def computed(scenario: Scenario) -> pd.DataFrame:
    """Return what :func:`forecast_alone` does, computed now and not kept."""
    import pandas as pd

    from sim.ensemble.runner import forecast_model
    from sim.forecast.answer import answers

    outlook = forecast_model(scenario)
    return pd.DataFrame([_row(answer, outlook) for answer in answers(outlook, goals_of(outlook))])


def _row(answer: Answer, outlook: Outlook) -> dict[str, Any]:
    at, without, last = answer.at, answer.without, outlook.last_observed
    medians = {int(row["year"]): float(row["median"]) for row in outlook.smoothed.to_dict("records")}
    first = max(min(medians), last - PAST)
    row: dict[str, Any] = {
        "year": answer.year, "threshold": answer.threshold, "probability": at.probability, "low": at.low,
        "high": at.high, "ever": at.ever, "drift": at.naive_drift, "growth": at.growth_needed, "last": last,
        "first": first, "grown": _growth(medians, first, last), "expected": _growth(medians, last, answer.year),
        "own": not answer.grades, "sources": len(without),
    }  # fmt: skip
    for side, which in (("low", "idxmin"), ("high", "idxmax")):
        found = without.loc[without["probability"].agg(which)] if len(without) else None
        row[f"without_{side}"] = float("nan") if found is None else float(found["probability"])
        row[f"without_{side}_source"] = "" if found is None else str(found["source"])
    return row


def _growth(levels: dict[int, float], first: int, last: int) -> float:
    """Return yearly growth in percent, NaN without a year between."""
    return 100 * float((levels[last] / levels[first]) ** (1 / (last - first)) - 1) if last > first else float("nan")


def beside_runs(results: Results, scenario: str, alone: pd.DataFrame) -> pd.DataFrame:
    """Return the answers as far as the runs go, with what tells the forecast from the runs: ``paths``, the share of the
    runs' own demand paths that reach the threshold, and ``moved``, whether the scenario's policy changes any of them.

    Args:
        alone: as :func:`forecast_alone` of the scenario's series.
    """
    import numpy as np

    output = results.values(scenario, OUTPUT)
    demand = results.demand.pivot(index="replicate", columns="year", values="gross_output")
    here = alone[alone["year"].isin(output.columns)].reset_index(drop=True)
    paths, moved = [], []
    for year, threshold in zip(here["year"], here["threshold"], strict=True):
        runs = output[year].dropna()
        drawn = demand.loc[runs.index, year]
        paths.append(float((drawn >= threshold).mean()))
        moved.append(not np.allclose(runs, drawn, rtol=SAME, atol=0))
    return here.assign(paths=paths, moved=moved)
