"""A list of the model that nobody of a register can be on is doubted, with what to do; the model agrees that it stays
empty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.abm.enterprises import Listed, Site
from sim.abm.model import IndustrialUpgradeModel
from sim.abm.processes.listing import _eligible
from sim.ensemble.stamp import data_digest
from sim.population import synthesise
from sim.population.table import Table
from sim.register import Ready, clean, complete, read_mapping
from sim.register.candidates import REASONS, unlisted
from sim.register.notes import DOUBTED
from sim.report.wording import wording
from tests.registers import MAPPING, with_energy, write

ENERGY = "  energy: {column: 综合能耗, unit: 吨标煤}\n"
INDICATORS = {
    Listed.OUTDATED: "firms_eliminated", Listed.HIGH_CONSUMPTION: "firms_rectified_high_consumption",
    Listed.SCATTERED_POLLUTING: "firms_rectified_scattered",
}  # fmt: skip


def read(folder: Path, frame: pd.DataFrame, mapping: str = MAPPING + ENERGY) -> Ready:
    path = write(folder, frame, mapping=mapping)
    return complete(clean(path, read_mapping(folder / "m.yaml", "m.yaml"), path.name), data_digest())


def doubted(found: Ready) -> list[tuple[str, str]]:
    return [(note.column, note.said) for note in found.filled.notes if note.kind == DOUBTED and "没有一家" in note.said]


def test_energy_in_proportion_to_output_leaves_nobody_to_eliminate(tmp_path: Path) -> None:
    frame = with_energy(1_300)
    assert doubted(read(tmp_path, frame)) == [] and read(tmp_path, frame).told()["unlisted"] == {}
    even = frame.assign(综合能耗=(0.08 * frame["工业总产值"].astype(float)).round(3).astype(str))
    [(column, said)] = doubted(found := read(tmp_path, even))
    assert column == "综合能耗" and "“淘汰”多半始终是 0 家" in said and "在映射文件里删去这一列" in said
    assert found.told()["unlisted"] == {"firms_eliminated": "even"}
    assert doubted(read(tmp_path, even, MAPPING)) == [], "what it tells to do helps"


def small_energy(table: Table) -> Table:
    return table | {"energy_per_output": np.full_like(table["energy_per_output"], 0.1)}


def all_large(table: Table) -> Table:
    return table | {"demand_wan": np.maximum(table["demand_wan"], 30_000)}


def no_plots(table: Table) -> Table:
    return table | {"land_mu": np.minimum(table["land_mu"], 1)}


def rich_and_legal(table: Table) -> Table:
    """Everybody on land of three mu and more that pays much tax."""
    land = np.maximum(table["land_mu"], 3)
    return table | {"land_mu": land, "legal": np.ones_like(table["legal"]),
                    "tax_rate": np.maximum(table["tax_rate"], 5 * land / table["demand_wan"]).astype("f4")}  # fmt: skip


def upstairs(table: Table) -> Table:
    return table | {"site": np.full_like(table["site"], Site.TOWER)}


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (dict, {}),
        (small_energy, {"firms_eliminated": "even"}),
        (all_large, dict.fromkeys(INDICATORS.values(), "excused")),
        (upstairs, dict.fromkeys(INDICATORS.values(), "excused")),
        (no_plots, {"firms_rectified_high_consumption": "land"}),
        (rich_and_legal, {"firms_rectified_high_consumption": "land", "firms_rectified_scattered": "legal"}),
    ],
)  # fmt: skip
def test_the_model_s_own_lists_are_empty_just_then(change, reasons: dict[str, str]) -> None:
    """Everybody of grade D, the conditions of the lists themselves are what is left."""
    whole = synthesise(1_300)
    table = change(whole.table)
    assert {one.indicator: one.reason for one in unlisted(table)} == reasons
    state = IndustrialUpgradeModel("baseline", population=replace(whole, table=table)).state
    firms = state.enterprises
    firms.grade[:] = 3
    firms.tax_per_mu[:] = firms.output_last_year_wan.astype(float) * firms.tax_rate / firms.land_mu
    exempt = firms.output_last_year_wan >= state.parameters["listing.exempt_output_wan"]
    rows = np.flatnonzero(firms.live & (firms.site != Site.TOWER) & ~exempt)
    lists = _eligible(state, rows)
    assert {INDICATORS[flag] for flag, who in lists.items() if not who.any()} == set(reasons)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_reason_has_its_words(lang: str) -> None:
    assert set(wording(lang).items("advice.unlisted")) == {"said", *REASONS}
