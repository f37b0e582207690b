"""One's own yearly figures for targets without public data: ``data/own/<indicator>.csv``.

Columns year, value, source. A cumulative indicator takes the total up to the end of the year. The files stay on the
machine (git ignores them) and never enter a run: they are set against the targets and shown, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim import workspace
from sim.cell_rules import FILLED, like
from sim.indicators import indicators
from sim.own import kinds, output
from sim.own.series import USUAL
from sim.problems import WHOLE, DataInvalid, Problem
from sim.registry import Target
from sim.schemas import FileSchema, check_file
from sim.tables import near, rows

OUTPUT = USUAL.removeprefix("data/")
"""The one file that is no yearly figure: the monthly output series."""
COLUMNS = {
    "year": like("应为不重复的四位年份", r"(19|20)\d\d", unique=True),
    "value": like("应为数字（不带千位逗号和单位）", r"-?\d+(\.\d+)?"),
    "source": FILLED,
}


@dataclass(frozen=True)
class Figure:
    """One figure a user supplied, in the indicator's unit."""

    year: int
    value: float
    source: str


def files() -> list[str]:
    """Return the names of one's own yearly files and of the usual output series, below ``data/``.

    Other series in the folder are checked when a scenario names them; what we wrote, and what looks like no yearly
    figures (a register, a long table), is nobody's figure.
    """
    there = sorted((workspace.data_dir() / "own").glob("*.csv"))
    return [f"own/{path.name}" for path in there if f"own/{path.name}" == OUTPUT or _is_meant(path)]


def _is_meant(path: Path) -> bool:
    """Whether a file is one of yearly figures, or was meant as one: by its name, or nearly, or by its columns."""
    if output.is_series(path) or kinds.is_ours(path):
        return False
    return path.stem in indicators() or bool(near(path.stem, _names())) or kinds.seems_yearly(path)


def _names() -> list[str]:
    return [*indicators(), OUTPUT.removeprefix("own/").removesuffix(".csv")]


def problems(file: str) -> list[Problem]:
    """Return all that is wrong with one file, named below ``data/`` or by its whole path."""
    location = workspace.data_dir() / file
    if file == OUTPUT:
        return output.problems(location)
    if said := output.titled(location):
        return [Problem(file, 0, WHOLE, "", said)]
    if location.stem not in indicators():
        if said := kinds.other_kind(location):
            return [Problem(file, 0, WHOLE, "", said)]
        expected = "文件名应为指标编号加 .csv（产值月度序列为 output_monthly.csv）；企业名录须同时给 --mapping 映射文件"
        hint = near(location.stem, _names())
        expected += f"。{hint}" if hint else ""
        return [Problem(file, 0, "文件名", location.stem, expected)]
    return check_file(FileSchema(file, COLUMNS))


def figures() -> dict[str, list[Figure]]:
    """Return one's own yearly figures by indicator, oldest first. The output series is checked, not returned.

    Raises:
        DataInvalid: with every problem of every file.
    """
    found = files()
    wrong = [problem for file in found for problem in problems(file)]
    if wrong:
        raise DataInvalid(wrong)
    return {file.removeprefix("own/").removesuffix(".csv"): _read(file) for file in found if file != OUTPUT}


def latest(target: Target, known: dict[str, list[Figure]]) -> Figure | None:
    """Return the newest figure not later than the target's deadline."""
    in_time = [figure for figure in known.get(target.indicator, []) if figure.year <= int(target.deadline[:4])]
    return in_time[-1] if in_time else None


def _read(file: str) -> list[Figure]:
    found = (Figure(int(row["year"]), float(row["value"]), row["source"]) for row in rows(file))
    return sorted(found, key=lambda figure: figure.year)
