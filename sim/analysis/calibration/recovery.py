"""Recovery first: worlds simulated from known parameters, estimated as Ningbo is, truth beside estimate.

A parameter is *identified* where both methods tell it: their estimates of truths they have not seen leave at least
``RESOLVED`` less mean square error than the prior's mean does. All others keep their priors and are carried along as
uncertainty. Each truth has luck of its own, as the world has, and is seen through the error of the published figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.calibration.regression import Array, Weighted, nearest
from sim.analysis.calibration.simulator import EDGE, Simulator, keyed, until_last
from sim.analysis.calibration.statistics import errors, statistics
from sim.analysis.calibration.surrogate import Surrogate, fitted, quasi_posterior
from sim.ensemble.calibrated import STATISTICS
from sim.ensemble.design import quantiles
from sim.ensemble.kept import folder_of, keep, kept, stamp_about
from sim.ensemble.runner import DEFAULT_SEED
from sim.ensemble.stamp import ANALYSIS_ROOMS, data_digest, source_version, table_digest
from sim.parallel import StageProgress, of_stage
from sim.population import check_size
from sim.scenario.catalogue import catalogue

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

POINTS, TRUTHS, ENTERPRISES = 1_024, 128, 36_500
LUCK, OTHER_LUCK = (0, 1), (2, 3)
"""Replicates inside the objective, shared by all points; and those of the worlds that are to be found."""
RESOLVED = 0.1
NEAREST = 0.3
"""Share of the prior's points that rejection keeps for one truth."""
PRIOR_DRAWS = 50_000
LEVEL = (0.1, 0.9)
ABC, MOMENTS = "abc", "moments"
FOLDER, TABLES = "recovery", ("table", "pairs", "skill", "surface")
ERROR, CUBE, TRUE_ERROR = 1, 2, 3
"""What drawn numbers are for; part of their key."""


@dataclass(frozen=True)
class Recovery:
    """``table``: runs at points of the prior, a factor's normal score or a statistic a column. ``pairs``: parameter,
    method, truth, estimate (posterior median), lo, hi (80 %), in the parameter's unit. ``skill``: parameter, title,
    grade, method, skill (1 − mean square error over the prior's), coverage (share of truths inside the 80 %),
    contraction (1 − posterior over prior variance), identified. ``surface``: statistic, error (held out, in its unit),
    explained (held out). ``stamp``: what made it."""

    table: pd.DataFrame
    pairs: pd.DataFrame
    skill: pd.DataFrame
    surface: pd.DataFrame
    stamp: dict[str, Any] = field(default_factory=dict)

    @property
    def identified(self) -> list[str]:
        """Parameters that both methods tell, in the catalogue's order."""
        return list(dict.fromkeys(self.skill.loc[self.skill["identified"], "parameter"]))

    def scores(self) -> Array:
        """(points, factors)."""
        return np.asarray(self.table[self.stamp["factors"]].to_numpy(float))

    def values(self) -> Array:
        """Statistics without error, (points, statistics)."""
        return np.asarray(self.table[self.stamp["statistics"]].to_numpy(float))


def simulator_of(scenario: Scenario, seed: int, enterprises: int, workers: int) -> Simulator:
    """Return what runs a scenario under its priors to the last year that a statistic looks at."""
    asked = statistics()
    return Simulator(until_last(scenario, asked), asked, seed, enterprises, LUCK, workers)


def recovery(
    scenario: Scenario, points: int = POINTS, truths: int = TRUTHS, seed: int = DEFAULT_SEED,
    enterprises: int = ENTERPRISES, workers: int = 1, progress: StageProgress | None = None,
) -> Recovery:  # fmt: skip
    """Find which parameters the statistics tell; kept in ``runs/recovery/``.

    Args:
        points: of the prior that both methods learn from.
        truths: worlds to be found, none of them among the points.

    Raises:
        TooFewRows: nothing was run.
    """
    check_size(enterprises)
    simulate = simulator_of(scenario, seed, enterprises, workers)
    key = [scenario.digest, simulate.scenario.digest, points, truths, seed, enterprises, table_digest(STATISTICS)]
    begun = data_digest()
    folder = folder_of(FOLDER, scenario.name, key, ANALYSIS_ROOMS)
    if there := _read(folder):
        return there
    at, true_at = (
        np.clip(quantiles(len(simulate.names), range(count), key_seed(seed, which)), EDGE, 1 - EDGE)
        for count, which in ((points, 0), (truths, 1))
    )
    made = simulate(at, of_stage(progress, "prior"))
    world = simulate.with_luck(OTHER_LUCK)(true_at, of_stage(progress, "truths"))
    scores, true_scores = scores_of(at), scores_of(true_at)
    error = errors(simulate.statistics)
    observed = world + error * keyed(seed, TRUE_ERROR).standard_normal(world.shape)
    surrogate = fitted(scores, made)
    found = {
        ABC: [_by_abc(scores, made, error, each, seed) for each in observed],
        MOMENTS: _by_moments(surrogate, len(simulate.names), error, observed, seed),
    }
    names = list(simulate.names)
    tables = dict(zip(TABLES, (
        _table(scores, made, simulate), _pairs(found, true_scores, scenario, names),
        _skill(found, true_scores, names), _surface(surrogate, simulate),
    ), strict=True))  # fmt: skip
    stamp = {
        **stamp_about(scenario, seed, enterprises, (points + truths) * len(LUCK)), "points": points, "truths": truths,
        "factors": names,
        "statistics": [each.id for each in simulate.statistics], "version": source_version()[0],
    }  # fmt: skip
    return Recovery(**tables, stamp=keep(folder, tables, stamp, begun, ANALYSIS_ROOMS))


