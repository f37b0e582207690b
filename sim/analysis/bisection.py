"""The least effort at which something holds often enough, when more effort never makes it less likely."""

from __future__ import annotations

from collections.abc import Callable, Sequence

INNER = 4
"""Efforts looked at together in a round: each narrows the bracket to a fifth, and one shared past serves them all."""

Hits = Callable[[Sequence[float]], Sequence[int]]
"""How many of the runs succeed at each of some efforts, always the same runs."""


def least(hits: Hits, wanted: int, within: float, most: float = 1.0) -> tuple[float | None, dict[float, int]]:
    """Return the least effort (0 … ``most``) at which ``wanted`` runs succeed, None where none does.

    Returns:
        the effort, at most ``within`` above the least, at which they do; and what was found at every effort looked at.
    """
    seen = dict(zip((0.0, most), hits((0.0, most)), strict=True))
    if seen[most] < wanted:
        return None, seen
    if seen[0.0] >= wanted:
        return 0.0, seen
    low, high = 0.0, most
    while high - low > within:
        step = (high - low) / (INNER + 1)
        inner = [low + step * place for place in range(1, INNER + 1)]
        seen |= dict(zip(inner, hits(inner), strict=True))
        enough = [effort for effort in inner if seen[effort] >= wanted]
        high = min(enough, default=high)
        low = max((effort for effort in (low, *inner) if effort < high), default=low)
    return high, dict(sorted(seen.items()))
