"""The briefing's text and tables.

Summary, advice, targets, population, assumptions and limits, method.
"""

from __future__ import annotations

import re
from html import escape

import pandas as pd

from sim.analysis.attainment import COLUMNS
from sim.analysis.validation import independent
from sim.report import numbers, sentences
from sim.report.answers import BESIDE
from sim.report.cited import document_name
from sim.report.comparisons import from_baseline
from sim.report.decided import alone
from sim.report.display import TARGETS_MIME, Section
from sim.report.figure_parts import as_published, by_register, by_series
from sim.report.forecasts import OUTPUT
from sim.report.known import with_known
from sim.report.material import Material
from sim.report.own_advice import of_own_data
from sim.report.page_parts import bullets, detail, paragraph
from sim.report.tables import Column, Row, field, folded, records, table, text
from sim.report.target_words import target_words
from sim.report.told import part, without
from sim.report.trend import anchored, trend
from sim.report.validation import outcome_verdict, told_counts
from sim.report.wording import OF_DATA, Wording
from sim.scenario.catalogue import catalogue

BOUNDS = (">=", "<=")
TABLES = ("targets", "population", "outcomes", "assumptions")


def summary(material: Material, words: Wording) -> Section:
    """The computed sentences; the targets they are written from travel with the section."""
    known = with_known(material.targets, material.outcomes, words)
    points = sentences.summary(known, material.asked, words)
    asked = material.targets["group"].isin(material.asked) | material.targets["id"].isin(material.asked)
    told: list[str] = []
    if (material.targets.loc[asked, "indicator"] == OUTPUT).any():
        start = sentences.start(material.observations, words)
        told = trend(material.alone, material.targets, material.asked, words)
        points = [*points[:1], *([start] if start else []), *points[1:], *told]
    needed = [sentence for each in (material.answers or {}).get("backcast", ()) for sentence in each.sentences]
    if needed:
        needed += sentences.cautions(material.frame, material.targets, material.asked, words)
    shown = bullets(points) + (f"<h3>{escape(words('summary.needed'))}</h3>{bullets(needed)}" if needed else "")
    title = escape(words("summary.title"))
    read = paragraph(words("summary.intervals", runs=material.stamp["runs"]))
    read += _kinds(bool(told), bool(needed), material, words)
    html = f'<section class="summary"><h2>{title}</h2>{read}{shown}{_from_baseline(material, words)}</section>'
    rows = material.targets.assign(scenario=material.scenario)[list(COLUMNS)]
    numbered = {"targets": records(rows), "differences": records(material.differences)} | _alone(material)
    return Section(html, {TARGETS_MIME: numbered})


def _kinds(outlook: bool, check: bool, material: Material, words: Wording) -> str:
    """Say which of several kinds of probability is the answer, and what the others are for; nothing of one kind."""
    others = [name for name, there in (("outlook", outlook), ("check", check)) if there]
    if not others:
        return ""
    names = ["simulated", *others, "luck"]
    return paragraph("".join(words(f"summary.kinds.{name}", runs=material.stamp["runs"]) for name in names))


def _alone(material: Material) -> dict[str, list[Row]]:
    """What the forecast says by itself, for machines; nothing where none is kept."""
    return {} if material.alone is None else {"forecast": records(material.alone)}


def _from_baseline(material: Material, words: Wording) -> str:
    """What the scenario changes about each open target, paired run by run with the baseline."""
    if material.differences.empty:
        return ""
    own = material.register is not None or material.series is not None
    return from_baseline(material.differences, not material.changes.empty, words, own)


def answers(material: Material, words: Wording) -> Section:
    """What it would take, who bears it, when one would know: the answers kept of this scenario, or how to get them."""
    titles = words.items("answers.sections")
    if material.answers is None:
        html = paragraph(words("answers.none", scenario=material.scenario))
    else:
        alone = BESIDE if material.differences.empty else ()
        shown = {question: told for question, told in material.answers.items() if question not in alone}
        few = words("answers.few", scenario=material.scenario)
        small = any(few in told.basis for parts in shown.values() for told in parts)
        html = (paragraph(few) if small else "") + "".join(
            part(titles[question], [without(few, told) for told in parts], words) for question, parts in shown.items()
        )
    return Section(f'<section class="answers">{_title("answers", words)}{detail(html)}</section>')


def advice(material: Material, words: Wording) -> Section:
    """What to know before quoting a number."""
    points, tested = dict(words.items("advice.points")), told_counts(material.outcomes, words)
    if tested["misses"]:
        points["outcomes"] = words("advice.outcomes", **tested)
    points |= of_own_data(material, words)
    return Section(
        f'<section class="advice"><h2>{escape(words("advice.title"))}</h2>{bullets(points.values())}</section>'
    )


