"""Levers that a scenario moves in years that are over: allowed, and rarely meant."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.catalogue import catalogue
from sim.scenario.months import LAST_OBSERVED_YEAR, month_index, month_text
from sim.scenario.problems import Problem
from sim.scenario.source import Source

NOW = month_index(f"{LAST_OBSERVED_YEAR + 1}-01")
"""First month of which no outcome is published: by the data, not by the clock, so that a file is judged the same later.
"""


def past_changes(source: Source) -> Iterator[Problem]:
    """Yield a doubt at each lever that changes before :data:`NOW`, or from the first month on for want of a date.

    Args:
        source: a file without problems.
    """
    over = f"{LAST_OBSERVED_YEAR}年及以前已成事实；除非当时确是如此，否则就是反事实的改动"
    since = f"若只问今后，请写 {month_text(NOW)} 或以后的月份。"
    for name, value in (source.data.get("levers") or {}).items():
        if isinstance(value, dict):
            for month in (month for month in value if month_index(month) < NOW):
                said = f"{month} 起改 {catalogue()[name].title.zh}：{over}。{since}"
                yield Problem(source.name, *source.keys["levers", name, month], said)
        else:
            said = (
                f"{catalogue()[name].title.zh}没有写月份，自 {month_text(0)} 起都按这个数：{over}。"
                f"若只问今后，请按月份写，例如 {{{month_text(NOW)}: {value:.15g}}}。"
            )
            yield Problem(source.name, *source.keys["levers", name], said)
