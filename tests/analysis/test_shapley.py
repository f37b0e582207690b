"""Shapley values on games whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.shapley import Orders, exact, interactions


def game(players: int, value) -> np.ndarray:
    """Value of each coalition from a function of the set of who is in it."""
    return np.array([float(value({i for i in range(players) if n >> i & 1})) for n in range(2**players)])


def sampled(table: np.ndarray, pairs: int = 400, seed: int = 1) -> tuple[np.ndarray, dict]:
    players = table.size.bit_length() - 1
    orders = Orders.draw(players, pairs, np.random.default_rng(seed))
    asked = set(orders.coalitions())

    def value(coalition: int) -> float:
        assert coalition in asked
        return float(table[coalition])

    return orders.values(value), orders.interactions(value)


def test_one_effective_player_gets_all() -> None:
    table = game(4, lambda inside: 7 if 2 in inside else 0)
    assert exact(table) == pytest.approx([0, 0, 7, 0])
    assert (sampled(table, 3)[0] == [0, 0, 7, 0]).all()


def test_players_who_bring_the_same_share_equally() -> None:
    table = game(3, lambda inside: 6 if {0, 1} <= inside else 0)
    assert exact(table) == pytest.approx([3, 3, 0])
    assert interactions(table)[0, 1] == 6 and interactions(table)[0, 2] == 0


def test_the_glove_game_as_in_the_textbooks() -> None:
    """One left and two right gloves: 2/3, 1/6, 1/6."""
    table = game(3, lambda inside: 0 in inside and len(inside) > 1)
    assert exact(table) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


@given(st.lists(st.floats(-100, 100), min_size=32, max_size=32), st.integers(0, 9))
def test_shares_add_up_in_every_game(values: list[float], seed: int) -> None:
    table = np.array(values)
    whole = table[-1] - table[0]
    assert exact(table).sum() == pytest.approx(whole, abs=1e-9)
    assert sampled(table, 2, seed)[0].sum(axis=1) == pytest.approx([whole, whole], abs=1e-9)


def test_replicates_go_through_unchanged() -> None:
    tables = np.random.default_rng(3).normal(size=(5, 16))
    assert exact(tables) == pytest.approx(np.array([exact(one) for one in tables]))


def test_samples_come_near_the_exact_values_and_their_spread_says_how_near() -> None:
    table = np.random.default_rng(4).normal(size=64)
    values, pairs = sampled(table, 2_000)
    error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    assert (np.abs(values.mean(axis=0) - exact(table)) < 3.5 * error).all()
    truth = interactions(table)
    for pair, found in pairs.items():
        assert abs(np.mean(found) - truth[pair]) < 4 * np.std(found) / np.sqrt(len(found))
    assert len(pairs) == 15


def test_a_table_that_is_no_game_is_refused() -> None:
    with pytest.raises(ValueError, match="each of 2"):
        exact(np.zeros(6))
