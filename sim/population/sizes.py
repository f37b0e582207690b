"""Size classes of industrial enterprises: 《统计上大中小微型企业划分办法（2017）》, 国统字〔2017〕213号, row 工业."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE_CLASSES = ("micro", "small", "medium", "large")
FLOORS = ((20, 300), (300, 2_000), (1_000, 40_000))
"""Least employees and least yearly revenue (万元) of small, medium and large; both must be reached."""


def size_class(employees: NDArray[np.floating], revenue_wan: NDArray[np.floating]) -> NDArray[np.int8]:
    """Return the place of each enterprise in :data:`SIZE_CLASSES`; one that falls short on either count is a class
    lower."""
    reached = [(employees >= people) & (revenue_wan >= revenue) for people, revenue in FLOORS]
    return np.asarray(np.sum(reached, axis=0), dtype=np.int8)
