"""Sketches that tell at a glance which sets have too little in common, and never leave out a pair that has enough.

A sketch has a bit for each of some buckets: whether an odd number of the set's members fall into it. A member that two
sets share flips the bit of both, so two sketches differ in no more bits than the sets have members that the other one
lacks (the odd sketch of Mitzenmacher, Pagh and Pham 2014, read here as a bound instead of an estimate).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.folding import Numbers

__all__ = ["Sketches"]

_BITS = 2048  # sets of some 4,000 members that have half of them in common are still told apart at .8
_LOWEST = np.uint64(_BITS - 1)
_SLACK = 1e-6  # the bound is rounded


def _sketch(numbers: Numbers) -> Numbers:
    """The sketch of a set of evenly spread numbers: 32 words of 64 bits."""
    buckets = np.bincount((numbers & _LOWEST).astype(np.intp), minlength=_BITS)
    return np.packbits((buckets & 1).astype(np.bool_)).view(np.uint64)


class Sketches:
    """The sketches and sizes of sets that are numbered as they come."""

    def __init__(self) -> None:
        self.count = 0
        self._sketches = np.empty((64, _BITS // 64), np.uint64)
        self._sizes = np.empty(64, np.int64)

    def add(self, numbers: Numbers) -> None:
        """Take the next set."""
        if self.count == len(self._sizes):
            self._sketches = np.concatenate((self._sketches, np.empty_like(self._sketches)))
            self._sizes = np.concatenate((self._sizes, np.empty_like(self._sizes)))
        self._sketches[self.count] = _sketch(numbers)
        self._sizes[self.count] = len(numbers)
        self.count += 1

    def similar(self, numbers: Numbers, threshold: float, among: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """The sets that may have at least this Jaccard similarity with one: all that have it, and few others.

        `among` are the numbers of the sets to look at, all sets if None.
        """
        sizes = self._sizes[: self.count] if among is None else self._sizes[among]
        size = len(numbers)
        fitting = np.flatnonzero((sizes >= threshold * size - _SLACK) & (threshold * sizes <= size + _SLACK))
        places = fitting if among is None else among[fitting]
        sketches = self._sketches[: self.count] if len(places) == self.count else self._sketches[places]
        differing = np.bitwise_count(sketches ^ _sketch(numbers)).sum(axis=1, dtype=np.int64)
        most = (sizes[fitting] + size) * (1 - threshold) / (1 + threshold) + _SLACK
        found: NDArray[np.int64] = places[differing <= most]
        return found
