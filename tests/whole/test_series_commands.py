"""``tenglong forecast`` and ``backtest`` as people type them: Ningbo's output, and any table of series."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.cli.series import MOST_PATHS, USUALLY
from sim.forecast.long_table import read_table
from sim.forecast.series_forecast import DRAWS, HORIZON
from sim.report.series import _held, show_beyond
from tests.synthetic import lines, synthetic_months, write
from tests.whole.test_command_line import DONE, FAILED, INVALID, USAGE, tenglong

__all__ = ["tenglong"]

CONTRACT = ["unique_id", "ds", "mean", "median", "lo-50", "hi-50", "lo-80", "hi-80", "lo-95", "hi-95"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two monthly series of six years, and one that repeats a month."""
    days = pd.date_range("2019-01-01", periods=72, freq="MS")
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(72) / 12)
    noise = np.exp(np.random.default_rng(3).normal(0.004, 0.02, (2, 72)).cumsum(axis=1))
    good = [pd.DataFrame({"unique_id": f"s{i}", "ds": days, "y": 100 * noise[i] * season}) for i in range(2)]
    bad = pd.DataFrame({"unique_id": "重复", "ds": [*days[:4], days[3]], "y": 1.0})
    path = tmp_path / "月度.csv"
    pd.concat([*good, bad]).to_csv(path, index=False)
    return path


def test_a_table_is_forecast_and_the_bad_series_is_a_row_with_its_reason(table: Path, tenglong) -> None:
    out = table.with_name("out.csv")
    said = tenglong("forecast", str(table), "--horizon", "30", "--out", str(out), "--paths", "5")
    assert said.code == DONE and "2 个序列" in said.err
    found = pd.read_csv(out)
    assert list(found.columns) == CONTRACT and found.groupby("unique_id").size().to_dict() == {"s0": 30, "s1": 30}
    assert found["ds"].iloc[0] == "2025-01-01" and (found["lo-95"] > 0).all()
    assert out.read_bytes()[:3] == b"uni"  # no byte-order mark where there is no Chinese
    [error] = pd.read_csv(table.with_name("errors.csv")).to_dict("records")
    assert error == {"unique_id": "重复", "reason": "第 149、150 行 ds 列：时间重复：2019-04（共 1 处）。"}
    assert pd.read_csv(table.with_name("out-paths.csv")).groupby(["unique_id", "path"]).size().eq(30).all()


def test_an_old_list_of_errors_does_not_stay(table: Path, tenglong) -> None:
    good = pd.read_csv(table).query("unique_id == 's0'")
    good.to_csv(table, index=False)
    table.with_name("errors.csv").write_text("unique_id,reason\ns0,old\n")
    said = tenglong("forecast", str(table), "--horizon", "2", "--out", str(table.with_name("o.parquet")))
    assert said.code == DONE and "errors.csv（列有 s0）已删去" in said.err
    assert not table.with_name("errors.csv").exists()
    assert list(pd.read_parquet(table.with_name("o.parquet")).columns) == CONTRACT


def test_a_list_of_errors_of_another_table_stays(table: Path, tenglong) -> None:
    pd.read_csv(table).query("unique_id == 's0'").to_csv(table, index=False)
    other = table.with_name("errors.csv")
    other.write_text("unique_id,reason\n两年,只有 2 个数\n", encoding="utf-8-sig")
    said = tenglong("forecast", str(table), "--horizon", "2", "--out", str(table.with_name("o.csv")))
    assert said.code == DONE and "列的是别的表的序列（两年），没有动它" in said.err
    assert "两年" in other.read_text(encoding="utf-8-sig")


def test_a_list_of_errors_that_takes_another_s_place_says_so(table: Path, tenglong) -> None:
    first, second = (tenglong("forecast", str(table), "--horizon", "2", "--out", str(table.with_name(name)))
                     for name in ("a.csv", "b.csv"))  # fmt: skip
    assert "替换了以前一次运行的" not in first.err and "替换了以前一次运行的" in second.err


def test_the_help_says_what_the_forecast_does() -> None:
    assert MOST_PATHS == DRAWS
    names = {"年度": "YS", "季度": "QS", "月度": "MS"}
    assert "、".join(f"{name} {HORIZON[freq]} 期" for name, freq in names.items()) == USUALLY


def test_a_monthly_series_with_a_wrong_heading_is_told_as_one(tmp_path: Path, tenglong) -> None:
    path = write(tmp_path / "产值.csv", lines(synthetic_months(5, seed=2), 2021), "period,产值,kind")
    for verb in ("forecast", "backtest"):
        said = tenglong(verb, str(path))
        assert said.code == INVALID and "列 value：缺少这一列" in said.err and "是不是 value？" in said.err
        assert "unique_id" not in said.err


