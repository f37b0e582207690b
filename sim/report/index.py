"""``reports/index.html``: every report there is, its headline beside the others', and what could not be made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

from sim.ensemble.stamp import SHOWN
from sim.registry import HEADLINES
from sim.report import numbers, sentences
from sim.report.fonts import font_face
from sim.report.page import style
from sim.report.page_parts import bullets, paragraph, section
from sim.report.render import FAILED, NOTEBOOK, PAGE, REASON
from sim.report.theme import FONT_STACK
from sim.report.verify import SUMMARY, NotAReport, read_run
from sim.report.wording import OF_DATA, Wording
from sim.scenario.load import BASELINE

INDEX = "index.html"
Made = tuple[str, str, int | None, int | None]


@dataclass(frozen=True)
class Listed:
    """A finished report: ``made`` is what has to be the same for its numbers to be held against another's (digests of
    model and data, seed, enterprises), ``scenarios`` the digests of its scenarios by name, ``rows`` its targets,
    ``differences`` what sets it apart from the baseline, by target; both empty for pages that are no briefing."""

    folder: Path
    title: str
    scenario: str
    lang: str
    date: str
    made: Made
    runs: int
    scenarios: Mapping[str, str]
    rows: Mapping[str, dict[str, Any]]
    differences: Mapping[str, dict[str, Any]]

    @property
    def is_briefing(self) -> bool:
        """Whether it answers the headline targets."""
        return (self.folder / NOTEBOOK).is_file()


def write_index(reports: Path, words: Wording, failures: Sequence[str] = ()) -> Path:
    """List every report below a folder, and return the page.

    Args:
        failures: why briefings asked for just now could not be made, beside those whose remains are kept.
    """
    found = listed(reports)
    briefings = [one for one in found if one.is_briefing]
    shown = best(briefings)
    made: Made = shown[0].made if shown else ("", "", None, None)
    older = [one for one in briefings if one not in shown]
    shown.sort(key=lambda one: (one.scenario != BASELINE, one.scenario, one.lang != OF_DATA))
    others = [one for one in found if not one.is_briefing]
    parts = [f"<header><h1>{escape(words('index.title'))}</h1></header>"]
    if any(one.made != made for one in shown):
        parts.append(f'<p class="banner">{escape(words("index.banner"))}</p>')
    parts.append(_table(shown, made, words) if shown else paragraph(words("index.none")))
    parts += [_list(words(f"index.{key}"), some) for key, some in (("others", others), ("older", older)) if some]
    remains = failed(reports)
    if unlisted := len(list(reports.glob("*/run.json"))) - len(found):
        parts.append(paragraph(words("index.unlisted", count=unlisted)))
    if reasons := [*(why for why in failures if not any(name in why for name in remains)), *remains.values()]:
        parts.append(section(words("index.failed"), [bullets(reasons)]))
    body = "".join(parts)
    html = (
        f'<!DOCTYPE html><html lang="{escape(words("page.lang"))}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words('index.title'))}</title><style>{font_face(body)}</style><style>{style(FONT_STACK)}</style></head>"
        f'<body><main class="broad">{body}</main></body></html>\n'
    )
    reports.mkdir(parents=True, exist_ok=True)
    draft = reports / f".{INDEX}.{uuid4().hex[:12]}"
    draft.write_text(html, encoding="utf-8")
    return draft.replace(reports / INDEX)


def listed(reports: Path) -> list[Listed]:
    """Return the finished reports below a folder, newest first."""
    found = []
    for path in reports.glob("*/run.json"):
        try:
            run = read_run(path.parent)
            told = json.loads((path.parent / SUMMARY).read_text(encoding="utf-8"))
        except (NotAReport, OSError, ValueError):
            continue
        told = told if isinstance(told, dict) else {}
        found.append((path.stat().st_mtime, Listed(
            path.parent, run["title"], run["parameters"].get("scenario", ""),
            run["parameters"].get("lang", OF_DATA), run.get("date", ""),
            (run["code"], _read_data(run["data"]), run.get("seed"), run.get("enterprises")), run.get("runs", 0),
            run.get("scenarios", {}),
            {row["id"]: row for row in told.get("targets", ())},
            {row["id"]: row for row in told.get("differences", ())},
        )))  # fmt: skip
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


def best(briefings: Sequence[Listed]) -> list[Listed]:
    """Return of each scenario in each language the briefing to be shown, newest first: of those made of the same model,
    data and scenarios as the newest, the one of most runs and enterprises, which a small trial must not displace.

    Args:
        briefings: newest first.
    """
    of_each: dict[tuple[str, str], list[Listed]] = {}
    for one in briefings:
        of_each.setdefault((one.scenario, one.lang), []).append(one)
    found = []
    for newest, *others in of_each.values():
        alike = [one for one in others if (one.made[:2], one.scenarios) == (newest.made[:2], newest.scenarios)]
        found.append(max([newest, *alike], key=lambda one: one.runs * (one.made[3] or 0)))
    return [one for one in briefings if one in found]


def _read_data(data: str | dict[str, str]) -> str:
    """One digest of the tables that a run reads; one's own and those only shown make no run another."""
    if isinstance(data, str):
        return data
    tables = {name: digest for name, digest in data.items() if not name.startswith(SHOWN)}
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:16]


