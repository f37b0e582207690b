"""Iterative proportional fitting over possibly overlapping sets of rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Constraint = tuple[np.ndarray, float]
"""Row numbers and the total their values must have."""

TOLERANCE = 1e-9
SWEEPS = 2000


class MarginsNotMet(RuntimeError):
    """Raking did not reach the margins; ``names`` are those furthest off, worst last."""

    def __init__(self, quantity: str, worst: float, names: list[str]) -> None:
        self.quantity, self.worst, self.names = quantity, worst, names
        super().__init__(
            f"{quantity} 无法同时满足边际 {'、'.join(names)}（最大相对误差 {worst:.2e}）。请检查这些边际是否互相矛盾。"
        )


class UnusableMargin(ValueError):
    """A margin cannot be used: no row belongs to it, or its total is below the rows' floors."""

    def __init__(self, name: str, quantity: str) -> None:
        self.name, self.quantity = name, quantity
        super().__init__(f"{quantity} 的边际 {name} 无法使用：没有企业属于它，或总数低于各企业下限之和。")


def rake(
    values: np.ndarray,
    constraints: Mapping[str, Constraint],
    *,
    quantity: str,
    floor: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Scale the part of ``values`` above ``floor`` until every constraint's total holds.

    Iterative proportional fitting (Deming & Stephan 1940); rows at zero stay at zero.

    Args:
        values: start values, shape (rows,); cells and single enterprises alike.
        constraints: by name, the rows and the total asked of them.
        quantity: what is being fitted, for messages.
        floor: least value of each row.

    Raises:
        UnusableMargin: a set is empty or its total does not exceed its floors.
        MarginsNotMet: some total is still off by more than 1e-9 after 2,000 sweeps.
    """
    low = np.broadcast_to(np.asarray(floor, dtype=float), values.shape)
    # A start value at its floor must be able to grow, or a total could be out of reach.
    excess = np.where(values > 0, np.maximum(values - low, 1e-9), 0.0)
    wanted = {name: (rows, total - float(low[rows].sum())) for name, (rows, total) in constraints.items()}
    for name, (rows, total) in wanted.items():
        if total <= 0 or excess[rows].sum() <= 0:
            raise UnusableMargin(name, quantity)
    off: dict[str, float] = {}
    for _ in range(SWEEPS):
        for name, (rows, total) in wanted.items():
            factor = total / float(excess[rows].sum())
            off[name] = abs(factor - 1)
            excess[rows] *= factor
        if max(off.values()) < TOLERANCE:
            return low + excess
    worst = sorted(off, key=off.__getitem__)[-4:]
    raise MarginsNotMet(quantity, off[worst[-1]], worst)
