"""What differs between two scenarios: levers, targets, indicators, fates of enterprises; for readers and machines."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.district_shares import Spread, changed_names, spreads
from sim.indicators import indicators
from sim.report import numbers, sentences
from sim.report.caveats import caveats
from sim.report.levers import from_to, title
from sim.report.page_parts import paragraph
from sim.report.tables import Row, records, rows_of
from sim.report.told import Grid, Told, grid_html
from sim.report.wording import Wording
from sim.scenario.catalogue import catalogue
from sim.scenario.diff import Change, beside, changes
from sim.scenario.months import month_text

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

DEADLINE_YEARS = (2027, 2030)
_SOME = re.compile("[1-9]")
WAITING = "projects_waiting"
MOST = 10
"""Industries listed for people; machines get all."""


def told_comparison(
    base: str, other: str, targets: pd.DataFrame, table: pd.DataFrame, differ: Sequence[Change], words: Wording
) -> Told:
    """Tell what differs between two scenarios, the open targets, and every indicator in the deadline years."""
    said = [words("comparison.title", base=base, other=other), *change_lines(differ, words)]
    said += caveats(base, other, targets, table, words)
    pairs = int(table["pairs"].max())
    due = table[table["year"].isin(DEADLINE_YEARS)].sort_values(["year", "indicator"])
    labels = {name: (entry.label_zh, entry.unit) for name, entry in indicators().items()}
    each = [_difference(row, labels[row["indicator"]], words) for row in rows_of(due)]
    rows = [row for row in each if _SOME.search(row[4])]  # as written: no difference of nought
    heads = words.items("comparison.columns") | _means(base, other, words)
    every = Grid(words("comparison.indicators"), list(heads.values()), rows, right=(2, 3, 4, 5))
    left = [words("comparison.left_out", count=len(each) - len(rows))] if len(rows) < len(each) else []
    basis = [*left, words("comparison.basis", pairs=pairs)]
    return Told(said, [target_differences(targets, words, names=(base, other)), every], basis)


def _means(base: str, other: str, words: Wording) -> dict[str, str]:
    """Headings of the columns of two scenarios' means."""
    return {key: words("comparison.mean_of", name=name) for key, name in (("base", base), ("other", other))}


def change_lines(differ: Sequence[Change], words: Wording) -> list[str]:
    """Return a line a change: what, where, from, to, and the clauses behind it."""
    return [
        words(
            "comparison.change" if change.entry.unit else "comparison.change_without_unit",
            title=words.named(change.entry.title), scope=words.of(change.scope),
            unit=numbers.unit_name(change.entry.unit, words), before=words.of(change.before),
            after=words.of(change.after), clauses=sentences.clauses(change.entry.clauses, words),
        )
        for change in differ
    ]  # fmt: skip


def told_changes(scenario: Scenario, base: Scenario, name: str, words: Wording) -> list[str]:
    """Tell all that a scenario changes against a base of this name, or that it changes nothing."""
    differ = change_lines(changes(scenario, base), words)
    more = words.listed(words(f"comparison.beside.{key}") for key in beside(scenario, base))
    return [
        *([words("comparison.changed", other=scenario.name, base=name, count=len(differ))] if differ else []), *differ,
        *([words("comparison.also", other=scenario.name, base=name, more=more)] if more else []),
        *([] if differ or more else [words("comparison.same", other=scenario.name, base=name)]),
    ]  # fmt: skip


def told_spreads(scenario: Scenario, base: Scenario, words: Wording) -> list[str]:
    """Tell what each district gets of the quantities a year that a scenario changes; of one's own register not, since
    that could tell of single enterprises."""
    if scenario.register_file is not None:
        return [words("comparison.spread.register")] if changed_names(scenario, base) else []
    return [_spread(one, words) for one in spreads(scenario, base)]


def _spread(spread: Spread, words: Wording) -> str:
    entry, more = spread.entry, spread.total - spread.city
    amount = numbers.plain(abs(more), words)
    districts = words.listed(
        words("comparison.spread.district", district=words.of(name), value=numbers.plain(value, words))
        for name, value in spread.districts.items()
    )
    return words(
        f"comparison.spread.{'own' if spread.own else 'city'}", title=words.named(entry.title),
        month=month_text(spread.month), unit=numbers.unit_name(entry.unit, words), districts=districts,
        total=numbers.plain(spread.total, words), by=words(f"comparison.spread.by.{entry.spread_by}"),
        city=numbers.plain(spread.city, words), own=words.listed(map(words.of, spread.own)),
        apart=words(f"comparison.spread.{'same' if amount == '0' else 'more' if more > 0 else 'less'}", amount=amount),
    )  # fmt: skip


