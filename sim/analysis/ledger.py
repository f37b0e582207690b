"""The variance ledger: how much of an answer's spread comes from structure, parameters, demand and chance.

Method of moments on a balanced nested design: the spread of means at each level, less what the levels below it put
there by themselves. A component that comes out below nought is nought. Shares are of the sum of the four, so they add
to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import nested
from sim.ensemble.nested import LEVELS
from sim.registry import Target, chosen

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

RESAMPLES, SEED = 500, 2027


@dataclass(frozen=True)
class Ledger:
    """``shares`` as :func:`ledger`, ``stamp``: runs, enterprises, ``sizes`` of the design and what else decided
    them."""

    shares: pd.DataFrame
    stamp: dict[str, Any]


def components(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the variance components (…, 4) of ``values`` (…, structures, parameters, demand, chance), unbiased before
    the cut at nought."""
    batch, spreads, means = values.shape[:-4], [], values
    for _ in LEVELS:
        spreads.append(np.var(means, axis=-1, ddof=1).reshape(*batch, -1).mean(axis=-1))
        means = means.mean(axis=-1)
    below = [0.0, *(spread / size for spread, size in zip(spreads[:-1], values.shape[:-4:-1], strict=True))]
    found = np.stack([spread - part for spread, part in zip(spreads, below, strict=True)][::-1], axis=-1)
    return np.asarray(np.maximum(found, 0.0))


def ledger(runs: pd.DataFrame, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the shares of every open target that runs can answer.

    Columns: id, label, reading, deadline, threshold, unit, direction, sd, the share (0 … 1) of each of ``LEVELS`` with
    ``…_lo`` and ``…_hi``, and runs.

    The range is the middle 80 % of shares found in designs of the same size drawn anew from the components as
    estimated, all normal: few draws at a level make it wide.

    Args:
        runs: as :func:`sim.ensemble.nested.nested_runs` returns them.
        only: target ids or groups; all open ones when empty.
    """
    import pandas as pd

    rows = []
    for target in chosen(only):
        asked = (bool(only) or target.state == "open") and target.basis != "tracked"
        values = _values(runs, target) if asked else None
        if values is not None and np.ptp(values) > 0:
            rows.append({"id": target.id, **target.columns(), **_shares(values), "runs": values.size})
    return pd.DataFrame(rows)


def stored(scenario: Scenario, only: tuple[str, ...] = ()) -> Ledger | None:
    """The newest ledger of a scenario that the present code and data made; None without one."""
    there = nested.stored(scenario)
    if there is None:
        return None
    runs, stamp = there
    return Ledger(ledger(runs, only), {**stamp, "sizes": [runs[level].nunique() for level in LEVELS]})


def _values(runs: pd.DataFrame, target: Target) -> NDArray[np.float64] | None:
    """The number held against a target in each run, shaped by the design; None where runs do not give it."""
    year = int(target.deadline[:4])
    rows = runs[(runs["indicator"] == target.indicator) & (runs["year"] == year)].sort_values(list(LEVELS))
    if rows.empty or target.mode == "every_year":
        return None
    return rows["value"].to_numpy(float).reshape([runs[level].nunique() for level in LEVELS])


def _shares(values: NDArray[np.float64]) -> dict[str, float]:
    found = components(values)
    draw = np.random.default_rng(SEED)
    low, high = np.nanquantile(_normed(components(_drawn(found, values.shape, draw))), [0.1, 0.9], axis=0)
    row = {"sd": float(np.sqrt(found.sum()))}
    for place, level in enumerate(LEVELS):
        row[level] = float(_normed(found)[place])
        row[f"{level}_lo"], row[f"{level}_hi"] = float(low[place]), float(high[place])
    return row


def _drawn(found: NDArray[np.float64], shape: tuple[int, ...], draw: np.random.Generator) -> NDArray[np.float64]:
    """Values (resamples, *shape) of nested designs with these variance components."""
    values = np.zeros((RESAMPLES, *shape))
    for place, component in enumerate(found, 1):
        size = (RESAMPLES, *shape[:place], *(1,) * (len(shape) - place))
        values += np.sqrt(component) * draw.standard_normal(size)
    return values


def _normed(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of their sum along the last axis; NaN where that is nought."""
    total = found.sum(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(found, total, out=np.full_like(found, np.nan), where=total > 0)
    return shares
