"""Of a target it is said which drawn parameters its number moves with, or what has to be run before that is known."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import registry
from sim.analysis import deciding as module
from sim.analysis.deciding import LABEL, deciding
from sim.analysis.explain import explain
from sim.ensemble.results import Results
from sim.ensemble.runner import run
from sim.scenario.catalogue import catalogue
from tests.small import ENTERPRISES, SEED
from tests.whole.test_command_line import Said, tenglong

__all__ = ["tenglong"]

RUNS, TARGET = 64, "highrise_projects_2027"


def test_explain_names_the_targets_it_is_about_and_parameters_have_none() -> None:
    assert set(explain("quality_space_2027").targets) == {"quality_space_2027.started", "quality_space_2027.completed"}
    assert explain("highrise.project_starts_per_year").targets == ()


def test_without_results_it_is_said_what_makes_them(fresh_home: Path, tenglong: Callable[..., Said]) -> None:
    [(label, said)] = deciding(["gross_output_2027"])
    assert label == LABEL and "tenglong report baseline --quick" in said and "tenglong sensitivity baseline" in said
    tracked = next(target.id for target in registry.targets().values() if target.basis == "tracked")
    assert deciding([tracked]) == [] == deciding([])
    assert LABEL in tenglong("explain", "gross_output_2027").out


def test_a_parameter_that_moves_the_number_is_named_with_its_evidence_and_chance_is_not(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = registry.targets()[TARGET]
    year, luck = int(target.deadline[:4]), np.random.default_rng(7)
    drawn, other = luck.random(RUNS), luck.random(RUNS)
    names = results.parameters["parameter"].cat.categories[:2]
    parameters = pd.concat([
        pd.DataFrame({"scenario": "baseline", "replicate": range(RUNS), "parameter": name, "value": values})
        for name, values in zip(names, (drawn, other), strict=True)
    ])  # fmt: skip
    demand = pd.DataFrame({"replicate": range(RUNS), "year": 2030, "gross_output": luck.random(RUNS)})
    cells = pd.DataFrame({"scenario": "baseline", "replicate": range(RUNS), "year": year, "district": "全市",
                          target.indicator: drawn * 100})  # fmt: skip
    made = replace(results, cells=cells, parameters=parameters, demand=demand)
    said = module._told(made, target)
    assert said.startswith(f"{catalogue()[names[0]].title.zh}（{names[0]}，") and "+1.00（基准情景64次" in said
    assert names[1] not in said
    assert "没有哪一个单独看得出" in module._told(replace(made, cells=cells.assign(
        **{target.indicator: luck.random(RUNS)}
    )), target)  # fmt: skip
    few = cells[cells["replicate"] < 10]
    assert "次数太少" in module._told(replace(made, cells=few), target)


def test_of_kept_results_of_few_runs_it_is_said_that_they_are_too_few(home: Path, results: Results) -> None:
    run(["baseline"], results.runs, SEED, ENTERPRISES, workers=1).save("kept-for-deciding")
    try:
        (one, said), (_, other) = deciding([TARGET, "gross_output_2027"])
        assert one == LABEL and said.startswith(f"{TARGET} ") and "次数太少" in said
        assert other.startswith("gross_output_2027 ")
    finally:
        shutil.rmtree(home / "runs" / "results" / "kept-for-deciding")
