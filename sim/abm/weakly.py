"""A model that nothing refers to in a circle, so that its memory comes back as soon as it is let go of."""

from __future__ import annotations

from collections.abc import Callable
from inspect import ismethod
from types import MethodType
from typing import Any
from weakref import WeakMethod, proxy

import mesa


def hold_weakly(model: mesa.Model) -> None:
    """Let go of what Mesa keeps in the very model and what refers to it, bound methods and (from 3.5 on) its schedule
    and scenario: in that circle the columns of each finished run would wait for the garbage collector, which counts
    objects and not their megabytes."""
    for name, kept in list(vars(model).items()):
        if ismethod(kept) and kept.__self__ is model:
            setattr(model, name, _weakly(kept))
        elif getattr(kept, "model", None) is model:
            object.__setattr__(kept, "model", proxy(model))  # a scenario refuses to be changed once there is a model


def _weakly(method: MethodType) -> Callable[..., None]:
    held = WeakMethod(method)

    def call(*args: Any, **more: Any) -> None:
        alive = held()
        if alive is None:
            raise ReferenceError("模型已不在，不能再走一个月；请留住模型本身，不要只留它的 step。")
        alive(*args, **more)

    call.__doc__ = method.__doc__
    return call
