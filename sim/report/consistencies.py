"""What is said of targets against each other, for readers and machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from sim.analysis.consistency import Finding
from sim.analysis.intervals import wilson
from sim.registry import targets as registry
from sim.report import numbers, sentences
from sim.report.tables import Row, records, rows_of
from sim.report.terminal import show
from sim.report.wording import Wording


def show_consistency(
    found: list[Finding], pairs: pd.DataFrame, whole: dict[str, tuple[int, int]], scenario: str, words: Wording
) -> None:
    """Print the findings by kind, targets that are in each other's way, and how often all are met at once."""
    counts = {kind: sum(one.kind == kind for one in found) for kind in words.items("consistency.kinds")}
    apart = rows_of(pairs[pairs["apart"]]) if len(pairs) else []
    print(words("consistency.said", **counts, apart=len(apart), scenario=scenario))
    for kind, title in words.items("consistency.kinds").items():
        chosen = [one for one in found if one.kind == kind]
        if chosen:
            print(f"\n{title}")
            heads = words.items("consistency.columns").values()
            show(list(heads), [_finding(one, words) for one in chosen])
    if apart:
        show(list(words.items("consistency.pairs").values()), [_pair(row, words) for row in apart], right=(2, 3, 4, 6))
    for name, (hits, runs) in whole.items():
        reading = words(f"reading.{name}") if words.has(f"reading.{name}") else words("consistency.any_reading")
        interval = numbers.percent_interval(*wilson(hits, runs), words)
        chance = sentences.chance(hits / runs, runs, words)
        print(words("consistency.all", reading=reading, scenario=scenario, chance=chance, interval=interval, runs=runs))


def consistency_record(
    found: list[Finding], pairs: pd.DataFrame, whole: dict[str, tuple[int, int]], scenario: str, seed: int
) -> dict[str, Any]:
    """Return all of it for machines."""
    return {
        "scenario": scenario, "seed": seed, "findings": [asdict(one) for one in found], "pairs": records(pairs),
        "all_at_once": {
            name: dict(zip(("probability", "ci_low", "ci_high", "runs"), (hits / runs, *wilson(hits, runs), runs),
                           strict=True))
            for name, (hits, runs) in whole.items()
        },
    }  # fmt: skip


def _finding(one: Finding, words: Wording) -> list[str]:
    sides = [words("number.none") if side is None else numbers.plain(side, words) for side in (one.left, one.right)]
    unit = numbers.unit_name(one.unit, words)
    return [one.statement, *sides, unit, "、".join(one.sources), one.subject]


def _pair(row: Row, words: Wording) -> list[str]:
    known = registry()
    names = [
        sentences.target_name(
            {"id": one.id, "label": one.label_zh, "direction": one.direction, "threshold": one.threshold,
             "unit": one.unit, "reading": one.reading_zh}, words,
        )
        for one in (known[row["one"]], known[row["other"]])
    ]  # fmt: skip
    shares = [numbers.share(row[key], row["runs"], words) for key in ("p_one", "p_other", "both")]
    interval = numbers.percent_interval(row["lo"], row["hi"], words)
    return [*names, *shares, interval, numbers.percent(row["independent"], words)]
