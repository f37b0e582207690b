"""One's own register of enterprises: read, checked, filled up where it says nothing, and run in place of the synthetic
one."""

from __future__ import annotations

from sim.register.cleaning import Register, RegisterInvalid, clean
from sim.register.disclosure import Disclosure
from sim.register.mapping import Mapping, MappingInvalid, read_mapping
from sim.register.population import Ready, complete, population, ready, size_of

__all__ = [
    "Disclosure", "Mapping", "MappingInvalid", "Ready", "Register", "RegisterInvalid", "clean", "complete",
    "population", "read_mapping", "ready", "size_of",
]  # fmt: skip
