"""Where the model was right and where not, as tables and sentences for the terminal and for pages."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from sim.analysis.rivals import LOGISTIC_NEEDS
from sim.analysis.validation import AVAILABLE, CALIBRATED, MOVED, independent
from sim.report import numbers, sentences
from sim.report.tables import Row, rows_of
from sim.report.terminal import show
from sim.report.wording import Wording
from sim.scenario.catalogue import GRADE_ZH, catalogue

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.validation import Validation

EVIDENCE = "evidence"


def prior_sentence(uncertainties: pd.DataFrame, words: Wording) -> str:
    """Say how many are calibrated, how many prior only, and on what evidence those priors rest."""
    drawn = uncertainties["status"] == CALIBRATED
    ready = int((uncertainties["status"] == AVAILABLE).sum())
    grades = Counter(uncertainties.loc[~drawn, "grade"])
    listed = "、".join(f"{GRADE_ZH[grade]}{count}项" for grade, count in grades.most_common())
    if drawn.any():
        names = "、".join(uncertainties.loc[drawn, "title"])
        said = words("validation.calibrated", count=len(uncertainties), calibrated=int(drawn.sum()), names=names,
                     left=int((~drawn).sum()), grades=listed)  # fmt: skip
    else:
        said = words("validation.prior_only", count=len(uncertainties), grades=listed)
        said += words("validation.available", count=ready) if ready else ""
    return said + words("validation.not_fitted")


def uncertainty_rows(uncertainties: pd.DataFrame, words: Wording) -> list[list[str]]:
    """Return every uncertainty: its name, the kind of evidence behind its range, whether it was calibrated, its id."""
    return [
        [str(row["title"]), GRADE_ZH[row["grade"]], words(f"validation.status.{row['status']}"), str(row["id"])]
        for row in rows_of(uncertainties)
    ]


def outcome_rows(found: Validation, words: Wording) -> list[list[str]]:
    """Return what was published, where, the model's interval, and whether it holds."""
    return [
        [
            f"{row['label']}（{row['period']}）", pair(row, words)[0], str(row["source"]), pair(row, words)[1],
            outcome_verdict(row, words),
        ]
        for row in rows_of(found.outcomes.assign(free=independent(found.outcomes["source"])))
    ]  # fmt: skip


def outcome_verdict(row: Row, words: Wording) -> str:
    """Say whether an outcome is met, and where its source is not ``free`` of the model's inputs."""
    return words(f"verdict.{row['verdict']}") + ("" if row["free"] else words("validation.not_independent"))


def pair(row: Row, words: Wording) -> tuple[str, str]:
    """Write what was published and the model's interval."""
    bound = "" if row["rule"] == "=" else words(f"sign.{row['rule']}")
    published = bound + numbers.amount(row["published"], str(row["unit"]), words)
    return published, numbers.amount_interval(row["p10"], row["p90"], str(row["unit"]), words)


def counts(outcomes: pd.DataFrame) -> dict[str, int]:
    """Count published outcomes: all, hits, misses, of independent sources (free), hits of those, and the others."""
    inside, free = outcomes["verdict"] == "inside", independent(outcomes["source"])
    return {
        "count": len(inside), "hits": int(inside.sum()), "misses": int((~inside).sum()), "free": int(free.sum()),
        "free_hits": int((inside & free).sum()), "shared": int((~free).sum()),
    }  # fmt: skip


def told_counts(outcomes: pd.DataFrame, words: Wording) -> dict[str, object]:
    """Return :func:`counts` for a sentence, with a remark (``twice``) on figures that are held against two readings and
    so count twice; empty without any."""
    again = outcomes.duplicated(["source", "period", "published"], keep=False)
    sources = list(dict.fromkeys(outcomes.loc[again, "source"].astype(str)))
    twice = words("validation.twice", sources=words.listed(sources)) if sources else ""
    return {**counts(outcomes), "twice": twice}


def outcome_sentences(found: Validation, words: Wording) -> list[str]:
    """Count the hits, discuss every miss, and say what could not be compared."""
    said = [words("validation.hits", **told_counts(found.outcomes, words))]
    for row in rows_of(found.outcomes[found.outcomes["verdict"] != "inside"]):
        key = "validation.miss" if row["reason_zh"] else "validation.miss_unknown"
        said.append(words(key, label=row["label"], period=row["period"], verdict=words(f"verdict.{row['verdict']}"),
                          reason=row["reason_zh"], basis=row["basis_zh"]))  # fmt: skip
    return [*said, words("validation.incomparable")]


