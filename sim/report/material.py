"""Everything one briefing is made of, gathered once from the floors below.

The rest of the report only formats it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.problems import Absent
from sim.report import numbers
from sim.report.wording import Wording, wording

if TYPE_CHECKING:
    from sim.analysis.evidence_share import Rests
    from sim.analysis.ledger import Ledger
    from sim.analysis.sensitivity import Sensitivity
    from sim.analysis.validation import Validation
    from sim.ensemble.results import Results
    from sim.own import SeriesFile
    from sim.report.answers import Asked

NOTES = ("state_note_zh", "needs_zh")
DATED_FILES = {
    "S": "policy/seed_facts.csv", "F": "policy/facts.csv",
    "A": "ningbo/annual.csv", "M": "ningbo/monthly.csv",
    "D": "ningbo/by_district.csv", "I": "ningbo/by_industry.csv",
}  # fmt: skip
"""First letter of a row id -> its file; the other tables of ``data/`` are definitions and carry no date."""


@dataclass(frozen=True)
class Material:
    """One scenario's results with the evidence around them.

    ``frame`` and ``flows`` hold this scenario only, ``differences`` what sets it apart from the baseline (no rows
    where the results hold none), ``decisive`` what decides its targets nearly alone. ``asked``: target groups or ids
    for the summary. ``targets`` has one row per target and reading, with its notes. ``labels`` maps indicator id to
    (label, unit), ``as_of`` a data file to its date. ``series`` tells of the user's own monthly output that the
    forecast rests on (file, months, last, doubted), if it does. ``uncertainties``: as
    :func:`sim.analysis.validation.uncertainties`. ``validation``, ``sensitivity``, ``rests`` (on what its answers
    rest), ``ledger`` (of variance, for the asked targets), ``answers`` (by question) and ``alone`` (what
    the forecast says by itself, :func:`sim.analysis.forecast_alone.beside_runs`): what is kept of this scenario, if
    anything. ``anchors``: what each run's output is multiplied by, :func:`sim.ensemble.results.anchor_factors`.
    """

    scenario: str
    title: str
    why: str
    asked: tuple[str, ...]
    changes: pd.DataFrame
    frame: pd.DataFrame
    flows: pd.DataFrame
    targets: pd.DataFrame
    observations: pd.DataFrame
    smoothed: pd.DataFrame
    margins: pd.DataFrame
    assumptions: pd.DataFrame
    outcomes: pd.DataFrame
    differences: pd.DataFrame
    decisive: pd.DataFrame
    labels: Mapping[str, tuple[str, str]]
    stamp: Mapping[str, Any]
    as_of: Mapping[str, str]
    uncertainties: pd.DataFrame
    series: Mapping[str, str] | None = None
    validation: Validation | None = None
    sensitivity: Sensitivity | None = None
    rests: Rests | None = None
    ledger: Ledger | None = None
    answers: Asked | None = None
    alone: pd.DataFrame | None = None
    anchors: pd.DataFrame | None = None

    @property
    def register(self) -> dict[str, Any] | None:
        """What results tell of the user's own register; None where the enterprises are synthetic."""
        found: dict[str, Any] | None = self.stamp.get("register")
        return found


class ScenarioNotInResults(Absent):
    """The results hold no run of this scenario."""

    def __init__(self, scenario: str, known: list[str]) -> None:
        self.scenario, self.known = scenario, known
        super().__init__(f"结果里没有情景 {scenario}；有：{'、'.join(known)}。")


def gather(results: Results, scenario: str, lang: str = "zh") -> Material:
    """Collect results, targets, forecast, population margins and catalogue for one scenario.

    Raises:
        ScenarioNotInResults: the results hold no such scenario.
    """
    from sim.analysis import evidence_share, forecast_alone, ledger, sensitivity, validation
    from sim.analysis.attainment import targets as attainment
    from sim.analysis.decisive import decisive
    from sim.analysis.outcomes import outcomes
    from sim.indicators import indicators
    from sim.registry import HEADLINES
    from sim.report import answers
    from sim.scenario.diff import changes

    if scenario not in results.scenarios:
        raise ScenarioNotInResults(scenario, list(results.scenarios))
    setting = results.scenarios[scenario]
    words = wording(lang)
    moves, alone = sensitivity.stored(setting), forecast_alone.stored(setting)
    return Material(
        scenario=scenario,
        title=getattr(setting.title, lang),
        why=setting.why.get(lang, ""),
        asked=setting.targets or HEADLINES,
        changes=changes_frame(changes(setting, setting.reference()), words),
        frame=of_scenario(results.frame, scenario),
        flows=of_scenario(results.flows, scenario),
        targets=with_notes(of_scenario(attainment(results), scenario), results.stamp["date"][:7]),
        observations=results.observations,
        smoothed=results.smoothed,
        margins=margins(results),
        assumptions=assumptions_frame(words),
        outcomes=outcomes(results, scenario),
        differences=from_baseline(results, scenario),
        decisive=decisive(results, scenario),
        labels={name: (getattr(entry, f"label_{lang}"), entry.unit) for name, entry in indicators().items()},
        stamp=results.stamp,
        as_of=as_of_dates(),
        uncertainties=validation.uncertainties(),
        series=series_facts(setting.output_series, words),
        validation=validation.stored(setting),
        sensitivity=moves,
        rests=None if moves is None else evidence_share.stored(setting, moves),
        ledger=ledger.stored(setting, setting.targets or HEADLINES),
        answers=answers.stored(setting, lang, *(results.stamp[key] for key in ("runs", "seed", "enterprises"))),
        anchors=results.anchors,
        alone=None if alone is None else forecast_alone.beside_runs(results, scenario, alone),
    )


