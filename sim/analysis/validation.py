"""Why the answers should be believed, and where not: everything that can be held against them, computed when asked.

Nothing was fitted to these figures: an uncertainty is drawn from its prior, or from a sample calibrated to others. But
a prior, or a margin of the population, may cite the very page that an outcome is taken from; such an outcome is no
independent test and is told apart. The tables of published outcomes, patterns and the rivals' figures are read here and
nowhere else; no run, population, forecast or calibration depends on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.comparison import compare, compare_targets
from sim.analysis.outcomes import outcomes
from sim.analysis.patterns import patterns
from sim.analysis.rivals import rivals
from sim.ensemble.calibrated import current_sample
from sim.ensemble.kept import folder_of, keep, kept, newest, stamp_about
from sim.ensemble.runner import DEFAULT_SEED, run
from sim.ensemble.stamp import ANALYSIS_ROOMS, HELD_OUT, data_digest, data_digests, source_version
from sim.ensemble.whole_numbers import whole_numbers
from sim.forecast.evidence_model import evidence_model
from sim.forecast.origin_scores import EVIDENCE
from sim.forecast.origins import evidence_backtest
from sim.indicators import indicator
from sim.parallel import StageProgress, of_stage
from sim.registry import HEADLINES, targets
from sim.scenario.catalogue import catalogue
from sim.scenario.load import BASELINE, as_scenario
from sim.tables import rows

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble.results import Results
    from sim.registry import Target
    from sim.scenario.schema import Scenario

RUNS, ENTERPRISES = 48, 7_300
FOLDER = "validation"
TABLES = ("outcomes", "rivals", "patterns", "ablation", "moved", "output", "stated", "past")
MOVED_YEAR = 2027
MOVED = ("firms_upstairs", "firms_relocated", "firms_above_scale", "tower_occupancy", "tax_per_mu")
"""What a rule of behaviour may move although the headline answers stay: output is anchored to the forecast."""
PLAN = "甬政发〔2021〕59号"
"""The plan whose targets fell due in 2023 and 2025."""
RATE = "value_added_rate"
ORIGINS = ("2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31")
DRAWS = 1_000
BINS = (0.0, 0.25, 0.75, 1.0)
"""Stated probabilities are counted as unlikely, open, likely: finer would leave too few in each."""
PRIOR_ONLY, AVAILABLE, CALIBRATED = "prior_only", "available", "calibrated"
MARGINS = "population/margins.csv"


@dataclass(frozen=True)
class Validation:
    """``outcomes``, ``rivals``, ``patterns``: as the functions of these names. ``ablation``: switch, option, and the
    columns of :func:`sim.analysis.comparison.compare_targets`. ``moved``: switch, option, indicator, label, unit, base,
    difference, lo, hi (of 2027), and ``hits`` of the outcomes (``count``) under that option. ``output``: how the
    forecast did at past origins, a row a method. ``stated``: probabilities stated at past origins by class: low, high,
    stated (mean), reached, count, years. ``past``: targets of the 2021 plan that fell due: id, label, reading,
    deadline, threshold, unit, direction, basis, known (an outcome was published), reached, note_zh, and origin and
    probability where one could be stated then. ``stamp``: what made it.
    """

    outcomes: pd.DataFrame
    rivals: pd.DataFrame
    patterns: pd.DataFrame
    ablation: pd.DataFrame
    moved: pd.DataFrame
    output: pd.DataFrame
    stated: pd.DataFrame
    past: pd.DataFrame
    stamp: dict[str, Any] = field(default_factory=dict)

    @property
    def uncertainties(self) -> pd.DataFrame:
        """As the function of this name."""
        return uncertainties(self.stamp["calibrated"])


def validation(
    scenario: Scenario | str, runs: int = RUNS, seed: int = DEFAULT_SEED, enterprises: int = ENTERPRISES,
    workers: int = 1, progress: StageProgress | None = None,
) -> Validation:  # fmt: skip
    """Hold the model and the forecast against what was published; kept in ``runs/validation/``.

    Makes ``runs`` of the scenario and of each other option of every structural switch, under the same luck.

    Raises:
        as :func:`sim.run`; TooManyFailures.
    """
    whole_numbers(runs=runs, seed=seed, enterprises=enterprises)
    scenario = as_scenario(scenario)
    key = [scenario.digest, runs, seed, enterprises, held_out()]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, key, ANALYSIS_ROOMS)
    if there := _read(folder):
        return there
    variants = switched(scenario)
    every = [scenario, *(each for _, _, each in variants)]
    results = run(every, runs, seed, enterprises, workers, of_stage(progress, "runs"))
    compared = outcomes(results, scenario.name)
    backtest = evidence_backtest(with_vague=False)
    stamp = {
        **stamp_about(scenario, seed, enterprises, runs), "variants": len(variants), "sample": backtest.sample,
        "held_out": held_out(), "calibrated": calibrated_in(scenario), "version": source_version()[0],
    }  # fmt: skip
    made = (
        compared, rivals(compared),
        patterns(results, scenario, workers=workers, progress=of_stage(progress, "patterns")),
        _ablation(results, scenario.name, variants), _moved(results, scenario.name, variants), backtest.summary(),
        stated(backtest.chances), past(),
    )  # fmt: skip
    tables = dict(zip(TABLES, made, strict=True))
    return Validation(**tables, stamp=keep(folder, tables, stamp, begun, ANALYSIS_ROOMS))


def independent(sources: pd.Series[str]) -> pd.Series[bool]:
    """Say of each comparison whether none of its sources (``;`` between them) is one of the model's inputs: cited by an
    entry of the catalogue or by a margin of the population."""
    cited = {clause for entry in catalogue().values() if entry.kind != "documented" for clause in entry.clauses}
    cited |= {source for row in rows(MARGINS) if row["role"] == "fit" for source in row["sources"].split(";")}
    return sources.map(lambda each: cited.isdisjoint(each.split(";"))).astype(bool)


def uncertainties(calibrated: Sequence[str] = ()) -> pd.DataFrame:
    """Return every uncertainty of the catalogue: id, title, grade and status. ``calibrated``: drawn from a posterior
    sample; ``available``: the baseline's sample, which the present model made, holds it and is not used here;
    ``prior_only``.

    Args:
        calibrated: what the scenario draws from a sample.
    """
    import pandas as pd

    there = current_sample(BASELINE)
    status = dict.fromkeys(there.columns if there else (), AVAILABLE) | dict.fromkeys(calibrated, CALIBRATED)
    return pd.DataFrame([
        {"id": name, "title": entry.title.zh, "grade": entry.grade, "status": status.get(name, PRIOR_ONLY)}
        for name, entry in catalogue().of_kind("uncertainty").items()
    ])  # fmt: skip


def calibrated_in(scenario: Scenario) -> list[str]:
    """Return the uncertainties that a scenario draws from a posterior sample."""
    return list(scenario.calibration.columns) if scenario.calibration else []


def stored(scenario: Scenario) -> Validation | None:
    """The newest validation of a scenario that the present code and data made, for reports; None without one."""
    folder = newest(FOLDER, scenario)
    found = None if folder is None else _read(folder)
    return found if found is None or found.stamp["held_out"] == held_out() else None


def held_out() -> dict[str, str]:
    """Return the digest of each table that no run reads and that runs are held against."""
    return data_digests(HELD_OUT)


def switched(scenario: Scenario) -> list[tuple[str, str, Scenario]]:
    """Return (switch, option, scenario under it) for every option of every switch that the scenario does not use."""
    found = []
    for name, entry in catalogue().of_kind("switch").items():
        for option in entry.options:
            if option != scenario.structure[name]:
                change = {"name": f"{scenario.name}~{name}={option}", "structure": scenario.structure | {name: option}}
                found.append((name, option, scenario.model_copy(update=change)))
    return found


def stated(chances: pd.DataFrame) -> pd.DataFrame:
    """Return how often what was given a chance came true, by class of chance.

    Args:
        chances: of :class:`sim.forecast.origin_scores.EvidenceBacktest`; only the evidence model's are counted.
    """
    import pandas as pd

    mine = chances[chances["method"] == EVIDENCE]
    rows = []
    for low, high in pairwise(BINS):
        below = mine["probability"] < high if high < BINS[-1] else mine["probability"] <= high
        part = mine[(mine["probability"] >= low) & below]
        rows.append({
            "low": low, "high": high, "stated": part["probability"].mean(), "reached": int(part["reached"].sum()),
            "count": len(part), "years": part["year"].nunique(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def past() -> pd.DataFrame:
    """Return the 2021 plan's targets that have fallen due: whether an outcome was published, and the chance that the
    forecast gave the target at year-ends before its deadline, from what had been published by then.

    The chance of those that runs of enterprises answer is not given: their parameters were set with later figures in
    view, so that it would not be a statement of its day.
    """
    import pandas as pd

    due = [target for target in targets().values() if target.document == PLAN and target.state in ("past", "met")]
    rows = [_due(target) for target in due]
    rates = [target for target in due if target.indicator == RATE]
    for origin in ORIGINS:
        coming = [target for target in rates if origin[:4] < target.deadline[:4]]
        paths = evidence_model(as_of=origin).paths(range(DRAWS), DEFAULT_SEED) if coming else pd.DataFrame()
        rows += [_due(target) | {"origin": origin, "probability": _chance(paths, target)} for target in coming]
    table = pd.DataFrame(rows)
    said = set(table.loc[table["probability"].notna(), "id"])
    return table[table["probability"].notna() | ~table["id"].isin(said)].reset_index(drop=True)


def _due(target: Target) -> dict[str, object]:
    return {
        "id": target.id, **target.columns(), "basis": target.basis,
        "reached": target.state == "met", "known": target.state == "met", "note_zh": target.state_note_zh,
        "origin": "", "probability": np.nan,
    }  # fmt: skip


def _chance(paths: pd.DataFrame, target: Target) -> float:
    """The share of paths whose value-added rate reaches a target's threshold in its year."""
    then = paths[paths["year"] == int(target.deadline[:4])]
    return float((100 * then["value_added"] / then["gross_output"] >= target.threshold).mean())


def _ablation(results: Results, base: str, variants: list[tuple[str, str, Scenario]]) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for switch, option, variant in variants:
        table = compare_targets(results, base, variant.name, HEADLINES)
        parts.append(table.assign(switch=switch, option=option))
    return pd.concat(parts, ignore_index=True)


def _moved(results: Results, base: str, variants: list[tuple[str, str, Scenario]]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for switch, option, variant in variants:
        held_out = outcomes(results, variant.name)
        table = compare(results, base, variant.name)
        by_name = {str(row["indicator"]): row for row in table[table["year"] == MOVED_YEAR].to_dict("records")}
        for name in MOVED:
            row = by_name[name]
            rows.append({
                "switch": switch, "option": option, "indicator": name, "label": indicator(name).label_zh,
                "unit": indicator(name).unit, "base": row["base"], "difference": row["difference"], "lo": row["lo"],
                "hi": row["hi"], "hits": int((held_out["verdict"] == "inside").sum()), "count": len(held_out),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _read(folder: Path) -> Validation | None:
    there = kept(folder, TABLES)
    return None if there is None else Validation(**there[0], stamp=there[1])
