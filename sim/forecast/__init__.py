"""Where above-scale industrial output is heading: sparse public evidence → state space → joint paths; and the
forecast of any series, one's own monthly output among them: members → pool → joint paths.

The room can be called: ``sim.forecast(frame, horizon=…)`` is :func:`sim.forecast.series_forecast.forecast`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.forecast.evidence_model import OutputForecast, evidence_model
from sim.forecast.outlook import Outlook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Outlook", "OutputForecast", "evidence_model"]


class _Callable(ModuleType):
    """A module that is also the public function of the same name, which it would otherwise hide."""

    def __call__(self, *args: Any, **kwargs: Any) -> pd.DataFrame:
        from sim.forecast.series_forecast import forecast

        return forecast(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
