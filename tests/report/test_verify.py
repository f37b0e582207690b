"""A report is what it says, or one plain sentence names what is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import workspace
from sim.cli.verbs import _fresh
from sim.ensemble.again import differing, stored
from sim.ensemble.runner import forecast_model
from sim.ensemble.series import outside_data
from sim.ensemble.stamp import MODEL_ROOMS, code_digest, data_digest, data_digests
from sim.ensemble.store import Ensemble
from sim.report.answers import beside_baseline
from sim.report.samples import shelve
from sim.report.verify import NotAReport, differences, made_again, remade, sealed
from sim.scenario.load import load_scenario
from tests.registers import MAPPING, register
from tests.small import AWKWARD, RUNS
from tests.synthetic import lines, synthetic_months, write
from tests.whole.test_command_line import tenglong

__all__ = ["tenglong"]


@pytest.fixture
def copy(home: Path, report: Path, tmp_path: Path) -> Path:
    """A report that may be spoiled."""
    return Path(shutil.copytree(report.parent, tmp_path / report.parent.name))


def flip(path: Path) -> None:
    """Change one byte."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def test_an_untouched_report_passes_and_its_numbers_come_out_again(copy: Path) -> None:
    assert differences(copy) == [] and remade(copy, workers=1).moved == []


@pytest.mark.parametrize("name", ["report.html", "briefing.ipynb", "summary.json"])
def test_one_byte_of_a_file_is_told(copy: Path, name: str) -> None:
    flip(copy / name)
    assert differences(copy) == [f"{name} 改过。"]


def test_one_byte_of_the_record_is_told(copy: Path) -> None:
    path = copy / "run.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"seed": 7', '"seed": 8'), encoding="utf-8")
    assert "run.json 改过。" in differences(copy)


def test_files_gone_or_added_are_told(copy: Path) -> None:
    (copy / "summary.json").rename(copy / "other.json")
    assert differences(copy) == ["summary.json 不在了。", "other.json 不属于这份报告。"]


def test_one_byte_of_scenario_or_data_is_told(copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for name in ("data", "scenarios", "notebooks"):
        shutil.copytree(workspace.root() / name, elsewhere / name)
    monkeypatch.setenv(workspace.HOME_VARIABLE, str(elsewhere))
    assert differences(copy) == []
    table = elsewhere / "data" / "ningbo" / "annual.csv"
    table.write_bytes(table.read_bytes() + b" ")
    assert differences(copy) == ["数据 ningbo/annual.csv 改过。"]
    table.write_bytes(table.read_bytes()[:-1])
    shutil.copy(table, table.with_name("more.csv"))
    assert differences(copy) == ["数据 ningbo/more.csv 是后来添的。"]
    mine = elsewhere / "scenarios" / f"{AWKWARD}.yaml"
    mine.write_text(mine.read_text(encoding="utf-8").replace("upstairs-faster", "tighter-land"), encoding="utf-8")
    assert f"情景 {AWKWARD} 改过。" in differences(copy)
    mine.write_text("name: [", encoding="utf-8")
    assert f"情景 {AWKWARD} 改过，如今有错。" in differences(copy)
    mine.unlink()
    assert f"情景 {AWKWARD} 不在了。" in differences(copy)
    table.unlink()
    assert "数据 ningbo/annual.csv 不在了。" in differences(copy)


def test_a_number_that_was_altered_with_its_digests_is_found_by_making_it_again(copy: Path) -> None:
    path = copy / "summary.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    row = next(row for row in told["targets"] if row["id"] == "gross_output_2027")
    row["median"] *= 1.01
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    record = copy / "run.json"
    record.write_text(json.dumps(sealed(json.loads(record.read_text(encoding="utf-8")), copy)), encoding="utf-8")
    assert differences(copy) == []
    [said] = remade(copy, workers=1).moved
    assert said.startswith("目标 gross_output_2027，median：报告写")


def test_an_altered_difference_is_found_too(copy: Path, tenglong) -> None:
    path, record = copy / "summary.json", copy / "run.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    row = next(row for row in told["differences"] if row["id"] == "quality_space_2030.started")
    row["difference"] *= 1.01
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    record.write_text(json.dumps(sealed(json.loads(record.read_text(encoding="utf-8")), copy)), encoding="utf-8")
    [said] = remade(copy, workers=1).moved
    assert said.startswith(f"{AWKWARD} 与 baseline 在目标 quality_space_2030.started 上的差，difference：报告写")
    printed = tenglong("verify", str(copy), "--workers", "1")
    counted = sum(row["probability"] is not None for row in told["targets"])
    assert printed.code == 1 and f"{len(told['targets'])} 条目标中有概率的 {counted} 条" in printed.out
    assert f"{len(told['differences'])} 条情景之差" in printed.out and "只核对封记，没有重算" in printed.out
    assert f"所据的运行：{2 * RUNS} 次读自 runs/；走势读自 runs/。" in printed.out and "现算" not in printed.out


def test_stored_runs_are_made_anew_and_held_to_what_is_stored_bit_by_bit(copy: Path, tenglong) -> None:
    said = tenglong("verify", str(copy), "--recompute", "--workers", "1")
    assert said.code == 0 and f"存有所据的运行 {2 * RUNS} 次，全部重新算，约" in said.err
    assert f"读自 runs/ 的 {2 * RUNS} 次已先重新算过，逐位与存的对照" in said.out and "走势刚才现算" in said.out
    assert tenglong("verify", str(copy), "--recompute", "--quick").code == 2


def test_one_bit_of_a_stored_run_is_found(home: Path, copy: Path) -> None:
    run = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    [ensemble] = [one for one, _ in stored([load_scenario(AWKWARD)], run["runs"], run["seed"], run["enterprises"])
                  if one.scenario.name == AWKWARD]  # fmt: skip
    assert differing([(ensemble, [3])], workers=1) == []
    whole = Ensemble.read

    def altered(self: Ensemble, table: str, replicates: set[int]) -> pd.DataFrame:
        frame = whole(self, table, replicates)
        if table == "city":
            at = frame.columns.get_loc("gross_output_above_scale")
            frame.iloc[-1, at] = np.nextafter(frame.iloc[-1, at], frame.iloc[-1, at].dtype.type(0))
        return frame

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "read", altered)
        [said] = differing([(ensemble, [3])], workers=1)
    assert said == f"情景 {AWKWARD} 的运行重新算过，与 runs/ 里存的不是逐位相同：第 3 次（表 city）。"


