"""What is said of robustness: both families side by side, and how stable the ranking is; for readers and machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.analysis.robustness import FAMILIES, NEGLIGIBLE, TILT, Robustness
from sim.registry import Target
from sim.report import credibility, numbers, sentences
from sim.report.levers import from_to, title
from sim.report.tables import Row, records, rows_of
from sim.report.told import Grid, Told
from sim.report.wording import Wording
from sim.scenario.diff import changes
from sim.scenario.schema import Scenario

MOST = 3
"""Factors named in a sentence that change who is first."""


def told_robustness(
    found: Robustness, scenarios: Mapping[str, Scenario], enterprises: int, words: Wording
) -> Told:  # fmt: skip
    """Say target by target who is most robust by either family, whether they agree, and what would change it."""
    grids = [_differences(found, scenarios, words)]
    found = _titled(found, titles(scenarios, words))
    grids += [_measures(found, target, words) for target in found.targets]
    basis = words(
        "robustness.basis", futures=found.futures, enterprises=enterprises, draws=int(found.stability["draws"].max()),
        tilts=int(found.stability["tilts"].max()), tilt=TILT, negligible=_negligible(),
    )  # fmt: skip
    return Told([_said(found, target, words) for target in found.targets], grids, [basis])


def titles(scenarios: Mapping[str, Scenario], words: Wording) -> dict[str, str]:
    """Return what readers know scenarios by, their titles, by name; the name stands behind where two are alike."""
    named = {name: words.named(scenario.title) for name, scenario in scenarios.items()}
    times = Counter(named.values())
    return {name: words.aside(title, name) if times[title] > 1 else title for name, title in named.items()}


def _titled(found: Robustness, called: Mapping[str, str]) -> Robustness:
    """Return the same with each scenario called by its title; the first after a turn as a list."""
    first = found.turning["first"].map(lambda names: [called[name] for name in names.split("、")])
    measures, stability = (
        table.assign(scenario=table["scenario"].map(called)) for table in (found.measures, found.stability)
    )
    return replace(found, measures=measures, stability=stability, turning=found.turning.assign(first=first))


def robustness_record(found: Robustness, seed: int, enterprises: int) -> dict[str, Any]:
    """Return all of it for machines."""
    units = {target.id: target.unit for target in found.targets}
    return {
        "scenarios": list(found.scenarios), "seed": seed, "futures": found.futures, "enterprises": enterprises,
        "measures": [row | {"unit": units[row["target"]]} for row in records(found.measures)],
        "stability": records(found.stability), "turning": records(found.turning),
    }  # fmt: skip


def _said(found: Robustness, target: Target, words: Wording) -> str:
    rows = rows_of(found.measures[found.measures["target"] == target.id])
    best = {family: _first(rows, family) for family in FAMILIES}
    level = {family: len(some) == len(rows) for family, some in best.items()}
    ranked = all(row["rank_regret"] == 1 for row in best["regret"])  # what is not told apart has no order to turn
    return words(
        "robustness.said", target=sentences.dated_name(target, words), futures=found.futures,
        regret=_best_regret(best["regret"], level["regret"], target, words),
        satisfied=_best_satisfied(best["satisfied"], level["satisfied"], words),
        agree=words(f"robustness.{_agreement(best, level)}"),
        stable=_stable(found, target, best["regret"], words) if ranked and not level["regret"] else "",
    )  # fmt: skip


def _first(rows: list[Row], family: str) -> list[Row]:
    """Return the first scenario by a family of measures, and those that cannot be told from it."""
    return sorted((row for row in rows if row[f"level_{family}"]), key=lambda row: int(row[f"rank_{family}"]))


def _agreement(best: Mapping[str, list[Row]], level: Mapping[str, bool]) -> str:
    """Say by a key whether the two families name the same scenarios first, as far as each names any."""
    if any(level.values()):
        return "both_level" if all(level.values()) else "mute" if level["satisfied"] else "mute_regret"
    regret, satisfied = ({row["scenario"] for row in best[family]} for family in FAMILIES)
    return "agree" if regret == satisfied else "compatible" if regret & satisfied else "differ"


def _best_regret(best: list[Row], level: bool, target: Target, words: Wording) -> str:
    row = best[0]
    if level and all(one["rank_regret"] == 1 for one in best):
        return words("robustness.all_level", value=_amount(0.0, target, words))
    if level:
        most = _amount(max(one["regret"] for one in best), target, words)
        return words("robustness.all_near", most=most, share=_negligible())
    value, low, high = _bounded(row, words)
    return words(
        f"robustness.best_regret{'_level' if len(best) > 1 else ''}", names=_names(best, words),
        value=numbers.with_unit(value, target.unit, words),
        interval=numbers.span(low, high, target.unit, words), worst=_amount(row["regret_worst"], target, words),
    )  # fmt: skip


def _best_satisfied(best: list[Row], level: bool, words: Wording) -> str:
    row = best[0]
    shares = dict.fromkeys(numbers.share(one["satisfied"], one["futures"], words) for one in best)
    if level:
        return words("robustness.all_level", value=words.listed(shares))
    interval = numbers.percent_interval(row["satisfied_lo"], row["satisfied_hi"], words)
    return words(
        f"robustness.best_satisfied{'_level' if len(best) > 1 else ''}", names=_names(best, words),
        value=next(iter(shares)), interval=interval,
    )  # fmt: skip


def _negligible() -> str:
    return f"{100 * NEGLIGIBLE:g}%"


def _stable(found: Robustness, target: Target, best: list[Row], words: Wording) -> str:
    row = _stability(found, target, "regret", best[0]["scenario"])
    turning = [
        one for one in rows_of(found.turning) if (one["target"], one["family"]) == (target.id, "regret")
    ]  # fmt: skip
    named = words.listed(
        words("robustness.turns", factor=credibility.factor_title(one["factor"], words),
              first=words.listed(words("robustness.named", name=name) for name in one["first"]),
              side=words("robustness.up" if one["upwards"] else "robustness.down"))
        for one in turning[:MOST]
    )  # fmt: skip
    return words(
        "robustness.stable", draws=row["draws"], names=_names(best, words), first=_counted(row["first"], words),
        tilts=row["tilts"], tilted=_counted(row["tilted"], words),
        turning=words("robustness.turning", factors=named) if named else "",
    )  # fmt: skip


def _measures(found: Robustness, target: Target, words: Wording) -> Grid:
    rows = []
    for row in rows_of(found.measures[found.measures["target"] == target.id]):
        value, low, high = _bounded(row, words)
        by = {family: _stability(found, target, family, row["scenario"]) for family in FAMILIES}
        rows.append([
            row["scenario"], numbers.with_unit(value, target.unit, words), numbers.span(low, high, target.unit, words),
            *(_amount(row[key], target, words) for key in ("regret_p90", "regret_worst")),
            numbers.share(row["satisfied"], row["futures"], words),
            numbers.percent_interval(row["satisfied_lo"], row["satisfied_hi"], words),
            _amount(row["shortfall"], target, words), *(_counted(by[name]["first"], words) for name in FAMILIES),
            f"{by['regret']['lowest']}/{by['satisfied']['lowest']}", str(row["futures"]),
        ])  # fmt: skip
    caption = words("robustness.measures_title", target=sentences.dated_name(target, words))
    return Grid(caption, list(words.items("robustness.measures").values()), rows, right=range(1, 12))


def _differences(found: Robustness, scenarios: Mapping[str, Scenario], words: Wording) -> Grid:
    base, *others = found.scenarios
    called = titles(scenarios, words)
    rows = [
        [called[name], title(change, words), from_to(change, words), numbers.unit_name(change.entry.unit, words),
         sentences.clauses(change.entry.clauses, words)]
        for name in others for change in changes(scenarios[name], scenarios[base])
    ]  # fmt: skip
    heads = list(words.items("robustness.differences").values())
    return Grid(words("robustness.differences_title", base=called[base]), heads, rows)


def _stability(found: Robustness, target: Target, family: str, scenario: str) -> Row:
    table = found.stability
    chosen = (table["target"] == target.id) & (table["family"] == family) & (table["scenario"] == scenario)
    [row] = rows_of(table[chosen])
    return row


def _bounded(row: Row, words: Wording) -> tuple[str, str, str]:
    texts = numbers.supported(row["regret"], row["regret_lo"], row["regret_hi"], words)
    value, low, high = (text.lstrip("+") for text in texts)
    return value, low, high


def _counted(share: float, words: Wording) -> str:
    """A share of weightings that were counted: all and none may be said, but only of all and none."""
    if 0.99 < share < 1 or 0 < share < 0.01:
        return numbers.percent(share, words)
    return f"{100 * share:.0f}%"


def _names(rows: list[Row], words: Wording) -> str:
    return words.listed(words("robustness.named", name=row["scenario"]) for row in rows)


def _amount(value: float, target: Target, words: Wording) -> str:
    """To three figures: what a mean, a quantile or the worst of so many futures bears."""
    return numbers.amount(float(f"{value:.3g}"), target.unit, words)
