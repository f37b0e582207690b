"""``tenglong sensitivity`` and ``tenglong validate`` as people type them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sim import workspace
from sim.analysis.sensitivity import sensitivity
from sim.analysis.validation import AVAILABLE, PRIOR_ONLY, Validation, stored, validation
from sim.ensemble.points import factors
from sim.ensemble.results import Results
from sim.report.index import listed
from sim.report.material import gather
from sim.report.publish import report_folder
from sim.report.trust import trust
from sim.report.verify import differences
from sim.report.wording import wording
from sim.scenario.catalogue import catalogue
from sim.scenario.load import load_scenario
from sim.scenario.posterior import posterior_named
from tests.small import ENTERPRISES, RUNS, SEED
from tests.whole.test_command_line import DONE, USAGE, tenglong

__all__ = ["tenglong"]

STARTED = "quality_space_2027.started"
FEW = ("--points", "16", "--trajectories", "2", "--enterprises", "1300", "--workers", "1")


def finished(home: Path, out: str) -> str:
    """Return the page whose path is the last line, and check its folder is whole and its addresses few."""
    path = home / out.splitlines()[-1]
    name = path.parent.name.partition("-")[0]
    assert sorted(file.name for file in path.parent.iterdir()) == sorted(
        [f"{name}.ipynb", "report.html", "run.json", "summary.json"]
    )
    html = path.read_text(encoding="utf-8")
    assert not differences(path.parent) and path.parent in [one.folder for one in listed(path.parents[1])]
    bare = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?!data:|#)[^"'\s>]+""", bare)
    return html


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--points", "100"), "2 的幂"),
        (("--target", "no_such"), "no_such"),
        (("--enterprises", "50"), "样本量 50 太小"),
    ],
)
def test_what_cannot_be_analysed_is_refused_before_the_first_run(home: Path, tenglong, words, said) -> None:
    answer = tenglong("sensitivity", *words)
    assert answer.code == USAGE and said in answer.err


@pytest.mark.slow
def test_sensitivity_in_words_and_for_machines(
    home: Path, tenglong, monkeypatch: pytest.MonkeyPatch, results: Results
) -> None:
    before = report_folder(results.scenarios["baseline"], RUNS, SEED, ENTERPRISES, "zh")
    monkeypatch.setattr("sim.cli.credibility.STRUCTURES", (2, 2, 2, 2))
    words = ("sensitivity", "baseline", "--target", "quality_space_2027", *FEW)
    said = tenglong(*words, "--report")
    assert said.code == DONE
    for expected in ("开工口径", "竣工口径", "单个上楼项目建筑面积", "收敛", "95%自助法区间", "来自", "测准"):
        assert expected in said.out, expected
    page = finished(home, said.out)
    assert "图1" in page and page.count("data-chart=") == 2 and "tenglong sensitivity baseline --target" in page
    told = json.loads(tenglong(*words, "--json").out)
    assert list(told) == ["scenario", "stamp", "answers", "screening", "indices", "evidence", "worth_measuring"]
    assert {row["output"] for row in told["indices"]} == {"value", "spread", "reached"}
    assert {row["points"] for row in told["indices"]} == {4, 8, 16}
    effects = {row["factor"]: row["effect"] for row in told["screening"] if row["target"] == STARTED}
    assert effects.keys() == set(factors())
    assert effects["carbon.factor"] == effects["labour.reemployed_within_year"] == 0, "nobody reads them for space"
    assert effects["highrise.project_area_wan_m2"] > 0
    stamp = told["stamp"]
    assert stamp["runs"] == 2 * (len(effects) + 1) + 16 * (stamp["kept"] + 3) + 16
    made: list[str] = []
    again = sensitivity(
        load_scenario("baseline"), ["quality_space_2027"], 16, 2, stamp["seed"], 1_300,
        progress=lambda stage, done, total: made.append(stage),
    )  # fmt: skip
    assert not made and again.stamp == stamp, "it is kept"
    shares = {row["target"]: 0.0 for row in told["evidence"]}
    for row in told["evidence"]:
        shares[row["target"]] += row["share"]
    assert list(shares.values()) == pytest.approx([1, 1])
    assert report_folder(results.scenarios["baseline"], RUNS, SEED, ENTERPRISES, "zh") != before
    half_page = trust(gather(results, "baseline"), wording("zh")).html
    for expected in ("（开工口径）”主要取决于", "（竣工口径）”主要取决于", "这份不确定性", "--points 16"):
        assert expected in half_page, expected


