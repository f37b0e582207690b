"""Published totals are met, and every number asked says where it comes from."""

import ast
import operator
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sim.population import Population, synthesise
from sim.population.margins import read_margins
from sim.population.synthesis import population_parameters
from sim.regions import DISTRICTS
from sim.workspace import data_dir

ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
MARGINS = read_margins(population_parameters())


def evaluate(formula: str) -> float:
    """Plain arithmetic on literals, nothing else."""

    def value(node: ast.AST) -> float:
        if isinstance(node, ast.Constant):
            return float(str(node.value))
        assert isinstance(node, ast.BinOp), formula
        return ARITHMETIC[type(node.op)](value(node.left), value(node.right))

    return value(ast.parse(formula, mode="eval").body)


def published_ids() -> set[str]:
    """Ids of all evidence rows, those of the Ningbo tables by file order."""
    ids: set[str] = set()
    for name in ("seed_facts", "facts"):
        ids |= set(pd.read_csv(data_dir() / "policy" / f"{name}.csv")["id"])
    for letter, name in (("A", "annual"), ("M", "monthly"), ("D", "by_district"), ("I", "by_industry")):
        rows = len(pd.read_csv(data_dir() / "ningbo" / f"{name}.csv"))
        ids |= {f"{letter}{number:03d}" for number in range(1, rows + 1)}
    return ids


def fact(identifier: str) -> float:
    facts = pd.read_csv(data_dir() / "policy" / "facts.csv", dtype=str).set_index("id")
    return float(str(facts.at[identifier, "value"]))


def test_every_margin_is_met(population: Population) -> None:
    missed = population.margins[~population.margins["met"].fillna(True)]
    assert missed.empty, missed[["asked", "got", "error_pct", "allowed_pct"]].to_string()


def test_at_full_size_every_margin_is_judged(full: Population) -> None:
    assert full.margins["met"].notna().all()


def test_a_sample_is_judged_on_the_city_and_its_districts(sample: Population) -> None:
    judged = sample.margins[sample.margins["met"].notna()]
    assert {f"value_added.{name}" for name in DISTRICTS} <= set(judged.index)
    assert {"gross_output_above_scale", "tax_per_mu", "land_total", "firms_above_scale"} <= set(judged.index)


def test_city_totals_counted_by_hand(population: Population) -> None:
    t = population.to_frame()
    top = t[t["above_scale"]]
    value_added = top["demand_wan"] * top["value_added_rate"]
    tax = top["demand_wan"] * top["tax_rate"]
    assert top["demand_wan"].sum() * population.weight / 1e4 == pytest.approx(17_887.1, rel=1e-6)
    assert value_added.sum() * population.weight / 1e4 == pytest.approx(4_042, rel=1e-6)
    assert value_added.sum() / top["land_mu"].sum() == pytest.approx(163.2, abs=0.05)
    assert tax.sum() / top["land_mu"].sum() == pytest.approx(44.4, abs=0.05)
    assert value_added.sum() / top["employees"].sum() == pytest.approx(27.6, abs=0.05)
    assert t["land_mu"].sum() * population.weight / 1e4 == pytest.approx(40, rel=1e-6)


def test_district_shares_are_those_of_november_2018(population: Population) -> None:
    t = population.to_frame()
    top = t[t["above_scale"]]
    got = (top["demand_wan"] * top["value_added_rate"]).groupby(top["district"]).sum()
    published = np.array([fact(f"F{206 + k}") for k in range(10)])
    assert np.allclose(got / got.sum(), published / published.sum(), rtol=1e-5)


def test_tax_per_mu_spreads_as_widely_as_the_reported_cases(full: Population) -> None:
    t = full.to_frame()
    top = t[t["above_scale"]]
    tax_per_mu = top["demand_wan"] * top["tax_rate"] / top["land_mu"]
    assert tax_per_mu.quantile(0.01) < 4 < tax_per_mu.quantile(0.1)
    assert tax_per_mu.quantile(0.9) > fact("F009")


@pytest.mark.parametrize("name", MARGINS)
def test_every_margin_has_a_source_or_a_reason(name: str) -> None:
    margin = MARGINS[name]
    assert margin.filled == (margin.kind == "assumption")
    if margin.filled:
        assert margin.note, "a filled margin says why"
    else:
        assert margin.sources, "a published margin names its rows"
    assert set(filter(None, margin.sources.split(";"))) <= published_ids()


@pytest.mark.parametrize("name", [name for name, margin in MARGINS.items() if margin.formula])
def test_derived_values_follow_from_their_formula(name: str) -> None:
    assert evaluate(MARGINS[name].formula) == pytest.approx(MARGINS[name].value, rel=1e-6)


@pytest.mark.parametrize("name", [name for name, margin in MARGINS.items() if margin.kind == "derived"])
def test_derived_margins_show_their_formula(name: str) -> None:
    assert MARGINS[name].formula


def test_specialisation_is_marked_as_filled() -> None:
    listed = pd.read_csv(data_dir() / "population" / "specialisation.csv", keep_default_na=False)
    assert (listed["filled"].astype(str).str.lower() == "true").all()
    assert (listed["reason"].str.len() > 0).all()
    assert set(listed["district"]) <= set(DISTRICTS)


def test_industry_sources_exist_or_are_marked_filled() -> None:
    table = pd.read_csv(data_dir() / "population" / "industries.csv")
    for column in ("output_source", "va_rate_source", "mean_output_source"):
        named = {identifier for cell in table[column] if cell != "filled" for identifier in cell.split(";")}
        assert named <= published_ids(), column


def test_other_land_is_asked_and_given() -> None:
    margins = synthesise(2_000, parameters={"population.total_land_wan_mu": 50.0}).margins
    assert margins.at["land_total", "asked"] == 50
    assert margins.at["land_total", "got"] == pytest.approx(50, rel=1e-6)
    assert margins.at["tax_per_mu", "got"] == pytest.approx(44.4, rel=1e-6)
