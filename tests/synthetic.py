"""SYNTHETIC monthly output, made from a known process: no figure of Ningbo's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SEASON = np.array([0.72, 0.72, 1.0, 0.98, 1.02, 1.08, 0.97, 0.99, 1.05, 1.02, 1.08, 1.15])


def synthetic_months(years: int, seed: int, shock: float = 0.02) -> np.ndarray:
    """Return (years, 12) in 亿元: a random walk with drift in logs times a fixed season."""
    steps = np.random.default_rng(seed).normal(0.004, shock, 12 * years)
    return 1600 * np.exp(np.cumsum(steps)).reshape(years, 12) * SEASON


def lines(values: np.ndarray, first: int, kind: str = "cumulative", last_month: int = 12) -> list[str]:
    """Return the rows of a series; the last year ends with ``last_month``."""
    rows = []
    for year, months in enumerate(values, start=first):
        shown = np.cumsum(months) if kind == "cumulative" else months
        end = last_month if year == first + len(values) - 1 else 12
        rows += [f"{year}-{month:02d},{shown[month - 1]:.1f},{kind}" for month in range(1, end + 1)]
    return rows


def write(path: Path, rows: list[str], heading: str = "period,value,kind") -> Path:
    """Write a series file, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path
