"""Distributions of uncertain parameters: fixed, uniform, triangular or normal, by inverse distribution function."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from statistics import NormalDist
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator

Kind = Literal["fixed", "uniform", "triangular", "normal"]
SIZES: dict[str, int] = {"fixed": 1, "uniform": 2, "triangular": 3, "normal": 2}


class Distribution(BaseModel):
    """``{kind: [numbers]}``: fixed [v] · uniform [low, high] · triangular [low, mode, high] · normal [mean, s.d.]."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Kind
    numbers: tuple[float, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_mapping(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"kind": "fixed", "numbers": (float(value),)}
        if isinstance(value, dict) and len(value) == 1 and (kind := next(iter(value))) in SIZES:
            numbers = value[kind]
            return {"kind": kind, "numbers": tuple(numbers) if isinstance(numbers, list | tuple) else numbers}
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Distribution:
        if len(self.numbers) != SIZES[self.kind]:
            raise ValueError(f"{self.kind} takes {SIZES[self.kind]} numbers, got {len(self.numbers)}")
        ordered = self.numbers if self.kind in ("uniform", "triangular") else ()
        if any(left > right for left, right in pairwise(ordered)):
            raise ValueError(f"{self.kind} needs ascending numbers, got {list(self.numbers)}")
        if self.kind == "normal" and self.numbers[1] <= 0:
            raise ValueError("normal needs a positive standard deviation")
        return self

    @model_serializer
    def _to_mapping(self) -> dict[str, list[float]]:
        return {self.kind: list(self.numbers)}

    def support(self) -> tuple[float, ...]:
        """Numbers that must lie within a parameter's bounds (a normal's mean only: its tails are clipped)."""
        return self.numbers[:1] if self.kind == "normal" else self.numbers

    def quantile(self, probability: float) -> float:
        """Value below which a draw falls with this probability, 0 < probability < 1."""
        if self.kind == "fixed":
            return self.numbers[0]
        if self.kind == "uniform":
            low, high = self.numbers
            return low + probability * (high - low)
        if self.kind == "normal":
            return NormalDist(*self.numbers).inv_cdf(probability)
        low, mode, high = self.numbers
        if high == low:
            return low
        if probability * (high - low) < mode - low:
            return low + sqrt(probability * (high - low) * (mode - low))
        return high - sqrt((1 - probability) * (high - low) * (high - mode))
