"""The first steps as a notebook shows them: one lever moved, what that brings under the same luck, and its clause."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.asked import asked_targets
from sim.analysis.attainment import COLUMNS
from sim.analysis.attainment import targets as attainment
from sim.analysis.comparison import compare_targets
from sim.ensemble.stamp import data_digest
from sim.indicators import indicators
from sim.parallel import default_workers
from sim.regions import CITY
from sim.report import numbers, sentences
from sim.report.charts import differences as charts
from sim.report.comparisons import target_differences
from sim.report.display import TARGETS_MIME, Figure, Panel, Section
from sim.report.explained import explain
from sim.report.levers import from_to, title
from sim.report.page_parts import captioned, heading, paragraph, provenance, section
from sim.report.quantiles import by_year
from sim.report.tables import records, rows_of
from sim.report.told import grid_html
from sim.report.wording import Wording, chinese
from sim.scenario.changed import changed, changed_text, free_name
from sim.scenario.diff import changes
from sim.scenario.load import load_scenario

if TYPE_CHECKING:
    from sim.ensemble.results import Results
    from sim.registry import Target

NAME = "my-plan"


class QuickstartPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(self, results: Results, target: Target, text: str, words: Wording) -> None:
        """``results``: runs of a scenario and of the same with one change; ``text``: the file that says the change."""
        self._results, self._target, self._text, self._words = results, target, text, words
        self._base, self._mine = results.scenarios.values()
        self._changes = changes(self._mine, self._base)

    @property
    def heading(self) -> Section:
        """Title, and how many runs are behind the page."""
        stamp, base = self._results.stamp, self._base.name
        said = self._words(
            "quickstart.lead", runs=stamp["runs"], enterprises=f"{stamp['enterprises']:,}", seed=stamp["seed"],
            base=self._words.named(self._base.title),
        )  # fmt: skip
        # the changed scenario is no file: what can be looked up again is the one it begins with
        mine = {**stamp, "scenarios": {base: stamp["scenarios"][base]}}
        shown = heading(self._words, "quickstart", self._base, said, mine)
        rows = attainment(self._results)
        told = {"targets": records(rows[rows["scenario"] == base][list(COLUMNS)])}
        return Section(shown.html, {**shown.attachments, TARGETS_MIME: told})

    @property
    def change(self) -> Section:
        """The lever that is moved: from, to, unit, clause."""
        heads = list(self._words.items("quickstart.columns").values())
        words = self._words
        rows = [
            [title(one, words), from_to(one, words), one.entry.unit, "{:g} — {:g}".format(*one.entry.bounds),
             sentences.clauses(one.entry.clauses, words), one.entry.id]
            for one in self._changes
        ]  # fmt: skip
        parts = [captioned(heads, rows, self._words("quickstart.change"))]
        return Section(section(self._words("quickstart.changed"), parts if rows else [self._said("nothing")]))

    @property
    def difference(self) -> Figure:
        """What the change brings by year: the number of each run less that of the same run without it."""
        words, target = self._words, self._target
        entry = indicators()[target.indicator]
        label = getattr(entry, f"label_{words.lang}")
        spread = self._spread(target.indicator)
        year = min(int(target.deadline[:4]), int(spread["year"].max()))
        row = spread[spread["year"] == year].iloc[0]
        alt = words(
            "quickstart.alt", label=label, year=year, median=numbers.amount(row["median"], entry.unit, words),
            range=numbers.amount_interval(row["lo80"], row["hi80"], entry.unit, words),
        )  # fmt: skip
        axis = words("quickstart.axis", unit=numbers.unit_name(entry.unit, words))
        return Figure(
            key="figure-quickstart", section=words("quickstart.difference"), label=words("figure.label", number=1),
            title=words("quickstart.figure", label=label), alt=alt, note=words("quickstart.note"),
            source=words("figure.source", source=words("quickstart.source", runs=self._results.runs)),
            panels=[Panel(charts.paired(spread, entry.unit, axis, alt, words))], data_html="",
        )  # fmt: skip

    @property
    def targets(self) -> Section:
        """What the change brings to the target that is asked about and to every other one it moves."""
        words = self._words
        table = compare_targets(self._results, self._base.name, self._mine.name)
        moved = table[(table["id"] == self._target.id) | (table["difference"] != 0)]
        [mine] = rows_of(table[table["id"] == self._target.id])
        value, low, high = numbers.supported(mine["difference"], mine["lo"], mine["hi"], words)
        unit = numbers.unit_name(str(mine["unit"]), words)
        chance = [numbers.share(mine[name], mine["pairs"], words) for name in ("base_probability", "probability")]
        said = words(
            "quickstart.said", year=str(mine["deadline"])[:4], name=sentences.target_name(mine, words),
            difference=value + unit, interval=words("number.span", low=low, high=high) + unit,
            before=chance[0], after=chance[1],
            points=numbers.points_interval(mine["chance_lo"], mine["chance_hi"], words), pairs=mine["pairs"],
        )  # fmt: skip
        parts = [paragraph(said), grid_html(target_differences(moved, words))]
        return Section(section(words("quickstart.targets"), parts))

    @property
    def clause(self) -> Section:
        """Where the lever and the target come from: documents, articles, their own words."""
        return explain(*(one.entry.id for one in self._changes), self._target.group, lang=self._words.lang)

    @property
    def keep(self) -> Section:
        """The file that keeps the change, and what to type next."""
        words, names = self._words, {"base": self._base.name, "name": self._mine.name}
        file = f"<pre>{escape(self._text)}</pre>"
        typed = [said.format(**names) for said in words.items("quickstart.next").values()]
        commands = "".join(f"<li><code>{escape(said)}</code></li>" for said in typed)
        parts = [paragraph(words("quickstart.file", name=names["name"])), file, self._said("then")]
        return Section(section(words("quickstart.keep"), [*parts, f"<ul>{commands}</ul>"]))

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and what makes it again."""
        stamp = self._results.stamp
        return provenance(self._words, {**stamp, "data": data_digest()}, self._words("quickstart.again"))

    def _said(self, key: str) -> str:
        return paragraph(self._words(f"quickstart.{key}"))

    def _spread(self, indicator: str) -> pd.DataFrame:
        """Quantiles over the pairs by year, from the year on in which any pair differs."""
        base, mine = (self._results.values(one.name, indicator) for one in (self._base, self._mine))
        rows = (mine - base).melt(value_name="value", var_name="year", ignore_index=False)
        spread = by_year(rows.assign(indicator=indicator, district=CITY), indicator)
        moved = spread.loc[(spread[["lo80", "hi80"]] != 0).any(axis=1), "year"]
        first = int(moved.min()) - 1 if len(moved) else int(spread["year"].max()) - 4
        return spread[spread["year"] >= first]


