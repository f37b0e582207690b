"""Scenarios that are run together rest on the same output series: their difference is policy, never data."""

from __future__ import annotations

from collections.abc import Sequence

from sim.own import SeriesFile
from sim.scenario.schema import Scenario


class DifferentSeries(ValueError):
    """Scenarios asked for together name different output series."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(
            f"一起运行的情景用了不同的产值序列：{'、'.join(names)}。相比较的情景须用同一份数据，请改成同一个文件。"
        )


def on_one_series(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the scenarios, all on the series that one of them names; where none does, as they are.

    Raises:
        DifferentSeries: they name several.
    """
    named = {series.digest: series for item in scenarios if (series := _named(item)) is not None}
    if len(named) > 1:
        raise DifferentSeries([series.path for series in named.values()])
    for series in named.values():
        return [item.model_copy(update={"output_series": series}) for item in scenarios]
    return list(scenarios)


def outside_data(series: SeriesFile | None) -> dict[str, str]:
    """Return name and digest of a series that does not lie in ``data/``, whose tables are listed anyway."""
    return {} if series is None or series.path.startswith("data/") else {series.name: series.digest}


def _named(scenario: Scenario) -> SeriesFile | None:
    """The series a scenario names, not the one that is used because it is there."""
    series = scenario.output_series
    return None if series is None or series.usual else series
