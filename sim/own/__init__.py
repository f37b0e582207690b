"""What a user brings along: yearly figures that are only shown; a monthly output series and a register of enterprises,
which replace ours."""

from __future__ import annotations

from sim.own.given import OwnFileMissing, check, contents, doubts, is_series
from sim.own.register import RegisterChanged, RegisterFile, register_at
from sim.own.series import USUAL, SeriesChanged, SeriesFile, series_at, usual_series
from sim.own.yearly import Figure, figures, files, latest, problems

__all__ = [
    "USUAL", "Figure", "OwnFileMissing", "RegisterChanged", "RegisterFile", "SeriesChanged", "SeriesFile", "check",
    "contents", "doubts", "figures", "files", "is_series", "latest", "problems", "register_at", "series_at",
    "usual_series",
]  # fmt: skip
