"""Which scenario holds up whatever the future: regret and satisficing side by side, and whether the ranking is stable.

A future is one replicate: a draw of every uncertainty with a demand path, the same for all scenarios. Regret is what a
scenario lacks in a future to the best of those compared (Savage 1951); satisficing counts the futures in which a target
is met (Starr 1962). The two families can rank differently (Herman et al. 2015, J. Water Resources Planning and
Management 141; McPhail et al. 2018, Earth's Future 6), so both are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.asked import CannotAnswer, asked_targets
from sim.analysis.attainment import met, reached_value
from sim.analysis.comparison import SAME
from sim.analysis.given import sound
from sim.analysis.intervals import mean_interval, paired_difference, wilson
from sim.ensemble.points import DEMAND
from sim.ensemble.results import Results
from sim.registry import Target

if TYPE_CHECKING:
    import pandas as pd

FAMILIES = ("regret", "satisfied")
DRAWS, SEED = 1_000, 2027
"""Random re-weightings of the futures (Rubin 1981, the Bayesian bootstrap), and the key of their luck."""
NEGLIGIBLE = 0.001
"""A part of the level: a difference of regret below this is too little to rank scenarios by, however sure."""
TILT = 3.0
"""Times that futures above (or below) the median of one factor count more, when futures are tilted on purpose."""
Array = NDArray[np.float64]


class OneScenario(ValueError):
    """There is nothing to compare a scenario with."""

    def __init__(self) -> None:
        super().__init__("稳健性要在两个以上的情景之间比较，请再给一个情景。")


@dataclass(frozen=True)
class Robustness:
    """Means, intervals (95 %) and ranks over futures.

    ``measures``: target, scenario, regret (mean, in the target's unit), regret_lo, regret_hi, regret_p90, regret_worst,
    satisfied (share of futures), satisfied_lo, satisfied_hi (Wilson), shortfall (mean by which it misses where it does;
    NaN where it never does), rank_regret, rank_satisfied (1 the best, ties the better rank), level_regret,
    level_satisfied (not surely behind the first, by pairs, or by regret less than :data:`NEGLIGIBLE`), futures.
    ``stability``: target, family (of :data:`FAMILIES`), scenario, first (share of the random re-weightings in which it
    is first or level), tilted (the same of the tilts), lowest (its worst rank among the tilts), draws, tilts.
    ``turning``: target, family, factor, upwards (whether futures above its median count more), first (who then is).
    """

    scenarios: tuple[str, ...]
    targets: tuple[Target, ...]
    futures: int
    measures: pd.DataFrame
    stability: pd.DataFrame
    turning: pd.DataFrame


def robustness(results: Results, targets: Sequence[str] = ()) -> Robustness:
    """Return how the scenarios of an ensemble stand across its futures.

    Args:
        targets: ids or groups; by default those the first scenario asks for.

    Raises:
        OneScenario: there is but one.
        CannotAnswer: a target is unknown, only tracked, or due after a scenario's end.
        TooManyFailures: more than 1 % of the runs failed.
    """
    import pandas as pd

    sound(results)
    names = list(results.scenarios)
    if len(names) < 2:
        raise OneScenario
    aims = asked_targets(targets, results.scenarios[names[0]])
    factors = futures(results, names[0])
    tables: list[list[pd.DataFrame]] = [[], [], []]
    for target in aims:
        values = _values(results, names, target)
        at = factors.reindex(values.index)
        for rows, table in zip(tables, (measures(values, target), *stability(values, target, at)), strict=True):
            rows.append(table.assign(target=target.id))
    found = [pd.concat(rows, ignore_index=True) for rows in tables]
    return Robustness(tuple(names), tuple(aims), int(found[0]["futures"].min()), *found)


def futures(results: Results, scenario: str) -> pd.DataFrame:
    """Return where each future (row, by replicate) lies: a column an uncertainty, and the path's output of its last
    year under :data:`sim.ensemble.points.DEMAND`."""
    drawn = results.parameters[results.parameters["scenario"] == scenario]
    table = drawn.pivot(index="replicate", columns="parameter", values="value").astype(float)
    table.columns = table.columns.astype(str)
    demand = results.demand
    last = demand[demand["year"] == demand["year"].max()].set_index("replicate")["gross_output"]
    return table.assign(**{DEMAND: last})


def regrets(values: Array, target: Target) -> Array:
    """Return what each scenario lacks to the best, future by future: 0 or more, in the target's unit.

    Args:
        values: what is held against the target; shape (futures, scenarios).
    """
    signed = values if target.direction == ">=" else -values
    lacks: Array = signed.max(axis=1, keepdims=True) - signed
    return lacks


def measures(values: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Return both families of measures (:class:`Robustness`).

    Args:
        values: what is held against the target, by future (row) and scenario (column).
    """
    import pandas as pd

    numbers, runs = values.to_numpy(float), len(values)
    lacks, hit = regrets(numbers, target), _hits(values, target)
    missing = np.abs(target.threshold - numbers)
    ranks = [_ranks(_scores(family, lacks, hit, np.full(runs, 1 / runs))) for family in FAMILIES]
    rows = []
    for place, name in enumerate(values.columns):
        mine, met_in = lacks[:, place], int(hit[:, place].sum())
        (low, high), (least, most) = mean_interval(mine), wilson(met_in, runs)
        missed = missing[hit[:, place] == 0, place]
        rows.append({
            "scenario": name, "regret": float(mine.mean()), "regret_lo": max(low, 0.0), "regret_hi": high,
            "regret_p90": float(np.quantile(mine, 0.9)), "regret_worst": float(mine.max()), "satisfied": met_in / runs,
            "satisfied_lo": least, "satisfied_hi": most,
            "shortfall": float(missed.mean()) if missed.size else float("nan"),
            "rank_regret": int(ranks[0][place]), "rank_satisfied": int(ranks[1][place]), "futures": runs,
            "level_regret": _beside(lacks, ranks[0], place, float(np.abs(numbers).mean())),
            "level_satisfied": _as_often(hit, ranks[1], place),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _beside(lacks: Array, ranks: NDArray[np.intp], place: int, size: float) -> bool:
    """Whether a scenario's regret is not surely more than the first one's, or more by too little beside the level."""
    more = lacks[:, place] - lacks[:, ranks.argmin()]
    return bool(ranks[place] == 1 or not mean_interval(more)[0] > 0 or more.mean() < NEGLIGIBLE * size)


def _as_often(hit: Array, ranks: NDArray[np.intp], place: int) -> bool:
    """Whether a scenario does not surely meet the target in fewer futures than the first one."""
    less = hit[:, ranks.argmin()] - hit[:, place]
    low, _ = paired_difference(int((less > 0).sum()), int((less < 0).sum()), len(less))
    return bool(ranks[place] == 1 or not low > 0)


def stability(
    values: pd.DataFrame, target: Target, factors: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Return how often each scenario stays first when futures are re-weighted, and which tilts change who is.

    Args:
        values: what each scenario (column) reaches in each future (row).
        factors: where each of the same futures lies, a column a factor.
    """
    import pandas as pd

    lacks, hit, names = regrets(values.to_numpy(float), target), _hits(values, target), list(values.columns)
    key = np.array([SEED, 0x524F42], dtype=np.uint64)
    random = np.random.Generator(np.random.Philox(key=key)).dirichlet(np.ones(len(values)), DRAWS)
    tilts = [(name, up, weights) for name in factors for up, weights in _tilts(factors[name].to_numpy(float))]
    rows, turning = [], []
    for family in FAMILIES:
        now = _ranks(_scores(family, lacks, hit, np.full(len(values), 1 / len(values))))
        drawn = np.array([_ranks(_scores(family, lacks, hit, weights)) for weights in random])
        tilted = np.array([_ranks(_scores(family, lacks, hit, weights)) for _, _, weights in tilts])
        tilted = tilted.reshape(len(tilts), len(names))
        for place, name in enumerate(names):
            rows.append({
                "family": family, "scenario": name, "first": float((drawn[:, place] == 1).mean()),
                "tilted": float((tilted[:, place] == 1).mean()) if tilts else float("nan"),
                "lowest": int(tilted[:, place].max()) if tilts else int(now[place]), "draws": DRAWS,
                "tilts": len(tilts),
            })  # fmt: skip
        for (factor, up, _), ranks in zip(tilts, tilted, strict=True):
            if not np.array_equal(ranks == 1, now == 1):
                first = [name for name, rank in zip(names, ranks, strict=True) if rank == 1]
                turning.append({"family": family, "factor": factor, "upwards": up, "first": "、".join(first)})
    columns = ["family", "factor", "upwards", "first"]
    return pd.DataFrame(rows), pd.DataFrame(turning, columns=columns)


def _values(results: Results, names: Sequence[str], target: Target) -> pd.DataFrame:
    import pandas as pd

    sides = {name: reached_value(results, name, target) for name in names}
    if short := [name for name, side in sides.items() if side is None]:
        raise CannotAnswer(f"目标 {target.id} 期限为 {target.deadline}，晚于情景 {'、'.join(short)} 的期限。")
    table = pd.concat({name: side for name, side in sides.items() if side is not None}, axis=1).dropna()
    if table.empty:
        raise CannotAnswer(f"目标 {target.id} 没有一次运行在每个情景里都有数值，无法比较。")
    return table


def _tilts(at: Array) -> list[tuple[bool, Array]]:
    """Weights that let futures above the median of a factor count more, then those below; none where it is fixed."""
    above = at > np.median(at)
    if not above.any() or above.all():
        return []
    return [(up, _normed(np.where(above == up, TILT, 1.0))) for up in (True, False)]


def _normed(weights: Array) -> Array:
    shares: Array = weights / weights.sum()
    return shares


def _hits(values: pd.DataFrame, target: Target) -> Array:
    return np.column_stack([met(values[name], target).to_numpy(float) for name in values])


def _scores(family: str, lacks: Array, hit: Array, weights: Array) -> Array:
    """What is better when it is less, by scenario: mean regret, or the share of futures that miss."""
    scores: Array = weights @ (lacks if family == "regret" else 1 - hit)
    return scores


def _ranks(scores: Array) -> NDArray[np.intp]:
    """1 for the least; those that are level share the better rank."""
    near = SAME * max(float(np.abs(scores).max()), 1e-300)
    ranks: NDArray[np.intp] = 1 + (scores[None, :] < scores[:, None] - near).sum(axis=1)
    return ranks
