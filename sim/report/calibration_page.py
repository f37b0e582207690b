"""Calibration as its notebook shows it: recovery first, then what the published figures tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.calibration.recovery import ABC
from sim.parallel import default_workers
from sim.report import calibration
from sim.report.charts.calibration import recovered
from sim.report.display import TARGETS_MIME, Figure, Panel, Section
from sim.report.page_parts import bullets, captioned, heading, paragraph, provenance, section
from sim.report.tables import records, rows_of
from sim.report.wording import Wording, chinese
from sim.scenario.load import load_scenario

if TYPE_CHECKING:
    from sim.analysis.calibration.calibrate import Calibration
    from sim.scenario.schema import Scenario

PANELS = 6
"""Parameters with a panel of their own: those told best, and the first of those not told."""


class CalibrationPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(self, scenario: Scenario, found: Calibration, words: Wording) -> None:
        self.found, self._words, self._scenario = found, words, scenario

    @property
    def heading(self) -> Section:
        """Title, and what is identified."""
        said = calibration.recovery_sentences(self.found.recovery, self._words)[0]
        return heading(self._words, "calibration", self._scenario, said, self.found.stamp)

    @property
    def recovered(self) -> Figure:
        """Truth against estimate, of the parameters told best."""
        words, found = self._words, self.found.recovery
        skill = found.skill[found.skill["method"] == ABC].sort_values("skill", ascending=False)
        panels, items = [], []
        for row in rows_of(skill.head(PANELS)):
            p = found.pairs
            mine = p[(p["parameter"] == row["parameter"]) & (p["method"] == ABC)]
            items.append(f"{row['title']}（{words('calibration.share', value=round(100 * row['skill']))}）")
            axes = words("calibration.page.axis_x"), words("calibration.page.axis_y")
            panels.append(Panel(recovered(mine, *axes, items[-1]), items[-1]))
        source = words("calibration.page.source", runs=found.stamp["runs"],
                       enterprises=f"{found.stamp['enterprises']:,}")  # fmt: skip
        return Figure(
            key="figure-recovery", section=words("calibration.page.recovery"), label=words("figure.label", number=1),
            title=words("calibration.page.figure"), alt="；".join(items), note=words("calibration.page.note"),
            source=words("figure.source", source=source), panels=panels, data_html="",
        )  # fmt: skip

    @property
    def skill(self) -> Section:
        """Every parameter in the simulated worlds, by both methods."""
        words, found = self._words, self.found.recovery
        heads = [words.items("calibration.recovery_columns")[key] for key in calibration.RECOVERY_COLUMNS]
        caption = words("calibration.recovery_title", truths=found.stamp["truths"], runs=found.stamp["runs"])
        shown = captioned(heads, calibration.recovery_rows(found, words), caption, right=(2, 3, 4))
        said = map(paragraph, calibration.recovery_sentences(found, words))
        return Section(section(words("calibration.page.recovery"), [*said, shown]))

    @property
    def statistics(self) -> Section:
        """What was published, and what prior and posterior predict of it."""
        words = self._words
        heads = [words.items("calibration.statistics_columns")[key] for key in calibration.STATISTICS_COLUMNS]
        covered, *_ = calibration.calibration_sentences(self.found, words)
        shown = captioned(heads, calibration.statistic_rows(self.found, words), covered, right=(2, 3, 4))
        return Section(
            section(words("calibration.page.statistics"), [shown]), {TARGETS_MIME: records(self.found.statistics)}
        )

    @property
    def parameters(self) -> Section:
        """What was calibrated by which method to what, and what has its prior only."""
        words = self._words
        heads = [words.items("calibration.parameters_columns")[key] for key in calibration.PARAMETERS_COLUMNS]
        _, prior, method = calibration.calibration_sentences(self.found, words)
        shown = captioned(heads, calibration.parameter_rows(self.found, words), method)
        return Section(section(words("calibration.page.parameters"), [shown, paragraph(prior)]))

    @property
    def left_out(self) -> Section:
        """Published figures that were not used, each with its reason."""
        words = self._words
        return Section(section(words("calibration.page.left_out"), [bullets(calibration.left_out_sentences(words))]))

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and the command that makes it again."""
        return provenance(self._words, self.found.stamp, f"{self.found.stamp['command']} --report")


def calibration_page(
    scenario: str = "baseline", points: int = 1_024, truths: int = 128, particles: int = 1_024,
    enterprises: int = 36_500, seed: int = 2027, lang: str = "zh",
) -> CalibrationPage:  # fmt: skip
    """Calibrate a scenario, or read what was kept of it; writes the posterior sample either way.

    Raises:
        NothingIdentified, TooFewRows.
    """
    from sim.analysis.calibration.calibrate import calibrate

    asked = load_scenario(scenario)
    found = calibrate(asked, points, truths, particles, seed, enterprises, default_workers())
    return CalibrationPage(asked, found, chinese(lang))