def targets(material: Material, words: Wording) -> Section:
    """Every target: open and answered ones in view, the rest folded, with document, article and sources."""
    rows = material.targets.sort_values("deadline", kind="stable")
    rows = with_known(rows, material.outcomes, words)
    answered = rows["id"].isin(sentences.modelled(rows)["id"])
    rest = rows[~answered]
    html = _title("targets", words) + table(
        rows[answered], _target_columns(words, ("state", "note")), _caption("targets", words)
    )
    html += _documents(rows[answered], words) + alone(rows[answered], material.decisive, words)
    html += paragraph(words("table.targets.read")) + bullets(target_words(rows[answered], words))
    html += folded(
        words("table.targets.rest", count=len(rest)),
        table(rest, _target_columns(words), words("table.targets.rest_title")),
        "rest",
    )
    return Section(f"<section>{html}</section>")


def _documents(rows: pd.DataFrame, words: Wording) -> str:
    """The documents that the table names by number alone, with their titles; these are Chinese, and the short
    form of another language does without."""
    named = words("mark.clause").join(document_name(name, words) for name in rows["document"].unique())
    note = f'<p class="note">{words("table.targets.documents", documents=named)}</p>'
    return note if words.lang == OF_DATA else detail(note)


def population(material: Material, words: Wording) -> Section:
    """The published margins the synthetic enterprises were asked to meet, and how far they did."""
    margins = material.margins
    form = "_register" if material.register else ""
    column = words.items(f"table.population.columns{form}")
    columns = [
        Column(column["title_zh"], lambda row: words.of(row["title_zh"]), "wide"),
        Column(column["unit"], lambda row: numbers.unit_name(row["unit"], words)),
        Column(column["asked"], lambda row: _asked(row, words), "number"),
        Column(column["got"], lambda row: _got(row, words), "number"),
        Column(column["error_pct"], lambda row: _error(row, words), "number"),
        Column(column["kind"], lambda row: words(f"margin_kind.{row['kind']}")),
        Column(column["sources"], lambda row: words.listed(text(row["sources"]).split(";"))),
    ]
    inner = table(margins, columns, _caption("population", words, form))
    html = _title("population", words) + folded(words(f"table.population.fold{form}", count=len(margins)), inner)
    return Section(f"<section>{html}</section>")


def _asked(row: Row, words: Wording) -> str:
    """A published number with all its digits, a derived or assumed one as its size deserves; a bound with its sign."""
    write = numbers.exact if row["kind"] == "published" else numbers.plain
    return (words(f"sign.{row['rule']}") if row["rule"] in BOUNDS else "") + write(row["asked"], words)


def _got(row: Row, words: Wording) -> str:
    if row["kind"] == "published":
        return numbers.beside(row["got"], row["asked"], words)
    return numbers.plain(row["got"], words)


def _error(row: Row, words: Wording) -> str:
    """How far a total is off; of a bound, whether it is kept."""
    error = row["error_pct"]
    if row["rule"] in BOUNDS:
        return words(f"table.population.{'kept' if (error >= 0 if row['rule'] == '>=' else error <= 0) else 'broken'}")
    return f"{round(error, 2) + 0.0:.2f}%"


def assumptions(material: Material, words: Wording) -> Section:
    """What rests on assumption alone, widest range first, and what the model cannot say."""
    rows = material.assumptions
    column = words.items("table.assumptions.columns")
    inner = table(
        rows,
        [
            field(column["title"], "title", "wide"),
            Column(column["kind"], lambda row: words(f"kind.{row['kind']}")),
            field(column["default"], "default"),
            field(column["range"], "range"),
            field(column["unit"], "unit"),
            field(column["basis"], "basis", "wide"),
            *(field(column[name], name) for name in ("clauses", "id")),
        ],
        _caption("assumptions", words),
    )
    total = catalogue()["population.total_land_wan_mu"]
    low, high = (numbers.plain(end, words) for end in total.bounds)
    land = words("limits.land", value=numbers.plain(total.value, words), low=low, high=high)
    known = words.items("limits") | {"land": land} | (_own_limits(material, words) if material.series else {})
    if material.register:
        known.pop("stock")  # the register is the start
    limits = [*known.values(), *sentences.measured_limits(material.frame, words)]
    html = _title("assumptions", words) + bullets(limits) + _outcomes(material, words)
    html += folded(words("table.assumptions.fold", count=len(rows)), inner)
    return Section(f"<section>{html}</section>")


def _own_limits(material: Material, words: Wording) -> dict[str, str]:
    return {"output": words("limits_own.output", **(material.series or {}))}


def _outcomes(material: Material, words: Wording) -> str:
    """Published outcomes the model was not fitted to, and whether it meets them."""
    rows = material.outcomes
    column = words.items("table.outcomes.columns")
    free, count = independent(rows["source"]), told_counts(rows, words)
    said = words("table.outcomes.said", **count | {"hits": count["free_hits"]})
    columns = [
        Column(column["label"], lambda row: words.aside(words.of(row["label"]), str(row["period"])), "wide"),
        Column(column["published"], lambda row: as_published(row, words), "number"),
        Column(column["median"], lambda row: _median(row, words), "number"),
        Column(column["range"], lambda row: _range(row, words), "number"),
        Column(column["verdict"], lambda row: outcome_verdict(row, words)),
        Column(column["source"], lambda row: words.aside(row["source"], row["grade"])),
        Column(column["note"], lambda row: words.of(row["note_zh"]), "wide"),
    ]
    return paragraph(said) + detail(table(rows.assign(free=free), columns, _caption("outcomes", words)))


