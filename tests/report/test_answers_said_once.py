"""What holds for every answer of the briefing is said once; what explains a target stands in the short form too."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from lxml import html

from sim.report.display import DETAIL
from sim.report.material import Material
from sim.report.sections import answers, method, targets
from sim.report.told import Told
from sim.report.wording import wording
from tests.small import AWKWARD

ZH = wording("zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_that_runs_are_few_is_said_once_above_the_answers(material: Material, lang: str) -> None:
    words = wording(lang)
    few = words("answers.few", scenario=AWKWARD)
    told = {name: [Told(["said."], [], ["behind.", few])] for name in ("backcast", "bottlenecks", "warnings")}
    tree = html.fromstring(answers(replace(material, answers=told), words).html)
    shown = tree.text_content()
    assert shown.count(few) == 1 and shown.index(few) < shown.index("said.") and shown.count("behind.") == 3
    whole = {name: [replace(one, basis=["behind."]) for one in parts] for name, parts in told.items()}
    assert few not in answers(replace(material, answers=whole), words).html


def test_the_words_that_explain_a_target_are_no_detail_that_word_leaves_out(material: Material) -> None:
    tree = html.fromstring(targets(material, ZH).html)
    [line] = [item for item in tree.iter("li") if "S161：「全市推进市级" in item.text_content()]
    assert not any(DETAIL in (above.get("class") or "").split() for above in line.iterancestors())
    assert line.getparent().getparent() is tree, "where the short form looks for it"


def test_the_factors_that_set_the_level_are_told_with_the_rows_it_rests_on(material: Material) -> None:
    factors = pd.DataFrame({"year": [2025] * 3 + [2027] * 3, "gross_output": [1.0, 1.1, 1.2, 2.0, 2.1, 2.2],
                            "value_added": [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]})  # fmt: skip
    told = method(replace(material, anchors=factors), ZH).html
    assert "2025年产值1.10（1.02—1.18）、增加值0.60（0.52—0.68）；2027年产值2.10（2.02—2.18）" in told
    assert re.search("2025年走势的水平依据[^。]*A027、[^。]*A103", told)
    assert "水平怎样定" not in method(replace(material, anchors=factors.iloc[:0]), ZH).html
    assert "median factors of the runs (80% range): 2025 output 1.10" in method(
        replace(material, anchors=factors), wording("en")
    ).html  # fmt: skip
