"""One fit of the real evidence, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from sim.forecast import OutputForecast, evidence_model


@pytest.fixture(scope="session")
def outlook() -> OutputForecast:
    return evidence_model()