@pytest.mark.slow
def test_validate_in_words_and_for_machines(fresh_home: Path, tenglong, results: Results) -> None:
    words = ("validate", "baseline", "--runs", "4", "--enterprises", "1300", "--workers", "1")
    said = tenglong(*words, "--report")
    assert said.code == DONE
    for expected in ("只有先验", "F009", "F015", "80%区间", "漂移", "相符", "2021年方案", "结构假设", "配对"):
        assert expected in said.out, expected
    page = finished(fresh_home, said.out)
    assert "图1" in page and page.count("data-chart=") == 1
    sample = posterior_named("baseline")
    assert sample is not None
    told, every = set(sample.columns), set(catalogue().of_kind("uncertainty"))
    assert page.count("<td>仅先验</td>") == len(every - told)
    assert page.count("<td>有后验可用，本情景用先验</td>") == len(told) > 0
    told = json.loads(tenglong(*words, "--json").out)
    tables = ["outcomes", "rivals", "patterns", "ablation", "moved", "output", "stated", "past", "uncertainties"]
    assert list(told) == ["scenario", "stamp", *tables]
    assert all(row["source"] for row in told["outcomes"])
    status = {row["id"]: row["status"] for row in told["uncertainties"]}
    assert status == {name: AVAILABLE if name in set(sample.columns) else PRIOR_ONLY for name in every}
    stated = [row for row in told["past"] if row["probability"] is not None]
    assert {row["basis"] for row in stated} == {"forecast"} and all(0 <= row["probability"] <= 1 for row in stated)
    assert all(row["origin"][:4] < row["deadline"][:4] for row in stated), "said before it was due"
    assert len({(row["id"], row["origin"]) for row in told["past"]}) == len(told["past"])
    half_page = trust(gather(results, "baseline"), wording("zh")).html
    assert f"拿{len(told['outcomes'])}个没有用来拟合的公布数" in half_page
    assert "tenglong validate baseline --runs 4" in half_page
    a_changed_hold_out_changes_its_table_alone(told)


def a_changed_hold_out_changes_its_table_alone(told: dict[str, Any]) -> None:
    """Nothing of the runs is made again, and what other structures and the forecast came to stays as it is."""
    made: list[str] = []

    def validated() -> Validation:
        return validation(load_scenario("baseline"), 4, told["stamp"]["seed"], 1_300, 1,
                          lambda stage, done, total: made.append(stage))  # fmt: skip

    first = validated()
    assert not made, "it is kept"
    file = workspace.data_dir() / "outcomes.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count("tax_per_mu,2021,49.1,") == 1
    file.write_text(text.replace("tax_per_mu,2021,49.1,", "tax_per_mu,2021,77.7,"), encoding="utf-8")
    assert stored(load_scenario("baseline")) is None, "a report does not tell of another table"
    second = validated()
    assert "runs" not in made, "the runs are those that are there"
    changed = first.outcomes.compare(second.outcomes)
    assert first.outcomes.loc[changed.index, "indicator"].to_list() == ["tax_per_mu"]
    for name in ("patterns", "ablation", "moved", "output", "stated", "past"):
        same = getattr(first, name).equals(getattr(second, name))
        assert same or name == "moved", name
    numbers = ["base", "difference", "lo", "hi"]
    assert second.moved[numbers].equals(first.moved[numbers]), "only the count of hits may change"
