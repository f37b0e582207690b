"""What a comparison must not be read without: floors that nobody uses, and output that the model hardly lets move."""

from __future__ import annotations

import pandas as pd

from sim.registry import targets as registry
from sim.report import numbers
from sim.report.forecasts import OUTPUT
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording

FLOORS, OCCUPANCY, USERS = "quality_space_started", "tower_occupancy", "firms_upstairs"


def caveats(base: str, other: str, targets: pd.DataFrame, table: pd.DataFrame, words: Wording) -> list[str]:
    """Return the sentences that hold for a comparison.

    Args:
        targets: as :func:`sim.analysis.comparison.compare_targets`.
        table: as :func:`sim.analysis.comparison.compare`.
    """
    return [said for said in (empty_floors(base, other, table, words), output_still(targets, words)) if said]


def empty_floors(base: str, other: str, table: pd.DataFrame, words: Wording) -> str:
    """Say that floors are surely added by the last year, yet fewer of them surely used or no more users surely seen;
    nothing where that does not hold."""
    last = {str(row["indicator"]): row for row in rows_of(table[table["year"] == table["year"].max()])}
    if not {FLOORS, OCCUPANCY, USERS} <= last.keys() or not last[FLOORS]["lo"] > 0:
        return ""
    share, firms = last[OCCUPANCY], last[USERS]
    emptier, unsure = share["hi"] < 0, not firms["lo"] > 0
    if not (emptier or unsure):
        return ""
    before, after, *_ = numbers.apart(share["base"], share["other"], share["lo"], share["hi"], "%", words)
    added, interval = _difference(last[FLOORS], "万平方米", words)
    users, span = _difference(firms, "家", words)
    parts = [words("comparison.emptier", before=before, after=after)] if emptier else []
    parts += [words("comparison.no_users", users=users, interval=span)] if unsure else []
    return words(
        "comparison.empty_floors", year=last[FLOORS]["year"], base=base, other=other, added=added.lstrip("+"),
        interval=interval, parts=words("comparison.besides").join(parts),
    )  # fmt: skip


def output_still(targets: pd.DataFrame, words: Wording) -> str:
    """Say that output which cannot be told from the base's is how the model is written; nothing where it can be."""
    known = registry()
    mine = targets[targets["id"].map(lambda name: known[name].indicator == OUTPUT)]
    still = (mine["lo"] <= 0) & (mine["hi"] >= 0)
    return words("comparison.output_still") if still.any() else ""


def few_pairs(targets: pd.DataFrame, words: Wording) -> str:
    """Say that so few pairs are a trial, of which no difference of probabilities is to be quoted; nothing of enough.

    For pages: on the terminal that is said of few runs before anything else.
    """
    pairs = int(targets["pairs"].min())
    return words("comparison.few_pairs", pairs=pairs, many=numbers.MANY) if pairs < numbers.MANY else ""


def _difference(row: Row, unit: str, words: Wording) -> tuple[str, str]:
    value, low, high = numbers.supported(row["difference"], row["lo"], row["hi"], words)
    return numbers.with_unit(value, unit, words), numbers.span(low, high, unit, words)
