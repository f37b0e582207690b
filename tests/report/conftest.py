"""One briefing of real runs, rendered once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.ensemble.results import Results
from sim.report.material import Material
from tests.small import AWKWARD, working_in


@pytest.fixture(scope="session")
def material(shared_folder: Path, results: Results) -> Material:
    """Everything the briefing is made of."""
    from sim.report.material import gather

    with working_in(shared_folder):
        return gather(results, AWKWARD)
