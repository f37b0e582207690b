"""Charts of the sensitivity and validation pages: drawn whole, from numbers made by hand."""

from __future__ import annotations

import pandas as pd
import vl_convert

from sim.report.charts import credibility as charts
from sim.report.theme import config


def drawn(spec: dict[str, object]) -> str:
    return str(vl_convert.vegalite_to_svg({**spec, "config": config(), "width": 500, "autosize": "pad"}))


def test_every_factor_has_its_bar() -> None:
    frame = pd.DataFrame({
        "name": ["面积", "节奏"], "share": [0.7, 0.3], "low": [0.5, 0.1], "high": [1.0, 0.5],
        "text": ["面积70%", "节奏30%"],
    })  # fmt: skip
    svg = drawn(charts.shares(frame, "占方差的份额", "面积70%，节奏30%"))
    assert all(word in svg for word in ("面积", "节奏", "占方差的份额", "100%"))


def test_a_miss_has_another_colour_and_long_names_are_folded() -> None:
    frame = pd.DataFrame({
        "name": ["企业数（2021）", "园区（2022-10）"], "inside": [True, False], "p10": [0.9, 1.1], "median": [1.0, 1.2],
        "p90": [1.1, 1.3], "text": ["甲", "乙"],
    })  # fmt: skip
    svg = drawn(charts.nearness(frame, "倍数", "甲，乙"))
    colours = {spec for spec in ("#9b2c16", "#0b4f8a") if spec in svg.lower()}
    assert len(colours) == 2 and ">（2021）<" in svg and ">企业数<" in svg
