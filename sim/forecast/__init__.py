"""Where above-scale industrial output is heading: sparse public evidence → state space → joint paths.

With one's own monthly series: members pooled → joint monthly paths behind what is known of the year.
"""

from __future__ import annotations

from sim.forecast.evidence_model import OutputForecast, evidence_model
from sim.forecast.outlook import Outlook

__all__ = ["Outlook", "OutputForecast", "evidence_model"]
