"""Imported by the process that every broken copy is forked from: all of the model, whose loops it compiles.

Nothing is taken from the cache on disk, nor put there: it would take no notice of a defect, or keep one.
"""

from __future__ import annotations

from numba.core.dispatcher import Dispatcher

Dispatcher.enable_caching = lambda self: None

from tests.abm.breaking import standing_on  # noqa: E402
from tests.abm.comparisons import compiled_against_readable, readable_against_twin  # noqa: E402

readable_against_twin()
compiled_against_readable()
standing_on("sim.abm")  # reads once who imports whom
