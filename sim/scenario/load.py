"""From a scenario's name or path to a resolved :class:`Scenario`, or to the full list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from os.path import isfile
from pathlib import Path
from typing import Any

from sim import registry, workspace
from sim.own.register import is_mapping
from sim.refusals import reason
from sim.scenario.catalogue import Steps, Title
from sim.scenario.checks import KEYS, check
from sim.scenario.distribution import Distribution
from sim.scenario.months import LAST_MONTH, month_index
from sim.scenario.output import KEY as SERIES
from sim.scenario.output import named_series
from sim.scenario.past import past_changes
from sim.scenario.posterior import KEY as POSTERIOR
from sim.scenario.posterior import posterior_named
from sim.scenario.problems import (
    NAME,
    Problem,
    ScenarioInvalid,
    ScenarioMisnamed,
    ScenarioNotFound,
    WrongArgument,
)  # fmt: skip
from sim.scenario.register import KEY as REGISTER
from sim.scenario.register import named_register
from sim.scenario.schema import Scenario, default_scenario
from sim.scenario.source import Source, read
from sim.scenario.unlikely import WHY, unlikely
from sim.tables import near

ENDINGS = (".yaml", ".yml")
MISNAMED = (".yaml.txt", ".yml.txt", ".txt", ".json")
"""Endings that editors leave: Windows' Notepad adds .txt, and Explorer hides it."""
_OWN_KEY = re.compile(rf"^({'|'.join(KEYS)})[ \t]*:".encode(), flags=re.MULTILINE)
BASELINE = "baseline"
"""The scenario that the others are compared with."""


@dataclass
class _Layer:
    """One file of an ``extends`` chain."""

    source: Source
    path: Path

    @property
    def data(self) -> dict[str, Any]:
        return self.source.data if isinstance(self.source.data, dict) else {}


def scenario_names() -> list[str]:
    """Names of the scenario files in ``scenarios/``, sorted, baseline first; a register's mapping,
    which may be kept beside the scenario that names it, is none."""
    folder = workspace.scenarios_dir()
    names = {path.stem for ending in ENDINGS for path in folder.glob(f"*{ending}") if not _of_register(path)}
    return sorted(sorted(names), key=lambda name: (name != BASELINE, name))


