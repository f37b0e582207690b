"""Nothing of a register leaves its file but totals of ten or more enterprises."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.ensemble.batch import disclosure_of
from sim.ensemble.endings import endings
from sim.ensemble.fates import changed_fates
from sim.regions import DISTRICTS
from sim.register.disclosure import OTHER_DISTRICTS, OTHER_INDUSTRIES, Disclosure
from sim.register.dominance import OF_OUTPUT, K, P, amounts_of
from sim.scenario.load import load_scenario
from tests.often import often
from tests.register.test_register_scenario import named
from tests.registers import register, write

ROWS, SEED, LEAST, KINDS = 2_000, 7, 10, 34
MARK = "91330299MARKER0001"
OUTPUT, LAND, PEOPLE, TAX = 7654321.89, 4321.77, 98765.0, 123456.78
NAME = "某某秘密实业有限公司"


@pytest.fixture
def marked(fresh_home: Path) -> Path:
    """A register with an enterprise that stands out, alone in its industry, in a district of five enterprises; and a
    row that is refused and left out, so that what is said of it is looked for too."""
    path = named(fresh_home, rows=ROWS)
    frame = register(ROWS)
    few = np.flatnonzero(frame["所在区县"] == "象山县")[5:]
    frame = frame.drop(index=few).reset_index(drop=True)
    frame.insert(1, "企业名称", [f"企业{place}号" for place in range(len(frame))])
    at = int(np.flatnonzero(frame["所在区县"] == "象山县")[0])
    frame.loc[at, ["统一社会信用代码", "企业名称", "行业代码"]] = [MARK, NAME, "16"]
    figures = {"工业总产值": OUTPUT, "增加值": OUTPUT / 2, "用地面积": LAND, "从业人数": PEOPLE, "实缴税收": TAX}
    frame.loc[at, list(figures)] = [str(value) for value in figures.values()]
    frame.loc[at + 1, "用地面积"] = f"-{LAND}"
    write(path.parent, frame)
    mapping = path.parent / "m.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + "refused: leave_out\n", encoding="utf-8")
    return fresh_home


def found_in(folder: Path) -> list[str]:
    """Files below a folder in which the enterprise's code, name or exact figures stand; of tables, every cell."""
    figures = np.array([OUTPUT, LAND, PEOPLE, TAX])
    figures = np.concatenate([figures * unit for unit in (1, 1e-4, 1e4, 1e-8)])
    words = [MARK, NAME, "7654321.89", "4321.77", "98765", "123456.78"]
    # five digits stand by chance among those of a longer number (72.94789876555433): there they begin none
    planted = re.compile("|".join([*map(re.escape, words[:4]), r"(?<![\d.])98765", re.escape(words[5])]).encode())
    said = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if planted.search(content):
            said.append(f"{path.name}: text")
        if path.suffix == ".parquet":
            for name, column in pd.read_parquet(path).items():
                if column.dtype.kind == "f":
                    near = np.abs(column.to_numpy(float)[:, None] / figures - 1) < 1e-6
                    said += [f"{path.name}: {name}"] if near.any() else []
                elif any(word in str(value) for value in column.unique() for word in words):
                    said.append(f"{path.name}: {name}")
    return said


@pytest.mark.slow
def test_the_store_and_the_report_hold_nothing_of_one_enterprise(marked: Path, tenglong) -> None:
    assert found_in(marked / "data" / "own"), "the search sees what it looks for"
    size = ("--runs", "2", "--seed", str(SEED), "--workers", "1")
    said = tenglong("report", "mine", "--quick", *size)
    assert said.code == 0, said.err
    assert "已是最新" in tenglong("report", "mine", "--quick", *size).err
    [page] = (marked / "reports").glob("mine-*/*.html")
    for part in ("企业取自使用者自备的名录企业 名录.csv", "自备名录与2020年公开合计数的对照", "拒绝&lt;10行"):
        assert part in page.read_text(encoding="utf-8")
    mine, base = load_scenario("mine"), load_scenario("baseline")
    fates = changed_fates(base, mine, [0], SEED, 73_000)
    ends, _ = endings([base, mine], [0], SEED, 73_000, 2024)
    assert list((marked / "reports").rglob("*.html")) and list((marked / "runs").rglob("flows.parquet"))
    assert found_in(marked / "runs") == found_in(marked / "reports") == []
    assert "象山县" not in {*fates["district"], *ends["district"]}
    assert OTHER_INDUSTRIES in set(ends["industry"]) and "烟草制品业" not in set(ends["industry"])


