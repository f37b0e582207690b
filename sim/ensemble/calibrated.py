"""Whether a posterior sample may be drawn from: only if the present model and data made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.ensemble.stamp import data_digest, model_digest, table_digest
from sim.scenario.posterior import FOLDER, location_of, posterior_named, problems

if TYPE_CHECKING:
    from sim.scenario.posterior import PosteriorFile
    from sim.scenario.schema import Scenario

STATISTICS = "calibration/statistics.csv"
"""What samples are calibrated to; no run reads it, and none depends on it but through a sample."""


class PosteriorRefused(ValueError):
    """A sample that another model, other data or other statistics made."""

    def __init__(self, name: str, changed: list[str], command: str) -> None:
        self.name, self.changed = name, changed
        super().__init__(
            f"后验样本 {FOLDER}/{name}.csv 不能用：它算成之后，{'、'.join(changed)}改过，"
            "由它抽出的参数不再是现在这个模型的后验。"
            f"请重新校准：{command}；或在情景里去掉 calibration，改用先验。"
        )


def made_by() -> dict[str, str]:
    """Return the digests a sample's stamp must hold: of the model's code, of the data runs read, of the statistics."""
    return {"model": model_digest(), "data": data_digest(), "statistics": table_digest(STATISTICS)}


def changed_since(sample: PosteriorFile) -> list[str]:
    """Say in Chinese what has changed since a sample was made; empty when it may be drawn from."""
    stamp, names = sample.stamp(), {"model": "模型", "data": "数据", "statistics": "校准用的统计量"}
    return [names[key] for key, digest in made_by().items() if stamp.get(key) != digest]


def current_sample(name: str) -> PosteriorFile | None:
    """Return the sample of this name if there is one that the present model may draw from, else None."""
    if not location_of(name).is_file() or problems(name):
        return None
    found = posterior_named(name)
    return None if found is None or changed_since(found) else found


def require_current(scenario: Scenario) -> None:
    """Refuse a scenario whose posterior sample the present model and data did not make.

    Raises:
        PosteriorRefused.
    """
    if scenario.calibration is not None and (changed := changed_since(scenario.calibration)):
        command = scenario.calibration.stamp().get("command", "tenglong calibrate")
        raise PosteriorRefused(scenario.calibration.name, changed, command)