def key_seed(seed: int, which: int) -> int:
    """Seed of a scrambled Sobol' sequence of its own for each use."""
    return int(keyed(seed, CUBE, which).integers(2**32))


def scores_of(at: Array) -> Array:
    """Normal scores of quantiles."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(at, EDGE, 1 - EDGE)))


def noisy(made: Array, error: Array, seed: int, stage: int = 0) -> Array:
    """Return statistics with the error between model and publication drawn onto them."""
    return made + error * keyed(seed, ERROR, stage).standard_normal(made.shape)


def in_units(scenario: Scenario, name: str, scores: Array) -> Array:
    """Turn normal scores into the parameter's values under its prior."""
    from scipy.special import ndtr

    low, high = catalogue()[name].bounds
    quantile = scenario.uncertainties[name].quantile
    return np.clip([quantile(float(place)) for place in np.clip(ndtr(scores), EDGE, 1 - EDGE)], low, high)


def _by_abc(scores: Array, made: Array, error: Array, observed: Array, seed: int) -> Weighted:
    drawn = noisy(made, error, seed)
    return nearest(scores, drawn, observed, drawn.std(axis=0), NEAREST)


def _by_moments(surrogate: Surrogate, factors: int, error: Array, observed: Array, seed: int) -> list[Weighted]:
    draws = keyed(seed, ERROR, 1).standard_normal((PRIOR_DRAWS, factors))
    predicted, deviation = surrogate(draws), np.hypot(error, surrogate.error)
    return [_heaviest(quasi_posterior(draws, predicted, each, deviation)) for each in observed]


def _heaviest(found: Weighted, count: int = 5_000) -> Weighted:
    """Systematic resampling: quantiles of fifty thousand weighted draws would be sorted once a truth and factor."""
    scores = found.resampled(count, keyed(0, ERROR, 2))
    return Weighted(scores, np.full(count, 1 / count))


def _table(scores: Array, made: Array, simulate: Simulator) -> pd.DataFrame:
    import pandas as pd

    columns = [*simulate.names, *(each.id for each in simulate.statistics)]
    return pd.DataFrame(np.hstack([scores, made]), columns=pd.Index(columns))


def _pairs(
    found: dict[str, list[Weighted]], truths: Array, scenario: Scenario, names: list[str]
) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for method, posteriors in found.items():
        low, middle, high = (
            np.array([each.quantile(share) for each in posteriors]) for share in (LEVEL[0], 0.5, LEVEL[1])
        )
        for name in catalogue().of_kind("uncertainty"):
            place = names.index(name)
            columns = {"truth": truths, "estimate": middle, "lo": low, "hi": high}
            units = {key: in_units(scenario, name, value[:, place]) for key, value in columns.items()}
            parts.append(pd.DataFrame({"parameter": name, "method": method, **units}))
    return pd.concat(parts, ignore_index=True)


def _skill(found: dict[str, list[Weighted]], truths: Array, names: list[str]) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for method, posteriors in found.items():
        mean = np.array([each.mean for each in posteriors])
        low, high = (np.array([each.quantile(share) for each in posteriors]) for share in LEVEL)
        spread = np.array([each.variance for each in posteriors]).mean(axis=0)
        skill = 1 - np.square(mean - truths).mean(axis=0) / np.square(truths).mean(axis=0)
        inside = ((truths >= low) & (truths <= high)).mean(axis=0)
        parts.append(pd.DataFrame({
            "parameter": names, "method": method, "skill": skill, "coverage": inside, "contraction": 1 - spread,
        }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    entries = catalogue().of_kind("uncertainty")
    table = table[table["parameter"].isin(list(entries))].reset_index(drop=True)
    least = table.groupby("parameter")["skill"].transform("min")
    return table.assign(
        title=[entries[name].title.zh for name in table["parameter"]],
        grade=[str(entries[name].grade) for name in table["parameter"]], identified=least >= RESOLVED,
    )  # fmt: skip


def _surface(surrogate: Surrogate, simulate: Simulator) -> pd.DataFrame:
    import pandas as pd

    ids = [each.id for each in simulate.statistics]
    return pd.DataFrame({"statistic": ids, "error": surrogate.error, "explained": surrogate.explained})


def _read(folder: Path) -> Recovery | None:
    there = kept(folder, TABLES)
    return None if there is None else Recovery(**there[0], stamp=there[1])
