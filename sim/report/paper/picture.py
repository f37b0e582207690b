"""The panels of a figure as one drawing, which no page can cut apart, and that drawing as a picture for Word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sim.report.theme import INK

SHIPPED_FAMILY = "Noto Sans SC"
"""The name by which vl-convert knows the font that ships."""
PIXELS_A_UNIT = 2
_GAP, _ROW_GAP, _HEADING, _HEADING_SIZE = 18, 12, 22, 13
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_FAMILY = re.compile(r'font-family="[^"]*"')
_WEIGHT = re.compile(r' font-weight="[^"]*"')
"""Of the font that ships there is one weight."""


@dataclass(frozen=True)
class Drawn:
    """One panel: its heading, empty for the only one of a figure, and its SVG."""

    heading: str
    svg: str

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in SVG units, heading included."""
        found = _SIZE.search(self.svg)
        width, height = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
        return width, height + (_HEADING if self.heading else 0)


def compose(panels: Sequence[Drawn], columns: int, family: str) -> str:
    """Return one SVG with the panels set in rows of ``columns``, all text in ``family``."""
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    columns = min(columns, len(panels))
    widths = [max(panel.size[0] for panel in panels[place::columns]) for place in range(columns)]
    heights = [max(panel.size[1] for panel in row) for row in rows]
    lefts = [sum(widths[:across]) + _GAP * across for across in range(columns)]
    tops = [sum(heights[:down]) + _ROW_GAP * down for down in range(len(rows))]
    parts = [
        _placed(panel, lefts[number % columns], tops[number // columns], number) for number, panel in enumerate(panels)
    ]
    width, height = sum(widths) + _GAP * (len(widths) - 1), sum(heights) + _ROW_GAP * (len(rows) - 1)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )
    return _FAMILY.sub(f'font-family="{family}"', _WEIGHT.sub("", drawing))


def png(svg: str) -> bytes:
    """Return a drawing as PNG, ``PIXELS_A_UNIT`` pixels a unit, in the font that ships.

    Raises:
        FontMissing: the font package is not installed.
    """
    import vl_convert

    from sim.report import fonts

    fonts.register()
    return bytes(vl_convert.svg_to_png(svg, scale=PIXELS_A_UNIT))


def _placed(panel: Drawn, x: float, y: float, number: int) -> str:
    """Return a panel at its place; names inside it get its number, for panels drawn apart share them."""
    inner = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>p{number}-", panel.svg)
    top = y + (_HEADING if panel.heading else 0)
    inner = inner.replace("<svg", f'<svg x="{x:g}" y="{top:g}"', 1)
    if not panel.heading:
        return inner
    said = escape(panel.heading)
    return (
        f'<text x="{x + 2:g}" y="{y + _HEADING_SIZE + 2:g}" font-size="{_HEADING_SIZE}" fill="{INK}" '
        f'font-family="">{said}</text>{inner}'
    )
