"""The model as a notebook walks through it: three lives from the ledger, the month, where to read, a rule changed."""

from __future__ import annotations

from html import escape
from typing import Any

from sim.abm.schedule import SCHEDULE
from sim.analysis.lives import ENDS, Life, lives
from sim.ensemble.stamp import code_digest, data_digest, source_version
from sim.ensemble.whole_numbers import whole_numbers
from sim.parallel import default_workers
from sim.report import stories
from sim.report.charts import lives as charts
from sim.report.comparisons import told_ends
from sim.report.display import TARGETS_MIME, Figure, Panel, Section
from sim.report.page_parts import captioned, heading, paragraph, provenance, section
from sim.report.told import Told, told_section
from sim.report.wording import Wording, chinese
from sim.scenario.changed import changed
from sim.scenario.diff import changes
from sim.scenario.load import load_scenario
from sim.scenario.schema import Scenario

PAIRS = 4
"""Pairs of runs in which the changed rule is followed enterprise by enterprise."""


class ModelPage:
    """Each property is shown by putting it last in a cell."""

    def __init__(
        self, scenario: Scenario, other: Scenario, found: list[Life], run: dict[str, int], words: Wording
    ) -> None:  # fmt: skip
        """``other``: the scenario with a rule written otherwise; ``run``: seed, replicate and enterprises."""
        self._scenario, self._other, self._lives, self._run, self._words = scenario, other, found, run, words

    @property
    def heading(self) -> Section:
        """Title, and which run is walked through."""
        said = self._words(
            "lives.lead", replicate=self._run["replicate"], seed=self._run["seed"],
            enterprises=f"{self._run['enterprises']:,}",
        )  # fmt: skip
        shown = heading(self._words, "lives", self._scenario, said, self._stamp)
        told = {"lives": [stories.record(life) for life in self._lives]}
        return Section(shown.html, {**shown.attachments, TARGETS_MIME: told})

    @property
    def lives(self) -> Figure:
        """Output of the three month by month, and what happened to them."""
        words = self._words
        told = [stories.story(life, words) for life in self._lives]
        panels = [
            Panel(charts.life(*stories.drawn(life, words), said, words), stories.name(life, words))
            for life, said in zip(self._lives, told, strict=True)
        ]
        return Figure(
            key="figure-lives", section=words("lives.section"), label=words("figure.label", number=1),
            title=words("lives.figure"), alt="；".join(told), note=words("lives.note"),
            source=words("figure.source", source=words("lives.source")), panels=panels, data_html="",
        )  # fmt: skip

    @property
    def stories(self) -> Section:
        """The same told: who they were, what happened when, by which lever or parameter, and its clauses."""
        words, parts = self._words, []
        heads = list(words.items("lives.columns").values())
        for life in self._lives:
            parts += [f"<h3>{escape(stories.name(life, words))}</h3>", paragraph(stories.begun(life, words))]
            parts.append(captioned(heads, stories.happened(life, words), words("lives.happened"), wide=(2,)))
        missing = [words(f"lives.ends.{kind}") for kind in ENDS if kind not in {life.of for life in self._lives}]
        parts += [paragraph(words("lives.nobody", ends="、".join(missing)))] if missing else []
        return Section(section(words("lives.told"), parts))

    @property
    def schedule(self) -> Section:
        """The month: its processes in order, and the file of each."""
        words = self._words
        heads = list(words.items("lives.schedule.columns").values())
        rows = [[str(place), step.zh, step.en, *_file(step.where)] for place, step in enumerate(SCHEDULE, 1)]
        table = captioned(heads, rows, words("lives.schedule.caption"), wide=(1,))
        return Section(section(words("lives.schedule.title"), [paragraph(words("lives.schedule.said")), table]))

    @property
    def reading(self) -> Section:
        """Where the model's description answers what."""
        words = self._words
        rows = [[part, asked] for part, asked in words.items("lives.odd.parts").items()]
        heads = list(words.items("lives.odd.columns").values())
        table = captioned(heads, rows, words("lives.odd.caption"), wide=(1,))
        return Section(section(words("lives.odd.title"), [paragraph(words("lives.odd.said")), table]))

    @property
    def rule(self) -> Section:
        """One rule written otherwise, and which enterprises end elsewhere only because of it."""
        words = self._words
        said = [
            words("lives.rule.change", title=one.entry.title.zh, before=one.before, after=one.after,
                  option=self._other.structure[one.entry.id], id=one.entry.id,
                  basis=one.entry.basis or "、".join(one.entry.clauses))
            for one in changes(self._other, self._scenario)
        ]  # fmt: skip
        if not said:
            return told_section(words("lives.rule.title"), [Told([words("lives.rule.same")], [], [])], words)
        size: dict[str, Any] = {"seed": self._run["seed"], "enterprises": self._run["enterprises"], "pairs": PAIRS}
        ends = told_ends(self._scenario, self._other, words, workers=default_workers(), **size)
        return told_section(words("lives.rule.title"), [Told(said, [], []), ends], words)

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and what makes it again."""
        return provenance(self._words, {**self._stamp, "data": data_digest()}, self._words("lives.again"))

    @property
    def _stamp(self) -> dict[str, Any]:
        version, dirty = source_version()
        about = {"scenario": self._scenario.name, "digest": self._scenario.digest, **self._run}
        return about | {"code": code_digest(), "data": data_digest(), "version": version, "dirty": dirty}


def _file(where: str) -> tuple[str, str]:
    """Return the file and the function of a step."""
    module, _, function = where.rpartition(".")
    return f"sim/{module.replace('.', '/')}.py", function


def model_page(
    scenario: str = "baseline", switch: str = "structure.priority", option: str = "lottery", enterprises: int = 5_000,
    seed: int = 2027, replicate: int = 0, lang: str = "zh",
) -> ModelPage:  # fmt: skip
    """Return the walk through one run of a scenario's model.

    Args:
        switch, option: the rule that is written otherwise, and how (``tenglong explain structure.priority``).

    Raises:
        WrongArgument: a number is none.
        ScenarioNotFound, ScenarioInvalid: scenario, switch or option cannot be used.
        TooFewRows: a population too small to hold every district and size class.
    """
    whole_numbers(enterprises=enterprises, seed=seed, replicate=replicate)
    words, asked = chinese(lang), load_scenario(scenario)
    other = changed(scenario, structure={switch: option}, name="other-rule", title=words("lives.rule.name"))
    run = {"seed": seed, "replicate": replicate, "enterprises": enterprises}
    return ModelPage(asked, other, lives(asked, **run), run, words)
