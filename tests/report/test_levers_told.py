"""What is said of levers: changes read forward in time, gaps agree with means, tables name their target."""

from __future__ import annotations

import pytest

from sim.regions import CITY
from sim.report.levers import from_to
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.diff import Change

ZH, EN = wording("zh"), wording("en")
STARTS = "highrise.project_starts_per_year"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2021-01 起 0；2025-01 起 27；2026-01 起 0", "2021-01 起 0；2025-01 起 27", "2026-01 起 0 → 27"),
        ("2021-01 起 0；2025-01 起 27", "2021-01 起 0；2025-01 起 27；2026-07 起 45", "27 → 2026-07 起 45"),
        ("2021-01 起 10；2026-01 起 0", "10", "2026-01 起 0 → 10"),
        ("2025-01 起 27；2026-01 起 0", "2025-01 起 27；2027-01 起 45", "2026-01 起 0 → 27；2027-01 起 45"),
        ("2025-01 起 27；2027-01 起 30", "2025-01 起 27；2027-01 起 45", "2027-01 起 30 → 2027-01 起 45"),
        ("0.25", "0.5", "0.25 → 0.5"),
        ("与全市相同", "0.5", "与全市相同 → 0.5"),
    ],
)
def test_a_change_reads_forward_in_time(before: str, after: str, told: str) -> None:
    change = Change(catalogue()[STARTS], CITY, before, after)
    assert from_to(change, ZH) == told
    assert " → " in from_to(change, EN)
