"""What is said of what it would take: the answer as a sentence, the levers, the frontier; for readers and machines."""

from __future__ import annotations

import math
from typing import Any

from sim.analysis.backcast import SCREENED, WITHIN, Alone, Backcast, Point
from sim.analysis.contents import CONDITIONS, group_of
from sim.analysis.intervals import runs_to_confirm
from sim.analysis.pushes import Push
from sim.report import numbers, sentences
from sim.report.levers import lever_name
from sim.report.told import Grid, Told, show_told
from sim.report.wording import Wording
from sim.scenario.months import month_text

COUNTED = ("个/年", "家/年")
"""Units of levers that count things: in a sentence they are whole."""


def show_backcast(found: Backcast, words: Wording) -> None:
    """Print it."""
    show_told(told_backcast(found, words))


def told_backcast(found: Backcast, words: Wording, summary: Point | None = None) -> Told:
    """Tell the answer as a sentence, the levers it moves, the probability against effort, and each lever alone.

    Args:
        summary: how many of the scenario's own runs reach the target, which a briefing's summary tells.
    """
    effort = 1.0 if found.confirmed is None else found.confirmed.effort
    told_levers = () if found.state in ("met", "too_few") else found.moved
    moved = [_lever(push, effort, words) for push in told_levers]
    points = [(point, "search") for point in found.frontier] + [(point, "fresh") for point in found.fresh]
    tried = [_point(found, point, which, words) for point, which in points] if found.moved else []
    alone = [_alone(one, found, words) for one in found.alone]
    tables = (("levers", moved, (1, 2)), ("frontier", tried, range(5)), ("alone", alone, (1, 2, 3, 4)))
    aims = words("backcast.and").join(sentences.dated_name(one, words) for one in found.targets)
    conditions = len(_conditions(found)) == len(found.moved)
    titles = {"levers": "conditions"} if conditions else {}
    grids = [
        Grid(words(f"backcast.{titles.get(name, name)}_title", targets=aims), _heads(name, found, words), rows, right)
        for name, rows, right in tables if rows
    ]  # fmt: skip
    basis = [words(
        "backcast.basis", searched=found.searched_size.replicates, fresh=found.fresh_size.replicates,
        enterprises=found.searched_size.enterprises, fresh_enterprises=found.fresh_size.enterprises,
    )]  # fmt: skip
    if alone:
        basis.append(words("backcast.screened", runs=found.alone[0].at_bound.runs, most=SCREENED))
    more = [words("backcast.more")] if found.state in ("indistinct", "undecided", "too_few") else []
    if found.state == "undecided" and found.fresh_size.replicates < (least := runs_to_confirm(found.probability)):
        more.insert(0, words("backcast.few", runs=found.fresh_size.replicates, least=least))
    said = backcast_sentence(found, words) + _other_runs(found, summary, words)
    return Told([said], grids, (basis if grids else []) + more)


def widest(found: Backcast) -> float:
    """The widest interval of a probability on fresh luck, in percentage points."""
    return max(100 * (high - low) for low, high in (point.interval for point in found.fresh))


def backcast_sentence(found: Backcast, words: Wording) -> str:
    """Return the answer as one sentence, each lever with its clauses; which of them no document can order."""
    last, unchanged = found.fresh[-1] if found.confirmed is None else found.confirmed, found.fresh[0]
    low, high = last.interval
    case = found.state if found.moved or found.state == "met" else f"{found.state}_by_any"
    said = words(
        f"backcast.{case}",
        targets=words("backcast.and").join(sentences.dated_name(one, words) for one in found.targets),
        asked=numbers.percent(found.probability, words), scenario=found.scenario, since=month_text(found.since),
        levers=words("backcast.and").join(_moved(push, last.effort, found, words) for push in found.moved),
        said=sentences.chance(last.chance, last.runs, words), chance=numbers.share(last.chance, last.runs, words),
        interval=numbers.percent_interval(low, high, words),
        low=numbers.percent(low, words), runs=last.runs, count=len(found.moved),
        unchanged=numbers.share(unchanged.chance, unchanged.runs, words),
        unchanged_low=numbers.percent(unchanged.interval[0], words), smaller=_smaller(found, words),
        enterprises=f"{found.fresh_size.enterprises:,}", least=runs_to_confirm(found.probability),
    )  # fmt: skip
    return said + _not_ordered(found, words)


