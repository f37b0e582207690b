"""Forty enterprises over two years, written down so that a person can follow each; four are derived by hand.

``golden_town.csv`` is the town, ten enterprises in each of four districts with the same ten trades;
``golden_town.md`` what becomes of it, written anew by ``pytest tests/abm/test_golden_town.py --rewrite``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.abm.enterprises import Site, Stage
from sim.abm.model import IndustrialUpgradeModel
from sim.abm.randomness import Draws, Process
from sim.abm.state import M2_PER_MU
from sim.population import Population
from sim.population.table import COLUMNS
from sim.regions import DISTRICTS
from sim.scenario.catalogue import catalogue
from sim.scenario.months import month_text, year_of
from tests.abm.towns import LIVELY, scenario, start

TOWN = pd.read_csv(Path(__file__).with_suffix(".csv").with_stem("golden_town"))
GOLDEN = Path(__file__).with_name("golden_town.md")
SEED, MONTHS = 18, 24
LEVERS = {
    "enforcement.eliminations_per_year": 4, "enforcement.high_consumption_per_year": 8,
    "enforcement.scattered_per_year": 12, "listing.exemption_share": 0, "listing.tax_threshold_wan_per_mu": 5,
    "land.new_industrial_mu_per_year": 40, "parks.micro_places_per_year": 8,
    "redevelopment.land_mu_per_year": 40, "highrise.project_starts_per_year": 8,
    "pipeline.big_projects_per_year": 0, "pipeline.medium_projects_per_year": 1,
}  # fmt: skip
DRAWN = LIVELY | {
    "turnover.exit_below_scale": 0.12, "turnover.exit_above_scale": 0.06, "turnover.entry_rate": 0.15
}  # fmt: skip


def new_town() -> IndustrialUpgradeModel:
    table = {column.name: TOWN[column.name].to_numpy().astype(column.dtype) for column in COLUMNS}
    return start(Population(table, 1.0, pd.DataFrame()), scenario(MONTHS, LEVERS), DRAWN, seed=SEED)


@pytest.fixture(scope="module")
def lived() -> tuple[IndustrialUpgradeModel, list[str]]:
    """The town at the end, and a line of totals for each December."""
    model, years = new_town(), []
    while model.running:
        model.step()
        if model.state.month % 12 == 0:
            years.append("| " + " | ".join(totals(model)) + " |")
    return model, years


def totals(model: IndustrialUpgradeModel) -> Iterator[str]:
    state, firms = model.state, model.enterprises
    yield str(year_of(state.month - 1))
    yield str(firms.live.sum())
    yield f"{firms.output_year_wan.sum():.0f}"
    yield f"{state.land.occupied.sum():.2f}"
    yield f"{state.land.vacant.sum():.2f}"
    yield f"{state.land.returning.sum():.2f}"
    yield f"{state.land.under_towers.sum():.2f}"
    yield f"{state.towers.offered.sum():.0f}"
    yield f"{state.towers.let.sum():.0f}"


def named(enterprise: int) -> str:
    """A newcomer by the month in which it came and its number in that month and district."""
    return (
        str(enterprise)
        if enterprise < len(TOWN)
        else f"{month_text((enterprise >> 24) - 1)} no. {enterprise & 0xFFFFF}"
    )


def written(model: IndustrialUpgradeModel, years: list[str]) -> str:
    events = model.events.to_frame()
    ledger = [
        f"| {month} | {named(enterprise)} | {path} | {district} | {cause} |"
        for month, enterprise, path, district, cause in zip(
            *(events[name] for name in ("month", "enterprise", "path", "district", "cause")), strict=True
        )
    ]
    return "\n".join(
        [
            "# Forty enterprises, two years", "", "## What happened to whom", "",
            "| month | enterprise | path | district | cause |", "|---|---|---|---|---|", *ledger, "",
            "## December", "",
            "| year | live | output 万元 | land 亩 | vacant | returning | towers | floor on offer ㎡ | let |",
            "|---|---|---|---|---|---|---|---|---|", *years, "",
        ]
    )  # fmt: skip


def test_the_town_lives_as_written_down(lived, pytestconfig: pytest.Config) -> None:
    """The ledger word by word; totals within a rounding of their last digit and a little float noise."""
    now = written(*lived)
    if pytestconfig.getoption("--rewrite"):
        GOLDEN.write_text(now, encoding="utf-8")
    (story, sums), (golden_story, golden_sums) = (
        text.split("## December") for text in (now, GOLDEN.read_text(encoding="utf-8"))
    )
    assert story == golden_story, "pytest tests/abm/test_golden_town.py --rewrite"
    number = re.compile(r"\d+(?:\.\d+)?")
    assert number.sub("#", sums) == number.sub("#", golden_sums)
    values, golden_values = (np.array(number.findall(text), float) for text in (sums, golden_sums))
    np.testing.assert_allclose(values, golden_values, rtol=1e-4, atol=0.011)


def test_something_of_everything_happens(lived) -> None:
    paths = set(lived[0].events.to_frame()["path"])
    assert paths >= {
        "closed",
        "rectified",
        "eliminated",
        "relocated",
        "upstairs",
        "exited",
        "entered",
        "left_city",
    }


def test_first_demand_by_hand() -> None:
    """Enterprise 31 makes 11,200 万元: the city's path, and a Laplace shock less its mean."""
    model = new_town()
    model.step()
    word = int(Draws(SEED, 0).halves(Process.MONTHLY, 0, np.array([31], np.uint32))[0][0])
    scale = 0.3 * (11_200 / 2_000) ** -0.2 / math.sqrt(12) / math.sqrt(2)
    sign, u = (1 if word % 2 else -1), (word // 2 + 0.5) / 2**31
    shock = -sign * scale * math.log(u)
    path = 0.035 * 6.5 / 12  # from the average of 2020 to the middle of January
    expected = 11_200 * math.exp(path + shock) * (1 - scale**2)
    assert model.enterprises.demand_wan[model.enterprises.id == 31].item() == pytest.approx(
        expected, rel=1e-5
    )
    assert abs(shock) > 0.01


def test_the_worst_tax_per_mu_goes_first(lived) -> None:
    """Three a year in each district: one in April, one in August, the lowest tax per mu first."""
    tax_per_mu = TOWN["demand_wan"] * TOWN["tax_rate"] / TOWN["land_mu"]
    events = lived[0].events.to_frame()
    treated = events[
        (events["cause"] == "enforcement.scattered_per_year") & (events["month"].astype(str) < "2022-01")
    ]
    for code in (0, 2, 5, 7):
        here = treated[treated["district"] == DISTRICTS[code]]
        queue = tax_per_mu[(TOWN["district"] == code) & ~TOWN["legal"].astype(bool)].sort_values()
        assert here["enterprise"].tolist() == queue.index.tolist()
        assert here["month"].tolist() == ["2021-04", "2021-08"]
        assert queue.max() < tax_per_mu[(TOWN["district"] == code) & TOWN["legal"].astype(bool)].min()


def test_an_exit_by_hand(lived) -> None:
    """Enterprise 34, thirteen years old, below scale, leaves in the month whose draw is below its hazard."""
    events = lived[0].events.to_frame()
    when = events[(events["enterprise"] == 34) & (events["path"] == "exited")]["month"].item()
    below = TOWN[TOWN["above_scale"] == 0]["demand_wan"]
    yearly = 0.12 * (1_440 / below.median()) ** -catalogue()["turnover.size_exponent"].value
    hazard = 1 - (1 - yearly) ** (1 / 12)
    luck = [
        Draws(SEED, 0).halves(Process.MONTHLY, month, np.array([34], np.uint32))[1][0] / 2**32 for month in range(12)
    ]
    assert next(month_text(month) for month, u in enumerate(luck) if u < hazard) == when == "2021-05"


def test_a_move_upstairs_by_hand() -> None:
    """Enterprise 38 rents a fifth more floor than it fills, and answers for its part of the tower's plot."""
    model = new_town()
    firms = model.enterprises
    while firms.site[firms.id == 38].item() != Site.TOWER and model.running:
        model.step()
    row = int(np.flatnonzero(firms.id == 38)[0])
    assert month_text(model.state.month - 1) == "2021-12" and firms.stage[row] == Stage.MOVING
    floor = firms.demand_wan[row] / (firms.output_per_m2[row] / 1.04) * 1.2
    assert firms.floor_m2[row] == pytest.approx(floor, rel=1e-5)
    assert firms.land_mu[row] == pytest.approx(floor / 2.9 / M2_PER_MU, rel=1e-5)
    assert firms.tenant[row] and firms.busy_until[row] == model.state.month - 1 + 12