def test_chinese_headings_with_one_of_kinds_are_those_of_a_monthly_series(tmp_path: Path, tenglong) -> None:
    path = write(tmp_path / "月报.csv", lines(synthetic_months(5, seed=2), 2021), "时期,产值,口径")
    said = tenglong("forecast", str(path))
    assert said.code == INVALID and "列 时期：未知的列。是不是 period？" in said.err and "unique_id" not in said.err
    path = write(tmp_path / "两列.csv", ["2021-01,3", "2021-02,4"], "时期,产值")
    said = tenglong("forecast", str(path))
    assert said.code == INVALID and "时期 似应改名为 ds" in said.err and "首行须为 period、value、kind" in said.err


@pytest.mark.parametrize(
    ("periods", "told"),
    [(["2026-11-01", "2026-12-01"], False), (["2026-11-01"], True), (["2026-07-01", "2026-10-01"], False),
     (["2025-01-01", "2026-01-01"], False), (["2026-10-01", "2026-11-01"], True), (["2025-01-01"], True)],
)  # fmt: skip
def test_where_totals_reach_farther_than_the_table_it_is_said(
    capsys: pytest.CaptureFixture[str], periods: list[str], told: bool
) -> None:
    table = pd.DataFrame({"unique_id": "甲", "ds": periods})
    show_beyond(SimpleNamespace(table=table, years=pd.DataFrame({"unique_id": ["甲"], "year": [2026]})))
    said = capsys.readouterr().out
    assert bool(said) == told and (not told or f"甲：各期印到 {periods[-1][:7]}，全年合计算到 2026 年" in said)


def test_a_series_too_short_for_the_methods_is_forecast_with_a_note(table: Path, tenglong) -> None:
    frame = pd.read_csv(table).query("unique_id == 's0'")
    pd.concat([frame, frame.head(5).assign(unique_id="short")]).to_csv(table, index=False)
    said = tenglong("forecast", str(table), "--horizon", "3", "--out", str(table.with_name("o.csv")))
    assert said.code == DONE and "short：只有 5 个数" in said.out + said.err
    [note] = pd.read_csv(table.with_name("o-notes.csv")).to_dict("records")
    assert note["unique_id"] == "short" and "以 naive、drift 代替" in note["note"]
    told = json.loads(tenglong("forecast", str(table), "--horizon", "3", "--json").out)
    assert told["notes"] == [note]


def test_a_target_of_a_year_is_answered_with_everything_that_limits_it(table: Path, tenglong) -> None:
    said = tenglong("forecast", str(table), "--target", "1", "--by", "2026")
    for part in ("2026 年达到 1 的概率 高于 99.9%", "抽样标准误", "各方法", "朴素漂移", "最近一个全年已不低于目标"):
        assert part in said.out
    assert "重复：" in said.err and "加 --out 文件：写在它旁边的 errors.csv" in said.err
    told = json.loads(tenglong("forecast", str(table), "--target", "1400", "--by", "2025", "--json").out)
    answer = told["targets"][0]
    assert 0 < answer["lowest"] <= answer["probability"] <= answer["highest"] < 1 and answer["error"] < 0.006


def test_a_target_in_another_unit_is_warned_of_and_the_year_it_counts_from_is_said(table: Path, tenglong) -> None:
    total = pd.read_csv(table).query("unique_id == 's0' and ds >= '2024'")["y"].sum()
    for target, far in ((total / 1e4, True), (total * 1e4, True), (total * 1.5, False), (total / 19, False)):
        said = tenglong("forecast", str(table), "--target", f"{target:.4f}", "--by", "2026", "--json")
        assert said.code == DONE
        assert ("s0：目标" in said.err and "与序列最近全年（2024 年）" in said.err) is far
        assert ("相差悬殊，单位是否一致（如万亿元与亿元）？" in said.err) >= far
    shown = tenglong("forecast", str(table), "--target", f"{total * 1.5:.0f}", "--by", "2026").out
    assert "朴素漂移（只用到 2024 年全年）" in shown and "自 2024 年起尚需年均增长" in shown


def test_the_same_seed_and_any_number_of_workers_give_the_same(table: Path, tenglong) -> None:
    one, two = (
        json.loads(tenglong("forecast", str(table), "--horizon", "3", "--json", "--workers", n).out) for n in "12"
    )
    assert one == two


