"""The comparison of scenarios as a notebook shows it: probabilities side by side, differences, fates, robustness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.asked import CannotAnswer, asked_targets
from sim.analysis.attainment import COLUMNS
from sim.analysis.attainment import targets as attainment
from sim.analysis.comparison import compare, compare_targets
from sim.analysis.fates import PAIRS
from sim.analysis.robustness import robustness
from sim.ensemble.stamp import data_digest
from sim.parallel import default_workers
from sim.registry import HEADLINES, targets
from sim.report import numbers, sentences
from sim.report.caveats import caveats, few_pairs, one_own_data
from sim.report.charts import attainment as chances
from sim.report.comparisons import told_comparison, told_ends
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Figure, Panel, Section
from sim.report.figure_parts import chance_row
from sim.report.page_parts import bullets, header, paragraph, provenance
from sim.report.robustnesses import titles, told_robustness
from sim.report.tables import Row, records, rows_of
from sim.report.told import Told, told_section, without
from sim.report.wording import Wording, wording
from sim.scenario.diff import changes
from sim.scenario.load import load_scenario

if TYPE_CHECKING:
    from sim.ensemble.results import Results
    from sim.scenario.schema import Scenario


class ComparisonPage:
    """Each property is shown by putting it last in a cell. ``results``: runs of all scenarios, the base first."""

    def __init__(self, results: Results, words: Wording) -> None:
        self._results, self._words = results, words
        self._base, *self._others = results.scenarios.values()
        self._targets = attainment(results)

    @property
    def heading(self) -> Section:
        """Title, and what is compared with what."""
        words, stamp = self._words, self._results.stamp
        base = words.named(self._base.title)
        title = words("comparison.page.title", base=base)
        said = words("comparison.page.lead", others=words.listed(words.named(one.title) for one in self._others),
                     base=base, runs=stamp["runs"], enterprises=f"{stamp['enterprises']:,}",
                     seed=stamp["seed"])  # fmt: skip
        attached = {
            PAGE_MIME: {"title": title, "lang": words.lang}, STAMP_MIME: stamp,
            TARGETS_MIME: {"targets": records(self._targets[list(COLUMNS)]), "differences": self._apart()},
        }  # fmt: skip
        few = [few_pairs(self._tables(other)[0], words) for other in self._others]
        shared = one_own_data([self._base, *self._others], stamp["enterprises"], words)
        said_once = dict.fromkeys([*filter(None, [shared, *few]), *self._caveats()])
        found = bullets(map(self._found, self._others)) + "".join(map(paragraph, said_once))
        return Section(header(title, words) + paragraph(said) + found, attached)

    @property
    def chances(self) -> Figure:
        """Probability of each headline target, a bar a scenario."""
        words, panels, items = self._words, [], []
        rows = sentences.modelled(self._targets)
        for target in (name for group in HEADLINES for name in rows.loc[rows["group"] == group, "id"].unique()):
            mine = [self._bar(row) for row in rows_of(rows[rows["id"] == target])]
            [first, *_] = rows_of(rows[rows["id"] == target])
            name = words("index.target", year=first["deadline"][:4], name=sentences.target_name(first, words))
            each = words.listed(words("mark.goal", label=bar["name"], goal=bar["chance"]) for bar in mine)
            items.append(words("mark.colon", label=name, said=each))
            panels.append(Panel(chances.bars(pd.DataFrame(mine), items[-1], words), name))
        return Figure(
            key="figure-compared", section=words("comparison.page.chances"), label=words("figure.label", number=1),
            title=words("comparison.page.figure"), alt=words("mark.clause").join(items),
            note=words("comparison.page.note"),
            source=words("figure.source", source=words("comparison.page.source", runs=self._results.runs)),
            panels=panels, data_html="", columns=2,
        )  # fmt: skip

    @property
    def differences(self) -> Section:
        """What differs, scenario by scenario: levers, targets, indicators."""
        told = [
            told_comparison(*self._names(other), *self._tables(other), changes(other, self._base), self._words)
            for other in self._others
        ]
        for sentence in self._caveats():  # the page says them at its head
            told = [without(sentence, one) for one in told]
        return self._section("differences", told)

    @property
    def fates(self) -> Section:
        """Which enterprises end elsewhere only because of what differs."""
        stamp = self._results.stamp
        run = {"seed": stamp["seed"], "enterprises": stamp["enterprises"], "pairs": min(stamp["runs"], PAIRS)}
        told = [
            told_ends(self._base, other, self._words, self._tables(other)[1], self._names(other), **run)
            for other in self._others
        ]
        return self._section("fates", told)

    @property
    def robustness(self) -> Section:
        """Who holds up whatever the future."""
        shortest = min(self._results.scenarios.values(), key=lambda one: one.horizon)
        try:
            found = robustness(self._results, [target.id for target in asked_targets((), shortest)])
        except CannotAnswer as error:
            return self._section("robustness", [Told([self._words.of(str(error))], [], [])])
        size = self._results.stamp["enterprises"]
        return self._section("robustness", [told_robustness(found, self._results.scenarios, size, self._words)])

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and the command that makes it again."""
        stamp = self._results.stamp
        names = " ".join(self._results.scenarios)
        size = f"--runs {stamp['runs']} --seed {stamp['seed']} --enterprises {stamp['enterprises']}"
        command = f"tenglong compare {names} {size} --report"
        return provenance(self._words, {**stamp, "data": data_digest()}, command)

    def _found(self, other: Scenario) -> str:
        """Say at which headline targets a scenario's probability surely differs from the base's, in every reading."""
        words, table = self._words, compare_targets(self._results, self._base.name, other.name, HEADLINES)
        groups = table["id"].str.partition(".")[0]
        surely = (table["chance_lo"] > 0) | (table["chance_hi"] < 0)
        moved = [
            words(
                f"comparison.page.{_moved(row, words)}", target=sentences.dated_name(targets()[row["id"]], words),
                before=numbers.share(row["base_probability"], row["pairs"], words),
                after=numbers.share(row["probability"], row["pairs"], words),
                interval=numbers.points_interval(row["chance_lo"], row["chance_hi"], words),
            )
            for row in rows_of(table[groups.isin(groups[surely])])
        ]  # fmt: skip
        said = words("mark.clause").join(moved) or words("comparison.page.unmoved")
        return words("comparison.page.found", other=words.named(other.title), said=said)

    def _caveats(self) -> list[str]:
        """What the differences must not be read without, each sentence once."""
        each = [caveats(*self._names(other), *self._tables(other), self._words) for other in self._others]
        return list(dict.fromkeys(said for some in each for said in some))

    def _tables(self, other: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What sets a scenario apart from the base: at the targets, and in every indicator."""
        pair = self._base.name, other.name
        return compare_targets(self._results, *pair), compare(self._results, *pair)

    def _names(self, other: Scenario) -> tuple[str, str]:
        """Call the base and a scenario as readers know them."""
        called = titles(self._results.scenarios, self._words)
        return called[self._base.name], called[other.name]

    def _apart(self) -> list[dict[str, Any]]:
        """What sets each scenario apart from the base at each target."""
        each = {one.name: compare_targets(self._results, self._base.name, one.name) for one in self._others}
        tables = [table.assign(scenario=name, against=self._base.name) for name, table in each.items()]
        return [row for table in tables for row in records(table)]

    def _bar(self, row: Row) -> dict[str, Any]:
        name = row["scenario"]
        return {**chance_row(row, self._words.named(self._results.scenarios[name].title), self._words), "id": name}

    def _section(self, name: str, told: Sequence[Told]) -> Section:
        return told_section(self._words(f"comparison.page.{name}"), told, self._words)


def _moved(row: Row, words: Wording) -> str:
    """Whether a probability as written is another after the change than before."""
    before, after = (numbers.share(row[name], row["pairs"], words) for name in ("base_probability", "probability"))
    return "still" if before == after else "moved"


def comparison_page(
    base: str = "baseline", others: Sequence[str] = ("upstairs-faster", "combined"), runs: int = 128,
    enterprises: int = 73_000, seed: int = 2027, lang: str = "zh",
) -> ComparisonPage:  # fmt: skip
    """Return the page that compares scenarios with the first, from stored runs where there are any.

    Raises:
        ScenarioNotFound, ScenarioInvalid: a scenario cannot be read.
        OneScenario: there is nothing to compare with.
        TooManyFailures: more than 1 % of the runs failed.
    """
    from sim.analysis.robustness import OneScenario
    from sim.ensemble.runner import run

    names = list(dict.fromkeys([base, *others]))
    if len(names) < 2:
        raise OneScenario
    results = run([load_scenario(name) for name in names], runs, seed, enterprises, default_workers(), cells=False)
    return ComparisonPage(results, wording(lang))
