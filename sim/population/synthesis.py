"""A synthetic enterprise table of 2020 that meets the published margins at any number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sim.population import columns
from sim.population.cells import Cells, fit_cells, shares_of_district
from sim.population.draws import normals, pareto, rising, scale_to, truncated_lognormal, uniforms
from sim.population.margins import YI, Margins, Members, compare, constraints, read_margins
from sim.population.raking import UnusableMargin, rake
from sim.population.table import COLUMNS, Population, Table, industry_numbers
from sim.scenario.catalogue import catalogue

PREFIX = "population."
SCALE_LINE = "scale.entry_wan"


class TooFewRows(ValueError):
    """The sample is too small to hold every district and size class."""

    def __init__(self, n: int, least: int) -> None:
        self.n, self.least = n, least
        super().__init__(f"样本量 {n} 太小：至少需要 {least} 行，才能含有每个区县与大中小型企业。")


ENTERPRISES = 73_000
"""Industrial enterprises of the city (S013): one row each at full size."""
LEAST_ROWS = 1_250


def check_size(n: int) -> None:
    """Refuse a sample that cannot hold every district and size class.

    Raises:
        TooFewRows: n is below 1,250.
    """
    if n < LEAST_ROWS:
        raise TooFewRows(n, LEAST_ROWS)


def population_parameters(replaced: Mapping[str, float] | None = None) -> dict[str, float]:
    """Catalogue values the table is made with, by id, some of them replaced.

    Raises:
        UnknownEntry: a replaced value has no catalogue entry.
    """
    entries = catalogue()
    values = {name: entries[name].value for name in entries if name.startswith(PREFIX) or name == SCALE_LINE}
    return values | {entries[name].id: value for name, value in (replaced or {}).items()}


def tail(structure: Mapping[str, str]) -> dict[str, float]:
    """The parameters that a scenario's switch on the size distribution replaces, for :func:`synthesise`."""
    option = structure["structure.size_tail"]
    return {} if option == "central" else {f"{PREFIX}size_exponent": catalogue()[f"size_tail.{option}"].value}


def synthesise(
    n: int = ENTERPRISES, seed: int = 2020, parameters: Mapping[str, float] | None = None
) -> Population:
    """Make ``n`` enterprises whose totals at weight 73,000 / n are the city's of 2020.

    Args:
        n: rows; each stands for 73,000 / n enterprises. In a sample a large row averages over that many firms.
        seed: the draw; the same n, seed and parameters give the same bytes.
        parameters: values that replace catalogue defaults, by full id.

    Raises:
        TooFewRows: n is below 1,250.
        UnknownEntry: a name in ``parameters`` is not in the catalogue.
        MarginsNotMet, UnusableMargin, TotalUnreachable: the margins and parameters contradict each other.
    """
    check_size(n)
    p = population_parameters(parameters)
    margins = read_margins(p)
    asked = {name: margin.value for name, margin in margins.items()}
    weight = asked["firms_total"] / n
    rng = np.random.Generator(np.random.Philox(seed))
    cells = fit_cells(margins)
    members = _members(cells, margins, weight, n, rng)
    members, core = _output_and_value_added(cells, members, margins, weight, p, rng)
    table = core | columns.others(core, members, asked, weight, p, rng)
    order = np.lexsort((table["industry"], table["district"]))
    table["id"] = np.argsort(order)
    ordered: Table = {c.name: np.ascontiguousarray(table[c.name][order], dtype=c.dtype) for c in COLUMNS}
    exact = {name: column.astype(float) if column.dtype.kind == "f" else column for name, column in ordered.items()}
    return Population(ordered, weight, compare(margins, exact, members.take(order), weight))


def _whole(expected: np.ndarray, total: int, rng: np.random.Generator) -> np.ndarray:
    """Whole numbers near ``expected``, adding to ``total``: floors, then a systematic draw of the fractions."""
    expected = expected * total / expected.sum()
    floor = np.floor(expected + 1e-7)
    fraction = np.clip(expected - floor, 0, None)
    missing = total - int(floor.sum())
    if missing == 0:
        return floor.astype(int)
    steps = np.cumsum(fraction) * missing / fraction.sum()
    chosen = np.diff(np.floor(steps + rng.random()), prepend=0.0)
    chosen[np.argmax(fraction)] += missing - chosen.sum()
    return np.asarray(floor + chosen, dtype=int)


