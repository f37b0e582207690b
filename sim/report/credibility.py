"""What moves an answer and on what it rests, as tables and sentences for the terminal and for pages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.evidence_share import GROWTH, PRESENT, DemandSplit, narrowed
from sim.analysis.sensitivity import LUCKS, REST, Sensitivity, title_zh
from sim.report import numbers, sentences
from sim.report.tables import Row, rows_of
from sim.report.terminal import show
from sim.report.wording import Wording
from sim.scenario.catalogue import catalogue

if TYPE_CHECKING:
    from sim.analysis.evidence_share import Rests

VISIBLE = 0.01
"""Factors below this share of the spread of every output have no row."""
COLUMNS = ("rank", "factor", "grade", "first", "total", "spread", "reached")


def heading(answer: Row, words: Wording) -> str:
    """Return the line above a target's factors."""
    unit = str(answer["unit"])
    return words(
        "sensitivity.heading", name=name(answer, words), deadline=answer["deadline"],
        mean=numbers.amount(answer["mean"], unit, words), sd=numbers.amount(answer["sd"], unit, words),
        chance=numbers.share(answer["probability"], int(answer["runs"]), words), runs=answer["runs"],
    )  # fmt: skip


def factor_rows(found: Sensitivity, target: str, words: Wording) -> list[list[str]]:
    """Return the rows of the factors that matter to some output, largest total first."""
    value = found.of(target)
    others = [{str(row["group"]): row for row in rows_of(found.of(target, out))} for out in ("spread", "reached")]
    rows = []
    for row in rows_of(value):
        other = [by_group[str(row["group"])] for by_group in others]
        if not any(total >= VISIBLE for total in (row["total"], *(mine["total"] for mine in other))):
            continue
        rank = str(row["rank"]) if row["rank"] else words("sensitivity.rank_none")
        group = str(row["group"])
        rows.append([
            "" if group == REST else rank, factor_title(group, words), factor_grade(group, words),
            index(row, "first", words), index(row, "total", words), *(index(mine, "total", words) for mine in other),
        ])  # fmt: skip
    return rows


def shown_factors(found: Sensitivity, target: str) -> list[Row]:
    """Return the factors that matter to the number itself, largest total first."""
    return [row for row in rows_of(found.of(target)) if row["total"] >= VISIBLE]


def index(row: Row, key: str, words: Wording) -> str:
    """Write an index with its interval in whole percent; sampling may carry it beyond 0 and 1, which it cannot be."""
    if math.isnan(row[key]):
        return words("number.none")
    value, low, high = (_whole(row[end]) for end in (key, f"{key}_lo", f"{key}_hi"))
    return words("mark.share", value=value, low=low, high=high) if low != high else f"{value}%"


def remarks(found: Sensitivity, target: str, words: Wording) -> list[str]:
    """Return what is to be said below a target's factors: what is not shown, and whether more points would help."""
    value, s = found.of(target), found.screening
    if value["total"].isna().all():
        return [words("sensitivity.constant")]
    shown = value[(value["total"] >= VISIBLE) & (value["group"] != REST)]
    mine = s[s["target"] == target]
    rest = value.loc[value["group"] == REST, "total"].sum()
    said = [words("sensitivity.others", count=len(mine) - len(shown), zero=int((mine["effect"] == 0).sum()),
                  rest=_share(rest, words))]  # fmt: skip
    if found.of(target, "reached")["total"].isna().all():
        said.append(words("sensitivity.settled"))
    said.append(words("sensitivity.chance", share=_share(_chance(found, target), words),
                      enterprises=f"{found.stamp['enterprises']:,}"))  # fmt: skip
    steps = [_at(found, target, points) for points in _sizes(found)]
    items = [
        words("sensitivity.converged_item", factor=factor_title(group, words),
              **dict(zip(("quarter", "half", "all"), (f"{_whole(step[group])}%" for step in steps), strict=True)))
        for group in shown["group"].head(3)
    ]  # fmt: skip
    return [*said, words("sensitivity.converged", items=words("mark.clause").join(items))] if items else said


def show_sensitivity(found: Sensitivity, words: Wording) -> None:
    """Print the factors of every target, and how many runs stand behind them."""
    heads = words.items("sensitivity.columns")
    for answer in rows_of(found.answers):
        print(heading(answer, words))
        rows = factor_rows(found, str(answer["target"]), words)
        if rows:
            show([heads[key] for key in COLUMNS], rows, right=(3, 4, 5, 6))
        for said in remarks(found, str(answer["target"]), words):
            print(said)
        print()
    print(note(found, words))


def note(found: Sensitivity, words: Wording) -> str:
    """Return what stands behind the tables."""
    stamp = found.stamp
    screening = stamp["trajectories"] * (stamp["factors"] + 1)
    luck = min(LUCKS, stamp["points"])
    return words(
        "sensitivity.note", runs=stamp["runs"], screening=screening, luck=luck,
        split=stamp["runs"] - screening - luck, enterprises=f"{stamp['enterprises']:,}", factors=stamp["factors"],
    )  # fmt: skip


