"""Forecast every series of a long table: intervals, joint paths, and how likely a target is.

A year's total is the sum of one path's periods, known ones included; so its spread is that of the sum, and not of
periods drawn one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import pandas as pd

from sim.forecast.attainment import Target, TargetOutOfReach, attainment, yearly_totals
from sim.forecast.calendar import STEP
from sim.forecast.fitted import Array
from sim.forecast.long_table import check_columns
from sim.forecast.members import MEMBERS, Member, fit_members
from sim.forecast.pool import Pool, pool, streams
from sim.forecast.scores import LEVELS, quantile_levels
from sim.forecast.series import Refused, Series, split
from sim.forecast.short_series import stand_ins, steadied, why
from sim.forecast.stretch import learnt
from sim.parallel import Progress, in_order

HORIZON = {"YS": 6, "QS": 8, "MS": 18}
"""Periods ahead when none are asked for, as in the M competitions; and those by which members are judged."""
DRAWS = 10_000
"""Joint paths behind every number, whatever is asked for (Monte Carlo error of a probability at most half a point)."""
TRIMMED = 0.01
"""The mean leaves out so much of either end: an exponential of Student's t has no mean."""
SEED = 2027
YEARS = range(1800, 2300)
"""Integers that can be years."""
BANDS = tuple(f"{side}-{level}" for level in LEVELS for side in ("lo", "hi"))
COLUMNS = ("unique_id", "ds", "mean", "median", *BANDS)


class NothingForecast(RuntimeError):
    """Every series failed; ``errors`` holds each with its reason."""

    def __init__(self, errors: pd.DataFrame) -> None:
        self.errors = errors
        first = errors.iloc[0]
        super().__init__(f"{len(errors)} 个序列都无法预测。例如 {first['unique_id']}：{first['reason']}")


@dataclass(frozen=True)
class SeriesForecast:
    """One series, its members (and why some gave nothing) and their pool over ``pool.paths.shape[1]`` periods."""

    series: Series
    members: list[Member]
    failed: dict[str, str]
    pool: Pool

    @cached_property
    def quantiles(self) -> Array:
        """Low and high of each of ``LEVELS`` in turn; shape (6, H)."""
        return np.quantile(self.pool.paths, quantile_levels(), axis=0)

    @property
    def note(self) -> str:
        """What a reader should know: too few points, no change, what stood in, what was left out, where it ends, and
        a period of two months."""
        stood = [member.name for member in self.members if member.name not in MEMBERS]
        said = [why(self.series.values, self.series.calendar.season)]
        if stood:
            said[0] = said[0] or "各方法都没有拟合成"
            said.append(f"以 {'、'.join(stood)} 代替")
        left = [f"{name}（拟合失败）" for name in self.failed]
        left += [f"{name}（偏离其余）" for name in self.pool.dropped]
        said += [f"未采用 {'、'.join(left)}"] if left else []
        said += ["有零而无负数，预测不低于零"] if self.series.values.min() == 0 else []
        if np.ptp(self.series.values) == 0:
            interval = "取自一般序列的误差" if self.series.values[0] else "也是零"
            said.append(f"各期的数相同，没有过去的误差可依，区间{interval}")
        both = self.series.calendar.both
        said += [f"1—2 月合为一期，ds 写 {both} 月，数是两个月的合计"] if both else []
        return "；".join(filter(None, said))

    def table(self, horizon: int) -> pd.DataFrame:
        """Return ``COLUMNS``, one row a period ahead."""
        ordered = np.sort(self.pool.paths.T, axis=1)
        cut = int(TRIMMED * ordered.shape[1])
        columns = [ordered[:, cut : ordered.shape[1] - cut].mean(axis=1), self.pool.point, *self.quantiles]
        calendar = self.series.calendar
        frame = pd.DataFrame(np.array(columns).T[:horizon], columns=list(COLUMNS[2:]))
        frame.insert(0, "ds", [calendar.label(period) for period in calendar.ahead(horizon)])
        frame.insert(0, "unique_id", self.series.name)
        return frame

    def years(self, horizon: int) -> pd.DataFrame:
        """Return unique_id, year, median and ``BANDS`` of the total of each year that ends within ``horizon`` periods.

        Known periods of the current year count as they are. Series of whole years have none: ``table`` is that already.
        """
        totals = {} if self.series.calendar.season == 1 else yearly_totals(self.series, self.pool.until(horizon))[1]
        rows = [
            (self.series.name, year, *np.quantile(total, [0.5, *quantile_levels()])) for year, total in totals.items()
        ]
        return pd.DataFrame(rows, columns=["unique_id", "year", "median", *BANDS])

    def sample(self, horizon: int, paths: int) -> pd.DataFrame:
        """Return unique_id, path, ds, y of the first ``paths`` joint paths."""
        calendar = self.series.calendar
        stamps = [calendar.label(period) for period in calendar.ahead(horizon)]
        values = self.pool.paths[:paths, :horizon]
        return pd.DataFrame({
            "unique_id": self.series.name, "path": np.repeat(np.arange(len(values)), horizon),
            "ds": stamps * len(values), "y": values.ravel(),
        })  # fmt: skip


