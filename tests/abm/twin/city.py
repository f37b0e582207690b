"""The city: land, floor and quotas by district, and the order of the month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import mesa
import numpy as np

from sim.abm.randomness import Process
from sim.abm.shock import chance, laplace_factor
from sim.abm.state import TALLIES
from tests.abm.twin import moves, newcomers, policy, space, year
from tests.abm.twin.firm import Firm

DISTRICTS = range(10)


class City(mesa.Model):
    """Starts from the state of a fast model that has not taken a step."""

    def __init__(self, fast: Any) -> None:
        super().__init__(rng=0)
        state = fast.state
        self.p, self._levers, self._draws = state.parameters, state.parameters.levers, state.draws
        self.demand_growth = [float(rate) for rate in state.demand_growth]
        self.month, self.scale = 0, state.scale
        self.vacant = state.land.vacant.copy()
        self.returning = state.land.returning.copy()
        self.land_total = state.land.total.copy()
        self.under_towers = np.zeros(len(DISTRICTS))
        self.floor_due = np.zeros_like(state.towers.due)
        self.assembling = np.zeros_like(state.land.assembling)
        self.opening = np.zeros_like(state.towers.opening)
        self.floor_offered, self.moved_into = np.zeros((2, len(DISTRICTS))), np.zeros((2, len(DISTRICTS)))
        self.floor_open, self.floor_let = np.zeros(len(DISTRICTS)), np.zeros(len(DISTRICTS))
        self.jobless = np.zeros(len(DISTRICTS))
        self.special_process = state.special_process
        self.balance: dict[str, list[float]] = {}
        self.queue: list[tuple[int, int]] = []
        self.projects = [0 for _ in DISTRICTS]
        self.orders: dict[tuple[int, int], float] = defaultdict(float)
        self.events: list[tuple[int, str, str, int, int, int, int]] = []
        self.tallies = {name: np.zeros(len(DISTRICTS)) for name in TALLIES}
        self.small_models: list[list[Firm]] = []
        self.large_models: list[list[Firm]] = []
        for row in fast.enterprises.to_frame().drop(columns="output_wan").to_dict("records"):
            Firm(self, **row)

    def step(self) -> None:
        year.review(self)
        self.agents.do("take_luck")
        self.pass_on_orders()
        self.agents.do("grow_demand")
        self.agents.do("renew_technique")
        self.agents.do("produce")
        self.agents.do("press_space")
        space.supply_land(self)
        space.build_towers(self)
        space.redevelop_blocks(self)
        space.deliver(self)
        policy.enforce(self)
        moves.exit_naturally(self)
        newcomers.enter(self)
        newcomers.land_projects(self)
        moves.review_sites(self)
        moves.reemploy(self)
        year.update_scale(self)
        self.month += 1

    def lever(self, name: str, district: int) -> float:
        return float(self._levers[name][self.month][district])

    def draw(self, process: str, number: int, month: int | None = None, block: int = 0) -> list[float]:
        """The four uniforms of a key."""
        at = self.month if month is None else month
        ids = np.array([number], np.uint32)
        return [float(word) for word in self._draws.block(Process[process], at, ids, block)[:, 0]]

    def draw_shock(self, number: int, scale: float) -> float:
        """The factor that this month's luck puts on demand (its distribution is tested with the kernels)."""
        first, _ = self._draws.halves(Process.MONTHLY, self.month, np.array([number], np.uint32))
        return float(laplace_factor(first, np.array([scale], np.float32))[0])

    def draw_turn(self, number: int) -> float:
        """The uniform that says who leaves and who reconsiders its site this month."""
        _, second = self._draws.halves(Process.MONTHLY, self.month, np.array([number], np.uint32))
        return float(chance(second)[0])

    def option(self, switch: str) -> str:
        return str(self.p.structure[f"structure.{switch}"])

    def record(self, path: str, cause: str, firm: Firm) -> None:
        self.events.append((self.month, path, cause, firm.id, firm.district, firm.industry, firm.site))
        self.tally(path, firm.district)

    def tally(self, name: str, district: int, amount: float = 1.0) -> None:
        self.tallies[name][district] += amount

    def accrue(self, name: str, yearly: Callable[[int], float], carried: float = float("inf")) -> list[float]:
        """A month's part of a yearly amount; what is left is carried over the turn of the year up to a limit."""
        balance = self.balance.setdefault(name, [0.0 for _ in DISTRICTS])
        for district in DISTRICTS:
            if self.month % 12 == 0:
                balance[district] = min(balance[district], carried)
            balance[district] += yearly(district) / 12
        return balance

    def pass_on_orders(self) -> None:
        """Orders of those who left go to their peers in the district, in proportion to what these have."""
        if not any(self.orders.values()):
            return
        held: dict[tuple[int, int], float] = defaultdict(float)
        for firm in self.agents:
            held[firm.cell] += firm.demand_wan
        factors = {cell: 1 + self.orders[cell] / amount for cell, amount in held.items() if amount > 0}
        self.agents.do("take_over_orders", factors)
        self.orders.clear()


def admitted(firms: Sequence[Any], need: Callable[[Any], float], room: Any, *keys: Callable[[Any], float]) -> list[Any]:
    """Who gets in when firms queue by the keys within their district; the queue stops at the first who does not fit."""
    inside = []
    for district in DISTRICTS:
        queue = sorted((firm for firm in firms if firm.district == district), key=lambda f: [key(f) for key in keys])
        sums = accumulate(map(need, queue))
        inside += [firm for firm, so_far in zip(queue, sums, strict=True) if so_far <= room[district]]
    return [firm for firm in firms if firm in inside]


def whole_units_of_city(balance: list[float]) -> list[int]:
    """Whole units of the city's sum, each to the district furthest behind."""
    units = [0 for _ in balance]
    for _ in range(int(np.floor(np.sum(balance) + 0.5))):
        here = max(DISTRICTS, key=lambda district: balance[district])
        units[here] += 1
        balance[here] -= 1
    return units
