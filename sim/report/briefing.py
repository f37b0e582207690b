"""The briefing as a notebook shows it: one property a piece, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import figures, heading, material, provenance, sections, trust
from sim.report.display import Figure, Section
from sim.report.material import Material
from sim.report.wording import Wording, wording

if TYPE_CHECKING:
    from sim.ensemble.results import Results


class Briefing:
    """All pieces of one scenario's briefing; each property is shown by putting it last in a cell."""

    def __init__(self, content: Material, words: Wording) -> None:
        self.material, self._words = content, words

    @property
    def heading(self) -> Section:
        """Title, scenario, date, every target at a glance, and what the scenario changes."""
        return heading.heading(self.material, self._words)

    @property
    def summary(self) -> Section:
        """Three to five computed sentences."""
        return sections.summary(self.material, self._words)

    @property
    def advice(self) -> Section:
        """Read this before quoting a number."""
        return sections.advice(self.material, self._words)

    @property
    def output(self) -> Figure:
        """Gross output: observations, fan, thresholds."""
        return figures.output_figure(self.material, self._words)

    @property
    def quality_space(self) -> Figure:
        """Quality space, started and delivered."""
        return figures.space_figure(self.material, self._words)

    @property
    def flows(self) -> Figure:
        """Enterprises by path and year."""
        return figures.flows_figure(self.material, self._words)

    @property
    def attainment(self) -> Figure:
        """Probability of each target."""
        return figures.attainment_figure(self.material, self._words)

    @property
    def districts(self) -> Figure | Section:
        """Tiles of the ten districts."""
        return figures.districts_figure(self.material, self._words)

    @property
    def answers(self) -> Section:
        """Which lever closes the gap, what it would take, what binds, what to watch, who bears it."""
        return sections.answers(self.material, self._words)

    @property
    def trust(self) -> Section:
        """Why this should be believed, and how far."""
        return trust.trust(self.material, self._words)

    @property
    def targets(self) -> Section:
        """Every target with document and article."""
        return sections.targets(self.material, self._words)

    @property
    def population(self) -> Section:
        """Asked, got, error of the synthetic enterprises."""
        return sections.population(self.material, self._words)

    @property
    def assumptions(self) -> Section:
        """Assumed parameters and limits."""
        return sections.assumptions(self.material, self._words)

    @property
    def method(self) -> Section:
        """How the numbers came about."""
        return sections.method(self.material, self._words)

    @property
    def provenance(self) -> Section:
        """Stamp and the command that reproduces it."""
        return provenance.provenance(self.material, self._words)


def briefing(results: Results, scenario: str = "baseline", lang: str = "zh") -> Briefing:
    """Make the briefing of one scenario from stored results; nothing is simulated here.

    Raises:
        UnknownLanguage: there are no strings for ``lang``.
        StampIncomplete: the results do not say where they come from.
        ScenarioNotInResults: the results hold no run of it.
    """
    words = wording(lang)
    provenance.check(results.stamp)
    return Briefing(material.gather(results, scenario, lang), words)
