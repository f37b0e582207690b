"""The forecast and its track record as a notebook shows them: Ningbo's output, its evidence by origin, other series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sim.ensemble.stamp import FORECAST, code_digest, data_digests, source_version
from sim.parallel import default_workers
from sim.report import numbers
from sim.report.charts import record as charts
from sim.report.display import PAGE_MIME, STAMP_MIME, TARGETS_MIME, Figure, Panel, Section
from sim.report.forecasts import chances, outlook_figure
from sim.report.page_parts import bullets, header, origin, paragraph, section
from sim.report.series import FEWEST
from sim.report.tables import Column, Row, field, records, rows_of, table
from sim.report.wording import Wording, chinese

if TYPE_CHECKING:
    from sim.forecast.backtest import Backtest
    from sim.forecast.origin_scores import EvidenceBacktest
    from sim.forecast.outlook import Outlook

LEVELS = (50, 80, 95)
TRILLION = 10_000.0  # 亿元 in one 万亿元
FARTHEST = 1.0
"""Differences in score beyond this are cut at the edge of the chart; one method gone wrong would flatten the rest."""
SIMPLE = ("naive", "seasonal_naive", "drift", "naive2")
WORST = 8


class TrackRecord:
    """All pieces of the record; each property is shown by putting it last in a cell."""

    def __init__(self, ningbo: EvidenceBacktest, series: Backtest, words: Wording, asked: str = "") -> None:
        """``asked``: file and options of one's own series, as they are typed; nothing of public ones."""
        self.ningbo, self.series, self._words, self._asked = ningbo, series, words, asked
        self._whose, self._other = ("own", "other") if asked else ("public", "own")
        self.parts = series.by_frequency()

    @cached_property
    def summaries(self) -> Mapping[str, pd.DataFrame]:
        """Scores by method of each frequency (YS, QS, MS)."""
        return {freq: part.summary() for freq, part in self.parts.items()}

    @property
    def heading(self) -> Section:
        """Title, date, how many series and origins: those at which methods are compared."""
        words, scores = self._words, self.series.shared().scores
        today = date.today().isoformat()
        origins = scores.groupby("unique_id")["origin"].nunique().sum()
        facts = words("record.facts", date=today, series=scores["unique_id"].nunique(), origins=origins)
        html = header(words("record.title"), words, f'<p class="facts">{escape(facts)}</p>')
        return Section(html, {PAGE_MIME: {"title": words("record.page", date=today), "lang": words.lang}})

    @property
    def forecast(self) -> Figure:
        """What the forecast says today: the fan of Ningbo's output on public evidence."""
        source = self._words("forecasts.source", count=self.outlook.observations["used"].sum())
        return outlook_figure(self.outlook, self._words, self._words("forecasts.note"), source)

    @property
    def chances(self) -> Section:
        """How likely the open targets are by it alone, and what that rests on."""
        return chances(self.outlook, self._words)

    @cached_property
    def outlook(self) -> Outlook:
        """The evidence model fitted on all there is."""
        from sim.forecast import evidence_model

        return evidence_model()

    @property
    def evidence(self) -> Section:
        """Scores of the evidence model and of random walks on Ningbo's own evidence."""
        words, column = self._words, self._words.items("record.evidence.columns")
        columns = [
            Column(column["method"], self._method),
            field(column["forecasts"], "forecasts", "number"), field(column["years"], "years", "number"),
            Column(column["error"], lambda row: f"{row['error_pct']:+.1f}%", "number"),
            Column(column["mae"], lambda row: f"{row['mae_pct']:.1f}%", "number"),
            Column(column["wis"], lambda row: f"{row['wis']:.2f}", "number"),
            Column(column["difference"], _more_than_evidence, "number"),
            *(Column(column[f"in{level}"], _inside(level), "number") for level in LEVELS),
            Column(column["brier"], lambda row: f"{row['brier']:.3f}", "number"),
        ]  # fmt: skip
        scores = table(self.ningbo.summary(), columns, words("record.evidence.caption"))
        note = words("record.evidence.words", sample=self.ningbo.sample)
        return Section(section(words("record.evidence.title"), [scores, paragraph(note)]))

    @property
    def origins(self) -> Figure:
        """What the evidence model would have said from every origin, and what came."""
        words, scores = self._words, self.ningbo.scores
        keys = ["origin", "year"]
        drift = scores[scores["method"] == "drift"].set_index(keys)["median"].rename("drift")
        rows = scores[scores["method"] == "evidence"].join(drift, on=keys).sort_values(keys)
        drawn, items = [], []
        for row in rows_of(rows):
            label = words("record.evidence.label", origin=row["origin"][:7], year=row["year"])
            said = {name: numbers.amount(row[name], "亿元", words) for name in ("median", "outcome")}
            items.append(words(
                "record.evidence.item", label=label, **said,
                range=numbers.amount_interval(row["lo80"], row["hi80"], "亿元", words),
            ))  # fmt: skip
            levels = {name: row[name] / TRILLION for name in ("median", "lo80", "hi80", "outcome", "drift")}
            drawn.append({"label": label, "text": items[-1], **levels})
        alt = words("record.evidence.alt", items="；".join(items))
        source = words("record.evidence.source", sources="、".join(dict.fromkeys(rows["outcome_source"])))
        return Figure(
            key="figure-origins", section=words("record.evidence.section"), label=words("figure.label", number=2),
            title=words("record.evidence.figure"), alt=alt, note=words("record.evidence.note"),
            source=words("figure.source", source=source),
            panels=[Panel(charts.origins(pd.DataFrame(drawn), alt, words))], data_html="",
        )  # fmt: skip

    @property
    def methods(self) -> Section:
        """Scores of every method, one table a frequency; the numbers travel with the section."""
        words, column = self._words, self._words.items("record.methods.columns")
        counts = {freq: part.scores["unique_id"].nunique() for freq, part in self.parts.items()}
        columns = [
            Column(column["method"], self._method),
            Column(column["wis"], lambda row: f"{row['wis']:.3f}", "number"),
            Column(column["difference"], _difference, "number"),
            Column(column["mase"], lambda row: f"{row['mase']:.3f}", "number"),
            Column(column["smape"], lambda row: f"{row['smape']:.1f}", "number"),
            Column(column["owa"], lambda row: f"{row['owa']:.3f}", "number"),
            *(Column(column[f"in{level}"], _inside(level), "number") for level in LEVELS),
        ]
        parts = []
        for freq, summary in self.summaries.items():
            scores, count = self.parts[freq].scores, counts[freq]
            caption = words(
                "record.methods.caption", freq=words(f"record.freq.{freq}"), series=count,
                origins=int(summary["origins"].max()), horizon=int(scores["periods"].max()),
            )  # fmt: skip
            parts.append(table(summary.assign(series=count), columns, caption))
        parts.append(paragraph(words("record.methods.note")))
        if min(counts.values()) < FEWEST:
            parts.append(paragraph(words("record.methods.few", fewest=FEWEST)))
        found = {freq: records(summary) for freq, summary in self.summaries.items()}
        return Section(section(words("record.methods.title"), parts), {TARGETS_MIME: found})

    @property
    def differences(self) -> Figure:
        """Every method's score less the pool's, one panel a frequency."""
        words, panels, items = self._words, [], []
        for freq, summary in self.summaries.items():
            count = self.parts[freq].scores["unique_id"].nunique()
            rows = summary[summary["method"] != "pool"].assign(series=count)
            cut = rows[["wis_more_than_pool", "more_lo", "more_hi"]].clip(-FARTHEST, FARTHEST)
            cut.columns = pd.Index(["difference", "low", "high"])
            names = [self._method(row) for row in rows_of(rows)]
            frame = cut.assign(name=names, text=[_difference(row) for row in rows_of(rows)])
            name = words(f"record.freq.{freq}")
            best = "、".join(frame.loc[frame["difference"] < 0, "name"]) or words("number.none")
            items.append(f"{name}：{best}")
            panels.append(Panel(charts.differences(frame, items[-1], words), name))
        return self._figure("differences", 3, "；".join(items), panels, 1)

    @property
    def coverage(self) -> Figure:
        """How often the pool's intervals hold what came."""
        words, panels, items = self._words, [], []
        for freq, summary in self.summaries.items():
            row = rows_of(summary[summary["method"] == "pool"])[0]
            name = words(f"record.freq.{freq}")
            shares = {f"in{level}": numbers.percent(row[f"in{level}"], words) for level in LEVELS}
            items.append(words("record.coverage.item", freq=name, **shares))
            frame = pd.DataFrame([
                {
                    "level": words("record.coverage.level", level=level), "nominal": level / 100,
                    "share": row[f"in{level}"], "low": row[f"in{level}_lo"], "high": row[f"in{level}_hi"],
                    "text": f"{shares[f'in{level}']}"
                    f"（{numbers.percent_interval(row[f'in{level}_lo'], row[f'in{level}_hi'], words)}）",
                }
                for level in LEVELS
            ])  # fmt: skip
            panels.append(Panel(charts.coverage(frame, items[-1], words), name))
        return self._figure("coverage", 4, "；".join(items), panels, len(panels))

    @property
    def losses(self) -> Section:
        """How often a simple method beats the pool, and where the pool loses most."""
        words = self._words
        wide = self.series.scores.pivot_table(index="unique_id", columns="method", values="wis")
        items = []
        for method in SIMPLE:
            better = wide[method] < wide["pool"]
            share = numbers.percent(float(better.mean()), words)
            items.append(
                words("record.losses.summary", method=words(f"record.method.{method}"), share=share, count=better.sum())
            )
        best = wide[list(SIMPLE)].min(axis=1)
        rows = pd.DataFrame({
            "series": wide.index, "pool": wide["pool"], "other": best, "method": wide[list(SIMPLE)].idxmin(axis=1),
        })  # fmt: skip
        rows = rows.assign(gap=rows["pool"] - rows["other"]).query("gap > 0")
        rows = rows.sort_values("gap", ascending=False, kind="stable").head(WORST)
        column = words.items("record.losses.columns")
        columns = [
            field(column["series"], "series"), Column(column["method"], self._method),
            Column(column["pool"], lambda row: f"{row['pool']:.2f}", "number"),
            Column(column["other"], lambda row: f"{row['other']:.2f}", "number"),
        ]  # fmt: skip
        worst = table(rows, columns, words("record.losses.caption")) if len(rows) else ""
        return Section(section(words("record.losses.title"), [bullets(items), worst]))

    @property
    def limits(self) -> Section:
        """What the record does not show."""
        said = self._words.items("record.limits.points")
        points = bullets(text for key, text in said.items() if key != self._other)
        return Section(section(self._words("record.limits.title"), [points]))

    @property
    def provenance(self) -> Section:
        """Code and data behind the record, and the command that makes it again."""
        words = self._words
        version, dirty = source_version()
        data = data_digests(FORECAST)
        key = "provenance.dirty" if dirty else "provenance.clean"
        facts = {
            "version": words(key, version=version, digest=code_digest()),
            "data": "；".join(f"{name} {digest}" for name, digest in data.items()),
            "command": f"tenglong backtest {self._asked} --report".replace("  ", " "),
        }
        stamp = {"code": code_digest(), "data": data, "version": version, "dirty": dirty, "command": facts["command"]}
        return Section(origin(words, facts), {STAMP_MIME: stamp | {"date": date.today().isoformat()}})

    def _method(self, row: dict[str, object]) -> str:
        return self._words(f"record.method.{row['method']}")

    def _figure(self, key: str, number: int, items: str, panels: list[Panel], columns: int) -> Figure:
        words = self._words
        return Figure(
            key=f"figure-{key}", section=words(f"record.{key}.section"), label=words("figure.label", number=number),
            title=words(f"record.{key}.title"), alt=words(f"record.{key}.alt", items=items),
            note=words(f"record.{key}.note"),
            source=words("figure.source", source=words(
                f"record.{key}.source.{self._whose}", series=self.series.scores["unique_id"].nunique()
            )),
            panels=panels, data_html="", columns=columns,
        )  # fmt: skip


