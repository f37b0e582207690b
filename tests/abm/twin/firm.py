"""One enterprise and what it does by itself in a month."""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from sim.abm.enterprises import Enterprises

SCATTERED, COMMUNITY, PARK, TOWER = range(4)
IN_PLACE, RECTIFYING, MOVING, SETTLED = range(4)
M2_PER_MU = 2000 / 3
SINGLE = frozenset(name for name, (dtype, _, _) in Enterprises.described().items() if dtype == "f4")


def single(amount: float) -> float:
    """An amount as a single-precision column holds it."""
    return float(np.float32(amount))


class Firm(mesa.Agent):
    """Its attributes are the columns of the fast model."""

    def __init__(self, city: Any, **columns: Any) -> None:
        super().__init__(city)
        self.luck: float | None = None
        for name, value in columns.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        """Columns in single precision lose the same digits here."""
        object.__setattr__(self, name, single(value) if name in SINGLE else value)

    @property
    def idle(self) -> bool:
        return self.stage in (IN_PLACE, SETTLED)

    @property
    def kind(self) -> int:
        """Of the land it stands on: 0 scattered, 1 park."""
        return int(self.site != SCATTERED)

    @property
    def cell(self) -> tuple[int, int]:
        return self.district, self.industry

    @property
    def capacity(self) -> float:
        return self.floor_m2 * self.output_per_m2

    @property
    def pressure(self) -> float:
        return self.demand_wan / self.capacity

    @property
    def floor_wanted(self) -> float:
        return single(self.demand_wan / self.output_per_m2 * self.model.p["expansion.headroom"])

    @property
    def output_wan(self) -> float:
        return min(self.demand_wan, self.capacity) * (1 - self.loss_share)

    @property
    def age(self) -> float:
        return self.age_years + (self.model.month - max(self.entered, 0)) / 12

    def take_luck(self) -> None:
        self.luck = self.model.draw_turn(self.id)
        self.demand_wan *= self.model.draw_shock(self.id, self.volatility)

    def grow_demand(self) -> None:
        city = self.model
        shift = city.lever("demand.growth_shift", self.district) + city.lever("demand.price_shift", self.district)
        self.demand_wan *= math.exp(city.demand_growth[city.month] + shift / 12)

    def take_over_orders(self, factors: dict[tuple[int, int], float]) -> None:
        self.demand_wan *= factors.get(self.cell, 1.0)

    def renew_technique(self) -> None:
        city = self.model
        price = city.lever("demand.price_shift", self.district) / 12
        shift = city.lever("demand.growth_shift", self.district) + city.lever("demand.price_shift", self.district)
        trend = city.demand_growth[city.month] + shift / 12
        self.output_per_m2 *= math.exp(city.p["production.capacity_elasticity"] * (trend - price) + price)

    def produce(self) -> None:
        if self.busy_until == self.model.month and not self.idle:
            self.stage = SETTLED if self.stage == MOVING else IN_PLACE
            self.loss_share = 0.0
        self.output_year_wan += single(self.output_wan / 12)

    def press_space(self) -> None:
        if self.demand_wan > self.capacity:
            gap = self.demand_wan / self.floor_m2 - self.output_per_m2
            self.output_per_m2 += gap * self.model.p["production.intensity_speed"] / 12

    def interrupt(self, stage: int, months: float, loss: float) -> None:
        spared = self.model.lever("redevelopment.continuity_share", self.district)
        self.stage = stage
        self.busy_until = self.model.month + max(1, round(months))
        self.loss_share = min(max(loss * (1 - spared), 0.0), 1.0)

    def interrupt_for_move(self) -> None:
        months = self.model.p["move.duration_months"]
        self.interrupt(MOVING, months, self.model.p["move.output_loss_years"] * 12 / months)

    def arrive(self, site: int, floor: float, land: float, path: str, cause: str) -> None:
        again = self.site != SCATTERED and site != TOWER
        self.site, self.floor_m2, self.land_mu = site, floor, land
        self.tenant = self.tenant or site != PARK
        self.legal = True
        if self.model.option("productivity") == "on_arrival":
            self.output_per_m2 *= 1 + self.model.p["park.productivity_effect"]
        self.model.record("expanded" if again else path, cause, self)
        self.interrupt_for_move()
