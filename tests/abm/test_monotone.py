"""More capacity, more moves; a stricter clause, more closures: pairs of runs in one direction."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.abm.enterprises import Site
from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes.departure import POLICY_PATHS
from sim.population import Population
from tests.abm.towns import LIVELY, random_town, run, scenario, set_vacant_park_land, start


@pytest.fixture(scope="module")
def mixed() -> Population:
    return random_town(np.random.default_rng(4), 500, (0, 3, 5))


def moves(model: IndustrialUpgradeModel, path: str, site: Site | None) -> np.ndarray:
    """Moves along a path (to a kind of site) up to each month."""
    events = model.events.to_frame()
    mine = events[(events["path"] == path) & ((events["site"] == site) if site is not None else True)]
    return np.cumsum(np.bincount(mine["month"].cat.codes, minlength=model.setting.months))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("lever", "amounts", "path", "site"),
    [
        ("highrise.project_starts_per_year", (0, 4, 40), "upstairs", None),
        ("parks.micro_places_per_year", (0, 5, 50), "relocated", Site.COMMUNITY),
        ("land.new_industrial_mu_per_year", (0, 100, 1000), "relocated", None),
    ],
)
def test_more_capacity_never_means_fewer_moves_along_its_path(
    mixed, seed, lever, amounts, path, site
) -> None:
    """Up to every month, where no entrant or project competes for the land that was added.

    With them it need not hold: a project, or a tower that waited for a plot, takes what a mover would have.
    """
    alone = {"pipeline.big_projects_per_year": 0, "pipeline.medium_projects_per_year": 0}
    drawn = LIVELY | {"turnover.entry_rate": 0}
    counts = []
    for amount in amounts:
        model = start(mixed, scenario(24, alone | {lever: amount}), drawn, seed=seed)
        if lever.startswith("land."):
            set_vacant_park_land(model, 0.0)
        model.run()
        counts.append(moves(model, path, site))
    for fewer, more in pairwise(counts):
        assert (fewer <= more).all(), (fewer, more)
    assert counts[0][-1] < counts[-1][-1]


STRICTER = {
    "quota of eliminations": ("enforcement.eliminations_per_year", (60, 240)),
    "quota of the scattered": ("enforcement.scattered_per_year", (120, 480)),
    "quota of high consumption": ("enforcement.high_consumption_per_year", (50, 600)),
    "share of grade D": ("grading.d_share_below_scale", (0.05, 0.25)),
    "tax threshold": ("listing.tax_threshold_wan_per_mu", (2, 20)),
    "exemptions": ("listing.exemption_share", (0.5, 0)),
}


@pytest.mark.parametrize(("lever", "values"), STRICTER.values(), ids=STRICTER)
def test_a_stricter_clause_first_closes_a_superset(mixed, lever, values) -> None:
    """In the month when it first bites; one closed before may turn out eliminated, but is gone as well.

    Later the sets may differ: those closed early leave orders and land to others, whose grades then change.
    """
    ample = {
        "enforcement.eliminations_per_year": 3000, "enforcement.high_consumption_per_year": 6000,
        "enforcement.scattered_per_year": 8000, "listing.tax_threshold_wan_per_mu": 10,
        "grading.d_share_above_scale": 0.15, "grading.d_share_below_scale": 0.25,
    }  # fmt: skip
    drawn = LIVELY | {f"enforcement.close_share_{kind}": 0.5 for kind in ("legal", "workshop")}
    loose, strict = (run(mixed, scenario(12, ample | {lever: value}), drawn, months=1).events.to_frame()
                     for value in values)  # fmt: skip
    closed = [set(frame[frame["path"].isin(POLICY_PATHS)]["enterprise"]) for frame in (loose, strict)]
    assert closed[0] < closed[1] and closed[0]
