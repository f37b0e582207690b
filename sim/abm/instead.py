"""What cannot be asked of enterprises, and what to ask instead."""

from __future__ import annotations

from collections.abc import Sequence

from sim.tables import near

IN_A_PROCESS = "sim/abm/processes/ 里的过程（设立见 entry.py，退出见 departure.py）"
INSTEAD = {
    "shuffle": "to_frame().sample(frac=1)（次序不影响模型，运气按企业编号）",
    **dict.fromkeys(("add", "remove", "discard", "pop", "clear"), IN_A_PROCESS),
    "set": "model.enterprises.列名[行] = 值",
    "first": "[0]", "head": "[:5]", "tail": "[-5:]", "iloc": "[3] 或 [2:5]", "loc": "by_id(编号)",
    "count": "len(…)", "size": "len(…)", "columns": "described()", "query": "select(…)",
    **{name: f"to_frame().{name}" for name in ("index", "values", "shape", "describe", "sort_values")},
}  # fmt: skip
"""What those who know Mesa or pandas look for, and what does it here."""


class WorksOnColumns(TypeError):
    """Something that only objects can do was asked of columns."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"企业是列，不是对象，没有 {asked}。改状态请写列：model.enterprises.demand_wan[rows] *= 1.1；"
            "新的行为请在 sim/abm/processes/ 加一个过程，并列入 sim/abm/schedule.py；"
            "只读请用 select、sort、agg、groupby、get、map。"
        )


class NoSuchColumn(AttributeError):
    """An attribute of enterprises that is none of their columns."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        self.asked = asked
        there = f"{near(asked, list(known))}有的列：{'、'.join(known)}。"
        super().__init__(
            f"企业没有 {asked}，请用 {INSTEAD[asked]}。" if asked in INSTEAD else f"企业没有 {asked} 这一列。{there}"
        )


class AllAtOnce(ValueError):
    """A function of columns asked of them what can be asked of one enterprise alone."""

    def __init__(self) -> None:
        super().__init__(
            "函数一次得到所有企业的列，不能用 and、or、not、if、in 或 1 < x < 10。请写 &、|、~，每个比较加括号："
            "(e.district == 1) & (e.employees > 10)；是几个之一写 np.isin(e.district, [1, 2])。"
        )


class NoSuchEnterprise(LookupError):
    """A position beyond the last, or an id that nobody has."""

    @classmethod
    def at(cls, position: int, count: int) -> NoSuchEnterprise:
        """Asked by position."""
        return cls(
            f"没有第 {position} 家：这里有 {count} 家，从 0 数起。"
            "事件里的 enterprise 是企业编号（列 id），不是第几家，请用 by_id(编号)。"
        )

    @classmethod
    def numbered(cls, number: int) -> NoSuchEnterprise:
        """Asked by id."""
        return cls(f"没有编号（列 id）为 {number} 的企业。若是第几家（从 0 数起），请写 model.enterprises[{number}]。")
