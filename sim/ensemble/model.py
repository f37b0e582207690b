"""The model as one makes it in Python: on the scenario's own enterprises where it names a register."""

from __future__ import annotations

from sim.abm import model
from sim.ensemble.batch import population_of
from sim.population import ENTERPRISES, Population


class IndustrialUpgradeModel(model.IndustrialUpgradeModel):
    """One run of one scenario, as :class:`sim.abm.model.IndustrialUpgradeModel` describes it.

    ``enterprises`` is the size of the synthetic population, or how many rows of the scenario's register are drawn.

    Raises:
        RegisterInvalid, RegisterChanged, MappingInvalid, Unreadable: the scenario's register cannot be used.
        And what the model raises.
    """

    def _people(self, enterprises: int | None) -> Population:
        if self.setting.register_file is None:
            return super()._people(enterprises)
        return population_of(self.setting, ENTERPRISES if enterprises is None else enterprises)
