"""What ``tenglong template`` writes passes ``tenglong check`` once it is filled in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from sim.own.output import months
from sim.own.series import series_at
from sim.population import industries
from sim.register import clean, read_mapping
from tests.registers import register
from tests.synthetic import lines, synthetic_months

SAME = {
    "统一社会信用代码": "统一社会信用代码", "区县": "所在区县", "行业": "行业代码", "工业总产值": "工业总产值",
    "工业增加值": "增加值", "税收": "实缴税收", "从业人员": "从业人数", "用地面积": "用地面积", "建筑面积": "建筑面积",
    "成立日期": "成立日期",
}  # fmt: skip
"""Headings of the form, and of the tests' register."""


@pytest.mark.parametrize("name", ["我的 名录.xlsx", "名录.csv"])
def test_a_register(fresh_home: Path, tenglong, name: str) -> None:
    assert tenglong("template", "register", "--out", name).code == 0
    path, frame = Path(name), register(200)
    listed = dict(zip(industries()["code"], industries()["name_zh"], strict=True))
    frame["行业代码"] = [f"{code} {listed[code]}" for code in frame["行业代码"]]
    filled(path, [{ours: row[theirs] for ours, theirs in SAME.items()} | {"是否租用": "否", "场所": "园区"}
                  for row in frame.to_dict("records")])  # fmt: skip
    said = tenglong("check", name, "--mapping", str(path.with_suffix(".yaml")))
    assert said.code == 0 and "可用 200 行" in said.err
    found = clean(path, read_mapping(path.with_suffix(".yaml"), "m"), name)
    assert found.numbers["land"].tolist() == frame["用地面积"].astype(float).tolist()
    assert set(found.codes["site"]) == {2} and set(found.codes["tenant"]) == {0}


@pytest.mark.parametrize("kind", ["register", "series"])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_one_that_is_still_empty_is_told_so(fresh_home: Path, tenglong, kind: str, ending: str) -> None:
    name = f"甲{ending}"
    assert tenglong("template", kind, "--out", name).code == 0
    said = tenglong("check", name, *(("--mapping", "甲.yaml") if kind == "register" else ()))
    assert said.code == 3 and "还没有填" in said.err
    if kind == "register":
        for alone, told in (("甲.yaml", f"tenglong check {name} --mapping 甲.yaml"), (name, "--mapping 映射文件")):
            said = tenglong("check", alone)
            assert said.code in (2, 3) and told in said.err and "未知的键" not in said.err


def filled(path: Path, rows: list[dict[str, str]]) -> None:
    """Fill a form in, as a person at Excel would."""
    if path.suffix == ".csv":
        header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
        with path.open("a", encoding="utf-8") as file:
            file.writelines(",".join(row.get(name, "") for name in header) + "\n" for row in rows)
        return
    book = load_workbook(path)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    first = 3 if any(cell.value == "万元" for cell in sheet[2]) else 2
    for number, row in enumerate(rows, first):
        for name, value in row.items():
            try:
                sheet.cell(number, places[name], float(value))
            except ValueError:
                sheet.cell(number, places[name], value)
    book.save(path)


def test_a_register_offers_districts_and_industries_to_choose_from(fresh_home: Path, tenglong) -> None:
    tenglong("template", "register", "--out", "名录.xlsx")
    book = load_workbook("名录.xlsx")
    rules = book["企业名录"].data_validations.dataValidation
    offered = {}
    for rule in rules:
        first, last = rule.formula1.split("!")[1].replace("$", "").split(":")
        offered[str(rule.sqref)[0]] = [row[0].value for row in book["代码"][f"{first}:{last}"]]
    assert "海曙区" in offered["B"] and len(offered["B"]) == 10
    assert "35 专用设备制造业" in offered["C"] and len(offered["C"]) == len(industries())
    assert all(cell.comment is not None for cell in book["企业名录"][1])


