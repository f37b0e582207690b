"""The briefing's sentences: every number computed, probabilities never as certainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim import evidence
from sim.indicators import indicators
from sim.regions import CITY
from sim.registry import Target
from sim.report import numbers
from sim.report.tables import Row, rows_of
from sim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

MODELLED = ("simulated", "forecast")
WEAKEST = "C"
"""Grade of evidence: at second hand."""


def summary(targets: pd.DataFrame, asked: Sequence[str], words: Wording) -> list[str]:
    """Return the sentences of the summary, headline first.

    ``targets`` has the columns of ``sim.targets``, and ``known`` of :func:`sim.report.known.with_known` where misses
    are to be told; ``asked`` are the groups or ids the scenario wants answered.
    Those due first get a sentence each, later ones share one. Targets beyond the scenario's horizon have no
    probability and are left out of the sentences (the table lists them).
    """
    answered = modelled(targets)
    wanted = [answered[(answered["group"] == name) | (answered["id"] == name)] for name in asked]
    wanted = [rows for rows in wanted if not rows.empty]
    first = min((str(rows["deadline"].iloc[0]) for rows in wanted), default="")
    now = [headline(rows, words) for rows in wanted if rows["deadline"].iloc[0] == first]
    later = [headline(rows, words) for rows in wanted if rows["deadline"].iloc[0] != first]
    after = words("summary.next").join(later)
    sentences = [*now, shortfall(answered, first[:4], words), after, coverage(targets, words)]
    return [sentence for sentence in sentences if sentence]


def modelled(targets: pd.DataFrame) -> pd.DataFrame:
    """Return open targets answered by simulation or forecast, those with a probability."""
    return targets[
        targets["basis"].isin(MODELLED) & targets["probability"].notna() & (targets["state"] == "open")
    ]


def headline(readings: pd.DataFrame, words: Wording) -> str:
    """Return one sentence on a target, all its readings side by side."""
    rows = [_values(row, words) for row in rows_of(readings)]
    if len(rows) == 1:
        return words("summary.one", **rows[0])
    each = words("summary.between").join(words("summary.reading", **row) for row in rows)
    return words("summary.readings", **{**rows[0], "readings": each})


def shortfall(answered: pd.DataFrame, year: str, words: Wording) -> str:
    """Return the sentence on the target whose median misses its threshold most, relative to the threshold.

    Looks at targets due by ``year``; where no median misses, names the least likely one.
    """
    due = answered[(answered["deadline"].str[:4] <= year) & (answered["threshold"] != 0)]
    if due.empty:
        return ""
    gaps = relative_gap(due)
    missed = bool((gaps > 0).any())
    order = gaps.to_numpy().argmax() if missed else due["probability"].to_numpy().argmin()
    row = rows_of(due)[int(order)]
    values = {**_values(row, words), "year": year, "count": len(due), "name": target_name(row, words)}
    if not missed:
        return words("summary.no_shortfall", **values)
    gap = abs(row["threshold"] - row["median"])
    return words(
        "summary.shortfall",
        **values,
        gap=numbers.amount(gap, row["unit"], words, largest(row)),
        short=words(f"summary.short.{row['direction']}"),
        share=f"{100 * gap / abs(row['threshold']):.1f}%",
    )


def relative_gap(rows: pd.DataFrame) -> pd.Series[float]:
    """Return how far each median misses its threshold, as a share of the threshold.

    Negative where it is met.
    """
    sign = rows["direction"].map({">=": 1.0, "<=": -1.0})
    return sign * (rows["threshold"] - rows["median"]) / rows["threshold"].abs()


def coverage(targets: pd.DataFrame, words: Wording) -> str:
    """Return the sentence that counts what is answered, only tracked, and settled already."""
    settled = targets.loc[targets["state"] != "open", "state"].value_counts()
    each = [words("summary.settled", name=words(f"state.{name}"), count=int(n)) for name, n in settled.items()]
    return words(
        "summary.coverage",
        documents=words.listed(words.of(name) for name in targets["document"].unique()),
        total=len(targets),
        modelled=int(targets["basis"].isin(MODELLED).sum()),
        tracked=int((targets["basis"] == "tracked").sum()),
        settled=int(settled.sum()), states=words.listed(each) or words("number.none"),
    )


def start(observations: pd.DataFrame, words: Wording) -> str:
    """Say that the latest level of output rests on the weakest sources only, and whether those are one document;
    nothing where better ones bear on it.

    Args:
        observations: as :func:`sim.forecast.observations.observation_table`.
    """
    from sim.forecast.documents import BETWEEN, documents

    used = observations[observations["used"]]
    latest = used[used["year"] == used["year"].max()]
    if set(latest["grade"]) != {WEAKEST}:
        return ""
    named = {name for sources in latest["source"] for name in str(sources).split(BETWEEN)}
    weak = sorted(name for name in named if evidence.clause(name).grade == WEAKEST)
    beside = sorted(named - set(weak))
    return words(
        "summary.start", year=int(latest["year"].iloc[0]), grade=words(f"grade.{WEAKEST}"), sources=words.listed(weak),
        together=words("summary.together") if len(weak) > 1 == len(documents(weak)) else "",
        beside=words("summary.beside", sources=words.listed(beside)) if beside else "",
    )  # fmt: skip


def measured_limits(frame: pd.DataFrame, words: Wording) -> list[str]:
    """Weaknesses that show in the results themselves: land that never binds, towers that empty."""
    medians = frame[frame["district"] == CITY].groupby(["indicator", "year"], observed=True)["value"].median()
    last = int(frame["year"].max())
    shares = {
        year: numbers.amount(100 * float(medians["land_vacant", year] / medians["land_total", year]), "%", words)
        for year in (2025, last)
    }

    def said(indicator: str, year: int) -> str:
        return numbers.amount(float(medians[indicator, year]), indicators()[indicator].unit, words)

    vacant, refused = said("land_vacant", last), said("refused_park", last)
    before, after = said("tower_occupancy", 2025), said("tower_occupancy", last)
    return [
        words(
            "limits_measured.land", year=last, vacant=vacant, refused=refused, share=shares[last],
            start=said("land_vacant", 2025), start_share=shares[2025],
            total=said("land_total", last), start_total=said("land_total", 2025),
        ),
        words("limits_measured.towers", year=last, before=before, after=after),
    ]


def cautions(
    frame: pd.DataFrame, targets: pd.DataFrame, asked: Sequence[str], words: Wording
) -> list[str]:
    """What goes with advice on levers: floors that would stand empty, and asked targets it does not cover yet.

    ``frame``: the scenario's values (district, indicator, year, value). Advice covers the asked targets due first.
    """
    occupancy = frame[(frame["district"] == CITY) & (frame["indicator"] == "tower_occupancy")]
    medians = occupancy.groupby("year")["value"].median()
    before, after = float(medians.loc[2025]), float(medians.iloc[-1])
    said = []
    if after < before:
        shares = {name: numbers.amount(value, "%", words) for name, value in (("before", before), ("after", after))}
        said.append(words("summary.empty_floors", year=int(medians.index[-1]), **shares))
    if later := not_covered(targets, asked):
        said.append(words("summary.not_covered", names=words.listed(_group_name(row, words) for row in later)))
    return said


def commands(scenario: str, targets: pd.DataFrame, asked: Sequence[str], words: Wording) -> str:
    """Say what to type for advice on the asked targets that it does not cover; nothing where it covers all."""
    typed = [f"tenglong backcast {row['group']} --scenario {scenario}" for row in not_covered(targets, asked)]
    return words("method.more", commands=words.listed(typed)) if typed else ""


def not_covered(targets: pd.DataFrame, asked: Sequence[str]) -> list[Row]:
    """Return the asked targets that advice does not cover, as they fall due later: a row a group."""
    answered = modelled(targets)
    wanted = answered[answered["group"].isin(asked) | answered["id"].isin(asked)]
    return rows_of(wanted[wanted["deadline"] > wanted["deadline"].min()].drop_duplicates("group"))


def _group_name(row: Row, words: Wording) -> str:
    return words("backcast.target", year=str(row["deadline"])[:4], name=target_name({**row, "id": row["group"]}, words))


def observed(row: dict[str, Any], words: Wording) -> str:
    """Set the user's own figure against the target; empty when there is none."""
    if row["observed_year"] != row["observed_year"]:
        return ""
    met = row["observed"] >= row["threshold"] if row["direction"] == ">=" else row["observed"] <= row["threshold"]
    return words(
        "observed.met" if met else "observed.missed",
        year=int(row["observed_year"]),
        value=numbers.amount(row["observed"], row["unit"], words),
        source=row["observed_source"],
    )


