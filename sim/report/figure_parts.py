"""What the figures share: numbering, thresholds, data tables, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.indicators import FIGURES
from sim.report import numbers, sentences
from sim.report.charts import layers
from sim.report.display import Figure, Panel
from sim.report.material import Material
from sim.report.quantiles import LEVELS, NothingToShow
from sim.report.tables import Column, Row, field, folded, rows_of, table
from sim.report.wording import Wording

ORDER = tuple(FIGURES)
SHORT = ("output", "space")
"""Figures that the short form (Word) shows too; they stand first, so that their numbers are the page's."""
FOCUS_YEAR = 2027  # the first deadline of the headline targets


def attainment_rows(targets: pd.DataFrame, words: Wording) -> pd.DataFrame:
    """Return the open, answered targets with what the bars, tooltips and data table show.

    Raises:
        NothingToShow: no target is both open and answered.
    """
    rows = sentences.modelled(targets)
    written = [
        {
            **chance_row(row, sentences.target_name(row, words), words),
            "id": row["id"],
            "year": str(row["deadline"])[:4],
            "sources": row["sources"],
        }
        for row in rows_of(rows)
    ]
    if not written:
        raise NothingToShow(words("section.attainment"))
    return pd.DataFrame(written)


def chance_row(row: Row, name: str, words: Wording) -> dict[str, Any]:
    """Return what a bar of :func:`sim.report.charts.attainment.bars` shows of a target's row, under a name."""
    return {
        "name": name,
        "chance": numbers.share(row["probability"], row["runs"], words),
        "interval": numbers.percent_interval(row["ci_low"], row["ci_high"], words),
        "median_text": numbers.amount(row["median"], row["unit"], words, sentences.largest(row)),
        **{key: row[key] for key in ("probability", "ci_low", "ci_high")},
    }


def chances(rows: pd.DataFrame, words: Wording) -> list[str]:
    """Return each target's name with its probability."""
    return [
        words("mark.goal", label=name, goal=chance) for name, chance in zip(rows["name"], rows["chance"], strict=True)
    ]


def figure(
    key: str,
    material: Material,
    title: dict[str, object],
    alt: str,
    note: str,
    source: str,
    panels: Sequence[Panel],
    data: str,
    words: Wording,
    columns: int = 1,
) -> Figure:
    """Number a figure, give it its words, the command that draws it again, and fold its data."""
    label, stamp = words("figure.label", number=ORDER.index(key) + 1), material.stamp
    again = words("figure.again", scenario=material.scenario, figure=key, **{
        name: stamp[name] for name in ("runs", "seed", "enterprises")
    })  # fmt: skip
    return Figure(
        key=f"figure-{key}",
        section=words(f"section.{key}"),
        label=label,
        title=words(f"figure.{key}.title", **title),
        alt=alt,
        note=note,
        source=words("figure.source", source=source) + again,
        panels=panels,
        columns=columns,
        detail=key not in SHORT,
        data_html=folded(words("figure.data", label=label), data, "data"),
    )


def by_series(key: str, material: Material, words: Wording, **values: object) -> str:
    """Return a text in its form for the user's own series where the forecast rests on one."""
    if material.series is None:
        return words(key, **values)
    return words(f"{key}_own", **values, **material.series)


def by_register(key: str, material: Material, words: Wording, **values: object) -> str:
    """Return a text in its form for the user's own enterprises where they take the place of the synthetic ones."""
    return words(key, **values) if material.register is None else words(f"{key}_register", **values)


def goals(material: Material, indicators: Sequence[str], words: Wording) -> pd.DataFrame:
    """Return year, value and label of the open thresholds for these indicators, each once."""
    rows = _open(material, indicators).drop_duplicates("group").sort_values("deadline")
    return pd.DataFrame(
        {
            "year": [int(str(deadline)[:4]) for deadline in rows["deadline"]],
            "value": rows["threshold"].astype(float).tolist(),
            "label": [
                words.aside(numbers.threshold(value, unit, words), str(deadline)[:4])
                for value, unit, deadline in zip(
                    rows["threshold"], rows["unit"], rows["deadline"], strict=True
                )
            ],
        }
    )


