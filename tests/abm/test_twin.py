"""The fast model and its slow twin agree firm by firm, month by month."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.abm.compiled import world
from sim.abm.enterprises import OWN_COLUMNS, Stage
from sim.abm.events import PATHS
from sim.abm.model import IndustrialUpgradeModel
from sim.regions import CITY
from sim.scenario.schema import Scenario, default_scenario
from tests.abm.twin import City

EXACT = (
    "district", "site", "stage", "grade", "years_in_d", "listed", "above_scale", "busy_until", "entered", "legal",
    "tenant",
)  # fmt: skip
CLOSE = (
    "demand_wan", "output_wan", "output_year_wan", "output_last_year_wan", "land_mu", "floor_m2", "output_per_m2",
    "tax_per_mu", "cost_burden", "exit_hazard", "volatility", "energy_per_output", "employees", "loss_share",
)  # fmt: skip
TOLERANCE = {"f8": 1e-9, "f4": 1e-6}
"""Relative, by the column's precision: exp, log and sums of the two are rounded in different orders."""


def assert_same_firms(fast: IndustrialUpgradeModel, twin: City) -> None:
    firms = fast.enterprises
    rows = np.flatnonzero(firms.stage != Stage.EXITED)
    living = list(twin.agents)
    assert [firm.id for firm in living] == firms.id[rows].tolist(), f"month {twin.month}: who lives"
    for name in (*EXACT, *CLOSE):
        mine, theirs = getattr(firms, name)[rows], np.array([getattr(firm, name) for firm in living])
        precision = fast.enterprises.described().get(name, ("f8",))[0]
        limit = 0.0 if name in EXACT else TOLERANCE[precision] * np.maximum(np.abs(theirs), 1e-6)
        wrong = np.flatnonzero(np.abs(mine.astype(float) - theirs.astype(float)) > limit)
        assert not wrong.size, (
            f"month {twin.month}, enterprise {living[wrong[0]].id}, {name}: {mine[wrong[0]]} and {theirs[wrong[0]]}"
        )


def assert_same_city(fast: IndustrialUpgradeModel, twin: City) -> None:
    state = fast.state
    pairs = {
        "vacant land": (state.land.vacant, twin.vacant), "returning land": (state.land.returning, twin.returning),
        "total land": (state.land.total, twin.land_total), "under towers": (state.land.under_towers, twin.under_towers),
        "floor offered": (state.towers.offered, twin.floor_offered),
        "floor moved into": (state.towers.moved_into, twin.moved_into), "floor let": (state.towers.let, twin.floor_let),
        "floor due": (state.towers.due, twin.floor_due), "floor open": (state.towers.open, twin.floor_open),
        "floor opening": (state.towers.opening, twin.opening),
        "land assembling": (state.land.assembling, twin.assembling),
        "jobless": (state.jobless, twin.jobless),
    } | {name: (balance, np.array(twin.balance[name])) for name, balance in state.budgets.balance.items()}  # fmt: skip
    for name, (mine, theirs) in pairs.items():
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-4, err_msg=f"month {twin.month}, {name}")
    assert state.waiting_projects == twin.queue


TOLD = ("path", "cause", "enterprise", "district", "industry", "site")
"""What the event log says of an event, besides its month."""


def assert_same_books(fast: IndustrialUpgradeModel, twin: City) -> None:
    """The events of the month just lived, causes and all, and what has been tallied so far."""
    month, log, names = twin.month - 1, fast.events.columns(), {"path": list(PATHS), "cause": fast.events.causes()}
    mine = np.flatnonzero(log["month"] == month)
    columns = {name: log[name][mine].tolist() for name in TOLD}
    columns |= {name: [labels[code] for code in columns[name]] for name, labels in names.items()}
    happened = Counter(zip(*columns.values(), strict=True))
    expected = Counter(event[1:] for event in twin.events if event[0] == month)
    assert happened == expected, f"month {month}: {happened - expected} and {expected - happened}"
    for name, tally in fast.state.tallies.items():
        np.testing.assert_allclose(tally, twin.tallies[name], rtol=1e-6, atol=1e-6, err_msg=f"month {month}, {name}")


BUSY = {
    "highrise.project_starts_per_year": 120, "highrise.credit_yi_yuan_per_year": 400, "land.performance_priority": 1,
    "parks.relocation_subsidy": 0.5, "redevelopment.continuity_share": 0.4, "listing.exemption_share": 0.2,
    "enforcement.eliminations_per_year": 3000, "enforcement.high_consumption_per_year": 6000,
    "enforcement.scattered_per_year": 2000, "listing.tax_threshold_wan_per_mu": 5,
    "listing.special_process_multiplier": 2, "grading.d_share_above_scale": 0.08, "grading.d_share_below_scale": 0.15,
    "energy.d_surcharge_year_1": 0.2, "energy.d_surcharge_year_2": 0.5, "energy.d_surcharge_year_3": 0.8,
    "demand.growth_shift": 0.03, "demand.price_shift": -0.02, "pipeline.medium_projects_per_year": 400,
    "pipeline.big_projects_per_year": 20, "parks.micro_places_per_year": 1500,
    "land.new_industrial_mu_per_year": 15_000,
    "land.park_share": 0.9, "fund.buyout_yi_yuan_per_year": 40, "parks.far": 2.5, "expansion.far_target": 2.5,
    "expansion.premium_waived": 0.4, "redevelopment.land_mu_per_year": 9_000,
    "redevelopment.investment_yi_yuan_per_year": 100,
}  # fmt: skip
"""Every lever away from its default: of one that is not, the loops could keep an old value and the twin would agree."""


