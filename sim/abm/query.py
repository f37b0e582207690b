"""Asking about enterprises as Mesa asks an AgentSet, answered from columns instead of objects.

``select, sort, agg, groupby, get, map, to_list``, ``[17]`` and ``[2:5]`` mean what they mean on
:class:`mesa.agent.AgentSet`, with one difference: a filter, an order or a group key is computed for all enterprises at
once, from their columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from sim.abm.arguments import whole
from sim.abm.instead import AllAtOnce, NoSuchColumn, NoSuchEnterprise, WorksOnColumns
from sim.scenario.problems import WrongArgument

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
Positions = NDArray[np.intp]
Function = str | Callable[[Any], Any]
MASK = "每家一个真假的布尔列，或算出它的函数，如 lambda firms: firms.live & (firms.demand_wan > 2000)"
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sum": np.sum, "mean": np.mean, "median": np.median, "min": np.min, "max": np.max, "count": len,
}  # fmt: skip
"""What :meth:`Query.agg` knows by name."""


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

    def __repr__(self) -> str:
        if not len(self):
            codes = "district、industry、site、grade 各列是号，与名字（如“海曙区”）相比总不相等"
            return f"<0 家企业。{codes}；各列的含义见 .described()>"
        live = np.count_nonzero(self.get("live"))
        return (
            f"<{len(self)} 家企业，其中在营 {live} 家，按列存放：一列如 .demand_wan，各列的单位与含义见 .described()，"
            "一家如 [0]，全表 .to_frame()>"
        )

    @overload
    def __getitem__(self, index: int) -> Firm: ...

    @overload
    def __getitem__(self, index: slice) -> Selection: ...

    def __getitem__(self, index: int | slice) -> Firm | Selection:
        """Return the one in this place, or those in a slice, as an AgentSet does; by its id, see :meth:`by_id`.

        Raises:
            NoSuchEnterprise: there are fewer.
            WrongArgument: it is neither a place nor a slice.
        """
        if isinstance(index, slice):
            return Selection(self._all, self._positions[index])
        if not isinstance(index, Integral):
            wanted = '第几家（整数）或一段（如 2:5）；一列请写 .id 或 get("id")，挑选请用 select(…)'
            raise WrongArgument("[…]", wanted, index)
        if not -len(self) <= index < len(self):
            raise NoSuchEnterprise.at(index, len(self))
        return Firm(self._all, int(self._positions[index]))

    def by_id(self, number: int) -> Firm:
        """Return the one with this id, which is what an event calls ``enterprise``.

        Raises:
            NoSuchEnterprise: none of these has it.
            WrongArgument: it is no whole number.
        """
        found = np.flatnonzero(self.get("id") == whole("id", number))
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
            AllAtOnce: ``keep`` asks as of one enterprise.
        """
        rows, most = self._positions, self._count(at_most)
        if keep is not None:
            given = self._computed(keep) if callable(keep) else keep
            mask = np.asarray(given)
            if mask.dtype != bool or mask.shape != rows.shape:
                raise WrongArgument("keep", MASK, given)
            rows = rows[mask]
        return Selection(self._all, rows[:most])

    def _count(self, at_most: int | float) -> int:
        if isinstance(at_most, float) and 0 <= at_most <= 1:
            return int(len(self) * at_most)
        if isinstance(at_most, Integral) and at_most >= 0:
            return int(at_most)
        if at_most != np.inf:
            raise WrongArgument("at_most", "家数（不小于0的整数），或0至1的比例（小数）", at_most)
        return len(self)

    def _computed(self, function: Callable[[Any], Any]) -> Any:
        try:
            return function(self)
        except ValueError as error:
            if "truth value" not in str(error):  # numpy's words, the only sign of what was done
                raise
            raise AllAtOnce from None

    def _each(self, argument: str, by: str | Callable[[Any], Any]) -> NDArray[Any]:
        values = np.asarray(self._computed(by) if callable(by) else self.get(by))
        if values.shape != (len(self),):
            raise WrongArgument(argument, "一列的名字，或由各列算出每家一个值的函数", by)
        return values

    def sort(self, key: str | Callable[[Any], NDArray[Any]], ascending: bool = False) -> Selection:
        """Return the same in the order of a column, or of what a function computes from the columns, largest first;
        equals stay in their order.

        Raises:
            WrongArgument, AllAtOnce: it is neither.
        """
        values = self._each("key", key)
        order = np.argsort(values if ascending else values[::-1], kind="stable")
        return Selection(self._all, self._positions[order if ascending else len(self) - 1 - order[::-1]])

    def to_list(self) -> list[Firm]:
        """Return every one; slow, for a look at a few."""
        return list(self)

    def get(self, names: str | Sequence[str]) -> NDArray[Any] | pd.DataFrame:
        """Return a copy of one column, or a frame of several."""
        if isinstance(names, str):
            column: NDArray[Any] = getattr(self._all, names)[self._positions]
            return column
        return self._frame(names)

    def to_frame(self) -> pd.DataFrame:
        """Return all columns, as a copy."""
        return self._frame(list(self._all.described()))

    def _frame(self, names: Sequence[str]) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({name: self.get(name) for name in names}, index=self._positions)

    def agg(self, name: str, func: Function | Sequence[Function]) -> Any:
        """Apply one function, or each of several, to a column; those of ``FUNCTIONS`` may be named.

        Raises:
            WrongArgument: it is no function, nor the name of one, or ``name`` is not one column's.
        """
        if not isinstance(name, str):
            raise WrongArgument("name", "一列的名字；几列请逐列用 agg，或 get([…]) 得到表再算", name)
        values = self.get(name)
        if isinstance(func, Sequence) and not isinstance(func, str):
            return [_function(one)(values) for one in func]
        return _function(func)(values)

    def groupby(self, by: str | Callable[[Any], NDArray[Any]]) -> Groups:
        """Group by a column, or by the labels a function computes from the columns.

        Raises:
            WrongArgument, AllAtOnce: it is neither.
        """
        labels = self._each("by", by)
        return Groups({label.item(): Selection(self._all, self._positions[labels == label])
                       for label in np.unique(labels)})  # fmt: skip

    def map(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a function with each enterprise; slow, for a look at a few.

        Raises:
            WrongArgument: it is none; an enterprise has no methods that could be called by name.
        """
        if not callable(function):
            raise WrongArgument("function", '函数，如 lambda firm: firm.id；一整列请用 get("id")', function)
        return [function(firm, *args, **kwargs) for firm in self]

    def do(self, *args: Any, **kwargs: Any) -> None:
        """Refuse, and say what to use instead.

        Raises:
            WorksOnColumns: always.
        """
        raise WorksOnColumns("do()")

    def shuffle_do(self, *args: Any, **kwargs: Any) -> None:
        """Refuse as :meth:`do`.

        Raises:
            WorksOnColumns: always.
        """
        raise WorksOnColumns("shuffle_do()")


def _function(given: Function) -> Callable[[Any], Any]:
    found = given if callable(given) else FUNCTIONS.get(given) if isinstance(given, str) else None
    if found is None:
        raise WrongArgument("func", f"函数（如 np.std），或 {'、'.join(FUNCTIONS)} 之一", given)
    return found


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

    def __repr__(self) -> str:
        labels = "、".join(map(str, self.groups))
        return f"<{len(self)} 组：{labels}；可用 count()、agg(列, 函数)、map(函数)，逐组 for 号, 企业 in …>"

    def count(self) -> dict[Any, int]:
        """Enterprises in each group."""
        return {label: len(group) for label, group in self}

    def agg(self, name: str, func: Function | Sequence[Function]) -> dict[Any, Any]:
        """Apply functions to a column of each group."""
        return {label: group.agg(name, func) for label, group in self}

    def map(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Call a function with each group."""
        return {label: function(group, *args, **kwargs) for label, group in self}
