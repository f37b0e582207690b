"""Amounts that are meant to be equal keep their order whatever the last bit of a processor's arithmetic."""

from __future__ import annotations

import numpy as np

from sim.population.draws import rising, scores


def test_equal_amounts_keep_their_order_under_last_bits() -> None:
    draw = np.random.default_rng(4)
    amounts = np.repeat(draw.lognormal(9, 1.5, 500), 3)
    draw.shuffle(amounts)
    order = rising(amounts)
    assert (np.diff(amounts[order]) >= 0).all()
    for _ in range(20):
        noisy = amounts * (1 + 1e-15 * draw.uniform(-4, 4, amounts.size))
        assert (noisy != amounts).any()
        assert (rising(noisy) == order).all() and (scores(noisy) == scores(amounts)).all()
