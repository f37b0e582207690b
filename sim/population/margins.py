"""Published margins: what the synthetic table is asked to meet, and how each is measured on it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from sim.population.raking import Constraint
from sim.population.table import Table, industry_codes
from sim.regions import DISTRICTS
from sim.workspace import data_dir

YI = 1e4
"""万元 in one 亿元, and 亩 in one 万亩."""
SQUARE_METRES_PER_MU = 2000 / 3
EVALUATED_FROM_MU = 3.0
"""Below scale, firms from this plot size on are evaluated one by one (F131)."""
SIZES = ("small", "medium", "large")


@dataclass(frozen=True)
class Margin:
    """One row of ``data/population/margins.csv``.

    ``role`` is fit or check; ``rule`` is = (a total), ~ (a reference from elsewhere), >= or <=. A margin without
    ``sample_tolerance_pct`` is neither fitted nor judged when a row stands for more than one enterprise.
    ``kind`` is published, derived (arithmetic in ``formula``) or assumption; ``filled`` marks the last.
    """

    name: str
    title_zh: str
    role: str
    measure: str
    scope: str
    district: str
    industry: str
    size: str
    rule: str
    value: float
    unit: str
    tolerance_pct: float
    sample_tolerance_pct: float | None
    sources: str
    kind: str
    filled: bool
    year: int
    formula: str
    note: str

    def allowed_pct(self, weight: float) -> float | None:
        """Tolerance at this many enterprises a row, in counts never finer than one row; None where not asked."""
        if weight <= 1 or self.sample_tolerance_pct is None:
            return self.tolerance_pct if weight <= 1 else None
        return max(self.sample_tolerance_pct, 100 * weight / self.value if self.unit == "家" else 0.0)


Margins = Mapping[str, Margin]


def read_margins(parameters: Mapping[str, float]) -> dict[str, Margin]:
    """All margins by name; those that rest on a catalogue parameter follow ``parameters``."""
    with (data_dir() / "population" / "margins.csv").open(encoding="utf-8", newline="") as file:
        margins = {row["name"]: _margin(row) for row in csv.DictReader(file)}
    for name, value in _assumed(margins, parameters).items():
        margins[name] = replace(margins[name], value=value)
    return margins


def _margin(row: dict[str, str]) -> Margin:
    sample = row["sample_tolerance_pct"]
    numbers = {
        "value": float(row["value"]),
        "tolerance_pct": float(row["tolerance_pct"]),
        "sample_tolerance_pct": float(sample) if sample else None,
        "year": int(row["year"]),
        "filled": row["filled"] == "true",
    }
    return Margin(**{**row, **numbers})  # type: ignore[arg-type]


def _assumed(margins: Margins, parameters: Mapping[str, float]) -> dict[str, float]:
    """Totals that follow from a catalogue parameter."""
    output, firms = margins["gross_output_above_scale"].value, margins["firms_above_scale"].value
    return {
        "gross_output_below_scale": output * (1 / parameters["population.above_scale_output_share"] - 1),
        "land_total": parameters["population.total_land_wan_mu"],
        "firms.large": firms * parameters["population.share_firms_large"],
        "firms.medium": firms * parameters["population.share_firms_medium"],
        "mean_far": parameters["population.mean_far"],
        "young_share": 100 * parameters["population.young_share"],
        "tax_rate_below_scale": 100 * parameters["population.tax_rate_below"],
        "energy_per_value_added": parameters["population.energy_per_value_added"],
        "labour_productivity_below_scale": parameters["population.labour_productivity_below"],
    }


@dataclass(frozen=True)
class Members:
    """What a margin can select rows by, one value per row; ``size`` is a row of SIZES, or -1 where none applies."""

    district: np.ndarray
    industry: np.ndarray
    above_scale: np.ndarray
    size: np.ndarray

    def rows(self, margin: Margin) -> np.ndarray:
        """Row numbers the margin covers."""
        keep = np.ones(len(self.district), dtype=bool)
        if margin.scope != "all":
            keep &= self.above_scale == (margin.scope == "above")
        if margin.district:
            keep &= self.district == DISTRICTS.index(margin.district)
        if margin.industry:
            keep &= np.isin(
                self.industry, [industry_codes().index(code) for code in margin.industry.split(";")]
            )
        if margin.size in SIZES:
            keep &= self.size == SIZES.index(margin.size)
        return np.flatnonzero(keep)

    def take(self, order: np.ndarray) -> Members:
        """The same, for rows picked or reordered."""
        return Members(self.district[order], self.industry[order], self.above_scale[order], self.size[order])


def constraints(
    margins: Iterable[Margin], members: Members, measure: str, *, scale: float = 1.0, weight: float = 1.0
) -> dict[str, Constraint]:
    """Fitted above-scale margins of one measure; those by size only when members have sizes.

    Args:
        scale: units of the values per unit of the margin (1e4 for 亿元 in 万元).
        weight: enterprises a row stands for; totals are per row.
    """
    sized = bool((members.size >= 0).any())
    return {
        margin.name: (members.rows(margin), margin.value * scale / weight)
        for margin in margins
        if (margin.role, margin.scope, margin.measure) == ("fit", "above", measure)
        and (sized or margin.size not in SIZES)
        and margin.allowed_pct(weight) is not None
    }


def _value_added(t: Table) -> np.ndarray:
    return t["demand_wan"] * t["value_added_rate"]


def _tax(t: Table) -> np.ndarray:
    return t["demand_wan"] * t["tax_rate"]


def _evaluated(t: Table) -> np.ndarray:
    return t["above_scale"] | (t["land_mu"] >= EVALUATED_FROM_MU)


def _top_share(t: Table) -> float:
    return float(100 * t["demand_wan"][t["demand_wan"] >= 10 * YI].sum() / t["demand_wan"].sum())


MEASURES: dict[str, Callable[[Table, float], float]] = {
    "firms": lambda t, w: len(t["id"]) * w,
    "gross_output": lambda t, w: t["demand_wan"].sum() * w / YI,
    "value_added": lambda t, w: _value_added(t).sum() * w / YI,
    "value_added_rate": lambda t, w: 100 * _value_added(t).sum() / t["demand_wan"].sum(),
    "value_added_per_mu": lambda t, w: _value_added(t).sum() / t["land_mu"].sum(),
    "tax_per_mu": lambda t, w: _tax(t).sum() / t["land_mu"].sum(),
    "tax_rate": lambda t, w: 100 * _tax(t).sum() / t["demand_wan"].sum(),
    "tax_per_mu_p05": lambda t, w: float(np.quantile(_tax(t) / t["land_mu"], 0.05)),
    "tax_per_mu_p95": lambda t, w: float(np.quantile(_tax(t) / t["land_mu"], 0.95)),
    "land": lambda t, w: t["land_mu"].sum() * w / YI,
    "far": lambda t, w: t["floor_m2"].sum() / (t["land_mu"].sum() * SQUARE_METRES_PER_MU),
    "labour_productivity": lambda t, w: _value_added(t).sum() / t["employees"].sum(),
    "rd": lambda t, w: (t["demand_wan"] * t["rd_share"]).sum() * w / YI,
    "energy_per_value_added": lambda t, w: (
        (t["demand_wan"] * t["energy_per_output"]).sum() / _value_added(t).sum()
    ),
    "firms_evaluated": lambda t, w: _evaluated(t).sum() * w,
    "site_output": lambda t, w: t["demand_wan"][t["site"] == 1].sum() * w / YI,
    "young_share": lambda t, w: float(100 * np.mean(t["age_years"] < 5)),
    "top_share": lambda t, w: _top_share(t),
    "suitable_share": lambda t, w: float(100 * np.mean(t["suitability"] >= 0.5)),
}
"""Each takes the columns of a margin's rows and a row's weight, and gives the value in the margin's unit."""


