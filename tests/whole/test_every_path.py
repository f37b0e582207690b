"""A path that an enterprise can take has its words, its kind and its place everywhere it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.abm.compiled import ledger
from sim.abm.events import PATHS, EventLog, UnknownPath, path_number
from sim.abm.processes.departure import POLICY_PATHS
from sim.analysis.incidence import KINDS
from sim.ensemble.fates import UNTOUCHED
from sim.report.charts import flows
from tests.generated import ROOT

STRINGS = sorted((ROOT / "sim" / "report" / "strings").glob("*.yaml"))


@pytest.mark.parametrize("file", STRINGS, ids=[file.stem for file in STRINGS])
def test_every_path_has_a_word(file: Path) -> None:
    words = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))["path"]
    lacking = [path for path in PATHS if not words.get(path)]
    assert not lacking, f"sim/report/strings/{file.name}: 请在 path: 下补 {'、'.join(lacking)}"
    assert not words.keys() - {*PATHS}, f"sim/report/strings/{file.name}: path: 下有 PATHS 里没有的"


def test_every_fate_is_counted_under_one_kind() -> None:
    """Newcomers have a table of their own; whoever else a kind leaves out would be missing from the shares."""
    counted = [path for paths in KINDS.values() for path in paths]
    wanted = {*PATHS, UNTOUCHED} - {"entered"}
    assert len(counted) == len({*counted}), "sim/analysis/incidence.py: 一条路径只能属于 KINDS 里的一类"
    assert {*counted} == wanted, f"sim/analysis/incidence.py 的 KINDS 与 PATHS 不同：{wanted ^ {*counted}}"


def test_every_path_has_a_small_chart() -> None:
    assert {*flows.PATHS} == {*PATHS}, f"sim/report/charts/flows.py 的 PATHS 不同：{({*flows.PATHS} ^ {*PATHS})}"


def test_loops_and_readable_forms_mean_the_same_paths() -> None:
    assert tuple(map(path_number, POLICY_PATHS)) == ledger.BY_POLICY_PATHS
    assert [PATHS[number] for number in (ledger.LEFT_CITY, ledger.LEFT_MARKET, ledger.ENTERED)] == [
        "left_city", "exited", "entered",
    ]  # fmt: skip


def test_a_path_that_is_none_is_refused_in_a_plain_sentence() -> None:
    none = np.zeros(0, np.int64)
    with pytest.raises(UnknownPath, match=r"没有路径“no-such-path”，现有：eliminated、.*CONTRIBUTING\.md"):
        EventLog().add(0, "no-such-path", "choice.leave", none, none, none, none)  # type: ignore[arg-type]
    assert "路径是一张定好的表" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