@dataclass(frozen=True)
class Forecasts:
    """All series of a table: ``table`` (``COLUMNS``), ``years`` (:meth:`SeriesForecast.years`), ``paths``, ``targets``,
    ``errors`` (unique_id, reason: no forecast, or no answer on the target), ``notes`` (unique_id, note: too few points,
    what stood in, members left out), ``fallbacks``: how often each member failed or was dropped, and ``both``: of
    series that have January and February as one period, the month of ``ds`` that stands for the two."""

    table: pd.DataFrame
    years: pd.DataFrame
    paths: pd.DataFrame
    targets: pd.DataFrame
    errors: pd.DataFrame
    notes: pd.DataFrame
    fallbacks: dict[str, int] = field(default_factory=dict)
    both: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """What is asked of every series."""

    horizon: int | None
    paths: int = 0
    target: float | None = None
    by: int | None = None
    seed: int = SEED


def forecast_series(series: Series, horizon: int, seed: int = SEED, draws: int = DRAWS) -> SeriesForecast:
    """Fit the members and pool them; where none can be fitted, simple ones stand in (``short_series``).

    What is said of a period does not depend on ``horizon``: members are judged over the usual one of ``HORIZON``.
    """
    judged = HORIZON[series.calendar.freq]
    far = max(horizon, judged)
    size = float(np.mean(np.abs(series.values))) or 1.0  # in units of its own size no series is too large or too small
    values, season = series.values / size, series.calendar.season
    members, failed = fit_members(values, season, far)
    spread = learnt(season)
    typical = spread.typical_sd
    members = steadied(members, values, typical) if members else stand_ins(values, season, far, typical)
    found = pool(members, float(values.min()), spread, draws, streams(f"{seed}/{series.name}"), judged)
    shown = [member.until(horizon).times(size) for member in members]
    return SeriesForecast(series, shown, failed, found.until(horizon).times(size))


