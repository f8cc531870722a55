"""Which sets of numbers may have much in common: pairs by an inverted index of their rarest numbers.

Sets lie in a row, one behind the other, because a million small arrays would take more memory than what is in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_CANDIDATES", "MAX_HOLDERS", "Counts", "candidate_pairs", "pairs_of"]

Counts = NDArray[np.int64]

MAX_HOLDERS = 200  # a shingle or word on more texts than this says nothing about any pair of them
MAX_CANDIDATES = 200
"""A set is paired with so many larger ones at most, those that share the most of what was looked up: where thousands of
pages of one template all resemble each other, pairs would be quadratic in number."""
_SLACK = 1e-9
_AT_ONCE = 1 << 22  # numbers that are looked up at once


def candidate_pairs(sets: Sequence[NDArray[Any]], share: float) -> Iterator[tuple[int, int]]:
    """Pairs a < b of sets that may have `share` of the smaller set in common, some of them twice."""
    if sets:
        yield from pairs_of(np.concatenate(sets), np.array([len(numbers) for numbers in sets]), share)


def pairs_of(numbers: NDArray[Any], sizes: Counts, share: float) -> Iterator[tuple[int, int]]:
    """The same for sets in a row, each of so many distinct numbers.

    Of its n - ceil(share n) + k rarest numbers a set shares k with every set that has that much in common with it (Wang
    et al. 2012). A larger k asks for more look-ups and leaves fewer pairs; with n / 8 nearly all pairs left are wanted
    ones. What more than MAX_HOLDERS sets hold is not looked up: it counts as shared, but one hit at least must be seen.
    """
    if not len(sizes):
        return
    shared = _shared(numbers)
    owners = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)[shared]
    holders, places, starts, held_by = _inverted(numbers[shared], owners)
    ends = np.searchsorted(owners, np.arange(len(sizes) + 1))
    del shared, owners
    hits = np.zeros(len(sizes), np.int64)
    for a, size in enumerate(sizes.tolist()):
        mine = places[ends[a] : ends[a + 1]]
        extra = max(1, size // 8)
        looked_up = size - math.ceil(share * size - _SLACK) + extra - (size - len(mine))  # the rarest nobody else holds
        rarest = mine[np.argsort(holders[mine], kind="stable")][: max(0, looked_up)]
        too_many = int(np.count_nonzero(holders[rarest] > MAX_HOLDERS))
        rarest = rarest[holders[rarest] <= MAX_HOLDERS]
        if not len(rarest):
            continue
        others = np.concatenate([held_by[starts[n] : starts[n + 1]] for n in rarest.tolist()])
        others = others[(sizes[others] >= size) & (others != a)]
        np.add.at(hits, others, 1)
        enough = np.unique(others[hits[others] >= max(1, extra - too_many)])
        if len(enough) > MAX_CANDIDATES:
            enough = enough[np.argsort(-hits[enough], kind="stable")[:MAX_CANDIDATES]]
        hits[others] = 0
        for b in enough.tolist():
            yield min(a, b), max(a, b)


def _shared(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Which numbers occur more than once: of texts that come from anywhere, few."""
    ordered = np.sort(numbers)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    again = again[np.flatnonzero(np.concatenate((np.ones(min(1, len(again)), np.bool_), again[1:] != again[:-1])))]
    if not len(again):
        return np.zeros(len(numbers), np.bool_)
    found = np.empty(len(numbers), np.bool_)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        places = np.minimum(np.searchsorted(again, some), len(again) - 1)
        found[start : start + _AT_ONCE] = again[places] == some
    return found


def _inverted(
    numbers: NDArray[Any], owners: NDArray[np.uint32]
) -> tuple[Counts, NDArray[np.uint32], Counts, NDArray[np.uint32]]:
    """An inverted index of sets in a row, whose owners are given, their numbers replaced by 0, 1, 2 ...

    Returns how many sets hold each number, all sets in a row, and the holders of number k as
    `held_by[starts[k] : starts[k + 1]]`.
    """
    order = np.argsort(numbers, kind="stable").astype(np.uint32)
    ordered = numbers[order]
    first = np.concatenate((np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]))
    del ordered
    places = np.empty(len(numbers), np.uint32)
    places[order] = np.cumsum(first, dtype=np.uint32) - np.uint32(1)
    starts = np.append(np.flatnonzero(first), len(numbers))
    return np.diff(starts), places, starts, owners[order]
