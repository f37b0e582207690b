"""One finished report or none.

Drafted beside its place, moved there whole, failures kept apart with their reason.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim import workspace
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME
from sim.report.kernel import NotebookFailed, check_parameters, execute
from sim.report.page import PageIncomplete, attachment, html_page, prepare
from sim.report.verify import RUN, SUMMARY, sealed

PAGE, NOTEBOOK, REASON = "report.html", "briefing.ipynb", "reason.txt"
FAILED = "_failed"
CELL_TIMEOUT_S = 300
_log = logging.getLogger(__name__)


class ReportFailed(RuntimeError):
    """A report could not be made. ``stage``: kernel, timeout, cell or page.

    ``folder`` holds what there is of it.
    """

    def __init__(self, run_id: str, stage: str, reason: str, folder: Path) -> None:
        self.run_id, self.stage, self.reason, self.folder = run_id, stage, reason, folder
        super().__init__(f"报告 {run_id} 没有做成：{reason}（经过见 {_from_here(folder / REASON)}）")


def render(
    results_dir: Path,
    out_dir: Path,
    lang: str = "zh",
    scenario: str = "baseline",
    *,
    notebook: Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    timeout_s: int = CELL_TIMEOUT_S,
) -> Path:
    """Render a briefing from stored results and return the path of its HTML page.

    ``out_dir`` is the report's own folder, ``reports/<run-id>``: it appears, or is replaced, only
    when everything is finished (page, executed notebook, ``run.json``, ``summary.json``). A failure
    leaves it untouched and goes to ``reports/_failed/<run-id>/`` with the notebook as far as it
    came and the reason; the next success removes it. ``timeout_s`` bounds a cell.

    Raises:
        UnknownParameter, WrongParameterType: the notebook has no such parameter; nothing was run.
        ReportFailed: the notebook failed or the page is not fit to publish.
    """
    source = notebook or workspace.notebook("briefing")
    given = {"results_dir": results_dir.name, "scenario": scenario, "lang": lang, **(parameters or {})}
    # The notebook gets the results' name and runs beside them: no absolute path enters the report.
    return render_notebook(source, out_dir, given, results_dir.resolve().parent, timeout_s)


def render_notebook(
    source: Path, out_dir: Path, given: Mapping[str, Any], beside: Path, timeout_s: int = CELL_TIMEOUT_S
) -> Path:
    """Render any notebook of ours in the same way; it runs in the folder ``beside``.

    Raises:
        UnknownParameter, WrongParameterType: the notebook has no such parameter; nothing was run.
        ReportFailed: the notebook failed or the page is not fit to publish.
    """
    check_parameters(source, given)
    name = f"{workspace.unnumbered(source)}.ipynb"
    out_dir = out_dir.resolve()
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=out_dir.parent) as scratch:
        draft = Path(scratch) / "draft"
        draft.mkdir()
        try:
            started = time.monotonic()
            execute(source, draft / name, given, beside, timeout_s, meanwhile=prepare)
            _finish(draft / name, out_dir.name, given, time.monotonic() - started)
        except NotebookFailed as error:
            raise _failed(draft, out_dir, error.stage, error.reason, error.detail) from error
        except PageIncomplete as error:
            raise _failed(draft, out_dir, "page", str(error), "") from error
        _put(draft, out_dir)
        kind = out_dir.name.rpartition("-")[0] or out_dir.name
        for old in (_failures(out_dir), *(out_dir.parent / FAILED).glob(f"{kind}-{'[0-9a-f]' * 8}")):
            shutil.rmtree(old, ignore_errors=True)
    return out_dir / PAGE


def _finish(notebook: Path, run_id: str, given: Mapping[str, Any], seconds: float) -> None:
    """Turn the executed notebook into the finished folder."""
    import nbformat

    draft = notebook.parent
    executed = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    _tidy(executed)
    run = {
        "report": run_id,
        "title": attachment(executed, PAGE_MIME)["title"],
        "parameters": dict(given),
        "seconds": round(seconds, 1),
        **attachment(executed, STAMP_MIME),
    }
    _write(draft / PAGE, html_page(executed))
    _write(
        draft / SUMMARY, json.dumps(attachment(executed, TARGETS_MIME), ensure_ascii=False, indent=2) + "\n"
    )
    nbformat.write(executed, notebook)  # type: ignore[no-untyped-call]
    _write(draft / RUN, json.dumps(sealed(run, draft), ensure_ascii=False, indent=2) + "\n")
    _refuse_paths(draft)


def _tidy(notebook: Any) -> None:
    """Drop what describes this machine, not the report.

    Papermill's paths and timings, and warnings (logged instead).
    """
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        outputs = cell.get("outputs", [])
        for output in outputs:
            if output.get("name") == "stderr":
                _log.warning("笔记本的警告：%s", output["text"].strip())
        if outputs:
            cell.outputs = [output for output in outputs if output.get("name") != "stderr"]


def _refuse_paths(draft: Path) -> None:
    for path in sorted(draft.iterdir()):
        refuse_paths(path.name, path.read_bytes(), draft.resolve().parent.parent)


def refuse_paths(name: str, content: bytes, reports: Path) -> None:
    """Refuse to publish a folder of this machine's in a file.

    Raises:
        PageIncomplete: one is in it.
    """
    private = {workspace.root(), Path.home(), reports, Path(sys.prefix), Path(tempfile.gettempdir())}
    needles = [f"{folder}/" for folder in private if folder != Path(folder.anchor)]
    found = [needle for needle in needles if needle.encode() in content]
    if found:
        raise PageIncomplete(f"{name} 里含有本机路径 {found[0]}，不予发布。")


def _failed(draft: Path, out_dir: Path, stage: str, reason: str, detail: str) -> ReportFailed:
    """Keep the partial notebook and the reason under ``_failed`` and return the error to raise."""
    folder = _failures(out_dir)
    _remove(draft, (PAGE, RUN, SUMMARY))
    _write(draft / REASON, "\n".join(filter(None, (f"阶段：{stage}", f"原因：{reason}", detail))) + "\n")
    folder.parent.mkdir(exist_ok=True)
    _put(draft, folder)
    return ReportFailed(out_dir.name, stage, reason, folder)


def _from_here(path: Path) -> str:
    """A path as it is found from the current folder."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive of Windows
        return str(path)


def _failures(out_dir: Path) -> Path:
    return out_dir.parent / FAILED / out_dir.name


def _put(draft: Path, folder: Path) -> None:
    """Move the draft to its place; an older version stands until the moment of the change."""
    old = draft.with_name("old")
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
