"""The finished page in a real browser with the network cut: everything drawn, nothing asked for, no boxes."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from tests.small import AWKWARD_TITLE

DRAWN = "document.documentElement.dataset.charts"
SAME_PIXELS = """(font) => {
  const draw = (text) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 48;
    const pen = canvas.getContext("2d");
    pen.font = `40px ${font}`;
    pen.fillText(text, 2, 40);
    return canvas.toDataURL();
  };
  const missing = draw("\\u{10FFFD}"), blank = draw(" ");
  const glyphs = [..."宁波腾笼㎡"].map(draw);
  return glyphs.some((glyph) => glyph === missing || glyph === blank) || new Set(glyphs).size < glyphs.length;
}"""


WRITTEN = """(() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll("script:not([data-chart])").forEach((element) => element.remove());
  return copy.textContent;
})()"""


@dataclass
class Opened:
    """A page and what it asked for and said."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def opened(browser: Any, report: Path) -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    view = Opened(context.new_page())
    context.route("http*://**", lambda route: route.abort())
    view.page.on("request", lambda request: view.requests.append(request.url))
    view.page.on("pageerror", lambda error: view.errors.append(str(error)))
    view.page.on(
        "console", lambda note: view.errors.append(note.text) if note.type in ("error", "warning") else None
    )
    view.page.goto(report.as_uri())
    view.page.wait_for_function(DRAWN, timeout=30_000)
    yield view
    context.close()


def test_every_chart_is_drawn(opened: Opened) -> None:
    specs = opened.page.locator("script[data-chart]").count()
    assert specs == 1 + 2 + 10 + 2 + 4
    assert opened.page.evaluate(DRAWN) == f"{specs}/{specs}"
    empty = "[...document.querySelectorAll('.chart')].filter((box) => !box.querySelector('svg path')).length"
    assert opened.page.evaluate(empty) == 0


def test_asks_for_nothing_but_itself(opened: Opened, report: Path) -> None:
    assert opened.requests == [report.as_uri()]


def test_says_nothing_on_the_console(opened: Opened) -> None:
    assert opened.errors == []


def test_chinese_is_drawn_and_not_boxes(opened: Opened) -> None:
    page_font = opened.page.evaluate("getComputedStyle(document.body).fontFamily")
    assert not opened.page.evaluate(SAME_PIXELS, page_font)


def test_the_embedded_font_is_loaded_and_holds_every_character(opened: Opened, report: Path) -> None:
    faces = "[...document.fonts].filter((face) => face.family.includes('Tenglong')).map((face) => face.status)"
    assert opened.page.evaluate(faces) == ["loaded"]
    html = report.read_text(encoding="utf-8")
    data = re.search(r"font/woff;base64,([^)]+)", html)
    assert data is not None
    held = TTFont(BytesIO(b64decode(data[1]))).getBestCmap()
    shown = set(opened.page.evaluate(WRITTEN)) | set(opened.page.title())
    assert {letter for letter in shown if letter.isprintable() and ord(letter) not in held} == set()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_sideways_scrolling(opened: Opened, width: int) -> None:
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = """[...document.querySelectorAll('.chart svg')].filter((svg) =>
        svg.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length"""
    assert opened.page.evaluate(clipped) == 0


@pytest.mark.parametrize("width", [900, 1100])
def test_a_table_of_differences_is_seen_whole(opened: Opened, width: int) -> None:
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.page.wait_for_timeout(300)
    regions = opened.page.locator(".summary .scroll.many")
    assert regions.count() == 1 and regions.locator("th").count() == 9
    assert regions.evaluate("(region) => region.scrollWidth <= region.clientWidth + 1")


def test_a_row_id_leads_to_its_row_which_unfolds(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    row = opened.page.locator("li#S161")
    assert not row.is_visible()
    opened.page.locator("a[href='#S161']:visible").first.click()
    opened.page.wait_for_function("document.getElementById('S161').closest('details').open")
    assert row.is_visible() and "「" in row.inner_text()
    dead = """[...document.querySelectorAll('a[href^="#"]')]
        .filter((link) => !document.getElementById(link.hash.slice(1))).length"""
    assert opened.page.evaluate(dead) == 0
    opened.page.evaluate("document.querySelector('.sources').open = false")


def test_observation_tooltip_names_its_source(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.page.wait_for_timeout(300)
    marks = opened.page.locator("#figure-output-1 svg .mark-symbol.role-mark path[aria-label*='F028、F029']")
    assert marks.count() == 1
    marks.hover()
    opened.page.wait_for_selector("#vg-tooltip-element.visible")
    tip = opened.page.inner_text("#vg-tooltip-element")
    assert "F028、F029" in tip and "23,757亿元（推算）" in tip


def test_the_title_is_text_and_not_markup(opened: Opened) -> None:
    assert AWKWARD_TITLE in opened.page.inner_text("h1")
    assert opened.page.locator("h1 *").count() == 0
    assert AWKWARD_TITLE in opened.page.title()


def test_a_browser_that_cannot_unpack_the_bundle_shows_the_charts_still(browser: Any, report: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(report.as_uri())
    page.wait_for_function("document.querySelectorAll('.chart svg path').length > 0")
    still = page.evaluate("[...document.querySelectorAll('.chart')].filter((box) => box.querySelector('svg')).length")
    assert still == page.locator("script[data-chart]").count() == 19
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_without_scripts_the_charts_are_there_still(browser: Any, report: Path) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(".panel noscript svg").count() == 19
    assert page.locator(".no-script").is_visible() and "图为静态" in page.locator(".no-script").text_content()
    context.close()
