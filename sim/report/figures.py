"""The briefing's figures.

Material in, numbered figure with title, note, text alternative, source and data out.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pandas as pd

from sim.report import figure_parts as parts
from sim.report import numbers
from sim.report.charts import attainment, fan, flows, layers, tiles
from sim.report.display import Figure, Panel, Section
from sim.report.material import Material
from sim.report.observed import observations_table
from sim.report.quantiles import by_district, by_year, flows_by_year
from sim.report.tables import field, table
from sim.report.wording import Wording
from sim.scenario.months import LAST_OBSERVED_YEAR

OUTPUT = "gross_output_above_scale"
READINGS = {"started": "quality_space_started", "completed": "quality_space_completed"}


def output_figure(material: Material, words: Wording) -> Figure:
    """Gross output: every observation, the statistical path, the simulated fan and the thresholds."""
    simulated = by_year(material.frame, OUTPUT)
    seen = material.observations[material.observations["used"]]
    goals = parts.goals(material, [OUTPUT], words)
    focus = parts.row(simulated, parts.focus(simulated))
    alt = words(
        "figure.output.alt",
        first=int(material.smoothed["year"].min()),
        last=int(material.smoothed["year"].max()),
        year=int(focus["year"]),
        median=numbers.amount(focus["median"], "亿元", words),
        range=numbers.amount_interval(focus["lo80"], focus["hi80"], "亿元", words),
        goals=words.listed(goals["label"]),
    )
    source = parts.by_series(
        "figure.output.source",
        material,
        words,
        count=(seen["grade"] != "own").sum(),
        runs=material.stamp["runs"],
        targets=parts.sources(material, [OUTPUT], words),
    )
    spec = fan.output(simulated, material.smoothed, seen, goals, alt, words)
    note = parts.by_series("figure.output.note", material, words)
    data = parts.years_table(simulated, "亿元", words("figure.output.table"), words) + observations_table(
        material.observations, words
    )
    figure = parts.figure("output", material, {}, alt, note, source, [Panel(spec)], data, words)
    return replace(figure, remark=parts.agreement(simulated, material.smoothed, words))


def space_figure(material: Material, words: Wording) -> Figure:
    """Quality space from 2025 on, started and delivered, on one scale."""
    frames = {name: by_year(material.frame, indicator) for name, indicator in READINGS.items()}
    frames = {name: frame[frame["year"] >= 2025] for name, frame in frames.items()}
    goals = parts.goals(material, list(READINGS.values()), words)
    published = parts.published(material, READINGS, words)
    heights = [goals["value"], published["published"], *(frame["hi80"] for frame in frames.values())]
    top = 1.08 * float(pd.concat(heights).max())
    told = parts.published_told(published, len(READINGS), words)
    texts, panels, rows = [], [], []
    for name, frame in frames.items():
        label, focus = words(f"reading.{name}"), parts.row(frame, parts.focus(frame))
        texts.append(
            words(
                "figure.space.alt_reading",
                reading=label,
                year=int(focus["year"]),
                median=numbers.amount(focus["median"], "万㎡", words),
                range=numbers.amount_interval(focus["lo80"], focus["hi80"], "万㎡", words),
            )
        )
        spec = fan.space(frame, goals, published[published["reading"] == label], top, texts[-1], words)
        panels.append(Panel(spec, words("figure.space.panel", reading=label)))
        rows.append(frame.assign(which=label))
    alt = words(
        "figure.space.alt", readings=words("summary.between").join(texts), goals=words.listed(goals["label"])
    )
    source = words(
        "figure.space.source",
        runs=material.stamp["runs"],
        targets=parts.sources(material, list(READINGS.values()), words),
    )
    first = [field(words("chart.reading"), "which")]
    data = parts.years_table(pd.concat(rows), "万㎡", words("figure.space.table"), words, first)
    note = words("summary.next").join([words("figure.space.note"), *told])
    alt = words("summary.next").join([alt, *told])
    return parts.figure("space", material, {}, alt, note, source, panels, data, words, columns=2)


def flows_figure(material: Material, words: Wording) -> Figure:
    """Enterprises a year along each path."""
    spread = flows_by_year(material.flows)
    spread = spread.assign(name=[words(f"path.{path}") for path in spread["path"]])
    year = parts.focus(spread)
    panels, texts = [], []
    for path in flows.PATHS:
        rows = spread[spread["path"] == path]
        if rows.empty:
            rows = parts.no_moves(spread, path, words)
        name = words(f"path.{path}")
        texts.append(words("mark.goal", label=name, goal=numbers.amount(parts.row(rows, year)["median"], "家", words)))
        panels.append(Panel(flows.path(rows, words("mark.colon", label=name, said=texts[-1]), words), name))
    alt = words("figure.flows.alt", year=year, paths=words.listed(texts))
    values = {"runs": material.stamp["runs"], "firms": f"{material.stamp['enterprises']:,}"}
    values |= {"file": material.register["file"]} if material.register else {}
    source = parts.by_register("figure.flows.source", material, words, **values)
    first = [field(words("chart.path"), "name")]
    data = parts.years_table(spread, "家", words("figure.flows.table"), words, first)
    note = words("figure.flows.note") + _early(spread, words)
    return parts.figure("flows", material, {}, alt, note, source, panels, data, words, columns=5)


def _early(spread: pd.DataFrame, words: Wording) -> str:
    """Say where firms move to that go upstairs before a project of the observed years can be delivered; nothing where
    none do."""
    moved = spread[(spread["path"] == "upstairs") & (spread["median"] > 0) & (spread["year"] < LAST_OBSERVED_YEAR)]
    return "" if moved.empty else words("figure.flows.early", year=int(moved["year"].min()))


def attainment_figure(material: Material, words: Wording) -> Figure:
    """Probability of each open target that can be answered, one panel a deadline year."""
    rows = parts.attainment_rows(material.targets, words)
    panels = []
    for year, group in rows.groupby("year", sort=True):
        group = group.sort_values(["probability", "id"], ascending=[False, True])
        items = words.listed(parts.chances(group, words))
        panels.append(
            Panel(attainment.bars(group, items, words), words("figure.attainment.panel", year=year))
        )
    items = words("mark.clause").join(parts.chances(rows, words))
    alt = words("figure.attainment.alt", items=items)
    source = words(
        "figure.attainment.source", runs=material.stamp["runs"], targets=parts.joined(rows["sources"], words)
    )
    data = table(
        rows,
        [
            field(words("chart.target"), "name"),
            field(words("chart.probability"), "chance"),
            field(words("chart.sampling"), "interval"),
            field(words("chart.median"), "median_text"),
        ],
        words("figure.attainment.table"),
    )
    return parts.figure("attainment", material, {}, alt, words("figure.attainment.note"), source, panels, data, words)


def districts_figure(material: Material, words: Wording) -> Figure | Section:
    """Four indicators on the tile map of districts; of one's own register those that are told by district, if any."""
    year = min(parts.FOCUS_YEAR, int(material.frame["year"].max()))
    spread = by_district(material.frame, list(tiles.INDICATORS), year)
    spread = spread[spread["median"].notna()]
    if spread.empty:
        return Section(f'<section><p>{escape(words("figure.districts.none"))}</p></section>')
    spread["name"] = [words.of(name) for name in spread["district"]]
    panels, items, rows = [], [], []
    for indicator in tiles.INDICATORS:
        label, unit = material.labels[indicator]
        group = spread[spread["indicator"] == indicator]
        if group.empty:
            continue
        best = group.sort_values("median").iloc[-1]
        value = numbers.amount(float(best["median"]), unit, words)
        items.append(words("figure.districts.alt_item", label=label, district=best["name"], value=value))
        heading = words("figure.districts.panel", label=label, unit=numbers.unit_name(unit, words))
        panels.append(Panel(tiles.tiles(group, unit, items[-1], words), heading))
        rows.append(layers.with_texts(group, unit, words).assign(label=heading))
    data = table(
        pd.concat(rows),
        [
            field(words("chart.indicator"), "label"),
            field(words("chart.district"), "name"),
            *parts.spread_columns(words),
        ],
        words("figure.districts.table", year=year),
    )
    alt = words("figure.districts.alt", items=words("mark.clause").join(items))
    source = words("figure.districts.source", runs=material.stamp["runs"])
    return parts.figure(
        "districts",
        material,
        {"year": year},
        alt,
        words("figure.districts.note"),
        source,
        panels,
        data,
        words,
        columns=2,
    )
