"""The bench on the screen: sliders on the left, answers on the right, below them saving and the briefing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from sim.bench import words as said
from sim.bench.answer import Answer, headlines
from sim.bench.briefing import Briefings
from sim.bench.charts import NAMES, rows, specs
from sim.bench.dials import Dial, dials, turned
from sim.bench.live import LiveChart
from sim.bench.refine import Question, Refiner
from sim.bench.save import NotAsMoved, save
from sim.ensemble.runner import DEFAULT_SEED
from sim.population import ENTERPRISES, check_size
from sim.report.wording import wording
from sim.scenario.create import NameNotUsable
from sim.scenario.load import BASELINE, load_scenario, scenario_names
from sim.scenario.problems import ScenarioInvalid

RUNS = 64
CHOICES = (8, 16, 32, 64, 128, 256, 512)
_WIDE = widgets.Layout(width="100%")
_in_use: list[Sliders] = []
"""The newest bench of this process, which has the machine to itself."""


class Sliders:
    """The bench as a widget; put it last in a cell.

    Attributes:
        sliders: by lever id. ``scenario``, ``runs``, ``reset``, ``name``, ``save``, ``brief``: the other controls.
        answer: the newest answer, None before the first.
    """

    def __init__(self, scenario: str, runs: int, seed: int, enterprises: int, more: Sequence[str]) -> None:
        check_size(enterprises)
        self._words, self._seed, self._enterprises, self._more = wording("zh"), seed, enterprises, tuple(more)
        self._baseline = load_scenario(BASELINE)
        self._picked = load_scenario(scenario)
        self._dials = dials(self._picked, self._more)
        self.answer: Answer | None = None
        self._question: Question | None = None
        self._shown: Question | None = None
        self._quiet = False
        self._loop = _kernel_loop()
        self._controls(runs)
        drawn = specs(headlines(), self._words)
        self.charts = {name: LiveChart(drawn[name]) for name in NAMES}
        self.widget = self._laid_out()
        self._briefings = Briefings(lambda text: self._post(lambda: self._say(text)))
        self._refiner = Refiner(seed, enterprises, self._told, self._failed)
        self._ask()

    def _repr_mimebundle_(self, **given: Any) -> Any:
        return self.widget._repr_mimebundle_(**given)

    def close(self) -> None:
        """End the work in the background."""
        self._refiner.close()

    def give_way(self) -> None:
        """Leave the machine to another bench: stop the work in the background, and say so where answers stood."""
        self._refiner.stop()
        self._question, self._quiet = None, True
        self._status.value = said.wrong(said.GAVE_WAY)

    def _controls(self, runs: int) -> None:
        self.scenario = widgets.Dropdown(options=_options(), value=self._picked.name, description="情景")
        counts = sorted({*CHOICES, runs})
        self.runs = widgets.Dropdown(options=counts, value=runs, description="加算到", tooltip="最后要多少次运行")
        self.reset = widgets.Button(description="复原滑块", tooltip="回到情景文件里的值")
        self.sliders = {dial.entry.id: _slider(dial) for dial in self._dials}
        self._facts = {dial.entry.id: widgets.HTML(said.facts(dial)) for dial in self._dials}
        self.name = widgets.Text(placeholder="如 my-plan", description="另存为", continuous_update=True)
        self.save = widgets.Button(description="保存情景", tooltip="写入 scenarios/；用原名则改原文件，注释保留")
        self.brief = widgets.Button(description="生成简报", tooltip="滑块动过的先按上面的名字保存；约一两分钟")
        self._status, self._table, self._message = widgets.HTML(said.FIRST), widgets.HTML(), widgets.HTML()
        self._bar = widgets.IntProgress(value=0, max=runs, layout=widgets.Layout(width="98%", height="8px"))
        for slider in self.sliders.values():
            slider.observe(lambda _: self._ask(), "value")
        self.scenario.observe(lambda _: self._pick(), "value")
        self.runs.observe(lambda _: self._ask(), "value")
        self.reset.on_click(lambda _: self._reset())
        self.save.on_click(lambda _: self._save())
        self.brief.on_click(lambda _: self._brief())

    def _laid_out(self) -> widgets.Widget:
        since = widgets.HTML('<div class="tl-facts">滑块的值自2027年1月起全市生效；指着说明可看含义与条款原文。</div>')
        levers = [part for name in self.sliders for part in (self.sliders[name], self._facts[name])]
        left = widgets.VBox(
            [self.scenario, self.runs, self.reset, since, *levers, self.name,
             widgets.HBox([self.save, self.brief]), self._message],
            layout=widgets.Layout(width="462px", flex="0 0 auto", padding="0 18px 0 0"),
        )  # fmt: skip
        pairs = [("output", "chances"), ("started", "completed")]
        figures = [widgets.HBox([self.charts[name] for name in pair], layout=widgets.Layout(flex_flow="row wrap"))
                   for pair in pairs]  # fmt: skip
        right = widgets.VBox(
            [self._status, self._bar, self._table, *figures, self.charts["moves"]],
            layout=widgets.Layout(flex="1 1 auto", min_width="0"),
        )
        return widgets.VBox([widgets.HTML(said.STYLE), widgets.HBox([left, right], layout=_WIDE)], layout=_WIDE)

    @property
    def values(self) -> dict[str, float]:
        """The levers that do not stand where the scenario has them."""
        return {dial.entry.id: self.sliders[dial.entry.id].value for dial in self._dials
                if self.sliders[dial.entry.id].value != dial.start}  # fmt: skip

    def _ask(self) -> None:
        if self._quiet:
            return
        self._question = Question(turned(self._picked, self.values), self._baseline, self.runs.value)
        if self._shown is not None:
            self._status.value = said.STALE
        self._refiner.ask(self._question)

    def _told(self, question: Question, found: Answer) -> None:
        drawn = rows(found, self._words)
        self._post(lambda: self._show(question, found, drawn))

    def _show(self, question: Question, found: Answer, drawn: dict[str, list[dict[str, Any]]]) -> None:
        if question is not self._question:
            return
        self.answer = found
        for name, chart in self.charts.items():
            chart.show(drawn[name])
        self._table.value = said.table(found.chances, found.runs, self._words)
        self._status.value = said.status(found, self._seed, self._enterprises)
        self._bar.max, self._bar.value = found.asked, found.runs
        self._shown = question

    def _failed(self, question: Question, error: Exception) -> None:
        def tell() -> None:
            if question is self._question:
                self._status.value = said.wrong(f"没有算成：{error}")  # the next answer takes its place

        self._post(tell)

    def _pick(self) -> None:
        if self._quiet:
            return
        try:
            self._picked = load_scenario(self.scenario.value)
        except ScenarioInvalid as error:
            self._say(said.wrong("\n".join(map(str, error.problems))))
            with self._silently():
                self.scenario.value = self._picked.name
            return
        self._dials = dials(self._picked, self._more)
        with self._silently():
            for dial in self._dials:
                self._facts[dial.entry.id].value = said.facts(dial)
                self.sliders[dial.entry.id].options = dial.places
        self._say("")
        self._reset()

    def _reset(self) -> None:
        with self._silently():
            for dial in self._dials:
                self.sliders[dial.entry.id].value = dial.start
        self._ask()

    def _save(self) -> bool:
        name = self.name.value.strip() or (self._picked.name if not self.values else "")
        try:
            if not name:
                raise NameNotUsable("请先在“另存为”里写一个名字：小写英文字母、数字、连字符。")
            path = save(self._picked, self.values, name)
        except (NameNotUsable, NotAsMoved, ScenarioInvalid) as error:
            self._say(said.wrong(str(error)))
            return False
        with self._silently():
            self.scenario.options = _options()
            self.scenario.value = name
        self._pick()
        self._say(said.right(f"已保存：scenarios/{path.name}。命令行里同名可用：tenglong targets {name}"))
        return True

    def _brief(self) -> None:
        if self.values and not self._save():
            return
        self._briefings.make(self._picked.name, self.runs.value, self._seed, self._enterprises)

    def _say(self, text: str) -> None:
        self._message.value = text

    def _post(self, show: Callable[[], None]) -> None:
        """Change widgets in the kernel's own thread where there is one that waits for events."""
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(show)
        else:
            show()

    @contextmanager
    def _silently(self) -> Iterator[None]:
        was, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = was


