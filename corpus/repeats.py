"""Blocks that many documents of a source repeat: menus, banners, disclaimers, the author's box.

No single page shows that a block is furniture; the other pages of the source do. A block becomes a 64-bit key, the keys
of a source are counted by document, and each block of a document gets a level that `decide` combines with what the page
itself says of the block.

Counts are pure sums: they do not depend on the order of the documents, and those of two halves add up to those of the
whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.shingles import stable_hash

__all__ = ["Counts", "block_key", "count_blocks", "repeat_levels"]

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]

MIN_DOCUMENTS = 3
"""Measured on pages with known main content: from three documents on 90 % of the repeated furniture is found and no
body text; a block on two documents may as well be a copy of an article."""
LEVEL_SHARES = (0.05, 0.20, 0.50)
"""Shares of a source's documents from which a block has level 1, 2 and 3: the furniture of a section of the site, of
a large part of it, and of the whole."""
SMALL_SOURCE = 5
"""With fewer documents a share says nothing (3 of 4 is chance as well as habit): only what all of them have counts."""
SHORT_BLOCK = 40
"""Below so many characters digits are folded, so that "Page 3" and "Page 4" are one block. In longer blocks numbers are
often all that parts two pieces of content (results, prices, the weather)."""

_DIGITS = re.compile(r"\d+")
_PENDING_KEYS = 1 << 20  # keys held before they are counted: 8 MB


def block_key(text: str) -> int:
    """A stable 64-bit key; equal for texts that differ in case, white space, compatibility forms, or short numbers."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if len(folded) < SHORT_BLOCK:
        folded = _DIGITS.sub("0", folded)
    return stable_hash(folded)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents of a source hold each block.

    Attributes:
        documents: number of documents counted, those without blocks included.
        keys: block keys, sorted, each once.
        holders: number of documents that hold each key, parallel to `keys`.
    """

    documents: int
    keys: Keys
    holders: Numbers

    @classmethod
    def empty(cls) -> Self:
        return cls(0, np.empty(0, np.uint64), np.empty(0, np.int64))

    def __add__(self, other: Counts) -> Counts:
        """The counts of two disjoint sets of documents together."""
        keys, places = np.unique(np.concatenate((self.keys, other.keys)), return_inverse=True)
        holders = np.zeros(len(keys), np.int64)
        np.add.at(holders, places, np.concatenate((self.holders, other.holders)))
        return Counts(self.documents + other.documents, keys, holders)

    def of(self, keys: Sequence[int]) -> Numbers:
        """The number of documents that hold each of `keys`, 0 for a key that was never counted."""
        wanted = np.array(keys, np.uint64)
        if not len(self.keys):
            return np.zeros(len(wanted), np.int64)
        places = np.searchsorted(self.keys, wanted)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == wanted, self.holders[places], 0)


def count_blocks(documents: Iterable[Iterable[int]]) -> Counts:
    """Count the block keys of each document of one source; a key twice in one document counts once.

    Memory grows with the number of distinct keys (16 bytes each), not with the number of documents.
    """
    counts = Counts.empty()
    pending: list[int] = []
    number = 0
    for keys in documents:
        pending += set(keys)
        number += 1
        if len(pending) >= _PENDING_KEYS:
            counts += _count(pending, number)
            pending, number = [], 0
    return counts + _count(pending, number)


def _count(pending: Sequence[int], documents: int) -> Counts:
    keys, holders = np.unique(np.array(pending, np.uint64), return_counts=True)
    return Counts(documents, keys, holders.astype(np.int64))


def repeat_levels(keys: Sequence[int], counts: Counts, *, min_documents: int = MIN_DOCUMENTS) -> tuple[int, ...]:
    """How much a source repeats each block of a document.

    Args:
        keys: the keys of the document's blocks, in order.
        counts: those of the document's source.
        min_documents: a block on fewer documents is not repeated.

    Returns:
        A level per key: 0 not repeated, 1 on at least 5 % of the documents, 2 on 20 %, 3 on 50 %. In a source of fewer
        than five documents a block has level 3 when all of them have it, else 0.
    """
    holders = counts.of(keys)
    if counts.documents < SMALL_SOURCE:
        levels = np.where(holders == counts.documents, len(LEVEL_SHARES), 0)
    else:
        # in whole numbers: 0.05 * 60 must not ask for more than 3 documents
        least = [-(-round(share * 100) * counts.documents // 100) for share in LEVEL_SHARES]
        levels = np.searchsorted(np.array(least), holders, side="right")
    return tuple(np.where(holders >= min_documents, levels, 0).tolist())
