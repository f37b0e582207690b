"""The ledger of what happened to which enterprise, when, and by which lever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.regions import DISTRICTS
from sim.scenario.months import month_text

if TYPE_CHECKING:
    import pandas as pd

PATHS = (
    "eliminated", "rectified", "closed", "merged", "relocated", "upstairs", "expanded", "left_city", "exited",
    "entered",
)  # fmt: skip
"""What can happen to an enterprise: 淘汰 整治 关停 兼并 入园 上楼 提容 外迁 自然退出 新设.

The last one is its fate. What a new one touches is listed in ``CONTRIBUTING.md``; a new one goes to the end.
"""

Cause = str | NDArray[np.integer[Any]]
"""Id of the lever or parameter that decided an event; of several events with different ones, their numbers
(:meth:`EventLog.code`). Where many levers feed one stock, as they do the land of parks, it is the one that
the stock is planned by."""

EVENT_COLUMNS = {
    "month": "i2", "enterprise": "u4", "district": "i1", "industry": "i1", "path": "i1", "cause": "i2", "site": "i1",
}  # fmt: skip


class UnknownPath(ValueError):
    """An event is of none of the ledger's paths."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"事件账里没有路径“{path}”，现有：{'、'.join(PATHS)}。不改变企业去向的事不必入账；确要一条新路径，"
            "请加在 sim/abm/events.py 的 PATHS 末尾，其余要改的见 CONTRIBUTING.md“路径是一张定好的表”。"
        )


def path_number(path: str) -> int:
    """Place of a path in :data:`PATHS`, which stands for it in the ledger.

    Raises:
        UnknownPath: there is none of this name.
    """
    if path not in PATHS:
        raise UnknownPath(path)
    return PATHS.index(path)


class EventLog:
    """Append-only columns, one row an event; ``used[0]`` of their length are filled.

    ``room`` is the number of events there is memory for; it grows when needed.
    """

    month: NDArray[np.int16]

    def __init__(self, room: int = 1024) -> None:
        self.used = np.zeros(1, np.int64)
        self._causes: dict[str, int] = {}
        for name, dtype in EVENT_COLUMNS.items():
            setattr(self, name, np.empty(room, dtype))

    def make_room(self, count: int) -> None:
        """Let ``count`` more be added without moving the columns."""
        needed = int(self.used[0]) + count
        if needed > self.month.size:
            for name, column in self.columns().items():
                wider = np.empty(2 * needed, column.dtype)
                wider[: column.size] = column
                setattr(self, name, wider)

    def causes(self) -> list[str]:
        """Lever and parameter ids by their numbers."""
        return list(self._causes)

    def code(self, cause: str) -> int:
        """Number of a cause, a lever or parameter id."""
        return self._causes.setdefault(cause, len(self._causes))

    def add(
        self,
        month: int,
        path: str,
        cause: Cause,
        enterprise: NDArray[np.uint32],
        district: NDArray[np.int8],
        industry: NDArray[np.int8],
        site: NDArray[np.int8],
    ) -> None:
        """Record one event each; ``site`` is where it happened.

        Raises:
            UnknownPath: ``path`` is none of :data:`PATHS`.
        """
        self.make_room(enterprise.size)
        start, end = int(self.used[0]), int(self.used[0]) + enterprise.size
        event = {
            "month": month, "enterprise": enterprise, "district": district, "industry": industry,
            "path": path_number(path), "site": site,
            "cause": self.code(cause) if isinstance(cause, str) else cause,
        }  # fmt: skip
        for name, value in event.items():
            getattr(self, name)[start:end] = value
        self.used[0] = end

    def columns(self) -> dict[str, NDArray[Any]]:
        """Codes as arrays of equal length, in the order of recording."""
        return {name: getattr(self, name)[: self.used[0]] for name in EVENT_COLUMNS}

    def to_frame(self) -> pd.DataFrame:
        """One row an event: month (YYYY-MM), enterprise (its id, not its place: ``model.enterprises.by_id(id)`` is the
        firm), district, industry (row of the table), path, cause, site."""
        import pandas as pd

        codes = self.columns()
        names = {
            "month": [month_text(month) for month in range(int(codes["month"].max(initial=0)) + 1)],
            "district": list(DISTRICTS),
            "path": list(PATHS),
            "cause": list(self._causes),
        }
        frame = pd.DataFrame(codes)
        for name, labels in names.items():
            frame[name] = frame[name].astype("category").cat.set_categories(range(len(labels)))
            frame[name] = frame[name].cat.rename_categories(labels)
        return frame
