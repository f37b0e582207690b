"""Chinese fonts that travel with the product.

For pictures made here, and for pages opened where none is installed.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from string import printable

from sim.report.theme import EMBEDDED_FAMILY


class FontMissing(RuntimeError):
    """The package that carries the Chinese font is not installed."""

    def __init__(self) -> None:
        super().__init__("缺少中文字体包。请安装：pip install pylopdf-fonts-zh-cn")


def shipped_font() -> Path:
    """Return the file of Noto Sans SC (SIL Open Font License 1.1) from the font package.

    Raises:
        FontMissing: the package is not installed.
    """
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError as error:
        raise FontMissing from error
    return Path(sans_path())


@lru_cache(maxsize=1)
def register() -> Path:
    """Make the shipped font known to vl-convert (SVG, PNG); returns its folder."""
    import vl_convert

    folder = shipped_font().parent
    vl_convert.register_font_directory(str(folder))
    return folder


def font_face(text: str) -> str:
    """Return a CSS ``@font-face`` holding the characters of ``text`` and ASCII (about 150 bytes each).

    The browser uses it only where no font of the stack is installed, so the page shows no boxes anywhere.
    """
    from fontTools import subset

    options = subset.Options()
    options.flavor, options.hinting, options.layout_features = "woff", False, []
    font = subset.load_font(str(shipped_font()), options)
    selector = subset.Subsetter(options)
    selector.populate(text="".join(sorted({*text, *printable})))
    selector.subset(font)
    buffer = BytesIO()
    subset.save_font(font, buffer, options)
    data = b64encode(buffer.getvalue()).decode("ascii")
    return (
        f'@font-face{{font-family:"{EMBEDDED_FAMILY}";font-display:block;'
        f'src:url(data:font/woff;base64,{data}) format("woff")}}'
    )
