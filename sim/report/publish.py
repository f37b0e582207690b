"""From results to a finished report, in a folder named after everything that decides what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import workspace
from sim.analysis import forecast_alone
from sim.ensemble.kept import STAMP, newest
from sim.ensemble.stamp import REPORT_ROOMS, code_digest, data_digests
from sim.report.answers import beside_baseline, kept_of
from sim.scenario.months import this_month

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

LEDGER = "ledger"
"""As :data:`sim.ensemble.nested.FOLDER`, which takes the model's libraries to load."""
FINDINGS = ("sensitivity", "evidence", "validation", LEDGER)
"""Tables kept beside the runs of which a briefing tells when they are there."""


def report_folder(scenario: Scenario, runs: int, seed: int, enterprises: int, lang: str) -> Path:
    """Return where this report belongs; if the folder is there, the report is up to date.

    Quick: no simulation and none of the heavy libraries.
    """
    notebooks = [path.read_bytes() for path in sorted(workspace.notebooks_dir().glob("*.ipynb"))]
    told = [*(newest(kind, scenario) for kind in FINDINGS), kept_of(scenario, runs, seed, enterprises)]
    told += [where for where in [forecast_alone.folder(scenario)] if (where / STAMP).is_file()]
    content = [
        [item.model_dump(mode="json") for item in beside_baseline(scenario)], runs, seed, enterprises, lang,
        this_month(), code_digest(REPORT_ROOMS), data_digests(), hashlib.sha256(b"".join(notebooks)).hexdigest(),
        *(folder.name for folder in told if folder is not None),
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:8]
    return workspace.reports_dir() / f"{scenario.name}-{digest}"


def publish_record(file: Path | None, horizon: int, freq: str, origins: int) -> Path:
    """Render the track record of the forecast, on the series of ``file`` or on public ones, and return the page.

    Raises:
        ReportFailed: what there is of the report lies in ``reports/_failed/``.
    """
    name, beside = ("", workspace.root()) if file is None else (file.name, file.resolve().parent)
    given = {"file": name, "horizon": horizon, "freq": freq, "origins": origins, "lang": "zh"}
    return _publish("backtest", given, beside, file.read_bytes().hex() if file else "")


def publish_findings(notebook: str, given: Mapping[str, Any], scenarios: Sequence[Scenario]) -> Path:
    """Render what was found of scenarios with these parameters of the notebook that tells it, and return the page.

    Raises:
        ReportFailed: what there is of the report lies in ``reports/_failed/``.
    """
    return _publish(notebook, given, Path.cwd(), "".join(item.digest for item in scenarios))


def _publish(notebook: str, given: Mapping[str, Any], beside: Path, content: str) -> Path:
    from sim.report.render import render_notebook

    source = workspace.notebook(notebook)
    decides = [given, code_digest(REPORT_ROOMS), data_digests(), content]
    digest = hashlib.sha256(json.dumps(decides, ensure_ascii=False).encode()).hexdigest()[:8]
    return render_notebook(source, workspace.reports_dir() / f"{notebook}-{digest}", given, beside)
