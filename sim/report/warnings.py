"""What is said of early warning: the number to watch, its trigger and how far to trust it; for readers and machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.warning import COLOURS, Colour, EarlyWarning, Rule, known_by
from sim.indicators import indicator
from sim.registry import targets
from sim.report import numbers, sentences
from sim.report.told import Grid, Told
from sim.report.wording import Wording
from sim.scenario.months import month_text, year_of


def told_warnings(
    found: Sequence[EarlyWarning], colours: Mapping[str, Colour], as_of: int, words: Wording
) -> Told:  # fmt: skip
    """Say target by target what to watch, then the state of all targets in the documents' colours."""
    said = [_said(one, words) for one in found]
    count = Counter(colours.values())
    each = words.listed(
        words("warning.state", colour=words(f"warning.colours.{name}"), count=count[name]) for name in COLOURS
    )  # fmt: skip
    free = [name for name, target in targets().items() if target.state == "not_binding"]
    ahead = sum(colours.get(name) == "under_way" for name in free)
    not_binding = words("warning.not_binding", count=ahead) if ahead else ""
    states = words("warning.states", as_of=month_text(as_of), counts=each, not_binding=not_binding)
    basis = words("warning.basis", runs=found[0].size.replicates, enterprises=found[0].size.enterprises)
    return Told([*said, states], [_table(one, words) for one in found if one.rules], [basis])


def warning_record(one: EarlyWarning) -> dict[str, Any]:
    """Return one target's warning for machines."""
    return {
        "scenario": one.scenario, "target": one.target.id, "colour": one.colour, "since": month_text(one.since),
        "seen": month_text(one.seen), "seed": one.seed, "runs_chosen_on": one.size.replicates,
        "runs_held_out": one.size.replicates, "enterprises": one.size.enterprises, "state": one.state,
        "missed_chosen_on": one.missed[0], "missed_held_out": one.missed[1],
        "rules": [_rule_record(rule) for rule in one.rules],
    }  # fmt: skip


def _rule_record(rule: Rule) -> dict[str, Any]:
    (hit, hit_lo, hit_hi), (wrong, wrong_lo, wrong_hi) = rule.hit_rate, rule.false_rate
    return {
        "indicator": rule.indicator, "kind": rule.kind, "unit": _unit(rule), "trigger": rule.threshold.value,
        "alarm": "at_or_below" if rule.threshold.below else "above", "youden": rule.threshold.index,
        "hit_rate": hit, "hit_lo": hit_lo, "hit_hi": hit_hi, "false_alarm_rate": wrong, "false_lo": wrong_lo,
        "false_hi": wrong_hi, "hits": rule.hits, "misses": rule.misses, "false_alarms": rule.false_alarms,
        "reached": rule.reached, "better_than_chance": rule.tells, "known": month_text(rule.known),
        "no_worse_than_chosen": rule.no_worse,
    }  # fmt: skip


def _said(one: EarlyWarning, words: Wording) -> str:
    values: dict[str, object] = {
        "target": sentences.dated_name(one.target, words), "colour": words(f"warning.colours.{one.colour}"),
        "scenario": one.scenario, "seen": month_text(one.seen),
        "runs": one.size.replicates, "first": one.missed[0], "second": one.missed[1],
    }  # fmt: skip
    if one.rules:
        rule = one.rules[0]
        values |= {"signal": _signal(one, rule, words), **_rates(rule, words), **_trigger(rule, words)}
        values["earlier"] = _earlier(one, words)
        values["base"] = numbers.share(rule.misses / (rule.misses + rule.reached), rule.misses + rule.reached, words)
        for name, alarm in (("alarm", True), ("quiet", False)):
            missed, runs = rule.chance(alarm)
            values[name] = numbers.share(missed / runs, runs, words) if runs else words("number.none")
    return words(f"warning.{one.state}", **values)


def _earlier(one: EarlyWarning, words: Wording) -> str:
    """Say which other number is seen earlier and does no worse, if one does."""
    rule = one.earlier
    if rule is None:
        return ""
    months = one.rules[0].known - rule.known
    values = {"signal": _signal(one, rule, words), "months": months, **_rates(rule, words), **_trigger(rule, words)}
    return words("warning.earlier", **values)


def _table(one: EarlyWarning, words: Wording) -> Grid:
    rows = []
    for rule in one.rules:
        rates, trigger = _rates(rule, words), _trigger(rule, words)
        rows.append([
            _signal(one, rule, words), words("mark.goal", label=trigger["side"], goal=trigger["trigger"]),
            *(rates[key] for key in ("hit", "hit_interval", "false", "false_interval")),
            words("warning.yes" if rule.tells else "warning.no"), f"{rule.misses}/{rule.reached}",
        ])  # fmt: skip
    title = words("warning.table_title", target=sentences.dated_name(one.target, words))
    return Grid(title, list(words.items("warning.table").values()), rows, right=(2, 3, 4, 5, 7))


def _signal(one: EarlyWarning, rule: Rule, words: Wording) -> str:
    return words(
        f"warning.kinds.{rule.kind}", label=words.of(indicator(rule.indicator).label_zh), seen=month_text(one.seen),
        since=month_text(one.since), year=year_of(one.seen), month=one.seen % 12 + 1,
        last=year_of(known_by("year", one.seen)),
    )  # fmt: skip


def _trigger(rule: Rule, words: Wording) -> dict[str, str]:
    value = numbers.exact(rule.threshold.value, words)
    return {
        "side": words("warning.below" if rule.threshold.below else "warning.above"),
        "trigger": numbers.with_unit(value, _unit(rule), words),
    }  # fmt: skip


def _unit(rule: Rule) -> str:
    return "%" if rule.kind == "growth" else indicator(rule.indicator).unit


def _rates(rule: Rule, words: Wording) -> dict[str, str]:
    (hit, hit_lo, hit_hi), (wrong, wrong_lo, wrong_hi) = rule.hit_rate, rule.false_rate
    return {
        "hit": numbers.share(hit, rule.misses, words), "hit_interval": numbers.percent_interval(hit_lo, hit_hi, words),
        "false": numbers.share(wrong, rule.reached, words),
        "false_interval": numbers.percent_interval(wrong_lo, wrong_hi, words),
    }  # fmt: skip
