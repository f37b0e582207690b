"""The Mesa model: enterprises in columns, one month a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Self, SupportsIndex

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.abm import ahead
from sim.abm.arguments import values_by_id, whole, yearly
from sim.abm.compiled import measures as fast_measures
from sim.abm.compiled.arithmetic import philox_words
from sim.abm.demand import monthly_growth
from sim.abm.enterprises import Enterprises, Site
from sim.abm.events import PATHS, EventLog
from sim.abm.fork import NoCopy, forked
from sim.abm.measures import SPACE_SINCE, measure_year, yearly_sums
from sim.abm.parameters import resolve
from sim.abm.randomness import Draws
from sim.abm.schedule import SCHEDULE
from sim.abm.state import OF_PROJECTS, Land, State, Towers, Vector
from sim.abm.weakly import hold_weakly
from sim.collector import resting
from sim.regions import DISTRICTS, REGIONS
from sim.scenario.catalogue import catalogue
from sim.scenario.changed import changed_since
from sim.scenario.load import as_scenario
from sim.scenario.months import is_december, month_text, year_of
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.population import Population


class NoYearYet(ValueError):
    """Yearly results were asked for before the first December."""

    def __init__(self, month: int) -> None:
        done = f"已走到 {month_text(month - 1)}" if month else "一个月也没有走"
        super().__init__(
            f"还没有年度结果：每年12月才记一次，模型{done}。请继续 model.step() 走过 2021-12，"
            "或用 model.run() 走到期限；此刻的数用 model.measures()。"
        )


DEFAULT_SEED = 1
EVENTS_OF_A_MONTH = 4
"""Most that can happen to one enterprise: found, treated, moved, gone."""


class IndustrialUpgradeModel(mesa.Model):  # type: ignore[misc]
    """One run of one scenario: where each enterprise goes, month by month from January 2021 to the horizon.

    Args:
        scenario: a scenario, its name, or the path of its file.
        seed, replicate: key of all luck; the same key is the same luck in every scenario. No seed, which is what
            ``mesa.batch_run`` passes unless told otherwise, is the default one: a run always repeats.
        enterprises: size of the synthetic population (default 73,000, least 1,250); smaller ones than the city's are
            scaled up in the indicators.
        population: an own population instead of the synthetic one.
        drawn: values of uncertainties by their ids, within the catalogue's bounds; those left out take its default.
        demand: yearly city output 2020, 2021, … driving demand; without it demand grows at the catalogue's
            ``demand.standalone_growth``.
        compiled: run the compiled loop of each process that has one; False runs their readable numpy forms, slower.

    Enterprises are columns (``enterprises``), no Mesa agents: ``agents`` is empty.

    What its ``datacollector`` keeps every month is in simulated units: with 7,300 enterprises a tenth of the city's
    counts. :meth:`indicators`, :meth:`cells` and :meth:`flows` are of the city at any size.

    Raises:
        WrongArgument: the scenario is none, ``seed``, ``replicate`` or ``enterprises`` no whole number, ``drawn`` no
            mapping, or ``demand`` no row of numbers.
        ScenarioNotFound, ScenarioInvalid: the scenario cannot be used.
        DrawRefused: ``drawn`` names no uncertainty, or gives one what its bounds do not allow.
        PathTooShort: the demand path ends before the horizon.
        HorizonBeforeStart, LeverTooLow: a scenario made in Python, past the checks of its file.
        TooFewRows: a synthetic population too small to hold every district and size class.
    """

    running: bool
    setting: Scenario
    """The scenario (Mesa 3.5 keeps a different thing under that name)."""

    def __init__(
        self,
        scenario: Scenario | str = "baseline",
        seed: int | None = DEFAULT_SEED,
        replicate: int = 0,
        enterprises: int | None = None,
        population: Population | None = None,
        drawn: Mapping[str, float] | None = None,
        demand: Sequence[float] | NDArray[np.float64] | None = None,
        compiled: bool = True,
    ) -> None:
        seed, replicate = whole("seed", DEFAULT_SEED if seed is None else seed), whole("replicate", replicate)
        enterprises = None if enterprises is None else whole("enterprises", enterprises, signed=True)
        drawn, demand = values_by_id({} if drawn is None else drawn), demand if demand is None else yearly(demand)
        super().__init__(rng=seed)  # Mesa's own generators, which nothing here draws from
        hold_weakly(self)
        self.setting = as_scenario(scenario)
        self._compiled = compiled
        if compiled:
            ahead.from_the_end()
        draws = Draws(seed, replicate, philox_words) if compiled else Draws(seed, replicate)
        people = self._people(enterprises) if population is None else population
        self.state = _start(self.setting, draws, people, drawn, demand)
        self._yearly: dict[int, dict[str, NDArray[np.float64]]] = {}
        self._before_2025: dict[str, Vector] | None = None
        self.datacollector = mesa.DataCollector(model_reporters=MONTHLY)

    def _people(self, enterprises: int | None) -> Population:
        from sim.population import ENTERPRISES, synthesise, tail

        size = ENTERPRISES if enterprises is None else enterprises
        return synthesise(size, parameters=tail(self.setting.structure))

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}：情景 {self.setting.name}，下一个月 {month_text(self.state.month)}；"
            f"{self.enterprises.n} 家企业在 .enterprises（按列存放，不是 Mesa 的 agents，.agents 是空的）>"
        )

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse ``copy``, ``deepcopy`` and ``pickle``.

        Raises:
            NoCopy: always.
        """
        raise NoCopy

    @property
    def enterprises(self) -> Enterprises:
        """All enterprises as columns, the exited ones included."""
        return self.state.enterprises

    @property
    def events(self) -> EventLog:
        """What happened to whom, when, by which lever."""
        return self.state.events

    def step(self) -> None:
        """Advance one month; stops running after the horizon."""
        if not self.running:
            return
        state = self.state
        if state.month == SPACE_SINCE:
            self._before_2025 = {name: amount.copy() for name, amount in state.tallies.items()}
        state.events.make_room(EVENTS_OF_A_MONTH * state.enterprises.n)
        with resting():
            for item in SCHEDULE:
                item.run(state, self._compiled)
        if is_december(state.month):
            year = year_of(state.month)
            self._yearly[year] = self.measures()
        self.datacollector.collect(self)
        state.month += 1
        self.running = state.month < self.setting.months

    def run(self) -> None:
        """Step to the horizon."""
        while self.running:
            self.step()

    def fork(
        self, scenario: Scenario | str | None = None, levers: Mapping[str, float | Mapping[str, float]] | None = None
    ) -> Self:
        """Copy the run where it is; the copy goes on otherwise, the original is untouched.

        Luck, uncertainties and demand stay this run's own, and the copy's monthly collector starts anew. What a class
        of one's own keeps beside is not copied.

        Args:
            scenario: what the copy goes on under: a scenario, its name, or the path of its file. Left out, this run's.
            levers: what differs from it: by the lever's id a value from this month on, or values by the month (YYYY-MM)
                from which each holds. A district's own lever stays.

        Raises:
            WrongArgument: ``levers`` is no mapping.
            PastDiffers: the new is not what this run was under in every month so far.
            ScenarioNotFound, ScenarioInvalid, ChangeInvalid: the scenario or the levers cannot be used.
        """
        scenario = self.setting if scenario is None else as_scenario(scenario)
        if levers:
            scenario = changed_since(scenario, levers, self.state.month)
        other = type(self).__new__(type(self))
        mesa.Model.__init__(other, rng=DEFAULT_SEED)  # its own: Mesa binds a model's steps to the model it was made for
        hold_weakly(other)
        other.setting, other._compiled = scenario, self._compiled
        other.state = forked(self.state, self.setting, scenario)
        other._yearly, other._before_2025 = dict(self._yearly), self._before_2025
        other.datacollector = mesa.DataCollector(model_reporters=MONTHLY)
        other.running = self.running
        return other

    def measures(self) -> dict[str, NDArray[np.float64]]:
        """The indicators as they stand after the last month, or at the start, the city first, then the districts, each
        of shape (11,); what is counted by the year is that of the year so far."""
        sums = fast_measures.yearly_sums if self._compiled else yearly_sums
        return measure_year(self.state, self._before_2025, sums)

    def indicators(self) -> pd.DataFrame:
        """Yearly results in tidy form: year, indicator, district (全市 first), value.

        Raises:
            NoYearYet: before the first December.
        """
        import pandas as pd

        years, names, values = self._values()
        index = pd.MultiIndex.from_product([years, names, REGIONS], names=["year", "indicator", "district"])
        return pd.Series(values.reshape(-1), index=index, name="value").reset_index()

    def cells(self) -> pd.DataFrame:
        """The same with a column an indicator: year, district (全市 first), and the values.

        Raises:
            NoYearYet: before the first December.
        """
        import pandas as pd

        years, names, values = self._values()
        wide = pd.DataFrame(values.swapaxes(1, 2).reshape(-1, len(names)), columns=names)
        districts = pd.Categorical.from_codes(np.tile(np.arange(len(REGIONS)), len(years)), pd.Index(REGIONS))
        wide.insert(0, "year", np.repeat(np.array(years, dtype=np.int16), len(REGIONS)))
        wide.insert(1, "district", pd.Series(districts))
        return wide

    def _values(self) -> tuple[list[int], list[str], NDArray[np.float64]]:
        """Years, indicators, and the values by year, indicator and region."""
        if not self._yearly:
            raise NoYearYet(self.state.month)
        years, names = list(self._yearly), list(next(iter(self._yearly.values())))
        return years, names, np.array([[self._yearly[year][name] for name in names] for year in years])

    def flows(self) -> pd.DataFrame:
        """Enterprises by year, path, district and industry (codes: places in their lists), scaled to the city."""
        import pandas as pd

        codes = self.events.columns()
        shape = (1 + (self.setting.months - 1) // 12, len(PATHS), len(DISTRICTS), self.state.industries)
        events = [codes["month"] // 12, *(codes[name] for name in ("path", "district", "industry"))]
        counts = np.bincount(np.ravel_multi_index(events, shape))
        happened = np.flatnonzero(counts)
        year, *rest = np.unravel_index(happened, shape)
        keys = dict(zip(("path", "district", "industry"), (code.astype(np.int8) for code in rest), strict=True))
        return pd.DataFrame(
            {"year": (year_of(0) + year).astype(np.int16)} | keys | {"firms": counts[happened] / self.state.scale}
        )


def _sum(amounts: NDArray[np.float64]) -> float:
    """Numbers of Python's own: for ten of them sooner than numpy's."""
    return float(sum(amounts.ravel().tolist()))


MONTHLY = {
    "month": lambda model: model.state.month,
    "firms": lambda model: int(_sum(model.state.living)),
    "output_wan": lambda model: model.state.output_wan,
    "upstairs": lambda model: int(_sum(model.state.towers.tenants)),
    "vacant_land_mu": lambda model: _sum(model.state.land.vacant),
    "tower_floor_vacant_m2": lambda model: _sum(model.state.towers.vacant),
}
"""What Mesa's DataCollector keeps every month, in simulated units (divide by ``state.scale`` for the city's)."""


def _start(
    scenario: Scenario,
    draws: Draws,
    population: Population,
    drawn: Mapping[str, float],
    demand: Sequence[float] | NDArray[np.float64] | None,
) -> State:
    from sim.population import industries

    table = _in_order(population.table)
    newcomers = int(population.n * catalogue()["turnover.entry_rate"].value * max(scenario.months, 0) / 12)
    firms = Enterprises(table, room=newcomers)
    firms.output_last_year_wan[:] = firms.demand_wan
    scale = 1 / population.weight
    parameters = resolve(scenario, drawn, _weights(firms), scale)
    if demand is None:
        growth = catalogue()["demand.standalone_growth"].value
        demand = np.exp(growth * np.arange(scenario.months // 12 + 1))
    return State(
        enterprises=firms,
        special_process=industries()["special_process"].to_numpy(bool),
        parameters=parameters,
        draws=draws,
        demand_growth=monthly_growth(demand, scenario.months),
        land=_land(firms, parameters["parks.vacant_land_share"], scenario.months),
        towers=_towers(firms, scenario.months),
        scale=scale,
    )


def _in_order(table: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """One order whatever the file's: sums, and so results, do not depend on how the rows were written down."""
    order = np.lexsort((table["id"], table["industry"], table["district"]))
    if (order[1:] > order[:-1]).all():
        return table
    return {name: column[order] for name, column in table.items()}


def _weights(firms: Enterprises) -> dict[str, Vector]:
    """District shares by which city quantities are spread; value added is that above scale, if anybody is."""
    counted = firms.above_scale if firms.above_scale.any() else np.ones(firms.n, bool)
    amounts = {
        "firms": np.ones(firms.n),
        "land": firms.land_mu,
        "value_added": firms.demand_wan * firms.value_added_rate * counted,
    }
    totals = {name: np.bincount(firms.district, amount, minlength=len(DISTRICTS)) for name, amount in amounts.items()}
    return {name: total / total.sum() for name, total in totals.items()}


def _land(firms: Enterprises, vacant_share: float, months: int) -> Land:
    """Vacant land at the start is a share of occupied land of its kind; tenants upstairs stand on tower land."""
    cells = firms.site.astype(np.intp) * len(DISTRICTS) + firms.district
    held = np.bincount(cells, firms.land_mu, minlength=len(Site) * len(DISTRICTS))
    sites = held.reshape(len(Site), len(DISTRICTS))
    occupied = np.stack([sites[Site.SCATTERED], sites[Site.COMMUNITY] + sites[Site.PARK]])
    land = Land.start(occupied.sum(axis=0), occupied * vacant_share, months)
    land.under_towers += sites[Site.TOWER]
    land.total += sites[Site.TOWER]
    return land


def _towers(firms: Enterprises, months: int) -> Towers:
    """Floor that enterprises hold upstairs at the start is all there is, and let."""
    upstairs = firms.site == Site.TOWER
    towers = Towers.start(months)
    towers.let += np.bincount(firms.district[upstairs], firms.floor_m2[upstairs], minlength=len(DISTRICTS))
    towers.tenants += np.bincount(firms.district[upstairs], minlength=len(DISTRICTS))
    for held in (towers.open, towers.offered[OF_PROJECTS], towers.moved_into[OF_PROJECTS]):
        held += towers.let
    return towers
