"""The table of observations tells a row's own figure from one worked out, and by which steps it becomes output."""

from __future__ import annotations

import json
import math

import pytest
from lxml import html

from sim import observations
from sim.report.figures import output_figure
from sim.report.material import Material
from sim.report.observed import observations_table, worked_out
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue

ZH = wording("zh")


@pytest.fixture(scope="module")
def told(material: Material) -> dict[tuple[str, str], list[str]]:
    """Cells by source and period; of several readings of one row the first."""
    tree = html.fromstring(observations_table(material.observations, ZH))
    found: dict[tuple[str, str], list[str]] = {}
    for row in tree.xpath("//tbody/tr"):
        cells = [cell.text_content() for cell in row]
        found.setdefault((cells[0], cells[1]), cells)
    return found


def test_a_figure_that_stands_in_its_row_is_no_inference(material: Material) -> None:
    for row in material.observations.to_dict("records"):
        if ";" in row["source"] or math.isnan(row["stated"]):
            continue
        known = observations.find(row["source"])
        assert known is not None
        printed = {known.get(column, "").lstrip("<>") for column in ("value", "growth_pct")} - {""}
        stands = any(math.isclose(float(number), row["stated"]) for number in printed if "→" not in number)
        assert worked_out(row["source"], row["stated"]) is not stands, row["source"]


@pytest.mark.parametrize(
    ("source", "period", "read"),
    [
        ("I031", "2024", "26,211亿元（推算）"), ("A004", "2015", "13,759亿元（推算）"),
        ("M019", "2018-11", "15,027亿元"), ("A051、A050、A003", "2025", "27,266亿元"),
    ],
)  # fmt: skip
def test_each_kind_of_figure(source: str, period: str, read: str, told: dict[tuple[str, str], list[str]]) -> None:
    assert told[source, period][3] == read


def test_sales_become_output_by_the_ratio_of_the_catalogue(told: dict[tuple[str, str], list[str]]) -> None:
    ratio = f"{catalogue()['forecast.sales_ratio'].value:g}"
    for of_sales in (("M019", "2018-11"), ("M030", "2024-05")):
        assert f"再除以产销率{ratio}" in told[of_sales][7]
    assert "产销率" not in told["A003", "2020"][7] and "用作总产值的增速" in told["M021", "2018-11"][7]


def test_what_is_not_used_says_why_and_not_how(told: dict[tuple[str, str], list[str]]) -> None:
    assert told["M002", "2011-11"][6:] == ["未采用", "早于模型起点2015年"]


def test_ones_own_file_is_not_looked_up_as_evidence() -> None:
    assert not worked_out("月度产值.csv", 17_000.0)


def test_the_tooltip_says_the_same(material: Material) -> None:
    panel = output_figure(material, ZH).panels[0]
    assert "26,211亿元（推算）" in json.dumps(panel.spec, ensure_ascii=False)
