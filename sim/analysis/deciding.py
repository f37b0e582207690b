"""Which drawn parameters decide what runs say of a target, by the newest gathered results of the baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim import registry, workspace
from sim.analysis.decisive import FEW
from sim.scenario.catalogue import GRADE_ZH, catalogue
from sim.scenario.load import BASELINE, load_scenario

if TYPE_CHECKING:
    from sim.ensemble.results import Results

LABEL = "由哪些抽取的参数决定"
MOST = 3
"""Parameters that are named."""
BY_CHANCE = 3.5
"""Standard errors that the largest of some forty rank correlations hardly reaches by chance (once in fifty times)."""


def deciding(ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return a line, as (label, text), on each of the targets that runs answer; none where they answer none of them.

    Where there are no results of the baseline as it stands, by the present code and data, the line says what makes
    them.
    """
    from sim.ensemble.kept import newest
    from sim.ensemble.results import load_results

    known = registry.targets()
    asked = [known[name] for name in ids if known[name].basis != "tracked"]
    if not asked:
        return []
    folder = newest(workspace.results_dir().name, load_scenario(BASELINE))
    if folder is None:
        how = f"tenglong report {BASELINE} --quick 之后再看；各占多少份额：tenglong sensitivity {BASELINE}"
        return [(LABEL, f"还没有可用的运行结果，{how}")]
    results = load_results(folder)
    told = [(target, _told(results, target)) for target in asked]
    return [(LABEL, f"{target.id} {said}" if len(asked) > 1 else said) for target, said in told]


def _told(results: Results, target: registry.Target) -> str:
    """Name the parameters with which a target's number moves most, by rank."""
    from sim.analysis.attainment import reached_value
    from sim.analysis.robustness import futures

    values = reached_value(results, BASELINE, target)
    if values is None or len(values := values.dropna()) < FEW or values.nunique() == 1:
        return f"{results.runs}次运行说不出来：次数太少，或各次得到的数都一样"
    ranks = futures(results, BASELINE).reindex(values.index).corrwith(values, method="spearman").dropna()
    least = min(1.0, BY_CHANCE / math.sqrt(len(values) - 1))
    most = ranks[ranks.abs() >= least].sort_values(key=abs, ascending=False).head(MOST)
    runs = f"基准情景{len(values)}次运行里的秩相关，不到{least:.2f}的可能只是偶然，不列"
    if most.empty:
        return f"没有哪一个单独看得出（{runs}）"
    return "、".join(_named(str(name), value) for name, value in most.items()) + f"（{runs}）"


def _named(name: str, value: float) -> str:
    """Name a parameter with its evidence, or the forecast's path, which is drawn as well."""
    entry = catalogue().get(name)
    title = "产值的需求路径" if entry is None else f"{entry.title.zh}（{name}，{GRADE_ZH[entry.grade]}）"
    return f"{title} {value:+.2f}"
