"""What is said of levers: shares of a gap, for readers and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.analysis.attribution import PAIRS, Attribution, Estimate, Share
from sim.analysis.contents import CONDITIONS, group_of
from sim.regions import CITY
from sim.report import numbers, sentences
from sim.report.told import Grid, Told, show_told
from sim.report.wording import Wording
from sim.scenario.catalogue import Entry
from sim.scenario.diff import Change

_SINCE = " 起 "  # between a step's month and its value


def show_attributions(found: Sequence[Attribution], words: Wording) -> None:
    """Print of each target the gap as a sentence, the shares as a table, the largest interaction, and what stands
    behind them."""
    for told in told_attributions(found, words):
        show_told(told)


def told_attributions(found: Sequence[Attribution], words: Wording) -> list[Told]:
    """Tell the same; targets that nothing moves are named last, in one sentence."""
    still = [one for one in found if _moves_nothing(one, words)]
    told = [told_attribution(one, words) for one in found if one not in still]
    names = words.listed(sentences.dated_name(one.target, words) for one in still)
    return [*told, *([Told([words("attribution.still", targets=names)], [], [])] if still else [])]


def told_attribution(found: Attribution, words: Wording) -> Told:
    """Tell of one target; changes that bring nothing at all are named below the table."""
    unit = found.target.unit
    heads = words.items("attribution.columns")
    order = sorted(found.shares, key=lambda share: -abs(share.number.value))
    gap = _gap(found, words)[2]
    idle = [share for share in order if _idle(share, gap, words)]
    rows = [_share_row(share, unit, gap, words) for share in order if share not in idle]
    caption = words("attribution.shares", target=sentences.dated_name(found.target, words))
    grid = Grid(caption, list(heads.values()), rows, right=(3, 4, 5))
    names = words.listed(title(share.change, words) for share in idle)
    left = [words("attribution.idle", count=len(idle), names=names)] if idle else []
    return Told([attribution_sentence(found, words), _pair(found, words)], [grid], [*left, basis(found, words)])


def _moves_nothing(found: Attribution, words: Wording) -> bool:
    gap = _gap(found, words)[2:]
    return set(gap) == {"0"} and all(_idle(share, gap[0], words) for share in found.shares)


def _idle(share: Share, gap: str, words: Wording) -> bool:
    """Whether a share is written as 0 throughout, of the number and of the probability."""
    number = numbers.supported(share.number.value, share.number.low, share.number.high, words, gap)
    return {*number, numbers.points(share.chance.value)} == {"0"}


def attribution_sentence(found: Attribution, words: Wording) -> str:
    """Return the whole answer as one sentence, with the lever that brings most and its clauses.

    Few runs (:data:`sim.report.numbers.MANY`) tell a difference, being paired, but no level or probability: those of
    the summary, from more runs, are not to stand beside others.
    """
    target = found.target
    before, after, value, low, high = _gap(found, words)
    clear = [share for share in found.shares if share.number.clear]
    if clear:
        first = max(clear, key=lambda share: abs(share.number.value))
        of_first = numbers.supported(first.number.value, first.number.low, first.number.high, words, value)
        most = words(
            "attribution.most", title=title(first.change, words), change=from_to(first.change, words),
            share=numbers.with_unit(of_first[0], target.unit, words),
            interval=numbers.span(*of_first[1:], target.unit, words),
            clauses=sentences.clauses(first.change.entry.clauses, words),
        )  # fmt: skip
    else:
        most = words("attribution.nothing")
    runs, chance = found.size.replicates, found.chance_gap
    changed = round(runs * chance.value)
    form = "" if runs >= numbers.MANY else "_few"
    said = words(
        f"attribution.said{form}", year=target.deadline[:4], name=sentences.registered_name(found.target, words),
        base=found.base or words("attribution.rest"), other=found.other,
        before=before, after=after, gap=numbers.with_unit(value, target.unit, words),
        interval=numbers.span(low, high, target.unit, words), most=most,
    )  # fmt: skip
    return said + words(
        f"attribution.chance{form}", before=numbers.share(found.base_chance, runs, words),
        after=numbers.share(found.other_chance, runs, words), points=numbers.points(chance.value),
        interval=numbers.points_interval(chance.low, chance.high, words),
        runs=runs, enterprises=f"{found.size.enterprises:,}", many=numbers.MANY,
        count=f"{changed:+d}" if changed else "0",
    )  # fmt: skip


def _gap(found: Attribution, words: Wording) -> tuple[str, ...]:
    """Write the two means, the gap and the ends of its interval."""
    gap = found.gap
    return numbers.apart(found.base_mean, found.other_mean, gap.low, gap.high, found.target.unit, words)


def basis(found: Attribution, words: Wording) -> str:
    """Say how many runs stand behind the shares, and the error that drawing orders leaves."""
    values = {"replicates": found.size.replicates, "enterprises": found.size.enterprises}
    if found.exact:
        return words("attribution.exact", **values, coalitions=found.coalitions)
    error = max(share.sampling for share in found.shares)
    text = numbers.amount(float(f"{error:.1g}"), found.target.unit, words)
    return words("attribution.sampled", **values, orders=2 * PAIRS, error=text)


def attribution_record(found: Attribution, seed: int) -> dict[str, Any]:
    """Return one target's shares for machines."""
    pair = found.interaction
    return {
        "base": found.base or None, "scenario": found.other, "seed": seed, "target": found.target.id,
        "unit": found.target.unit, "gap": found.gap.value, "gap_lo": found.gap.low, "gap_hi": found.gap.high,
        "base_mean": found.base_mean, "mean": found.other_mean, "base_probability": found.base_chance,
        "probability": found.other_chance, "chance_gap": found.chance_gap.value,
        "chance_gap_lo": found.chance_gap.low, "chance_gap_hi": found.chance_gap.high,
        "levers": [_share_record(share, found.gap) for share in found.shares],
        "largest_interaction": pair and {
            "levers": [pair[0].entry.id, pair[1].entry.id], "scopes": [pair[0].scope, pair[1].scope],
            "value": pair[2].value, "lo": pair[2].low, "hi": pair[2].high,
        },
        "method": "exact" if found.exact else "sampled", "coalitions": found.coalitions,
        "runs": found.size.replicates, "enterprises": found.size.enterprises,
    }  # fmt: skip


