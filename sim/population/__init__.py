"""Who the enterprises are: a synthetic table of 2020 fitted to published margins."""

from __future__ import annotations

from sim.population.synthesis import ENTERPRISES, TooFewRows, check_size, synthesise, tail
from sim.population.table import Population, PopulationInvalid, districts, industries, schema

__all__ = [
    "ENTERPRISES", "Population", "PopulationInvalid", "TooFewRows", "check_size", "districts", "industries", "schema",
    "synthesise", "tail",
]  # fmt: skip
