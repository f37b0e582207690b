"""What calibration found, as tables and sentences for the terminal and for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.calibration.recovery import ABC, MOMENTS, RESOLVED
from sim.analysis.calibration.statistics import left_out, statistics
from sim.report.tables import Row, rows_of
from sim.report.terminal import show
from sim.report.wording import Wording
from sim.scenario.catalogue import GRADE_ZH

if TYPE_CHECKING:
    from sim.analysis.calibration.calibrate import Calibration
    from sim.analysis.calibration.recovery import Recovery

RECOVERY_COLUMNS = ("parameter", "grade", "abc", "moments", "coverage", "identified")
STATISTICS_COLUMNS = ("label", "source", "published", "prior", "posterior", "inside")
PARAMETERS_COLUMNS = ("title", "unit", "prior", "abc", "moments", "apart")


def recovery_rows(found: Recovery, words: Wording) -> list[list[str]]:
    """Return every uncertainty: how much of its prior's variance each method's estimates take away, how often their
    80 % intervals held the truth, and whether it counts as identified; the best told first."""
    by_name = {(str(row["parameter"]), str(row["method"])): row for row in rows_of(found.skill)}
    rows = []
    for name in found.skill.groupby("parameter")["skill"].min().sort_values(ascending=False, kind="stable").index:
        one, other = by_name[name, ABC], by_name[name, MOMENTS]
        verdict = words.items("calibration.verdict")["told" if one["identified"] else "untold"]
        rows.append([
            str(one["title"]), GRADE_ZH[one["grade"]], _share(one["skill"], words), _share(other["skill"], words),
            f"{_share(one['coverage'], words)}、{_share(other['coverage'], words)}", verdict,
        ])  # fmt: skip
    return rows


def recovery_sentences(found: Recovery, words: Wording) -> list[str]:
    """Say what counts as identified, what is, and how good the surrogate is on points it has not seen."""
    titles = dict(zip(found.skill["parameter"], found.skill["title"], strict=True))
    names = "、".join(str(titles[name]) for name in found.identified) or words("calibration.recovery_none")
    labels = {each.id: each.label for each in statistics()}
    items = "、".join(
        words("calibration.surface_item", label=labels[str(row["statistic"])], share=round(100 * row["explained"]))
        for row in rows_of(found.surface)
    )
    return [
        words("calibration.recovery_note", least=round(100 * RESOLVED), count=len(titles), found=len(found.identified),
              names=names),
        words("calibration.surface", items=items),
    ]  # fmt: skip


def statistic_rows(found: Calibration, words: Wording) -> list[list[str]]:
    """Return what was published, and what prior and posterior predict of it."""
    return [
        [
            str(row["label"]), str(row["sources"]).replace(";", "、"),
            f"{_three(row['published'])}±{_three(row['error'])} {row['unit']}",
            f"{_three(row['prior_p10'])}—{_three(row['prior_p90'])}", f"{_three(row['p10'])}—{_three(row['p90'])}",
            words.items("calibration.covered")["inside" if row["inside"] else "outside"],
        ]
        for row in rows_of(found.statistics)
    ]  # fmt: skip


def parameter_rows(found: Calibration, words: Wording) -> list[list[str]]:
    """Return what was calibrated: prior, and the two methods' medians and 80 % intervals."""
    p = found.parameters
    return [
        [
            str(row["title"]), str(row["unit"]), *(_interval(row, kind, words) for kind in ("prior", ABC, MOMENTS)),
            words("calibration.apart", value=f"{row['apart']:.2f}"),
        ]
        for row in rows_of(p[p["status"] == "calibrated"])
    ]  # fmt: skip


def calibration_sentences(found: Calibration, words: Wording) -> list[str]:
    """Count what is covered, name what has its prior only, and say how the sample came about."""
    table, p, stamp = found.statistics, found.parameters, found.stamp
    prior = p.loc[p["status"] == "prior_only", "title"]
    return [
        words("calibration.statistics_note", count=len(table), inside=int(table["inside"].sum())),
        words("calibration.prior_only", count=len(prior), names="、".join(prior)),
        words("calibration.method", generations=stamp["generations"], accepted=round(100 * stamp["accepted"][-1]),
              effective=round(stamp["effective_draws"]), runs=stamp["runs"]),
    ]  # fmt: skip


def left_out_sentences(words: Wording) -> list[str]:
    """Name the published figures that were not used, each with its reason."""
    return [
        words("calibration.left_out_item", label=row["label_zh"], sources=row["sources"].replace(";", "、"),
              reason=row["reason_zh"])
        for row in left_out()
    ]  # fmt: skip


def show_recovery(found: Recovery, words: Wording) -> None:
    """Print what was recovered."""
    heads = words.items("calibration.recovery_columns")
    print(words("calibration.recovery_title", truths=found.stamp["truths"], runs=found.stamp["runs"]))
    show([heads[key] for key in RECOVERY_COLUMNS], recovery_rows(found, words), right=(2, 3, 4))
    for said in recovery_sentences(found, words):
        print(said)


def show_calibration(found: Calibration, words: Wording, path: str) -> None:
    """Print what was recovered, fitted and written."""
    show_recovery(found.recovery, words)
    print()
    for key, columns, rows in (
        ("statistics_columns", STATISTICS_COLUMNS, statistic_rows(found, words)),
        ("parameters_columns", PARAMETERS_COLUMNS, parameter_rows(found, words)),
    ):
        heads = words.items(f"calibration.{key}")
        show([heads[name] for name in columns], rows)
        print()
    for said in calibration_sentences(found, words):
        print(said)
    print(words("calibration.written", rows=len(found.sample), columns=found.sample.shape[1], path=path,
                name=found.stamp["scenario"]))  # fmt: skip


def _interval(row: Row, kind: str, words: Wording) -> str:
    middle, low, high = (_three(row[key]) for key in (kind, f"{kind}_lo", f"{kind}_hi"))
    return words("calibration.interval", middle=middle, low=low, high=high)


def _share(value: float, words: Wording) -> str:
    return words("calibration.share", value=round(100 * value))


def _three(value: float) -> str:
    """Three digits that count, no exponent."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
