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
"""What can happen to an enterprise: 淘汰 整治 关停 兼并 入园 上楼 提容 外迁 自然退出 新设."""


class EventLog:
    """Append-only columns; each call adds one event per enterprise given."""

    def __init__(self) -> None:
        self._parts: dict[str, list[NDArray[Any]]] = {
            name: [] for name in ("month", "enterprise", "district", "industry", "path", "cause", "site")
        }
        self._causes: list[str] = []

    def add(
        self,
        month: int,
        path: str,
        cause: str,
        enterprise: NDArray[np.uint32],
        district: NDArray[np.int8],
        industry: NDArray[np.int8],
        site: NDArray[np.int8],
    ) -> None:
        """Record one event each; ``cause`` is the lever or parameter id behind it, ``site`` where it happened."""
        if enterprise.size == 0:
            return
        if cause not in self._causes:
            self._causes.append(cause)
        count = enterprise.size
        row: dict[str, NDArray[Any]] = {
            "month": np.full(count, month, np.int16),
            "enterprise": enterprise.copy(),
            "district": district.copy(),
            "industry": industry.copy(),
            "path": np.full(count, PATHS.index(path), np.int16),
            "cause": np.full(count, self._causes.index(cause), np.int16),
            "site": site.copy(),
        }
        for name, part in row.items():
            self._parts[name].append(part)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Codes as arrays of equal length, in the order of recording."""
        return {
            name: np.concatenate(parts) if parts else np.empty(0, np.int16) for name, parts in self._parts.items()
        }

    def to_frame(self) -> pd.DataFrame:
        """One row an event: month (YYYY-MM), enterprise, district, industry (row of the table), path, cause, site."""
        import pandas as pd

        codes = self.columns()
        names = {
            "month": [month_text(month) for month in range(int(codes["month"].max(initial=0)) + 1)],
            "district": list(DISTRICTS),
            "path": list(PATHS),
            "cause": self._causes,
        }
        frame = pd.DataFrame(codes)
        for name, labels in names.items():
            frame[name] = frame[name].astype("category").cat.set_categories(range(len(labels)))
            frame[name] = frame[name].cat.rename_categories(labels)
        return frame
