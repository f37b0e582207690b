"""The compiled loops and the readable processes agree: on every enterprise, every month, under every assumption."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numba import njit
from scipy import stats

import sim
from sim.abm import model
from sim.abm.compiled import arithmetic, ranking
from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes import turnover
from sim.abm.schedule import SCHEDULE, Step
from sim.abm.shock import laplace_factor
from sim.abm.state import TALLIES
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario
from tests.abm.test_twin import SHORT_WAITS, busy_scenario, otherwise

SINGLE, DOUBLE = 1e-6, 1e-9
"""Relative: sums are taken in other orders; a column in single precision may fall on the neighbouring number."""


STOCKS = ("vacant", "under_towers", "returning", "assembling")
"""Of the land ledger: what no enterprise shows as long as none of it runs out."""


def run_both(scenario: Scenario, size: int, months: int, seed: int = 3, **drawn: float) -> None:
    fast, plain = (
        IndustrialUpgradeModel(scenario, seed=seed, enterprises=size, drawn=drawn, compiled=compiled)
        for compiled in (True, False)
    )
    for month in range(months):
        fast.step()
        plain.step()
        mine, theirs = fast.enterprises.to_frame(), plain.enterprises.to_frame()
        assert mine["id"].tolist() == theirs["id"].tolist(), f"month {month}"
        for name, column in theirs.items():
            tolerance = DOUBLE if column.dtype == np.float64 else SINGLE if column.dtype == np.float32 else 0
            np.testing.assert_allclose(
                mine[name].to_numpy(float), column.to_numpy(float), tolerance, 1e-9, err_msg=f"month {month}, {name}"
            )
        np.testing.assert_allclose(
            fast.state.tallies.table, plain.state.tallies.table, 1e-6, 1e-6, err_msg=f"month {month}, {TALLIES}"
        )
        for name in STOCKS:
            mine_mu, theirs_mu = (getattr(model.state.land, name) for model in (fast, plain))
            np.testing.assert_allclose(mine_mu, theirs_mu, 1e-6, 1e-6, err_msg=f"month {month}, {name} land")
    pd.testing.assert_frame_equal(fast.cells(), plain.cells(), rtol=1e-6, atol=1e-6)
    order = ["month", "enterprise", "path"]
    mine, theirs = (model.events.to_frame().sort_values(order, ignore_index=True) for model in (fast, plain))
    texts = {"path": str, "cause": str, "month": str, "district": str}
    pd.testing.assert_frame_equal(mine.astype(texts), theirs.astype(texts))


def compiled_only(process: str) -> tuple[Step, ...]:
    """The month with only those steps compiled that stand in ``compiled/<process>.py``."""
    module = f"sim.abm.compiled.{process}"
    return tuple(
        step if step.compiled and step.compiled.__module__ == module else replace(step, compiled=None)
        for step in SCHEDULE
    )


def crowded_scenario() -> Scenario:
    """Busy, with few towers: queues are long, floors run out, and who finds none goes to another district."""
    busy = otherwise(busy_scenario(), district_coupling="spill")
    few = {"highrise.project_starts_per_year": ((0, 15.0),), "parks.micro_places_per_year": ((0, 400.0),)}
    return busy.model_copy(update={"levers": busy.levers | few})


def test_crowded_queues() -> None:
    run_both(crowded_scenario(), 5_000, 30, **SHORT_WAITS)


@pytest.mark.parametrize("first", [0, 1])
def test_a_step_without_a_compiled_form_runs_in_its_readable_one(monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    """Every second step is left without: the two forms take turns on the same arrays."""
    half = [replace(step, compiled=None) if at % 2 == first else step for at, step in enumerate(SCHEDULE)]
    monkeypatch.setattr(model, "SCHEDULE", tuple(half))
    run_both(busy_scenario(), 1_250, 14, **SHORT_WAITS)


SWITCHES = catalogue().of_kind("switch")
OPTIONS = [(name, option) for name, entry in SWITCHES.items() for option in entry.options if option != entry.standard]


@pytest.mark.parametrize(("switch", "option"), OPTIONS, ids=[f"{name}={option}" for name, option in OPTIONS])
def test_each_option_of_each_switch(switch: str, option: str) -> None:
    name = switch.removeprefix("structure.")
    run_both(otherwise(busy_scenario(), **{name: option}), 1_250, 14, **SHORT_WAITS)


def test_four_busy_years() -> None:
    run_both(busy_scenario(), 5_000, 50, **SHORT_WAITS)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["baseline", "combined"])
def test_ten_years_at_twenty_thousand(scenario: str) -> None:
    run_both(load_scenario(scenario), 20_000, 120)


READABLE_ONLY: dict[str, str] = {}
"""Processes of the shipped month without a compiled form, by their English name, and why they need none."""


def test_every_process_has_a_compiled_form_of_the_same_name_or_says_why_not() -> None:
    readable_only = {step.en for step in SCHEDULE if step.compiled is None}
    assert readable_only == READABLE_ONLY.keys(), "write their compiled form in sim/abm/compiled/, or say why not"
    pairs = {step.process.__name__: step.compiled.__name__ for step in SCHEDULE if step.compiled is not None}
    assert len(pairs) == len(SCHEDULE) - len(READABLE_ONLY)
    assert all(slow == fast or slow == "_move" for slow, fast in pairs.items())


@njit
def _each(function, numbers):  # type: ignore[no-untyped-def]
    out = np.empty(numbers.size)
    for i in range(numbers.size):
        out[i] = function(numbers[i])
    return out


def test_logarithm_and_exponential_are_right_to_the_last_digits() -> None:
    numbers = np.concatenate([np.logspace(-300, 300, 5_001), np.linspace(0.4, 2.5, 5_001), [2.0**-33, 1.0]])
    np.testing.assert_allclose(_each(arithmetic.log, numbers), np.log(numbers), rtol=1e-15, atol=1e-300)
    powers = np.concatenate([np.linspace(-600, 600, 5_001), np.linspace(-1, 1, 5_001)])
    np.testing.assert_allclose(_each(arithmetic.exp, powers), np.exp(powers), rtol=2e-14)


def test_a_queue_is_ordered_by_district_then_keys_then_position() -> None:
    rng = np.random.default_rng(4)
    for size in (0, 1, 2, 17, 400):
        district = rng.integers(0, 3, size).astype(np.int8)
        first, second = rng.integers(0, 3, size).astype(float), rng.integers(0, 3, size).astype(float)
        expected = np.lexsort((second, first, district))
        assert arithmetic.queue_order(district, first, second).tolist() == expected.tolist()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 7, 1_000, 1_001])
def test_the_median_is_found_without_sorting(size: int) -> None:
    sizes = np.random.default_rng(size).lognormal(5.0, 2.0, size)
    sizes[: size // 3] = 7.0  # many alike, as where nobody has grown yet
    assert ranking.median(sizes) == turnover.median(sizes)


def test_the_shock_is_laplace_with_no_drift_and_the_same_bits_compiled() -> None:
    words = np.random.default_rng(2).integers(0, 2**32, 400_000, dtype=np.uint32)
    words[:4] = [0, 1, 2**32 - 2, 2**32 - 1]
    scale = np.full(words.size, 0.2, np.float32)
    factor = laplace_factor(words, scale)
    inlined = njit(inline="always")(laplace_factor)

    @njit
    def loop(words, scale):  # type: ignore[no-untyped-def]
        out = np.empty_like(scale)
        for i in range(words.size):
            out[i] = inlined(words[i], scale[i])
        return out

    assert loop(words, scale).tobytes() == factor.tobytes()
    assert stats.kstest(np.log(factor / 0.96) / 0.2, "laplace").pvalue > 0.001
    assert factor.astype(float).mean() == pytest.approx(1, abs=4 * factor.std() / np.sqrt(words.size))
    sign, rest = np.where(words & 1, 1, -1), (words >> 1) + 0.5
    exact = np.exp(-sign * np.log(rest * 2.0**-31) * 0.2) * 0.96
    np.testing.assert_allclose(factor, exact, rtol=2e-6)


def test_machine_code_of_another_version_is_never_used(tmp_path: Path) -> None:
    """A changed loop that another one takes in gives new results, whatever was compiled before."""
    shutil.copytree(Path(sim.__file__).parent, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    words = (
        "import numpy as np; from sim.abm.compiled.arithmetic import uniform;"
        "print(uniform((np.uint64(1), np.uint64(2)), 3, 4, 5))"
    )
    changed = tmp_path / "sim" / "abm" / "compiled" / "arithmetic.py"
    results = []
    for unit in ("2.0**-32", "2.0**-33"):
        text = changed.read_text(encoding="utf-8").replace("UNIT = 2.0**-32", f"UNIT = {unit}")
        changed.write_text(text, encoding="utf-8")
        for _ in range(2):
            python = [sys.executable, "-c", words]
            done = subprocess.run(python, cwd=tmp_path, capture_output=True, text=True, check=True)
            results.append(float(done.stdout))
    assert results[0] == results[1] == 2 * results[2] == 2 * results[3]
    assert len(list((changed.parent / "__pycache__" / "loops").iterdir())) == 1
