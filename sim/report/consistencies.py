"""What is said of targets against each other, for readers and machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.analysis.consistency import Consistency, Finding
from sim.analysis.intervals import wilson
from sim.registry import targets as registry
from sim.report import numbers, sentences
from sim.report.tables import Row, records, rows_of
from sim.report.told import Grid, Told, show_told
from sim.report.wording import Wording


def show_consistency(found: Consistency, words: Wording) -> None:
    """Print it."""
    show_told(told_consistency(found, words))


def told_consistency(found: Consistency, words: Wording) -> Told:
    """Tell the findings by kind, targets that are in each other's way, and how often all are met at once."""
    counts = {kind: sum(one.kind == kind for one in found.findings) for kind in words.items("consistency.kinds")}
    apart = rows_of(found.pairs[found.pairs["apart"]]) if len(found.pairs) else []
    said = words("consistency.said", **counts, apart=_apart(len(apart), words), scenario=found.scenario)
    heads, grids = list(words.items("consistency.columns").values()), []
    for kind, title in words.items("consistency.kinds").items():
        chosen = [_finding(one, words) for one in found.findings if one.kind == kind]
        grids.append(Grid(title, heads, chosen, wide=(0,)))
    rows = [_pair(row, words) for row in apart]
    grids.append(Grid(
        words("consistency.pairs_title"), list(words.items("consistency.pairs").values()), rows, right=(2, 3, 4, 6)
    ))  # fmt: skip
    return Told([said], grids, [_all(found, name, words) for name in found.whole])


def _apart(count: int, words: Wording) -> str:
    return words("consistency.apart", count=count) if count else words("consistency.none_apart")


def _all(found: Consistency, name: str, words: Wording) -> str:
    hits, runs = found.whole[name]
    reading = words(f"reading.{name}") if words.has(f"reading.{name}") else words("consistency.any_reading")
    return words(
        "consistency.all", reading=reading, scenario=found.scenario, chance=sentences.chance(hits / runs, runs, words),
        interval=numbers.percent_interval(*wilson(hits, runs), words), runs=runs,
    )  # fmt: skip


def consistency_record(found: Consistency, seed: int) -> dict[str, Any]:
    """Return all of it for machines."""
    return {
        "scenario": found.scenario, "seed": seed, "findings": [asdict(one) for one in found.findings],
        "pairs": records(found.pairs),
        "all_at_once": {
            name: dict(zip(("probability", "ci_low", "ci_high", "runs"), (hits / runs, *wilson(hits, runs), runs),
                           strict=True))
            for name, (hits, runs) in found.whole.items()
        },
    }  # fmt: skip


def _finding(one: Finding, words: Wording) -> list[str]:
    sides = [words("number.none") if side is None else numbers.plain(side, words) for side in (one.left, one.right)]
    unit = numbers.unit_name(one.unit, words)
    return [words.of(one.statement), *sides, unit, words.listed(one.sources), one.subject]


def _pair(row: Row, words: Wording) -> list[str]:
    known = registry()
    names = [
        sentences.registered_name(one, words) for one in (known[row["one"]], known[row["other"]])
    ]
    shares = [numbers.share(row[key], row["runs"], words) for key in ("p_one", "p_other", "both")]
    interval = numbers.percent_interval(row["lo"], row["hi"], words)
    return [*names, *shares, interval, numbers.percent(row["independent"], words)]
