"""What is said of who bears it: sentences, tables by fate, group and lever; for readers and machines."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.analysis.incidence import BORNE, GROUPS, KINDS, Incidence
from sim.report import numbers, sentences
from sim.report.tables import Row, records, rows_of
from sim.report.told import Grid, Told
from sim.report.wording import Wording
from sim.scenario.catalogue import catalogue

MOST = 10
"""Industries and districts listed for people; machines get all."""
TABLES = ("fates", "groups", "causes", "because", "newcomers")


def told_incidence(found: Incidence, words: Wording) -> Told:
    """Say who is closed, moved, upgraded and who leaves, and what of it is due to the levers alone."""
    grids = [_fates(found, words), _because(found, words), _causes(found, words)]
    grids += [_groups(found, by, words) for by in GROUPS]
    basis = words(
        "incidence.basis", runs=found.size.replicates, enterprises=found.size.enterprises, year=found.year,
        newcomers=_newcomers(found, words),
    )  # fmt: skip
    return Told([_said(found, words), _hardest(found, words), _leakage(found, words)], grids, [basis])


def widest(found: Incidence) -> tuple[str, float]:
    """The kind of fate whose number of enterprises is least certain, and its 95 % interval in percent of the mean."""
    rows = rows_of(found.fates.query("path == '' and measure == 'firms' and value > 0"))
    row = max(rows, key=lambda one: (one["hi"] - one["lo"]) / one["value"])
    return str(row["kind"]), 100 * (row["hi"] - row["lo"]) / row["value"]


def incidence_record(found: Incidence) -> dict[str, Any]:
    """Return all of it for machines."""
    return {
        "scenario": found.scenario, "against": found.against or None, "year": found.year, "seed": found.seed,
        "runs": found.size.replicates, "enterprises": found.size.enterprises, "totals": found.totals,
        **{name: records(getattr(found, name)) for name in TABLES},
    }  # fmt: skip


def _said(found: Incidence, words: Wording) -> str:
    values = {}
    for kind in ("closed", "left", "merged", "moved", "upgraded", "exited"):
        firms, jobs = (_row(found.fates, kind=kind, path="", measure=name) for name in ("firms", "jobs"))
        value, low, high = _count(firms, words)
        values[kind] = words("incidence.count", firms=value, low=low, high=high)
        values[f"{kind}_jobs"] = _count(jobs, words)[0]
    output = _row(found.fates, kind="left", path="", measure="output_wan")
    values["left_output"] = _yi(output, words)[0]
    return words(
        "incidence.said", year=found.year, scenario=found.scenario, firms=f"{found.totals['firms']:,.0f}", **values
    )  # fmt: skip


def _hardest(found: Incidence, words: Wording) -> str:
    """The group of each kind that surely bears more of the closures than the city, furthest above it."""
    parts = []
    for by in GROUPS:
        rows = found.groups.query("kind == 'closed' and measure == 'firms' and above_lo > 0")
        rows = rows[rows["by"] == by]
        if len(rows):
            row = max(rows_of(rows), key=lambda one: one["above"])
            parts.append(words("incidence.harder", group=_name(row, words), rate=_rate(row)))
    city = _row(found.fates, kind="closed", path="", measure="firms")
    if not parts:
        return words("incidence.even", rate=_share(city))
    return words("incidence.hardest", parts=words.listed(parts), rate=_share(city))


def _leakage(found: Incidence, words: Wording) -> str:
    closed, left = (_row(found.because, kind=kind, path="", measure="firms") for kind in ("closed", "left"))
    jobs = _row(found.because, kind="left", path="", measure="jobs")
    ends = {}
    for name, row in (("closed", closed), ("left", left), ("jobs", jobs)):
        value, low, high = numbers.supported(row["difference"], row["lo"], row["hi"], words)
        ends[name] = words("incidence.net", value=value, low=low, high=high)
    clear = left["lo"] > 0 or left["hi"] < 0
    behind = rows_of(found.causes[found.causes["kind"] == "closed"])
    cause = words("incidence.cause", cause=_cause(behind[0], words)) if behind else ""
    return words(
        "incidence.leakage", against=found.against or words("attribution.rest"), cause=cause, **ends,
        verdict=words("incidence.leaks" if left["lo"] > 0 else "incidence.keeps" if clear else "incidence.no_leak"),
    )  # fmt: skip


def _fates(found: Incidence, words: Wording) -> Grid:
    rows = []
    for kind in KINDS:
        for path in dict.fromkeys(found.fates.loc[found.fates["kind"] == kind, "path"]):
            firms, jobs, output = (
                _row(found.fates, kind=kind, path=path, measure=name) for name in ("firms", "jobs", "output_wan")
            )  # fmt: skip
            value, low, high = _count(firms, words)
            rows.append([
                _fate(kind, path, words), value, words("number.span", low=low, high=high), _share(firms),
                _count(jobs, words)[0], _share(jobs), _yi(output, words)[0], _share(output),
            ])  # fmt: skip
    heads = list(words.items("incidence.fates").values())
    return Grid(words("incidence.fates_title", year=found.year), heads, rows, right=range(1, 8))


def _because(found: Incidence, words: Wording) -> Grid:
    rows = []
    for kind in KINDS:
        row = [words(f"incidence.kinds.{kind}")]
        for measure in ("firms", "jobs", "output_wan"):
            one = _row(found.because, kind=kind, path="", measure=measure)
            unit = 1e4 if measure == "output_wan" else 1
            value, low, high = numbers.supported(one["difference"] / unit, one["lo"] / unit, one["hi"] / unit, words)
            row += [value, words("number.span", low=low, high=high)]
        rows.append([*row, str(one["pairs"])])
    heads = list(words.items("incidence.because").values())
    title = words("incidence.because_title", against=found.against or words("attribution.rest"))
    return Grid(title, heads, rows, right=range(1, 8))


def _causes(found: Incidence, words: Wording) -> Grid:
    rows = []
    for row in rows_of(found.causes):
        value, low, high = _count(row | {"value": row["firms"]}, words)
        span = words("number.span", low=low, high=high)
        clauses = sentences.clauses(row["clauses"], words)
        rows.append([words(f"incidence.kinds.{row['kind']}"), _title(row, words), value, span, clauses])
    return Grid(words("incidence.causes_title"), list(words.items("incidence.causes").values()), rows, right=(2, 3))


def _groups(found: Incidence, by: str, words: Wording) -> Grid:
    mine = found.groups[(found.groups["by"] == by) & (found.groups["measure"] == "firms")]
    jobs = found.groups[(found.groups["by"] == by) & (found.groups["measure"] == "jobs")]
    order = mine[mine["kind"] == "closed"].sort_values("value", ascending=False)["name"].head(MOST)
    rows = []
    for name in order:
        row = [_name({"by": by, "name": name}, words)]
        for kind in BORNE:
            one = _row(mine, name=name, kind=kind)
            value, low, high = _count(one, words)
            mark = words("incidence.more") if one["above_lo"] > 0 else (
                words("incidence.less") if one["above_hi"] < 0 else ""
            )  # fmt: skip
            span = words("number.span", low=low, high=high)
            row.append(words("incidence.cell", value=value, span=span, rate=_rate(one), mark=mark))
        row += [_count(_row(jobs, name=name, kind=kind), words)[0] for kind in ("closed", "left")]
        rows.append(row)
    heads = [words(f"incidence.by.{by}"), *list(words.items("incidence.groups").values())]
    return Grid(words("incidence.groups_title", by=words(f"incidence.by.{by}")), heads, rows, right=range(1, 7))


def _newcomers(found: Incidence, words: Wording) -> str:
    parts = []
    for row in rows_of(found.newcomers):
        value = _count(row | {"value": row["firms"]}, words)[0]
        name = words("incidence.stays") if row["path"] == "entered" else words(f"path.{row['path']}")
        parts.append(words("incidence.newcomer", path=name, firms=value))
    return words.listed(parts)


def _row(frame: pd.DataFrame, **wanted: str) -> Row:
    chosen = frame
    for column, value in wanted.items():
        chosen = chosen[chosen[column] == value]
    [row] = rows_of(chosen)
    return row


def _count(row: Row, words: Wording) -> tuple[str, str, str]:
    """A count and its interval, no finer than that supports, at least whole."""
    return _ends(row["value"], row["lo"], row["hi"], words)


def _yi(row: Row, words: Wording) -> tuple[str, str, str]:
    """万元 written as 亿元."""
    return _ends(row["value"] / 1e4, row["lo"] / 1e4, row["hi"] / 1e4, words)


def _ends(value: float, low: float, high: float, words: Wording) -> tuple[str, str, str]:
    texts = numbers.supported(value, max(low, 0.0), high, words)
    one, two, three = (text.lstrip("+") for text in texts)
    return one, two, three


def _share(row: Row) -> str:
    """Its part of the city's total, in percent."""
    return _percent(row["share"], row)


def _rate(row: Row) -> str:
    """Its part of the group's total, in percent."""
    return _percent(row["rate"], row)


def _percent(part: float, row: Row) -> str:
    """A part of a fixed total, no finer than the interval of the count supports; one decimal at most."""
    width = part * (row["hi"] - row["lo"]) / row["value"] if row["value"] else math.nan
    return f"{100 * part:.{0 if width >= 0.02 else 1}f}%"


def _fate(kind: str, path: str, words: Wording) -> str:
    if path:
        return words("mark.indent", said=words(f"path.{path}"))
    return words(f"incidence.kinds.{kind}")


def _name(row: Row, words: Wording) -> str:
    key = f"incidence.names.{row['name']}"
    return words(key) if words.has(key) else words.of(str(row["name"]))


def _title(row: Row, words: Wording) -> str:
    return words.named(catalogue()[row["cause"]].title)


def _cause(row: Row, words: Wording) -> str:
    behind = sentences.clauses(row["clauses"], words)
    return words.aside(_title(row, words), behind)
