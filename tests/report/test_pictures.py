"""Figures as pictures (Jupyter, PDF, Word): drawn without a browser, with the font that ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import vl_convert

from sim.report import figures, fonts, theme
from sim.report.display import Figure
from sim.report.material import Material
from sim.report.wording import Wording, wording

ZH = wording("zh")


def test_the_shipped_font_is_in_the_stack() -> None:
    from fontTools.ttLib import TTFont

    family = TTFont(fonts.shipped_font())["name"].getDebugName(1)
    assert family in theme.FAMILIES and theme.FAMILIES[0] == "Noto Sans CJK SC"


def test_chinese_is_drawn_and_not_boxes() -> None:
    fonts.register()
    pictures = {text: vl_convert.vegalite_to_png(_label(text)) for text in ("宁", "波", "㎡", "\U0010fffd")}
    assert len(set(pictures.values())) == len(pictures)


FIGURES = (
    figures.output_figure, figures.space_figure, figures.flows_figure, figures.attainment_figure,
    figures.districts_figure,
)  # fmt: skip


@pytest.mark.parametrize("make", FIGURES)
def test_a_figure_is_complete(make: Callable[[Material, Wording], Figure], material: Material) -> None:
    figure = make(material, ZH)
    html = figure.static_html()
    assert html.count("<svg") == len(figure.panels)
    assert figure.alt and figure.source and figure.label.startswith("图")
    assert all(panel.spec["description"] for panel in figure.panels)
    assert "<script" not in html


def test_a_figure_warns_where_the_methods_disagree(material: Material) -> None:
    apart = material.smoothed.assign(lo50=0.0, hi50=1.0)
    assert "不一致" in figures.output_figure(replace(material, smoothed=apart), ZH).remark
    wide = material.smoothed.assign(lo50=0.0, hi50=1e6)
    assert "不一致" not in figures.output_figure(replace(material, smoothed=wide), ZH).remark


def _label(text: str) -> dict[str, object]:
    mark = {"type": "text", "text": text, "fontSize": 40}
    return {"data": {"values": [{}]}, "mark": mark, "config": theme.config()}
