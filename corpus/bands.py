"""The join of bands: which texts are worth comparing.

Two texts that agree on a band of the same width are candidates, and so are two that are linked by a chain of such
agreements: texts come out in groups, and every pair that can be similar lies within one. A group is no verdict. It only
says among which texts `corpus.independent` has to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.signatures import Band

__all__ = ["equal_pairs", "grouped", "groups", "linked", "packed_pairs", "unpacked"]

Indexes = NDArray[np.int64]


def equal_pairs(column: Band, reach: int = 1) -> tuple[Indexes, Indexes]:
    """Rows with equal keys, each with the `reach` next ones of the same key; keys 0 are equal to nothing."""
    rows = np.flatnonzero(column)
    packed = column[rows].astype(np.uint64) << np.uint64(32)
    packed |= rows.astype(np.uint64)
    packed.sort()
    keys = packed >> np.uint64(32)
    order = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    same = [np.flatnonzero(keys[step:] == keys[:-step]) for step in range(1, reach + 1)]
    later = [places + step for step, places in enumerate(same, 1)]
    return order[np.concatenate(same)], order[np.concatenate(later)]


def packed_pairs(one: Indexes, other: Indexes) -> NDArray[np.uint64]:
    """Pairs of indexes below 2**32, smaller one first, each once, as one number per pair."""
    return np.unique(
        np.minimum(one, other).astype(np.uint64) << np.uint64(32) | np.maximum(one, other).astype(np.uint64)
    )


def unpacked(pairs: NDArray[np.uint64]) -> tuple[Indexes, Indexes]:
    """The pairs that `packed_pairs` packed."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def linked(count: int, one: Indexes, other: Indexes) -> Indexes:
    """The smallest index that each of `count` indexes is linked to, directly or not, by pairs (one, other)."""
    labels = np.arange(count)
    while len(one):
        least = np.minimum(labels[one], labels[other])
        np.minimum.at(labels, labels[one], least)
        np.minimum.at(labels, labels[other], least)
        while not np.array_equal(labels, jumped := labels[labels]):
            labels = jumped
        apart = labels[one] != labels[other]
        one, other = one[apart], other[apart]
    return labels


def groups(owners: Indexes, widths: Indexes, bands: Band, count: int) -> Iterator[list[int]]:
    """Texts linked by bands, in groups of two or more, by their smallest index.

    Args:
        owners: the text that each row is of, below `count`.
        widths: words per shingle of each row; only rows of one width are compared.
        bands: (rows, bands) keys; 0 is no key.
        count: number of texts, below 2**32.
    """
    pairs: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    for width in np.unique(widths):
        rows = np.flatnonzero(widths == width)
        for column in bands[rows].T:
            one, other = (owners[rows[found]] for found in equal_pairs(column))
            pairs.append(packed_pairs(one, other))
    yield from grouped(linked(count, *unpacked(np.unique(np.concatenate(pairs)))))


def grouped(labels: Sequence[int] | Indexes) -> Iterator[list[int]]:
    """Indexes with the same label, where there are at least two, by the label."""
    values = np.asarray(labels)
    order = np.argsort(values, kind="stable")
    bounds = np.flatnonzero(np.diff(values[order])) + 1
    starts = np.concatenate((np.zeros(1, np.int64), bounds))
    ends = np.concatenate((bounds, np.array([len(order)])))
    several = ends - starts > 1
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        yield order[start:end].tolist()
