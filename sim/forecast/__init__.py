"""Where above-scale industrial output is heading: sparse public evidence → state space → joint paths."""

from __future__ import annotations

from sim.forecast.evidence_model import OutputForecast, evidence_model

__all__ = ["OutputForecast", "evidence_model"]
