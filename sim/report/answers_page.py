"""The answers as a notebook shows them: each a section, in the sentences and tables that the commands print."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import Any

from sim.ensemble.results import Results
from sim.parallel import default_workers
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Section
from sim.report.told import Told, section
from sim.report.wording import Wording, wording
from sim.scenario.load import load_scenario
from sim.scenario.months import month_index


class AnswersPage:
    """Each property is shown by putting it last in a cell; nothing is computed before it is asked for."""

    def __init__(
        self, base: str, scenario: str, target: str, runs: int, enterprises: int, seed: int, as_of: str, words: Wording
    ) -> None:
        self._base, self._scenario = load_scenario(base), load_scenario(scenario)
        self._target, self._runs, self._enterprises, self._seed = target, runs, enterprises, seed
        self._as_of, self._words, self._workers = month_index(as_of), words, default_workers()

    @cached_property
    def _results(self) -> Results:
        from sim.ensemble.runner import run

        both = [self._base, self._scenario]
        return run(both, self._runs, self._seed, self._enterprises, self._workers, cells=False)

    @property
    def _sized(self) -> dict[str, Any]:
        return {"seed": self._seed, "replicates": self._runs, "enterprises": self._enterprises,
                "workers": self._workers}  # fmt: skip

    @property
    def heading(self) -> Section:
        """Title, and what is asked of which runs."""
        words = self._words
        title = words("answers.title", scenario=self._scenario.title.zh)
        said = words("answers.lead", base=self._base.name, scenario=self._scenario.name, target=self._target,
                     runs=self._runs, enterprises=self._enterprises, seed=self._seed)  # fmt: skip
        html = f'<header><p class="product">{escape(words("heading.product"))}</p><h1>{escape(title)}</h1></header>'
        about = {PAGE_MIME: {"title": title, "lang": words.lang}, STAMP_MIME: {"run": self._results.stamp}}
        return Section(f"{html}<p>{escape(said)}</p>", about)

    @property
    def attribution(self) -> Section:
        """Which lever closes the gap."""
        from sim.analysis.attribution import attribute
        from sim.report.levers import told_attribution

        found = attribute(self._base, self._scenario, [self._target], **self._sized)
        return self._section("attribution", [told_attribution(one, self._words) for one in found])

    @property
    def backcast(self) -> Section:
        """What it would take."""
        from sim.analysis.backcast import backcast
        from sim.report.backcasts import told_backcast

        found = backcast(self._base, [self._target], **self._sized)
        return self._section("backcast", [told_backcast(one, self._words) for one in found])

    @property
    def bottlenecks(self) -> Section:
        """Which constraint binds."""
        from sim.analysis.bottlenecks import bottlenecks
        from sim.report.constraints import told_bottlenecks

        found = bottlenecks(self._scenario, [self._target], **self._sized)
        return self._section("bottlenecks", [told_bottlenecks(found, self._words)])

    @property
    def warnings(self) -> Section:
        """What to watch."""
        from sim.analysis.warning import colours, warn
        from sim.report.warnings import told_warnings

        found = warn(self._target, self._base, as_of=self._as_of, **self._sized)
        return self._section("warnings", [told_warnings(found, colours(self._as_of), self._as_of, self._words)])

    @property
    def consistency(self) -> Section:
        """Whether the targets fit each other."""
        from sim.analysis.consistency import consistency
        from sim.report.consistencies import told_consistency

        found = consistency(self._results, self._base.name)
        return self._section("consistency", [told_consistency(found, self._words)])

    @property
    def robustness(self) -> Section:
        """Who holds up whatever the future."""
        from sim.analysis.robustness import robustness
        from sim.report.robustnesses import told_robustness
        from sim.report.tables import records

        found = robustness(self._results, [self._target])
        told = told_robustness(found, self._results.scenarios, self._enterprises, self._words)
        return self._section("robustness", [told], {TARGETS_MIME: records(found.measures)})

    @property
    def incidence(self) -> Section:
        """Who bears it, and what leaves the city."""
        from sim.analysis.incidence import incidence
        from sim.report.incidences import told_incidence

        found = incidence(self._scenario, self._base, **self._sized)
        return self._section("incidence", [told_incidence(found, self._words)])

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and the command that makes its runs again."""
        words, stamp = self._words, self._results.stamp
        facts = {"version": stamp["version"], "code": stamp["code"], "command": stamp["command"]}
        rows = "".join(
            f"<div><dt>{escape(words(f'record.provenance.{name}'))}</dt><dd>{escape(value)}</dd></div>"
            for name, value in facts.items()
        )
        title = escape(words("record.provenance.title"))
        return Section(f'<section class="provenance"><h2>{title}</h2><dl>{rows}</dl></section>')

    def _section(self, name: str, told: list[Told], about: dict[str, Any] | None = None) -> Section:
        shown = section(self._words(f"answers.sections.{name}"), told)
        return Section(shown.html, about or {})


def answers_page(
    base: str = "baseline", scenario: str = "combined", target: str = "quality_space_2030", runs: int = 32,
    enterprises: int = 7_300, seed: int = 2027, as_of: str = "2027-01", lang: str = "zh",
) -> AnswersPage:  # fmt: skip
    """Return the page of all answers about one target and two scenarios.

    Args:
        as_of: month (YYYY-MM) whose state of the targets is told.

    Raises:
        ScenarioNotFound, ScenarioInvalid: a scenario cannot be read.
        ValueError: ``as_of`` is no month.
    """
    return AnswersPage(base, scenario, target, runs, enterprises, seed, as_of, wording(lang))
