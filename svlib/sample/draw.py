"""Draws that come out the same on every machine.

The raw stream of PCG64 is fixed by promise; numpy's own distributions may change between versions,
so everything here is derived from uniform numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

Drawn = np.ndarray[Any, np.dtype[Any]]
T = TypeVar("T")


class Draw:
    """One stream of draws, begun by a seed."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self, count: int) -> Drawn:
        """Numbers from 0 up to, not including, 1."""
        return (self._bits.random_raw(count) >> np.uint64(11)) * 2.0**-53

    def whole(self, count: int, low: int, high: int) -> Drawn:
        """Whole numbers from low to high, both included."""
        return (low + np.floor(self.uniform(count) * (high - low + 1))).astype(np.int64)

    def chance(self, count: int, probability: float | Drawn) -> Drawn:
        """True with the probability given."""
        return self.uniform(count) < probability

    def lognormal(self, count: int, sigma: float) -> Drawn:
        """Median 1; a larger sigma has a heavier tail (Box and Muller's method)."""
        radius = np.sqrt(-2.0 * np.log(1.0 - self.uniform(count)))
        return np.exp(sigma * radius * np.cos(2.0 * np.pi * self.uniform(count)))

    def weighted(self, count: int, weights: Sequence[float]) -> Drawn:
        """Positions 0, 1, ... in proportion to the weights."""
        bounds = np.cumsum(np.asarray(weights, dtype=float))
        return np.searchsorted(bounds, self.uniform(count) * bounds[-1], side="right")

    def order(self, count: int) -> Drawn:
        """The positions 0 to count - 1, shuffled."""
        return np.argsort(self.uniform(count), kind="stable")

    def several(self, count: int, items: Sequence[T]) -> list[T]:
        """Items drawn with replacement."""
        return [items[at] for at in self.whole(count, 0, len(items) - 1)]

    def some(self, count: int, items: Sequence[T]) -> list[T]:
        """Different items, in the order they stand."""
        return [items[at] for at in sorted(self.order(len(items))[:count])]

    def one(self, items: Sequence[T]) -> T:
        return self.several(1, items)[0]
