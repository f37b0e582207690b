"""`make help` tells of everything that can be asked for."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
ASKED_FOR = {"help", "brief", "test", "test-all", "lab", "lint", "bench", "lock", "clean"}


def make(*words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", *words], cwd=ROOT, env=environment, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_help_lists_every_target_and_is_what_plain_make_prints() -> None:
    declared = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())  # type: ignore[index]
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", make("help"), re.MULTILINE))
    assert set(listed) == declared >= ASKED_FOR
    assert all(re.search(r"[\u4e00-\u9fff]", line) for line in listed.values())
    assert make() == make("help")