def rival_sentences(found: Validation, words: Wording) -> list[str]:
    """Say how often the model beats simple rivals, and which figures have none."""
    table = found.rivals
    met = table[table["best"] != ""]
    names = words.items("validation.rivals")
    lost = [
        words("validation.rival_item", label=f"{row['label']}{row['period']}", best=names[row["best"]])
        for row in rows_of(met[met["best"] != "model"])
    ]
    said = [
        words("validation.rival", count=len(met), wins=int((met["best"] == "model").sum()),
              lost="、".join(lost) or words("validation.rival_none")),
        words("validation.rival_limits", without=int((table["figures"] == 0).sum())),
    ]  # fmt: skip
    years = sorted(set(table.loc[table["indicator"].str.startswith("quality_space"), "period"]))
    if len(years) < LOGISTIC_NEEDS:
        said.append(words("validation.rival_space", count=len(years), years="、".join(years)))
    if table["figures"].max() < LOGISTIC_NEEDS:
        said.append(words("validation.rival_logistic", needs=LOGISTIC_NEEDS))
    return said


def pattern_rows(found: Validation, words: Wording) -> list[list[str]]:
    """Return the patterns: what is asked, the model's interval, whether it holds, whether it was put in."""
    return [
        [
            f"{row['label']}{'，' + row['unit'] if row['unit'] else ''}", _range(row, words),
            f"{_three(row['p10'])}—{_three(row['p90'])}", words(f"validation.pattern_verdict.{row['verdict']}"),
            words(f"validation.pattern_kind.{row['kind']}"), str(row["sources"]).replace(";", "、"),
        ]
        for row in rows_of(found.patterns)
    ]  # fmt: skip


def pattern_sentences(found: Validation, words: Wording) -> list[str]:
    """Count the patterns that hold and discuss those that do not."""
    table = found.patterns
    hit, free = table[table["verdict"] == "inside"], independent(table["sources"])
    said = [words("validation.pattern_hits", count=len(table), hits=len(hit), free=int(free.sum()),
                  free_hits=int((free & (table["verdict"] == "inside")).sum()),
                  built_in=int((hit["kind"] == "built_in").sum()))]  # fmt: skip
    for row in rows_of(table[table["verdict"] != "inside"]):
        verdict = words(f"validation.pattern_verdict.{row['verdict']}")
        key = "validation.pattern_miss" if row["reason_zh"] else "validation.pattern_miss_unknown"
        said.append(words(key, label=row["label"], verdict=verdict, reason=row["reason_zh"]))
    return said


def output_sentences(found: Validation, words: Wording) -> list[str]:
    """Say how the forecast of output did at past origins, beside its rivals, and what stated chances came to."""
    methods = {str(row["method"]): row for row in rows_of(found.output)}
    mine, best = methods[EVIDENCE], str(found.output.sort_values("wis")["method"].iloc[0])
    names = words.items("validation.output_methods")
    rivals = [
        words("validation.output_item", method=names[name], mae=f"{row['mae_pct']:.1f}")
        for name, row in methods.items() if name != EVIDENCE
    ]  # fmt: skip
    said = words("validation.output", forecasts=mine["forecasts"], mae=f"{mine['mae_pct']:.1f}",
                 in80=round(100 * mine["in80"]), rivals="、".join(rivals), sample=found.stamp["sample"])  # fmt: skip
    key = "validation.output_better" if best == EVIDENCE else "validation.output_worse"
    items = [
        words("validation.stated_item", low=round(100 * row["low"]), high=round(100 * row["high"]), count=row["count"],
              stated=round(100 * row["stated"]), reached=row["reached"])
        for row in rows_of(found.stated) if row["count"]
    ]  # fmt: skip
    count, years = int(found.stated["count"].sum()), int(found.stated["years"].max())
    return [said + words(key, method=names[best]),
            words("validation.stated", count=count, items="；".join(items), years=years)]  # fmt: skip


def past_sentences(found: Validation, words: Wording) -> list[str]:
    """Say how many targets of the 2021 plan have a known outcome, and what was said of those the forecast answers."""
    one = found.past.drop_duplicates("id")
    answered = one[one["known"] & one["probability"].notna()]
    said = [words("validation.past", count=len(one), known=int(one["known"].sum()), answered=len(answered),
                  reached=int(answered["reached"].sum()))]  # fmt: skip
    for _, rows in found.past[found.past["probability"].notna() & ~found.past["known"]].groupby("id", sort=False):
        items = [
            words("validation.past_said", origin=str(row["origin"])[:7],
                  chance=numbers.percent(row["probability"], words))
            for row in rows_of(rows)
        ]  # fmt: skip
        row = rows_of(rows)[0]
        said.append(words("validation.past_item", label=row["label"], sign=words(f"sign.{row['direction']}"),
                          threshold=numbers.threshold(row["threshold"], str(row["unit"]), words),
                          deadline=row["deadline"], items="，".join(items)))  # fmt: skip
    return said


