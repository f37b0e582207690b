"""The questions asked of a scenario, each answered in sentences and tables, and kept in ``runs/answers/``.

A notebook asks them one by one; a briefing tells what is kept of its scenario.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.asked import CannotAnswer, asked_targets
from sim.ensemble.kept import STAMP, folder_of, keep, kept, newest, stamp_about
from sim.ensemble.series import on_one_series
from sim.ensemble.stamp import REPORT_ROOMS, DataChanged, data_digests
from sim.parallel import Progress, StageProgress, default_workers, of_stage
from sim.report.commands import Asking
from sim.report.told import Grid, Told
from sim.report.wording import NotTranslated, Wording, languages, wording
from sim.scenario.load import BASELINE, load_scenario
from sim.scenario.months import this_month

if TYPE_CHECKING:
    from sim.ensemble.results import Results
    from sim.scenario.schema import Scenario

QUESTIONS = (
    "comparison", "attribution", "backcast", "bottlenecks", "warnings", "consistency", "robustness", "incidence",
)  # fmt: skip
BESIDE = ("comparison", "robustness")
"""Those that need another scenario beside; told of one alone, they say how to ask."""
FOLDER, TABLE = "answers", "told"
Asked = dict[str, list[Told]]
Telling = Callable[[Wording], list[Told]]
"""What was found, to be told in a language."""
Sizes = Mapping[str, Mapping[str, int]]
BRIEF: Sizes = {
    "comparison": {"replicates": 8, "enterprises": 73_000},
    "attribution": {"replicates": 8, "enterprises": 7_300},
    "backcast": {"replicates": 64, "enterprises": 7_300},
    "bottlenecks": {"replicates": 24, "enterprises": 7_300},
    "warnings": {"replicates": 128, "enterprises": 7_300},
    "incidence": {"replicates": 8, "enterprises": 73_000},
}
"""Replicates and enterprises with which a briefing asks where nothing is kept: two minutes for all, wider intervals."""


@dataclass(frozen=True)
class Answers:
    """What is asked of ``scenario``; nothing is computed before it is told.

    ``results``: runs of it, and of ``base``, with which it is compared (None: itself with its levers at rest).
    ``targets``: ids or groups. ``as_of``: month (index) whose state of the targets is told. ``sizes``: replicates and
    enterprises by question, where they are not to be what fits into minutes (:mod:`sim.analysis.budget`).
    """

    results: Results
    scenario: Scenario
    base: Scenario | None
    targets: tuple[str, ...]
    as_of: int
    words: Wording
    workers: int
    sizes: Sizes = field(default_factory=dict)

    def told(self, question: str, progress: Progress | None = None) -> list[Told]:
        """Answer one of :data:`QUESTIONS`, or say why these scenarios leave it without an answer."""
        return self.found(question, progress)(self.words)

    def found(self, question: str, progress: Progress | None = None) -> Telling:
        """Find the answer, to be told in any language."""
        from sim.analysis.attribution import NothingToAttribute
        from sim.ensemble.fates import DifferentPopulations
        from sim.ensemble.series import DifferentSeries

        answer: Callable[[dict[str, Any]], Telling] = getattr(self, f"_{question}")
        run = {"seed": self.results.stamp["seed"], "workers": self.workers, "progress": progress}
        try:
            found = answer({**run, **self.sizes.get(question, {})})
            small = self.scenario.name if question in self.sizes else ""
            return _again(found, self._asking().commands(question), small)
        except (CannotAnswer, NothingToAttribute, DifferentPopulations, DifferentSeries) as error:
            return _said(str(error))

    def _asking(self) -> Asking:
        stamp = self.results.stamp
        base = self.base.name if self.base else ""
        size = stamp["runs"], stamp["seed"], stamp["enterprises"]
        return Asking(self.scenario.name, base, self.targets, self.as_of, *size, self.sizes)

    def _comparison(self, run: dict[str, Any]) -> Telling:
        """What differs from the base, and which enterprises end elsewhere only because of it."""
        from sim.analysis.comparison import compare, compare_targets
        from sim.report.comparisons import fates_or_reason, told_comparison, told_fates
        from sim.scenario.diff import changes

        if self.base is None:
            return self._alone("compare")
        names = self.base.name, self.scenario.name
        aims, table = compare_targets(self.results, *names), compare(self.results, *names)
        differ = changes(self.scenario, self.base)
        pairs = {"pairs" if key == "replicates" else key: value for key, value in run.items()}
        ends = fates_or_reason(self.base, self.scenario, **pairs)
        return lambda words: [
            told_comparison(*names, aims, table, differ, words), told_fates(*names, ends, words, differ, table)
        ]  # fmt: skip

    def _attribution(self, run: dict[str, Any]) -> Telling:
        """Which lever closes the gap."""
        from sim.analysis.attribution import attribute
        from sim.report.levers import told_attributions

        found = list(attribute(self.base, self.scenario, self.targets, **run))
        return lambda words: told_attributions(found, words)

    def _backcast(self, run: dict[str, Any]) -> Telling:
        """What it would take, target by target."""
        from sim.analysis.attainment import targets as attainment
        from sim.analysis.backcast import Point, backcast
        from sim.report.backcasts import told_backcast

        aims = self.targets or [target.id for target in asked_targets((), self.scenario)]
        found = [one for target in aims for one in backcast(self.scenario, [target], **run)]
        asked = attainment(self.results, tuple(one.targets[0].id for one in found))
        mine = asked[asked["scenario"] == self.scenario.name].set_index("id")
        known = [
            Point(0.0, round(row["probability"] * row["runs"]), int(row["runs"])) if row["runs"] else None
            for row in (mine.loc[one.targets[0].id] for one in found)
        ]  # fmt: skip
        return lambda words: [
            told_backcast(one, words, summary) for one, summary in zip(found, known, strict=True)
        ]  # fmt: skip

    def _bottlenecks(self, run: dict[str, Any]) -> Telling:
        """Which constraint binds."""
        from sim.analysis.bottlenecks import bottlenecks
        from sim.report.constraints import told_bottlenecks

        found = bottlenecks(self.scenario, self.targets, **run)
        return lambda words: [told_bottlenecks(found, words)]

    def _warnings(self, run: dict[str, Any]) -> Telling:
        """What to watch."""
        from sim.analysis.warning import colours, warn
        from sim.report.warnings import told_warnings

        found, states = warn(self.targets, self.scenario, as_of=self.as_of, **run), colours(self.as_of)
        return lambda words: [told_warnings(found, states, self.as_of, words)]

    def _consistency(self, run: dict[str, Any]) -> Telling:
        """Whether the targets fit each other."""
        from sim.analysis.consistency import consistency
        from sim.report.consistencies import told_consistency

        found = consistency(self.results, self.scenario.name)
        return lambda words: [told_consistency(found, words)]

    def _robustness(self, run: dict[str, Any]) -> Telling:
        """Who holds up whatever the future."""
        from sim.analysis.robustness import robustness
        from sim.report.robustnesses import told_robustness

        if self.base is None:
            return self._alone("robustness")
        found, size = robustness(self.results, self.targets), self.results.stamp["enterprises"]
        return lambda words: [told_robustness(found, self.results.scenarios, size, words)]

    def _incidence(self, run: dict[str, Any]) -> Telling:
        """Who bears it, and what leaves the city."""
        from sim.analysis.incidence import incidence
        from sim.report.incidences import told_incidence

        found = incidence(self.scenario, self.base, **run)
        return lambda words: [told_incidence(found, words)]

    def _alone(self, verb: str) -> Telling:
        name = self.scenario.name
        return lambda words: [Told([words("answers.alone", verb=verb, scenario=name)], [], [])]


def about(
    scenario: Scenario, results: Results, words: Wording, targets: Sequence[str] = (), as_of: int | None = None,
    sizes: Sizes | None = None, workers: int | None = None,
) -> Answers:
    """Return what is to be asked of a scenario.

    Args:
        results: of the scenarios that a briefing runs (:func:`beside_baseline`).
        targets: ids or groups; by default those that the scenario asks for and that fall due first.
        as_of: by default the present month.

    Raises:
        CannotAnswer: a target is unknown, only tracked, or due after the scenario's end.
    """
    if targets:
        asked_targets(targets, scenario)
    now = this_month() if as_of is None else as_of
    base = None if scenario.name == BASELINE else results.scenarios[BASELINE]
    aims = tuple(targets) or due_first(scenario)
    return Answers(results, scenario, base, aims, now, words, workers or default_workers(), sizes or {})


def due_first(scenario: Scenario) -> tuple[str, ...]:
    """Return the groups of those targets a scenario asks for that fall due first; none if none can be answered."""
    try:
        aims = asked_targets((), scenario)
    except CannotAnswer:
        return ()
    first = min(target.deadline for target in aims)
    return tuple(dict.fromkeys(target.group for target in aims if target.deadline == first))


def beside_baseline(scenario: Scenario) -> list[Scenario]:
    """Return the scenarios a briefing runs: itself, and before it the baseline it is compared with, on the same series
    and enterprises.

    The baseline costs nothing more where a scenario has its horizon: its runs anchor the scenario's output anyway.
    """
    return on_one_series([scenario] if scenario.name == BASELINE else [load_scenario(BASELINE), scenario])


def keep_answers(asked: Answers, progress: StageProgress | None = None) -> Asked:
    """Answer every question, or read what was kept of the same questions; what is found is kept in every language.

    Args:
        progress: called with (question, done, in all), of each question first with (question, 0, 0), for some have
            nothing to run.

    Raises:
        DataChanged: a table of ``data/``, the user's own included, is another one now; nothing is kept.
    """
    import pandas as pd

    base, stamp = asked.base, asked.results.stamp
    size = (stamp["runs"], stamp["seed"], stamp["enterprises"])
    key = _key(base, asked.targets, asked.as_of, *size)
    content = [asked.scenario.digest, key, {name: dict(given) for name, given in asked.sizes.items()}]
    folder = folder_of(FOLDER, asked.scenario.name, content, REPORT_ROOMS)
    if kept(folder, [TABLE]) is None:
        rows = []
        for question in QUESTIONS:
            if progress is not None:
                progress(question, 0, 0)
            rows += _in_each_language(question, asked.found(question, of_stage(progress, question)))
        told = stamp_about(asked.scenario, stamp["seed"], stamp["enterprises"], stamp["runs"], [base] if base else [])
        about = key | told | {"small": bool(asked.sizes)}
        if _tables() != key["tables"]:  # some are only told, and change no run
            raise DataChanged
        keep(folder, {TABLE: pd.DataFrame(rows)}, about, asked.results.begun, REPORT_ROOMS)
    else:
        (folder / STAMP).touch()  # asked again, it is the newest
    return _read(folder, asked.words.lang)


def _key(
    base: Scenario | None, targets: Sequence[str], as_of: int, runs: int, seed: int, enterprises: int
) -> dict[str, Any]:
    """What answers about a scenario are held to; every table of ``data/`` counts, for some are only told."""
    return {
        "base": base.digest if base else "", "targets": list(targets), "as_of": as_of, "runs": runs, "seed": seed,
        "enterprises": enterprises, "tables": _tables(),
    }  # fmt: skip


def _tables() -> str:
    return hashlib.sha256(repr(data_digests()).encode()).hexdigest()[:16]


def kept_of(scenario: Scenario, runs: int, seed: int, enterprises: int) -> Path | None:
    """Return where the answers for a briefing of this size are kept, those in full size before small ones; None
    without any by the present code, data and month."""
    base, *others = beside_baseline(scenario)
    key = _key(base if others else None, due_first(scenario), this_month(), runs, seed, enterprises)
    return newest(FOLDER, scenario, **key, small=False) or newest(FOLDER, scenario, **key, small=True)


def stored(scenario: Scenario, lang: str, runs: int, seed: int, enterprises: int) -> Asked | None:
    """Return the answers for a briefing of this size; None without any.

    Raises:
        NotTranslated: something in them has no words in this language.
    """
    folder = kept_of(scenario, runs, seed, enterprises)
    return None if folder is None else _read(folder, lang)


def _again(found: Telling, commands: Sequence[str], small: str = "") -> Telling:
    """Put the commands behind the last part of an answer, and of a ``small`` scenario why its runs are few."""

    def told(words: Wording) -> list[Told]:
        parts, few = found(words), [words("answers.few", scenario=small)] if small else []
        return [*parts[:-1], *(replace(last, again=commands, basis=[*last.basis, *few]) for last in parts[-1:])]

    return told


def _said(text: str) -> Telling:
    return lambda words: [Told([words.of(text)], [], [])]


def _in_each_language(question: str, found: Telling) -> list[dict[str, str]]:
    """Return the rows that keep an answer; where a language lacks words, what it lacks them for."""
    rows = []
    for lang in languages():
        row = {"lang": lang, "question": question, "lacks": ""}
        try:
            rows += [row | {"told": _text(one)} for one in found(wording(lang))]
        except NotTranslated as error:
            rows.append(row | {"told": "", "lacks": error.text})
    return rows


def _text(told: Told) -> str:
    return json.dumps(asdict(told), ensure_ascii=False, default=list)


def _read(folder: Path, lang: str) -> Asked:
    found = kept(folder, [TABLE])
    assert found is not None  # whoever calls has seen the stamp
    answers: Asked = {}
    rows = found[0][TABLE]
    for question, lacks, text in rows.loc[rows["lang"] == lang, ["question", "lacks", "told"]].itertuples(index=False):
        if lacks:
            raise NotTranslated(lacks, lang)
        told = json.loads(text)
        grids = [Grid(**grid) for grid in told.pop("grids")]
        answers.setdefault(question, []).append(Told(grids=grids, **told))
    return answers