def _of_register(path: Path) -> bool:
    """Whether a file is a register's mapping and has none of a scenario's keys; what cannot be read may be either."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return is_mapping(content) and not _OWN_KEY.search(content)


def load_scenario(name: str | Path) -> Scenario:
    """Read a scenario by name (a file in ``scenarios/``) or by path.

    Raises:
        ScenarioNotFound: there is no such file.
        ScenarioInvalid: the file or one of its parents is wrong; all problems are listed.
    """
    path = locate(name)
    return _resolved(path, _text(path))


def as_scenario(given: Scenario | str) -> Scenario:
    """Return a scenario given as such, or by name or path (:func:`load_scenario`).

    Raises:
        WrongArgument: it is something else.
        And what :func:`load_scenario` raises.
    """
    if not isinstance(given, Scenario | str | Path):
        raise WrongArgument("scenario", "情景：名字、文件路径，或 sim.load_scenario(…)、sim.changed(…) 所得", given)
    return given if isinstance(given, Scenario) else load_scenario(given)


def scenario_of_text(name: str, text: str) -> Scenario:
    """Read a scenario from what its file in ``scenarios/`` would hold, without there being one.

    Raises:
        ScenarioInvalid: as :func:`load_scenario`; its lines are those of ``text``.
    """
    return _resolved(workspace.scenarios_dir() / f"{name}.yaml", text)


def _resolved(path: Path, text: str) -> Scenario:
    chain = _read_chain(path, text)
    problems = [problem for layer in chain for problem in layer.source.problems]
    if problems:
        raise ScenarioInvalid(problems)
    return _merge(chain)


def check_file(name: str | Path) -> list[Problem]:
    """All problems of a scenario file and its parents; empty when it can be run."""
    try:
        load_scenario(name)
    except ScenarioInvalid as error:
        return error.problems
    return []


def doubts(name: str | Path) -> list[Problem]:
    """What a scenario file without problems says that is allowed but rarely meant."""
    path = locate(name)
    own, *parents = _read_chain(path, _text(path))
    rest = {key: value for key, value in own.data.items() if key != "levers"}
    without = _Layer(replace(own.source, data=rest), own.path)
    return [*past_changes(own.source), *unlikely(own.source, _merge([own, *parents]), _merge([without, *parents]))]


def locate(name: str | Path) -> Path:
    """Return the file of a scenario.

    Raises:
        ScenarioNotFound: there is none.
        ScenarioInvalid: there are two of this name.
    """
    path = Path(name)
    if path.suffix in ENDINGS and isfile(path):
        return path
    folder, available = workspace.scenarios_dir(), scenario_names()
    if str(name) in available and (found := _named(folder, str(name))):  # a name, never a path
        return found
    misnamed = _misnamed(path)
    if misnamed is not None:
        raise ScenarioMisnamed(_display(misnamed))
    near_names = get_close_matches(str(name), available, n=2, cutoff=0.5)
    raise ScenarioNotFound(str(name), _display(folder), available, near_names)


def _named(folder: Path, name: str) -> Path | None:
    """The file of this name in a folder, if there is one.

    Raises:
        ScenarioInvalid: there are two.
    """
    found = [path for ending in ENDINGS if isfile(path := folder / f"{name}{ending}") and not _of_register(path)]
    if len(found) > 1:
        said = f"旁边还有 {found[0].name}，不知道要用哪一个。请删去其一，或改名。"
        raise ScenarioInvalid([Problem(_display(found[1]), 1, 1, said)])
    return found[0] if found else None


def _misnamed(path: Path) -> Path | None:
    """The file that is meant where its name does not end as a scenario's: as given, or of this name in scenarios/."""
    if isfile(path) and path.name.lower().endswith(MISNAMED):
        return path
    named = [workspace.scenarios_dir() / f"{path}{ending}" for ending in MISNAMED] if NAME.fullmatch(str(path)) else []
    return next((one for one in named if isfile(one)), None)


def _read_chain(path: Path, text: str) -> list[_Layer]:
    """The file of this text and its parents, youngest first; a missing or circular parent is noted as a problem."""
    chain: list[_Layer] = []
    while True:
        layer = _Layer(read(_display(path), text), path.resolve())
        chain.append(layer)
        parent = layer.data.get("extends")
        if not isinstance(parent, str) or not NAME.fullmatch(parent):
            break
        following = _named(path.parent, parent) or _named(workspace.scenarios_dir(), parent)
        if following is None:
            hint = near(parent, scenario_names()) or f"现有：{'、'.join(scenario_names())}。"
            layer.source.at_value(("extends",), f"extends 指向的情景 {parent} 不存在。{hint}")
            break
        if following.resolve() in [seen.path for seen in chain]:
            names = " → ".join(seen.path.stem for seen in chain)
            layer.source.at_value(("extends",), f"extends 成了环：{names} → {parent}。")
            break
        path, text = following, _text(following)
    horizon = _horizon(chain)
    ids = list(registry.targets())
    for layer in chain:
        check(layer.source, horizon, ids, layer.path)
    if not any(layer.source.problems for layer in chain):
        _check_said_once(chain)
    return chain


def _check_said_once(chain: list[_Layer]) -> None:
    """Note an uncertainty whose distribution is written although the posterior sample gives it."""
    named = next((layer.data[POSTERIOR] for layer in chain if POSTERIOR in layer.data), None)
    sample = posterior_named(named) if named else None
    for layer in chain if sample else ():
        for name in layer.data.get("uncertainties") or {}:
            if sample and name in sample.columns:
                layer.source.at_key(
                    ("uncertainties", name),
                    f"{name} 已由后验样本 {sample.name} 给出，不能另写分布。删去这一行，或写 calibration: prior。",
                )