def test_no_file_of_the_user_s_is_overwritten_or_removed(table: Path, tenglong) -> None:
    other = table.with_name("errors.csv")
    other.write_text("mine\n", encoding="utf-8")
    good = table.with_name("good.csv")
    pd.read_csv(table).query("unique_id == 's0'").to_csv(good, index=False)
    for mine in ("mine\n", "unique_id,reason,checked\na,b,c\n"):
        other.write_text(mine, encoding="utf-8")
        for file in (table, good):
            said = tenglong("forecast", str(file), "--horizon", "2", "--out", str(table.with_name("o.csv")))
            assert said.code == USAGE and "请把它改名" in said.err and not table.with_name("o.csv").exists()
            assert other.read_text(encoding="utf-8") == mine
    other.unlink()
    paths = good.rename(table.with_name("o-paths.csv"))
    content = paths.read_bytes()
    for out in (other, paths, table.with_name("o.csv")):
        for verb in ("forecast", "backtest"):
            assert tenglong(verb, str(paths), "--out", str(out)).code == USAGE
    assert paths.read_bytes() == content


def test_a_target_out_of_reach_costs_the_answer_and_not_the_forecast(table: Path, tenglong) -> None:
    told = json.loads(tenglong("forecast", str(table), "--target", "9", "--by", "2022", "--json").out)
    assert {row["unique_id"] for row in told["forecasts"]} == {"s0", "s1"} and not told["targets"]
    reasons = {row["unique_id"]: row["reason"] for row in told["errors"]}
    assert "2022 年已有全部数据" in reasons["s0"]


def test_where_no_series_can_be_forecast_the_reasons_are_written(table: Path, tenglong) -> None:
    frame = pd.read_csv(table).query("unique_id == 's0'").head(2)
    pd.concat([frame.assign(unique_id=f"短{at}") for at in range(7)]).to_csv(table, index=False)
    said = tenglong("forecast", str(table), "--out", str(table.with_name("o.csv")))
    assert said.code == FAILED and not table.with_name("o.csv").exists()
    assert pd.read_csv(table.with_name("errors.csv"))["unique_id"].to_list() == [f"短{at}" for at in range(7)]


def test_many_rows_and_reasons_are_shortened_and_how_to_have_all_is_said(table: Path, tenglong) -> None:
    frame = pd.read_csv(table)
    short = [frame.query("unique_id == 's0'").head(2).assign(unique_id=f"短{at}") for at in range(7)]
    pd.concat([frame.query("unique_id == 's0'"), *short]).to_csv(table, index=False)
    said = tenglong("forecast", str(table), "--horizon", "60")
    assert said.code == DONE and "7 个序列未能处理" in said.err and said.err.count("短") == 5 and "……" in said.err
    assert "行，共 60 行；用 --out 文件 写出全部" in said.out


def test_a_backtest_for_machines_has_what_it_prints(table: Path, tenglong) -> None:
    frame = pd.read_csv(table)
    few = frame.query("unique_id == 's0'").head(30)
    pd.concat([few, frame.query("unique_id == '重复'")]).to_csv(table, index=False)
    told = json.loads(tenglong("backtest", str(table), "--horizon", "1", "--origins", "1", "--json").out)
    assert {"pool", "naive"} <= {row["method"] for row in told["methods"]}
    assert [row["unique_id"] for row in told["errors"]] == ["重复"]


def test_sums_since_the_year_began_are_not_taken_for_months(table: Path, tenglong) -> None:
    frame = pd.read_csv(table).query("unique_id == 's0'")
    frame["y"] = frame.groupby(pd.to_datetime(frame["ds"]).dt.year)["y"].cumsum()
    frame.to_csv(table, index=False)
    said = tenglong("forecast", str(table))
    assert said.code == FAILED and "年初累计" in said.err


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("none.csv",), INVALID, "没有文件"),
        (("月度.csv", "--freq", "W"), USAGE, "可用 MS（月）、QS（季）、YS（年）"),
        (("月度.csv", "--target", "3"), USAGE, "须同时给出"),
        (("月度.csv", "--out", "o.txt"), USAGE, "不认识的格式"),
        (("月度.csv", "--out", "."), USAGE, "是文件夹"),
        (("月度.csv", "--out", "no/such/o.csv"), USAGE, "文件夹 no/such 不存在"),
        ((".",), INVALID, "是文件夹"),
        (("月度.csv", "--paths", "3"), USAGE, "--out"),
        (("月度.csv", "--grades", "A"), USAGE, "只用于宁波"),
        (("月度.csv", "--paths", "10001", "--out", "o.csv"), USAGE, "10,000 条路径"),
        (("renamed.csv",), INVALID, "date 似应改名为 ds；value 似应改名为 y"),
        (("wordy.csv",), FAILED, "“很多”不是数字"),
        (("--grades", "B"), USAGE, "ABC、AB、A"),
        (("--freq", "MS"), USAGE, "年度"),
        (("--horizon", "30"), USAGE, "2040"),
        (("--target", "27000", "--by", "2012"), USAGE, "2020—2030"),
        (("--target", "27000", "--by", "2032"), USAGE, "2020—2030"),
    ],
)
def test_mistakes_are_told_in_one_message(
    table: Path, tenglong, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, part: str
) -> None:
    monkeypatch.chdir(table.parent)
    frame = pd.read_csv(table)
    frame.rename(columns={"ds": "date", "y": "value"}).to_csv("renamed.csv", index=False)
    frame.assign(y="很多").to_csv("wordy.csv", index=False)
    said = tenglong("forecast", *words)
    assert said.code == code and part in said.err and "Traceback" not in said.err


