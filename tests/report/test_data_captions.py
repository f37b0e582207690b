"""A table folded below a figure says what it holds; none repeats the words it is folded behind, or a heading."""

from __future__ import annotations

import pytest
from lxml import html

from sim.report.display import Figure
from sim.report.material import Material
from sim.report.wording import wording
from tests.report.test_pictures import FIGURES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_table_has_a_caption_of_its_own(lang: str, material: Material) -> None:
    words, captions = wording(lang), []
    for make in FIGURES:
        figure = make(material, words)
        assert isinstance(figure, Figure)
        tree = html.fromstring(figure.data_html)
        told = [caption.text_content() for caption in tree.xpath("//caption")]
        said = {words("figure.data", label=figure.label), *(head.text_content() for head in tree.xpath("//th"))}
        assert told and not said & set(told)
        captions += told
    assert len(captions) == len(set(captions)) == len(FIGURES) + 1
