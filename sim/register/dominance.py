"""Groups of enterprises in which one makes up so much of an amount that the group's total tells of it.

Two rules (Hundepool et al. 2012, "Statistical Disclosure Control", section 4.2.2; the same in Eurostat's handbook of
2010), either of which keeps a total from being told. Dominance, (1, k): one enterprise makes up more than k percent, so
that anybody may take the total for its amount. P-percent: the second largest, who knows its own amount and subtracts
it, would know the largest's to within p percent, that is, all the others together come to less than p percent of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.population.table import Table

P, K = 0.10, 0.85
"""Assumptions: offices that publish theirs use 5 to 20 percent, and 70 to 90; Chinese rules name no number, only that
no enterprise may be recognised (Statistics Law, article 28)."""
WHOLE = ("demand_wan", "employees", "land_mu", "floor_m2")
OF_OUTPUT = ("value_added_rate", "tax_rate", "rd_share", "energy_per_output")
"""Columns of the enterprise table that are amounts, and that are amounts once multiplied by output."""
Amounts = NDArray[np.float64]


def amounts_of(table: Table) -> Amounts:
    """Return what totals are told of: (enterprises, amounts)."""
    output = table["demand_wan"].astype(float)
    return np.column_stack([table[name].astype(float) for name in WHOLE] + [output * table[name] for name in OF_OUTPUT])


@dataclass(frozen=True)
class Sums:
    """Groups and what their totals tell.

    ``counts``: (groups, sides). ``totals``: (groups, sides, amounts). ``largest``: (groups, sides, amounts, 2), the
    second largest first.
    """

    counts: NDArray[np.int64]
    totals: Amounts
    largest: Amounts

    @classmethod
    def of(cls, group: NDArray[np.intp], side: NDArray[np.int64], amounts: Amounts, groups: int) -> Sums:
        """Add up enterprises by group and by side (0 or 1)."""
        key, shape = 2 * group + side, (groups, 2)
        counts = np.bincount(key, minlength=2 * groups)
        totals, largest = np.zeros((2 * groups, amounts.shape[1])), np.zeros((2 * groups, amounts.shape[1], 2))
        last, two = np.cumsum(counts) - 1, counts > 1
        for place, amount in enumerate(amounts.T):
            totals[:, place] = np.bincount(key, amount, 2 * groups)
            ascending = amount[np.lexsort((amount, key))]
            largest[counts > 0, place, 1] = ascending[last[counts > 0]]
            largest[two, place, 0] = ascending[last[two] - 1]
        return cls(
            counts.reshape(shape), totals.reshape(*shape, -1), largest.reshape(*shape, amounts.shape[1], 2)
        )  # fmt: skip

    def together(self, groups: NDArray[np.intp]) -> Sums:
        """Return some of the groups as one."""
        _, sides, amounts, two = self.largest.shape
        each = np.moveaxis(self.largest[groups], 0, -2).reshape(1, sides, amounts, two * len(groups))
        counts, totals = (one[groups].sum(axis=0)[None] for one in (self.counts, self.totals))
        return Sums(counts, totals, np.sort(each, axis=-1)[..., -2:])

    @property
    def dominated(self) -> NDArray[np.bool_]:
        """Whether one enterprise makes up too much of any total; (groups, sides)."""
        rest, largest, rounding = self.totals - self.largest.sum(axis=-1), self.largest[..., 1], 1e-9 * self.totals
        known = (rest < P * largest - rounding) | (largest > K * self.totals + rounding)
        return np.asarray(known.any(axis=-1))


def dominated_sides(table: Table) -> list[str]:
    """Return the sides of the threshold (Chinese) whose totals of the whole city tell of one enterprise."""
    amounts, above = amounts_of(table), table["above_scale"].astype(np.int64)
    sums = Sums.of(np.zeros(len(above), dtype=np.intp), above, amounts, 1)
    return [name for name, one in zip(("规下", "规上"), sums.dominated[0], strict=True) if one]
