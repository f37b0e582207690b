"""The command that gives an answer of a briefing again, of the same size and luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sim.scenario.months import month_text


@dataclass(frozen=True)
class Asking:
    """Who asked what, as commands name it.

    ``base``: the scenario it is compared with, empty where its levers are at rest. ``runs``, ``enterprises``: of the
    ensemble of the briefing. ``sizes``: replicates and enterprises by question, where they are not the commands' own.
    """

    scenario: str
    base: str
    targets: Sequence[str]
    as_of: int
    runs: int
    seed: int
    enterprises: int
    sizes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def commands(self, question: str) -> list[str]:
        """Return the commands of a question; none where no command has the size it was answered in."""
        name, base, now = self.scenario, self.base, month_text(self.as_of)
        aims, named = "".join(f" --target {target}" for target in self.targets), " ".join(self.targets)
        size, whole = self._size(question), self._written(self.runs, self.enterprises)
        beside = [f"tenglong compare {base} {name}{whole}"] if base and question not in self.sizes else []
        found = {
            "comparison": beside,
            "attribution": [f"tenglong attribute {base} {name}{aims}{size}"],
            "backcast": [f"tenglong backcast {target} --scenario {name}{size}" for target in self.targets],
            "bottlenecks": [f"tenglong bottlenecks {name}{aims}{size}"],
            "warnings": [f"tenglong warn {named} --scenario {name} --as-of {now}{size}"],
            "consistency": [f"tenglong consistency {name}{whole}"],
            "robustness": [f"tenglong robustness {base} {name}{aims}{whole}"] if base else [],
            "incidence": [f"tenglong incidence {name}{f' --against {base}' if base else ''}{size}"],
        }  # fmt: skip
        return [command.replace("  ", " ") for command in found[question]]

    def _size(self, question: str) -> str:
        given = self.sizes.get(question, {})
        return self._written(given.get("replicates"), given.get("enterprises"))

    def _written(self, runs: int | None, enterprises: int | None) -> str:
        sized = {"runs": runs, "seed": self.seed, "enterprises": enterprises}
        return "".join(f" --{name} {value}" for name, value in sized.items() if value is not None)


def ledger_command(scenario: str, sizes: Sequence[int], seed: int, enterprises: int) -> str:
    """Return the command of a variance ledger of these structures, parameter draws, demand paths and repeats."""
    asked = zip(("structures", "parameters", "paths", "repeats"), sizes, strict=True)
    design = "".join(f" --{name} {size}" for name, size in asked)
    return f"tenglong ledger {scenario}{design} --seed {seed} --enterprises {enterprises}"
