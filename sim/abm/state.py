"""Everything a month can change: enterprises, land, towers, budgets and the running tallies."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.abm.enterprises import Enterprises, Listed
from sim.abm.events import PATHS, Cause, EventLog
from sim.abm.parameters import Parameters
from sim.abm.randomness import Draws
from sim.regions import DISTRICTS
from sim.scenario.months import is_january

Vector = NDArray[np.float64]
M2_PER_MU = 2000 / 3
SCATTERED_LAND, PARK_LAND = 0, 1
OF_PROJECTS, OF_BLOCKS = 0, 1
"""Sources of high-quality floor: tower projects, redeveloped blocks."""
LONGEST_WAIT = 200
"""Months past the horizon that the calendars of land and floor still hold (bounds of the lags in the catalogue)."""


def zeros() -> Vector:
    return np.zeros(len(DISTRICTS))


def _sum_of_rows(calendar: NDArray[np.float64]) -> Vector:
    """Sum by district over all months and kinds; as a product it takes a tenth of the time of ``sum``."""
    rows = calendar.reshape(-1, len(DISTRICTS))
    total: Vector = np.ones(len(rows)) @ rows
    return total


@dataclass
class Land:
    """Mu by kind (scattered, park) and district: vacant now, or coming back in a known month.

    ``occupied`` follows every arrival and departure; ``total`` new supply and conversion to other uses only: the ledger
    must close against it. ``assembling`` is land bought up lot by lot, by the month in which the last owner has signed.
    """

    vacant: NDArray[np.float64]
    returning: NDArray[np.float64]
    assembling: NDArray[np.float64]
    occupied: Vector
    total: Vector
    under_towers: Vector = field(default_factory=zeros)

    @classmethod
    def start(cls, occupied: Vector, vacant: NDArray[np.float64], months: int) -> Land:
        """``vacant`` (2, 10); room for ``months`` and the longest wait in the calendars."""
        calendar = np.zeros((months + LONGEST_WAIT, 2, len(DISTRICTS)))
        return cls(vacant, calendar, calendar[:, 0].copy(), occupied, occupied + vacant.sum(axis=0))

    def gap(self) -> Vector:
        """Mu by which the ledger fails to close; zero up to rounding."""
        waiting = _sum_of_rows(self.returning) + _sum_of_rows(self.assembling)
        gap: Vector = self.total - (self.occupied + self.vacant.sum(axis=0) + waiting + self.under_towers)
        return gap


@dataclass
class Towers:
    """High-quality floor (FAR ≥ 2.5) by district, m²: due and opening in known months; on offer, open, let.

    ``due`` (months, 2, 10) and ``offered`` (2, 10) are kept by source. Floor is floor to a tenant; ``moved_into``
    (2, 10) says how much of each source's the ledger has put tenants down to.
    """

    due: NDArray[np.float64]
    opening: NDArray[np.float64]
    offered: NDArray[np.float64]
    moved_into: NDArray[np.float64]
    open: Vector = field(default_factory=zeros)
    let: Vector = field(default_factory=zeros)
    tenants: Vector = field(default_factory=zeros)

    @classmethod
    def start(cls, months: int) -> Towers:
        calendar = np.zeros((months + LONGEST_WAIT, 2, len(DISTRICTS)))
        return cls(calendar, calendar[:, 0].copy(), calendar[0].copy(), calendar[0].copy())

    @property
    def vacant(self) -> Vector:
        """Floor that can be moved into now."""
        vacant: Vector = self.open - self.let
        return vacant

    def move_into(self, here: int, floor_m2: float) -> int:
        """Put a tenant in district ``here`` down to the source of whose floor the smaller share is used; returns it."""
        offered, into = self.offered[:, here], self.moved_into[:, here]
        behind = into[OF_BLOCKS] * offered[OF_PROJECTS] <= into[OF_PROJECTS] * offered[OF_BLOCKS]
        source = OF_BLOCKS if behind and offered[OF_BLOCKS] > 0 else OF_PROJECTS
        into[source] += floor_m2
        return source


@dataclass
class Budgets:
    """Quantities per year that accrue monthly and are spent; an unused quota ends with its calendar year."""

    balance: dict[str, Vector] = field(default_factory=dict)

    def of(self, name: str) -> Vector:
        """What is left of a quantity now, a view."""
        if name not in self.balance:
            self.balance[name] = zeros()
        return self.balance[name]

    def accrue(self, name: str, yearly: Vector, month: int, carried: float) -> Vector:
        """Add a twelfth of a year's amount and return the balance, a view that the caller may spend from.

        ``carried`` is the most that survives the turn of the year (1 keeps the fraction of an indivisible unit).
        """
        balance = self.of(name)
        if carried < np.inf and is_january(month):
            np.minimum(balance, carried, out=balance)
        balance += yearly / 12
        return balance


TALLIES = (
    *PATHS, "rectified_high_consumption", "rectified_scattered_polluting", "promoted", "employees_displaced",
    "employees_reemployed", "land_freed_mu", "energy_freed_tce", "new_land_mu", "new_park_land_mu", "micro_places",
    "redeveloped_mu", "highrise_projects", "quality_started_m2", "quality_completed_m2", "projects_waiting_for_land",
    "projects_waiting_for_finance", "refused_park", "refused_tower", "entry_refused",
)  # fmt: skip
"""Cumulative counts and quantities; the first are enterprises by path."""


class Tallies(dict[str, Vector]):
    """``tallies["upstairs"]`` is a view of one row of ``table``, (names, 10), so that adding writes through."""

    def __init__(self) -> None:
        self.table = np.zeros((len(TALLIES), len(DISTRICTS)))
        super().__init__(zip(TALLIES, self.table, strict=True))


@dataclass
class State:
    """One run between two months.

    ``leaves`` and ``reconsiders`` are positions of those whom this month's luck tells to leave the market, or to think
    about their site; ``models`` and ``large_models`` are whom this year's entrants and projects copy: positions, bounds
    by district.
    ``living`` counts live enterprises by district; ``output_wan`` is what all made this month, at a yearly rate;
    ``world`` holds these very arrays as compiled loops take them (:mod:`sim.abm.compiled.world`).
    """

    enterprises: Enterprises
    special_process: NDArray[np.bool_]
    parameters: Parameters
    draws: Draws
    demand_growth: NDArray[np.float64]
    land: Land
    towers: Towers
    scale: float
    month: int = 0
    budgets: Budgets = field(default_factory=Budgets)
    events: EventLog = field(default_factory=EventLog)
    tallies: Tallies = field(default_factory=Tallies)
    leaves: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    reconsiders: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    released_demand: NDArray[np.float64] = field(init=False)
    living: Vector = field(init=False)
    jobless: Vector = field(default_factory=zeros)
    output_wan: float = 0.0
    world: Any = None
    queues: dict[Listed, NDArray[np.intp]] = field(default_factory=dict)
    models: tuple[NDArray[np.intp], NDArray[np.intp]] = field(init=False)
    large_models: tuple[NDArray[np.intp], NDArray[np.intp]] = field(init=False)
    waiting_projects: list[tuple[int, int]] = field(default_factory=list)
    project_count: Vector = field(default_factory=zeros)

    def __post_init__(self) -> None:
        self.released_demand = np.zeros((len(DISTRICTS), self.industries))
        self.living = self.by_district(np.arange(self.enterprises.n))

    @property
    def industries(self) -> int:
        """Rows of the industry table; ``special_process`` says which of them run casting, dyeing, plating."""
        return self.special_process.size

    def option(self, switch: str) -> str:
        """The option of a structural switch: ``state.option("priority")``."""
        return self.parameters.structure[f"structure.{switch}"]

    def lever(self, name: str) -> Vector:
        """A lever's value this month, by district; shape (10,)."""
        return self.parameters.lever(name, self.month)

    def tally(self, name: str, amounts: Vector) -> None:
        """Add to a cumulative count or quantity, by district; in simulated units."""
        self.tallies[name] += amounts

    def by_district(self, rows: NDArray[np.intp], amounts: NDArray[np.float64] | None = None) -> Vector:
        """Count enterprises, or add their amounts, by district."""
        districts = self.enterprises.district[rows]
        return np.bincount(districts, amounts, minlength=len(DISTRICTS)).astype(float)

    def record(self, path: str, cause: Cause, rows: NDArray[np.intp]) -> None:
        """Write one event per enterprise and tally them by district under the path's name.

        Raises:
            UnknownPath: ``path`` is none of :data:`sim.abm.events.PATHS`.
        """
        firms = self.enterprises
        self.events.add(
            self.month, path, cause, firms.id[rows], firms.district[rows], firms.industry[rows], firms.site[rows]
        )
        self.tally(path, self.by_district(rows))


