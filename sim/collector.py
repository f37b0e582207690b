"""The garbage collector rests where millions of pieces are made that stay and do not refer to each other in circles.

It would look through them again and again as they grow: a twelfth of the time that numba takes to compile or load the
loops of a month, and a third of what a large register takes to be read.
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
