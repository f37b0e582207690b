"""Patterns that any believable model of these enterprises should show, each with what was published of it.

Some are built in (a parameter or rule carries the pattern already, and the check is whether it survives years of
everything else), some are not; the table says which. Individual enterprises are needed for most, so a few runs are
made here that keep them; the rest is read from an ensemble.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.outcomes import miss
from sim.ensemble.batch import population_of
from sim.ensemble.design import draw_parameters
from sim.ensemble.results import Results
from sim.ensemble.runner import demand_paths
from sim.parallel import Progress, in_order
from sim.scenario.months import is_december, year_of
from sim.tables import Row, rows

if TYPE_CHECKING:
    import pandas as pd

    from sim.abm.model import IndustrialUpgradeModel
    from sim.scenario.schema import Scenario

FILE = "validation/patterns.csv"
COLUMNS = (
    "id", "label", "low", "high", "unit", "p10", "median", "p90", "verdict", "kind", "sources", "basis_zh",
    "reason_zh",
)  # fmt: skip
RUNS = 16
LAST = 2025
"""Patterns of enterprises are looked at over 2021 to the end of this year."""
ZHENHAI, YEARS_SEEN = "镇海区", 2
WAN_MU_PER_KM2 = 0.15
FLOOR = 400.0
"""万㎡ that starts and completions are timed at: what was published for 2025 (S012)."""
Values = NDArray[np.float64]


def patterns(
    results: Results, scenario: Scenario, runs: int = RUNS, workers: int = 1, progress: Progress | None = None
) -> pd.DataFrame:
    """Return each pattern: what was published (``low``, ``high``; NaN: only a direction), the model's P10, median and
    P90, and the ``verdict``: inside (the 80 % interval meets the range; of a direction, nine runs in ten show it), low
    or high.

    Args:
        results: an ensemble that holds ``scenario``.
        runs: further runs, made here, that keep their enterprises.
    """
    import pandas as pd

    stamp = results.stamp
    replicates = list(range(runs))
    drawn = draw_parameters(scenario, replicates, stamp["seed"])
    demand = demand_paths(replicates, stamp["seed"], scenario)
    paths = demand.pivot(index="replicate", columns="year", values="gross_output")
    work = partial(
        observe, scenario=scenario.model_copy(update={"horizon": 12 * (LAST - 2020) - 1}), seed=stamp["seed"],
        enterprises=stamp["enterprises"],
    )  # fmt: skip
    items = [(each, drawn[each], tuple(map(float, paths.loc[each, :LAST]))) for each in replicates]
    found = pd.DataFrame(in_order(work, items, workers, progress))
    measured = {name: found[name].to_numpy(float) for name in found}
    measured |= {name: measure(results, scenario.name) for name, measure in OF_RESULTS.items()}
    return pd.DataFrame([_row(row, measured[row["id"]]) for row in rows(FILE)], columns=list(COLUMNS))


def observe(
    item: tuple[int, dict[str, float], tuple[float, ...]], scenario: Scenario, seed: int, enterprises: int
) -> dict[str, float]:
    """Make one run and measure the patterns of its enterprises."""
    from sim.abm.model import IndustrialUpgradeModel

    replicate, drawn, demand = item
    population = population_of(scenario, enterprises)
    model = IndustrialUpgradeModel(scenario, seed, replicate, population=population, drawn=drawn, demand=demand)
    start = model.enterprises.demand_wan.astype(float).copy()
    books: dict[int, tuple[Values, NDArray[np.bool_]]] = {}
    while model.running:
        month = model.state.month
        model.step()
        if is_december(month):
            firms = model.enterprises
            books[year_of(month)] = (firms.output_year_wan.astype(float).copy(), firms.above_scale.copy())
    return {
        "size_exponent": size_exponent(*books[LAST], floor=float(model.state.parameters["scale.entry_wan"])),
        "exit_small_to_large": exit_small_to_large(model, start),
        "exit_young_to_infant": exit_young_to_infant(model),
        "comparable_gap": comparable_gap(books),
        **_upstairs(model),
    }


def size_exponent(output_wan: Values, above: NDArray[np.bool_], floor: float) -> float:
    """Maximum-likelihood Pareto exponent (Hill 1975) of output from the above-scale threshold up."""
    sizes = output_wan[above & (output_wan >= floor)]
    return float(sizes.size / np.log(sizes / floor).sum())


def comparable_gap(books: dict[int, tuple[Values, NDArray[np.bool_]]]) -> float:
    """Percentage points by which the growth of the above-scale total exceeds that of a comparable sample: this year's
    above-scale enterprises, with what the same ones made a year before. Mean over the years."""
    gaps = []
    for year in sorted(books)[1:]:
        (now, above), (before, was_above) = books[year], books[year - 1]
        same = np.zeros(now.size)
        same[: before.size] = before
        level = now[above].sum() / before[was_above].sum()
        gaps.append(100 * (level - now[above].sum() / same[above].sum()))
    return float(np.mean(gaps))


def exit_small_to_large(model: IndustrialUpgradeModel, start_wan: Values) -> float:
    """Share of the smallest quarter of the first enterprises that exited by themselves, over that of the largest."""
    left = _month_of(model, "exited") >= 0
    low, high = np.quantile(start_wan, [0.25, 0.75])
    first = left[: start_wan.size]
    return float(first[start_wan <= low].mean() / max(first[start_wan >= high].mean(), 1e-9))


def exit_young_to_infant(model: IndustrialUpgradeModel) -> float:
    """Natural exits per enterprise and year at ages 3–7 over those below 3; ages at the middle of each year."""
    firms, left = model.enterprises, _month_of(model, "exited")
    ended = _month_of(model, "exited", "eliminated", "closed", "merged", "left_city")
    gone = np.where(ended < 0, 12 * (LAST + 1), ended)
    died, lived = np.zeros(2), np.zeros(2)
    for year in range(LAST - 2020):
        middle = 12 * year + 6
        age = firms.age_years + (middle - np.maximum(firms.entered, 0)) / 12
        there = (firms.entered < 12 * year) & (gone >= 12 * year)
        dies = (left >= 12 * year) & (left < 12 * year + 12)
        for place, group in enumerate((age < 3, (age >= 3) & (age <= 7))):
            lived[place] += (there & group).sum()
            died[place] += (there & group & dies).sum()
    infant, young = died / np.maximum(lived, 1)
    return float(young / max(infant, 1e-9))


def _upstairs(model: IndustrialUpgradeModel) -> dict[str, float]:
    from sim.abm.enterprises import Site

    firms = model.enterprises
    live = firms.live
    up = live & (firms.site == Site.TOWER)
    if not up.any():
        return {"upstairs_suitability": np.nan, "upstairs_value_added": np.nan}
    return {
        "upstairs_suitability": float(firms.suitability[up].mean() - firms.suitability[live].mean()),
        "upstairs_value_added": 100 * float(firms.value_added_rate[up].mean() - firms.value_added_rate[live].mean()),
    }


def _month_of(model: IndustrialUpgradeModel, *paths: str) -> NDArray[np.int64]:
    """Month in which each enterprise went one of these ways, −1 if it did not."""
    from sim.abm.events import PATHS

    events, ids = model.events.columns(), model.enterprises.id
    mine = np.isin(events["path"], [PATHS.index(name) for name in paths])
    order = np.argsort(ids)
    places = order[np.searchsorted(ids[order], events["enterprise"][mine])]
    found = np.full(ids.size, -1, dtype=np.int64)
    found[places] = events["month"][mine]
    return found


def _delivery_lag(results: Results, scenario: str) -> Values:
    """Years between the day that starts and the day that completions reach ``FLOOR``."""
    started, completed = (_reached(results, scenario, f"quality_space_{name}") for name in ("started", "completed"))
    return completed - started


def _reached(results: Results, scenario: str, indicator: str) -> Values:
    yearly = results.values(scenario, indicator)
    years = yearly.columns.to_numpy(float) + 1
    return np.array([np.interp(FLOOR, row, years) for row in yearly.to_numpy(float)])


def _s_shape(results: Results, scenario: str) -> Values:
    completed = results.values(scenario, "quality_space_completed")
    return np.asarray((completed[2028] - completed[2027]) / (completed[2025] - completed[2024]), float)


def _occupancy(results: Results, scenario: str) -> Values:
    return np.asarray(results.values(scenario, "tower_occupancy")[LAST], float)


def _zhenhai_rectified(results: Results, scenario: str) -> Values:
    done = results.values(scenario, "firms_rectified_high_consumption", ZHENHAI)[2020 + YEARS_SEEN]
    return np.asarray(done / YEARS_SEEN, float)


def _zhenhai_land(results: Results, scenario: str) -> Values:
    freed = results.values(scenario, "land_freed", ZHENHAI)[2020 + YEARS_SEEN] * WAN_MU_PER_KM2 / YEARS_SEEN
    return np.asarray(100 * freed / results.values(scenario, "land_total", ZHENHAI)[2021], float)


OF_RESULTS: dict[str, Callable[[Results, str], Values]] = {
    "delivery_lag_years": _delivery_lag,
    "tower_s_shape": _s_shape,
    "tower_occupancy": _occupancy,
    "zhenhai_rectified": _zhenhai_rectified,
    "zhenhai_land": _zhenhai_land,
}


def _row(row: Row, values: Values) -> dict[str, object]:
    p10, median, p90 = np.nanquantile(values, [0.1, 0.5, 0.9])
    low = float(row["low"])
    high = float(row["high"]) if row["high"] else np.nan
    short = p90 < low if row["high"] else p10 < low
    verdict = "low" if short else "high" if p10 > high else "inside"
    return {
        "id": row["id"], "label": row["label_zh"], "low": low, "high": high, "unit": row["unit"], "p10": p10,
        "median": median, "p90": p90, "verdict": verdict, "kind": row["kind"],
        "sources": row["sources"], "basis_zh": row["basis_zh"],
        "reason_zh": miss(row["id"], verdict).get("reason_zh", ""),
    }  # fmt: skip
