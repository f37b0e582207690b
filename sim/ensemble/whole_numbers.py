"""Whole numbers that an ensemble or an analysis is asked for in Python are that, or are refused before any run."""

from __future__ import annotations

from typing import Any

from sim.abm.arguments import whole

OWN_LEAST = ("enterprises",)
"""Whose least is another one, told by a sentence of its own."""


def whole_numbers(**given: Any) -> None:
    """Refuse what is no whole number, or less than nought; None, which stands for the usual number, is let by.

    Args:
        given: arguments by their names.

    Raises:
        WrongArgument: names the first that is something else.
    """
    for name, number in given.items():
        if number is not None:
            whole(name, number, signed=name in OWN_LEAST)