def test_districts_of_too_few_are_empty_and_cannot_be_had_by_subtraction(marked: Path) -> None:
    results = sim.run("mine", runs=1, seed=SEED, workers=1)
    told = disclosure_of(load_scenario("mine"), 73_000)
    assert told is not None and "象山县" in told.hidden and len(told.hidden) >= 2
    rows = results.cells[results.cells["district"] == "象山县"]
    assert rows[results.indicators].isna().all().all()
    assert results.of("mine")["firms_total"].notna().all()
    districts = set(results.flows["district"])
    assert OTHER_DISTRICTS in districts and not districts & set(told.hidden)
    assert results.stamp["register"]["told_together"] == told.hidden


def test_a_failed_run_keeps_nothing_of_the_register(marked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.abm.model import IndustrialUpgradeModel
    from sim.ensemble.results import EveryRunFailed

    def broken(self: IndustrialUpgradeModel) -> None:
        raise RuntimeError("上楼一步出错")

    monkeypatch.setattr(IndustrialUpgradeModel, "run", broken)
    with pytest.raises(EveryRunFailed):
        sim.run("mine", runs=1, seed=SEED, workers=1)
    assert list((marked / "runs").rglob("failures.parquet")) and found_in(marked / "runs") == []


def test_the_written_list_names_rows_only_unless_asked(marked: Path, tenglong) -> None:
    folder = marked / "data/own/名 录"
    (folder / "m.yaml").write_text((folder / "m.yaml").read_text(encoding="utf-8").replace("leave_out", "stop"))
    words = ("check", str(folder / "企业 名录.csv"), "--mapping", str(folder / "m.yaml"))
    out = marked / "明细.csv"
    said = tenglong(*words, "--out", str(out))
    assert said.code == 3 and str(-LAND) in said.err, "on screen, to the one who has the file"
    assert str(LAND) not in out.read_text(encoding="utf-8-sig")
    assert tenglong(*words, "--out", str(out), "--with-values").code == 3
    assert str(LAND) in out.read_text(encoding="utf-8-sig")


@st.composite
def tables(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Enterprises in few or many cells, sides of any size."""
    rows = draw(st.integers(20, 400))
    luck = np.random.default_rng(draw(st.integers(0, 2**32)))
    used, kinds = draw(st.integers(1, 10)), draw(st.integers(1, 6))
    return {
        "district": luck.choice(10, used, replace=False)[(luck.random(rows) ** 3 * used).astype(int)],
        "industry": luck.integers(0, kinds, rows), "above_scale": luck.random(rows) < draw(st.floats(0, 1)),
        "employees": luck.random(rows),
        "demand_wan": np.exp(draw(st.floats(0, 6)) * luck.standard_normal(rows)),  # alike, or one as large as the city
        **{name: luck.random(rows) for name in ("land_mu", "floor_m2", *OF_OUTPUT)},
    }  # fmt: skip


def fine(rows: np.ndarray, above: np.ndarray) -> bool:
    counts = np.bincount(above[rows].astype(int), minlength=2)
    return bool(((counts == 0) | (counts >= LEAST)).all())


def safe(amount: np.ndarray) -> bool:
    """Whether all but the two largest come to ten percent of the largest, and that to no more than 85 of all."""
    ascending = np.sort(amount)
    if not len(amount):
        return True
    largest = ascending[-1] * (1 - 1e-6)
    return bool(ascending[:-2].sum() >= P * largest and largest <= K * ascending.sum())


@given(tables(), st.integers(0, 2**32))
@often(60)
def test_every_group_that_is_told_of_is_of_ten_or_more(table: dict[str, np.ndarray], seed: int) -> None:
    told, above = Disclosure.of(table), table["above_scale"]
    if not fine(np.ones(len(above), bool), above):
        return  # such a register is refused
    district, industry = told.district[table["district"]], told.industry[table["district"], table["industry"]]
    amounts = amounts_of(table)
    whole = [all(safe(amount[above == side]) for amount in amounts.T) for side in (0, 1)]
    for here in np.unique(district):
        assert fine(district == here, above)
        for side in (0, 1):
            rows = (district == here) & (above == side)
            assert not whole[side] or all(safe(amount[rows]) for amount in amounts.T)
        for kind in np.unique(industry[district == here]):
            assert fine((district == here) & (industry == kind), above)
    size = np.random.default_rng(seed).choice(4, len(above), p=[0.7, 0.2, 0.09, 0.01])
    one = told.one_by_one(table, size)
    keys = np.column_stack([one["district"], one["industry"], above, one["size"]])
    _, group, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    assert counts.min() >= LEAST
    for place in range(len(counts)):
        rows = group.reshape(-1) == place
        for name in ("employees", "demand_wan"):
            assert not safe(table[name][above == above[rows][0]]) or safe(table[name][rows])
    left = (one["district"] != district) & (district < len(DISTRICTS))
    for here in np.unique(district[left]):
        assert fine(left & (district == here), above), "or the district less its groups would tell of them"
    for name in ("employees", "demand_wan"):
        assert one[name].sum() == pytest.approx(table[name].sum())
        assert np.ptp(one[name][group.reshape(-1) == 0]) == pytest.approx(0, abs=1e-12)


def test_what_is_told_together_is_named() -> None:
    table = {
        "district": np.repeat([0, 1, 2], [50, 30, 4]), "industry": np.zeros(84, int),
        "above_scale": np.repeat([True, False, True, False], [20, 30, 12, 22]),
    }  # fmt: skip
    table |= {name: np.ones(84) for name in ("demand_wan", "employees", "land_mu", "floor_m2", *OF_OUTPUT)}
    told = Disclosure.of(table)
    assert told.hidden == [DISTRICTS[1], DISTRICTS[2]] and told.industry.shape == (10, KINDS)
    flows = pd.DataFrame({
        "year": 2024, "path": 0, "district": [0, 1, 2, 2], "industry": 0, "firms": [1.0, 2.0, 3.0, 4.0],
    })  # fmt: skip
    assert told.flows(flows)["firms"].tolist() == [1.0, 9.0]


def one_dominates(rows: int = 300) -> dict[str, np.ndarray]:
    """Three districts of equal enterprises, the first of which has one that is as large as ten thousand others."""
    output = np.ones(rows)
    output[0] = 1e4
    return {
        "district": np.repeat([0, 1, 2], rows // 3), "industry": np.zeros(rows, int),
        "above_scale": np.arange(rows) % 2 == 0, "demand_wan": output,
        **{name: np.ones(rows) for name in ("employees", "land_mu", "floor_m2", *OF_OUTPUT)},
    }  # fmt: skip


def test_an_enterprise_that_is_most_of_a_district_s_output_hides_the_district() -> None:
    table = one_dominates()
    table["demand_wan"][0] = 550.0  # of its side, 49 others in its district, 99 in two: enough only with the second
    assert Disclosure.of(table).hidden == [DISTRICTS[place] for place in (0, 1)]
    table["demand_wan"][0] = 270.0  # less than 85 percent of its district's
    assert Disclosure.of(table).hidden == []
    table["demand_wan"][0], table["tax_rate"][0] = 270.0, 8.0
    assert Disclosure.of(table).hidden == [DISTRICTS[place] for place in (0, 1, 2)], "its tax, of 2,160"


def test_a_rival_that_subtracts_its_own_output_does_not_learn_the_largest_s() -> None:
    table = one_dominates()
    table["demand_wan"][[0, 2]] = 600.0, 500.0  # the other 48 of the side are less than a tenth of the largest
    assert Disclosure.of(table).hidden == [DISTRICTS[place] for place in (0, 1)]
    table["demand_wan"][[0, 2]] = 450.0, 400.0
    assert Disclosure.of(table).hidden == []


def test_nine_small_ones_do_not_hide_one_of_86_percent() -> None:
    rows = np.r_[np.arange(20), np.arange(100, 300)]  # ten of each side in the first district
    table = {name: column[rows] for name, column in one_dominates().items()}
    table["demand_wan"][0] = 0.86 / 0.14 * 9
    assert Disclosure.of(table).hidden == [DISTRICTS[place] for place in (0, 1)]
    table["demand_wan"][0] = 0.84 / 0.16 * 9
    assert Disclosure.of(table).hidden == []


def test_an_enterprise_that_is_most_of_the_city_is_told_to_the_one_who_checks(tmp_path: Path, tenglong) -> None:
    frame = register(400)  # 43 above scale, none of whom uses most of their energy
    path = write(tmp_path, frame)
    words = ("check", str(path), "--mapping", str(tmp_path / "m.yaml"))
    assert "绝大部分" not in tenglong(*words).err
    at = int(np.flatnonzero(frame["工业总产值"].astype(float) >= 2000)[0])
    frame.loc[at, "工业总产值"] = str(1e8)
    write(tmp_path, frame)
    said = tenglong(*words).err
    assert "有一家规上企业" in said and "绝大部分" in said and "有一家规下企业" not in said


def test_one_by_one_ends_where_nothing_can_hide_an_enterprise() -> None:
    table = one_dominates()
    told = Disclosure.of(table).one_by_one(table, np.arange(300) % 4)
    side = table["above_scale"]
    assert {len(set(told[name][side])) for name in ("district", "industry", "size", "demand_wan")} == {1}
    few = one_dominates() | {"above_scale": np.arange(300) < 9}
    with pytest.raises(ValueError, match="规上企业有但不足 10 家"):
        Disclosure.of(few).one_by_one(few, np.arange(300) % 4)