def failed(reports: Path) -> dict[str, str]:
    """Return of each report that could not be made, by its name, a line with the reason."""
    found = {}
    for path in sorted((reports / FAILED).glob(f"*/{REASON}")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found[path.parent.name] = f"{path.parent.name}：{next((line for line in lines[1:] if line), '')}"
    return found


def _table(briefings: Sequence[Listed], made: Made, words: Wording) -> str:
    heads, kinds = words.items("index.columns"), words.items("index.files")
    rows_of_all = {name: row for one in briefings for name, row in one.rows.items() if row["probability"] is not None}
    asked = [row for group in HEADLINES for row in rows_of_all.values() if row["group"] == group]
    names = [words("index.target", year=row["deadline"][:4], name=sentences.target_name(row, words)) for row in asked]
    titles = [heads["title"], *names, heads["files"], heads["made"]]
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    rows = []
    for one in briefings:
        there = [path for path in sorted(one.folder.iterdir()) if path.suffix in kinds]
        files = [_link(one, path.name, kinds[path.suffix]) for path in there]
        model, data = (digest[:8] for digest in one.made[:2])
        about = [one.date, words("index.runs", runs=one.runs), words("index.made", model=model, data=data)]
        about += [words("index.apart")] if one.made != made else []
        cells = [[_link(one, PAGE, one.title), escape(one.scenario)]]
        cells += [[escape(line) for line in _chance(one, row["id"], words)] for row in asked]
        cells += [files, [escape(line) for line in about]]
        rows.append("<tr>" + "".join(f"<td>{'<br>'.join(lines)}</td>" for lines in cells) + "</tr>")
    return (
        f'<div class="scroll" tabindex="0"><table><caption>{escape(words("index.caption"))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _chance(one: Listed, target: str, words: Wording) -> list[str]:
    """The probability, its interval, and what sets it apart from the baseline."""
    row = one.rows.get(target)
    if row is None or row["probability"] is None:
        return [words("number.none")]
    said = [
        numbers.share(row["probability"], row["runs"], words),
        words("index.interval", interval=numbers.percent_interval(row["ci_low"], row["ci_high"], words)),
    ]
    if apart := one.differences.get(target):
        interval = numbers.points_interval(apart["chance_lo"], apart["chance_hi"], words)
        said.append(words("index.against", interval=interval))
    return said


def _list(title: str, some: Sequence[Listed]) -> str:
    items = "".join(f"<li>{_link(one, PAGE, one.title)}　{escape(one.date)}</li>" for one in some)
    return f"<details><summary>{escape(title)}（{len(some)}）</summary><ul>{items}</ul></details>"


def _link(one: Listed, file: str, text: str) -> str:
    return f'<a href="{escape(one.folder.name)}/{escape(file)}">{escape(text)}</a>'