def test_ningbo_s_answer_states_what_it_rests_on(tenglong) -> None:
    said = tenglong("forecast", "--target", "27000", "--by", "2027")
    assert said.code == DONE
    for part in ("2027年达到2.70万亿元", "标准误", "逐一去掉", "ABC", "朴素漂移", "尚需年均名义增长"):
        assert part in said.out


def test_ningbo_s_paths_are_written_as_any_other_forecast(tmp_path: Path, tenglong) -> None:
    out = tmp_path / "ningbo.csv"
    told = json.loads(tenglong("forecast", "--horizon", "2", "--out", str(out), "--paths", "4", "--json").out)
    assert [row["year"] for row in told["years"]][-1] == 2027
    assert {answer["year"] for answer in told["targets"]} == {2027, 2030}
    for answer in told["targets"]:
        rows = [name for one in answer["without_source"] for name in one["source"].split(";")]
        assert 0 < answer["probability"] < 1 and len(rows) > 20 and set(answer["grades"]) > {"A"}
        assert len(rows) == len(set(rows)) > len(answer["without_source"]), "rows of one document are one source"
    found = pd.read_csv(out)
    assert list(found.columns) == CONTRACT and found["unique_id"].nunique() == 4
    assert found["ds"].max() == "2027-01-01" == pd.read_csv(tmp_path / "ningbo-paths.csv")["ds"].max()
    assert (found["lo-80"] < found["mean"]).all() and (found["mean"] < found["hi-80"]).all()
    assert pd.read_csv(tmp_path / "ningbo-paths.csv")["path"].nunique() == 4


def test_a_backtest_prints_losses_too(table: Path, tenglong) -> None:
    said = tenglong("backtest", str(table), "--horizon", "6", "--origins", "2", "--out", str(table.with_name("b.csv")))
    assert said.code == DONE and "序列不足 10 个" in said.out
    for method in ("合成（本项目）", "动态 Theta", "ETS（对数）", "航空模型", "季节朴素", "漂移", "Naive2"):
        assert method in said.out
    assert "seasonal_naive" not in said.out and "合成的区间是否名副其实：80%区间盖住了" in said.out
    scores = pd.read_csv(table.with_name("b.csv"))
    assert scores.groupby("method").size().eq(4).all()
    assert "序列不足 5 个，没有列出" in said.out and "没有计入上表" not in said.out


def test_whether_intervals_hold_what_they_promise_is_told_as_far_as_it_can_be() -> None:
    told = _held({80: (0.6, 0.5, 0.7), 95: (0.97, 0.90, 0.99)})
    assert told.startswith("80%区间盖住了 60%（各次若互不相关，误差范围 50%—70%），偏窄，真实的不确定性更大；95%")
    assert told.endswith("看不出与所称不同") and _held({80: (0.95, 0.9, 1)}).endswith("，偏宽")


def test_a_backtest_says_which_origins_it_leaves_out(table: Path, tenglong) -> None:
    """Of 36 months, the first of two origins leaves 18 before it: less than two years, so no member is fitted there."""
    pd.read_csv(table).query("unique_id == 's0'").head(36).to_csv(table, index=False)
    said = tenglong("backtest", str(table), "--horizon", "6", "--origins", "2")
    assert said.code == DONE and "1 个序列，共 1 个起点" in said.out and "另有 1 个起点" in said.out
    assert "--origins 个数" in said.out and "比合成多（95%区间）" not in said.out
    assert "没有列出" in said.out and "按序列重抽样得到" not in said.out


