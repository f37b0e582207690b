"""Paired differences of two scenarios under the same luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.ensemble.results import Results
from sim.regions import CITY

if TYPE_CHECKING:
    import pandas as pd


class NotComparable(ValueError):
    """The results do not hold both scenarios."""

    def __init__(self, missing: list[str], present: list[str]) -> None:
        self.missing, self.present = missing, present
        super().__init__(f"结果里没有情景 {'、'.join(missing)}，现有 {'、'.join(present)}。")


def compare(results: Results, base: str, other: str) -> pd.DataFrame:
    """Difference ``other − base`` of every city indicator and year.

    Returns:
        year, indicator, base, other (means), difference, lo, hi (95 % Student interval of the mean difference
        from the pairs; NaN for a single pair), pairs. Each pair shares its draw of the uncertainties, its
        forecast path and every enterprise's luck.

    Raises:
        NotComparable: a scenario is not in the results.
    """
    import pandas as pd
    from scipy.stats import t

    present = list(results.stamp["scenarios"])
    if missing := [name for name in (base, other) if name not in present]:
        raise NotComparable(missing, present)
    city = results.frame[results.frame["district"] == CITY]
    keys = ["replicate", "year", "indicator"]
    left, right = (city[city["scenario"] == name].set_index(keys)["value"] for name in (base, other))
    pairs = pd.concat({"base": left, "other": right}, axis=1).dropna()
    pairs["difference"] = pairs["other"] - pairs["base"]
    grouped = pairs.groupby(["year", "indicator"], observed=True)
    table = grouped.mean()
    count = grouped["difference"].count()
    half = t.ppf(0.975, np.maximum(count - 1, 1)) * grouped["difference"].std(ddof=1) / np.sqrt(count)
    table["lo"], table["hi"], table["pairs"] = table["difference"] - half, table["difference"] + half, count
    return table.reset_index()
