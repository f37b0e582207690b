"""Importing jsonschema without its slowest guest.

Altair and nbformat both import jsonschema, which imports ``rfc3987_syntax`` where that happens to
be installed (it comes with JupyterLab); building its grammar takes 2.7 s, in the kernel and again
in the parent, and only checks the ``iri`` format, which neither charts nor notebooks use.
jsonschema treats the package as optional.
"""

from __future__ import annotations

import sys
from importlib import import_module

_GUEST = "rfc3987_syntax"


def light_jsonschema() -> None:
    """Import jsonschema as if ``rfc3987_syntax`` were not installed.

    Harmless when either is loaded already.
    """
    if "jsonschema" in sys.modules or _GUEST in sys.modules:
        return
    sys.modules[_GUEST] = None  # type: ignore[assignment]
    try:
        import_module("jsonschema")
    finally:
        del sys.modules[_GUEST]
