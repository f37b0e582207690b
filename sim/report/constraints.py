"""What is said of bottlenecks: what binds, where and when, what one more unit is worth; for readers and machines."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.analysis.bottlenecks import RELIEF, Bottlenecks, Step
from sim.analysis.contents import CONDITIONS, group_of
from sim.analysis.pushes import SINCE
from sim.population import ENTERPRISES
from sim.regions import CITY
from sim.registry import Target
from sim.report import numbers, sentences
from sim.report.levers import lever_name
from sim.report.tables import Row, records, rows_of
from sim.report.told import Grid, Told
from sim.report.wording import Wording
from sim.scenario.catalogue import catalogue
from sim.scenario.months import month_text

SELDOM = 0.01
"""Constraints that bind in a smaller part of the months are named together."""


def told_bottlenecks(found: Bottlenecks, words: Wording) -> Told:
    """Say what binds and for how long the queue is, then target by target which unit more is worth most."""
    said = [_binds(found, words), *(_worth_most(found, target, words) for target in found.targets)]
    grids = [_binding(found, words), *(_worth(found, target, words) for target in found.targets)]
    basis = words(
        "bottlenecks.basis", runs=found.read_size.replicates, enterprises=found.read_size.enterprises,
        pairs=found.paired_size.replicates, paired_enterprises=found.paired_size.enterprises,
        since=month_text(SINCE), part=words("bottlenecks.part"),
    )  # fmt: skip
    return Told(said, grids, [basis])


def bottlenecks_record(found: Bottlenecks) -> dict[str, Any]:
    """Return all of it for machines."""
    units = {step.entry.id: step for step in found.steps}
    worth = [
        row | {"title": units[row["id"]].entry.title.zh, "step": units[row["id"]].step, "now": units[row["id"]].now,
               "unit": units[row["id"]].entry.unit, "clauses": list(units[row["id"]].entry.clauses)}
        for row in records(found.worth)
    ]  # fmt: skip
    return {
        "scenario": found.scenario, "seed": found.seed, "since": found.since, "until": found.until,
        "runs": found.read_size.replicates, "enterprises": found.read_size.enterprises,
        "pairs": found.paired_size.replicates, "paired_enterprises": found.paired_size.enterprises,
        "binding": [row | {"lever": RELIEF[row["constraint"]]} for row in records(found.binding)], "worth": worth,
    }  # fmt: skip


def _binds(found: Bottlenecks, words: Wording) -> str:
    rows = sorted(rows_of(_whole(found)), key=lambda row: -row["share"])
    parts = [_bound(row, words) for row in rows if row["share"] >= SELDOM]
    never = [words(f"bottlenecks.constraints.{row['constraint']}") for row in rows if row["share"] < SELDOM]
    sample = found.read_size.enterprises
    small = words("bottlenecks.small", enterprises=f"{sample:,}") if sample < ENTERPRISES else ""
    return words(
        "bottlenecks.said", scenario=found.scenario, since=found.since, until=found.until, small=small,
        parts=words("mark.clause").join(parts),
        never=words("bottlenecks.never", names=words.listed(never)) if never else "",
    )  # fmt: skip


def _bound(row: Row, words: Wording) -> str:
    name = row["constraint"]
    return words(
        "bottlenecks.bound", constraint=words(f"bottlenecks.constraints.{name}"), share=_share(row, words),
        queue=_queue(row, words, sentence=True), clauses=_clauses(RELIEF[name], words),
    )  # fmt: skip


def _worth_most(found: Bottlenecks, target: Target, words: Wording) -> str:
    sure = [row for row in rows_of(found.worth) if row["target"] == target.id and row["sure"]]
    units = {step.entry.id: step for step in found.steps}
    sign = 1 if target.direction == ">=" else -1
    helpful = sorted((row for row in sure if sign * row["difference"] > 0), key=lambda row: -abs(row["difference"]))
    decided = [row for row in helpful if _ordered(units[row["id"]])]
    said = [_adds(row, units[row["id"]], target, words) for row in decided[:1]]
    others = [_adds(row, units[row["id"]], target, words) for row in helpful if not _ordered(units[row["id"]])]
    key = "worth_most" if said else "worth_nothing"
    rest = words("bottlenecks.not_decided", parts=words.listed(others)) if others else ""
    return words(f"bottlenecks.{key}", target=sentences.dated_name(target, words), most="".join(said), rest=rest)


def _ordered(step: Step) -> bool:
    """Whether a document can order it: a lever with a clause that is no condition."""
    return step.decided and group_of(step.entry) != CONDITIONS


def _adds(row: Row, step: Step, target: Target, words: Wording) -> str:
    value, low, high = numbers.supported(row["difference"], row["lo"], row["hi"], words)
    return words(
        "bottlenecks.adds", title=lever_name(step.entry, words), step=_step(step, words),
        value=numbers.with_unit(value, target.unit, words), interval=numbers.span(low, high, target.unit, words),
        clauses=_clauses(row["id"], words),
    )  # fmt: skip


def _binding(found: Bottlenecks, words: Wording) -> Grid:
    rows = []
    for row in sorted(rows_of(_whole(found)), key=lambda one: -one["share"]):
        name = row["constraint"]
        mine = found.binding[found.binding["constraint"] == name]
        districts = rows_of(mine[(mine["district"] != CITY) & (mine["year"] == 0)])
        years = rows_of(mine[(mine["district"] == CITY) & (mine["year"] > 0)])
        where, when = _peaks(districts, "district", words), _peaks(years, "year", words)
        rows.append([
            words(f"bottlenecks.constraints.{name}"), _share(row, words),
            words("number.span", low=f"{100 * row['share_lo']:.0f}%", high=f"{100 * row['share_hi']:.0f}%"),
            where, when, _queue(row, words), words.named(catalogue()[RELIEF[name]].title),
            _clauses(RELIEF[name], words), str(row["runs"]),
        ])  # fmt: skip
    title = words("bottlenecks.binding_title", since=found.since, until=found.until)
    return Grid(title, list(words.items("bottlenecks.binding").values()), rows, right=(1, 2, 8))


def _worth(found: Bottlenecks, target: Target, words: Wording) -> Grid:
    units, rows = {step.entry.id: step for step in found.steps}, []
    titles = {name: lever_name(step.entry, words) for name, step in units.items()}
    mine = [row for row in rows_of(found.worth) if row["target"] == target.id]
    idle = [titles[row["id"]] for row in mine if not row["difference"] and not row["hi"] > row["lo"]]
    moving = [row for row in mine if titles[row["id"]] not in idle]
    for row in sorted(moving, key=lambda one: (not one["sure"], -abs(one["difference"]))):
        step = units[row["id"]]
        value, low, high = numbers.supported(row["difference"], row["lo"], row["hi"], words)
        rows.append([
            titles[row["id"]], numbers.exact(float(f"{step.now:.6g}"), words), _step(step, words),
            numbers.with_unit(value, target.unit, words),
            numbers.span(low, high, target.unit, words),
            words("bottlenecks.sure" if row["sure"] else "bottlenecks.unsure"),
            _clauses(row["id"], words) if step.entry.kind == "lever" else words("bottlenecks.future"),
            str(row["pairs"]),
        ])  # fmt: skip
    rest = words("bottlenecks.idle", names=words.listed(idle)) if idle else ""
    title = words("bottlenecks.worth_title", target=sentences.dated_name(target, words), rest=rest)
    return Grid(title, list(words.items("bottlenecks.worth").values()), rows, right=(1, 2, 3, 4, 7))


def _whole(found: Bottlenecks) -> pd.DataFrame:
    rows = found.binding
    return rows[(rows["district"] == CITY) & (rows["year"] == 0)]


def _peaks(rows: list[Row], key: str, words: Wording) -> str:
    """The place or year where it binds most, or that it is the same everywhere."""
    top = max(rows, key=lambda row: row["share"])
    if top["share"] < SELDOM:
        return words("number.none")
    if min(row["share_hi"] for row in rows) >= max(row["share_lo"] for row in rows):
        return words("bottlenecks.alike")
    return words("bottlenecks.peak", name=words.of(str(top[key])), share=_share(top, words))


def _share(row: Row, words: Wording) -> str:
    """A share of months that was counted, not a probability: none and all may be said."""
    if 0 < row["share"] < SELDOM:
        return words("number.below", value=1)
    wide = row["share_hi"] - row["share_lo"]
    place = -1 if wide >= 0.2 else 0
    return f"{round(100 * row['share'], place):.0f}%"


def _queue(row: Row, words: Wording, sentence: bool = False) -> str:
    key = f"bottlenecks.queue.{row['constraint']}"
    if not words.has(key) or not row["queue"]:
        return "" if sentence else words("number.none")
    if row["constraint"] == "demand":
        text = words(key, value=f"{100 * row['queue']:.0f}%")
    else:
        value, low, high = numbers.supported(row["queue"], row["queue_lo"], row["queue_hi"], words)
        value, low, high = (end.lstrip("+") for end in (value, low, high))
        text = words(key, value=words("bottlenecks.count", value=value, low=low, high=high))
    return words("bottlenecks.queued", queue=text) if sentence else text


def _step(step: Step, words: Wording) -> str:
    if step.entry.kind == "uncertainty":
        return words("bottlenecks.less", value=f"{-step.step:g}", unit=numbers.unit_name(step.entry.unit, words))
    if step.entry.unit == "1/年":
        return words("bottlenecks.points", value=f"{100 * step.step:g}")
    return numbers.with_unit(f"+{step.step:g}", step.entry.unit, words)


def _clauses(name: str, words: Wording) -> str:
    return sentences.clauses(catalogue()[name].clauses, words)
