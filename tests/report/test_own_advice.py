"""What is doubted of one's own data is told in the briefing: by whole years and counts, never by single ones."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
import pytest

from sim.own import series_at
from sim.report.material import Material, series_facts
from sim.report.sections import advice
from sim.report.wording import wording
from tests.small import AWKWARD
from tests.synthetic import lines, synthetic_months, write

ZH = wording("zh")
HEADING = "period,value,kind,growth_pct"


def rows(of_2021: float, growth: str) -> list[str]:
    """Five years of which the first adds up to a number (published: 22,100), and growth to June of 2024."""
    months = synthetic_months(5, seed=4)
    totals = np.array([[of_2021], [24_300], [25_000], [26_000], [27_000]])
    shown = lines(months * totals / months.sum(axis=1, keepdims=True), 2021)
    return [f"{row},{growth if row.startswith('2024-06') else ''}" for row in shown]


@pytest.mark.parametrize(
    ("of_2021", "growth", "told"),
    [
        (22_100, "", ""),
        (30_940, "", "全年合计与公布数相差较大（2021年为公布数A005的140.0%）"),
        (22_100, "45.6", "公布的累计同比有1处与绝对数之比对不上"),
        (30_940, "45.6", "A005的140.0%）；公布的累计同比有1处"),
    ],
)
def test_it_is_told_before_anybody_quotes(
    material: Material, tmp_path: Path, of_2021: float, growth: str, told: str
) -> None:
    file = write(tmp_path / "产值.csv", rows(of_2021, growth), HEADING)
    facts = series_facts(series_at(file), ZH)
    html = advice(replace(material, series=facts), ZH).html
    if not told:
        assert facts and facts["doubted"] == "" and "存疑" not in html
    else:
        assert html.count("存疑") == 1 and told in html and f"tenglong check {AWKWARD}" in html
        assert "45.6" not in html and "6月" not in html and "产值.csv" in html and str(tmp_path) not in html


def test_growth_written_as_fractions_is_told_as_such_and_not_counted(tmp_path: Path) -> None:
    """The growth of each month of 2024 (4 %), as 0.04."""
    months = [row.rstrip(",") + (",0.04" if row.startswith("2024") else ",") for row in rows(22_100, "")]
    facts = series_facts(series_at(write(tmp_path / "产值.csv", months, HEADING)), ZH)
    assert facts and facts["doubted"] == "公布的累计同比像是小数，不是百分数"


def test_it_is_told_in_english(tmp_path: Path) -> None:
    facts = series_facts(series_at(write(tmp_path / "o.csv", rows(30_940, "45.6"), HEADING)), wording("en"))
    assert facts and "2021 is 140.0% of the published A005" in facts["doubted"]
    assert "contradict the levels: 1" in facts["doubted"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_register_without_candidates_for_a_list_is_told(material: Material, lang: str) -> None:
    """What stays at nought because of the register is no result of policy; only then is it said."""
    words, told = wording(lang), {"output_above_scale_share": 1.0, "unlisted": {"firms_eliminated": "even"}}
    html = {
        key: advice(replace(material, stamp={**material.stamp, "register": told | {"unlisted": unlisted}}), words).html
        for key, unlisted in (("none", {}), ("even", told["unlisted"]))
    }
    label = material.labels["firms_eliminated"][0]
    how = escape(words("advice.unlisted.even"))
    assert how in html["even"] and label in html["even"] and how not in html["none"]
