"""The model as one makes it in Python: on the scenario's own enterprises where it names a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.abm import model
from sim.ensemble.batch import population_of
from sim.population import ENTERPRISES
from sim.scenario.load import as_scenario
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.population import Population


class IndustrialUpgradeModel(model.IndustrialUpgradeModel):
    """One run of one scenario, as :class:`sim.abm.model.IndustrialUpgradeModel` describes it.

    Args:
        enterprises: size of the synthetic population, or how many rows of the scenario's register are drawn.

    Raises:
        RegisterInvalid, RegisterChanged, MappingInvalid, Unreadable: the scenario's register cannot be used.
        And what the model raises.
    """

    def __init__(
        self,
        scenario: Scenario | str = "baseline",
        seed: int | None = model.DEFAULT_SEED,
        replicate: int = 0,
        enterprises: int | None = None,
        population: Population | None = None,
        drawn: Mapping[str, float] | None = None,
        demand: Sequence[float] | NDArray[np.float64] | None = None,
        compiled: bool = True,
    ) -> None:
        setting = as_scenario(scenario)
        if population is None and setting.register_file is not None:
            population = population_of(setting, ENTERPRISES if enterprises is None else enterprises)
        super().__init__(setting, seed, replicate, enterprises, population, drawn, demand, compiled)
