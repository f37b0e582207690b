"""The garbage collector rests while a month runs, and is afterwards as it was."""

from __future__ import annotations

import gc
from types import SimpleNamespace

import pytest

from sim.abm.model import IndustrialUpgradeModel
from sim.collector import resting


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


def test_it_rests_while_processes_run_and_works_again_when_the_month_is_collected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, seen = IndustrialUpgradeModel(enterprises=1_250), []
    process = SimpleNamespace(run=lambda state, compiled: seen.append(gc.isenabled()))
    monkeypatch.setattr("sim.abm.model.SCHEDULE", (process,))
    monkeypatch.setattr(model.datacollector, "collect", lambda _: seen.append(gc.isenabled()))
    model.step()
    assert seen == [False, True]
