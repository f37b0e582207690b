"""Beside every scenario file lies the headline result it is expected to give on a small population.

``make golden`` writes the files anew; look at the difference before committing it. Numbers are compared with a
tolerance, since vector units differ between processors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import workspace
from sim.analysis.attainment import targets
from sim.ensemble.results import Results
from sim.ensemble.runner import run
from sim.regions import CITY
from tests.small import shipped, working_in

RUNS, ENTERPRISES, SEED = 4, 2_000, 2027
YEARS = (2025, 2027, 2030)
TOLERANCE = 1e-3
INDICATORS = (
    "gross_output_above_scale", "quality_space_started", "quality_space_completed", "highrise_projects",
    "firms_eliminated", "firms_relocated", "firms_upstairs", "firms_left_city", "land_freed", "tax_per_mu",
    "value_added_all_industry",
)  # fmt: skip


@pytest.fixture(scope="module")
def everything(shared_folder: Path) -> Results:
    with working_in(shared_folder):
        return run(shipped(), RUNS, SEED, ENTERPRISES, workers=1)


@pytest.fixture(scope="module")
def answers(everything: Results) -> pd.DataFrame:
    return targets(everything)


def headline(results: Results, answers: pd.DataFrame, scenario: str) -> dict[str, Any]:
    """Medians of the indicators people quote, and the probability of the targets still open."""
    city = results.frame[(results.frame["scenario"] == scenario) & (results.frame["district"] == CITY)]
    medians = city.groupby(["indicator", "year"], observed=True)["value"].median()
    mine = answers[(answers["scenario"] == scenario) & (answers["state"] == "open") & answers["probability"].notna()]
    return {
        "scenario": scenario,
        "runs": RUNS,
        "enterprises": ENTERPRISES,
        "seed": SEED,
        "median": {
            name: {str(year): float(f"{medians[name, year]:.6g}") for year in YEARS} for name in INDICATORS
        },
        "probability": dict(zip(mine["id"], mine["probability"], strict=True)),
    }


@pytest.mark.parametrize("scenario", shipped())
def test_headline_result(
    scenario: str, everything: Results, answers: pd.DataFrame, pytestconfig: pytest.Config
) -> None:
    found = headline(everything, answers, scenario)
    path = workspace.scenarios_dir() / f"{scenario}.expected.json"
    if pytestconfig.getoption("--rewrite"):
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    expected = json.loads(path.read_text(encoding="utf-8"))
    assert found["probability"] == expected["probability"]
    for name, years in expected["median"].items():
        assert found["median"][name] == pytest.approx(years, rel=TOLERANCE), name
