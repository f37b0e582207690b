"""The tracked samples: few bytes, whole, and with the numbers that the present model gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.report.samples import SAMPLES
from sim.report.verify import differences, remade

FOLDER = Path(__file__).parents[2] / "reports" / "samples"
LIMIT_BYTES = 4_000_000


def test_they_are_whole_and_small() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(SAMPLES)
    for name in SAMPLES:
        said = [one for one in differences(FOLDER / name) if not one.startswith(("情景", "数据", "程序"))]
        assert not said, "a model that has moved on is told by the numbers; the files are as they were made"
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= LIMIT_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_their_numbers_have_not_moved(fresh_home: Path, name: str) -> None:
    assert remade(FOLDER / name).moved == [], "the model's numbers have changed: look at them, then `make samples`"
