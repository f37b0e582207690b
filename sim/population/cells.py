"""District x industry cells of above-scale industry in 2020, fitted to the published margins."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from sim.population.margins import YI, Margin, Margins, Members, constraints
from sim.population.raking import Constraint, rake
from sim.population.table import industry_codes, industry_numbers
from sim.regions import DISTRICTS
from sim.workspace import data_dir


@dataclass(frozen=True)
class Cells:
    """Above-scale totals by district and industry, each of shape (10, industries)."""

    value_added_wan: np.ndarray
    gross_output_wan: np.ndarray
    firms: np.ndarray


def fit_cells(margins: Margins) -> Cells:
    """Fit value added, output and number of firms per cell.

    Value added starts from industry shares spread over districts by specialisation and is raked to the value-added
    margins and to the output margins of single industries at their usual value-added rate; output follows from
    those rates and is raked to the output margins; firms follow from the mean size of an industry's firms.
    """
    members, asked = cell_members(), list(margins.values())
    rate = np.tile(industry_numbers("va_rate_2020"), len(DISTRICTS))
    seed = _seed_output(margins).ravel()
    value_added = rake(
        seed * rate,
        constraints(asked, members, "value_added", scale=YI)
        | _industry_value_added(asked, members, seed, rate),
        quantity="区县×行业增加值",
    )
    output = value_added / rate
    output *= margins["gross_output_above_scale"].value * YI / output.sum()
    output = rake(
        output,
        shares_of_district(asked, members, output) | constraints(asked, members, "gross_output", scale=YI),
        quantity="区县×行业总产值",
    )
    firms = output / (np.tile(industry_numbers("mean_output_yi"), len(DISTRICTS)) * YI)
    firms = rake(firms, constraints(asked, members, "firms"), quantity="区县×行业企业数")
    shape = (len(DISTRICTS), len(industry_codes()))
    return Cells(value_added.reshape(shape), output.reshape(shape), firms.reshape(shape))


def cell_members() -> Members:
    """Every cell as a row, district by district."""
    n_districts, n_industries = len(DISTRICTS), len(industry_codes())
    n = n_districts * n_industries
    return Members(
        district=np.repeat(np.arange(n_districts), n_industries),
        industry=np.tile(np.arange(n_industries), n_districts),
        above_scale=np.ones(n, dtype=bool),
        size=np.full(n, -1),
    )


def shares_of_district(
    margins: Iterable[Margin], members: Members, output: np.ndarray, weight: float = 1.0
) -> dict[str, Constraint]:
    """Published industry shares of a district's output as totals, at the district's present ``output``."""
    found: dict[str, Constraint] = {}
    for margin in margins:
        if margin.measure != "output_share" or margin.allowed_pct(weight) is None:
            continue
        whole = members.rows(replace(margin, industry=""))
        total = float(output[whole].sum())
        found[f"{margin.district} present output"] = (whole, total)
        found[margin.name] = (members.rows(margin), margin.value / 100 * total)
    return found


def _industry_value_added(
    margins: Iterable[Margin], members: Members, seed: np.ndarray, rate: np.ndarray
) -> dict[str, Constraint]:
    """Output margins of single industries as value added, at the start rates (averaged by seed output)."""
    found = constraints([margin for margin in margins if margin.industry], members, "gross_output", scale=YI)
    return {
        name: (rows, total * float(np.average(rate[rows], weights=seed[rows])))
        for name, (rows, total) in found.items()
    }


def _seed_output(margins: Margins) -> np.ndarray:
    """Start values: industry share x district's value added x specialisation, normalised per industry."""
    place = np.array([[margins[f"value_added.{name}"].value] for name in DISTRICTS])
    spread = specialisation(margins) * place
    return np.asarray(spread / spread.sum(axis=0) * industry_numbers("output_share_2020"))


def specialisation(margins: Margins) -> np.ndarray:
    """Location quotients, shape (10, industries): 1 unless listed in ``specialisation.csv``.

    A district with a published industry table follows that table, its other industries sharing the rest.
    """
    codes, usual = industry_codes(), industry_numbers("output_share_2020")
    quotient = np.ones((len(DISTRICTS), len(codes)))
    with (data_dir() / "population" / "specialisation.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            quotient[DISTRICTS.index(row["district"]), codes.index(row["industry"])] = float(row["quotient"])
    published = [margin for margin in margins.values() if margin.measure == "output_share"]
    for district in {margin.district for margin in published}:
        share = {codes.index(m.industry): m.value for m in published if m.district == district}
        row, known = quotient[DISTRICTS.index(district)], list(share)
        rest = np.setdiff1d(np.arange(len(codes)), known)
        row[rest] *= (100 - sum(share.values())) / (row[rest] * usual[rest]).sum()
        row[known] = np.array(list(share.values())) / usual[known]
    return quotient
