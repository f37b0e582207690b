"""Sensitivity and validation as notebooks show them: charts, and the tables and sentences that the commands print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.sensitivity import title_zh
from sim.analysis.validation import MOVED
from sim.parallel import default_workers
from sim.report import credibility, validation
from sim.report.charts import credibility as charts
from sim.report.display import TARGETS_MIME, Figure, Panel, Section
from sim.report.page_parts import bullets, captioned, heading, paragraph, provenance, section
from sim.report.tables import Row, folded, records, rows_of
from sim.report.wording import Wording, chinese
from sim.scenario.load import load_scenario

if TYPE_CHECKING:
    from sim.analysis.evidence_share import Rests
    from sim.analysis.sensitivity import Sensitivity
    from sim.analysis.validation import Validation
    from sim.scenario.schema import Scenario

STRUCTURES = (8, 4, 4, 2)
LEAST = 0.05
"""Multiples below this are drawn here: a log scale has no nought."""


class SensitivityPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(self, scenario: Scenario, found: Sensitivity, rests: Rests, words: Wording) -> None:
        self.found, self.rests, self._words, self._scenario = found, rests, words, scenario

    @property
    def heading(self) -> Section:
        """Title and what is asked."""
        stamp = self.found.stamp
        said = self._words("sensitivity.page.lead", runs=stamp["runs"], factors=stamp["factors"])
        return heading(self._words, "sensitivity", self._scenario, said, stamp)

    @property
    def factors(self) -> Figure:
        """The share of each factor in the spread of every target."""
        words, found = self._words, self.found
        panels, items = [], []
        for answer in rows_of(found.answers):
            rows = credibility.shown_factors(found, str(answer["target"]))
            if not rows:
                continue
            drawn = pd.DataFrame([_share(row, words) for row in rows])
            items.append(f"{credibility.name(answer, words)}：{'，'.join(drawn['text'])}")
            axis = words("sensitivity.page.axis")
            panels.append(Panel(charts.shares(drawn, axis, items[-1]), credibility.name(answer, words)))
        source = words("sensitivity.page.source", runs=found.stamp["runs"])
        return Figure(
            key="figure-factors", section=words("sensitivity.page.factors"), label=words("figure.label", number=1),
            title=words("sensitivity.page.figure"), alt="；".join(items), note=words("sensitivity.page.note"),
            source=words("figure.source", source=source), panels=panels, data_html="",
        )  # fmt: skip

    @property
    def indices(self) -> Section:
        """The factors of every target, with intervals, ranks and convergence."""
        words, found = self._words, self.found
        heads = [words.items("sensitivity.columns")[key] for key in credibility.COLUMNS]
        parts = []
        for answer in rows_of(found.answers):
            rows = credibility.factor_rows(found, str(answer["target"]), words)
            heading = credibility.heading(answer, words)
            parts.append(captioned(heads, rows, heading, right=(3, 4, 5, 6), wide=(1,)) if rows else paragraph(heading))
            parts.append(paragraph("".join(credibility.remarks(found, str(answer["target"]), words))))
        parts.append(paragraph(credibility.note(found, words)))
        return Section(section(words("sensitivity.page.indices"), parts), {TARGETS_MIME: records(found.answers)})

    @property
    def evidence(self) -> Section:
        """On what each answer rests, and what is most worth measuring."""
        *said, note = credibility.rests_sentences(self.rests, self._words)
        return Section(section(self._words("sensitivity.page.evidence"), [bullets(said), paragraph(note)]))

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and the command that makes it again."""
        return provenance(self._words, self.found.stamp, credibility.command(self.found.stamp))


class ValidationPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(self, scenario: Scenario, found: Validation, words: Wording) -> None:
        self.found, self._words, self._scenario = found, words, scenario

    @property
    def heading(self) -> Section:
        """Title, and what is calibrated and what is not."""
        said = validation.prior_sentence(self.found.uncertainties, self._words)
        return heading(self._words, "validation", self._scenario, said, self.found.stamp)

    @property
    def nearness(self) -> Figure:
        """The model's intervals as multiples of what was published."""
        words, found = self._words, self.found
        drawn = pd.DataFrame([
            {
                "name": f"{row['label']}（{row['period']}）", "inside": row["verdict"] == "inside",
                **{end: max(row[end] / row["published"], LEAST) for end in ("p10", "median", "p90")},
                "text": words("validation.page.item", label=row["label"], period=row["period"],
                              **dict(zip(("published", "range"), validation.pair(row, words), strict=True))),
            }
            for row in rows_of(found.outcomes)
        ])  # fmt: skip
        alt, source = "；".join(drawn["text"]), "、".join(dict.fromkeys(found.outcomes["source"]))
        return Figure(
            key="figure-nearness", section=words("validation.page.outcomes"), label=words("figure.label", number=1),
            title=words("validation.page.figure"), alt=alt, note=words("validation.page.note"),
            source=words("figure.source", source=words("validation.page.source", sources=source)),
            panels=[Panel(charts.nearness(drawn, words("validation.page.axis"), alt))], data_html="",
        )  # fmt: skip

    @property
    def outcomes(self) -> Section:
        """What was published beside the model's interval, every miss discussed, and the simple rivals."""
        words, found = self._words, self.found
        heads = list(words.items("validation.outcome_columns").values())
        first, *misses, last = validation.outcome_sentences(found, words)
        rest = map(paragraph, (last, *validation.rival_sentences(found, words)))
        shown = captioned(heads, validation.outcome_rows(found, words), first, right=(1, 3))
        return Section(
            section(words("validation.page.misses"), [shown, bullets(misses), *rest]),
            {TARGETS_MIME: records(found.outcomes)},
        )

    @property
    def patterns(self) -> Section:
        """Patterns that any believable model should show."""
        words, found = self._words, self.found
        heads = list(words.items("validation.pattern_columns").values())
        first, *misses = validation.pattern_sentences(found, words)
        shown = captioned(heads, validation.pattern_rows(found, words), first, right=(1, 2))
        return Section(section(words("validation.page.patterns"), [shown, bullets(misses)]))

    @property
    def output(self) -> Section:
        """The forecast at past origins, and what stated chances came to."""
        words, found = self._words, self.found
        said = [*validation.output_sentences(found, words), *validation.past_sentences(found, words)]
        return Section(section(words("validation.page.output"), map(paragraph, said)))

    @property
    def structures(self) -> Section:
        """The headline answers and what else moves under other structures."""
        words, found = self._words, self.found
        right = tuple(range(1, len(MOVED) + 2))
        shown = captioned(
            validation.moved_heads(found, words), validation.moved_rows(found, words), words("validation.moved"), right
        )
        said = map(paragraph, validation.ablation_sentences(found, words))
        return Section(section(words("validation.page.structures"), [*said, shown]))

    @property
    def uncertainties(self) -> Section:
        """Every uncertainty, the evidence behind it, and whether it was calibrated."""
        words, rows = self._words, validation.uncertainty_rows(self.found.uncertainties, self._words)
        heads = list(words.items("validation.uncertainty_columns").values())
        title = words("validation.page.uncertainties")
        inner = folded(words("validation.page.fold", count=len(rows)), captioned(heads, rows, title))
        return Section(section(title, [inner]))

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and the command that makes it again."""
        return provenance(self._words, self.found.stamp, validation.command(self.found.stamp))


def sensitivity_page(
    scenario: str = "baseline", targets: Sequence[str] = (), points: int = 128, trajectories: int = 10,
    enterprises: int = 7_300, seed: int = 2027, structures: Sequence[int] = STRUCTURES, lang: str = "zh",
) -> SensitivityPage:  # fmt: skip
    """Analyse a scenario, or read what was kept of it.

    Args:
        structures: structures, parameter draws, demand paths and repeats of the variance ledger.

    Raises:
        as :func:`sim.sensitivity`; DesignTooSmall.
    """
    from sim.analysis.evidence_share import rests_on
    from sim.analysis.sensitivity import sensitivity
    from sim.ensemble.nested import Sizes

    asked, workers = load_scenario(scenario), default_workers()
    found = sensitivity(asked, targets, points, trajectories, seed, enterprises, workers)
    return SensitivityPage(asked, found, rests_on(asked, found, Sizes(*structures), workers), chinese(lang))


def validation_page(
    scenario: str = "baseline", runs: int = 48, enterprises: int = 7_300, seed: int = 2027, lang: str = "zh"
) -> ValidationPage:
    """Validate a scenario, or read what was kept of it.

    Raises:
        as :func:`sim.validation`.
    """
    from sim.analysis.validation import validation as validate

    asked = load_scenario(scenario)
    return ValidationPage(asked, validate(asked, runs, seed, enterprises, default_workers()), chinese(lang))


def _share(row: Row, words: Wording) -> dict[str, Any]:
    """A factor's total share as it is drawn: sampling may carry it beyond 0 and 1, which it cannot be."""
    share, low, high = (min(max(float(row[key]), 0.0), 1.0) for key in ("total", "total_lo", "total_hi"))
    name = title_zh(str(row["group"]))
    text = name + credibility.index(row, "total", words)
    return {"name": name, "share": share, "low": low, "high": high, "text": text}