def _not_ordered(found: Backcast, words: Wording) -> str:
    """Say which of the moved levers no document can order."""
    conditions = [words.named(push.entry.title) for push in _conditions(found)]
    if found.state in ("met", "too_few") or not conditions:
        return ""
    if len(conditions) == len(found.moved):
        return words("backcast.all_not_ordered")
    return words("backcast.not_ordered", names=words.listed(conditions))


def _conditions(found: Backcast) -> list[Push]:
    """Return those of the moved levers that are conditions, which no document orders."""
    return [push for push in found.moved if group_of(push.entry) == CONDITIONS]


def _other_runs(found: Backcast, summary: Point | None, words: Wording) -> str:
    """Set the probability without a change beside the summary's, which is from other and more runs."""
    unchanged = found.fresh[0]
    untold = bool(found.moved) and found.state in ("unreachable", "undecided", "too_few")
    if summary is None or summary.chance == unchanged.chance or untold:
        return ""
    (low, high), (other_low, other_high) = summary.interval, unchanged.interval
    within = max(low, other_low) <= min(high, other_high)
    return words(
        "backcast.other_runs" if within else "backcast.other_runs_apart", runs=summary.runs, fresh=unchanged.runs,
        chance=numbers.share(summary.chance, summary.runs, words), enterprises=f"{found.fresh_size.enterprises:,}",
        unchanged=numbers.share(unchanged.chance, unchanged.runs, words),
    )  # fmt: skip


def _smaller(found: Backcast, words: Wording) -> str:
    """Say of the largest change tried that was not enough what it gives; nothing where there was none."""
    last = _not_enough(found)
    if last is None:
        return ""
    return words(
        "backcast.smaller",
        values=words("backcast.and").join(_said_value(push, last.effort, found, words) for push in found.moved),
        chance=numbers.share(last.chance, last.runs, words), low=numbers.percent(last.interval[0], words),
    )  # fmt: skip


def _not_enough(found: Backcast) -> Point | None:
    less = [point for point in found.fresh if found.confirmed and 0 < point.effort < found.confirmed.effort]
    return less[-1] if less else None


def _said_value(push: Push, effort: float, found: Backcast, words: Wording) -> str:
    """Write the value in a sentence: counts whole, unless that makes enough and not enough the same."""
    fine, whole = lever_value(push, effort), lever_value(push, effort, least_step=1.0)
    less = _not_enough(found)
    told = [point.effort for point in (found.confirmed, less) if point is not None]
    distinct = len({lever_value(push, one, least_step=1.0) for one in told}) == len(told)
    if push.entry.unit not in COUNTED or fine == whole or not distinct:
        return fine
    return words("backcast.about", value=whole)


def backcast_record(found: Backcast, seed: int) -> dict[str, Any]:
    """Return one answer for machines."""
    return {
        "scenario": found.scenario, "targets": [target.id for target in found.targets], "seed": seed,
        "probability": found.probability, "since": month_text(found.since), "state": found.state,
        "needed_effort": found.needed, "confirmed": found.confirmed and _point_record(found.confirmed),
        "levers": [_push_record(push, found) for push in found.moved],
        "frontier": [_point_record(point) for point in found.frontier],
        "fresh": [_point_record(point) for point in found.fresh],
        "alone": [
            _push_record(one.push, None) | {
                "gains": [dict(zip(("value", "lo", "hi"), gain, strict=True)) for gain in one.gains],
                "at_bound": _point_record(one.at_bound),
            }
            for one in found.alone
        ],
        "enterprises": found.searched_size.enterprises, "fresh_enterprises": found.fresh_size.enterprises,
    }  # fmt: skip


