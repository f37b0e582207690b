"""The work of one worker: run a batch of replicates and put them into the store."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensemble.stamp import data_digest
from sim.ensemble.store import Ensemble
from sim.regions import CITY

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel
    from sim.own import RegisterFile
    from sim.population import Population
    from sim.register import Disclosure
    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Job:
    """One run to make: its replicate, the drawn uncertainties and the demand path from 2020."""

    replicate: int
    drawn: dict[str, float]
    demand: tuple[float, ...]


@dataclass(frozen=True)
class Outcome:
    """How a batch ended."""

    done: int
    failed: int


@dataclass(frozen=True)
class Batch:
    """What a batch gave: tables, and the replicates that succeeded.

    ``city`` repeats the cells of the whole city, all that most questions ask for, as a small table.
    """

    tables: dict[str, pd.DataFrame]
    done: list[int]

    def store(self, ensemble: Ensemble) -> Outcome:
        """Put it into the store.

        Raises:
            StoreUnusable: it cannot be written.
        """
        ensemble.write(self.tables, self.done)
        return Outcome(len(self.done), len(self.tables["failures"]))


@lru_cache(maxsize=4)
def _population(enterprises: int, tail_parameters: tuple[tuple[str, float], ...], data: str) -> Population:
    """The synthetic population; ``data``, the digest of the tables it is made from, only tells versions apart."""
    from sim.population import synthesise

    return synthesise(enterprises, parameters=dict(tail_parameters))


def run_batch(ensemble: Ensemble, jobs: list[Job]) -> Outcome:
    """Run each job and store what it gives; one that raises becomes a row of failures and does not stop the others."""
    return compute(ensemble, jobs).store(ensemble)


def compute(ensemble: Ensemble, jobs: list[Job]) -> Batch:
    """Run each job, without the store."""
    import pandas as pd

    cells, flows, failures, done = [], [], [], []
    for job in jobs:
        try:
            one, two = simulate(ensemble, job)
        except Exception as error:  # any failure of one run is recorded, with how to repeat it
            failures.append(_failure(ensemble, job, error))
            continue
        cells.append(one)
        flows.append(two)
        done.append(job.replicate)
    tables = {
        "failures": pd.DataFrame(failures, columns=["replicate", "exception", "traceback", "command"]).astype(
            {"replicate": "int64"}
        )
    }
    if done:
        every = pd.concat(cells, ignore_index=True)
        tables |= {"cells": every, "city": every[every["district"] == CITY]}
        tables["flows"] = pd.concat(flows, ignore_index=True)
        drawn = {job.replicate: job.drawn for job in jobs}
        tables["parameters"] = pd.DataFrame(
            [(replicate, name, value) for replicate in done for name, value in drawn[replicate].items()],
            columns=["replicate", "parameter", "value"],
        )
    return Batch(tables, done)


def simulate(ensemble: Ensemble, job: Job) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make one run; its cells (an indicator a column) and its flows."""
    model = model_of(ensemble.scenario, job, ensemble.seed, ensemble.enterprises)
    model.run()
    replicate = np.int32(job.replicate)
    cells, flows = model.cells(), model.flows()
    told = disclosure_of(ensemble.scenario, ensemble.enterprises)
    if told is not None:
        cells, flows = told.cells(cells), told.flows(flows)
    return cells.assign(replicate=replicate), flows.assign(replicate=replicate)


def model_of(scenario: Scenario, job: Job, seed: int, enterprises: int) -> IndustrialUpgradeModel:
    """Set a run up, on the population that this process has made already if it has."""
    from sim.abm.model import IndustrialUpgradeModel

    return IndustrialUpgradeModel(
        scenario,
        seed=seed,
        replicate=job.replicate,
        population=population_of(scenario, enterprises),
        drawn=job.drawn,
        demand=job.demand,
    )


def population_of(scenario: Scenario, enterprises: int) -> Population:
    """The population that a scenario's runs start from: its own register, or the synthetic one.

    Raises:
        RegisterChanged, RegisterInvalid, Unreadable, MappingInvalid: the register cannot be used.
    """
    from sim import register
    from sim.population import tail

    if scenario.register_file is not None:
        rows = register.size_of(scenario.register_file, enterprises, data_digest())
        return register.population(scenario.register_file, rows, data_digest())
    return _population(enterprises, tuple(tail(scenario.structure).items()), data_digest())


def disclosure_of(scenario: Scenario, enterprises: int) -> Disclosure | None:
    """How results may tell of a scenario's enterprises; None for synthetic ones, which are nobody's."""
    if scenario.register_file is None:
        return None
    rows = population_of(scenario, enterprises).n
    return _disclosure(scenario.register_file, rows, data_digest())


@lru_cache(maxsize=4)
def _disclosure(file: RegisterFile, rows: int, data: str) -> Disclosure:
    from sim import register

    return register.Disclosure.of(register.population(file, rows, data).table)


def told_of_register(scenario: Scenario, enterprises: int) -> dict[str, Any]:
    """What a stamp says of the register that a scenario's runs start from, under ``register``; nothing without one."""
    from sim import register

    file, told = scenario.register_file, disclosure_of(scenario, enterprises)
    if file is None or told is None:
        return {}
    margins = population_of(scenario, enterprises).margins
    return {"register": {
        "file": file.name, **register.ready(file, data_digest()).told(), "used": enterprises,
        "told_together": told.hidden, "margins": json.loads(margins.reset_index().to_json(orient="records")),
    }}  # fmt: skip


def _failure(ensemble: Ensemble, job: Job, error: Exception) -> dict[str, object]:
    command = (
        f"tenglong run {ensemble.scenario.name} --only {job.replicate} --seed {ensemble.seed} "
        f"--enterprises {ensemble.enterprises} --debug"
    )
    return {
        "replicate": job.replicate,
        "exception": f"{type(error).__name__}: {error}",
        "traceback": traceback.format_exc(),
        "command": command,
    }
