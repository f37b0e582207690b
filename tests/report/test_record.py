"""The forecast's track record: the page is whole, and its numbers are those of the backtest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.forecast.backtest import Backtest
from sim.report.record import TrackRecord
from sim.report.wording import wording
from tests.small import copy_workspace, working_in

ZH_CAPTION = wording("zh")("record.losses.caption")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five short yearly series of those that ship with statsmodels."""
    from sim.forecast.public import public_series

    frame = public_series()
    path = tmp_path_factory.mktemp("table") / "年度.csv"
    frame[frame["unique_id"].str.startswith("copper")].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def record(table: Path) -> TrackRecord:
    return sim.track_record(table, origins=2, workers=1)


def test_public_series_have_no_gap_and_every_frequency() -> None:
    from sim.forecast.public import public_series
    from sim.forecast.series import Series, split

    series = list(split(public_series()))
    assert all(isinstance(one, Series) for one in series) and len(series) > 90
    seasons = [one.calendar.season for one in series if isinstance(one, Series)]
    assert {season: seasons.count(season) >= few for season, few in ((1, 70), (4, 15), (12, 2))} == dict.fromkeys(
        (1, 4, 12), True
    )


def test_tables_print_what_the_backtest_found(record: TrackRecord) -> None:
    pool = record.summaries["YS"].set_index("method").loc["pool"]
    assert f"{pool['wis']:.3f}" in record.methods.html and "5个序列，10个起点" in record.methods.html
    evidence = record.ningbo.summary().set_index("method").loc["evidence"]
    assert f"{evidence['wis']:.2f}" in record.evidence.html and "有效样本" in record.evidence.html


def test_figures_show_every_origin_and_method(record: TrackRecord) -> None:
    origins = record.ningbo.scores.query("method == 'evidence'")
    assert len(_rows(record.origins, "median")) == len(origins)
    assert len(_rows(record.differences, "difference")) == len(record.summaries["YS"]) - 1
    assert [row["nominal"] for row in _rows(record.coverage, "nominal")] == [0.5, 0.8, 0.95]


def test_losses_count_series(record: TrackRecord) -> None:
    wide = record.series.scores.pivot_table(index="unique_id", columns="method", values="wis")
    better = int((wide["naive"] < wide["pool"]).sum())
    assert f"朴素的得分好过合成的占{'低于1%' if better == 0 else f'{20 * better}%'}（{better}个）" in record.losses.html


@pytest.mark.slow
def test_the_page_is_finished_and_names_no_address(table: Path, tmp_path: Path) -> None:
    from sim.report.publish import publish_record

    with working_in(copy_workspace(tmp_path / "工作 区")):
        page = publish_record(table, 0, "", 1)
        html = page.read_text(encoding="utf-8")
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "backtest.ipynb", "report.html", "run.json", "summary.json",
    ]  # fmt: skip
    bare = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?!data:|#)[^"'\s>]+""", bare)
    assert json.loads((page.parent / "run.json").read_text(encoding="utf-8"))["command"].startswith("tenglong backtest")
    assert "图3" in html and str(table.parent) not in html


def _rows(figure: object, column: str) -> list[dict[str, object]]:
    """The rows of a figure's data that have this column."""
    specs = [panel.spec for panel in figure.panels]  # type: ignore[attr-defined]
    rows = [row for spec in specs for rows in spec["datasets"].values() for row in rows]
    return pd.DataFrame([row for row in rows if column in row]).to_dict("records")


def test_a_single_series_that_no_simple_method_wins_has_a_page() -> None:
    methods = ["pool", "naive", "seasonal_naive", "drift", "naive2"]
    rows = [
        {"unique_id": "产值", "freq": "MS", "origin": f"{year}-12-01", "late": late, "periods": 12, "method": method,
         "smape": 1.0, "mase": 1.0, "wis": 0.5 + order / 10, "in50": 1.0, "in80": 1.0, "in95": 1.0}
        for late, year in enumerate((2024, 2023)) for order, method in enumerate(methods)
    ]  # fmt: skip
    one = TrackRecord(None, Backtest(pd.DataFrame(rows), pd.DataFrame()), wording("zh"), "产值.csv")  # type: ignore[arg-type]
    assert "低于1%" in one.losses.html and ZH_CAPTION not in one.losses.html
    assert "+0.100</td>" in one.methods.html and "没有列出" in one.methods.html
    beaten = pd.DataFrame(rows).assign(wis=lambda frame: frame["wis"].where(frame["method"] != "drift", 0.1))
    lost = TrackRecord(None, Backtest(beaten, pd.DataFrame()), wording("zh"), "产值.csv")  # type: ignore[arg-type]
    assert ZH_CAPTION in lost.losses.html and "<td>漂移</td>" in lost.losses.html
