"""What a page must not be read without: of a comparison, floors that nobody uses, output that the model hardly lets
move, data that all rest on; of any, that so few runs are a trial."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.ensemble.runner import DEFAULT_RUNS
from sim.population import ENTERPRISES
from sim.registry import targets as registry
from sim.report import numbers
from sim.report.forecasts import OUTPUT
from sim.report.page_parts import paragraph
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording
from sim.scenario.schema import Scenario

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


def one_own_data(scenarios: Sequence[Scenario], enterprises: int, words: Wording) -> str:
    """Say that scenarios that are compared all rest on the user's own series or register, where one of them names it;
    nothing where none does.

    Args:
        scenarios: as they were run (:func:`sim.ensemble.series.on_one_series`).
        enterprises: of one run.
    """
    series, register = scenarios[0].output_series, scenarios[0].register_file
    data = [words("comparison.own_series", name=series.name)] if series is not None and not series.usual else []
    if register is not None:
        data.append(words("comparison.own_register", name=register.name, enterprises=f"{enterprises:,}"))
    return words("comparison.one_own_data", data=words.listed(data)) if data else ""


def few_pairs(targets: pd.DataFrame, words: Wording) -> str:
    """Say that so few pairs are a trial, of which no difference of probabilities is to be quoted; nothing of enough.

    For pages: on the terminal that is said of few runs before anything else.
    """
    pairs = int(targets["pairs"].min())
    return words("comparison.few_pairs", pairs=pairs, many=numbers.MANY) if pairs < numbers.MANY else ""


def trial(runs: int, enterprises: int | None, words: Wording) -> str:
    """Return a paragraph saying that so few runs, or so few synthetic enterprises, are a trial; nothing of as many as
    usual. ``enterprises``: None where they are of a register."""
    if runs >= numbers.MANY and (enterprises is None or enterprises >= ENTERPRISES):
        return ""
    size = "" if enterprises is None else words("heading.trial_size", enterprises=f"{enterprises:,}")
    usual = "" if enterprises is None else words("heading.trial_size", enterprises=f"{ENTERPRISES:,}")
    return paragraph(words("heading.trial", runs=runs, size=size, usual_runs=DEFAULT_RUNS, usual_size=usual))


def _difference(row: Row, unit: str, words: Wording) -> tuple[str, str]:
    value, low, high = numbers.supported(row["difference"], row["lo"], row["hi"], words)
    return numbers.with_unit(value, unit, words), numbers.span(low, high, unit, words)