def _got(margin: Margin, table: Table, members: Members, weight: float) -> float:
    rows = members.rows(margin)
    if len(rows) == 0:
        return float("nan")
    if margin.measure == "output_share":
        whole = members.rows(replace(margin, industry=""))
        return float(100 * table["demand_wan"][rows].sum() / table["demand_wan"][whole].sum())
    return float(MEASURES[margin.measure]({name: column[rows] for name, column in table.items()}, weight))


def _met(margin: Margin, error_pct: float, allowed_pct: float | None) -> bool | None:
    if allowed_pct is None or np.isnan(error_pct):
        return None
    if margin.rule in (">=", "<="):
        return error_pct >= 0 if margin.rule == ">=" else error_pct <= 0
    return abs(error_pct) <= allowed_pct


def compare(margins: Margins, table: Table, members: Members, weight: float) -> pd.DataFrame:
    """Asked, got and error of every margin, indexed by name.

    Returns:
        Fields of :class:`Margin` with ``asked`` for ``value``, and ``got``, ``error_pct``, ``allowed_pct`` and
        ``met`` (<NA> where a sample is not asked or has no such row).
    """
    rows = []
    for margin in margins.values():
        got = _got(margin, table, members, weight)
        error, allowed = 100 * (got / margin.value - 1), margin.allowed_pct(weight)
        rows.append(
            {
                **asdict(margin),
                "got": got,
                "error_pct": error,
                "allowed_pct": allowed,
                "met": _met(margin, error, allowed),
            }
        )
    frame = pd.DataFrame(rows).rename(columns={"value": "asked"}).set_index("name")
    return frame.astype({"met": "boolean", "allowed_pct": float})
