"""The forecast's own answer beside that of the runs: how far it moves with what it rests on, and why the two differ;
and by how much the runs are multiplied to stand at its level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.forecast_alone import OUTPUT
from sim.analysis.intervals import half_width
from sim.report import numbers, sentences
from sim.report.series import rows_of_document
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd


def trend(alone: pd.DataFrame | None, targets: pd.DataFrame, asked: Sequence[str], words: Wording) -> list[str]:
    """Return a paragraph on the asked target for output that falls due first; none where nothing is known of it.

    Args:
        alone: as :func:`sim.analysis.forecast_alone.beside_runs`, or None.
        targets: as :attr:`sim.report.material.Material.targets`.
    """
    answered = sentences.modelled(targets)
    wanted = answered[answered["group"].isin(asked) | answered["id"].isin(asked)]
    due = wanted[wanted["indicator"] == OUTPUT].sort_values("deadline")
    if alone is None or due.empty:
        return []
    target = rows_of(due)[0]
    year = int(str(target["deadline"])[:4])
    mine = alone[(alone["year"] == year) & (alone["threshold"] == target["threshold"])]
    return [_paragraph(row, target, words) + _apart(row, target, words) for row in rows_of(mine)]


def _paragraph(row: Row, target: Row, words: Wording) -> str:
    def chance(name: str) -> str:
        return numbers.percent(row[name], words)

    basis = "own" if row["own"] else "public"
    without = words(
        "trend.without", count=row["sources"], low=chance("without_low"), high=chance("without_high"),
        low_source=rows_of_document(row["without_low_source"], words),
        high_source=rows_of_document(row["without_high_source"], words),
    ) if row["sources"] else ""  # fmt: skip
    drift = words("trend.drift", value=chance("drift")) if row["drift"] == row["drift"] else words("trend.no_drift")
    growth = f"{row['growth']:.1f}" if row["growth"] > 0 else ""
    need = words(f"outlook.{'growth' if growth else 'above'}.{basis}", value=growth, year=row["last"])
    if row["grown"] == row["grown"]:
        need += words(
            "trend.growth", first=row["first"], last=row["last"], grown=f"{row['grown']:.1f}",
            expected=f"{row['expected']:.1f}",
        ) + (words("trend.damped") if row["own"] and row["expected"] < row["grown"] else "")  # fmt: skip
    return words(
        f"trend.said.{basis}", year=row["year"], value=chance("probability"), without=without, drift=drift, need=need,
        threshold=numbers.threshold(target["threshold"], str(target["unit"]), words),
        range=numbers.percent_interval(row["low"], row["high"], words),
    )  # fmt: skip


def _apart(row: Row, target: Row, words: Wording) -> str:
    """Why the runs' probability is another: they hold few of the forecast's paths, and a policy may move these."""
    runs = int(target["runs"])
    half = 100 * half_width(round(row["paths"] * runs), runs)
    inside = abs(row["probability"] - row["paths"]) * 100 <= half
    said = words(
        "trend.paths", runs=runs, share=numbers.share(row["paths"], runs, words), half=f"{half:.0f}",
        luck=words("trend.luck" if inside else "trend.unlucky"),
    )  # fmt: skip
    chance = numbers.share(target["probability"], runs, words)
    return said + (words("trend.moved", chance=chance) if row["moved"] else words("trend.unmoved"))


def anchored(factors: pd.DataFrame | None, observations: pd.DataFrame, words: Wording) -> str:
    """Say by how much the model's output and value added are multiplied in the last observed year and the last one, and
    on which rows of evidence the level rests there.

    Args:
        factors: as :func:`sim.ensemble.results.anchor_factors`, or None.
        observations: as :func:`sim.forecast.observations.observation_table`.
    """
    used = observations[observations["used"]]
    if factors is None or factors.empty or used.empty:
        return ""
    last = min(int(used["year"].max()), int(factors["year"].max()))
    latest = used.loc[used["year"] == last, "source"]
    rows = sorted({name for sources in latest for name in str(sources).split(";")})
    each = [
        words("trend.factor", year=year, output=_factor(factors, year, "gross_output", words),
              value_added=_factor(factors, year, "value_added", words))
        for year in dict.fromkeys((last, int(factors["year"].max())))
    ]  # fmt: skip
    return words("trend.anchored", factors=words("mark.clause").join(each), year=last, rows=words.listed(rows))


def _factor(factors: pd.DataFrame, year: int, name: str, words: Wording) -> str:
    low, middle, high = factors.loc[factors["year"] == year, name].quantile([0.1, 0.5, 0.9])
    span = words("number.interval", low=f"{low:.2f}", high=f"{high:.2f}")
    return words.aside(f"{middle:.2f}", span)
