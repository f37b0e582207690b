"""From published statistics to a posterior sample that scenarios can draw from.

Only what recovery identified is calibrated, by sequential ABC with regression adjustment, all else drawn from its prior
in every run; simulated moments through a surrogate give the same parameters a second estimate. The sample lies in
``data/calibrated/`` with a stamp of the model, the data and the statistics that made it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.calibration.recovery import (
    ENTERPRISES,
    LEVEL,
    OTHER_LUCK,
    POINTS,
    PRIOR_DRAWS,
    TRUTHS,
    Recovery,
    in_units,
    key_seed,
    noisy,
    recovery,
    scores_of,
    simulator_of,
)
from sim.analysis.calibration.regression import Array, Weighted
from sim.analysis.calibration.sequential import Population, sequential
from sim.analysis.calibration.simulator import Simulator, keyed
from sim.analysis.calibration.statistics import errors, values
from sim.analysis.calibration.surrogate import effective, fitted, quasi_posterior
from sim.ensemble.calibrated import made_by
from sim.ensemble.design import quantiles
from sim.ensemble.kept import folder_of, keep, kept
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.stamp import ANALYSIS_ROOMS, data_digest, source_version
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import StageProgress, of_stage
from sim.scenario.catalogue import catalogue
from sim.scenario.load import as_scenario
from sim.scenario.posterior import FEWEST, digest_of, location_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

PARTICLES, GENERATIONS, PREDICTIVE, SAMPLE = 1_024, 6, 256, 1_000
ERRORS_DRAWN = 16
"""Errors drawn onto each predicted run: they cost nothing, and make the ends of an interval firm."""
FOLDER, TABLES = "calibration", ("statistics", "parameters", "sample")
DIGITS = 6
PROPOSE, RESAMPLE, MOMENT_DRAWS = 4, 5, 6
"""What drawn numbers are for; part of their key."""


class NothingIdentified(RuntimeError):
    """The statistics tell no parameter, so that every one keeps its prior and there is no sample to write."""

    def __init__(self) -> None:
        super().__init__(
            "公布的统计量识别不出任何一项不确定参数（见 tenglong calibrate --recovery），全部保留先验，没有写出样本。"
            "若用了很小的 --points 或 --enterprises，请加大后再试。"
        )


@dataclass(frozen=True)
class Calibration:
    """``statistics``: statistic, label, published, error, unit, sources, and the prior's and posterior's predictive
    P10, median and P90 (error included) with ``inside`` (the posterior's 80 % covers the published figure).
    ``parameters``: parameter, title, grade, status (``calibrated`` or ``prior_only``), and for those calibrated the
    median and 80 % interval of prior, ABC and moments (``prior``, ``prior_lo`` …) and ``apart`` (difference of the two
    methods' means in the prior's standard deviations). ``sample``: a parameter a column, a row a draw. ``recovery``:
    what was identified, and how. ``stamp``: what made it.
    """

    statistics: pd.DataFrame
    parameters: pd.DataFrame
    sample: pd.DataFrame
    recovery: Recovery
    stamp: dict[str, Any] = field(default_factory=dict)

    @property
    def location(self) -> Path:
        """Where the sample lies."""
        return location_of(str(self.stamp["scenario"]))


def calibrate(
    scenario: Scenario | str, points: int = POINTS, truths: int = TRUTHS, particles: int = PARTICLES,
    seed: int = DEFAULT_SEED, enterprises: int = ENTERPRISES, workers: int = 1, progress: StageProgress | None = None,
) -> Calibration:  # fmt: skip
    """Calibrate what can be identified and write ``data/calibrated/<scenario>.csv`` and its stamp.

    Args:
        particles: of the sequential method, at most as many as points; each generation makes half as many runs.

    Raises:
        NothingIdentified: no sample is written; TooFewRows: nothing was run.
    """
    whole_numbers(points=points, truths=truths, particles=particles, seed=seed, enterprises=enterprises)
    scenario, particles = as_scenario(scenario), min(particles, points)
    found = recovery(scenario, points, truths, seed, enterprises, workers, progress)
    if not found.identified:
        raise NothingIdentified
    content = [scenario.digest, found.stamp["code"], points, truths, particles, seed, enterprises, made_by()]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, content, ANALYSIS_ROOMS)
    there = kept(folder, TABLES)
    if there is None:
        tables, stamp = _made(scenario, found, particles, workers, progress)
        there = tables, keep(folder, tables, stamp, begun, ANALYSIS_ROOMS)
    result = Calibration(**there[0], recovery=found, stamp=there[1])
    write(result)
    return result


def write(found: Calibration) -> None:
    """Write the sample and then its stamp; the same calibration writes the same sample to the last bit."""
    found.location.parent.mkdir(parents=True, exist_ok=True)
    draft = found.location.with_suffix(".draft")
    found.sample.to_csv(draft, index=False, lineterminator="\n", float_format=f"%.{DIGITS}g")
    draft.replace(found.location)
    about = {key: value for key, value in found.stamp.items() if key not in ("code", "rooms", "data")}
    about |= found.stamp["made_by"] | {
        "sample": digest_of(found.location), "date": date.today().isoformat(),
        "fit": _records(found.statistics), "parameters": _records(found.parameters),
    }  # fmt: skip
    del about["made_by"]
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    found.location.with_suffix(".json").write_text(text, encoding="utf-8")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", force_ascii=False))
    return rows


def _made(
    scenario: Scenario, found: Recovery, particles: int, workers: int, progress: StageProgress | None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    seed, enterprises = found.stamp["seed"], found.stamp["enterprises"]
    simulate = simulator_of(scenario, seed, enterprises, workers)
    free = [simulate.names.index(name) for name in found.identified]
    error, observed = errors(simulate.statistics), values(simulate.statistics)
    population, scale = _closed_in(simulate, found, free, particles, progress)
    posterior = population.posterior(observed, scale)
    drawn = posterior.resampled(SAMPLE, keyed(seed, RESAMPLE))
    assert len(drawn) >= FEWEST
    surrogate = fitted(found.scores(), found.values())
    draws = keyed(seed, MOMENT_DRAWS).standard_normal((PRIOR_DRAWS, len(simulate.names)))
    moments = quasi_posterior(draws, surrogate(draws), observed, np.hypot(error, surrogate.error))
    chosen = np.linspace(0, SAMPLE - 1, min(PREDICTIVE, particles)).astype(int)
    at = _whole(simulate, free, drawn[chosen], seed, GENERATIONS + 1)
    predicted = simulate.with_luck(OTHER_LUCK)(at, of_stage(progress, "predictive"))
    tables = {
        "statistics": _statistics(simulate, found.values(), predicted),
        "parameters": _parameters(
            scenario, found.identified, posterior, Weighted(moments.scores[:, free], moments.weights)
        ),
        "sample": _sample(scenario, found.identified, drawn),
    }  # fmt: skip
    proposed = len(population.accepted) * (particles - len(population.scores))
    stamp = {
        **{key: found.stamp[key] for key in ("scenario", "digest", "seed", "enterprises", "points", "truths")},
        "particles": particles, "generations": len(population.accepted), "accepted": list(population.accepted),
        "tolerance": population.tolerance, "effective_draws": effective(posterior.weights),
        "moments_effective_draws": effective(moments.weights), "structure": scenario.structure,
        "runs": found.stamp["runs"] + len(simulate.luck) * (proposed + len(at)), "made_by": made_by(),
        "version": source_version()[0], "command": command(found.stamp, particles),
    }  # fmt: skip
    return tables, stamp


def command(stamp: dict[str, Any], particles: int = 0) -> str:
    """Return what is typed to make it again."""
    options = " ".join(f"--{name} {stamp[name]}" for name in ("points", "truths", "enterprises", "seed"))
    last = f"--particles {particles}" if particles else "--recovery"
    return f"tenglong calibrate {stamp['scenario']} {options} {last}"


def _closed_in(
    simulate: Simulator, found: Recovery, free: list[int], particles: int, progress: StageProgress | None
) -> tuple[Population, Array]:
    """Close in on the published statistics from the first points of the prior; and the scales of their distance."""
    seed, error = simulate.seed, errors(simulate.statistics)
    start = noisy(found.values(), error, seed)
    scale = start.std(axis=0)

    def made(proposed: Array, generation: int) -> Array:
        at = _whole(simulate, free, proposed, seed, generation)
        return noisy(simulate(at, of_stage(progress, f"generation_{generation}")), error, seed, generation)

    begin = found.scores()[:particles, free], start[:particles]
    observed = values(simulate.statistics)
    return sequential(*begin, made, observed, scale, GENERATIONS, keyed(seed, PROPOSE)), scale


def _whole(simulate: Simulator, free: list[int], scores: Array, seed: int, stage: int) -> Array:
    """Return points of all factors: those calibrated at these scores, the others drawn from their priors."""
    from scipy.special import ndtr

    at = quantiles(len(simulate.names), range(len(scores)), key_seed(seed, 2 + stage))
    at[:, free] = ndtr(scores)
    return at


def _sample(scenario: Scenario, names: list[str], scores: Array) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: in_units(scenario, name, scores[:, place]) for place, name in enumerate(names)})


def _statistics(simulate: Simulator, prior: Array, posterior: Array) -> pd.DataFrame:
    import pandas as pd

    rows, error = [], errors(simulate.statistics)
    prior, posterior = (
        noisy(np.tile(part, (ERRORS_DRAWN, 1)), error, simulate.seed, GENERATIONS + 1) for part in (prior, posterior)
    )
    for place, each in enumerate(simulate.statistics):
        before, after = (np.quantile(part[:, place], (LEVEL[0], 0.5, LEVEL[1])) for part in (prior, posterior))
        rows.append({
            "statistic": each.id, "label": each.label, "published": each.value, "error": each.error, "unit": each.unit,
            "sources": ";".join(each.sources), "basis": each.basis,
            **dict(zip(("prior_p10", "prior_median", "prior_p90"), before, strict=True)),
            **dict(zip(("p10", "median", "p90"), after, strict=True)),
            "inside": bool(after[0] <= each.value <= after[2]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _parameters(scenario: Scenario, names: list[str], abc: Weighted, moments: Weighted) -> pd.DataFrame:
    import pandas as pd

    shares, rows = {"lo": LEVEL[0], "": 0.5, "hi": LEVEL[1]}, []
    apart = dict(zip(names, np.abs(abc.mean - moments.mean), strict=True))
    for name, entry in catalogue().of_kind("uncertainty").items():
        row: dict[str, Any] = {"parameter": name, "title": entry.title.zh, "unit": entry.unit, "grade": entry.grade}
        row |= {"status": "calibrated" if name in names else "prior_only", "apart": apart.get(name, np.nan)}
        for end, share in shares.items():
            suffix = f"_{end}" if end else ""
            score = {"prior": scores_of(np.array([share]))}
            if name in names:
                place = names.index(name)
                score |= {kind: found.quantile(share)[[place]] for kind, found in (("abc", abc), ("moments", moments))}
            units = {kind: float(in_units(scenario, name, value)[0]) for kind, value in score.items()}
            row |= {f"{kind}{suffix}": units.get(kind, np.nan) for kind in ("prior", "abc", "moments")}
        rows.append(row)
    return pd.DataFrame(rows)
