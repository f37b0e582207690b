"""What is written: probabilities never certain, thresholds as published, every string there."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.attainment import targets as attainment
from sim.analysis.intervals import wilson
from sim.ensemble.results import Results
from sim.regions import CITY
from sim.report import numbers, provenance, sentences
from sim.report.charts import flows, tiles
from sim.report.credibility import hundredths
from sim.report.figure_parts import no_moves
from sim.report.numbers import MANY
from sim.report.paper.word import _numeral
from sim.report.provenance import StampIncomplete
from sim.report.quantiles import NothingToShow, by_district, by_year, flows_by_year
from sim.report.robustnesses import _counted
from sim.report.series import rows_of_document
from sim.report.terminal import show_targets
from sim.report.wording import UnknownLanguage, UnknownWording, wording

ZH = wording("zh")
share = st.floats(0, 1)


@given(share)
def test_a_probability_is_never_certain(probability: float) -> None:
    assert numbers.percent(probability, ZH) not in ("0%", "100%")


@given(share, share)
def test_an_interval_is_never_certain(one: float, other: float) -> None:
    text = numbers.percent_interval(min(one, other), max(one, other), ZH)
    assert not re.search(r"(?<!\d)(0%|100%)", text)


@given(st.integers(1, 99), st.data())
def test_few_runs_are_written_as_what_was_seen_and_lie_in_their_interval(runs: int, data: st.DataObject) -> None:
    seen = data.draw(st.integers(0, runs))
    texts = [numbers.share(one / runs, runs, ZH) for one in (max(seen - 1, 0), seen)]
    low, high = wilson(seen, runs)
    counted = f"{seen}/{runs}"
    assert texts[1] == (counted if seen in (0, runs) else f"{numbers.percent(seen / runs, ZH)}（{counted}）")
    fewer, these = (Fraction(text.split("（")[-1].removesuffix("）")) for text in texts)
    assert fewer <= these and low - 1e-9 <= these <= high + 1e-9
    assert numbers.share(seen / (2 * MANY), 2 * MANY, ZH) == numbers.percent(seen / (2 * MANY), ZH)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (27_000, "亿元", "2.7万亿元"),
        (1000, "万平方米", "1000万㎡"),
        (98, "%", "98%"),
        (73_000, "家", "73,000家"),
    ],
)
def test_thresholds_as_published(value: float, unit: str, text: str) -> None:
    assert numbers.threshold(value, unit, ZH) == text


def test_no_number_is_written_when_there_is_none() -> None:
    nan = float("nan")
    assert (
        numbers.amount(nan, "亿元", ZH)
        == numbers.percent(nan, ZH)
        == numbers.amount_interval(nan, nan, "家", ZH)
        == "—"
    )


def test_values_of_a_row_have_one_unit_and_no_more_than_four_figures() -> None:
    row = {"threshold": 10_000.0, "median": 8_463.2, "p90": 11_406.0}
    assert numbers.amount(8_463.2, "亿元", ZH, sentences.largest(row)) == "0.85万亿元"
    assert numbers.amount(8_463.2, "亿元", ZH) == "8463亿元", "alone it keeps its own"
    assert numbers.amount_interval(6_388, 11_406, "亿元", ZH) == "0.64—1.14万亿元"
    assert numbers.amount_interval(6_388, 8_406, "亿元", ZH, 10_000) == "0.64—0.84万亿元"
    assert numbers.amount(10_391.4, "家", ZH) == "10,390家" and numbers.plain(123_456.7, ZH) == "123,500"
    assert numbers.exact(17_887.1, ZH) == "17,887.1", "a published figure keeps its digits"


def targets() -> pd.DataFrame:
    """Rows as ``sim.targets`` gives them, with numbers chosen for what the sentences must say."""
    nan = float("nan")
    out, space = ("规上工业总产值", "亿元"), ("高品质工业空间", "万平方米")
    rows = [
        ("gross_output_2027", *out, 27_000, "2027-12", 0.63, 25_900, 27_600, 29_400, "forecast", "open"),
        ("quality_space_2027.started", *space, 1000, "2027-12", 0.45, 720, 985, 1330, "simulated", "open"),
        ("quality_space_2027.completed", *space, 1000, "2027-12", 0.0, 190, 300, 420, "simulated", "open"),
        ("gross_output_2030", *out, 33_000, "2030-12", 0.21, 27_900, 30_600, 33_900, "forecast", "open"),
        ("new_land_park_share_2030", "入园率", "%", 98, "2030-12", 1.0, 98.9, 99.3, 99.6, "simulated", "not_binding"),
        ("unicorns_2030", "独角兽企业", "家", 10, "2030-12", nan, nan, nan, nan, "tracked", "open"),
    ]  # fmt: skip
    names = ["id", "label", "unit", "threshold", "deadline", "probability", "p10", "median", "p90", "basis", "state"]
    made = pd.DataFrame(rows, columns=names)
    half = 1.96 * np.sqrt(made["probability"] * (1 - made["probability"]) / 40)
    return made.assign(
        group=made["id"].str.partition(".")[0], reading="", runs=40, direction=">=", document="甬政发〔2021〕59号",
        ci_low=(made["probability"] - half).clip(0, 0.91), ci_high=(made["probability"] + half).clip(0.088, 1),
    )  # fmt: skip


ASKED = ("gross_output_2027", "quality_space_2027", "gross_output_2030")


def test_summary_is_computed_from_the_targets() -> None:
    text = sentences.summary(targets(), ASKED, ZH)
    assert len(text) == 5
    assert "2.7万亿元的概率为63%；" in text[0] and "80%区间2.59—2.94万亿元" in text[0]
    assert "按开工口径，概率为45%（18/40）" in text[1] and "按竣工口径，概率为0/40，中位数" in text[1]
    assert not any("95%区间" in said for said in text), "the table above the summary holds these"
    assert "缺口最大的是“高品质工业空间≥1000万㎡（竣工口径）”" in text[2] and "少700万㎡（70.0%）" in text[2]
    assert text[3].startswith("到2030年，规上工业总产值达到3.3万亿元的概率为21%")
    assert "共6条，其中5条由模拟或预测回答，1条因没有公开数据只作跟踪。" in text[4]
    assert "另按进展看，这6条里有1条已有定论：不构成约束1条。" in text[4]


def test_a_scenario_is_answered_on_the_targets_it_asks_for() -> None:
    one_reading = sentences.summary(targets(), ("quality_space_2027.started",), ZH)
    assert "高品质工业空间" in one_reading[0] and "竣工" not in one_reading[0]
    assert not any("3.3万亿元" in sentence for sentence in one_reading)


def test_a_summary_without_shortfall_names_the_least_likely_target() -> None:
    rows = targets()
    rows["median"] = rows["threshold"]
    text = sentences.shortfall(sentences.modelled(rows), "2027", ZH)
    assert "最不稳的是“高品质工业空间≥1000万㎡（竣工口径）”" in text


def test_a_target_beyond_the_horizon_is_left_out_of_the_sentences() -> None:
    rows = targets()
    rows.loc[rows["deadline"] == "2030-12", "probability"] = np.nan
    assert not [text for text in sentences.summary(rows, ASKED, ZH) if "2030年" in text]


def test_a_run_without_moves_counts_as_zero() -> None:
    rows = [
        (0, 2021, "merged", "海曙区", "x", 10),
        (1, 2022, "merged", "海曙区", "x", 4),
        (1, 2021, "exited", "海曙区", "x", 1),
    ]
    moves = pd.DataFrame(rows, columns=["replicate", "year", "path", "district", "industry", "firms"])
    spread = flows_by_year(moves).set_index(["path", "year"])
    assert spread.loc[("merged", 2021), "median"] == 5 and spread.loc[("exited", 2022), "hi80"] == 0


def test_an_indicator_without_rows_is_said_so() -> None:
    with pytest.raises(NothingToShow, match="unheard_of"):
        by_year(pd.DataFrame({"indicator": ["x"], "district": ["全市"]}), "unheard_of")


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.995, 1.0, "高于99%"), (0.0, 0.004, "低于1%"), (0.0, 1.0, ZH("number.any")),
        (float("nan"), 1.0, ZH("number.none")), (0.301, 0.304, "30%"),
    ],
)  # fmt: skip
def test_an_interval_of_one_end_or_of_none(low: float, high: float, text: str) -> None:
    assert numbers.percent_interval(low, high, ZH) == text
    assert numbers.exact(float("nan"), ZH) == ZH("number.none")


def test_districts_and_paths_without_rows_are_said_so() -> None:
    cells = pd.DataFrame({"year": [2027], "district": [CITY], "indicator": ["land_freed"], "value": [1.0]})
    with pytest.raises(NothingToShow, match="land_freed（2027 年分区县）"):
        by_district(cells, ["land_freed"], 2027)
    with pytest.raises(NothingToShow, match="企业去向"):
        flows_by_year(pd.DataFrame(columns=["replicate", "path", "year", "firms"]))


def test_a_path_that_nobody_took_is_drawn_as_zeros() -> None:
    taken = flows_by_year(pd.DataFrame({"replicate": [0, 0], "path": "closed", "year": [2022, 2023], "firms": [3, 4]}))
    none = no_moves(taken, "merged", ZH)
    assert none["year"].tolist() == [2022, 2023] and not none[["lo80", "median", "hi80"]].to_numpy().any()


@pytest.mark.parametrize(("direction", "value", "key"), [(">=", 5.0, "met"), (">=", 4.0, "missed"), ("<=", 4.0, "met")])
def test_a_figure_of_one_s_own_is_set_against_the_target(direction: str, value: float, key: str) -> None:
    row = {"observed": value, "observed_year": 2026.0, "observed_source": "局内统计", "threshold": 5.0,
           "direction": direction, "unit": "万亩"}  # fmt: skip
    told = numbers.amount(value, "万亩", ZH)
    assert sentences.observed(row, ZH) == ZH(f"observed.{key}", year=2026, value=told, source="局内统计")
    assert sentences.observed(row | {"observed_year": float("nan")}, ZH) == ""


def test_a_stamp_without_its_fields_is_refused_in_a_plain_sentence() -> None:
    with pytest.raises(StampIncomplete) as refused:
        provenance.check(dict.fromkeys(provenance.STAMP_FIELDS[1:]))
    assert str(refused.value) == "结果的出处记录缺少：scenarios。请重新运行情景。"


def test_every_path_of_the_model_is_drawn() -> None:
    from sim.abm.events import PATHS

    assert set(flows.PATHS) == set(PATHS)
    assert all(ZH.has(f"path.{path}") for path in PATHS)


def test_every_district_has_a_tile_of_its_own() -> None:
    from sim.regions import DISTRICTS

    assert set(tiles.PLACES) == set(DISTRICTS)
    assert len(set(tiles.PLACES.values())) == len(DISTRICTS)


def test_unknown_words_and_languages_are_refused() -> None:
    with pytest.raises(UnknownWording):
        ZH("figure.nothing")
    with pytest.raises(UnknownLanguage):
        wording("../zh")


def test_strings_asked_for_in_the_code_exist() -> None:
    import sim.report

    code = "".join(
        path.read_text(encoding="utf-8") for path in Path(sim.report.__file__).parent.rglob("*.py")
    )
    keys = re.findall(r'words\(\s*"([a-z_.0-9]+)"', code)
    assert len(keys) > 60
    assert [key for key in keys if not ZH.has(key)] == []


def test_a_third_has_no_false_digits_and_a_ratio_no_unit() -> None:
    assert numbers.threshold(33.3333, "%", ZH) == "33.33%" and numbers.threshold(2, "容积率", ZH) == "2"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8).filter(lambda each: sum(each) > 0.01))
def test_parts_of_a_whole_in_percent_add_up_to_a_hundred(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    found = hundredths(shares)
    assert sum(found) == 100 and all(abs(100 * share - part) < 1 for share, part in zip(shares, found, strict=True))


def test_a_part_loses_what_rounding_would_add_too_much() -> None:
    assert hundredths([0.928, 0.0565, 0.0155]) == [93, 6, 1] and hundredths([0.5, 0.5]) == [50, 50]
    assert hundredths([]) == [] and hundredths([0.0, 0.0]) == [0, 0]


def test_the_rows_of_a_document_are_listed() -> None:
    assert rows_of_document("A051;A027;A103", wording("zh")) == "A051、A027、A103"


def test_a_row_of_targets_keeps_one_unit(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    rows = sentences.modelled(attainment(results))
    rows = rows[rows["id"] == "value_added_all_industry_2030"].assign(p10=5_300.0, median=7_226.0, p90=11_700.0)
    show_targets(rows, ZH)
    line = next(line for line in capsys.readouterr().out.splitlines() if "≥1万亿元" in line)
    assert "0.72万亿元" in line and "0.53—1.17万亿元" in line and "7226亿元" not in line


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (47, "四十七"), (99, "九十九")]
)
def test_numbers_of_headings_are_written_as_in_official_papers(number: int, written: str) -> None:
    assert _numeral(number, ZH("paper.numerals")) == written
    assert _numeral(number, "") == str(number)


@pytest.mark.parametrize(
    ("share", "text"), [(0.996, "高于99%"), (0.004, "低于1%"), (1, "100%"), (0, "0%"), (0.5, "50%")]
)
def test_nearly_all_weightings_are_not_said_to_be_all(share: float, text: str) -> None:
    assert _counted(share, ZH) == text
