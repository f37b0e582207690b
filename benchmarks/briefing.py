"""``python -m benchmarks.briefing``: one briefing and eight from a filled store, beside the imports that a page needs.

Runs are of small samples: setting a page takes as long whatever the enterprises' number, as it reads as many cells.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.__main__ import empty_store
from sim.workspace import HOME_VARIABLE

ROUNDS = 3
SMALL = ("--enterprises", "1250")
IMPORTS = "import papermill, nbconvert, altair, vl_convert, pandas, statsmodels.api"
REPORT = (sys.executable, "-m", "sim.cli", "report")
ASKED = {
    "one briefing, with ledger and answers": (*REPORT, "baseline", *SMALL),
    "eight briefings": (*REPORT, "--all", "--quick", *SMALL),
}


def seconds(words: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    with empty_store():
        for words in ASKED.values():
            seconds(words)
        times: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            times.setdefault("importing its libraries", []).append(seconds((sys.executable, "-c", IMPORTS)))
            for what, words in ASKED.items():
                shutil.rmtree(Path(os.environ[HOME_VARIABLE]) / "reports")
                times.setdefault(what, []).append(seconds(words))
    print("| from a filled store | s |\n|---|---|")
    for what, took in times.items():
        print(f"| {what} | {statistics.median(took):.1f} |")


if __name__ == "__main__":
    main()
