"""One cell in another unit is doubted at its row and column; enterprises as they are raise no doubt."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from sim.register.cleaning import clean
from sim.register.mapping import read_mapping
from sim.register.notes import DOUBTED, CellProblem, problems
from tests.registers import MAPPING, with_energy, write

ROW = 40
SLIPS = {
    "land in square metres": ("用地面积", 2000 / 3, "容积率（建筑面积÷用地）与同行业的中位数相差 30 倍以上"),
    "land in square kilometres": ("用地面积", 1 / 1500, "容积率（建筑面积÷用地）"),
    "floor a thousandfold": ("建筑面积", 1000, "容积率（建筑面积÷用地）"),
    "floor in mu": ("建筑面积", 1 / 667, "容积率（建筑面积÷用地）"),
    "output a thousandfold": ("工业总产值", 1000, "每人的工业总产值与同行业的中位数相差 100 倍以上"),
    "people a thousandfold": ("从业人数", 1000, "每人的工业总产值"),
    "energy in ten thousand tonnes": ("综合能耗", 1e-4, "单位产值能耗与同行业的中位数相差 100 倍以上"),
    "energy in kilograms": ("综合能耗", 1000, "单位产值能耗"),
    "tax in yi": ("实缴税收", 1e-4, "税收占产值的比例与同行业的中位数相差 1,000 倍以上"),
    "value added in yi": ("增加值", 1e-4, "增加值率"),
}
"""Column, times, and what is said."""


@cache
def registered(rows: int = 400) -> pd.DataFrame:
    return with_energy(rows)


def doubted(
    folder: Path, frame: pd.DataFrame, without: tuple[str, ...] = (), about: str = "同行业的中位数"
) -> list[CellProblem]:
    mapping = "\n".join(line for line in f"{MAPPING}  energy: {{column: 综合能耗, unit: 吨标煤}}\n".splitlines()
                        if not any(column in line for column in without))  # fmt: skip
    path = write(folder, frame.drop(columns=list(without)), mapping=mapping)
    found = clean(path, read_mapping(folder / "m.yaml", "m.yaml"), path.name)
    assert not found.refused
    return [one for one in problems(found.notes, found.file, found.sheet, DOUBTED) if about in one.expected]


@pytest.mark.parametrize("name", SLIPS)
def test_one_cell_in_another_unit_is_doubted_at_its_place_and_no_other_is(tmp_path: Path, name: str) -> None:
    column, times, words = SLIPS[name]
    frame = registered().copy()
    frame.loc[ROW - 2, column] = f"{times * float(frame.at[ROW - 2, column]):.6f}"
    [doubt] = doubted(tmp_path, frame)
    assert (doubt.row, doubt.column, doubt.value) == (ROW, column, frame.at[ROW - 2, column])
    assert words in doubt.expected


def test_land_in_square_metres_is_doubted_by_output_where_the_floor_is_not_known(tmp_path: Path) -> None:
    frame = registered().copy()
    frame.loc[ROW - 2, "用地面积"] = str(667 * float(frame.at[ROW - 2, "用地面积"]))
    [doubt] = doubted(tmp_path, frame, without=("建筑面积",))
    assert (doubt.row, doubt.column) == (ROW, "用地面积") and "每亩产值" in doubt.expected


@pytest.mark.parametrize(("column", "times", "words"), [
    ("实缴税收", 0.01, ("税收占产值的比例的中位数是 0.0", "F120", "在 0.316 至 61.5 %之间", "像是 百万元")),
    ("综合能耗", 1000, ("单位产值能耗的中位数是", "population.energy_per_value_added", "像是 千克标煤")),
])  # fmt: skip
def test_a_column_in_another_unit_is_doubted_once_beside_the_figure_it_is_held_to(
    tmp_path: Path, column: str, times: float, words: tuple[str, ...]
) -> None:
    frame = registered()
    frame = frame[frame["综合能耗"].astype(float) < 5_000].copy()  # the cell of a giant would be refused by itself
    frame[column] = [f"{times * float(cell):.8f}" for cell in frame[column]]
    [doubt] = doubted(tmp_path, frame, about="的中位数是")
    assert (doubt.row, doubt.column) == (0, column)
    assert all(each in doubt.expected for each in words), doubt.expected


@pytest.mark.slow
@pytest.mark.parametrize(("without", "at_most"), [((), 0), (("建筑面积",), 2), (("用地面积",), 0)])
def test_no_enterprise_of_the_whole_city_is_doubted(tmp_path: Path, without: tuple[str, ...], at_most: int) -> None:
    assert len(doubted(tmp_path, registered(73_000), without)) <= at_most
    assert not doubted(tmp_path, registered(73_000), without, about="的中位数是")
