"""A scenario: what a run is asked to assume. Two scenarios with the same digest give the same runs."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel, ConfigDict

from sim.own import RegisterFile, SeriesFile, usual_series
from sim.scenario.catalogue import Entry, Steps, Title, catalogue
from sim.scenario.distribution import Distribution
from sim.scenario.months import LAST_MONTH, month_text
from sim.scenario.posterior import PosteriorFile

HORIZONS = ("2027-12", "2030-12")
EITHER = "0或1"
"""The unit of a lever that is on or off and nothing between."""


class Scenario(BaseModel):
    """A resolved scenario: defaults, parents and its own changes merged.

    ``levers`` holds the city-wide steps of every lever; ``district_levers`` the steps of levers set for one
    district only. Quantities per year of a district lever are that district's own. ``structure`` holds the option
    of every structural switch. ``output_series`` is the user's own monthly output that the forecast rests on; without
    one it rests on public evidence. ``register_file`` holds the user's own enterprises, which take the place of the
    synthetic ones. ``calibration`` is the posterior sample that gives the uncertainties it holds; without one all are
    drawn from ``uncertainties``, their priors.
    """

    model_config = ConfigDict(frozen=True)
    name: str
    title: Title
    why: dict[str, str]
    extends: tuple[str, ...]
    levers: dict[str, Steps]
    district_levers: dict[str, dict[str, Steps]]
    uncertainties: dict[str, Distribution]
    structure: dict[str, str]
    horizon: int
    targets: tuple[str, ...]
    output_series: SeriesFile | None = None
    register_file: RegisterFile | None = None
    calibration: PosteriorFile | None = None

    __iter__ = None  # type: ignore[assignment]
    """One thing, not its parts: ``mesa.batch_run`` takes what can be gone through for a list of values to try."""

    @property
    def months(self) -> int:
        """Number of simulated months from 2021-01 to the horizon, both included."""
        return self.horizon + 1

    def lever(self, name: str, month: int) -> float:
        """The value of a lever that holds in a month, but where a district has its own."""
        return [value for since, value in self.levers[name] if since <= month][-1]

    def canonical(self) -> str:
        """Everything that decides a run's result, as one text: not the name, the titles or the targets asked for."""
        content = {
            "levers": self.levers,
            "district_levers": self.district_levers,
            "uncertainties": {name: value.model_dump() for name, value in self.uncertainties.items()},
            "structure": self.structure,
            "horizon": self.horizon,
            "output_series": self.output_series.digest if self.output_series else None,
            "calibration": self.calibration.digest if self.calibration else None,
        }
        if self.register_file is not None:  # without one, what was always said of a scenario
            content["register"] = self.register_file.digest
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Short SHA-256 of :meth:`canonical`."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()[:16]

    def reference(self) -> Scenario:
        """The same horizon, structure, series, enterprises and posterior under the catalogue's defaults, which paths
        are anchored to."""
        same = {
            "structure": self.structure, "output_series": self.output_series, "register_file": self.register_file,
            "calibration": self.calibration,
        }  # fmt: skip
        return default_scenario(self.horizon).model_copy(update=same)


def default_scenario(horizon: int = LAST_MONTH) -> Scenario:
    """Every lever and uncertainty at its catalogue default, one's own monthly output where it usually lies."""
    entries = catalogue()
    return Scenario(
        name="reference",
        title=Title(zh="执行现状与既定计划", en="Policy of record"),
        why={},
        extends=(),
        levers={name: entry.default_steps for name, entry in entries.of_kind("lever").items()},
        district_levers={},
        uncertainties={
            name: entry.distribution
            for name, entry in entries.of_kind("uncertainty").items()
            if entry.distribution is not None
        },
        structure={name: entry.standard for name, entry in entries.of_kind("switch").items()},
        horizon=horizon,
        targets=(),
        output_series=usual_series(),
    )


def options_text(entry: Entry) -> str:
    """``logit（标准）按效用选；fixed_rates 按固定年率``."""
    return "；".join(
        f"{option}{'（标准）' if option == entry.standard else ''} {text}" for option, text in entry.options.items()
    )


def steps_text(steps: Steps) -> str:
    """``2025-01 起 27；2026-07 起 45``, or the plain number when the lever never changes."""
    if len(steps) == 1:
        return f"{steps[0][1]:g}"
    return "；".join(f"{month_text(month)} 起 {value:g}" for month, value in steps)
