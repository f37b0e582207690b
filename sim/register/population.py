"""The enterprises of a scenario's own register as the model takes them: all of them, or a sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from sim.own.register import RegisterFile
from sim.population import ENTERPRISES, Population, check_size
from sim.population.margins import YI, Members, compare, read_margins
from sim.population.synthesis import population_parameters
from sim.population.table import Table
from sim.register.candidates import unlisted, without_candidates
from sim.register.cleaning import Register, RegisterInvalid, read_register
from sim.register.disclosure import small_sides
from sim.register.dominance import dominated_sides
from sim.register.fields import FIELDS, LEAST
from sim.register.filling import Filled, fill
from sim.register.notes import DOUBTED, FIXED, IMPUTED, CellProblem, Note, cells_of, rows_of
from sim.register.totals import unlike

OF_FEW = ("tax_per_mu_p05", "tax_per_mu_p95", "top_share", "site_output")
"""Measures of margins that may be of a few enterprises, or of one."""
UNLIKE = 2.0
"""Output above scale was 17,887 in 2020 (A003) and about 26,200 in 2024: within twice of the first in any year."""
UNLIKE_CITY = (
    "规上产值合计是全市 2020 年公开数的 {share}%。模型按全市的项目、土地和指标推算，产值也以全市的预测为准：{how}"
)
LESS = "名录若只是一部分企业，请在映射文件里写 represents（这些行共代表多少家企业），或只看与情景之差"
MORE = "比全市还多得多，请核对名录的范围、年份、有无重复与产值的单位，或只看与情景之差"
ONE_DOMINATES = (
    "有一家{side}企业的产值、税收等某个量占去全市{side}合计的绝大部分：合计藏不住它。对外发布这份名录的结果之前，"
    "请先征得这家企业同意，或把它从名录里删去"
)


@dataclass(frozen=True)
class Ready:
    """A register that can be run: as it was read, and filled up."""

    register: Register
    filled: Filled

    @property
    def rows(self) -> int:
        """Rows that a run takes when it takes all."""
        return len(self.filled.table["id"])

    @property
    def stands_for(self) -> int:
        """Enterprises that these rows stand for."""
        return self.register.represents or self.rows

    def share_of_city(self) -> float:
        """Output above scale over the city's published one of 2020 (A003)."""
        table = self.filled.table
        output = float(table["demand_wan"][table["above_scale"]].sum()) * self.stands_for / self.rows
        return output / (read_margins(population_parameters())["gross_output_above_scale"].value * YI)

    def told(self) -> dict[str, Any]:
        """What results may say of it: counts of rows, those below ten only as such; columns by our names for them."""
        notes = [*self.register.notes, *self.filled.notes]
        titles = {heading: FIELDS[name].title_zh for name, heading in self.register.headings.items()}
        return {
            "rows": self.rows, "refused": _count(self.register.refused), "fixed": _count(rows_of(notes, FIXED)),
            "imputed": {titles.get(name, name): _count(count) for name, count in cells_of(notes, IMPUTED).items()},
            "synthesised": [note.column for note in notes if note.kind == IMPUTED and not len(note.rows)],
            "year": self.register.year, "stands_for": self.stands_for,
            "output_above_scale_share": round(self.share_of_city(), 3),
            "unlisted": {one.indicator: one.reason for one in unlisted(self.filled.table)},
        }  # fmt: skip


def ready(file: RegisterFile, data: str) -> Ready:
    """Read, clean and fill up a register; ``data`` is the digest of the tables.

    Raises:
        RegisterChanged, Unreadable, MappingInvalid: it cannot be read.
        RegisterInvalid: with every problem that must be mended.
    """
    file.require_unchanged()
    return _ready(file, data)


@lru_cache(maxsize=1)
def _ready(file: RegisterFile, data: str) -> Ready:
    register = read_register(file)
    if register.stops:
        raise RegisterInvalid(register.stops)
    return complete(register, data)


def complete(register: Register, data: str) -> Ready:
    """Fill up a register without problems.

    Raises:
        RegisterInvalid: a side of the threshold has so few enterprises that totals would tell of them.
    """
    found = Ready(register, fill(register, data))
    table, share, doubts = found.filled.table, found.share_of_city(), []
    if register.represents is None and not 1 / UNLIKE <= share <= UNLIKE:
        said = UNLIKE_CITY.format(share=f"{100 * share:,.1f}", how=LESS if share < 1 else MORE)
        doubts.append(Note(DOUBTED, register.headings["output"], said))
    doubts += [*unlike(register, table), *without_candidates(register, table)]
    doubts += [Note(DOUBTED, "", ONE_DOMINATES.format(side=side)) for side in dominated_sides(table)]
    found = Ready(register, Filled(table, (*found.filled.notes, *doubts)))
    if said := small_sides(found.filled.table["above_scale"]):
        raise RegisterInvalid([CellProblem(register.file, register.sheet, 0, "", "", said)])
    return found


def size_of(file: RegisterFile | None, enterprises: int, data: str) -> int:
    """Return how many rows a run has: all of a register, or at most half where fewer than the city's are asked for.

    Raises:
        TooFewRows: a sample that is too small.
        As :func:`ready`.
    """
    if file is None:
        check_size(enterprises)
        return enterprises
    rows = ready(file, data).rows
    if enterprises >= ENTERPRISES or 2 * enterprises > rows:  # totals of all less those of nearly all tell of the rest
        return rows
    check_size(enterprises)
    return enterprises


@lru_cache(maxsize=4)
def population(file: RegisterFile, enterprises: int, data: str) -> Population:
    """Return the population of a register; ``enterprises`` as :func:`size_of` gives it.

    A sample is every so-manieth enterprise by district, industry, side and output; each stands for as many.

    Raises:
        As :func:`ready`.
    """
    found = _ready(file, data)
    table, weight = found.filled.table, found.stands_for / enterprises
    step = found.rows / enterprises
    if step > 1:
        order = np.lexsort((table["demand_wan"], table["above_scale"], table["industry"], table["district"]))
        chosen = np.sort(order[((np.arange(enterprises) + 0.5) * step).astype(int)])
        table = {name: column[chosen] for name, column in table.items()} | {
            "id": np.arange(enterprises, dtype=table["id"].dtype)
        }
        if said := small_sides(table["above_scale"]):
            where = found.register
            told = f"抽取 {enterprises:,} 家时，{said}；也可去掉 --enterprises，用全部企业。"
            raise RegisterInvalid([CellProblem(where.file, where.sheet, 0, "", "", told)])
    margins = {name: margin for name, margin in read_margins(population_parameters()).items()
               if not (margin.district or margin.industry or margin.size or margin.measure in OF_FEW)}  # fmt: skip
    return Population(table, weight, compare(margins, _exact(table), _members(table), weight))


def _exact(table: Table) -> Table:
    return {name: column.astype(float) if column.dtype.kind == "f" else column for name, column in table.items()}


def _members(table: Table) -> Members:
    n = len(table["id"])
    return Members(table["district"].astype(int), table["industry"].astype(int), table["above_scale"], np.full(n, -1))


def _count(count: int) -> int | str:
    return count if count == 0 or count >= LEAST else f"<{LEAST}"
