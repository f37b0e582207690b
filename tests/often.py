"""How many examples a property is tried on: few in the everyday tests, many with ``HYPOTHESIS_PROFILE=long``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
TIMES = 40


def often(few: int) -> settings:
    """Settings for a property that is tried on ``few`` examples, always the same; in the long profile on
    :data:`TIMES` as many, other ones each time."""
    return settings(
        max_examples=few * TIMES if LONG else few, deadline=None, derandomize=not LONG,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    )  # fmt: skip
