"""The garbage collector rests while a month runs.

What numba makes when it compiles or loads a loop stays; looking through its millions of pieces for garbage, again and
again as they grow, takes a twelfth of the time. A month itself leaves no circles behind.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """No collection in this block; afterwards it is as it was."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