def published(material: Material, readings: Mapping[str, str], words: Wording) -> pd.DataFrame:
    """Return what was published of a year under each reading (name -> indicator).

    Columns: year, published, value_text, source, reading (its label); no rows where the outcomes hold none.
    """
    labels = {indicator: words(f"reading.{name}") for name, indicator in readings.items()}
    rows = material.outcomes
    rows = rows[rows["indicator"].isin(labels) & rows["period"].astype(str).str.fullmatch(r"\d{4}")]
    return pd.DataFrame({
        "year": rows["period"].astype(int), "published": rows["published"].astype(float),
        "value_text": [as_published(row, words) for row in rows_of(rows)],
        "source": rows["source"], "reading": rows["indicator"].map(labels),
    }).reset_index(drop=True)  # fmt: skip


def published_told(rows: pd.DataFrame, readings: int, words: Wording) -> list[str]:
    """Say each figure of :func:`published` once, and that its reading is open where it stands under all of them."""
    told = []
    for (year, value, source), group in rows.groupby(["year", "value_text", "source"], sort=True):
        unstated = len(group) == readings
        reading = words("figure.space.unstated") if unstated else words.listed(group["reading"])
        told.append(words("figure.space.observed", year=year, value=value, source=source, reading=reading))
    return told


def as_published(row: Row, words: Wording) -> str:
    """Write a published outcome with every digit, and its sign where only a bound is known."""
    bound = "" if row["rule"] == "=" else words(f"sign.{row['rule']}")
    return bound + numbers.threshold(row["published"], str(row["unit"]), words)


def agreement(simulated: pd.DataFrame, smoothed: pd.DataFrame, words: Wording) -> str:
    """Say whether the simulated median lies within the statistical 50 % band (both are drawn)."""
    year = focus(simulated)
    ours, theirs = row(simulated, year), row(smoothed, year)
    inside = theirs["lo50"] <= ours["median"] <= theirs["hi50"]
    return words(
        "figure.output.agree" if inside else "figure.output.differ",
        year=year,
        simulated=numbers.amount(ours["median"], "亿元", words),
        range=numbers.amount_interval(theirs["lo50"], theirs["hi50"], "亿元", words),
    )


def years_table(
    frame: pd.DataFrame, unit: str, caption: str, words: Wording, first: Sequence[Column] = ()
) -> str:  # fmt: skip
    """Return the data behind a yearly fan as a table."""
    columns = [*first, Column(words("chart.year"), lambda row: str(row["year"])), *spread_columns(words)]
    return table(layers.with_texts(frame, unit, words), columns, caption)


def spread_columns(words: Wording) -> list[Column]:
    """Return the columns of a median with its intervals."""
    names = {"median": "median_text", "interval80": "interval80_text", "interval50": "interval50_text"}
    return [field(words(f"chart.{key}"), name) for key, name in names.items()]


def no_moves(spread: pd.DataFrame, path: str, words: Wording) -> pd.DataFrame:
    """Return zeros for a path that no run took."""
    years = sorted(set(spread["year"]))
    zeros = dict.fromkeys(LEVELS, 0.0)
    return pd.DataFrame({"path": path, "year": years, **zeros, "name": words(f"path.{path}")})


def focus(frame: pd.DataFrame) -> int:
    """Return the year the words dwell on."""
    return min(FOCUS_YEAR, int(frame["year"].max()))


def row(frame: pd.DataFrame, year: int) -> dict[str, Any]:
    """Return the row of one year."""
    return {str(name): value for name, value in frame[frame["year"] == year].iloc[0].items()}


def sources(material: Material, indicators: Sequence[str], words: Wording) -> str:
    """Return the sources of the open targets for these indicators."""
    return joined(_open(material, indicators)["sources"], words)


def _open(material: Material, indicators: Sequence[str]) -> pd.DataFrame:
    rows = material.targets
    return rows[rows["indicator"].isin(indicators) & (rows["state"] == "open")]


def joined(sources: pd.Series[str], words: Wording) -> str:
    """Return distinct source ids, in order."""
    return words.listed(
        dict.fromkeys(part.strip() for text in sources for part in str(text).split(";") if part.strip())
    )
