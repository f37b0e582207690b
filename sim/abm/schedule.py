"""One month, in order. This list *is* the schedule of the model's description (ODD, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.abm.compiled import allocation as fast_allocation
from sim.abm.compiled import construction as fast_construction
from sim.abm.compiled import departure as fast_departure
from sim.abm.compiled import enforcement as fast_enforcement
from sim.abm.compiled import entry as fast_entry
from sim.abm.compiled import grading as fast_grading
from sim.abm.compiled import land as fast_land
from sim.abm.compiled import production as fast_production
from sim.abm.compiled import turnover as fast_turnover
from sim.abm.processes import (
    allocation,
    choice,
    construction,
    departure,
    enforcement,
    entry,
    grading,
    land,
    production,
    turnover,
)
from sim.abm.state import State

Process = Callable[[State], None]


@dataclass(frozen=True)
class Step:
    """One process of the month, and if there is one, the compiled loop that does the same.

    ``compiled`` may be left out: the process then runs in its readable form whatever the model is asked for. Both work
    on the same arrays, so that the forms may stand side by side in one month; they change arrays in place.
    """

    zh: str
    en: str
    process: Process
    compiled: Process | None = None

    @property
    def where(self) -> str:
        """Module and function, below ``sim``."""
        return f"{self.process.__module__.removeprefix('sim.')}.{self.process.__qualname__}"

    def run(self, state: State, compiled: bool) -> None:
        """Do it, in the compiled form if there is one and it is asked for."""
        (self.compiled if compiled and self.compiled else self.process)(state)


def _move(state: State) -> None:
    """Reviewing enterprises choose, then plots, places and floors are allocated."""
    allocation.allocate(state, choice.review_sites(state))


SCHEDULE = (
    # ---- the year
    Step("亩均评价、差别电价与清单（一月）", "grading, prices and lists (January)", grading.review_year,
         fast_grading.review_year),
    Step("年度退出率与波动（一月）", "exit rates and volatility (January)", turnover.yearly_rates,
         fast_turnover.yearly_rates),
    # ---- the market
    Step("需求、价格、生产与空间压力", "demand, prices, production, space pressure", production.run_market,
         fast_production.run_market),
    # ---- supply of space
    Step("用地供应与返还", "land supplied and returned", land.supply_land, fast_land.supply_land),
    Step("上楼项目开工", "high-rise starts", construction.build_towers, fast_construction.build_towers),
    Step("区块改造", "block redevelopment", construction.redevelop_blocks,
         fast_construction.redevelop_blocks),
    Step("交付", "delivery", construction.deliver, fast_construction.deliver),
    # ---- who goes where
    Step("清单企业处置", "enforcement", enforcement.enforce, fast_enforcement.enforce),
    Step("自然退出", "natural exit", turnover.exit_naturally, fast_turnover.exit_naturally),
    Step("新设企业", "entry", entry.enter, fast_entry.enter),
    Step("大项目落地", "big projects", entry.land_projects, fast_entry.land_projects),
    Step("选址决策与分配", "choice and allocation", _move, fast_allocation.choose_and_allocate),
    Step("再就业", "re-employment", departure.reemploy, fast_departure.reemploy),
    # ---- the books
    Step("规上名录（十二月）", "who is above scale (December)", grading.update_scale,
         fast_grading.update_scale),
    Step("土地台账", "land ledger", land.close_ledger, fast_land.close_ledger),
)  # fmt: skip
