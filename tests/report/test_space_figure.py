"""The one published figure of quality space stands beside the model in its figure, as long as the data hold it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sim.report import figures
from sim.report.display import Figure
from sim.report.material import Material
from sim.report.wording import wording

ZH = wording("zh")
STARTED = "quality_space_started"


def squares(figure: Figure) -> list[str]:
    specs = [json.dumps(panel.spec, ensure_ascii=False) for panel in figure.panels]
    return [spec for spec in specs if '"square"' in spec]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "空心方块为公布的2025年数401.6万㎡（S012，文件没有写明开工还是竣工）。"),
        ("en", "The hollow square is the figure published for 2025, 4.016 million m² (S012; the document does"),
    ],
)
def test_it_is_marked_under_both_readings_and_told(lang: str, said: str, material: Material) -> None:
    figure = figures.space_figure(material, wording(lang))
    assert figure.note.count(said) == 1 and figure.alt.count(said) == 1
    assert len(squares(figure)) == 2
    assert all("401.6" in panel and "S012" in panel for panel in squares(figure))


def test_it_is_what_the_outcomes_hold(material: Material) -> None:
    rows = material.outcomes
    moved = rows.assign(published=rows["published"] * 10)
    figure = figures.space_figure(replace(material, outcomes=moved), ZH)
    assert "4016万㎡" in figure.note and "401.6" not in figure.note
    tops = [layer["encoding"]["y"]["scale"]["domain"][1] for layer in figure.panels[0].spec["layer"]]
    assert min(tops) > 4016, "the mark is within the axis"


def test_one_reading_alone_is_named(material: Material) -> None:
    rows = material.outcomes[material.outcomes["indicator"] == STARTED]
    figure = figures.space_figure(replace(material, outcomes=rows), ZH)
    assert "（S012，开工口径）" in figure.note and len(squares(figure)) == 1


def test_without_a_published_figure_nothing_is_marked(material: Material) -> None:
    figure = figures.space_figure(replace(material, outcomes=material.outcomes.iloc[:0]), ZH)
    assert squares(figure) == [] and "空心方块" not in figure.note + figure.alt
