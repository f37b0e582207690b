"""The backtest on Ningbo's own evidence: nothing from the future, honest outcomes, scores checked by hand."""

from __future__ import annotations

from math import log

import pandas as pd
import pytest

from sim import evidence
from sim.figures import DateUnreadable, last_day
from sim.forecast import OutputForecast, evidence_model
from sim.forecast.book import Book, FigureMissing, TargetIsNotData, is_target
from sim.forecast.evidence_model import TooLittleEvidence
from sim.forecast.naive import drift, no_change
from sim.forecast.observations import select
from sim.forecast.origin_scores import BANDS, EVIDENCE, EvidenceBacktest, Law, Outcome, score
from sim.forecast.origins import VAGUE, evidence_backtest
from sim.forecast.priors import means, vague
from sim.forecast.readings import readings

AS_OF = "2021-12-31"


@pytest.fixture(scope="module")
def tried() -> EvidenceBacktest:
    return evidence_backtest(with_vague=False)


@pytest.fixture(scope="module")
def then() -> OutputForecast:
    return evidence_model(as_of=AS_OF)


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


@pytest.mark.parametrize(
    ("text", "day"),
    [("2022", "2022-12-31"), ("2024-02", "2024-02-29"), ("2012-12", "2012-12-31"), ("2021-06-30", "2021-06-30")],
)
def test_a_vague_date_is_its_last_day(text: str, day: str) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize("text", ["", "2021-13", "2021-02-30", "去年"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable, match="2021-06-30"):
        last_day(text)


def test_a_row_without_a_date_counts_as_published_a_year_after_its_period() -> None:
    book = Book()
    assert book.published(["A005"]) == "2022-12-31"  # "2022(推定)"
    assert book.published(["A051", "A003"]) == "2026-08-13"
    book.table.loc["A003", "published"] = ""
    assert book.published(["A003"]) == "2021-12-31"
    book.table.loc["A003", ["published", "period"]] = ""
    with pytest.raises(FigureMissing, match="公布日期"):
        book.published(["A003"])


def test_nothing_published_later_is_used(then: OutputForecast) -> None:
    """By the words of the files, not by the code that chose: every year in ``published`` is 2021 or earlier."""
    used = {name for reading in then.fit.observed for name in reading.sources}
    assert "A003" in used and all(evidence.clause(name).as_of[:4] <= "2021" for name in used)
    table = then.observations
    late = table[table["source"].isin(["A005", "A006", "I031", "A026"])]
    assert len(late) == 6 and late["reason"].str.startswith("当时尚未公布").all() and not late["used"].any()


def test_figures_of_the_future_could_be_anything(then: OutputForecast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubling every figure published after the day leaves the forecast of that day as it was, bit for bit."""
    table = evidence.observations()
    table.loc[table["published"].str[:4] > "2021", "value"] *= 2
    monkeypatch.setattr(evidence, "observations", lambda: table)
    again = evidence_model(as_of=AS_OF)
    assert 2 * 24_300 in {reading.stated for reading in again.known}
    assert again.smoothed.equals(then.smoothed)


def test_today_is_the_same_as_no_date(outlook: OutputForecast) -> None:
    newest = max(outlook.book.published(reading.sources) for reading in outlook.known)
    assert evidence_model(as_of=newest).smoothed.equals(outlook.smoothed)


def test_before_any_level_there_is_no_forecast() -> None:
    with pytest.raises(TooLittleEvidence, match="截止日期"):
        evidence_model(as_of="2017")
    with pytest.raises(TooLittleEvidence):
        evidence_backtest(grades="")


def test_grades_are_kept_and_a_vague_prior_is_wider() -> None:
    """Official figures alone: Jan–Nov 2018, published in January 2019, and what the plan of July 2021 says of 2015."""
    official = evidence_backtest(grades="A").scores
    assert sorted(set(official["origin"])) == ["2019-12-31", "2021-12-31"]
    spread = (official["hi80"] / official["lo80"]).groupby([official["method"], official["year"]]).min().unstack()
    assert (spread.loc[VAGUE] > spread.loc[EVIDENCE]).all()
    assert (vague().centre == means().centre).all() and (vague().sd > means().sd).all()


def test_random_walks_by_hand() -> None:
    """Levels 0, 1, 4 in logs at 2016, 2018, 2020: without drift s² = (1/2 + 9/2) / 2 = 2.5, two years on 5."""
    levels = {2016: 0.0, 2018: 1.0, 2020: 4.0}
    still, moving = no_change(levels, 2022), drift(levels, 2022)
    assert still is not None and moving is not None
    assert (still.centre, still.scale**2, still.degrees) == pytest.approx((4, 5, 2))
    assert (moving.centre, moving.scale**2, moving.degrees) == pytest.approx((6, 3, 1))
    assert moving.exceeds(moving.quantile(0.9)) == pytest.approx(0.1)
    assert drift({2016: 0.0, 2018: 1.0}, 2022) is None and no_change({2016: 0.0}, 2022) is None
    assert drift(levels, 2020) is None and no_change(levels, 2020) is None


def test_scores_by_hand() -> None:
    """Median 100, intervals ± 10, 20, 30, outcome 125: above the first two by 15 and 5, inside the third.

    wis = (25 / 2 + 0.25 (20 + 4·15) + 0.1 (40 + 10·5) + 0.025·60) / 3.5 = 43 / 3.5, in percent of 125.
    """
    law = Law(dict(zip(BANDS, (100, 90, 110, 80, 120, 70, 130), strict=True)), lambda level: 0.04)
    found = score(law, Outcome(2022, 125, 124, 126, "A006", "2023-11-25"))
    assert [found["in50"], found["in80"], found["in95"]] == [False, False, True]
    assert found["wis"] == pytest.approx(100 * 43 / 3.5 / 125)
    assert found["error_pct"] == pytest.approx(100 * log(100 / 125)) and found["pit"] == pytest.approx(0.96)


def test_a_forecast_is_the_models_own(tried: EvidenceBacktest, then: OutputForecast) -> None:
    row = tried.scores.query("origin == @AS_OF and method == 'evidence' and year == 2022").iloc[0]
    assert list(row[list(BANDS)]) == list(then.smoothed.set_index("year").loc[2022, list(BANDS)])
    assert row["horizon"] == 1 and row["last_level"] == 2020 and row["outcome"] == pytest.approx(24_300)
    assert row["pit"] == 1 - then.exceeds(row["outcome"], 2022)


def test_outcomes_were_unknown_then_and_are_no_targets(tried: EvidenceBacktest, book: Book) -> None:
    scores = tried.scores
    for origin, source in scores[["origin", "outcome_source"]].drop_duplicates().itertuples(index=False):
        row = book.row(source)
        assert not is_target(row) and book.published([source]) > origin
        assert row["indicator_id"] == "gross_output_above_scale"
    assert (scores["horizon"] >= 0).all() and (scores["year"] >= scores["origin"].str[:4].astype(int)).all()
    assert scores["outcome"].between(scores["outcome_lo"], scores["outcome_hi"]).all()
    with pytest.raises(TargetIsNotData):
        book.published(["A107"])


def test_every_origin_learnt_something_new(tried: EvidenceBacktest, book: Book) -> None:
    origins, known = sorted(set(tried.scores["origin"])), readings(book)
    used = [len(select(known, book, "ABC", (), 2015, origin)[0]) for origin in origins]
    assert used == sorted(set(used)) and used[0] > 0


def test_scores_are_within_their_range(tried: EvidenceBacktest) -> None:
    scores = tried.scores
    assert scores["pit"].between(0, 1).all() and (scores["wis"] > 0).all() and scores.notna().all(axis=None)
    assert (scores["in50"] <= scores["in80"]).all() and (scores["in80"] <= scores["in95"]).all()
    assert not scores.duplicated(["origin", "year", "method"]).any()
    cells = scores.groupby("method").size()
    assert set(cells.index) == {"evidence", "naive", "drift"} and cells.nunique() == 1


def test_a_pseudo_target_is_one_for_all_methods_and_never_undecided(tried: EvidenceBacktest) -> None:
    chances = tried.chances.merge(tried.scores, on=["origin", "year", "horizon", "method"])
    assert chances.groupby(["origin", "year", "growth"])["threshold"].nunique().eq(1).all()
    undecided = (chances["outcome_lo"] < chances["threshold"]) & (chances["threshold"] <= chances["outcome_hi"])
    assert not undecided.any() and 0 < chances["reached"].mean() < 1
    assert (chances["brier"] == (chances["probability"] - chances["reached"]) ** 2).all()


def test_the_summary_counts_its_sample_in_years(tried: EvidenceBacktest) -> None:
    table = tried.summary()
    assert list(table.columns) == [
        "method", "forecasts", "years", "error_pct", "mae_pct", "wis", "in50", "in80", "in95",
        "wis_more_than_evidence", "more_lo", "more_hi", "brier", "pseudo_targets",
    ]  # fmt: skip
    assert (table["years"] == tried.scores["year"].nunique()).all() and table["wis"].is_monotonic_increasing
    apart = table.set_index("method")
    assert apart["wis_more_than_evidence"].to_numpy() == pytest.approx(apart["wis"] - apart.loc[EVIDENCE, "wis"])
    assert (table["more_lo"] <= table["wis_more_than_evidence"]).all()
    assert f"有效样本按年计为 {tried.scores['year'].nunique()}" in tried.sample


def test_one_outcome_year_gives_no_interval(tried: EvidenceBacktest) -> None:
    by_year = tried.summary("year")
    assert by_year[["more_lo", "more_hi"]].isna().all(axis=None)
    whole = tried.summary().set_index("method")["wis"]
    weighted = (by_year["wis"] * by_year["forecasts"]).groupby(by_year["method"]).sum() / 19
    pd.testing.assert_series_equal(weighted.rename("wis"), whole.sort_index(), check_names=False)