def lever_value(push: Push, effort: float, least_step: float = 0.0) -> str:
    """Write the value at an effort, rounded towards the bound to what the search can tell, or to a larger step."""
    if effort in (0.0, 1.0) or push.entry.unit == "0或1":
        return f"{push.value(effort):g}"
    step = max(least_step, 10.0 ** math.floor(math.log10(abs(push.bound - push.now) * WITHIN)))
    away = math.ceil if push.bound > push.now else math.floor
    return f"{away(round(push.value(effort) / step, 6)) * step:.10g}"


def _moved(push: Push, effort: float, found: Backcast, words: Wording) -> str:
    return words(
        "backcast.moved", title=words.named(push.entry.title), now=_now(push, words),
        value=_said_value(push, effort, found, words), unit=numbers.unit_name(push.entry.unit, words),
        clauses=words.listed(push.entry.clauses), apart=_apart(push, words),
    )  # fmt: skip


def _now(push: Push, words: Wording, districts: bool = False) -> str:
    """Write the value in force; where districts have their own that it is the city's, and which these are."""
    if not push.apart:
        return f"{push.now:g}"
    named = words.listed(map(words.of, push.apart)) if districts else ""
    return words(f"backcast.now{'_but' if districts else ''}", value=f"{push.now:g}", districts=named)


def _apart(push: Push, words: Wording) -> str:
    """Name the districts whose own value is not changed, so that nobody takes the city's for theirs."""
    if not push.apart:
        return ""
    return words("backcast.apart", districts=words.listed(map(words.of, push.apart)))


def _lever(push: Push, effort: float, words: Wording) -> list[str]:
    low, high = (numbers.plain(end, words) for end in push.entry.bounds)
    return [
        lever_name(push.entry, words), _now(push, words, districts=True), lever_value(push, effort),
        numbers.unit_name(push.entry.unit, words), words("number.interval", low=low, high=high),
        words.listed(push.entry.clauses), push.entry.id,
    ]  # fmt: skip


def _heads(table: str, found: Backcast, words: Wording) -> list[str]:
    """Return a table's heads; where several levers move together, over their values in which order they stand."""
    heads = words.items(f"backcast.{table}")
    if table == "frontier" and len(found.moved) > 1:
        titles = words.listed(words.named(push.entry.title) for push in found.moved)
        heads["value"] = words("backcast.values", levers=titles)
    return list(heads.values())


def _point(found: Backcast, point: Point, which: str, words: Wording) -> list[str]:
    low, high = point.interval
    return [
        f"{100 * point.effort:.0f}%", words.listed(lever_value(push, point.effort) for push in found.moved),
        numbers.share(point.chance, point.runs, words), numbers.percent_interval(low, high, words), str(point.runs),
        words(f"backcast.{which}"),
    ]  # fmt: skip


def _alone(one: Alone, found: Backcast, words: Wording) -> list[str]:
    value, low, high = numbers.supported(*one.gains[0], words)
    bottom, top = one.at_bound.interval
    return [
        lever_name(one.push.entry, words), f"{_now(one.push, words, districts=True)} → {one.push.bound:g}",
        numbers.with_unit(value, found.targets[0].unit, words),
        numbers.span(low, high, found.targets[0].unit, words),
        words.aside(numbers.share(one.at_bound.chance, one.at_bound.runs, words),
                    numbers.percent_interval(bottom, top, words)),
        str(one.at_bound.runs), words.listed(one.push.entry.clauses),
    ]  # fmt: skip


def _point_record(point: Point) -> dict[str, Any]:
    low, high = point.interval
    return {"effort": point.effort, "probability": point.chance, "ci_low": low, "ci_high": high, "runs": point.runs}


def _push_record(push: Push, found: Backcast | None) -> dict[str, Any]:
    record = {
        "id": push.entry.id, "title": push.entry.title.zh, "unit": push.entry.unit, "now": push.now,
        "bound": push.bound, "clauses": list(push.entry.clauses),
    }  # fmt: skip
    if found is not None and found.confirmed is not None:
        record["value"] = push.value(found.confirmed.effort)
    return record