SHORT_WAITS = {
    "highrise.delivery_lag_months": 6.0, "redevelopment.assembly_months": 4.0, "redevelopment.lag_months": 5.0,
    "land.idle_months": 3.0,
}  # fmt: skip


def busy_scenario() -> Scenario:
    """Everything at once from the first month, so that two years exercise every rule."""
    start = default_scenario()
    levers = {**start.levers, **{name: ((0, float(value)),) for name, value in BUSY.items()}}
    return start.model_copy(update={"name": "busy", "levers": levers})


OTHER_OPTIONS = {
    "structure.decision_rule": "fixed_rates", "structure.size_effect": "none", "structure.size_tail": "light",
    "structure.priority": "lottery", "structure.productivity": "none", "structure.occupancy": "gradual",
    "structure.district_coupling": "spill",
}  # fmt: skip


def otherwise(scenario: Scenario, **options: str) -> Scenario:
    """The same levers under other structural assumptions."""
    changed = {f"structure.{name}": option for name, option in options.items()}
    return scenario.model_copy(update={"structure": scenario.structure | (changed or OTHER_OPTIONS)})


def run_side_by_side(
    scenario: str | Scenario, seed: int, size: int, months: int, compiled: bool = True
) -> set[str]:
    """Let both live so many months; returns the causes of what happened."""
    drawn = SHORT_WAITS if isinstance(scenario, Scenario) else {}
    fast = IndustrialUpgradeModel(scenario, seed=seed, enterprises=size, drawn=drawn, compiled=compiled)
    twin = City(fast)
    for _ in range(months):
        fast.step()
        twin.step()
        assert_same_firms(fast, twin)
        assert_same_city(fast, twin)
        assert_same_books(fast, twin)
    codes = fast.events.to_frame()
    assert {"upstairs", "relocated", "entered", "exited", "rectified"} <= set(codes["path"])
    assert CITY not in set(codes["district"])
    return set(codes["cause"])


def test_the_busy_years_exercise_every_lever_away_from_its_default() -> None:
    defaults = default_scenario().levers
    same = [name for name in defaults if all(value == BUSY.get(name, value) for _, value in defaults[name])]
    assert not same, f"put {', '.join(same)} into BUSY with another value than the default"
    assert not BUSY.keys() - defaults.keys()


def test_every_number_and_lever_that_the_loops_read_is_carried_to_them() -> None:
    """Numba would say only that the field is unknown, in a page of its own words."""
    folder = Path(world.__file__).parent
    read = [
        (path.name, kind, where, name, name in known)
        for path in sorted(folder.glob("*.py"))
        for kind, where, known in (("p", "NUMBERS", world.Numbers._fields), ("lever", "LEVERS", world.Levers._fields))
        for name in re.findall(rf"(?<!\w){kind}\.([a-z]\w*_\w+)", path.read_text(encoding="utf-8"))
    ]
    assert {"parks_far", "choice_tower"} <= {name for _, _, _, name, _ in read}
    lacking = [
        f"{file} reads {kind}.{name}: add it to {where} in sim/abm/compiled/world.py"
        for file, kind, where, name, known in read if not known
    ]
    assert not lacking, "\n".join(lacking)


@pytest.mark.slow
def test_three_years_of_the_combined_scenario() -> None:
    run_side_by_side("combined", 11, 1_250, 36)


@pytest.mark.parametrize("compiled", [True, False])
def test_two_busy_years(compiled: bool) -> None:
    causes = run_side_by_side(busy_scenario(), 9, 1_250, 26, compiled)
    assert causes > {"turnover.entry_rate", "turnover.exit_above_scale", "turnover.exit_below_scale", "choice.leave",
                     "pipeline.medium_projects_per_year", "parks.micro_places_per_year"}  # fmt: skip


def test_two_busy_years_under_other_structural_assumptions() -> None:
    assert "rates.leave" in run_side_by_side(otherwise(busy_scenario()), 9, 1_250, 26)


def test_a_year_and_a_half_of_each_queue() -> None:
    for priority in ("lottery", "performance"):
        run_side_by_side(otherwise(busy_scenario(), priority=priority, district_coupling="spill"), 4, 1_250, 18)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["baseline", "stricter-enforcement", "upstairs-faster"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seven_years(scenario: str, seed: int) -> None:
    run_side_by_side(scenario, seed, 2_000, 84)


def test_every_column_of_the_model_s_own_is_compared() -> None:
    assert not set(OWN_COLUMNS) - {*EXACT, *CLOSE}
