"""Where the numbers come from and how to get them again: digests, version, seed, runs, date, command."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from sim.problems import Absent
from sim.report.display import STAMP_MIME, Section
from sim.report.material import Material
from sim.report.page_parts import definitions, detail
from sim.report.tables import field, table
from sim.report.wording import Wording

STAMP_FIELDS = (
    "scenarios", "data", "code", "version", "dirty", "seed", "runs", "runs_failed",
    "enterprises", "command", "date",
)  # fmt: skip


class StampIncomplete(Absent):
    """The results' stamp lacks what a report must say about its origin."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(f"结果的出处记录缺少：{'、'.join(missing)}。请重新运行情景。")


def check(stamp: Mapping[str, Any]) -> None:
    """Refuse a stamp that lacks a field.

    Raises:
        StampIncomplete: names the missing fields.
    """
    missing = [name for name in STAMP_FIELDS if name not in stamp]
    if missing:
        raise StampIncomplete(missing)


def provenance(material: Material, words: Wording) -> Section:
    """The stamp as a list and the data files as a table; the stamp itself travels with the section."""
    stamp = material.stamp
    version = words(
        "provenance.dirty" if stamp["dirty"] else "provenance.clean",
        version=stamp["version"],
        digest=stamp["code"],
    )
    digest = stamp["scenarios"][material.scenario]
    facts = {
        "scenario": words("provenance.scenario_text", name=material.scenario, digest=digest),
        "code": version,
        "seed": str(stamp["seed"]),
        "runs": words("provenance.runs_text", runs=stamp["runs"], failed=stamp["runs_failed"]),
        "date": str(stamp["date"]),
        "command": str(stamp["command"]),
    }
    rows = definitions((words(f"provenance.{name}"), _value(name, value)) for name, value in facts.items())
    columns = [field(title, name) for name, title in words.items("provenance.columns").items()]
    data = [
        {"file": name, "digest": digest, "as_of": material.as_of.get(name, words("provenance.undated"))}
        for name, digest in stamp["data"].items()
    ]
    files = detail(table(pd.DataFrame(data), columns, words("provenance.data")))
    title = escape(words("section.provenance"))
    return Section(
        f'<section class="provenance"><h2>{title}</h2>{rows}{files}</section>',
        {STAMP_MIME: dict(stamp)},
    )


def _value(name: str, value: str) -> str:
    return f"<code>{escape(value)}</code>" if name == "command" else escape(value)
