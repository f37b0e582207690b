"""The bench as a page without code, for this machine only: ``python -m sim.bench.serve`` (``make app``)."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import sim
from sim import workspace

ADDRESS = "127.0.0.1"
"""Loopback: nobody else's machine reaches the page."""
SERVED = Path(__file__).parent / "served"
CULLED_S = 120
"""A page that was closed gives back its kernel after so long."""
PING = 30_000
"""As often as Jupyter pings a page by default; its own patience, three times that, is more than Tornado allows, which
says so for every page."""
LACKING, INTERRUPTED = 4, 130


def arguments(notebook: Path, more: Sequence[str] = ()) -> list[str]:
    """Return Voilà's command line for a notebook: loopback, no code, our page template, no browser, errors alone told.
    """
    return [
        str(notebook), f"--Voila.ip={ADDRESS}", "--no-browser", "--strip_sources=True", "--template=tenglong",
        f"--MappingKernelManager.cull_idle_timeout={CULLED_S}", "--MappingKernelManager.cull_interval=30",
        "--KernelManager.transport_encryption=auto", "--Voila.log_level=ERROR", *more,
    ]  # fmt: skip


def environment() -> dict[str, str]:
    """Return what a server and its kernels need to know: where the workspace, the package and the template are."""
    code = str(Path(sim.__file__).resolve().parent.parent)

    def first(path: str, variable: str) -> str:
        return os.pathsep.join([path, *filter(None, [os.environ.get(variable)])])

    return {
        workspace.HOME_VARIABLE: str(workspace.root()), "PYTHONPATH": first(code, "PYTHONPATH"),
        "JUPYTER_PATH": first(str(SERVED), "JUPYTER_PATH"),
    }  # fmt: skip


def main(more: Sequence[str] = ()) -> int:
    """Serve the bench until interrupted, and print the address once it answers there.

    Returns:
        4 where Voilà is not installed, which is said; 130 where it is interrupted before there is an address.
    """
    if find_spec("voila") is None:
        print("没有安装 Voilà。请运行：pip install 'tenglong[app]'", file=sys.stderr)
        return LACKING
    try:
        print("正在打开滑块页面……", file=sys.stderr, flush=True)
        _serve(more)
    except KeyboardInterrupt:
        print("还没有打开，已停止。", file=sys.stderr)
        return INTERRUPTED
    print("滑块页面已关闭。", file=sys.stderr)
    return 0


def _serve(more: Sequence[str]) -> None:
    os.environ.update(environment())
    from jupyter_core.utils import run_sync
    from tornado.ioloop import IOLoop
    from voila.app import Voila

    class Page(Voila):  # type: ignore[misc]
        """A server that ends its kernels at once: there is nothing to wait for, since files are written whole."""

        def stop(self) -> None:
            """End the kernels and what they began; a kernel asked to end in the middle of an answer prints a traceback.
            """
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl-C would leave kernels behind
            self.log.setLevel(logging.CRITICAL)  # a page that was just being opened finds its kernel dead
            run_sync(self.kernel_manager.shutdown_all)(now=True)
            super().stop()

    server = Page.instance()
    server.initialize(arguments(workspace.notebook("bench"), more))
    server.tornado_settings = {"ws_ping_timeout": PING}
    IOLoop.current().add_callback(lambda: _ready(str(server.display_url)))  # the loop starts when a port is found
    server.start()


def _ready(address: str) -> None:
    print(f"请用浏览器打开：{address}\n只在本机可用；用完按 Ctrl-C 结束。", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
