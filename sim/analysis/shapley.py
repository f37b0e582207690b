"""Shapley values: how much of what all players bring together each one brings (Shapley 1953).

A coalition is a number whose bit i says whether player i is in it. A game is an array whose last axis holds the value
of each coalition; earlier axes (replicates) go through unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def exact(game: Array) -> Array:
    """Return each player's Shapley value; shape (…, players) from (…, 2 ** players)."""
    players = _players(game.shape[-1])
    result = np.zeros((*game.shape[:-1], players))
    for player in range(players):
        without, weight = _without(players, (player,))
        result[..., player] = (game[..., without | 1 << player] - game[..., without]) @ weight
    return result


def interactions(game: Array) -> dict[tuple[int, int], Array]:
    """Return each pair's Shapley interaction (Grabisch & Roubens 1999): what the two bring beyond each alone."""
    players = _players(game.shape[-1])
    found = {}
    for one, other in combinations(range(players), 2):
        without, weight = _without(players, (one, other))
        a, b = 1 << one, 1 << other
        found[one, other] = (
            game[..., without | a | b] - game[..., without | a] - game[..., without | b] + game[..., without]
        ) @ weight
    return found


@lru_cache(maxsize=128)
def _without(players: int, left_out: tuple[int, ...]) -> tuple[NDArray[np.intp], Array]:
    """Coalitions without these players and the share of orders in which exactly they come before the players."""
    mask = sum(1 << player for player in left_out)
    coalitions = np.array([place for place in range(2**players) if not place & mask], dtype=np.intp)
    free = players - len(left_out)
    by_size = [factorial(size) * factorial(free - size) / factorial(free + 1) for size in range(free + 1)]
    weights = np.array([by_size[int(place).bit_count()] for place in coalitions])
    return coalitions, weights


def _players(coalitions: int) -> int:
    players = coalitions.bit_length() - 1
    if coalitions != 2**players:
        raise ValueError("a game has a value for each of 2 ** players coalitions")
    return players


@dataclass(frozen=True)
class Orders:
    """Random orders in which the players join, in pairs of an order and its reverse.

    The reverse cancels much of an order's error (antithetic sampling: Mitchell, Cooper, Frank & Holmes 2022, Journal
    of Machine Learning Research 23, section 4).
    """

    players: int
    pairs: tuple[tuple[int, ...], ...]

    @classmethod
    def draw(cls, players: int, pairs: int, draw: np.random.Generator) -> Orders:
        return cls(players, tuple(tuple(map(int, draw.permutation(players))) for _ in range(pairs)))

    def coalitions(self) -> list[int]:
        """Every coalition that :meth:`values` and :meth:`interactions` ask for, in rising order."""
        chains = {place for order in self._orders() for place in _chain(order)}
        swapped = {place for order in self.pairs for place, _, _ in _swaps(order)}
        return sorted(chains | swapped)

    def values(self, value: Callable[[int], float]) -> Array:
        """Return an estimate of each player's Shapley value from each pair of orders; shape (pairs, players).

        In each the players' values add up to what all bring together.
        """
        result = np.zeros((len(self.pairs), self.players))
        for place, order in enumerate(self.pairs):
            for way in (order, order[::-1]):
                chain = [value(coalition) for coalition in _chain(way)]
                result[place, list(way)] += np.diff(chain) / 2
        return result

    def interactions(self, value: Callable[[int], float]) -> dict[tuple[int, int], list[float]]:
        """Return for each pair of players what the two bring together beyond each alone, once for each order in which
        they are neighbours; the mean over orders is their Shapley interaction."""
        found: dict[tuple[int, int], list[float]] = {}
        for order in self.pairs:
            for swapped, before, (one, other) in _swaps(order):
                both = before | 1 << one | 1 << other
                gain = value(both) - value(before | 1 << one) - value(swapped) + value(before)
                found.setdefault((min(one, other), max(one, other)), []).append(gain)
        return found

    def _orders(self) -> list[tuple[int, ...]]:
        return [way for order in self.pairs for way in (order, order[::-1])]


def _chain(order: Sequence[int]) -> list[int]:
    """Coalitions as the players join in this order, from nobody to all."""
    chain = [0]
    for player in order:
        chain.append(chain[-1] | 1 << player)
    return chain


def _swaps(order: Sequence[int]) -> list[tuple[int, int, tuple[int, int]]]:
    """For each two neighbours: who is there if they join the other way round, who is before them, and the two."""
    chain = _chain(order)
    return [
        (chain[place] | 1 << order[place + 1], chain[place], (order[place], order[place + 1]))
        for place in range(len(order) - 1)
    ]