def title(change: Change, words: Wording) -> str:
    """Name a lever, with its district if it is one's own."""
    return words.aside(lever_name(change.entry, words), "" if change.scope == CITY else words.of(change.scope))


def lever_name(entry: Entry, words: Wording) -> str:
    """Name a parameter; with a lever that is a condition and no policy, that."""
    condition = entry.kind == "lever" and group_of(entry) == CONDITIONS
    return words.aside(words.named(entry.title), words("attribution.condition") if condition else "")


def _share_record(share: Share, gap: Estimate) -> dict[str, Any]:
    entry = share.change.entry
    return {
        "id": entry.id, "scope": share.change.scope, "title": entry.title.zh, "before": share.change.before,
        "after": share.change.after, "unit": entry.unit, "clauses": list(entry.clauses), "share": share.number.value,
        "lo": share.number.low, "hi": share.number.high,
        "of_gap": share.number.value / gap.value if gap.clear else None, "chance": share.chance.value,
        "chance_lo": share.chance.low, "chance_hi": share.chance.high, "sampling_error": share.sampling,
    }  # fmt: skip


def _share_row(share: Share, unit: str, gap: str, words: Wording) -> list[str]:
    number, chance = share.number, share.chance
    value, low, high = numbers.supported(number.value, number.low, number.high, words, gap)
    ends = [numbers.points(end) for end in (chance.value, chance.low, chance.high)]
    points = words("attribution.points", value=ends[0], low=ends[1], high=ends[2])
    return [
        title(share.change, words), from_to(share.change, words), numbers.unit_name(share.change.entry.unit, words),
        numbers.with_unit(value, unit, words), numbers.span(low, high, unit, words), points,
        sentences.clauses(share.change.entry.clauses, words),
    ]  # fmt: skip


def _pair(found: Attribution, words: Wording) -> str:
    if found.interaction is None:
        return words("attribution.no_pair")
    one, other, gain = found.interaction
    value, low, high = numbers.supported(gain.value, gain.low, gain.high, words)
    return words(
        "attribution.pair", one=title(one, words), other=title(other, words),
        value=numbers.with_unit(value, found.target.unit, words),
        interval=numbers.span(low, high, found.target.unit, words),
    )  # fmt: skip


def from_to(change: Change, words: Wording) -> str:
    """Write what changes, from the first month that differs on; a value that holds from before has no month."""
    before, after = change.before.split("；"), change.after.split("；")
    for short, long in ((before, after), (after, before)):
        if len(short) == 1 < len(long) and long[0].endswith(f"{_SINCE}{short[0]}"):
            del long[0]
    held = ""
    while before and after and before[0] == after[0]:
        held = before.pop(0).rpartition(_SINCE)[2]
        del after[0]
    # whichever begins to differ later holds till then what both had; months sort as text, and none left is the latest
    first, second = (steps[0].partition(_SINCE)[0] if steps else "9999" for steps in (before, after))
    if held and first != second:
        (before if first > second else after).insert(0, held)
    return " → ".join(words("mark.clause").join(map(words.of, steps)) for steps in (before, after))
