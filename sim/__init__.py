"""腾笼 (tenglong): will Ningbo's industrial-upgrading targets be met, under which policy, and by which lever?

The names below are the public interface; each is imported on first use so that ``import sim`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "1.0.0"

_PUBLIC = {
    "load_scenario": "sim.scenario.load",
    "changed": "sim.scenario.changed",
    "IndustrialUpgradeModel": "sim.ensemble.model",
    "run": "sim.ensemble.runner",
    "load_results": "sim.ensemble.results",
    "targets": "sim.analysis.attainment",
    "compare": "sim.analysis.comparison",
    "attribute": "sim.analysis.attribution",
    "backcast": "sim.analysis.backcast",
    "consistency": "sim.analysis.consistency",
    "bottlenecks": "sim.analysis.bottlenecks",
    "incidence": "sim.analysis.incidence",
    "robustness": "sim.analysis.robustness",
    "sensitivity": "sim.analysis.sensitivity",
    "validation": "sim.analysis.validation",
    "warn": "sim.analysis.warning",
    "calibrate": "sim.analysis.calibration.calibrate",
    "backtest": "sim.forecast.backtest",
    "explain": "sim.report.explained",
    "quickstart_page": "sim.report.quickstart_page",
    "model_page": "sim.report.model_page",
    "answers_page": "sim.report.answers_page",
    "briefing": "sim.report.briefing",
    "comparison_page": "sim.report.comparison_page",
    "sensitivity_page": "sim.report.credibility_page",
    "validation_page": "sim.report.credibility_page",
    "own_data_page": "sim.report.own_data_page",
    "calibration_page": "sim.report.calibration_page",
    "track_record": "sim.report.record",
    "sliders": "sim.bench.panel",
}

__all__ = ["__version__", "forecast", *_PUBLIC]


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name == "forecast":  # a room of that name, which can be called
        return import_module("sim.forecast")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
