"""What a register does not say of its enterprises, taken from the most alike of those it is said of.

Nearest-neighbour hot deck (Andridge & Little 2010, "A review of hot deck imputation for survey non-response",
International Statistical Review 78): the donor is the enterprise of the same industry and the same side of the
above-scale threshold whose output is nearest, and it gives its ratio to output (floor: to land), not its amount. Donors
are the register's own enterprises that have the column filled; where fewer than ten do, those of the synthetic
population, which carry the published totals and their keyed draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.population import Population, synthesise
from sim.population.synthesis import SCALE_LINE, population_parameters
from sim.population.table import COLUMNS, Table
from sim.register.cleaning import Register
from sim.register.fields import FIELDS, LEAST
from sim.register.notes import IMPUTED, Note

Values = NDArray[np.float64]
Rows = NDArray[np.intp]
PER_OUTPUT = {
    "value_added": "value_added_rate", "tax": "tax_rate", "rd": "rd_share", "energy": "energy_per_output",
    "employees": "employees", "land": "land_mu",
}  # fmt: skip
"""Numbers of a register that grow with output, and the column of the enterprise table that each becomes."""
AS_THEY_ARE = {"age": "age_years", "suitability": "suitability"}
WORDS = {"site": "site", "tenant": "tenant", "legal": "legal"}
OF_NEIGHBOUR = "按同行业、同为规上或规下、产值最近的{who}的{what}补"
NO_COLUMN = "名录没有这一列，或几乎没有填，"
WHATS = {
    "floor": "容积率", "age": "存续年数", "suitability": "适合度", "site": "场所", "tenant": "情形", "legal": "情形",
}  # fmt: skip
TO_OUTPUT = "与产值之比"
BY_THRESHOLD = "按产值是否达到规上标准（年 {line:,.0f} 万元）判定"


@dataclass(frozen=True)
class Filled:
    """``table``: the enterprise table, sorted, ``id`` the row number. ``notes``: what was filled up in which rows."""

    table: Table
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Deck:
    """Enterprises by industry and side of the threshold, and their output; ``values`` are asked of donors."""

    industry: Rows
    above: NDArray[np.bool_]
    output: Values


@lru_cache(maxsize=1)
def _synthetic(data: str) -> Population:
    """The synthetic enterprises; ``data``, the digest of the tables they are made from, only tells versions apart."""
    return synthesise()


def fill(register: Register, data: str) -> Filled:
    """Make the enterprise table of a register.

    Args:
        data: digest of the data tables.
    """
    order = _order(register)
    rows, numbers = register.rows[order], {name: each[order] for name, each in register.numbers.items()}
    codes, parameters = {name: each[order] for name, each in register.codes.items()}, population_parameters()
    notes: list[Note] = []
    above = _above(codes, numbers["output"], parameters[SCALE_LINE], register, rows, notes)
    if "founded" in numbers:
        numbers["age"] = register.year + 1 - numbers["founded"]
    work = _Work(register, rows, Deck(codes["industry"], above, numbers["output"]), _synthetic(data).table, notes)
    found = {ours: work.complete(name, numbers.get(name)) for name, ours in PER_OUTPUT.items()}
    known = {name: np.isfinite(numbers[name]) if name in numbers else np.zeros(len(rows), bool) for name in PER_OUTPUT}
    output = numbers["output"]
    _bound(found, output, known, above, parameters)
    found |= {ours: work.complete(name, numbers.get(name), np.ones(len(rows))) for name, ours in AS_THEY_ARE.items()}
    land = found["land_mu"]
    floor = work.complete("floor", numbers.get("floor"), land)
    used = work.synthetic("utilisation")
    for name, ours in WORDS.items():
        given = codes.get(name)
        asked = None if given is None else np.where(given < 0, np.nan, given)
        found[ours] = work.complete(name, asked, np.ones(len(rows)))
    table = found | {
        "id": np.arange(len(rows)), "district": codes["district"], "industry": codes["industry"], "above_scale": above,
        "demand_wan": output, "floor_m2": floor, "output_per_m2": output / (floor * used),
    }  # fmt: skip
    ready: Table = {each.name: np.ascontiguousarray(table[each.name], dtype=each.dtype) for each in COLUMNS}
    return Filled(ready, tuple(notes))


def _order(register: Register) -> Rows:
    """One order whatever the file's: by district, industry, id, output."""
    keys = (register.numbers["output"], np.array(register.ids), register.codes["industry"], register.codes["district"])
    return np.lexsort(keys)


def _above(
    codes: dict[str, NDArray[np.int64]], output: Values, line: float, register: Register, rows: NDArray[np.int64],
    notes: list[Note],
) -> NDArray[np.bool_]:  # fmt: skip
    """Which enterprises are above scale: as the register says, else by the statistical threshold."""
    given = codes.get("above_scale", np.full(len(rows), -1))
    unsaid = given < 0
    if unsaid.any():
        which = np.sort(rows[unsaid]) if "above_scale" in codes else rows[:0]
        heading = register.headings.get("above_scale", FIELDS["above_scale"].title_zh)
        notes.append(Note(IMPUTED, heading, BY_THRESHOLD.format(line=line), which))
    return np.asarray(np.where(unsaid, output >= line, given == 1))