def track_record(
    file: str | Path = "", horizon: int = 0, freq: str = "", origins: int = 3, workers: int = 0, lang: str = "zh"
) -> TrackRecord:
    """Backtest the evidence model on Ningbo's evidence, and the pool on the series of a long table, or without one on
    those that ship with statsmodels; about a minute.

    Args:
        file: text, workbook or Parquet with unique_id, ds, y.
        horizon, freq: 0 and "" for what suits each series.
        origins: how many of each series, a year apart.
        workers: processes; 0 for all cores.

    Raises:
        UnknownLanguage, TableInvalid, FrequencyUnknown, NothingForecast: as :func:`sim.backtest`.
    """
    from sim.forecast.backtest import backtest_all
    from sim.forecast.long_table import read_table
    from sim.forecast.origins import evidence_backtest
    from sim.forecast.public import public_series

    words = chinese(lang)
    frame = read_table(Path(file)) if file else public_series()
    workers = workers or default_workers()
    series = backtest_all(frame, horizon or None, freq or None, origins=origins, workers=workers)
    return TrackRecord(evidence_backtest(), series, words, _asked(file, horizon, freq, origins) if file else "")


def _asked(file: str | Path, horizon: int, freq: str, origins: int) -> str:
    """File and options as they are typed."""
    options = {"--horizon": horizon, "--freq": freq, "--origins": origins}
    return " ".join([str(file), *(f"{name} {value}" for name, value in options.items() if value)])


def _difference(row: Row) -> str:
    if row["method"] == "pool":
        return ""
    more = f"{row['wis_more_than_pool']:+.3f}"
    return more if row["series"] < FEWEST else f"{more}（{row['more_lo']:+.3f}至{row['more_hi']:+.3f}）"


def _more_than_evidence(row: dict[str, object]) -> str:
    if row["method"] == "evidence":
        return ""
    return f"{row['wis_more_than_evidence']:+.2f}（{row['more_lo']:+.2f}至{row['more_hi']:+.2f}）"


def _inside(level: int):  # type: ignore[no-untyped-def]
    return lambda row: f"{100 * row[f'in{level}']:.0f}%"