def command(stamp: dict[str, Any]) -> str:
    """Return what is typed to make the page of an analysis again."""
    targets = " ".join(f"--target {name}" for name in stamp["targets"])
    options = " ".join(f"--{name} {stamp[name]}" for name in ("points", "trajectories", "enterprises", "seed"))
    return f"tenglong sensitivity {stamp['scenario']} {targets} {options} --report"


def evidence_sentence(answer: Row, shares: pd.DataFrame, words: Wording) -> str:
    """Return one sentence: how much of a target's uncertainty rests on what."""
    return words("sensitivity.evidence", name=name(answer, words), deadline=answer["deadline"],
                 items=_kinds(answer, shares, words))  # fmt: skip


def _kinds(answer: Row, shares: pd.DataFrame, words: Wording) -> str:
    whole = shares[shares["target"] == answer["target"]]
    mine = whole.assign(percent=hundredths(whole["share"].fillna(0.0)))
    mine = mine.sort_values("share", ascending=False, kind="stable")
    kinds = words.items("sensitivity.parts")
    return words("mark.comma").join(
        words("sensitivity.evidence_item", share=f"{row['percent']}%", kind=kinds[row["kind"]])
        for row in rows_of(mine[mine["percent"] > 0])
    )


def hundredths(shares: Iterable[float]) -> list[int]:
    """Return the parts of a whole in whole percent that add up as the parts do: rounded down, and up by one where most
    is lost."""
    exact = [100 * share for share in shares]
    found = [math.floor(each) for each in exact]
    left = round(sum(exact)) - sum(found)
    for place in sorted(range(len(exact)), key=lambda at: found[at] - exact[at])[:left]:
        found[place] += 1
    return found


def evidence_items(answer: Row, shares: pd.DataFrame, words: Wording) -> str:
    """Return the same without the target's name."""
    return words("sensitivity.evidence_short", items=_kinds(answer, shares, words))


def worth_sentence(worth: pd.DataFrame, split: DemandSplit, words: Wording) -> str:
    """Return one sentence: which numbers are most worth measuring, and what that would bring."""
    if worth.empty:
        return words("sensitivity.worth_none")
    items = [
        words("sensitivity.worth_item", factor=factor_name(str(row["factor"]), split, words),
              share=f"{_whole(row['share'])}%", interval=f"{_whole(row['lo'])}—{_whole(row['hi'])}%")
        for row in rows_of(worth)
    ]  # fmt: skip
    width = _share(narrowed(worth), words)
    return words("sensitivity.worth", count=len(worth), items=words.listed(items), narrowed=width)


def factor_name(factor: str, split: DemandSplit, words: Wording) -> str:
    """Name a factor or one of the two parts of the demand path."""
    if factor in (PRESENT, GROWTH):
        return words("sensitivity.present", year=split.known)
    return factor_title(factor, words)


def factor_title(factor: str, words: Wording) -> str:
    """Name a factor or a group of factors."""
    entries = catalogue()
    return words.named(entries[factor].title) if factor in entries else words.of(title_zh(factor))


def factor_grade(factor: str, words: Wording) -> str:
    """Name the evidence behind a factor; several kinds stand behind the groups."""
    entries = catalogue()
    return words(f"sensitivity.parts.{entries[factor].grade}") if factor in entries else words("number.none")


def show_rests(rests: Rests, words: Wording) -> None:
    """Print on what each answer rests and what is most worth measuring, a sentence each."""
    for said in rests_sentences(rests, words):
        print(said)


def rests_sentences(rests: Rests, words: Wording) -> list[str]:
    """Return on what each answer rests and what is most worth measuring, one item a target, and last how that was
    found."""
    said = []
    for answer in rows_of(rests.answers):
        worth = worth_sentence(rests.worth_of(str(answer["target"])), rests.split, words)
        said.append(evidence_sentence(answer, rests.shares, words) + worth)
    return [*said, words("sensitivity.evidence_note", runs=rests.ledger_runs, year=rests.split.known,
                         present=_share(rests.split.present, words))]  # fmt: skip


def name(answer: Row, words: Wording) -> str:
    """Name a target in one line: label, threshold, reading."""
    return sentences.target_name({**answer, "id": answer["target"]}, words)


def _at(found: Sensitivity, target: str, points: int) -> dict[str, float]:
    i = found.indices
    mine = i[(i["target"] == target) & (i["output"] == "value") & (i["points"] == points)]
    return {str(group): float(total) for group, total in zip(mine["group"], mine["total"], strict=True)}


def _chance(found: Sensitivity, target: str) -> float:
    a = found.answers
    return float(a.loc[a["target"] == target, "chance"].iloc[0])


def _sizes(found: Sensitivity) -> Sequence[int]:
    points = int(found.stamp["points"])
    return (points // 4, points // 2, points)


def _whole(share: float) -> int:
    return 0 if math.isnan(share) else round(100 * min(max(share, 0.0), 1.0))


def _share(share: float, words: Wording) -> str:
    """A share of a spread may well be nothing or all of it."""
    return f"{_whole(share)}%" if share == 0 or share >= VISIBLE / 2 else words("number.below", value=1)