def test_what_was_computed_now_and_what_was_stored_is_told_apart() -> None:
    again = {"runs_computed": 1_000, "runs_stored": 24, "forecast": 2, "forecast_stored": False}
    assert _fresh(again).startswith("所据的运行：1,000 次刚才现算，24 次读自 runs/；走势刚才现算。读自 runs/ 的")
    assert _fresh(again | {"runs_stored": 0, "forecast": 0}) == "所据的运行：1,000 次刚才现算。"


def test_an_altered_answer_of_the_forecast_is_found_too(copy: Path) -> None:
    path, record = copy / "summary.json", copy / "run.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    row = next(row for row in told["forecast"] if row["year"] == 2027)
    at = forecast_model(load_scenario(AWKWARD)).probability(row["threshold"], row["year"])
    assert (row["probability"], row["drift"]) == (at.probability, at.naive_drift)
    assert row["without_low"] < row["probability"] < row["without_high"]
    row["without_low"] *= 1.01
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    record.write_text(json.dumps(sealed(json.loads(record.read_text(encoding="utf-8")), copy)), encoding="utf-8")
    [said] = remade(copy, workers=1).moved
    assert said.startswith("只看统计走势，2027年的目标，without_low：报告写")


def test_a_number_of_what_is_no_longer_asked_is_told(copy: Path) -> None:
    path = copy / "summary.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["targets"][0]["id"] = "no_such_target"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    assert "目标 no_such_target：登记表里已没有。" in remade(copy, workers=1).moved


def test_a_page_of_findings_is_held_to_all_data_at_once_and_has_nothing_to_make_again(fresh_home: Path) -> None:
    folder = fresh_home / "reports" / "finding"
    folder.mkdir(parents=True)
    scenario = load_scenario("baseline")
    run = {"report": "finding", "code": code_digest(MODEL_ROOMS), "data": data_digest(),
           "scenario": scenario.name, "digest": scenario.digest}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(sealed(run, folder)), encoding="utf-8")
    assert differences(folder) == [] and not any(made_again(folder).values())
    table = fresh_home / "data" / "ningbo" / "annual.csv"
    table.write_bytes(table.read_bytes() + b" ")
    assert differences(folder) == ["数据改过。"]