def sliders(
    scenario: str = BASELINE, runs: int = RUNS, seed: int = DEFAULT_SEED, enterprises: int = ENTERPRISES,
    more: Sequence[str] = (),
) -> Sliders:  # fmt: skip
    """Return the bench: a scenario's levers as sliders, its answers against the baseline under the same luck.

    A bench that was made before gives way: a cell that is run again would else leave its work behind.

    Args:
        scenario: which to begin with, a name in ``scenarios/``.
        runs: how many runs an answer is refined to; its numbers are those of ``tenglong run --runs``.
        enterprises: size of the synthetic population; smaller ones are scaled up and quicker.
        more: ids of further levers to show.

    Raises:
        ScenarioNotFound, ScenarioInvalid: the scenario or the baseline cannot be used.
        UnknownEntry: no such lever. TooFewRows: the population is too small.
    """
    made = Sliders(scenario, runs, seed, enterprises, more)
    for before in _in_use:
        before.give_way()
    _in_use[:] = [made]
    return made


def _slider(dial: Dial) -> widgets.SelectionSlider:
    return widgets.SelectionSlider(
        options=dial.places, value=dial.start, description=dial.entry.title.zh, tooltip=dial.hover,
        continuous_update=True, style={"description_width": "215px"}, layout=widgets.Layout(width="440px"),
    )  # fmt: skip


def _options() -> list[tuple[str, str]]:
    found = []
    for name in scenario_names():
        try:
            found.append((f"{load_scenario(name).title.zh}（{name}）", name))
        except ScenarioInvalid:
            found.append((f"{name}（文件有错）", name))
    return found


def _kernel_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop in which a notebook's kernel waits for events; None outside one, where nobody waits."""
    from IPython.core.getipython import get_ipython

    return asyncio.get_running_loop() if hasattr(get_ipython(), "kernel") else None