def target_differences(
    targets: pd.DataFrame, words: Wording, own: bool = False, names: tuple[str, str] | None = None
) -> Grid:  # fmt: skip
    """Return what sets two scenarios apart at each open target, as :func:`sim.analysis.comparison.compare_targets`.

    Args:
        own: both rest on the user's own data, so that the baseline is not the one of its own briefing.
        names: of the two; without them, one is the baseline and the other the scenario that the page is about.
    """
    form, heads, pairs = "_own" if own else "", words.items("table.differences.columns"), int(targets["pairs"].min())
    title = words(f"table.differences.title{form}", pairs=pairs)
    if names:
        sides = zip(("base_probability", "probability"), names, strict=True)
        heads |= {key: words("comparison.chance_of", name=name) for key, name in sides} | _means(*names, words)
        title = words("table.differences.title_against", base=names[0], pairs=pairs)
    rows = [_target_difference(row, words) for row in rows_of(targets)]
    return Grid(title, list(heads.values()), rows, right=range(2, 9), wide=(0,))


def from_baseline(targets: pd.DataFrame, changed: bool, words: Wording, own: bool = False) -> str:
    """Return the same as HTML, the first due first; a sentence where the scenario ``changed`` nothing and nothing
    differs."""
    same = (targets[["difference", "lo", "hi"]].fillna(0.0) == 0).all(axis=None)
    if same and not changed:
        return paragraph(words(f"table.differences.same{'_own' if own else ''}"))
    return grid_html(target_differences(targets.sort_values("deadline", kind="stable"), words, own))


def told_fates(
    base: str, other: str, fates: pd.DataFrame | str, words: Wording, differ: Sequence[Change] = (),
    table: pd.DataFrame | None = None,
) -> Told:  # fmt: skip
    """Tell the ledger of fates: a sentence, the paths, and who they are; or why there is none.

    Args:
        differ: what differs between the two, named where it is but one thing.
        table: what sets their indicators apart, which tells of projects that wait and so move nobody.
    """
    if isinstance(fates, str):
        return Told([words.of(fates)], [], [])
    paths = [_path(row, words) for row in rows_of(fates[fates["by"] == "path"])]
    grids = [Grid("", list(words.items("fates.paths").values()), paths, right=(1, 2, 3, 4))]
    for by in ("cause", "size", "district", "industry"):
        rows = [[_name(row, words), *_count(row, words)] for row in rows_of(fates[fates["by"] == by].head(MOST))]
        grids.append(Grid("", list(words.items(f"fates.{by}").values()), rows, right=(1, 2)))
    basis = words("fates.basis", pairs=int(fates["pairs"].max()))
    said = [fates_sentence(base, other, fates, words, differ), _waiting(base, other, table, words)]
    return Told([one for one in said if one], grids, [basis])


def _waiting(base: str, other: str, table: pd.DataFrame | None, words: Wording) -> str:
    """Say that more projects wait for land or funds in the last year than in the base, if they do."""
    rows = [] if table is None else rows_of(table[table["indicator"] == WAITING].sort_values("year"))
    if not rows or not rows[-1]["lo"] > 0:
        return ""
    row = rows[-1]
    count, low, high = numbers.supported(row["difference"], row["lo"], row["hi"], words)
    return words("fates.waiting", base=base, other=other, year=row["year"], count=count.lstrip("+"),
                 interval=words("number.span", low=low, high=high))  # fmt: skip


def told_ends(
    base: Scenario, other: Scenario, words: Wording, table: pd.DataFrame | None = None,
    names: tuple[str, str] | None = None, **run: Any,
) -> Told:  # fmt: skip
    """Follow every enterprise through both scenarios and tell the ledger of fates, or why there is none.

    Args:
        table: as for :func:`told_fates`.
        names: what the two are called; by default by their files.
        run: as for :func:`sim.analysis.fates.fates`.
    """
    ends = fates_or_reason(base, other, **run)
    return told_fates(*(names or (base.name, other.name)), ends, words, changes(other, base), table)


def fates_or_reason(base: Scenario, other: Scenario, **run: Any) -> pd.DataFrame | str:
    """Return the ledger of fates; the reason as text where the runs cannot be paired enterprise by enterprise."""
    from sim.analysis.fates import fates
    from sim.ensemble.fates import DifferentPopulations

    try:
        return fates(base, other, **run)
    except DifferentPopulations as error:
        return str(error)


