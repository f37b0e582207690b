"""What results may tell of one's own enterprises: totals of ten or more, never of fewer, nor by subtraction.

One place for the whole of the store. A group of enterprises can be told of if it holds none or at least ten on each
side of the above-scale threshold, since totals of one side stand beside totals of both. Industries of a district that
fall short are told together; a district that falls short as a whole is told with others that do, and if those together
are still too few, with the smallest of the rest. Amounts, which are told of districts and of groups of alike
enterprises but not of industries, must not be mostly one enterprise's either (:mod:`sim.register.dominance`).

Both are looked at as of the start, January 2021. Not protected: an enterprise that dominates the whole city's amount,
which is said when the register is checked; one that comes to dominate its district in a simulated year; and against
several enterprises that put their own amounts together, or anybody who knows more than one of the register's rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.population import industries
from sim.regions import CITY, DISTRICTS
from sim.register.dominance import Sums, amounts_of
from sim.register.fields import LEAST

if TYPE_CHECKING:
    import pandas as pd

    from sim.population.table import Table

OTHER_INDUSTRIES, OTHER_DISTRICTS = "其余行业（合并）", "其余区县（合并）"
OF_MOVES = ("land_freed", "energy_freed", "carbon_cut", "employees_displaced", "employees_reemployed")
"""Indicators that add up amounts of the enterprises that closed, moved or were mended."""
Codes = NDArray[np.int64]


def _told(sums: Sums, both: bool = False) -> NDArray[np.bool_]:
    """Whether each side of the groups can be told of; ``both``: neither may be empty."""
    enough = ((sums.counts == 0) & (not both)) | (sums.counts >= LEAST)
    return np.asarray(enough & ~sums.dominated)


def _fine(sums: Sums, both: bool = False) -> NDArray[np.bool_]:
    """Whether each of the groups can be told of."""
    return np.asarray(_told(sums, both).all(axis=1))


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
        above, place = table["above_scale"].astype(np.int64), table["district"].astype(np.intp)
        # a district with nobody above scale would tell of its first that grows over it
        together = _told_together(Sums.of(place, above, amounts_of(table), len(DISTRICTS)), both=True)
        district = np.where(together, len(DISTRICTS), np.arange(len(DISTRICTS)))
        industry = np.tile(np.arange(kinds), (len(DISTRICTS), 1))
        for which in [*np.flatnonzero(~together)[:, None], np.flatnonzero(together)]:
            here = np.isin(place, which)
            counted = Sums.of(table["industry"][here].astype(np.intp), above[here], np.zeros((here.sum(), 0)), kinds)
            industry[which] = np.where(_told_together(counted), kinds, np.arange(kinds))
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

        Those alike in these and in their side are at least ten and none dominates the others, and each has the mean of
        them for its employees and its output. A group that falls short gives up its district and industry, and if that
        is not enough its size; if not even that is, all of its side and size give up district and industry, and last
        everybody of its side gives up all three. Where those of a district that gave it up fall short, so that the
        district's total less the others' would tell of them, all of the district's side give it up.

        Raises:
            ValueError: a side has fewer than ten enterprises, which no register that is run has.
        """
        if said := small_sides(table["above_scale"]):
            raise ValueError(said)
        above, others = table["above_scale"].astype(np.int64), len(DISTRICTS)
        usual = np.array([np.bincount(size[above == side], minlength=1).argmax() for side in (0, 1)])[above]
        home, kind = self.district[table["district"]], self.industry[table["district"], table["industry"]]
        told = np.column_stack([table[name].astype(float) for name in ("employees", "demand_wan")])
        given_up = np.zeros(len(above), dtype=np.int64)  # 1: district and industry; 2: size as well
        while True:
            district, industry = (np.where(given_up > 0, rest, code)
                                  for rest, code in ((others, home), (self.industry.shape[1], kind)))  # fmt: skip
            sizes = np.where(given_up > 1, usual, size)
            group, counts = _groups(district, industry, above, sizes)
            sums = Sums.of(group, np.zeros_like(above), told, len(counts))
            short = ((counts < LEAST) | sums.dominated[:, 0])[group]
            more = _more(given_up, short, above, sizes == usual)
            if not more.any():
                gone = (given_up > 0) & (home < others)
                left = Sums.of(home[gone], above[gone], told[gone], others + 1)
                more = ~_told(left)[home, above] & (given_up == 0)
            if not more.any():
                break
            given_up = given_up + more
        means = (sums.totals[:, 0] / counts[:, None])[group]
        return {
            "district": district, "industry": industry, "size": sizes, "employees": means[:, 0],
            "demand_wan": means[:, 1],
        }  # fmt: skip


def _more(given_up: Codes, short: NDArray[np.bool_], above: Codes, usual: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which enterprises give up one step more, where those in ``short`` groups must; none once nothing is left to give
    up. As each gives up at most twice, this comes to an end."""
    for step in (0, 1):
        if (now := short & (given_up == step)).any():
            return np.asarray(now)
    sides = np.isin(above, above[short])
    whole = sides & usual & (given_up == 0)
    return np.asarray(whole if whole.any() else sides & (given_up < 2))


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


def _told_together(groups: Sums, both: bool = False) -> NDArray[np.bool_]:
    """Which of the groups are told together, so that they and each other can be told of."""
    sizes = groups.counts.sum(axis=1)
    together = (sizes > 0) & ~_fine(groups, both)
    while together.any() and not _fine(groups.together(np.flatnonzero(together)), both).all():
        left = np.flatnonzero(~together & (sizes > 0))
        if not left.size:
            break
        together[left[np.argmin(sizes[left])]] = True
    return np.asarray(together)
