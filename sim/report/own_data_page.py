"""One's own monthly output as a notebook takes it in: the form, the check, the forecast, the scenario on it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim import workspace
from sim.analysis.attainment import COLUMNS
from sim.analysis.attainment import targets as attainment
from sim.ensemble.stamp import FORECAST, code_digest, data_digests, source_version
from sim.ensemble.whole_numbers import whole_numbers
from sim.forecast.own_output import own_forecast
from sim.own import OwnFileMissing, example, output, series_at
from sim.parallel import default_workers
from sim.registry import HEADLINES
from sim.report import forecasts, sentences
from sim.report.charts import attainment as bars
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Figure, Panel, Section
from sim.report.figure_parts import chance_row
from sim.report.material import series_facts
from sim.report.page_parts import bullets, captioned, header, paragraph, provenance, section
from sim.report.tables import records, rows_of
from sim.report.wording import Wording, chinese
from sim.scenario.changed import changed, changed_text, free_name
from sim.scenario.load import load_scenario

if TYPE_CHECKING:
    from sim.ensemble.results import Results
    from sim.forecast.outlook import Outlook
    from sim.problems import Problem
    from sim.scenario.schema import Scenario

NAME, ROWS = "my-output", 8
"""What the scenario is called; rows of the form that are shown."""


class OwnDataPage:
    """Each property is shown by putting it last in a cell; nothing is computed before it is asked for."""

    def __init__(
        self, file: Path, scenario: str, run: dict[str, int], words: Wording,
        invented: tempfile.TemporaryDirectory[str] | None = None,
    ) -> None:  # fmt: skip
        """``file``: a monthly series; ``run``: runs, enterprises, seed; ``invented``: the folder of the example, if it
        is that, which goes with the page."""
        self._file, self._scenario, self._run, self._words, self._invented = file, scenario, run, words, invented
        self._name = free_name(NAME)

    @property
    def heading(self) -> Section:
        """Title, and whose figures are shown."""
        words = self._words
        said = words(f"own_page.lead.{'example' if self._invented else 'own'}", file=self._file.name)
        title = words("own_page.title")
        return Section(header(title, words) + paragraph(said), {PAGE_MIME: {"title": title, "lang": words.lang}})

    @property
    def template(self) -> Section:
        """The columns of the file, and how its first rows look."""
        words = self._words
        rows = [[name, *said.split(" | ")] for name, said in words.items("own_page.columns").items()]
        table = captioned(list(words.items("own_page.heads").values()), rows, words("own_page.form"), wide=(2,))
        first = "\n".join(example.example_text().splitlines()[:ROWS])
        parts = [table, self._said("looks"), f"<pre>{escape(first)}\n……</pre>"]
        return Section(section(words("own_page.template"), parts))

    @property
    def check(self) -> Section:
        """What the check says of a file with the usual slips, and of this one."""
        with tempfile.TemporaryDirectory() as folder:
            slips = output.problems(example.write(Path(folder), example.slips_text()))
        parts = [self._said("slips"), bullets([_told(one) for one in slips])]
        parts.append(paragraph(self._words("own_page.this", file=self._file.name)))
        wrong = self._problems or output.doubts(self._file)
        if not self._invented:  # an invented series was never published
            wrong = [*wrong, *output.far_from_published(self._file)]
        parts.append(bullets([_told(one) for one in wrong]) if wrong else self._said("good"))
        return Section(section(self._words("own_page.check"), parts))

    @property
    def forecast(self) -> Figure:
        """Where output is heading by this series."""
        words, facts, seen = self._words, self._facts, self._outlook.observations
        source = words("own_page.source", **facts, count=(seen["used"] & (seen["grade"] != "own")).sum())
        return forecasts.outlook_figure(self._outlook, words, self._warned(words("own_page.note", **facts)), source)

    @property
    def chances(self) -> Section:
        """How likely the open targets for output are by it."""
        shown = forecasts.chances(self._outlook, self._words)
        return Section(paragraph(self._words("own_page.invented")) + shown.html) if self._invented else shown

    @property
    def scenario(self) -> Section:
        """The file of a scenario that rests on the series."""
        text = changed_text(self._scenario, output_series=f"data/own/{self._file.name}", name=self._name,
                            title=self._words("own_page.name"))  # fmt: skip
        place = paragraph(self._words("own_page.place", name=self._name))
        parts = [place, f"<pre>{escape(text)}</pre>", self._said("usual")]
        return Section(section(self._words("own_page.scenario"), parts))

    @property
    def targets(self) -> Figure:
        """The scenario's headline targets on public evidence and on this series."""
        words, panels, items = self._words, [], []
        table = sentences.modelled(self._chances)
        for name in (name for group in HEADLINES for name in table.loc[table["group"] == group, "id"].unique()):
            rows = rows_of(table[table["id"] == name])
            drawn = [{**chance_row(row, words(f"own_page.on.{row['scenario']}"), words), "id": row["scenario"]}
                     for row in rows]  # fmt: skip
            title = words("index.target", year=str(rows[0]["deadline"])[:4], name=sentences.target_name(rows[0], words))
            items.append(f"{title}：" + "、".join(f"{one['name']}{one['chance']}" for one in drawn))
            panels.append(Panel(bars.bars(pd.DataFrame(drawn), items[-1], words), title))
        source = words("own_page.runs", **self._run, scenario=self._scenario)
        return Figure(
            key="figure-own-targets", section=words("own_page.targets"), label=words("figure.label", number=2),
            title=words("own_page.figure"), alt="；".join(items), note=self._warned(words("own_page.apart")),
            source=words("figure.source", source=source), panels=panels, data_html="", columns=2,
        )  # fmt: skip

    @property
    def provenance(self) -> Section:
        """Code and data behind the page, and what makes it again."""
        data = "；".join(f"{name} {digest}" for name, digest in self._stamp["data"].items())
        shown = provenance(self._words, {**self._stamp, "data": data}, self._words("own_page.again"))
        told = {"targets": records(self._chances[list(COLUMNS)])}
        return Section(shown.html, {STAMP_MIME: self._stamp, TARGETS_MIME: told})

    @cached_property
    def _problems(self) -> list[Problem]:
        return output.problems(self._file)

    @cached_property
    def _outlook(self) -> Outlook:
        return own_forecast(series_at(self._file))

    @cached_property
    def _facts(self) -> dict[str, str]:
        facts = series_facts(series_at(self._file), self._words)
        assert facts is not None  # of no series alone
        return facts

    @cached_property
    def _chances(self) -> pd.DataFrame:
        """Targets of the scenario on public evidence ("public") and on the series ("own")."""
        base = load_scenario(self._scenario)
        public = base.model_copy(update={"output_series": None, "name": "public"})
        own = changed(self._scenario, output_series=str(self._file), name=self._name).model_copy(update={"name": "own"})
        # apart, since runs that are made together rest on one series
        return pd.concat([attainment(self._results(one)) for one in (public, own)], ignore_index=True)

    def _results(self, scenario: Scenario) -> Results:
        from sim.ensemble.runner import run

        runs, seed, enterprises = (self._run[name] for name in ("runs", "seed", "enterprises"))
        return run([scenario], runs, seed, enterprises, default_workers(), cells=False)

    @property
    def _stamp(self) -> dict[str, Any]:
        version, dirty = source_version()
        data = data_digests(FORECAST)
        about = {"code": code_digest(), "data": data, "version": version, "dirty": dirty, **self._run}
        return about | {"series": {self._file.name: series_at(self._file).digest}}

    def _said(self, key: str) -> str:
        return paragraph(self._words(f"own_page.{key}"))

    def _warned(self, note: str) -> str:
        return self._words("own_page.invented") + note if self._invented else note


