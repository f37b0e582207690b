"""The command line and a workspace, shared by the tests of registers."""

from __future__ import annotations

from tests.whole.test_command_line import tenglong

__all__ = ["tenglong"]
