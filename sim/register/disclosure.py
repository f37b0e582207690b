"""What results may tell of one's own enterprises: totals of ten or more, never of fewer, nor by subtraction.

One place for the whole of the store. A group of enterprises can be told of if it holds none or at least ten on each
side of the above-scale threshold, since totals of one side stand beside totals of both. Industries of a district that
fall short are told together; a district that falls short as a whole is told with others that do, and if those together
are still too few, with the smallest of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.population import industries
from sim.regions import CITY, DISTRICTS
from sim.register.fields import LEAST

if TYPE_CHECKING:
    import pandas as pd

    from sim.population.table import Table

OTHER_INDUSTRIES, OTHER_DISTRICTS = "其余行业（合并）", "其余区县（合并）"
OF_MOVES = ("land_freed", "energy_freed", "carbon_cut", "employees_displaced", "employees_reemployed")
"""Indicators that add up amounts of the enterprises that closed, moved or were mended."""
Codes = NDArray[np.int64]


def _fine(counts: NDArray[np.int64], both: bool = False) -> bool:
    """Whether groups of this many on each side can be told of; ``both``: neither side may be empty."""
    return bool((((counts == 0) & (not both)) | (counts >= LEAST)).all())


def small_sides(above: NDArray[np.bool_]) -> str:
    """Say in Chinese why a register's city totals cannot be told; nothing if they can."""
    for name, count in (("规上", int(above.sum())), ("规下", int((~above).sum()))):
        if 0 < count < LEAST:
            other = {"规上": "规下", "规下": "规上"}[name]
            return (
                f"{name}企业有但不足 {LEAST} 家：全市合计减去{other}的合计就透露了它们。"
                f"请补齐{name}企业，或把它们从名录里删去"
            )
    return ""


@dataclass(frozen=True)
class Disclosure:
    """How a population may be told of.

    ``district`` (10,): the district told instead, one past the last for those told together. ``industry``
    (10, industries): the industry told instead, likewise.
    """

    district: Codes
    industry: Codes

    @classmethod
    def of(cls, table: Table) -> Disclosure:
        """Find out what can be told of a table of enterprises."""
        kinds = len(industries())
        counts = np.zeros((len(DISTRICTS), kinds, 2), dtype=np.int64)
        np.add.at(counts, (table["district"], table["industry"], table["above_scale"].astype(int)), 1)
        # a district with nobody above scale would tell of its first that grows over it
        together = _told_together(counts.sum(axis=1), both=True)
        district = np.where(together, len(DISTRICTS), np.arange(len(DISTRICTS)))
        industry = np.tile(np.arange(kinds), (len(DISTRICTS), 1))
        for here in np.flatnonzero(~together):
            industry[here, _told_together(counts[here])] = kinds
        if together.any():
            industry[together] = np.where(_told_together(counts[together].sum(axis=0)), kinds, np.arange(kinds))
        return cls(district, industry)

    @property
    def hidden(self) -> list[str]:
        """Districts that are told together."""
        return [DISTRICTS[place] for place in np.flatnonzero(self.district == len(DISTRICTS))]

    def cells(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Empty the values of districts that are told with others, and below the city what single moves add up to: a
        district may have one of them in a year. The city's values stay."""
        below, hidden = frame["district"] != CITY, frame["district"].isin(self.hidden)
        values = [name for name in frame.columns if name not in ("year", "district", "replicate", "constraint")]
        emptied = {
            name: frame[name].astype(float).mask(below if name in OF_MOVES else hidden) for name in values
        }
        return frame.assign(**emptied)

    def flows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Add up the moves of what is told together; codes become those of :meth:`names`."""
        told = frame.assign(
            industry=self.industry[frame["district"], frame["industry"]], district=self.district[frame["district"]]
        )
        keys = [name for name in frame.columns if name != "firms"]
        return told.groupby(keys)["firms"].sum().reset_index()[list(frame.columns)]

    def one_by_one(self, table: Table, size: Codes) -> dict[str, NDArray[Any]]:
        """Return how each enterprise is told of one by one: district, industry, size (classes), employees, output.

        Those alike in these and in their side are at least ten, and each has the mean of them for its employees and
        its output. A group too small gives up its district and industry, and if that is not enough its size.
        """
        above = table["above_scale"].astype(np.int64)
        others, rest = len(DISTRICTS), self.industry.shape[1]
        industry = self.industry[table["district"], table["industry"]]
        district, size = self.district[table["district"]], size.astype(np.int64)
        while True:
            group, counts = _groups(district, industry, above, size)
            small = counts[group] < LEAST
            if not small.any():
                break
            rest_of_all = small & (district == others) & (industry == rest)
            if (small & ~rest_of_all).any():
                district, industry = np.where(small, others, district), np.where(small, rest, industry)
                continue
            for side in (0, 1):  # too few even in the whole city: of the size that most of that side are
                here = rest_of_all & (above == side)
                if here.any():
                    usual = int(np.bincount(size[above == side]).argmax())
                    pooled = here | ((district == others) & (industry == rest) & (above == side) & (size == usual))
                    size = np.where(here, usual, size)
                    if pooled.sum() < LEAST:  # take along everybody of that side and size
                        district = np.where((above == side) & (size == usual), others, district)
                        industry = np.where((above == side) & (size == usual), rest, industry)
        amounts = {name: table[name].astype(float) for name in ("employees", "demand_wan")}
        means = {name: (np.bincount(group, amount) / counts)[group] for name, amount in amounts.items()}
        return {"district": district, "industry": industry, "size": size, **means}


def district_names() -> list[str]:
    """Return the districts in the order of their codes, and last what is told together."""
    return [*DISTRICTS, OTHER_DISTRICTS]


def industry_names() -> list[str]:
    """Return the industries in the order of their codes, and last what is told together."""
    return [*industries()["name_zh"], OTHER_INDUSTRIES]


def _groups(*keys: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The group of each row, and how many are in each group."""
    _, group, counts = np.unique(np.column_stack(keys), axis=0, return_inverse=True, return_counts=True)
    return np.asarray(group).reshape(-1), counts


def _told_together(counts: NDArray[np.int64], both: bool = False) -> NDArray[np.bool_]:
    """Which of the groups (groups, sides) are told together, so that they and each other can be told of."""
    sizes = counts.sum(axis=1)
    together = np.array([size > 0 and not _fine(sides, both) for size, sides in zip(sizes, counts, strict=True)])
    while together.any() and not _fine(counts[together].sum(axis=0), both):
        left = np.flatnonzero(~together & (sizes > 0))
        if not left.size:
            break
        together[left[np.argmin(sizes[left])]] = True
    return together
