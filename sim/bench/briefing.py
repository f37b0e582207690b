"""The briefing by a button: the command line's own, in a process of its own, so that the sliders stay quick."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from html import escape
from pathlib import Path

import sim
from sim import workspace
from sim.bench import words as said


class Briefings:
    """Makes one briefing at a time.

    Args:
        tell: called with what to write on the screen (HTML), from another thread.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._busy = threading.Lock()

    def make(self, name: str, runs: int, seed: int, enterprises: int) -> None:
        """Begin to make the briefing of a scenario; what comes of it is told."""
        if not self._busy.acquire(blocking=False):
            self._tell(said.wrong("上一份简报还在生成，请稍候。"))
            return
        given = ["report", name, "--quick", "--runs", str(runs), "--seed", str(seed), "--enterprises", str(enterprises)]
        self._tell(said.right(f"正在生成简报（tenglong {' '.join(given)}）……"))
        threading.Thread(target=self._run, args=(given,), name="tenglong-briefing", daemon=True).start()

    def _run(self, given: list[str]) -> None:
        try:
            code = str(Path(sim.__file__).resolve().parent.parent)
            paths = os.pathsep.join([code, *filter(None, [os.environ.get("PYTHONPATH")])])
            done = subprocess.run(
                [sys.executable, "-m", "sim.cli", *given], cwd=workspace.root(), capture_output=True, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8",
                     workspace.HOME_VARIABLE: str(workspace.root())},
            )  # fmt: skip
            if done.returncode:
                self._tell(said.wrong(f"简报没有做成：\n{done.stderr.strip()[-800:]}"))
            else:
                self._tell(_link(workspace.root() / done.stdout.strip().splitlines()[-1]))
        except (OSError, ValueError, IndexError) as error:
            self._tell(said.wrong(f"简报没有做成：{error}"))
        finally:
            self._busy.release()


def _link(page: Path) -> str:
    """Say where the page is, and offer it for download: the page itself travels in the link."""
    where = page.resolve().relative_to(workspace.root()).as_posix()
    data = b64encode(page.read_bytes()).decode()
    name = f"{page.parent.name}.html"
    return (
        f'<div>简报在 {escape(where)}。<a download="{escape(name)}" href="data:text/html;base64,{data}">下载，'
        "用浏览器打开</a></div>"
    )
