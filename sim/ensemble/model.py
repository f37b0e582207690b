"""The model as one makes it in Python: on the scenario's own enterprises where it names a register."""

from __future__ import annotations

from typing import Self

from sim.abm import model
from sim.ensemble.batch import population_of
from sim.ensemble.runner import DEFAULT_SEED, demand_paths, job_of
from sim.population import ENTERPRISES, Population
from sim.scenario.load import as_scenario
from sim.scenario.schema import Scenario


class IndustrialUpgradeModel(model.IndustrialUpgradeModel):
    """One run of one scenario: where each enterprise goes, month by month from January 2021 to the horizon.

    ``run()`` goes to the horizon, ``step()`` a month; then ``indicators()``, ``cells()``, ``flows()``, ``events``.
    Enterprises are columns (``enterprises``), no Mesa agents: ``agents`` is empty.

    Args:
        scenario: a scenario, its name, or the path of its file.
        seed, replicate: key of all luck; the same key is the same luck in every scenario. No seed is the default one.
        enterprises: size of the synthetic population (default 73,000, least 1,250), or how many rows of the scenario's
            register are drawn. Indicators are scaled up to the city, what Mesa's ``datacollector`` keeps is not.
        population: an own population instead of the synthetic one.
        drawn: values of uncertainties by their ids, within the catalogue's bounds: ``{"turnover.entry_rate": 0.07}``;
            those left out take its default.
        demand: yearly city output 2020, 2021, … driving demand; without it demand grows at the catalogue's
            ``demand.standalone_growth``.
        compiled: run the compiled loop of each process that has one; False runs their readable numpy forms, slower.

    Raises:
        RegisterInvalid, RegisterChanged, MappingInvalid, Unreadable: the scenario's register cannot be used.
        And what :class:`sim.abm.model.IndustrialUpgradeModel` raises.
    """

    def _people(self, enterprises: int | None) -> Population:
        if self.setting.register_file is None:
            return super()._people(enterprises)
        return population_of(self.setting, ENTERPRISES if enterprises is None else enterprises)

    @classmethod
    def of_run(
        cls, scenario: Scenario | str = "baseline", replicate: int = 0, seed: int | None = None,
        enterprises: int | None = None,
    ) -> Self:  # fmt: skip
        """Set up run ``replicate`` of :func:`sim.run`: its draw of the uncertainties, its demand path and its luck.

        ``mesa.batch_run(IndustrialUpgradeModel.of_run, {"replicate": range(8)})`` spreads as an ensemble does; the
        class itself takes every uncertainty at its default, so that only luck differs. Output is not yet levelled as
        that of the results (:func:`sim.ensemble.results.anchor`).
        """
        asked = as_scenario(scenario)
        seed = DEFAULT_SEED if seed is None else seed  # Mesa 3.5 hands None to every ``seed`` of a batch
        job = job_of(asked, replicate, seed, demand_paths([replicate], seed, asked))
        return cls(asked, seed, replicate, enterprises, drawn=job.drawn, demand=job.demand)
