"""Keyed draws: the published known answers, and independence of order and company."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.abm.compiled.arithmetic import philox_words
from sim.abm.randomness import Draws, Process, philox, splitmix
from sim.abm.shock import chance

ONES = 0xFFFFFFFF
KNOWN = [  # Random123, kat_vectors, philox4x32-10
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_known_answers(counter, key, words) -> None:
    for form in (philox, philox_words):
        found = form(np.array(counter[:1], np.uint32), counter[1:], (np.uint64(key[0]), np.uint64(key[1])))
        assert tuple(found[:, 0].tolist()) == words


def test_known_answers_of_the_sequence() -> None:
    """The words that Vigna's splitmix64.c gives for the seed 1234567."""
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    found = splitmix(np.uint64(1234567), np.arange(5, dtype=np.uint64))
    assert found.tolist() == known


def test_the_monthly_draw_depends_on_its_key_alone_and_its_halves_on_nothing() -> None:
    draws, ids = Draws(7, 3), np.arange(100_000, dtype=np.uint32)
    first, second = draws.halves(Process.MONTHLY, 5, ids)
    assert np.array_equal(draws.halves(Process.MONTHLY, 5, ids[17:18])[1], second[17:18])
    others = [
        Draws(8, 3).halves(Process.MONTHLY, 5, ids), Draws(7, 4).halves(Process.MONTHLY, 5, ids),
        draws.halves(Process.MONTHLY, 6, ids), draws.halves(Process.LISTING, 5, ids),
        draws.halves(Process.MONTHLY, 5, ids + np.uint32(1)),
    ]  # fmt: skip
    mine = np.stack([first, second, *(half for pair in others for half in pair)]).astype(float)
    apart = np.corrcoef(mine) - np.eye(len(mine))
    assert np.abs(apart).max() < 0.015
    luck = chance(second)
    assert luck.min() >= 0 and luck.max() < 1 and stats.kstest(luck, "uniform").pvalue > 0.001
    assert np.abs(np.corrcoef(luck[:-1], luck[1:])[0, 1]) < 0.015


def test_a_draw_depends_on_its_key_alone() -> None:
    draws = Draws(7, 3)
    ids = np.arange(1000, dtype=np.uint32)
    whole = draws.block(Process.MONTHLY, 5, ids)
    shuffled = np.random.default_rng(0).permutation(1000)
    assert np.array_equal(draws.block(Process.MONTHLY, 5, ids[shuffled]), whole[:, shuffled])
    assert np.array_equal(draws.block(Process.MONTHLY, 5, ids[17:18]), whole[:, 17:18])


def test_other_keys_give_other_luck() -> None:
    ids = np.arange(1000, dtype=np.uint32)
    base = Draws(7, 3).uniform(Process.MONTHLY, 5, ids)
    for other in (
        Draws(8, 3).uniform(Process.MONTHLY, 5, ids),
        Draws(7, 4).uniform(Process.MONTHLY, 5, ids),
        Draws(7, 3).uniform(Process.LISTING, 5, ids),
        Draws(7, 3).uniform(Process.MONTHLY, 6, ids),
    ):
        assert abs(np.corrcoef(base, other)[0, 1]) < 0.15
        assert not np.any(base == other)


def test_uniform_and_gumbel_moments() -> None:
    ids = np.arange(200_000, dtype=np.uint32)
    words = Draws(1, 0).block(Process.MONTHLY, 0, ids)
    assert words.min() > 0 and words.max() < 1
    np.testing.assert_allclose(words.mean(axis=1), 0.5, atol=0.003)
    np.testing.assert_allclose(words.var(axis=1), 1 / 12, atol=0.001)
    errors = Draws(1, 0).gumbel(Process.CHOICE, 0, ids, 5)
    np.testing.assert_allclose(errors.mean(axis=0), 0.5772, atol=0.015)
    np.testing.assert_allclose(errors.var(axis=0), np.pi**2 / 6, rtol=0.03)