def ablation_sentences(found: Validation, words: Wording) -> list[str]:
    """Say which headline probabilities another structure changes; of those that do not change, how sure that is."""
    table = found.ablation
    changed = table[table["probability"] != table["base_probability"]]
    items = [
        words("validation.ablation_item", option=option_name(str(row["switch"]), str(row["option"])),
              name=sentences.target_name(row, words), base=numbers.share(row["base_probability"], row["pairs"], words),
              probability=numbers.share(row["probability"], row["pairs"], words),
              interval=numbers.points_interval(row["chance_lo"], row["chance_hi"], words))
        for row in rows_of(changed)
    ]  # fmt: skip
    said = [words("validation.ablation_some", items="；".join(items)) if items else words("validation.ablation_none")]
    same = table[table["probability"] == table["base_probability"]]
    if not same.empty:
        row = rows_of(same)[0]
        interval = numbers.points_interval(row["chance_lo"], row["chance_hi"], words)
        said.append(words("validation.ablation_pairs", pairs=row["pairs"], interval=interval))
    return said


def moved_rows(found: Validation, words: Wording) -> list[list[str]]:
    """Return, for each option of each switch, the outcomes hit and the differences of what it moves."""
    rows = []
    for (switch, option), part in found.moved.groupby(["switch", "option"], sort=False):
        by_name = {str(row["indicator"]): row for row in rows_of(part)}
        first = by_name[MOVED[0]]
        rows.append([option_name(str(switch), str(option)), f"{first['hits']}/{first['count']}",
                     *(_difference(by_name[name], words) for name in MOVED)])  # fmt: skip
    return rows


def show_validation(found: Validation, words: Wording) -> None:
    """Print everything, tables with their sentences below."""
    print(prior_sentence(found.uncertainties, words))
    show(list(words.items("validation.outcome_columns").values()), outcome_rows(found, words), right=(1, 3))
    for said in (*outcome_sentences(found, words), *rival_sentences(found, words)):
        print(said)
    show(list(words.items("validation.pattern_columns").values()), pattern_rows(found, words), right=(1, 2))
    for said in (*pattern_sentences(found, words), *output_sentences(found, words), *past_sentences(found, words)):
        print(said)
    print()
    for said in ablation_sentences(found, words):
        print(said)
    print(words("validation.moved"))
    show(moved_heads(found, words), moved_rows(found, words), right=tuple(range(1, len(MOVED) + 2)))


def moved_heads(found: Validation, words: Wording) -> list[str]:
    """Return the headings above :func:`moved_rows`, each quantity with its value under the scenario itself."""
    labels = {
        str(row["indicator"]): f"{row['label']}（{numbers.amount(row['base'], str(row['unit']), words)}）"
        for row in rows_of(found.moved)
    }
    return [*words.items("validation.moved_columns").values(), *(labels[name] for name in MOVED)]


def command(stamp: dict[str, Any]) -> str:
    """Return what is typed to make the page of a validation again."""
    options = " ".join(f"--{name} {stamp[name]}" for name in ("runs", "enterprises", "seed"))
    return f"tenglong validate {stamp['scenario']} {options} --report"


def option_name(switch: str, option: str) -> str:
    """Name an option of a switch: the switch's title and the option's words up to the first bracket or comma."""
    entry = catalogue()[switch]
    text = str(dict(entry.options)[option])
    for stop in "（，":
        text = text.partition(stop)[0]
    return f"{entry.title.zh}：{text}"


def _range(row: Row, words: Wording) -> str:
    if math.isnan(row["high"]):
        return words("validation.at_least", value=_three(row["low"]))
    return _three(row["low"]) if row["low"] == row["high"] else f"{_three(row['low'])}—{_three(row['high'])}"


def _three(value: float) -> str:
    """Patterns are ratios of many kinds: three digits of each."""
    return f"{value:.3g}"


def _difference(row: Row, words: Wording) -> str:
    size = max(abs(row["base"]), 1.0)
    if abs(row["lo"]) < 1e-9 * size and abs(row["hi"]) < 1e-9 * size:
        return "0"
    least = 1e-9 * size
    low, high = (_signed(row[end], least) for end in ("lo", "hi"))
    return f"{_signed(row['difference'], least)}（{words('number.span', low=low, high=high)}）"


def _signed(value: float, least: float) -> str:
    """Three digits and the sign; what is left over when equal sums are added in another order is nothing."""
    if abs(value) < least:
        return "0"
    return f"{value:+.0f}" if abs(value) >= 100 else f"{value:+.2g}"
