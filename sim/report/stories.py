"""The life of one enterprise as it is told: who it was, what happened to it and why."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from sim.abm.enterprises import Listed, Site
from sim.analysis.lives import Life
from sim.population import industries
from sim.regions import DISTRICTS
from sim.report import numbers
from sim.report.tables import Row, records, rows_of
from sim.report.wording import Wording
from sim.scenario.catalogue import catalogue

GRADES = "ABCD"
MOVES = ("relocated", "upstairs")


def name(life: Life, words: Wording) -> str:
    """Return what it is called here: by its end and its number."""
    return words(f"lives.names.{life.of}", number=life.enterprise)


def begun(life: Life, words: Wording) -> str:
    """Say who it was in January 2021."""
    start, [first, *_] = life.start, rows_of(life.months)
    return words(
        "lives.begun", name=name(life, words), district=DISTRICTS[int(start["district"])],
        industry=industries()[f"name_{words.lang}"].iloc[int(start["industry"])],
        scale=words(f"fates.names.{'above_scale' if start['above_scale'] else 'below_scale'}"),
        site=_site(start["site"], words), output=numbers.plain(first["output_wan"], words),
        grade=GRADES[int(first["grade"])],
        **{key: numbers.plain(start[key], words) for key in ("employees", "land_mu", "floor_m2")},
    )  # fmt: skip


def happened(life: Life, words: Wording) -> list[list[str]]:
    """Return rows of month, what, why, clauses: the ledger's, and between them what its yearly reviews changed."""
    ledger = [_event(row, words) for row in rows_of(life.events)]
    reviews = [[month, said, words("lives.review"), ""] for month, said in _turns(life, words)]
    return sorted([*reviews, *ledger], key=lambda row: row[0])


def story(life: Life, words: Wording) -> str:
    """Return the whole life in words, which is the text beside its drawing."""
    each = [f"{month} {what}" for month, what, *_ in happened(life, words)]
    return begun(life, words) + words("lives.then").join(each)


def drawn(life: Life, words: Wording) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is drawn: month, value, text of its output, and month, name, text of its rows of the ledger."""
    months, output = life.months["month"], life.months["output_wan"]
    texts = [f"{month} {numbers.plain(value, words)}" for month, value in zip(months, output, strict=True)]
    rows = [_event(row, words) for row in rows_of(life.events)]
    events = [{"month": month, "name": what, "text": f"{month} {what} {why}"} for month, what, why, _ in rows]
    return pd.DataFrame({"month": months, "value": output.round(2), "text": texts}), pd.DataFrame(events)


def record(life: Life) -> dict[str, Any]:
    """Return the same for machines: what it ended in, its number, its rows of the ledger."""
    return {"of": life.of, "enterprise": life.enterprise, "events": records(life.events.astype({"month": str}))}


def _event(row: Row, words: Wording) -> list[str]:
    entry = catalogue()[row["cause"]]
    to = words("lives.to", site=_site(row["site"], words)) if row["path"] in MOVES else ""
    why = f"{getattr(entry.title, words.lang)}（{entry.id}）"
    return [str(row["month"]), words(f"path.{row['path']}") + to, why, "、".join(entry.clauses)]


def _turns(life: Life, words: Wording) -> list[tuple[str, str]]:
    """Return the months in which its grade or its lists became others, while it lived."""
    found = []
    end = str(life.events["month"].astype(str).max())
    for before, after in pairwise(rows_of(life.months[life.months["month"] <= end])):
        if before["grade"] != after["grade"]:
            one, other = (GRADES[int(row["grade"])] for row in (before, after))
            found.append((after["month"], words("lives.graded", before=one, after=other)))
        new = int(after["listed"]) & ~int(before["listed"])
        found += [(after["month"], words(f"lives.listed.{bit.name.lower()}")) for bit in Listed if new & bit]
    return found


def _site(site: float, words: Wording) -> str:
    return words(f"lives.sites.{Site(int(site)).name.lower()}")