def fates_sentence(
    base: str, other: str, fates: pd.DataFrame, words: Wording, differ: Sequence[Change] = ()
) -> str:
    """Say how many end elsewhere, which fate gains and which loses most, and by what quota, land or floor most do.

    Where the scenarios differ in one thing only, that is named as what sets them apart.
    """
    [whole] = rows_of(fates[fates["by"] == "all"])
    only = words("fates.only.these")
    if len(differ) == 1:
        only = words("fates.only.one", title=title(differ[0], words), change=from_to(differ[0], words))
    if not whole["firms"]:
        return words("fates.nobody", base=base, other=other, only=only)
    paths = rows_of(fates[fates["by"] == "path"])
    clear = [row for row in paths if row["lo"] > 0 or row["hi"] < 0]
    parts = []
    for key, chosen in (("more", max), ("less", min)):
        row = chosen(clear, key=lambda one: one["firms"], default=None)
        if row is not None and (row["firms"] > 0) == (key == "more"):
            parts.append(words(f"fates.{key}", path=_name(row, words), firms=_path(row, words)[3].lstrip("+-")))
    first = rows_of(fates[fates["by"] == "cause"])[0]
    firms, interval = _count(whole, words)
    return words(
        "fates.said", base=base, other=other, only=only, firms=firms, interval=interval, parts="".join(parts),
        by=_name(first | {"clauses": []}, words), clauses=sentences.clauses(first["clauses"], words),
    )  # fmt: skip


def changes_record(differ: Sequence[Change]) -> list[dict[str, Any]]:
    """Return what differs for machines: id, scope, title, before, after, unit, clauses."""
    return [
        {"id": change.entry.id, "scope": change.scope, "title": change.entry.title.zh, "before": change.before,
         "after": change.after, "unit": change.entry.unit, "clauses": list(change.entry.clauses)}
        for change in differ
    ]  # fmt: skip


def fates_record(fates: pd.DataFrame | str) -> Any:
    """Return the ledger for machines; the reason as text where there is none."""
    return fates if isinstance(fates, str) else records(fates)


def _path(row: Row, words: Wording) -> list[str]:
    """Where to, gained, lost, net and its interval, all to one place, and so that gained less lost is the net."""
    gained, lost, net = row["gained"], row["lost"], row["firms"]
    place = _place(row, gained, lost)
    less, change = round(min(gained, lost), -place), round(net, -place)
    more = less + abs(change)  # the larger takes up what rounding leaves
    gained, lost = (more, less) if net > 0 else (less, more)
    return [
        _name(row, words), *(numbers.to_place(side, place).lstrip("+") for side in (gained, lost)),
        numbers.to_place(net, place), _span(row, place, words),
    ]  # fmt: skip


def _count(row: Row, words: Wording) -> list[str]:
    place = _place(row, row["firms"])
    return [numbers.to_place(row["firms"], place).lstrip("+"), _span(row, place, words, drop="+")]


def _place(row: Row, *shown: float) -> int:
    """The power of ten of the last digit: what the interval supports, or finer, so that no count is told as 0."""
    place = numbers.place_of(row["lo"], row["hi"]) if row["hi"] > row["lo"] else 0
    while place > numbers.FINEST and any(value and not round(value, -place) for value in shown):
        place -= 1
    return place


def _span(row: Row, place: int, words: Wording, drop: str = "") -> str:
    """The interval of a count, without the signs in ``drop``."""
    if math.isnan(row["lo"]):
        return words("number.span", low=words("number.none"), high=words("number.none"))
    low, high = (numbers.to_place(row[end], place).lstrip(drop) for end in ("lo", "hi"))
    return words("number.span", low=low, high=high)


def _name(row: Row, words: Wording) -> str:
    entries = catalogue()
    if row["by"] == "cause" and row["name"] in entries:
        return words.aside(words.named(entries[row["name"]].title), words.listed(row["clauses"]))
    keys = (f"path.{row['name']}", f"fates.names.{row['name']}") if row["by"] in ("path", "size") else ()
    return next((words(key) for key in keys if words.has(key)), words.of(str(row["name"])))


def _target_difference(row: Row, words: Wording) -> list[str]:
    pairs, unit = row["pairs"], str(row["unit"])
    base, other, value, low, high = numbers.apart(row["base"], row["other"], row["lo"], row["hi"], unit, words)
    return [
        sentences.target_name(row, words),
        str(row["deadline"]),
        *(numbers.share(row[name], pairs, words) for name in ("base_probability", "probability")),
        numbers.points_interval(row["chance_lo"], row["chance_hi"], words),
        base,
        other,
        numbers.with_unit(value, unit, words),
        numbers.span(low, high, unit, words),
    ]


def _difference(row: Row, label: tuple[str, str], words: Wording) -> list[str]:
    name, unit = label
    base, other, value, low, high = numbers.apart(row["base"], row["other"], row["lo"], row["hi"], "", words)
    return [
        str(row["year"]),
        words.aside(words.of(name), numbers.unit_name(unit, words)),
        base,
        other,
        value,
        words("number.span", low=low, high=high),
    ]
