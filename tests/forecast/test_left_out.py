"""Rows of one page are one source: they are left out of the forecast together."""

from __future__ import annotations

import pytest

from sim.forecast.documents import documents
from sim.forecast.evidence_model import OutputForecast, evidence_model

COMPILATION = ["A051", "A027", "A103"]
"""Figures of 2025 from one compilation without an address: its title alone says that they belong together."""


@pytest.fixture(scope="module")
def forecast() -> OutputForecast:
    return evidence_model()


def test_rows_of_a_page_and_of_a_title_belong_together() -> None:
    found = documents([*COMPILATION, "A003", "A022", "A004", "A003", "F028"])
    assert found == [COMPILATION, ["A003", "A022"], ["A004"], ["F028"]]


@pytest.mark.slow
def test_a_document_is_left_out_whole(forecast: OutputForecast) -> None:
    without = forecast.leave_one_out(27_000, 2027)
    rows = [name for source in without["source"] for name in source.split(";")]
    assert len(rows) == len(set(rows)) and ";".join(COMPILATION) in set(without["source"])
    assert {reading.sources[0] for reading in forecast.fit.observed} <= set(rows)
    known = without.set_index("source")["probability"]
    whole = evidence_model(drop=COMPILATION).exceeds(27_000, 2027)
    assert known[";".join(COMPILATION)] == pytest.approx(whole)
    one = evidence_model(drop=["A051"]).exceeds(27_000, 2027)
    assert abs(whole - one) > 0.01, "one row of it alone says something else"
    assert known["A006"] == pytest.approx(evidence_model(drop=["A006"]).exceeds(27_000, 2027))
