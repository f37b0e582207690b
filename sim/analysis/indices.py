"""How much of an output's spread each factor brings: Morris' screening and Sobol' indices on the unit cube.

Designs and estimators are SALib's (Iwanaga, Usher & Herman 2022): elementary effects by Morris (1991) and Campolongo
et al. (2007), first-order and total indices by Saltelli et al. (2010). Factors may be put into groups, and a group
then has an index as if it were one factor. Nothing here knows the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
LEVELS = 4
EDGE = 0.05
"""Screening goes from this quantile to its mirror image: an unbounded distribution has no end."""
RESAMPLES, CONFIDENCE = 500, 0.95
SMALL = 1e-12
APART = 1e-6
"""Totals closer than this are the same number."""


class DesignNotPowerOfTwo(ValueError):
    """Sobol' sequences are balanced at powers of two only."""

    def __init__(self, points: int) -> None:
        self.points = points
        super().__init__(f"Sobol 的点数须是 2 的幂且不少于 16（如 64、128、256），现为 {points}。")


def morris_design(names: Sequence[str], trajectories: int, seed: int) -> Array:
    """Return trajectories × (factors + 1) points, (points, factors), within (EDGE, 1 − EDGE)."""
    from SALib.sample import morris

    return np.asarray(morris.sample(_cube(names, EDGE), trajectories, num_levels=LEVELS, seed=_seed(seed)))


def morris_effects(names: Sequence[str], at: Array, values: Array) -> pd.DataFrame:
    """Return factor, effect (mean absolute elementary effect over the range), lo, hi (95 % by bootstrap) and sigma
    (spread of the effects: interactions and curvature), largest first."""
    import pandas as pd
    from SALib.analyze import morris

    found = morris.analyze(
        _cube(names, EDGE), at, values, RESAMPLES, CONFIDENCE, num_levels=LEVELS, seed=_seed(0)
    )  # fmt: skip
    effect, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    table = pd.DataFrame({
        "factor": list(names), "effect": effect, "lo": np.maximum(effect - half, 0), "hi": effect + half,
        "sigma": np.asarray(found["sigma"], float),
    })  # fmt: skip
    return table.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def sobol_design(names: Sequence[str], groups: Sequence[str], points: int, seed: int) -> Array:
    """Return points × (groups + 2) points, (rows, factors): A, A with each group from B, B, block by block.

    Raises:
        DesignNotPowerOfTwo.
    """
    from SALib.sample import sobol

    if points < 16 or points & (points - 1):
        raise DesignNotPowerOfTwo(points)
    problem = _cube(names) | {"groups": list(groups)}
    found = sobol.sample(problem, points, calc_second_order=False, scramble=True, seed=_seed(seed))
    return np.asarray(np.clip(found, 1e-9, 1 - 1e-9), float)


def sobol_indices(groups: Sequence[str], values: Array) -> pd.DataFrame:
    """Return group, first, first_lo, first_hi, total, total_lo, total_hi (95 % by bootstrap over blocks), rank.

    ``rank`` (1 the largest total) is there only where the total's interval of the difference to the neighbours on
    both sides leaves out nought; else 0. All are NaN where the output does not vary.

    Args:
        groups: the distinct groups in the order of the design.
        values: outputs (rows,) in the order of the design.
    """
    import pandas as pd

    names = list(dict.fromkeys(groups))
    if np.ptp(values) <= SMALL * max(1.0, float(np.abs(values).max())):
        columns = ("first", "first_lo", "first_hi", "total", "total_lo", "total_hi")
        return pd.DataFrame({"group": names, **dict.fromkeys(columns, np.nan), "rank": 0})
    found = _analyse(names, values)
    first, total = (np.nan_to_num(np.asarray(found[f"{name}_conf_all"], float)) for name in ("S1", "ST"))
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    (first_lo, first_hi), (total_lo, total_hi) = np.quantile(first, tails, axis=0), np.quantile(total, tails, axis=0)
    table = pd.DataFrame({
        "group": names, "first": np.asarray(found["S1"], float), "first_lo": first_lo, "first_hi": first_hi,
        "total": np.asarray(found["ST"], float), "total_lo": total_lo, "total_hi": total_hi,
    })  # fmt: skip
    order = np.argsort(-table["total"].to_numpy(), kind="stable")
    table["rank"] = _ranks(total[:, order], tails)[np.argsort(order)]
    return table.iloc[order].reset_index(drop=True)


def convergence(groups: Sequence[str], values: Array, points: int) -> pd.DataFrame:
    """Return the indices of the first quarter, the first half and all of the blocks; column ``points`` says which."""
    import pandas as pd

    block = len(values) // points
    sizes = [points // 4, points // 2, points]
    parts = [sobol_indices(groups, values[: size * block]).assign(points=size) for size in sizes]
    return pd.concat(parts, ignore_index=True)


def _analyse(names: list[str], values: Array) -> Mapping[str, Any]:
    from SALib.analyze import sobol

    with np.errstate(invalid="ignore", divide="ignore"):  # a resample of a rare event may hold none of it
        found: Mapping[str, Any] = sobol.analyze(
            _cube(names), values, calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE,
            keep_resamples=True, seed=_seed(0),
        )  # fmt: skip
    return found


def _ranks(resampled: Array, tails: list[float]) -> NDArray[np.int64]:
    """Ranks of columns in descending order, 0 where a neighbour is not told apart."""
    count = resampled.shape[1]
    gaps = resampled[:, :-1] - resampled[:, 1:]
    apart = np.quantile(gaps, tails[0], axis=0) > APART if count > 1 else np.zeros(0, bool)
    above, below = np.append(True, apart), np.append(apart, True)
    return np.where(above & below, np.arange(1, count + 1), 0)


def _cube(names: Sequence[str], edge: float = 0.0) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[edge, 1 - edge]] * len(names)}


def _seed(seed: int) -> int:
    """SALib takes 0 for no seed at all, and 32 bits of any other."""
    return 1 + seed % (2**32 - 2)
