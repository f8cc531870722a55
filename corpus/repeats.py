"""Blocks that many documents of a source repeat: menus, banners, disclaimers, the author's box.

No single page shows that a block is furniture; the other pages of the source do. A block becomes a 64-bit key, the keys
of a source are counted by document, and each block of a document gets a level that `decide` combines with what the page
itself says of the block.

Not everything that repeats is furniture. The paragraphs of an article that stands under five addresses repeat, and so
do those of the versions of a law. Pages that share furniture differ in all else, pages that share such paragraphs have
more of them in common: so of the pages that hold a block those that are versions of each other count once.

Nothing here depends on the order of the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.bands import linked
from corpus.document import Document
from corpus.folding import mix
from corpus.marks import compatible
from corpus.shingles import stable_hash

__all__ = ["Blocks", "Counts", "block_key", "blocks_of", "count_blocks", "levels_of_source", "repeat_levels"]

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

COMPARED = 24
"""So many of the pages that hold a block are compared with each other; of more, how many differ is an estimate."""
IN_COMMON = 0.5
"""From this share of the longer of two pages on they are copies or versions, less what many more pages have as well.
Pages that only share furniture have some .1 to .3 in common, versions above .6."""
_MORE = 2  # times as many pages as hold the block in question: what so many have tells nothing about two of them

_DIGITS = re.compile(r"\d+")
_PENDING_KEYS = 1 << 20  # keys held before they are counted: 8 MB


def block_key(text: str) -> int:
    """A stable 64-bit key; equal for texts that differ in case, white space, compatibility forms, or short numbers."""
    folded = " ".join(compatible(text).casefold().split())
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

    def of(self, keys: Sequence[int] | Keys) -> Numbers:
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


def repeat_levels(keys: Sequence[int] | Keys, counts: Counts, *, min_documents: int = MIN_DOCUMENTS) -> tuple[int, ...]:
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


# ---- a source as a whole --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a document, in order, by key, and how many characters each has."""

    keys: Sequence[int] | Keys
    sizes: Sequence[int] | Numbers


def blocks_of(document: Document) -> Blocks:
    """The blocks of a document that `prepare` made: repaired, and with nothing taken out yet."""
    texts = [document.block_text(block) for block in document.blocks]
    return Blocks([block_key(text) for text in texts], [len(text) for text in texts])


def levels_of_source(documents: Sequence[Blocks]) -> list[tuple[int, ...]]:
    """How much a source repeats each block of each of its documents (see `repeat_levels`).

    Of the documents that hold a block copies and versions of each other count as one.
    """
    distinct: dict[int, _Distinct] = {}
    for blocks in map(_Distinct.of, documents):
        known = distinct.get(mark := blocks.mark)
        # the same blocks may be written otherwise, and the order of the documents must not matter
        if known is None or blocks.sizes.tolist() < known.sizes.tolist():
            distinct[mark] = blocks
    ordered = [distinct[mark] for mark in sorted(distinct)]  # by a hash: any few of them are a sample
    counts = _without_versions(ordered, count_blocks(blocks.keys.tolist() for blocks in ordered))
    return [repeat_levels(blocks.keys, counts) for blocks in documents]


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The different blocks of a document, sorted by key."""

    keys: Keys
    sizes: Numbers

    @classmethod
    def of(cls, blocks: Blocks) -> Self:
        keys, first = np.unique(np.array(blocks.keys, np.uint64), return_index=True)
        return cls(keys, np.array(blocks.sizes, np.int64)[first])

    @property
    def mark(self) -> int:
        """The same number for documents of the same blocks, whatever their order."""
        return int(mix(self.keys.copy()).sum(dtype=np.uint64))


def _without_versions(documents: Sequence[_Distinct], counts: Counts) -> Counts:
    """The counts with fewer holders for blocks that would count as repeated, but on versions of few documents."""
    repeated = np.flatnonzero(np.array(repeat_levels(counts.keys.tolist(), counts), np.int64))
    if not len(repeated):
        return counts
    owners = np.repeat(np.arange(len(documents)), [len(blocks.keys) for blocks in documents])
    keys = np.concatenate([blocks.keys for blocks in documents])
    mine = np.isin(keys, counts.keys[repeated])
    order = np.argsort(keys[mine], kind="stable")
    owners = owners[mine][order]
    starts = np.searchsorted(keys[mine][order], counts.keys[repeated])
    holders = counts.holders.copy()
    for place, start in zip(repeated.tolist(), starts.tolist(), strict=True):
        number = int(holders[place])
        some = [documents[n] for n in owners[start : start + min(number, COMPARED)]]
        different = _different(some, counts.keys[place], counts)
        holders[place] = different if different < MIN_DOCUMENTS else number * different // len(some)
    return Counts(counts.documents, counts.keys, holders)


def _different(some: Sequence[_Distinct], key: np.uint64, counts: Counts) -> int:
    """How many of some documents that hold a block are left when of versions of each other one is."""
    keys = np.concatenate([blocks.keys for blocks in some])
    sizes = np.concatenate([blocks.sizes for blocks in some])
    owners = np.repeat(np.arange(len(some)), [len(blocks.keys) for blocks in some])
    places = np.searchsorted(counts.keys, keys)
    telling = (counts.holders[places] <= _MORE * counts.holders[np.searchsorted(counts.keys, key)]) & (keys != key)
    columns, places = np.unique(keys[telling], return_inverse=True)
    table = np.zeros((len(some), len(columns)))
    table[owners[telling], places] = sizes[telling]
    longer = np.maximum.outer(table.sum(axis=1), table.sum(axis=1))
    alike = table @ (table > 0).T >= IN_COMMON * np.maximum(longer, 1)
    return len(np.unique(linked(len(some), *np.nonzero(alike))))
