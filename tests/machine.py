"""What tests need of the machine beside Python packages."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

heed_ctrl_c = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
"""``preexec_fn`` of a program that is to be interrupted: a shell that runs tests in the background has its children
ignore the signal."""


def lacking(fix: str) -> NoReturn:
    """Skip a test with the one line that would let it run; under TENGLONG_CI=1, which installs all of it, fail."""
    (pytest.fail if os.environ.get("TENGLONG_CI") == "1" else pytest.skip)(fix)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A file system of its own at the folder: full or read-only even for the superuser."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("挂载要管理员权限：sudo 运行，或 unshare -rm")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
