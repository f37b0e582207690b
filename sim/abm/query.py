"""Asking about enterprises as Mesa asks an AgentSet, answered from columns instead of objects.

``select, agg, groupby, get, map`` and ``[17]`` mean what they mean on :class:`mesa.agent.AgentSet`, with one
difference: a filter or a group key is computed for all enterprises at once, from their columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.problems import WrongArgument
from sim.tables import near

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
Positions = NDArray[np.intp]
MASK = "每家一个真假的布尔列，或算出它的函数，如 lambda firms: firms.live & (firms.demand_wan > 2000)"


class WorksOnColumns(TypeError):
    """Something that only objects can do was asked of columns."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(
            f"企业是列，不是对象，没有 {asked}。改状态请写列：model.enterprises.demand_wan[rows] *= 1.1；"
            "新的行为请在 sim/abm/processes/ 加一个过程，并列入 sim/abm/schedule.py；"
            "只读请用 select、agg、groupby、get、map。"
        )


class NoSuchColumn(AttributeError):
    """An attribute of enterprises that is none of their columns."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        self.asked = asked
        super().__init__(f"企业没有 {asked} 这一列。{near(asked, list(known))}有的列：{'、'.join(known)}。")


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


class Firm:
    """One enterprise, read-only: ``firm.demand_wan``; shown with units and meanings.

    It is a view, and shows what the model makes of the enterprise next. Two are equal if they show the same enterprise
    of the same model. ``copy`` gives an equal one; ``deepcopy`` one of a copy of all columns, which stays as it is now.
    """

    __slots__ = ("_columns", "position")

    def __init__(self, columns: Any, position: int) -> None:
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "position", position)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        column = getattr(self._columns, name)
        if not isinstance(column, np.ndarray):
            raise NoSuchColumn(name, list(self._columns.described()))
        return column[self.position].item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._columns.described():
            raise NoSuchColumn(name, list(self._columns.described()))
        raise WorksOnColumns(f"可写的属性 {name}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Firm):
            return NotImplemented
        return self._columns is other._columns and self.position == other.position

    def __hash__(self) -> int:
        return hash((id(self._columns), self.position))

    def __reduce__(self) -> tuple[type[Firm], tuple[Any, int]]:
        return Firm, (self._columns, self.position)

    def __repr__(self) -> str:
        described = self._columns.described()
        lines = [
            f"  {name:<22}{getattr(self, name)!s:<14.12} {unit:<10}{meaning}"
            for name, (_, unit, meaning) in described.items()
        ]
        return "\n".join([f"第 {self.position} 家企业", *lines])


class Query:
    """What :class:`sim.abm.enterprises.Enterprises` and every selection of them answer."""

    _positions: Positions
    _all: Any

    def __len__(self) -> int:
        return int(self._positions.size)

    def __iter__(self) -> Iterator[Firm]:
        return (Firm(self._all, int(position)) for position in self._positions)

    def __getitem__(self, index: int) -> Firm:
        """Return the one in this place, as an AgentSet does; by its id, see :meth:`by_id`.

        Raises:
            NoSuchEnterprise: there are fewer.
        """
        if not -len(self) <= index < len(self):
            raise NoSuchEnterprise.at(index, len(self))
        return Firm(self._all, int(self._positions[index]))

    def by_id(self, number: int) -> Firm:
        """Return the one with this id, which is what an event calls ``enterprise``.

        Raises:
            NoSuchEnterprise: none of these has it.
        """
        found = np.flatnonzero(self.get("id") == number)
        if not found.size:
            raise NoSuchEnterprise.numbered(number)
        return self[int(found[0])]

    def select(self, keep: Mask | Callable[[Any], Mask] | None = None, at_most: int | float = np.inf) -> Selection:
        """Return those for whom ``keep`` holds, in order, at most so many.

        Args:
            keep: a mask, or a function of these enterprises' columns that gives one:
                ``select(lambda firms: firms.demand_wan > 2000)``.
            at_most: a number, or as a float up to 1 a share of these enterprises (rounded down).

        Raises:
            WrongArgument: ``keep`` gives no mask of these enterprises, or ``at_most`` is neither.
        """
        rows = self._positions
        if keep is not None:
            given = keep(self) if callable(keep) else keep
            mask = np.asarray(given)
            if mask.dtype != bool or mask.shape != rows.shape:
                raise WrongArgument("keep", MASK, given)
            rows = rows[mask]
        share = isinstance(at_most, float) and (at_most <= 1 or at_most == np.inf)
        if at_most < 0 or not (share or isinstance(at_most, Integral)):
            raise WrongArgument("at_most", "家数（不小于0的整数），或0至1的比例（小数）", at_most)
        most = len(self) * at_most if isinstance(at_most, float) and at_most <= 1 else at_most
        return Selection(self._all, rows if most == np.inf else rows[: int(most)])

    def get(self, names: str | Sequence[str]) -> NDArray[Any] | pd.DataFrame:
        """Return a copy of one column, or a frame of several."""
        if isinstance(names, str):
            column: NDArray[Any] = getattr(self._all, names)[self._positions]
            return column
        import pandas as pd

        return pd.DataFrame({name: self.get(name) for name in names}, index=self._positions)

    def agg(self, name: str, func: Callable[[Any], Any] | Sequence[Callable[[Any], Any]]) -> Any:
        """Apply one function, or each of several, to a column."""
        values = self.get(name)
        return func(values) if callable(func) else [one(values) for one in func]

    def groupby(self, by: str | Callable[[Any], NDArray[Any]]) -> Groups:
        """Group by a column, or by the labels a function computes from the columns."""
        labels = np.asarray(by(self) if callable(by) else self.get(by))
        return Groups({label.item(): Selection(self._all, self._positions[labels == label])
                       for label in np.unique(labels)})  # fmt: skip

    def map(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a function with each enterprise; slow, for a look at a few."""
        return [function(firm, *args, **kwargs) for firm in self]

    def do(self, *args: Any, **kwargs: Any) -> None:
        """Refuse, and say what to use instead.

        Raises:
            WorksOnColumns: always.
        """
        raise WorksOnColumns("do()")

    shuffle_do = do


class Selection(Query):
    """Some of the enterprises; ``selection.demand_wan`` is a copy of their part of a column."""

    def __init__(self, columns: Any, positions: Positions) -> None:
        object.__setattr__(self, "_all", columns)
        object.__setattr__(self, "_positions", positions)

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        column: NDArray[Any] = getattr(self._all, name)[self._positions]
        return column

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse: what was selected is a copy, into which a change would be lost."""
        raise WorksOnColumns(f"可写的列 {name}（挑出来的是副本）")


class Groups:
    """Selections by label, as Mesa's GroupBy."""

    def __init__(self, groups: dict[Any, Selection]) -> None:
        self.groups = groups

    def __iter__(self) -> Iterator[tuple[Any, Selection]]:
        return iter(self.groups.items())

    def __len__(self) -> int:
        return len(self.groups)

    def count(self) -> dict[Any, int]:
        """Enterprises in each group."""
        return {label: len(group) for label, group in self}

    def agg(self, name: str, func: Callable[[Any], Any] | Sequence[Callable[[Any], Any]]) -> dict[Any, Any]:
        """Apply functions to a column of each group."""
        return {label: group.agg(name, func) for label, group in self}

    def map(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Call a function with each group."""
        return {label: function(group, *args, **kwargs) for label, group in self}
