"""Documents of which parts are made from the code and the data: a part lies between ``<!-- generated: name -->`` and
``<!-- end -->``; ``make golden`` writes it anew, and a test holds it to what would be written today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

Parts = Mapping[str, Callable[[], str]]
ROOT = Path(__file__).parents[1]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def filled(text: str, parts: Parts) -> str:
    """The document with every part between its markers made anew."""

    def fill(match: re.Match[str]) -> str:
        return f"<!-- generated: {match[1]} -->\n{parts[match[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", fill, text, flags=re.DOTALL)


def check(document: Path, parts: Parts, rewrite: bool) -> None:
    """Fail if a part of the document is not what the code and the data say today; first write it anew if asked to."""
    if rewrite:
        document.write_text(filled(document.read_text(encoding="utf-8"), parts), encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"<!-- generated: (\w+) -->", text) == list(parts)
    assert text == filled(text, parts), "run: make golden"
