"""Why the briefing should be believed, and how far: half a page from what sensitivity and validation found."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from sim.report import credibility, numbers, validation
from sim.report.display import Section
from sim.report.ledgers import ledger_table, main_sources
from sim.report.material import Material
from sim.report.page_parts import bullets, detail
from sim.report.tables import rows_of
from sim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.sensitivity import Sensitivity
    from sim.analysis.validation import Validation

LEAST, MOST = 0.05, 3
"""What moves an answer is named from this share of its spread on, so many at most."""


def trust(material: Material, words: Wording) -> Section:
    """What was held against the model, what its answers depend on, and what is only assumed.

    What has not been computed for this scenario is said so, with the command that does.
    """
    said = [prior(material.uncertainties, words)]
    if material.validation is None:
        deeper = words("trust.not_validated", scenario=material.scenario)
        said.append(outcomes(material.outcomes, words) + deeper)
    else:
        said += [hits(material.validation, words), output(material.validation, words),
                 structures(material.validation, words)]  # fmt: skip
    more = []
    if material.sensitivity is None:
        more.append(words("trust.not_analysed", scenario=material.scenario))
    else:
        more += moved(material, material.sensitivity, words)
    if material.ledger is None:
        more.append(words("trust.no_ledger", scenario=material.scenario))
    else:
        more.append(main_sources(material.ledger.shares, words))
        if material.sensitivity is not None:
            more[-1] += words("trust.two_shares")
    shares = "" if material.ledger is None else ledger_table(material.ledger, words)
    title = escape(words("section.trust"))
    behind = detail(f"{bullets(more)}{shares}{_behind(material, words)}")
    return Section(f"<section><h2>{title}</h2>{bullets(said)}{behind}</section>")


def prior(uncertainties: pd.DataFrame, words: Wording) -> str:
    """Say that nothing is calibrated, and on what kind of evidence the ranges rest."""
    grades = Counter(uncertainties["grade"]).most_common()
    kinds = words.items("sensitivity.parts")
    listed = words.listed(words("trust.grade", grade=kinds[grade], count=count) for grade, count in grades)
    return words("trust.prior", count=len(uncertainties), grades=listed)


def hits(found: Validation, words: Wording) -> str:
    """Count hits and misses of published outcomes, simple rivals and patterns, and say what follows of the hits whose
    sources are none of the model's inputs."""
    count, met = validation.told_counts(found.outcomes, words), found.rivals[found.rivals["best"] != ""]
    holds = found.patterns["verdict"] == "inside"
    said = words(
        "trust.tested", **count,
        compared=len(met), wins=int((met["best"] == "model").sum()), patterns=len(holds), hold=int(holds.sum()),
        built_in=int((holds & (found.patterns["kind"] == "built_in")).sum()),
    )  # fmt: skip
    return said + _follows(validation.counts(found.outcomes), words)


def outcomes(found: pd.DataFrame, words: Wording) -> str:
    """Say of the briefing's own runs how they meet published outcomes, and what follows."""
    count = validation.told_counts(found, words)
    return words("trust.outcomes", **count) + _follows(validation.counts(found), words)


def _follows(count: dict[str, int], words: Wording) -> str:
    return words("trust.careful" if 2 * count["free_hits"] < count["free"] else "trust.usable")


def output(found: Validation, words: Wording) -> str:
    """Say how the forecast of output did at past origins, and whether something simpler did better."""
    methods = {str(row["method"]): row for row in rows_of(found.output)}
    mine, best = methods[validation.EVIDENCE], str(found.output.sort_values("wis")["method"].iloc[0])
    said = words("trust.output", forecasts=mine["forecasts"], mae=f"{mine['mae_pct']:.1f}",
                 in80=round(100 * mine["in80"]), years=mine["years"])  # fmt: skip
    better = words("trust.output_better") if best == validation.EVIDENCE else words(
        "trust.output_worse", method=words(f"validation.output_methods.{best}")
    )
    return said + better


def structures(found: Validation, words: Wording) -> str:
    """Say by how much another structure moves a headline probability at the most."""
    table = found.ablation
    farthest = float((table["probability"] - table["base_probability"]).abs().max())
    key = "trust.structures_same" if farthest == 0 else "trust.structures_moved"
    options = len(table.drop_duplicates(["switch", "option"]))
    return words(key, options=options, pairs=int(table["pairs"].min()), points=round(100 * farthest))


def moved(material: Material, found: Sensitivity, words: Wording) -> list[str]:
    """Say of each target what its number depends on, on what evidence that rests, and what to measure first."""
    said = []
    for answer in rows_of(found.answers):
        target = str(answer["target"])
        factors = [row for row in credibility.shown_factors(found, target) if row["total"] >= LEAST][:MOST]
        if not factors:
            said.append(words("trust.constant", name=credibility.name(answer, words)))
            continue
        items = words("trust.between").join(
            words("trust.factor_all" if row["total"] > 0.99 else "trust.factor",
                  factor=credibility.factor_title(str(row["group"]), words),
                  share=numbers.percent(row["total"], words))
            for row in factors
        )  # fmt: skip
        text = words("trust.moved", name=credibility.name(answer, words), items=items)
        if material.rests is not None:
            worth = credibility.worth_sentence(material.rests.worth_of(target), material.rests.split, words)
            text += credibility.evidence_items(answer, material.rests.shares, words) + worth
        said.append(text)
    return said


def _behind(material: Material, words: Wording) -> str:
    """What stands behind the section; its whole pages."""
    kept = (
        ("validation", material.validation, validation.command),
        ("sensitivity", material.sensitivity, credibility.command),
    )
    lines = [
        words(f"trust.behind_{name}", command=command(found.stamp), runs=found.stamp["runs"],
              enterprises=f"{found.stamp['enterprises']:,}")
        for name, found, command in kept if found is not None
    ]  # fmt: skip
    return f'<p class="source">{escape("".join(lines))}</p>' if lines else ""
