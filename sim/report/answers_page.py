"""The answers as a notebook shows them: each a section, in the sentences and tables that the commands print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.analysis.attainment import COLUMNS
from sim.analysis.attainment import targets as attainment
from sim.ensemble.stamp import data_digest
from sim.parallel import default_workers
from sim.report.answers import QUESTIONS, Answers, about, beside_baseline
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Section
from sim.report.page_parts import header, paragraph, provenance
from sim.report.tables import records
from sim.report.told import told_section
from sim.report.wording import wording
from sim.scenario.load import load_scenario
from sim.scenario.months import month_index


class AnswersPage:
    """Each property is shown by putting it last in a cell; nothing is computed before it is asked for."""

    def __init__(self, asked: Answers) -> None:
        self._asked, self._words = asked, asked.words

    @property
    def heading(self) -> Section:
        """Title, and what is asked of which runs."""
        words, asked, stamp = self._words, self._asked, self._asked.results.stamp
        title = words("answers.title", scenario=words.named(asked.scenario.title))
        said = words(
            "answers.lead", base=asked.base.name if asked.base else words("attribution.rest"),
            scenario=asked.scenario.name, target=words.listed(asked.targets), seed=stamp["seed"],
        )  # fmt: skip
        rows = attainment(asked.results)
        mine = rows[rows["scenario"] == asked.scenario.name][list(COLUMNS)]
        attached = {
            PAGE_MIME: {"title": title, "lang": words.lang}, STAMP_MIME: stamp,
            TARGETS_MIME: {"targets": records(mine)},
        }  # fmt: skip
        return Section(header(title, words) + paragraph(said), attached)

    @property
    def comparison(self) -> Section:
        """What differs, and who ends elsewhere because of it."""
        return self._section("comparison")

    @property
    def attribution(self) -> Section:
        """Which lever closes the gap."""
        return self._section("attribution")

    @property
    def backcast(self) -> Section:
        """What it would take."""
        return self._section("backcast")

    @property
    def bottlenecks(self) -> Section:
        """Which constraint binds."""
        return self._section("bottlenecks")

    @property
    def warnings(self) -> Section:
        """What to watch."""
        return self._section("warnings")

    @property
    def consistency(self) -> Section:
        """Whether the targets fit each other."""
        return self._section("consistency")

    @property
    def robustness(self) -> Section:
        """Who holds up whatever the future."""
        return self._section("robustness")

    @property
    def incidence(self) -> Section:
        """Who bears it, and what leaves the city."""
        return self._section("incidence")

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and the command that makes it again."""
        asked, stamp = self._asked, self._asked.results.stamp
        aims = "".join(f" --target {name}" for name in asked.targets)
        size = f"--runs {stamp['runs']} --seed {stamp['seed']} --enterprises {stamp['enterprises']}"
        command = f"tenglong answers {asked.scenario.name}{aims} {size} --report"
        return provenance(self._words, {**stamp, "data": data_digest()}, command)

    def _section(self, question: str) -> Section:
        told = self._asked.told(question)
        return told_section(self._words(f"answers.sections.{question}"), told, self._words)


def answers_page(
    scenario: str = "combined", targets: Sequence[str] = (), runs: int = 128, enterprises: int = 73_000,
    seed: int = 2027, as_of: str = "", sample: Mapping[str, int] | None = None, lang: str = "zh",
) -> AnswersPage:  # fmt: skip
    """Return the page of all answers about one scenario.

    Args:
        targets: ids or groups; by default those that the scenario asks for and that fall due first.
        runs, enterprises: of the ensemble that probabilities are counted in.
        as_of: month (YYYY-MM) whose state of the targets is told; by default the present one.
        sample: replicates and enterprises of every other question; by default what fits into minutes.

    Raises:
        ScenarioNotFound, ScenarioInvalid: the scenario cannot be read.
        CannotAnswer: a target is unknown, only tracked, or due after the scenario's end.
        ValueError: ``as_of`` is no month.
    """
    from sim.ensemble.runner import run

    asked = load_scenario(scenario)
    now = month_index(as_of) if as_of else None
    results = run(beside_baseline(asked), runs, seed, enterprises, default_workers(), cells=False)
    sizes = dict.fromkeys(QUESTIONS, sample) if sample else {}
    return AnswersPage(about(asked, results, wording(lang), targets, now, sizes))
