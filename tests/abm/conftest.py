"""Small towns for the model's tests."""

from __future__ import annotations

import pytest

from sim.population import Population, synthesise


@pytest.fixture(scope="session")
def town() -> Population:
    """Two thousand enterprises standing for the city."""
    return synthesise(2000)
