"""Registers as bureaus keep them, made from the synthetic enterprises, for the tests that read one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sim.population import districts, industries, synthesise

MAPPING = """\
year: 2020
columns:
  id: 统一社会信用代码
  district: 所在区县
  industry: 行业代码
  output: {column: 工业总产值, unit: 万元}
  value_added: {column: 增加值, unit: 万元}
  tax: {column: 实缴税收, unit: 万元}
  employees: 从业人数
  land: {column: 用地面积, unit: 亩}
  floor: {column: 建筑面积, unit: ㎡}
  founded: 成立日期
"""


@cache
def _population(rows: int, seed: int) -> pd.DataFrame:
    return synthesise(rows, seed=seed).to_frame()


def _sample(rows: int, seed: int) -> pd.DataFrame:
    return _population(max(rows, 1_250), seed).sample(rows, random_state=seed, ignore_index=True)


def register(rows: int = 2_000, seed: int = 2020) -> pd.DataFrame:
    """A register of so many enterprises under Chinese names, every cell a text; the city's 73,000 stand for as many
    times the enterprises."""
    found = _sample(rows, seed)
    output = found["demand_wan"]
    founded = pd.Timestamp("2020-12-31") - pd.to_timedelta((365.25 * found["age_years"]).round(), unit="D")
    frame = pd.DataFrame({
        "统一社会信用代码": [f"91330200MA{number:07d}X" for number in range(rows)],
        "所在区县": np.array(districts()["name_zh"])[found["district"]],
        "行业代码": np.array(industries()["code"])[found["industry"]],
        "工业总产值": output.round(2), "增加值": (output * found["value_added_rate"]).round(2),
        "实缴税收": (output * found["tax_rate"]).round(2), "从业人数": found["employees"].round().astype(int),
        "用地面积": found["land_mu"].astype(float).round(2), "建筑面积": found["floor_m2"].astype(float).round(1),
        "成立日期": founded.dt.strftime("%Y-%m-%d"),
    })  # fmt: skip
    return frame.astype(str)


def with_energy(rows: int = 2_000, seed: int = 2020) -> pd.DataFrame:
    """The same with a column 综合能耗 (吨标煤)."""
    found = _sample(rows, seed)
    energy = (found["demand_wan"] * found["energy_per_output"]).round(4)
    return register(rows, seed).assign(综合能耗=energy.astype(str))


def write(folder: Path, frame: pd.DataFrame, name: str = "企业 名录.csv", mapping: str = MAPPING) -> Path:
    """Write a register and its mapping (m.yaml) beside it; return the register."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "m.yaml").write_text(mapping, encoding="utf-8")
    path = folder / name
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return path
