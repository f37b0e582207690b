"""One full and one sampled population for the whole folder."""

import pytest

from sim.population import Population, synthesise


@pytest.fixture(scope="session")
def full() -> Population:
    return synthesise()


@pytest.fixture(scope="session")
def sample() -> Population:
    return synthesise(2_000)


@pytest.fixture(params=["full", "sample"])
def population(request: pytest.FixtureRequest) -> Population:
    found: Population = request.getfixturevalue(request.param)
    return found
