"""Two processes compile the loops where nobody has yet: the one that wants a run, and one that begins at the other end.

Numba compiles one loop at a time, whatever the threads. Each looks on disk before it compiles a loop, so that they meet
in the middle. What the second does is lost on nobody: if the first is gone, the next one finds the loops.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from sim.abm.compiled.arithmetic import cache_folder
from sim.parallel import default_workers

SMALL = 1_250
"""Enterprises; the loops are the same for any number."""


@cache
def from_the_end() -> subprocess.Popen[bytes] | None:
    """Start the second process, once for each version of the model; not where there is one core or nothing is kept."""
    if default_workers() < 2:
        return None
    try:
        (cache_folder() / "begun").touch(exist_ok=False)
    except OSError:
        return None
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", __name__],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def december() -> None:
    """A small city's December, last process first, after eleven months that need no loop."""
    from sim.abm.compiled import measures
    from sim.abm.model import IndustrialUpgradeModel
    from sim.abm.schedule import SCHEDULE

    model = IndustrialUpgradeModel(enterprises=SMALL, compiled=False)
    for _ in range(11):
        model.step()
    measures.yearly_sums(model.state)
    for item in reversed(SCHEDULE):
        item.run(model.state, compiled=True)


if __name__ == "__main__":
    december()