def own_data_page(
    file: str = "", scenario: str = "baseline", runs: int = 32, enterprises: int = 5_000, seed: int = 2027,
    lang: str = "zh",
) -> OwnDataPage:  # fmt: skip
    """Return the page that takes in a monthly series of one's own.

    Args:
        file: path of the series, from here or from the workspace; without one, an invented example is written into a
            temporary folder and taken.
        scenario: what is run on it, with this many runs and enterprises.

    Raises:
        WrongArgument: a number is none.
        OwnFileMissing: there is no such file.
        ScenarioNotFound, ScenarioInvalid: the scenario cannot be read.
    """
    whole_numbers(runs=runs, enterprises=enterprises, seed=seed)
    load_scenario(scenario)
    run = {"runs": runs, "enterprises": enterprises, "seed": seed}
    if file:
        found = [path for path in (Path(file), workspace.root() / file) if os.path.isfile(path)]
        if not found:
            raise OwnFileMissing(file, [])
        return OwnDataPage(found[0].resolve(), scenario, run, chinese(lang))
    folder = tempfile.TemporaryDirectory(prefix="tenglong-")
    written = example.write(Path(folder.name), example.example_text())
    return OwnDataPage(written, scenario, run, chinese(lang), folder)


def _told(problem: Problem) -> str:
    """One problem without the folder, which is nobody's business."""
    return str(replace(problem, file=Path(problem.file).name))
