"""The two comparisons that are to notice a defect: the readable form with the twin, the compiled with the readable."""

from __future__ import annotations

import pytest

from sim.abm import model
from tests.abm.test_compiled import compiled_only, crowded_scenario, run_both
from tests.abm.test_twin import SHORT_WAITS, busy_scenario, run_side_by_side


def readable_against_twin() -> None:
    run_side_by_side(busy_scenario(), 3, 1_250, 26, compiled=False)


def compiled_against_readable(process: str | None = None) -> None:
    """With one process compiled only, the others need not be compiled anew for each defect."""
    with pytest.MonkeyPatch.context() as patch:
        if process:
            patch.setattr(model, "SCHEDULE", compiled_only(process))
        run_both(crowded_scenario(), 5_000, 30, seed=5, **SHORT_WAITS)
