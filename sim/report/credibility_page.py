"""Sensitivity and validation as notebooks show them: the same tables and sentences as the commands print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from sim.analysis.validation import MOVED
from sim.parallel import default_workers
from sim.report import credibility, validation
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Section
from sim.report.tables import field, records, rows_of, table
from sim.report.wording import Wording, wording
from sim.scenario.load import load_scenario

if TYPE_CHECKING:
    from sim.analysis.evidence_share import Rests
    from sim.analysis.sensitivity import Sensitivity
    from sim.analysis.validation import Validation

STRUCTURES = (8, 4, 4, 2)


class SensitivityPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(self, found: Sensitivity, rests: Rests, words: Wording) -> None:
        self.found, self.rests, self._words = found, rests, words

    @property
    def heading(self) -> Section:
        """Title and what stands behind the numbers."""
        return _heading(self._words, "sensitivity", credibility.note(self.found, self._words), self.found.stamp)

    @property
    def factors(self) -> Section:
        """The factors of every target, with intervals, ranks and convergence."""
        words, found = self._words, self.found
        heads = [words.items("sensitivity.columns")[key] for key in credibility.COLUMNS]
        parts = []
        for answer in rows_of(found.answers):
            rows = credibility.factor_rows(found, str(answer["target"]), words)
            parts.append(_table(heads, rows, credibility.heading(answer, words), right=(3, 4, 5, 6)))
            parts += [_paragraph(said) for said in credibility.remarks(found, str(answer["target"]), words)]
        return Section(_section(words("page.sensitivity.factors"), parts), {TARGETS_MIME: records(found.answers)})

    @property
    def evidence(self) -> Section:
        """On what each answer rests, and what is most worth measuring."""
        words, rests = self._words, self.rests
        said = []
        for answer in rows_of(rests.answers):
            said.append(credibility.evidence_sentence(answer, rests.shares, words))
            said.append(credibility.worth_sentence(rests.worth_of(str(answer["target"])), rests.split, words))
        return Section(_section(words("page.sensitivity.evidence"), [_paragraph(each) for each in said]))


class ValidationPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(self, found: Validation, words: Wording) -> None:
        self.found, self._words = found, words

    @property
    def heading(self) -> Section:
        """Title and that nothing is calibrated."""
        return _heading(self._words, "validation", validation.prior_sentence(self.found, self._words), self.found.stamp)

    @property
    def outcomes(self) -> Section:
        """What was published beside the model's interval, every miss discussed, and the simple rivals."""
        words, found = self._words, self.found
        heads = list(words.items("validation.outcome_columns").values())
        said = [*validation.outcome_sentences(found, words), *validation.rival_sentences(found, words)]
        title = words("page.validation.outcomes")
        parts = [_table(heads, validation.outcome_rows(found, words), title, right=(1, 3)), *map(_paragraph, said)]
        return Section(_section(title, parts), {TARGETS_MIME: records(found.outcomes)})

    @property
    def patterns(self) -> Section:
        """Patterns that any believable model should show."""
        words, found = self._words, self.found
        heads, title = list(words.items("validation.pattern_columns").values()), words("page.validation.patterns")
        said = map(_paragraph, validation.pattern_sentences(found, words))
        return Section(_section(title, [_table(heads, validation.pattern_rows(found, words), title, (1, 2)), *said]))

    @property
    def output(self) -> Section:
        """The forecast at past origins, and what stated chances came to."""
        words, found = self._words, self.found
        said = [*validation.output_sentences(found, words), *validation.past_sentences(found, words)]
        return Section(_section(words("page.validation.output"), map(_paragraph, said)))

    @property
    def structures(self) -> Section:
        """The headline answers and what else moves under other structures."""
        words, found = self._words, self.found
        said = [*validation.ablation_sentences(found, words), words("validation.moved")]
        title, right = words("page.validation.structures"), tuple(range(1, len(MOVED) + 2))
        shown = _table(validation.moved_heads(found, words), validation.moved_rows(found, words), title, right)
        return Section(_section(title, [*map(_paragraph, said), shown]))


def sensitivity_page(
    scenario: str = "baseline", points: int = 128, trajectories: int = 10, enterprises: int = 7_300, seed: int = 2027,
    structures: Sequence[int] = STRUCTURES, lang: str = "zh",
) -> SensitivityPage:  # fmt: skip
    """Analyse a scenario, or read what was kept of it.

    Raises:
        as :func:`sim.sensitivity`.
    """
    from sim.analysis.evidence_share import rests_on
    from sim.analysis.sensitivity import sensitivity
    from sim.ensemble.nested import Sizes

    asked, workers = load_scenario(scenario), default_workers()
    found = sensitivity(asked, (), points, trajectories, seed, enterprises, workers)
    return SensitivityPage(found, rests_on(asked, found, Sizes(*structures), workers), wording(lang))


def validation_page(
    scenario: str = "baseline", runs: int = 48, enterprises: int = 7_300, seed: int = 2027, lang: str = "zh"
) -> ValidationPage:
    """Validate a scenario, or read what was kept of it.

    Raises:
        as :func:`sim.validation`.
    """
    from sim.analysis.validation import validation as validate

    return ValidationPage(validate(load_scenario(scenario), runs, seed, enterprises, default_workers()), wording(lang))


def _heading(words: Wording, name: str, said: str, stamp: dict[str, object]) -> Section:
    title = words(f"page.{name}.title", scenario=stamp["scenario"])
    html = f'<header><p class="product">{escape(words("heading.product"))}</p><h1>{escape(title)}</h1></header>'
    about = {PAGE_MIME: {"title": title, "lang": words.lang}, STAMP_MIME: {"run": stamp}}
    return Section(html + _paragraph(said), about)


def _section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, right: Sequence[int] = ()) -> str:
    names = [str(place) for place in range(len(heads))]
    columns = [
        field(head, name, "number" if place in right else "")
        for place, (head, name) in enumerate(zip(heads, names, strict=True))
    ]
    return table(pd.DataFrame(list(rows), columns=pd.Index(names)), columns, caption)
