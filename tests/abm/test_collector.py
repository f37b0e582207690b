"""The garbage collector rests while a month runs, and is afterwards as it was."""

from __future__ import annotations

import gc

import pytest

from sim.abm.collector import resting
from sim.abm.model import IndustrialUpgradeModel


def test_it_rests_in_the_block_and_works_after_it_even_where_something_failed() -> None:
    with pytest.raises(ArithmeticError), resting():
        assert not gc.isenabled()
        raise ArithmeticError
    assert gc.isenabled()


def test_who_had_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with resting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_model_month_leaves_it_working(monkeypatch: pytest.MonkeyPatch) -> None:
    model, collected = IndustrialUpgradeModel(enterprises=1_250), []
    monkeypatch.setattr("sim.abm.model.SCHEDULE", ())
    monkeypatch.setattr(model.datacollector, "collect", lambda _: collected.append(gc.isenabled()))
    model.step()
    assert collected == [True]