def test_what_was_not_made_again_is_said(copy: Path, tenglong) -> None:
    assert "没有重算任何数" in tenglong("verify", "--quick", str(copy)).out
    told = json.loads((copy / "summary.json").read_text(encoding="utf-8"))
    again = made_again(copy)
    counts = {name: len(told[name]) for name in ("targets", "differences", "forecast")}
    counted = sum(row["probability"] is not None for row in told["targets"])
    assert again == {**counts, "probabilities": counted} and told["differences"] and 0 < counted < counts["targets"]


def test_a_report_put_among_the_samples_is_sealed_anew_without_its_notebook(copy: Path) -> None:
    folder = shelve(copy, "for-a-test")
    try:
        assert folder == workspace.reports_dir() / "samples" / "for-a-test" and (copy / "briefing.ipynb").is_file()
        assert not list(folder.glob("*.ipynb")) and differences(folder) == []
        assert shelve(copy, "for-a-test") == folder and differences(folder) == [], "in the place of the old"
    finally:
        shutil.rmtree(folder.parent)


def test_what_is_no_report_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotAReport, match="不是一份报告"):
        differences(tmp_path)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NotAReport):
        differences(tmp_path)
    (tmp_path / "run.json").write_text('{"report": "old", "code": "", "data": ""}', encoding="utf-8")
    with pytest.raises(NotAReport, match="较早的版本"):
        differences(tmp_path)


def test_the_verb_goes_on_after_what_is_no_report(copy: Path, tenglong) -> None:
    shutil.copytree(copy, copy.with_name("spoiled"))
    flip(copy.with_name("spoiled") / "report.html")
    (copy.parent / "index.html").write_text("", encoding="utf-8")
    (copy.parent / "empty").mkdir()
    said = tenglong("verify", "--quick", *(str(path) for path in sorted(copy.parent.iterdir())))
    assert said.code == 1 and "report.html 改过。" in said.out and "不是一份报告" in said.out and "相符。" in said.out
    told = json.loads(tenglong("verify", "--quick", "--json", str(copy)).out)
    assert [one["differences"] for one in told] == [[]]
    assert tenglong("verify", "--quick", str(copy)).code == 0


def test_a_baseline_that_ran_on_a_scenario_s_own_data_is_not_called_changed(fresh_home: Path) -> None:
    series = write(fresh_home / "data/own/months.csv", lines(synthetic_months(5, seed=2), 2021))
    register(300).to_csv(fresh_home / "data/own/firms.csv", index=False)
    (fresh_home / "data/own/firms.yaml").write_text(MAPPING, encoding="utf-8")
    (fresh_home / "scenarios" / "mine.yaml").write_text(
        "name: mine\ntitle: {zh: 甲}\nextends: baseline\noutput_series: data/own/months.csv\n"
        "register: {file: data/own/firms.csv, mapping: data/own/firms.yaml}\n", encoding="utf-8",
    )  # fmt: skip
    asked = beside_baseline(load_scenario("mine"))
    data = data_digests() | {name: digest for item in asked for name, digest in outside_data(item).items()}
    run = {"report": "mine-0", "code": code_digest(MODEL_ROOMS), "data": data,
           "scenarios": {item.name: item.digest for item in asked}}  # fmt: skip
    folder = fresh_home / "reports" / "mine-0"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(sealed(run, folder)), encoding="utf-8")
    assert len(asked) == 2 and asked[0].digest != load_scenario("baseline").digest
    assert differences(folder) == []
    other = fresh_home / "scenarios" / "baseline.yaml"
    text = other.read_text(encoding="utf-8")
    write(series.with_name("others.csv"), lines(1.02 * synthetic_months(5, seed=2), 2021))
    other.write_text(f"{text}\noutput_series: data/own/others.csv\n", encoding="utf-8")
    assert "情景 baseline 改过。" in differences(folder), "two series now, which no run could be on"
    other.write_text(text, encoding="utf-8")
    write(series, lines(1.01 * synthetic_months(5, seed=2), 2021))
    assert {"情景 baseline 改过。", "情景 mine 改过。"} <= set(differences(folder))