def forecast_all(
    frame: pd.DataFrame,
    horizon: int | None = None,
    freq: str | None = None,
    *,
    paths: int = 0,
    target: float | None = None,
    by: int | None = None,
    workers: int = 1,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Forecasts:
    """Forecast every series of a long table; one that cannot be is a row of ``errors``.

    Args:
        frame: unique_id, ds (dates or integers), y; any order.
        horizon: periods ahead; default 6 years, 8 quarters, 18 months.
        freq: MS, QS, YS or another name of them; inferred from dates if left out.
        paths: joint paths to return, at most ``DRAWS``.
        target, by: ask P(year's total ≥ target) for the year ``by``.
        workers: processes.
        progress: called with (series done, series in all).

    Raises:
        TableInvalid, FrequencyUnknown: nothing was forecast.
        NothingForecast: every series failed.
    """
    ask = Ask(horizon, paths, target, by, seed)
    items = list(split(check_columns(frame), freq))
    answers: list[_Answer] = in_order(partial(_answer, ask=ask), items, workers, progress)
    errors = pd.DataFrame(
        [(answer.name, answer.reason) for answer in answers if answer.reason], columns=["unique_id", "reason"]
    )
    good = [answer for answer in answers if answer.table is not None]
    if not good:
        raise NothingForecast(errors)
    fallbacks: dict[str, int] = {}
    for answer in good:
        for name in answer.fallbacks:
            fallbacks[name] = fallbacks.get(name, 0) + 1
    return Forecasts(
        pd.concat([answer.table for answer in good], ignore_index=True),
        pd.concat([answer.years for answer in good], ignore_index=True),
        pd.concat([answer.paths for answer in good], ignore_index=True),
        pd.DataFrame([vars(answer.target) for answer in good if answer.target is not None]),
        errors,
        pd.DataFrame([(one.name, one.note) for one in good if one.note], columns=["unique_id", "note"]),
        fallbacks,
        {one.name: one.both for one in good if one.both},
    )


def forecast(
    frame: pd.DataFrame, horizon: int | None = None, freq: str | None = None, workers: int = 1, seed: int = SEED
) -> pd.DataFrame:
    """Return unique_id, ds, mean, median, lo-50 … hi-95 of every series of a long table.

    ``attrs["errors"]`` of the result lists the series that could not be forecast, each with its reason, and
    ``attrs["notes"]`` those with too few points or methods left out. For paths
    and targets see :func:`forecast_all`, which says what is raised.
    """
    frame = check_columns(frame)
    found = forecast_all(frame, horizon, freq, workers=workers, seed=seed)
    table = found.table
    if pd.api.types.is_datetime64_any_dtype(frame["ds"]):
        table["ds"] = pd.to_datetime(table["ds"])
    table.attrs["errors"], table.attrs["notes"] = found.errors.to_dict("records"), found.notes.to_dict("records")
    return table


@dataclass(frozen=True)
class _Answer:
    name: str
    reason: str = ""
    table: pd.DataFrame | None = None
    years: pd.DataFrame | None = None
    paths: pd.DataFrame | None = None
    target: Target | None = None
    fallbacks: tuple[str, ...] = ()
    note: str = ""
    both: int = 0


def _answer(item: Series | Refused, ask: Ask) -> _Answer:
    if isinstance(item, Refused):
        return _Answer(item.name, item.reason)
    shown = ask.horizon or HORIZON[item.calendar.freq]
    ahead, target, reason = shown, None, ""
    try:
        ahead = max(shown, reach(item, ask.by))
    except TargetOutOfReach as error:
        reason = str(error)
    try:
        found = forecast_series(item, ahead, ask.seed)
    except Exception as error:  # one bad series is a row with its reason, not an end
        return _Answer(item.name, f"{type(error).__name__}：{error}")
    if ask.target is not None and ask.by is not None and not reason:
        try:
            target = attainment(found.series, found.pool, ask.target, ask.by)
        except TargetOutOfReach as error:  # the forecast stands, only the question has no answer
            reason = str(error)
    fallbacks = (*found.failed, *(f"{name}（偏离其余）" for name in found.pool.dropped))
    return _Answer(
        item.name, reason, found.table(shown), found.years(ahead), found.sample(shown, ask.paths), target, fallbacks,
        found.note, found.series.calendar.both,
    )  # fmt: skip


def reach(series: Series, by: int | None) -> int:
    """Periods from the end of the series to the end of year ``by``.

    Raises:
        TargetOutOfReach: periods are integers that are no years.
    """
    if by is None:
        return 0
    calendar = series.calendar
    if not calendar.dated:
        if calendar.freq != "YS" or calendar.last not in YEARS:
            raise TargetOutOfReach(f"时间是整数而不是年份（最后一期为 {calendar.last}），无法回答某一年的目标。")
        return by - calendar.last
    months = by * 12 + 11 - calendar.last
    coming = calendar.ahead(max(-(-months // STEP[calendar.freq]), 0))
    return sum(calendar.year(period) <= by for period in coming)