def method(material: Material, words: Wording) -> Section:
    """How the numbers came about, in one paragraph."""
    demand = by_series("method.demand", material, words)
    firms, runs = f"{material.stamp['enterprises']:,}", material.stamp["runs"]
    told = _register(material, words)
    body = by_register("method.text", material, words, firms=firms, runs=runs, demand=demand, **told)
    more = sentences.commands(material.scenario, material.targets, material.asked, words) if material.answers else ""
    said = [body, anchored(material.anchors, material.observations, words), more]
    return Section(f"<section>{_title('method', words)}{''.join(map(paragraph, filter(None, said)))}</section>")


def _register(material: Material, words: Wording) -> dict[str, str]:
    """What may be told of the user's own register, in words; nothing without one."""
    told = material.register
    if told is None:
        return {}
    cells = words.listed(f"{words.of(column)} {count}" for column, count in told["imputed"].items())
    lacking = words.listed(map(words.of, told["synthesised"]))
    filled = (words("method.filled", cells=cells) if cells else "") + (
        words("method.lacking", columns=lacking) if lacking else ""
    )
    return {
        "file": told["file"], "stands_for": f"{told['stands_for']:,}", "filled": filled,
        "share": f"{100 * told['output_above_scale_share']:.0f}", "refused": str(told["refused"]),
        "fixed": str(told["fixed"]),
    }  # fmt: skip


def _target_columns(words: Wording, without: tuple[str, ...] = ()) -> list[Column]:
    """Columns of the targets table; the open targets go without their state and note."""
    column = words.items("table.targets.columns")
    columns = {
        "name": Column(column["name"], lambda row: _label(row, words), "wide"),
        "deadline": field(column["deadline"], "deadline"),
        "threshold": Column(column["threshold"], lambda row: _threshold(row, words), "number"),
        "chance": Column(column["chance"], lambda row: _chance(row, words), "number"),
        "interval": Column(column["interval"], lambda row: _interval(row, words), "number"),
        "median": Column(column["median"], lambda row: _median(row, words), "number"),
        "range": Column(column["range"], lambda row: _range(row, words), "number"),
        "basis": Column(column["basis"], lambda row: words(f"basis.{row['basis']}")),
        "colour": Column(column["colour"], lambda row: words(f"warning.colours.{row['colour']}")),
        "state": Column(column["state"], lambda row: words(f"state.{row['state']}")),
        "clause": Column(column["clause"], _clause)
        if words.lang == OF_DATA
        else Column(column["clause"], lambda row: words.of(text(row["document"])), "", _clause),
        "sources": Column(column["sources"], lambda row: words.listed(text(row["sources"]).split(";"))),
        "note": Column(column["note"], lambda row: _note(row, words), "wide"),
    }
    return [column for name, column in columns.items() if name not in without]


def _clause(row: Row) -> str:
    """Document and article; a document without a number goes by its title."""
    document = text(row["document"])
    titled = re.search("《.*》", document)
    return f"{titled[0] if titled else document} {text(row['article'])}".strip()


def _chance(row: Row, words: Wording) -> str:
    return numbers.share(row["probability"], row["runs"], words)


def _label(row: Row, words: Wording) -> str:
    """The target with its reading, and which way the model is known to miss it."""
    label = words.aside(words.of(row["label"]), sentences.reading(row, words))
    return words("mark.clause").join(filter(None, [label, row["known"]]))


def _threshold(row: Row, words: Wording) -> str:
    return words(f"sign.{row['direction']}") + numbers.threshold(row["threshold"], str(row["unit"]), words)


def _interval(row: Row, words: Wording) -> str:
    return numbers.percent_interval(row["ci_low"], row["ci_high"], words)


def _median(row: Row, words: Wording) -> str:
    return numbers.amount(row["median"], str(row["unit"]), words, sentences.largest(row))


def _note(row: Row, words: Wording) -> str:
    """The reading, why the target is settled, and the user's own figure or else the file that would hold it."""
    said = (words.of(text(row[name])) for name in ("reading", "state_note_zh"))
    own = sentences.observed(row, words) or words.of(text(row["needs_zh"]))
    *before, last = [part for part in (*said, own) if part] or [""]
    return words("mark.clause").join([*(part.rstrip("。.") for part in before), last])


def _range(row: Row, words: Wording) -> str:
    return numbers.amount_interval(row["p10"], row["p90"], str(row["unit"]), words, sentences.largest(row))


def _title(key: str, words: Wording) -> str:
    return f"<h2>{escape(words(f'section.{key}'))}</h2>"


def _caption(key: str, words: Wording, form: str = "") -> str:
    return words("table.label", number=TABLES.index(key) + 1, title=words(f"table.{key}.title{form}"))