@pytest.mark.parametrize("name", ["序列.xlsx", "序列.csv"])
def test_a_series(fresh_home: Path, tenglong, name: str) -> None:
    assert tenglong("template", "series", "--out", name).code == 0
    values = synthetic_months(4, seed=3)
    values *= np.array([[22_100], [24_300], [25_000], [26_000]]) / values.sum(axis=1, keepdims=True)  # as published
    header = ("period", "value", "kind")
    filled(Path(name), [dict(zip(header, row.split(","), strict=True)) for row in lines(values, 2021)])
    said = tenglong("check", name)
    assert (said.code, said.err.strip()) == (0, "没有问题。")
    assert "48 个月，2021-01 至 2024-12；合计（亿元）：2021 年 22,100，2022 年 24,300（+10.0%）" in said.out
    found = months(series_at(Path(name)))
    np.testing.assert_allclose(found[11].value, values[0].sum(), atol=0.06)
    path = fresh_home / "scenarios" / "mine.yaml"
    path.write_text(f"name: mine\ntitle: {{zh: 甲}}\nextends: baseline\noutput_series: {name}\n", encoding="utf-8")
    assert tenglong("check", "mine").code == 0


def test_a_date_of_excel_is_its_month(fresh_home: Path, tenglong) -> None:
    from datetime import datetime

    tenglong("template", "series", "--out", "a.xlsx")
    rows = [row.split(",") for row in lines(synthetic_months(4, seed=3), 2021)]
    book = load_workbook("a.xlsx")
    for number, (period, value, kind) in enumerate(rows, 2):
        for place, cell in enumerate((datetime.fromisoformat(f"{period}-01"), float(value), kind), 1):
            book.worksheets[0].cell(number, place, cell)
    book.save("a.xlsx")
    assert tenglong("check", "a.xlsx").code == 0


OPENED = ("# horizon", "# targets", "# district", "# structure", "#   structure", "# calibration")
SAID_TWICE = ("# uncertainties", "#   highrise")
"""What the posterior sample gives as well, so that one file has one or the other."""


@pytest.mark.parametrize(("kind", "column", "unit"), [("series", "value", "亿元"), ("register", "税收", "万元")])
def test_a_workbook_has_a_sheet_of_notes(fresh_home: Path, tenglong, kind: str, column: str, unit: str) -> None:
    assert "“说明”页" in tenglong("template", kind, "--out", "a.xlsx").err
    book = load_workbook("a.xlsx")
    noted = {row[0]: row[1:] for row in book["说明"].iter_rows(min_row=2, max_col=5, values_only=True) if row[3]}
    assert book.sheetnames[0] != "说明" and noted[column][1] == unit
    assert set(noted) <= {cell.value for cell in book.worksheets[0][1]}
    assert "写成 .xlsx" in tenglong("template", kind, "--out", "b.csv").err


def test_a_scenario_lies_where_its_name_is_found_unless_it_is_told_otherwise(fresh_home: Path, tenglong) -> None:
    said = tenglong("template", "scenario")
    assert said.code == 0 and "已写 scenarios/my-scenario.yaml" in said.err and not Path("my-scenario.yaml").exists()
    assert tenglong("check", "my-scenario").code == 0


def test_a_scenario(fresh_home: Path, tenglong) -> None:
    elsewhere = tenglong("template", "scenario", "--out", "my-other.yaml").err
    assert "不在 scenarios/ 里" in elsewhere and "tenglong report my-other.yaml --quick" in elsewhere
    written = tenglong("template", "scenario", "--out", "scenarios/my-plan.yaml")
    assert written.code == 0 and "只写名字即可：tenglong report my-plan" in written.err
    assert tenglong("check", "my-plan").code == 0
    path = Path("scenarios/my-plan.yaml")
    text = path.read_text(encoding="utf-8")
    for blocks in (OPENED, SAID_TWICE):
        lines = [line[2:] if line.startswith(blocks) else line for line in text.split("\n")]
        assert sum(map(str.startswith, text.split("\n"), [blocks] * len(lines))) == len(blocks)
        path.write_text("\n".join(lines), encoding="utf-8")
        assert tenglong("check", "my-plan").code == 0


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("register", "--out", "a.doc"), "应以 .xlsx、.csv 结尾"),
        (("scenario", "--out", "情景.yaml"), "只能由小写英文字母"),
        (("series", "--out", "no/such/a.csv"), "文件夹 no/such 不存在"),
        (("serie",), "可用"),
        (("register", "--out", "there.csv"), "已有，不会覆盖"),
    ],
)
def test_mistakes_are_told(fresh_home: Path, tenglong, words: tuple[str, ...], part: str) -> None:
    Path("there.yaml").write_text("mine")
    said = tenglong("template", *words)
    assert said.code == 2 and part in said.err and Path("there.yaml").read_text() == "mine"
