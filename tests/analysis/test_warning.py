"""Early warning: a made-up rule is found with its trigger, noise is not, and rates are those of runs held out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.asked import CannotAnswer
from sim.analysis.budget import Size
from sim.analysis.pushes import SINCE
from sim.analysis.warning import (
    COLOURS,
    MONTHS,
    EarlyWarning,
    Rule,
    best_rules,
    best_threshold,
    between,
    colour,
    colours,
    warn,
)
from sim.own import Figure
from sim.registry import target
from sim.report.warnings import told_warnings, warning_record
from sim.report.wording import wording
from sim.scenario.months import month_index, month_text
from tests.small import ENTERPRISES, SEED

SPACE, NOISE = ("quality_space_started", "added"), ("land_freed", "added")
GROWTH, YEAR = ("gross_output_above_scale", "growth"), ("gross_output_above_scale", "year")
TRIGGER, NOW = 40.0, month_index("2026-11")


def made_up(key: int, flips: float = 0.0, runs: int = 400) -> tuple[pd.DataFrame, np.ndarray]:
    """Runs that miss where less than 40 of space is started, but for some that are turned over."""
    luck = np.random.Generator(np.random.Philox(key=np.array([key, 1], dtype=np.uint64)))
    space, noise, turned = luck.uniform(0, 100, runs), luck.normal(size=runs), luck.random(runs) < flips
    seen = pd.DataFrame({SPACE: space, NOISE: noise, GROWTH: np.full(runs, 3.0)})
    return seen, (space <= TRIGGER) != turned


def test_a_made_up_rule_is_found_with_its_trigger() -> None:
    state, rules = best_rules(*made_up(1), *made_up(2))
    best = rules[0]
    assert (state, best.indicator, best.kind, best.threshold.below) == ("rule", *SPACE, True)
    assert best.threshold.value == pytest.approx(TRIGGER, abs=1) and best.threshold.index == 1
    assert best.hit_rate[0] > 0.98 and best.false_rate[0] < 0.02
    assert [(rule.indicator, rule.kind) for rule in rules] == [SPACE, NOISE], "what never changes is no signal"


def test_its_rates_are_those_of_the_held_out_runs() -> None:
    """A fifth of the runs is turned over: of the misses 0.32 in 0.44 are told, of the rest 0.08 in 0.56 by mistake."""
    seen, missed = made_up(4, 0.2)
    state, (best, *_) = best_rules(*made_up(3, 0.2), seen, missed)
    assert state == "rule" and best.threshold.value == pytest.approx(TRIGGER, abs=3)
    alarms = seen[SPACE].to_numpy() <= best.threshold.value
    assert (best.hits, best.false_alarms) == ((alarms & missed).sum(), (alarms & ~missed).sum())
    assert best.hit_rate[1] < best.hit_rate[0] < best.hit_rate[2] and best.hit_rate[1] < 0.32 / 0.44 < best.hit_rate[2]
    assert best.false_rate[1] < 0.08 / 0.56 < best.false_rate[2]
    with_alarm, without = best.chance(True), best.chance(False)
    assert with_alarm[0] + without[0] == missed.sum() and with_alarm[1] + without[1] == len(missed)


def test_noise_foretells_nothing_though_it_fits_the_runs_it_was_chosen_on() -> None:
    (seen, missed), (tried, missed_too) = made_up(5, runs=60), made_up(6, runs=400)
    state, (best, *_) = best_rules(seen[[NOISE]], missed, tried[[NOISE]], missed_too)
    assert state == "no_rule" and best.threshold.index > 0.05 and not best.tells


def test_what_is_always_or_never_missed_needs_no_warning() -> None:
    seen, _ = made_up(7)
    never, always = np.zeros(400, bool), np.ones(400, bool)
    assert best_rules(seen, never, seen, never) == ("hardly_missed", ())
    assert best_rules(seen, always, seen, always) == ("hardly_met", ())


def two_numbers(key: int, late: float, early: float, runs: int = 400) -> tuple[pd.DataFrame, np.ndarray]:
    """A number seen in June and one of the year before; each is wrong about a miss in some of the runs."""
    luck = np.random.Generator(np.random.Philox(key=np.array([key, 2], dtype=np.uint64)))
    missed = luck.random(runs) < 0.3
    seen = {name: np.where(missed != (luck.random(runs) < wrong), 1.0, 3.0)
            for name, wrong in ((GROWTH, late), (YEAR, early))}  # fmt: skip
    return pd.DataFrame(seen), missed


def test_among_numbers_that_sampling_cannot_tell_apart_the_earlier_is_chosen() -> None:
    for key in range(20):
        side = two_numbers(key, 0.1, 0.11, 200)
        _, (best, *others) = best_rules(*side, *two_numbers(100 + key, 0.1, 0.11))
        if best.threshold.index < max(rule.threshold.index for rule in others):
            assert (best.indicator, best.kind) == YEAR, "a later one has to have the largest index"
            break
    else:
        pytest.fail("in no draw does the later number come out ahead by chance")
    assert (month_text(best.known), month_text(others[0].known)) == ("2026-12", "2027-06")
    _, (clear, *_) = best_rules(*two_numbers(1, 0.02, 0.3), *two_numbers(2, 0.02, 0.3))
    assert (clear.indicator, clear.kind) == GROWTH and clear.no_worse


def test_of_equals_seen_equally_early_the_targets_own_number_is_chosen() -> None:
    """Two numbers that a model moves by one parameter foretell the same; only one of them is what is asked of."""
    seen, missed = two_numbers(1, 0.1, 0.1)
    twins = pd.DataFrame({(name, "year"): seen[YEAR] for name in ("another", "own")})
    for aim in ("own", "another"):
        _, (best, *_) = best_rules(twins, missed, twins, missed, aim=aim)
        assert best.indicator == aim


def told_of(found: tuple[str, tuple[Rule, ...]]) -> tuple[EarlyWarning, str]:
    state, rules = found
    aim = target("gross_output_2027")
    one = EarlyWarning("baseline", aim, "under_way", SINCE, SINCE + MONTHS - 1, SEED, Size(400, ENTERPRISES),
                       (120, 120), state, rules)  # type: ignore[arg-type]  # fmt: skip
    return one, told_warnings([one], colours(NOW), NOW, wording("zh")).sentences[0]


def test_an_earlier_number_that_does_no_worse_on_held_out_runs_is_told_in_the_same_sentence() -> None:
    """What was chosen stays, for held-out runs have no part in choosing."""
    one, said = told_of(best_rules(*two_numbers(3, 0.02, 0.3), *two_numbers(4, 0.2, 0.1)))
    assert one.earlier is not None and (one.earlier.indicator, one.earlier.kind) == YEAR
    assert "选出的预警信号是2027年截至6月的规上工业总产值比上年同期增长" in said and "最能" not in said
    assert "早6个月就看得到的2026年全年规上工业总产值（不高于" in said and "并不更差" in said
    worse, said = told_of(best_rules(*two_numbers(3, 0.02, 0.3), *two_numbers(4, 0.02, 0.3)))
    assert worse.earlier is None and "并不更差" not in said
    assert [rule.no_worse for rule in worse.rules] == [True, False]


def test_a_high_number_can_be_the_alarm() -> None:
    found = best_threshold(np.array([1.0, 2, 3, 4]), np.array([False, False, True, True]))
    assert found is not None and not found.below and 2 <= found.value < 3
    assert found.alarms(np.array([2.0, 3.0])).tolist() == [False, True]
    assert best_threshold(np.array([1.0, np.nan]), np.array([True, False])) is None


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_a_trigger_parts_the_same_runs_as_it_is_written(low: float, gap: float) -> None:
    high = low + gap
    if high > low:
        assert low <= between(low, high) < high


@pytest.mark.parametrize("low", [1.0, 0.1, 27_412.3, -2.5, 1e-9])
def test_between_two_neighbouring_numbers_the_trigger_is_the_lower(low: float) -> None:
    """Of two doubles without another between them, rounding to the even may give the higher."""
    for start in (low, np.nextafter(low, np.inf)):
        assert between(float(start), float(np.nextafter(start, np.inf))) == start


def test_numbers_that_are_the_same_in_every_run_give_no_rule() -> None:
    same = pd.DataFrame({YEAR: np.ones(40)})
    missed = np.arange(40) < 20
    assert best_rules(same, missed, same, missed) == ("no_rule", ())


def test_the_trigger_has_no_more_digits_than_it_needs() -> None:
    assert between(27_412.3, 27_688.9) == 27_600 and between(0.031, 0.049) == 0.04 and between(-2.0, 5.0) == 2


def test_the_five_colours() -> None:
    due, space = target("tax_per_mu_2025"), target("quality_space_2027.started")
    assert colour(due, NOW, {}) == "unsettled" and colour(space, NOW, {}) == "under_way"
    assert colour(due, NOW, {due.indicator: [Figure(2025, 50, "局")]}) == "overdue"
    assert colour(due, NOW, {due.indicator: [Figure(2024, 61, "局")]}) == "done"
    assert colour(space, month_index("2024-06"), {}) == "to_assign"
    assert colour(target("hightech_firms_2025"), NOW, {}) == "done"
    assert colour(replace(space, deadline="2026-10"), NOW, {}) == "unsettled"
    assert set(colours(NOW).values()) <= set(COLOURS) and "tax_per_mu_2025" in colours(NOW)


def test_it_watches_real_runs_and_tells_it_in_a_sentence(home) -> None:
    found = warn(["gross_output_2027", "highrise_projects_2027"], "baseline", as_of=NOW, seed=SEED, replicates=24,
                 enterprises=ENTERPRISES, workers=1)  # fmt: skip
    told = told_warnings(found, colours(NOW), NOW, wording("zh"))
    assert len(told.sentences) == 3 and "24次运行" in told.basis[0]
    assert all("进行中" in said and "在情景baseline里" in said for said in told.sentences[:2])
    assert "截至2026-11" in told.sentences[2] and "S027" in told.sentences[2]
    for one in found:
        record = warning_record(one)
        assert record["runs_held_out"] == 24 and record["seen"] == "2027-06"
        assert all(rule["misses"] + rule["reached"] == 24 for rule in record["rules"])


def test_too_late_to_warn_is_said() -> None:
    with pytest.raises(CannotAnswer, match="来不及预警"):
        warn("gross_output_2027", since=month_index("2027-08"))


def test_for_machines_a_rule_has_its_counts_and_rates() -> None:
    one, _ = told_of(best_rules(*made_up(1), *made_up(2)))
    [rule, *_] = warning_record(one)["rules"]
    assert (rule["indicator"], rule["kind"], rule["alarm"]) == (*SPACE, "at_or_below") and rule["better_than_chance"]
    assert rule["trigger"] == pytest.approx(TRIGGER, abs=1) and rule["hits"] <= rule["misses"]
    assert rule["hit_lo"] <= rule["hit_rate"] <= rule["hit_hi"] and rule["false_lo"] <= rule["false_alarm_rate"]
