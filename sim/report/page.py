"""From an executed notebook to one HTML file that needs nothing else.

Style, font, charts and code inside it.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sim.report.cited import with_contents, with_sources
from sim.report.display import FIGURE_MIME, PAGE_MIME, script_safe
from sim.report.fonts import font_face
from sim.report.theme import config, font_stack
from sim.report.wording import wording

TEMPLATES = Path(__file__).parent / "templates"
_TEMPLATE = "briefing"
_FONT_MARK, _SCRIPT_MARK = "/*embedded-font*/", "/*embedded-script*/"


class PageIncomplete(RuntimeError):
    """The executed notebook lacks a part the page needs, or holds what must not leave the machine."""


def html_page(notebook: Any) -> str:
    """Return the page for an executed notebook.

    The font holds just the page's characters; Vega is inlined once for all charts.

    Raises:
        PageIncomplete: a part of the briefing is missing from the notebook.
    """
    from jinja2 import Environment

    head = attachment(notebook, PAGE_MIME)
    words = wording(head["lang"])
    fonts = font_stack(words("page.fonts"))
    template = Environment(autoescape=True).from_string(_template("index.html.j2"))
    page = {
        "title": head["title"],
        "css": style(fonts),
        "figure_mime": FIGURE_MIME,
        "font_mark": _FONT_MARK,
        "script_mark": _SCRIPT_MARK,
        "loader": "".join(map(_template, ("open.js", "wider.js", "load.js"))),
        "config": script_safe(json.dumps(config(fonts), ensure_ascii=False)),
        "no_script": words("page.no_script"),
        "wider": words("page.wider"),
        "chart_failed": words("page.chart_failed"),
        "appendix": words("section.appendix"),
        "lang": words("page.lang"),
    }
    html = template.render(page=page, cells=[cell for cell in notebook.cells if cell.cell_type == "code"])
    html = with_contents(with_sources(html, words), words)
    html = html.replace(_FONT_MARK, font_face(html), 1)
    return html.replace(_SCRIPT_MARK, script(), 1)


def prepare() -> None:
    """Do what a page needs whatever its notebook says: bundle Vega, load what takes long to import."""
    for slow in ("jinja2", "fontTools.subset"):
        import_module(slow)
    script()


def attachment(notebook: Any, mime: str) -> Any:
    """Return what a section attached to its output under a private type.

    Raises:
        PageIncomplete: no cell shows it.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if mime in output.get("data", {}):
                return output["data"][mime]
    raise PageIncomplete(f"笔记本的输出里缺少 {mime}。")


def style(fonts: str) -> str:
    """Return the page's style sheet with the font stack of the figures."""
    return _template("briefing.css").replace("FONT_STACK", fonts)


@lru_cache(maxsize=1)
def script() -> str:
    """Return Vega, Vega-Lite and vega-embed with the few lines that draw every chart of the page: gzip in base64, as
    they are most of the page's bytes."""
    import vl_convert

    bundle = str(vl_convert.javascript_bundle(_template("draw.js")))
    return b64encode(gzip.compress(bundle.encode(), mtime=0)).decode()


def _template(name: str) -> str:
    return (TEMPLATES / _TEMPLATE / name).read_text(encoding="utf-8")