def _members(cells: Cells, margins: Margins, weight: float, n: int, rng: np.random.Generator) -> Members:
    """District, industry and side of the scale line of every row; above-scale rows come first."""
    above = round(margins["firms_above_scale"].value / weight)
    below = cells.firms * industry_numbers("below_scale")
    sides = []
    for firms, total in ((cells.firms, above), (below, n - above)):
        per_district = _whole(firms.sum(axis=1), total, rng)
        sides.append(np.stack([_whole(row, k, rng) for row, k in zip(firms, per_district, strict=True)]))
    counts = np.concatenate([side.ravel() for side in sides])
    cell = np.repeat(np.tile(np.arange(cells.firms.size), 2), counts)
    district, industry = np.divmod(cell, cells.firms.shape[1])
    return Members(district, industry, np.arange(n) < above, np.full(n, -1))


def _sizes(output: np.ndarray, p: Mapping[str, float]) -> np.ndarray:
    """Size class by rank of output: 2 large, 1 medium, 0 small."""
    large = max(round(p["population.share_firms_large"] * len(output)), 1)
    medium = max(round(p["population.share_firms_medium"] * len(output)), 1)
    size = np.zeros(len(output), dtype=int)
    order = rising(-output)
    size[order[:large]] = 2
    size[order[large : large + medium]] = 1
    return size


def _output_and_value_added(
    cells: Cells,
    members: Members,
    margins: Margins,
    weight: float,
    p: Mapping[str, float],
    rng: np.random.Generator,
) -> tuple[Members, Table]:
    """Output and value-added rate of every row; members gain their size class (-1 below scale)."""
    above = members.above_scale
    k = int(above.sum())
    top = members.take(np.arange(k))
    output, rate = _start(cells, top, p, rng)
    top = replace(top, size=_sizes(output, p))
    limits, fitted = list(margins.values()), {"scale": YI, "weight": weight}
    value_added = rake(
        output * rate,
        constraints(limits, top, "value_added", **fitted),
        floor=p["scale.entry_wan"] * rate,
        quantity="企业增加值",
    )
    output = value_added / rate
    output *= margins["gross_output_above_scale"].value * YI / weight / output.sum()
    output = rake(
        output,
        shares_of_district(limits, top, output, weight) | constraints(limits, top, "gross_output", **fitted),
        floor=p["scale.entry_wan"],
        quantity="企业总产值",
    )
    small_output, small_rate = _below(members.industry[k:], margins, weight, p, rng)
    return replace(members, size=np.concatenate([top.size, members.size[k:]])), {
        "district": members.district,
        "industry": members.industry,
        "above_scale": above,
        "demand_wan": np.concatenate([output, small_output]),
        "value_added_rate": np.concatenate([value_added / output, small_rate]),
    }


def _start(
    cells: Cells, top: Members, p: Mapping[str, float], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Start values above scale: Pareto sizes inside each cell around the cell's mean, rates around the cell's."""
    cell = top.district * cells.firms.shape[1] + top.industry
    mean = (cells.gross_output_wan / np.maximum(cells.firms, 1e-9)).ravel()[cell]
    tail = pareto(uniforms(len(cell), rng), p["population.size_exponent"]) - 1
    per_cell = np.bincount(cell, tail, cells.firms.size) / np.maximum(
        np.bincount(cell, minlength=cells.firms.size), 1
    )
    entry = p["scale.entry_wan"]
    if (mean <= entry).any():
        raise UnusableMargin("区县×行业企业数", "企业总产值")
    output = entry + (mean - entry) * tail / per_cell[cell]
    sd = p["population.value_added_rate_sd"]
    noise = np.exp(sd * normals(len(cell), rng) - sd**2 / 2)
    cell_rate = (cells.value_added_wan / np.maximum(cells.gross_output_wan, 1e-9)).ravel()[cell]
    return output, np.clip(
        cell_rate * noise, p["population.value_added_rate_min"], p["population.value_added_rate_max"]
    )


def _below(
    industry: np.ndarray, margins: Margins, weight: float, p: Mapping[str, float], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Output and value-added rate below scale, at their city totals."""
    n = len(industry)
    output_total = margins["gross_output_below_scale"].value * YI / weight
    top = p["scale.entry_wan"] * p["population.below_top_ratio"]
    output = truncated_lognormal(uniforms(n, rng), p["population.below_size_sd"], top, output_total / n)
    sd = p["population.value_added_rate_sd"]
    rate = industry_numbers("va_rate_2020")[industry] * np.exp(sd * normals(n, rng))
    rate = scale_to(
        rate,
        margins["value_added_below_scale"].value * YI / weight,
        "规下增加值",
        times=output,
        high=p["population.value_added_rate_max"],
    )
    return output, rate
