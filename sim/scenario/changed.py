"""A scenario with a few things changed in Python: checked, named and kept apart like one from a file."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from itertools import chain, count
from typing import Any

from sim.scenario.load import BASELINE, load_scenario, override, scenario_names, scenario_of_text
from sim.scenario.months import month_index, month_text
from sim.scenario.output import KEY as OUTPUT
from sim.scenario.problems import Problem, ScenarioInvalid, WrongArgument
from sim.scenario.schema import Scenario

Steps = float | Mapping[str, float]
"""A value throughout, or values by the month (YYYY-MM) from which each holds."""

LEVERS = '{"highrise.project_starts_per_year": 45}'
STRUCTURE = '{"structure.priority": "lottery"}'
ARGUMENTS = {"extends": "base", OUTPUT: "output_series"}
"""Keys of the file that arguments are not called by."""


class ChangeInvalid(ScenarioInvalid):
    """What was asked for in Python cannot be used; each problem names the argument, for there is no file."""

    def __init__(self, problems: list[Problem], text: str) -> None:
        super().__init__(problems)
        self.args = ("\n".join(f"参数 {_argument(problem, text)}：{problem.message}" for problem in self.problems),)


def by_id(name: str, given: Any, example: str) -> Any:
    """Return what is given as values by the ids they are of.

    Raises:
        WrongArgument: it is no mapping.
    """
    if not isinstance(given, Mapping):
        raise WrongArgument(name, f"按编号的字典，如 {example}", given)
    return given


def _argument(problem: Problem, text: str) -> str:
    """The argument that became the line of the text where the problem is."""
    upto = text.splitlines()[: problem.line]
    key = next(line.partition(":")[0] for line in reversed(upto) if not line.startswith((" ", "-")))
    return ARGUMENTS.get(key, key)


def _scenario(name: str, text: str) -> Scenario:
    try:
        return scenario_of_text(name, text)
    except ScenarioInvalid as error:
        raise ChangeInvalid(error.problems, text) from None


def changed(
    base: str = BASELINE, levers: Mapping[str, Steps] | None = None, structure: Mapping[str, str] | None = None,
    output_series: str = "", name: str = "my-plan", title: str = "",
) -> Scenario:  # fmt: skip
    """Return a scenario that extends another, as its file would say it (:func:`changed_text`).

    Args:
        base: name of a scenario in ``scenarios/``.
        levers: value, or dated values, by the lever's id.
        structure: option by the id of a structural switch.
        output_series: path of one's own monthly output.
        name, title: what it is called; ``name`` as a file's would be.

    Raises:
        WrongArgument: ``levers`` or ``structure`` is no mapping.
        ScenarioNotFound: there is no such base.
        ChangeInvalid: with every slip, the argument it is in, and what is allowed.
    """
    load_scenario(base)
    return _scenario(name, changed_text(base, levers, structure, output_series, name, title))


def changed_since(base: Scenario, levers: Mapping[str, Steps], month: int) -> Scenario:
    """Return a scenario with some levers moved: a value holds from ``month`` on, dated ones from their own months.

    Raises:
        WrongArgument: ``levers`` is no mapping.
        ChangeInvalid: with every slip, and what is allowed.
    """
    dated = {
        lever: value if isinstance(value, Mapping) else {month_text(month): value}
        for lever, value in by_id("levers", levers, LEVERS).items()
    }
    asked = _scenario("my-plan", changed_text("", dated)).levers
    moved = {}
    for lever in dated:
        first = min(map(month_index, dated[lever]))
        newer = tuple(step for step in asked[lever] if first <= step[0] <= base.horizon)
        moved[lever] = override(base.levers[lever], newer) if newer else base.levers[lever]
    return base.model_copy(update={"levers": base.levers | moved})


def changed_text(
    base: str = BASELINE, levers: Mapping[str, Steps] | None = None, structure: Mapping[str, str] | None = None,
    output_series: str = "", name: str = "my-plan", title: str = "",
) -> str:  # fmt: skip
    """Return the file that says the same: to be put into ``scenarios/`` to keep the scenario."""
    from ruamel.yaml import YAML

    said: dict[str, Any] = {"name": name, "title": {"zh": title or name}}
    given = by_id("levers", levers or {}, LEVERS)
    moved = {lever: dict(value) if isinstance(value, Mapping) else value for lever, value in given.items()}
    switched = dict(by_id("structure", structure or {}, STRUCTURE))
    more = {"extends": base, "levers": moved, "structure": switched, OUTPUT: output_series}
    said |= {key: value for key, value in more.items() if value}
    text = StringIO()
    yaml = YAML()
    yaml.width = 4096  # a path is not broken
    yaml.dump(said, text)
    return text.getvalue()


def free_name(name: str) -> str:
    """Return ``name``, or with a number behind it, so that no scenario in ``scenarios/`` has it."""
    taken = set(scenario_names())
    return next(one for one in chain([name], (f"{name}-{number}" for number in count(2))) if one not in taken)
