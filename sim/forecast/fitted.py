"""What the fit of every forecasting method gives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Fitted = tuple[Array, Array, float, Array]
"""Point path (H,), response (H,), s.d. of one error, and the errors of the last periods known."""