def margins(results: Results) -> pd.DataFrame:
    """Return what was asked of the enterprises and what they give: those of the stamp where they are of a register."""
    from sim.population import synthesise

    register = results.stamp.get("register")
    if register is None:
        return synthesise().margins
    return pd.DataFrame(register["margins"]).set_index("name").dropna(subset=["got"])


def series_facts(series: SeriesFile | None, words: Wording) -> dict[str, str] | None:
    """Return what may be told of the user's own series: its file's name, how many months, the last of them, and what
    is doubted of it (nothing, if nothing is)."""
    from sim.own.output import months

    if series is None:
        return None
    rows = months(series)
    first, last = rows[0], rows[-1]
    begins = 1 if first.month == 2 else first.month
    count = 12 * (last.year - first.year) + last.month - begins + 1
    return {
        "file": series.name, "months": str(count), "last": words("mark.period", year=last.year, month=last.month),
        "doubted": _doubted(series, words),
    }  # fmt: skip


def _doubted(series: SeriesFile, words: Wording) -> str:
    """Say which whole years are far from the published, and what is doubted of growth; of single months nothing."""
    from sim.own.output import doubted

    far, growth, fractions = doubted(series.location)
    years = [words("advice.series.year", year=one.year, percent=f"{100 + one.percent:.1f}", row=one.row) for one in far]
    parts = [words("advice.series.far", years=words.listed(years))] if far else []
    parts += [words("advice.series.growth", count=growth)] if growth else []
    parts += [words("advice.series.fractions")] if fractions else []
    return words("mark.clause").join(parts)


def from_baseline(results: Results, scenario: str) -> pd.DataFrame:
    """Return the paired differences from the baseline at the open targets, empty where there is no baseline."""
    from sim.analysis.comparison import compare_targets
    from sim.scenario.load import BASELINE

    if scenario == BASELINE or BASELINE not in results.scenarios:
        return pd.DataFrame()
    return compare_targets(results, BASELINE, scenario)


def as_of_dates() -> dict[str, str]:
    """Return the latest publication date found in each table of facts and observations.

    By file below ``data/``.
    """
    from sim import evidence

    dates = pd.concat([evidence.facts()["as_of"], evidence.observations()["published"]]).astype(str)
    days = dates.str.extract(r"^(\d{4}(?:-\d{2}){0,2})", expand=False).dropna()
    latest = days.groupby(days.index.str[0]).max()
    return {file: str(latest[letter]) for letter, file in DATED_FILES.items()}


def of_scenario(frame: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Return the rows of one scenario."""
    return frame[frame["scenario"] == scenario].drop(columns="scenario").reset_index(drop=True)


def with_notes(answers: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Add why a target is settled, what data a tracked one would need, and its colour in a month (YYYY-MM)."""
    from sim.analysis.warning import colours
    from sim.registry import targets
    from sim.scenario.months import month_index

    entries, states = targets(), colours(month_index(as_of))
    notes = {column: [getattr(entries[name], column) for name in answers["id"]] for column in NOTES}
    return answers.assign(**notes, colour=[states[name] for name in answers["id"]])


def changes_frame(found: list[Any], words: Wording) -> pd.DataFrame:
    """Return what the scenario changes against the policy of record.

    Title, unit, scope, before, after, clauses.
    """
    rows = [
        {
            "title": words.named(change.entry.title),
            "unit": numbers.unit_name(change.entry.unit, words),
            "scope": words.of(change.scope),
            "before": words.of(change.before),
            "after": words.of(change.after),
            "clauses": words.listed(change.entry.clauses),
        }
        for change in found
    ]
    return pd.DataFrame(rows, columns=["title", "unit", "scope", "before", "after", "clauses"])


def assumptions_frame(words: Wording) -> pd.DataFrame:
    """Return the catalogue's entries that rest on assumption, widest range first.

    Columns: id, title, kind, unit, default, range, basis, clauses, width. The range is what is drawn
    from for an uncertainty, the options of a switch, the allowed bounds otherwise; width = (high -
    low) / |middle|, the ordering; switches, which change a rule and not a number, come first.
    """
    from sim.scenario.catalogue import catalogue

    rows = [_assumption(entry, words) for entry in catalogue().values() if is_assumption(entry)]
    return pd.DataFrame(rows).sort_values(["width", "id"], ascending=[False, True], ignore_index=True)


def is_assumption(entry: Any) -> bool:
    """Say whether an entry is used by the model and rests on assumption alone."""
    return bool(entry.grade == "assumption" and entry.kind != "documented")


def _assumption(entry: Any, words: Wording) -> dict[str, Any]:
    from sim.scenario.schema import steps_text

    text = {
        "id": entry.id, "title": words.named(entry.title), "kind": entry.kind,
        "unit": numbers.unit_name(entry.unit, words), "basis": words.of(entry.basis),
        "clauses": words.listed(entry.clauses),
    }  # fmt: skip
    if entry.kind == "switch":
        return text | {"default": entry.standard, "range": words.listed(entry.options), "width": math.inf}
    low, high = entry.bounds
    if entry.distribution is not None and entry.distribution.kind in ("uniform", "triangular"):
        low, high = entry.distribution.numbers[0], entry.distribution.numbers[-1]
    middle = abs(low + high) / 2
    return text | {
        "default": words.of(steps_text(entry.default_steps)),
        "range": words("number.interval", low=f"{low:,.6g}", high=f"{high:,.6g}"),
        "width": (high - low) / middle if middle else 0.0,
    }
