"""Enforcement of the three lists."""

from __future__ import annotations

import math
from typing import Any

from tests.abm.twin import moves, space
from tests.abm.twin.firm import RECTIFYING, SCATTERED
from tests.abm.twin.year import HIGH_CONSUMPTION, OUTDATED, SCATTERED_POLLUTING

TALLY = {HIGH_CONSUMPTION: "rectified_high_consumption", SCATTERED_POLLUTING: "rectified_scattered_polluting"}
PROGRAMMES = {
    OUTDATED: "enforcement.eliminations_per_year",
    HIGH_CONSUMPTION: "enforcement.high_consumption_per_year",
    SCATTERED_POLLUTING: "enforcement.scattered_per_year",
}


def enforce(city: Any) -> None:
    for flag, lever in PROGRAMMES.items():
        rate = city.p["enforcement.execution_rate"]
        budget = city.accrue(lever, lambda here, lever=lever, rate=rate: city.lever(lever, here) * rate, carried=1.0)
        treated = []
        for here in range(10):
            listed = [firm for firm in city.agents if firm.district == here and firm.listed & flag and firm.idle]
            listed.sort(key=lambda firm: (firm.tax_per_mu, firm.id))
            treated += listed[: math.floor(budget[here] + 1e-9)]
        for firm in treated:
            budget[firm.district] -= 1
            firm.listed = 0
        if flag == OUTDATED:
            for firm in treated:
                moves.depart(city, firm, "eliminated", lever, city.p["demand.capture_share"])
        else:
            for firm in treated:
                city.tally(TALLY[flag], firm.district)
            rectify(city, treated, lever)


def rectify(city: Any, firms: list[Any], cause: str) -> None:
    p, wanting, staying = city.p, [], []
    for firm in firms:
        kind = "legal" if firm.legal and firm.land_mu >= p["listing.min_land_mu"] else "workshop"
        closed = p[f"enforcement.close_share_{kind}"]
        merged = closed + (p["enforcement.merge_share_legal"] if kind == "legal" else 0.0)
        luck = city.draw("FATE", firm.id)[0]
        if luck < closed:
            moves.depart(city, firm, "closed", cause, p["demand.capture_share"])
        elif luck < merged:
            moves.depart(city, firm, "merged", cause, 1.0)
        else:
            staying.append(firm)
            if luck < merged + p[f"enforcement.park_share_{kind}"] and firm.site == SCATTERED:
                wanting.append(firm)
    gone = moves.move_to_park(city, wanting, cause)
    for firm in staying:
        if firm not in gone:
            upgrade_in_place(city, firm, cause)


def upgrade_in_place(city: Any, firm: Any, cause: str) -> None:
    p = city.p
    city.record("rectified", cause, firm)
    firm.legal = True
    saved = firm.energy_per_output * p["rectify.energy_saving"]
    city.tally("energy_freed_tce", firm.district, firm.output_last_year_wan * saved)
    firm.energy_per_output *= 1 - p["rectify.energy_saving"]
    if firm.land_mu >= p["listing.min_land_mu"]:
        before = firm.land_mu
        firm.land_mu *= 1 - p["rectify.land_release_share"]
        back = city.month + max(1, round(p["land.idle_months"]))
        space.release_land(city, firm, before - firm.land_mu, back, by_policy=True)
    firm.interrupt(RECTIFYING, p["rectify.duration_months"], p["rectify.loss_share"])