def chance(probability: float, runs: int, words: Wording) -> str:
    """Write "概率为63%", "概率低于1%" or "概率高于99%"."""
    value = numbers.share(probability, runs, words)
    return words("summary.chance" if value[0].isdigit() else "summary.chance_end", value=value)


def largest(row: dict[str, Any]) -> float:
    """Return the largest of what is written beside each other of a row, which so has one unit."""
    known = [row.get(name, 0.0) for name in ("threshold", "median", "p90")]
    return max((abs(value) for value in known if value == value), default=0.0)


def reading(row: dict[str, Any], words: Wording) -> str:
    """Name the reading of a target: by its id's ending, else as the registry writes it.

    Empty when there is but one.
    """
    name = str(row["id"]).partition(".")[2]
    if not name:
        return ""
    return words(f"reading.{name}") if words.has(f"reading.{name}") else words.of(str(row["reading"]))


def target_name(row: dict[str, Any], words: Wording) -> str:
    """Write a target in one line: label, threshold, reading."""
    goal = words(f"sign.{row['direction']}") + numbers.threshold(row["threshold"], row["unit"], words)
    return words.aside(words("mark.goal", label=words.of(row["label"]), goal=goal), reading(row, words))


def registered_name(target: Target, words: Wording) -> str:
    """Write a target of the registry in one line."""
    return target_name({"id": target.id, **target.columns()}, words)


def clauses(ids: Sequence[str], words: Wording) -> str:
    """Name the rows of evidence that something rests on; an assumption is said to be one."""
    return words.listed(ids) or words("attribution.assumption")


def dated_name(target: Target, words: Wording) -> str:
    """Write the same with the year it falls due."""
    return words("backcast.target", year=target.deadline[:4], name=registered_name(target, words))


def _values(row: dict[str, Any], words: Wording) -> dict[str, object]:
    return {
        "year": str(row["deadline"])[:4],
        "label": words.of(row["label"]),
        "relation": words(f"relation.{row['direction']}"),
        "threshold": numbers.threshold(row["threshold"], row["unit"], words),
        "reading": reading(row, words),
        "chance": chance(row["probability"], int(row["runs"]), words),
        "runs": int(row["runs"]),
        "interval": numbers.percent_interval(row["ci_low"], row["ci_high"], words),
        "median": numbers.amount(row["median"], row["unit"], words, largest(row)),
        "range": numbers.amount_interval(row["p10"], row["p90"], row["unit"], words, largest(row)),
        "known": words("summary.known", said=row["known"]) if row.get("known") else "",
    }
