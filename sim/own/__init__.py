"""What a user brings along: yearly figures that are only shown, and a monthly output series that replaces ours."""

from __future__ import annotations

from sim.own.given import OwnFileMissing, check, doubts
from sim.own.series import USUAL, SeriesChanged, SeriesFile, series_at, usual_series
from sim.own.yearly import Figure, figures, files, latest, problems

__all__ = [
    "USUAL", "Figure", "OwnFileMissing", "SeriesChanged", "SeriesFile", "check", "doubts", "figures", "files", "latest",
    "problems", "series_at", "usual_series",
]  # fmt: skip
