"""What moves an answer and on what it rests: on numbers made by hand, the command's test has real runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim import registry
from sim.analysis.budget import LEAST, MOST, SMALLEST, size
from sim.analysis.evidence_share import (
    PRESENT,
    DemandSplit,
    evidence_shares,
    narrowed,
    of_factors,
    worth_measuring,
)
from sim.analysis.indices import morris_design, sobol_design
from sim.analysis.sensitivity import REST, NoAnswerToMove, Sensitivity, chosen, screen, split
from sim.ensemble.points import DEMAND
from sim.registry import UnknownTarget
from sim.report.credibility import factor_name, remarks, shown_factors, worth_sentence
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from tests.small import SEED

STARTED = "quality_space_2027.started"
AREA, PACE, CARBON = "highrise.project_area_wan_m2", "construction.pace", "carbon.factor"
NAMES = [AREA, PACE, CARBON, DEMAND]
POINTS = 512
DEMAND_SPLIT = DemandSplit(2025, 0.25, {"official": 0.5, "press": 0.5}, {"assumption": 1.0})
LEVELS = pd.DataFrame({"id": [STARTED], "structure": [0.1], "chance": [0.2]})


def weighted(at: np.ndarray) -> dict[str, np.ndarray]:
    """Three factors add up, a quarter of the weight each on the last two that count; nobody reads the third."""
    return {STARTED: 500 + at @ np.array([1000.0, 500.0, 0.0, 500.0])}


@pytest.fixture
def found() -> Sensitivity:
    """An analysis of a function whose indices are known: 2/3, 1/6, 0, 1/6."""
    asked = [registry.target(STARTED)]
    screening = screen(NAMES, at := morris_design(NAMES, 4, SEED), weighted(at), asked)
    groups = [name if name != CARBON else REST for name in NAMES]
    values = weighted(sobol_design(NAMES, groups, POINTS, SEED))
    answers = pd.DataFrame({"target": [STARTED], "chance": [0.2]})
    stamp = {"targets": [STARTED], "points": POINTS}
    return Sensitivity(screening, split(groups, values, asked, POINTS), answers, stamp)


def test_screening_leaves_out_what_nobody_reads(found: Sensitivity) -> None:
    table = found.screening.set_index("factor")
    assert table.loc[CARBON, "effect"] == 0 and not table.loc[CARBON, "kept"]
    assert table["kept"].sum() == 3


def test_what_is_left_out_is_measured_with_the_rest(found: Sensitivity) -> None:
    totals = found.of(STARTED).set_index("group")["total"]
    assert totals[REST] == pytest.approx(0, abs=1e-12)
    assert totals[[AREA, PACE, DEMAND]].to_list() == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=0.03)


def test_shares_of_evidence_add_to_one(found: Sensitivity) -> None:
    shares = evidence_shares(found, LEVELS, DEMAND_SPLIT).set_index("kind")["share"]
    assert shares.sum() == pytest.approx(1) and (shares >= 0).all()
    assert (shares["structure"], shares["chance"]) == (0.1, 0.2)


def test_a_number_that_never_varies_rests_on_nothing_and_one_without_a_ledger_on_the_points_chance(
    found: Sensitivity,
) -> None:
    still = replace(found, indices=found.indices.assign(total=0.0))
    assert of_factors(still, STARTED, DEMAND_SPLIT) == {}
    shares = evidence_shares(found, LEVELS[:0], DEMAND_SPLIT).set_index("kind")["share"]
    [chance] = found.answers.loc[found.answers["target"] == STARTED, "chance"]
    assert (shares["structure"], shares["chance"]) == (0, chance) and shares.sum() == pytest.approx(1)


def test_a_factor_counts_for_the_grade_of_its_entry(found: Sensitivity) -> None:
    """Area is press, pace an assumption; of demand a quarter is known, half of that from official figures."""
    assert (catalogue()[AREA].grade, catalogue()[PACE].grade) == ("press", "assumption")
    shares = of_factors(found, STARTED, DEMAND_SPLIT)
    total = found.of(STARTED).set_index("group")["total"].clip(lower=0)
    total /= total.sum()
    assert shares["press"] == pytest.approx(total[AREA] + total[DEMAND] / 8)
    assert shares["official"] == pytest.approx(total[DEMAND] / 8)
    assert shares["assumption"] == pytest.approx(total[PACE] + total[DEMAND] * 3 / 4)


def test_only_what_can_be_measured_is_worth_measuring(found: Sensitivity) -> None:
    worth = worth_measuring(found, STARTED, DEMAND_SPLIT, inner=0.7)
    assert worth["factor"].to_list()[:2] == [AREA, PACE]
    assert DEMAND not in set(worth["factor"]) and REST not in set(worth["factor"])
    first = found.of(STARTED).set_index("group")["first"]
    assert worth["share"].to_list()[:2] == pytest.approx([0.7 * first[AREA], 0.7 * first[PACE]])
    if PRESENT in set(worth["factor"]):
        assert worth.set_index("factor").loc[PRESENT, "share"] == pytest.approx(0.7 * 0.25 * first[DEMAND])
    assert 0 < narrowed(worth) < 1 - np.sqrt(0.3)


def test_nothing_is_run_for_a_target_without_a_number() -> None:
    baseline = load_scenario("baseline")
    tracked = next(target.id for target in registry.targets().values() if target.basis == "tracked")
    with pytest.raises(NoAnswerToMove, match="仅跟踪"):
        chosen(baseline, [tracked])
    with pytest.raises(NoAnswerToMove, match="期限晚于"):
        chosen(baseline.model_copy(update={"horizon": 71}), [STARTED])
    with pytest.raises(UnknownTarget):
        chosen(baseline, ["no_such_target"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_never_varies_and_what_nobody_can_measure_is_said(found: Sensitivity, lang: str) -> None:
    words = wording(lang)
    still = replace(found, indices=found.indices.assign(total=np.nan))
    assert remarks(still, STARTED, words) == [words("sensitivity.constant")]
    assert shown_factors(still, STARTED) == [] != shown_factors(found, STARTED)
    assert worth_sentence(pd.DataFrame(), DEMAND_SPLIT, words) == words("sensitivity.worth_none")
    assert "2025" in factor_name(PRESENT, DEMAND_SPLIT, words)


def test_what_fits_the_budget_is_the_whole_city_or_a_sample_but_never_too_few_runs() -> None:
    short, long = size(1, 12), size(400, 120)
    assert short.enterprises > long.enterprises >= SMALLEST and LEAST == long.replicates <= short.replicates <= MOST
    assert size(400, 120, enterprises=2_000).enterprises == 2_000 and size(1, 12, replicates=3).replicates == 3