def _bound(
    found: dict[str, Values], output: Values, known: dict[str, NDArray[np.bool_]], above: NDArray[np.bool_],
    p: dict[str, float],
) -> None:  # fmt: skip
    """Turn amounts into the table's ratios; what was filled up stays within the bounds of the synthetic enterprises."""
    for name in ("value_added_rate", "tax_rate", "rd_share", "energy_per_output"):
        found[name] = found[name] / output
    cap = p["population.tax_cap"]
    added, tax = found["value_added_rate"], found["tax_rate"]
    added = np.where(known["value_added"], added, np.minimum(np.maximum(added, tax / cap), 1.0))
    found["value_added_rate"] = added
    found["tax_rate"] = np.where(known["tax"], tax, np.minimum(tax, cap * added))
    people, land = found["employees"], found["land_mu"]
    found["employees"] = np.where(known["employees"], people, np.maximum(people, p["population.employees_min"]))
    least = np.where(above, p["population.land_min_mu"], p["population.land_below_min_mu"])
    found["land_mu"] = np.where(known["land"], land, np.maximum(land, least))


@dataclass(frozen=True)
class _Work:
    """Filling up one column after another."""

    register: Register
    rows: NDArray[np.int64]
    deck: Deck
    donors: Table
    notes: list[Note]

    def complete(self, name: str, values: Values | None, base: Values | None = None) -> Values:
        """Return a column with every cell filled: ``base`` (by default output) times the donor's ratio to its own."""
        base = self.deck.output if base is None else base
        values = np.full(len(self.rows), np.nan) if values is None else values.astype(float)
        lacking = np.isnan(values)
        if not lacking.any():
            return values
        own = np.flatnonzero(~lacking)
        asked = _take(self.deck, np.flatnonzero(lacking))
        if own.size >= LEAST:
            donors, ratio = _take(self.deck, own), values[own] / base[own]
            said = OF_NEIGHBOUR.format(who="名录内企业", what=WHATS.get(name, TO_OUTPUT))
        else:
            donors, ratio = self._synthetic_deck, self._ratio(name)
            said = NO_COLUMN + OF_NEIGHBOUR.format(who="合成企业", what=WHATS.get(name, TO_OUTPUT))
        filled = values.copy()
        filled[lacking] = base[lacking] * ratio[nearest(donors, asked)]
        self.notes.append(Note(IMPUTED, *self._told(name, said, lacking)))
        return filled

    def synthetic(self, name: str) -> Values:
        """Return a ratio that no register holds, of the nearest synthetic enterprise."""
        return self._ratio(name)[nearest(self._synthetic_deck, self.deck)]

    def _told(self, name: str, said: str, lacking: NDArray[np.bool_]) -> tuple[str, str, NDArray[np.int64]]:
        there = name in self.register.headings or (name == "age" and "founded" in self.register.headings)
        heading = self.register.headings.get("founded" if name == "age" and there else name, FIELDS[name].title_zh)
        return heading, said, np.sort(self.rows[lacking]) if there else self.rows[:0]

    @property
    def _synthetic_deck(self) -> Deck:
        return Deck(self.donors["industry"], self.donors["above_scale"], self.donors["demand_wan"])

    def _ratio(self, name: str) -> Values:
        """A column of the synthetic enterprises, per output, land, or as it is."""
        t = {name: column.astype(float) for name, column in self.donors.items()}
        if name == "utilisation":
            return np.asarray(t["demand_wan"] / (t["floor_m2"] * t["output_per_m2"]))
        if name == "floor":
            return np.asarray(t["floor_m2"] / t["land_mu"])
        if name in ("land", "employees"):
            return np.asarray(t[PER_OUTPUT[name]] / t["demand_wan"])
        return t[(PER_OUTPUT | AS_THEY_ARE | WORDS)[name]]


def nearest(donors: Deck, asked: Deck) -> Rows:
    """Return, for each of ``asked``, the place of the donor nearest in output (log): of its industry and side if ten
    donors are, else of its side, else of all."""
    found = np.full(len(asked.output), -1, dtype=np.intp)
    for donor_keys, keys in _groupings(donors, asked):
        left = np.flatnonzero(found < 0)
        if not left.size:
            break
        order = np.lexsort((donors.output, donor_keys))
        sorted_keys = donor_keys[order]
        for key in np.unique(keys[left]):
            start, end = np.searchsorted(sorted_keys, [key, key + 1])
            if end - start >= LEAST:
                group, who = order[start:end], left[keys[left] == key]
                found[who] = group[_nearest_in(np.log(donors.output[group]), np.log(asked.output[who]))]
    return found


def _groupings(donors: Deck, asked: Deck) -> Iterator[tuple[Rows, Rows]]:
    yield donors.industry.astype(int) * 2 + donors.above, asked.industry.astype(int) * 2 + asked.above
    yield donors.above.astype(int), asked.above.astype(int)
    yield np.zeros(len(donors.output), int), np.zeros(len(asked.output), int)


def _nearest_in(ascending: Values, wanted: Values) -> Rows:
    after = np.clip(np.searchsorted(ascending, wanted), 1, len(ascending) - 1)
    before = after - 1
    return np.where(wanted - ascending[before] <= ascending[after] - wanted, before, after)


def _take(deck: Deck, rows: Rows) -> Deck:
    return Deck(deck.industry[rows], deck.above[rows], deck.output[rows])
