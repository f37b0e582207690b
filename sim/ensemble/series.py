"""Scenarios that are run together rest on the same output series and the same enterprises: their difference is policy,
never data."""

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


class DifferentRegisters(ValueError):
    """Scenarios asked for together name different registers of enterprises."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(
            f"一起运行的情景用了不同的企业名录：{'、'.join(names)}。相比较的情景须从同一批企业出发，请改成同一份名录。"
        )


def on_one_series(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the scenarios, all on the series and on the enterprises that one of them names; where none does, as they
    are.

    Raises:
        DifferentSeries, DifferentRegisters: they name several.
    """
    registers = {item.register_file.digest: item.register_file for item in scenarios if item.register_file}
    if len(registers) > 1:
        raise DifferentRegisters([register.name for register in registers.values()])
    for register in registers.values():
        scenarios = [item.model_copy(update={"register_file": register}) for item in scenarios]
    named = {series.digest: series for item in scenarios if (series := _named(item)) is not None}
    if len(named) > 1:
        raise DifferentSeries([series.path for series in named.values()])
    for series in named.values():
        return [item.model_copy(update={"output_series": series}) for item in scenarios]
    return list(scenarios)


def outside_data(scenario: Scenario) -> dict[str, str]:
    """Return name and digest of a series that does not lie in ``data/``, whose tables are listed anyway, and of the
    register, wherever it lies."""
    series, register = scenario.output_series, scenario.register_file
    found = {} if series is None or series.path.startswith("data/") else {series.name: series.digest}
    return found | ({} if register is None else {register.name: register.digest})


def _named(scenario: Scenario) -> SeriesFile | None:
    """The series a scenario names, not the one that is used because it is there."""
    series = scenario.output_series
    return None if series is None or series.usual else series
