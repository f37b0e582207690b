"""Where an enterprise is and how much room it has: land, floor, use of the floor, kind of site."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri

from sim.population.draws import TotalUnreachable, normals, rising, scale_to, scores, spread_over, uniforms
from sim.population.margins import EVALUATED_FROM_MU, SQUARE_METRES_PER_MU, YI, Members
from sim.population.table import far_classes

P = Mapping[str, float]
FAR = {
    "heavy": "population.far_heavy",
    "general": "population.far_general",
    "light": "population.far_light",
    "high": "population.far_high",
}


def land_mu(
    value_added: np.ndarray,
    output: np.ndarray,
    above: np.ndarray,
    far_class: np.ndarray,
    asked: P,
    weight: float,
    p: P,
    rng: np.random.Generator,
) -> np.ndarray:
    """Land in mu: a power of value added above scale, more in heavy industries; below scale see _land_below."""
    k = int(above.sum())
    total = asked["value_added_above_scale"] * YI / asked["value_added_per_mu"] / weight
    large = value_added[:k] ** p["population.land_elasticity"] * np.exp(
        p["population.land_sd"] * normals(k, rng)
    )
    large *= np.where(far_class[:k] == "heavy", p["population.land_heavy_ratio"], 1.0)
    large = scale_to(large, total, "规上用地", low=p["population.land_min_mu"])
    rest = asked["land_total"] * YI / weight - total
    return np.concatenate([large, _land_below(output[k:], rest, asked, p, rng)])


def _land_below(output: np.ndarray, total: float, asked: P, p: P, rng: np.random.Generator) -> np.ndarray:
    """Lognormal land, capped, whose mean gives the total and whose share of 3 mu or more gives the evaluated firms.

    The spread is found by bisection: the wider it is at a given total, the fewer firms hold 3 mu or more.
    """
    share = (asked["firms_evaluated"] - asked["firms_above_scale"]) / (
        asked["firms_total"] - asked["firms_above_scale"]
    )
    r = p["population.land_output_correlation"]
    mixed = scores(r * scores(output) + np.sqrt(1 - r**2) * normals(len(output), rng))

    def land(sd: float) -> np.ndarray:
        start = np.exp(sd * (mixed - mixed.max()))
        return scale_to(
            start,
            total,
            "规下用地",
            low=p["population.land_below_min_mu"],
            high=p["population.land_below_max_mu"],
        )

    low, high = float(ndtri(1 - share)), 5.0
    if np.mean(land(low) >= EVALUATED_FROM_MU) < share:
        raise TotalUnreachable("规下用地", total, EVALUATED_FROM_MU * share * len(output), np.inf)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if np.mean(land(middle) >= EVALUATED_FROM_MU) > share else (low, middle)
    return land(low)


def by_class(far_class: np.ndarray, names: Mapping[str, str], p: P) -> np.ndarray:
    """The parameter named for each row's floor-area class."""
    return np.select([far_class == name for name in names], [p[name] for name in names.values()], np.nan)


def floor_m2(land: np.ndarray, far_class: np.ndarray, p: P, rng: np.random.Generator) -> np.ndarray:
    """Floor in square metres at the city's mean floor-area ratio."""
    usual = by_class(far_class, FAR, p)
    far = usual * np.exp(p["population.far_sd"] * normals(len(land), rng))
    return np.asarray(
        land * SQUARE_METRES_PER_MU * far * p["population.mean_far"] * land.sum() / (land * far).sum()
    )


def utilisation(n: int, p: P, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(
        np.minimum(
            p["population.utilisation"] + p["population.utilisation_spread"] * (2 * uniforms(n, rng) - 1), 1.0
        )
    )


def site_kind(
    output: np.ndarray,
    above: np.ndarray,
    members: Members,
    community_total: float,
    p: P,
    rng: np.random.Generator,
) -> np.ndarray:
    """Site kind in 2020: parks by size, communities up to their published output, the rest scattered, no tower."""
    k = int(above.sum())
    rank = np.argsort(rising(output[:k])) / k
    park = np.concatenate(
        [
            p["population.share_park_above"] + p["population.park_size_slope"] * (rank - 0.5),
            np.full(len(above) - k, p["population.share_park_below"]),
        ]
    )
    park = np.clip(park, 0, 1)
    eligible = (members.size == 0) & ~_heavy(members.industry)
    left = community_total - p["population.share_community_below"] * output[~above].sum()
    share = float(left / output[eligible].sum())
    if not 0 <= share < 1 - p["population.share_park_above"]:
        raise TotalUnreachable("小微园产值", community_total, 0.0, float(output[eligible].sum()))
    community = np.where(above, np.where(eligible, share, 0.0), p["population.share_community_below"])
    by_size = rising(output)
    order = np.concatenate([by_size[~above[by_size]], by_size[above[by_size]]])
    u = spread_over(order, float(rng.random()))
    return np.where(u < community, 1, np.where(u >= 1 - np.minimum(park, 1 - community), 2, 0))


def _heavy(industry: np.ndarray) -> np.ndarray:
    return np.asarray(far_classes()[industry] == "heavy")