def quickstart_page(
    base: str = "baseline", lever: str = "highrise.project_starts_per_year", steps: Mapping[str, float] | None = None,
    target: str = "quality_space_2027.started", runs: int = 32, enterprises: int = 5_000, seed: int = 2027,
    lang: str = "zh",
) -> QuickstartPage:  # fmt: skip
    """Return the page of one lever moved in a scenario, from stored runs where there are any.

    Args:
        steps: values of the lever by the month (YYYY-MM) from which each holds; by default 45 from 2027-01.
        target: id of the target that is looked at; of a group, its first reading.

    Raises:
        ScenarioNotFound, ScenarioInvalid: base, lever, month or value cannot be used; all slips are listed.
        CannotAnswer: the target is unknown, only tracked, or due after the scenario's end.
        TooManyFailures: more than 1 % of the runs failed.
    """
    from sim.ensemble.runner import run

    words = chinese(lang)
    given: dict[str, Any] = {"base": base, "levers": {lever: dict(steps or {"2027-01": 45})}, "name": free_name(NAME)}
    given["title"] = words("quickstart.name")
    first, mine = load_scenario(base), changed(**given)
    [aim, *_] = asked_targets([target], first)
    results = run([first, mine], runs, seed, enterprises, default_workers(), cells=False)
    return QuickstartPage(results, aim, changed_text(**given), words)