@pytest.mark.parametrize("kind", ["month", "cumulative"])
def test_one_s_own_monthly_series_is_forecast_and_backtested(tmp_path: Path, tenglong, kind: str) -> None:
    values = synthetic_months(6, seed=2)
    path = write(tmp_path / "产值.csv", lines(values, 2019, kind, last_month=8))
    frame = read_table(path)
    of_year = np.column_stack([values[:, :2].sum(axis=1), values[:, 2:]]).ravel()[: len(frame)]
    assert len(frame) == 5 * 11 + 7 and frame["ds"].iloc[0] == "2019-02-01"
    np.testing.assert_allclose(frame["y"], of_year, atol=0.11)  # written to 0.1
    if kind == "cumulative":
        said = tenglong("forecast", str(path), "--horizon", "5")
        assert said.code == DONE and "2024-09-01" in said.out
        assert "一年 11 期，5 期是 6 个月" in said.out
        assert "2025 年 1—2 月合计" in said.out and "2025-02-01" not in said.out and "ds 写 2 月" in said.err
        said = tenglong("backtest", str(path), "--horizon", "6", "--origins", "1")
        assert said.code == DONE and "1 个序列，共 1 个起点" in said.out and "每个起点向前 6 期（月）" in said.out
        assert "1—2 月合为一期，一年 11 期，6 期约 7 个月" in said.out
        write(path, lines(values, 2019, "累计"))
        said = tenglong("backtest", str(path))
        assert said.code == INVALID and "是不是 cumulative？" in said.err


@pytest.mark.parametrize("verb", ["forecast", "backtest"])
def test_years_of_eleven_and_of_twelve_periods_are_told_apart(tmp_path: Path, tenglong, verb: str) -> None:
    values = synthetic_months(4, seed=2)
    rows = [
        f"x,{2021 + year}-{month:02d}-01,{(months[:2].sum() if whole and month == 2 else months[month - 1]):.1f}"
        for year, months in enumerate(values) for whole in [year < 2] for month in range(1 + whole, 13)
    ]  # fmt: skip
    path = write(tmp_path / "mixed.csv", rows, "unique_id,ds,y")
    said = tenglong(verb, str(path))
    assert said.code != DONE and "第一处是 2022-01" in said.err and "请各年一律写成一期" in said.err
    gap = write(tmp_path / "gap.csv", [row for row in rows if "2023-05" not in row][22:], "unique_id,ds,y")
    said = tenglong(verb, str(gap))
    assert said.code != DONE and "第一处是 2023-05" in said.err and "请各年一律" not in said.err


def test_ningbo_s_evidence_is_backtested_by_origin(fresh_home: Path, tenglong) -> None:
    write(fresh_home / "data/own/output_monthly.csv", lines(synthetic_months(3, seed=2), 2021))
    said = tenglong("backtest")
    assert "不是自备的月度序列；后者用 tenglong backtest data/own/output_monthly.csv 测" in said.err
    assert said.code == DONE
    for part in ("2022-12-31", "证据模型", "漂移", "朴素", "有效样本"):
        assert part in said.out
    for option in ("--horizon", "--origins", "--workers"):
        assert tenglong("backtest", option, "3").code == USAGE


@pytest.mark.slow
def test_the_backtest_of_ningbo_s_evidence_for_machines_and_as_tables(fresh_home: Path, tenglong) -> None:
    out = fresh_home / "起点.csv"
    told = json.loads(tenglong("backtest", "--out", str(out), "--json").out)
    assert {"evidence", "drift"} <= {row["method"] for row in told["methods"]}
    assert len(pd.read_csv(out)) == len(told["scores"]) and len(pd.read_csv(fresh_home / "起点-targets.csv")) > 0


def test_the_forecast_of_output_says_what_is_doubted_of_one_s_own_series(fresh_home: Path, tenglong) -> None:
    values = synthetic_months(3, seed=2)
    write(fresh_home / "data/own/output_monthly.csv", lines(values * 40_000 / values[0].sum(), 2021))
    said = tenglong("forecast", "--target", "60000", "--by", "2027")
    assert said.code == DONE and "依据自备的月度序列" in said.err
    of_unit = tenglong("forecast", "--target", "6", "--by", "2027").err
    assert "单位是否一致（如万亿元与亿元）？" in of_unit and "规上工业总产值（亿元）：目标 6 与" in of_unit
    assert "现在依据的是自备的月度序列，--grades 不起作用" in tenglong("forecast", "--grades", "A").err
    assert "自备序列最远预测到 2030 年" in tenglong("forecast", "--horizon", "12").err
    assert said.err.count("存疑 ") == 2 and "output_monthly.csv:13 列 value：2021 年合计 40,000 亿元" in said.err