def _text(path: Path) -> str:
    """The file's text with one kind of line end.

    Raises:
        ScenarioInvalid: it cannot be read, or is no UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ScenarioInvalid([Problem(_display(path), 1, 1, f"文件读不了：{reason(error)}。")]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        message = "文件不是 UTF-8 编码，这里的文字读不出来。请用编辑器另存为 UTF-8（记事本：另存为，编码选 UTF-8）。"
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ScenarioInvalid([Problem(_display(path), *place, message)]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _display(path: Path) -> str:
    """Path as the user would write it: relative to the current folder where possible."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def _horizon(chain: list[_Layer]) -> int:
    """The youngest stated horizon; one that cannot be read is reported by the check itself."""
    for layer in chain:
        if "horizon" in layer.data:
            try:
                return month_index(str(layer.data["horizon"]))
            except ValueError:
                return LAST_MONTH
    return LAST_MONTH


def _merge(chain: list[_Layer]) -> Scenario:
    base = default_scenario(_horizon(chain))
    levers, uncertainties, structure = dict(base.levers), dict(base.uncertainties), dict(base.structure)
    district_levers: dict[str, dict[str, Steps]] = {}
    asked: tuple[str, ...] = ()
    series, sample, register = base.output_series, base.calibration, base.register_file
    for layer in reversed(chain):
        district = layer.data.get("district")
        own = {name: _steps(value) for name, value in (layer.data.get("levers") or {}).items()}
        scope = levers if district is None else district_levers.setdefault(district, {})
        for name, steps in own.items():
            scope[name] = override(scope.get(name, ()), steps)
        for name, value in (layer.data.get("uncertainties") or {}).items():
            uncertainties[name] = Distribution.model_validate(value)
        structure |= layer.data.get("structure") or {}
        asked = tuple(layer.data.get("targets") or asked)
        series = named_series(layer.data[SERIES], layer.path.parent) if SERIES in layer.data else series
        register = named_register(layer.data[REGISTER], layer.path.parent) if REGISTER in layer.data else register
        sample = posterior_named(layer.data[POSTERIOR]) if POSTERIOR in layer.data else sample
    youngest = chain[0].data
    title = youngest["title"]
    return Scenario(
        name=youngest["name"],
        title=Title(zh=title["zh"], en=title.get("en", youngest["name"])),
        why={language: words for language, words in (youngest.get("why") or {}).items() if words != WHY},
        extends=tuple(layer.data["name"] for layer in chain[1:]),
        levers=_within(levers, base.horizon),
        district_levers={name: _within(steps, base.horizon) for name, steps in district_levers.items() if steps},
        uncertainties=uncertainties,
        structure=structure,
        horizon=base.horizon,
        targets=asked,
        output_series=series,
        register_file=register,
        calibration=sample,
    )


def _steps(value: float | dict[str, float]) -> Steps:
    if isinstance(value, dict):
        return tuple(sorted((month_index(month), float(number)) for month, number in value.items()))
    return ((0, float(value)),)


def override(older: Steps, newer: Steps) -> Steps:
    """From the first newer date on, only the newer steps hold; before it, the older ones."""
    first = newer[0][0] if newer else 0
    return (*(step for step in older if step[0] < first), *newer)


def _within(levers: dict[str, Steps], horizon: int) -> dict[str, Steps]:
    """Steps after the horizon, or to the value that holds already, change nothing and must not change the digest."""
    return {name: _settled(step for step in steps if step[0] <= horizon) for name, steps in levers.items()}


def _settled(steps: Iterable[tuple[int, float]]) -> Steps:
    kept: list[tuple[int, float]] = []
    for step in steps:
        if not kept or step[1] != kept[-1][1]:
            kept.append(step)
    return tuple(kept)
