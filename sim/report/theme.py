"""One look for every figure: named fonts, colours that survive grey print and colour blindness.

Blue for the answer, grey for what is only forecast, dark red dashes for the published threshold.
Meaning never hangs on hue alone: bands differ in lightness, lines in dash, observations in shape.
"""

from __future__ import annotations

from typing import Any

EMBEDDED_FAMILY = "Tenglong Sans SC"
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    EMBEDDED_FAMILY,
)
FONT_STACK = ", ".join(f'"{family}"' for family in FAMILIES) + ", sans-serif"

INK = "#1f2933"
MUTED = "#52606d"
GRID = "#e4e7eb"
BLUE = "#0b4f8a"
BAND_50 = "#7fb0d8"
BAND_80 = "#c9dff0"
GREY_LINE = "#7b8794"
THRESHOLD = "#9b2c16"
SEQUENTIAL = ("#eaf2f9", "#0b4f8a")  # light to dark in one hue, so that grey print keeps the order

LINE_WIDTH = 2.2
HAIR = 1.4
LABEL_SIZE = 12


def font_stack(first: str) -> str:
    """Return the stack with other families, by commas, before those that have Chinese letters."""
    return "".join(f'"{family.strip()}", ' for family in first.split(",") if family) + FONT_STACK


def config(fonts: str = FONT_STACK) -> dict[str, Any]:
    """Return the Vega-Lite ``config`` shared by all figures."""
    text = {"font": fonts, "fontSize": LABEL_SIZE, "color": INK}
    axis = {
        "labelFont": fonts,
        "titleFont": fonts,
        "labelFontSize": LABEL_SIZE,
        "titleFontSize": LABEL_SIZE,
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": GREY_LINE,
        "tickColor": GREY_LINE,
        "labelFlush": False,
    }
    return {
        "font": fonts,
        "background": "#ffffff",
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        # The title of a value axis stands level above its axis: Chinese turned by 90 degrees is hard to read.
        "axisY": {
            "domain": False,
            "ticks": False,
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "bottom",
            "titleX": -34,
            "titleY": -8,
        },
        "text": text,
        "legend": {
            "labelFont": fonts,
            "titleFont": fonts,
            "labelFontSize": LABEL_SIZE,
            "orient": "bottom",
            "title": None,
            "titleOrient": "left",
            "symbolStrokeWidth": 2,
        },
    }


def dress(spec: dict[str, Any], alt: str) -> dict[str, Any]:
    """Return a Vega-Lite spec with its text alternative.

    The width follows the page, which holds the config once.
    """
    return {
        **{key: value for key, value in spec.items() if key != "config"},
        "description": alt,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 4, "right": 8, "top": 6, "bottom": 4},
    }
