"""The formats a report can also have, each made from its executed notebook and put beside its page whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from sim.report.page import PageIncomplete
from sim.report.paper.pdf import PangoMissing, pdf, typesetter
from sim.report.paper.word import PandocFailed, PandocMissing, docx, pandoc
from sim.report.render import NOTEBOOK, refuse_paths
from sim.report.verify import reseal

PAGE_FORMAT = "html"
FILES: Mapping[str, str] = {"pdf": "briefing.pdf", "docx": "briefing.docx"}
_MAKERS: Mapping[str, Callable[[Path], bytes]] = {"pdf": pdf, "docx": docx}
_NEEDS: Mapping[str, Callable[[], object]] = {"pdf": typesetter, "docx": pandoc}


class UnknownFormat(ValueError):
    """A format that reports do not have."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"没有格式 {name}；可用：{'、'.join((PAGE_FORMAT, *FILES))}（几种之间用逗号）。")


class NotMade(RuntimeError):
    """A format could not be made; the report is as it was."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"没有生成 {FILES[name]}：{reason}")


def asked(text: str) -> set[str]:
    """Return the formats that ``text`` (with commas between) asks for beside the page.

    Raises:
        UnknownFormat: names the first that reports do not have.
    """
    names = [name.strip().lower() for name in text.replace("，", ",").split(",") if name.strip()]
    for name in names:
        if name not in (PAGE_FORMAT, *FILES):
            raise UnknownFormat(name)
    return set(names) & FILES.keys()


def lacking(names: Iterable[str]) -> dict[str, str]:
    """Return the formats that cannot be made on this machine, each with what is missing and the one-line fix."""
    found = {}
    for name in sorted(names):
        try:
            _NEEDS[name]()
        except (PangoMissing, PandocMissing) as error:
            found[name] = str(error)
    return found


def make(folder: Path, name: str) -> Path:
    """Make a format of the finished report in ``folder`` and return its path: it is there whole or not at all.

    Raises:
        PangoMissing, PandocMissing, FontMissing: the machine lacks something.
        NotMade: the notebook lacks a part, or what came of it is not fit to publish.
    """
    try:
        content = _MAKERS[name](folder / NOTEBOOK)
        for part in _parts(content):
            refuse_paths(FILES[name], part, folder.resolve().parent)
    except (PageIncomplete, PandocFailed) as error:
        raise NotMade(name, str(error)) from error
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as scratch:
        draft = Path(scratch) / FILES[name]
        draft.write_bytes(content)
        made = draft.replace(folder / FILES[name])
    reseal(folder)
    return made


def _parts(content: bytes) -> list[bytes]:
    """Return what a file says in plain bytes: a Word file is a packed folder."""
    if not content.startswith(b"PK"):
        return [content]
    with ZipFile(BytesIO(content)) as packed:
        return [name.encode() + packed.read(name) for name in packed.namelist()]