def whole_units(balance: Vector) -> NDArray[np.intp]:
    """Spend each district's balance in whole units, rounded to the nearest."""
    units = np.maximum(np.floor(balance + 0.5), 0.0)
    balance -= units
    result: NDArray[np.intp] = units.astype(np.intp)
    return result


def whole_units_of_city(balance: Vector) -> NDArray[np.intp]:
    """Spend a balance in whole units of the city's sum, each to the district that is furthest behind."""
    units = np.zeros(balance.size, np.intp)
    # numbers of Python's own: for ten of them sooner than numpy's
    left = balance.tolist()
    for _ in range(math.floor(balance.sum() + 0.5)):
        here = left.index(max(left))
        units[here] += 1
        left[here] -= 1
    balance[:] = left
    return units


def first_in_district(district: NDArray[np.int8], allowed: Vector) -> NDArray[np.intp]:
    """Positions of the first so many of each district, of rows that stand in the order of their queue."""
    order = np.argsort(district, kind="stable")
    sorted_district = district[order]
    place = np.arange(order.size) - np.searchsorted(sorted_district, sorted_district, side="left")
    result: NDArray[np.intp] = order[place < allowed[sorted_district]]
    return result


def admit(
    district: NDArray[np.int8], need: NDArray[np.float64], room: Vector, *keys: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Who gets in when applicants queue by the keys within their district until the room is used up.

    The queue stops at the first who does not fit, so that more room never admits fewer.
    """
    columns: list[NDArray[Any]] = [*reversed(keys), district]
    order = np.lexsort(columns)
    bounds = np.searchsorted(district[order], np.arange(room.size + 1))
    fits = np.zeros(district.size, bool)
    for here, (start, end) in enumerate(pairwise(bounds)):
        queue = order[start:end]
        fits[queue] = np.cumsum(need[queue]) <= room[here]
    return fits
