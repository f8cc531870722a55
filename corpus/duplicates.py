"""Which texts say the same: copies that can go, and soft matches that are only reported.

A text is dropped only when a text that stays was verified to be similar to it. Both halves matter. Unverified MinHash
bands drop texts that merely share a bucket; connected components drop the end of a chain of small changes, which
resembles none of the texts kept. So the texts are walked in an order of rank, and a text goes when a better-ranked kept
one has a Jaccard similarity of at least the threshold with it: a greedy independent set, the same for every order in
which the texts come, because rank is a function of the text alone (more words first).

Candidates come from an inverted index over prefixes (Chaudhuri et al. 2006; positions as in PPJoin, Xiao et al. 2008):
with the shingles of all sets in one order, rare ones first, two sets of similarity t share one of their first
n - ceil(t n) + 1 shingles. That misses no pair.

Soft matches (`similar`) are for annotation: pages inside pages, revised pages, reworded ones.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.shingles import (
    WIDTHS,
    Hashes,
    Numbers,
    bucket_counts,
    distinct,
    jaccard,
    overlap,
    rare_first,
    shingle_set,
    width_for,
    word_numbers,
)

_Counts = NDArray[np.int64]

__all__ = ["Match", "Soft", "SoftKind", "exact_duplicates", "near_duplicates", "similar"]

SoftKind = Literal["contains", "contained", "revised", "reworded"]

THRESHOLD = 0.8  # the usual border of near-duplicates (Lee et al. 2022; RefinedWeb, Penedo et al. 2023)
_SLACK = 1e-9  # t * n is rounded: 0.8 * 5 must not need 5 shingles of 5

# soft matches
CONTAINMENT = 0.8  # share of the smaller text's shingles that the larger one has
REVISED = 0.5  # Jaccard similarity of shingles; below it two versions have less than two thirds in common
REWORDED = 0.8  # Jaccard similarity of the sets of words
SOFT_WIDTH = 5
SOFT_WORDS = 20  # shorter texts are quotes and set phrases, which stand inside many pages
MAX_HOLDERS = 200  # a shingle or word on more texts than this says nothing about any pair of them


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A text that can go: `index` is similar to `of`, which stays. `similarity` is their Jaccard similarity."""

    index: int
    of: int
    similarity: float


@dataclass(frozen=True, slots=True, order=True)
class Soft:
    """A relation between two texts that both stay.

    `kind` reads from `index` to `of`: the text `contains` the other, is `contained` in it, is a `revised` or `reworded`
    version of it. `similarity` is the containment, the Jaccard similarity of shingles or that of words.
    """

    index: int
    of: int
    kind: SoftKind
    similarity: float


# ---- exact ----------------------------------------------------------------------------------------------------------


def exact_duplicates(rows: Iterable[tuple[str, tuple[Any, ...], str]]) -> dict[str, str]:
    """Which documents have the text of another one.

    `rows` are (key, rank, SHA-256 of the text); keys are distinct. Of the documents that have one text the one with the
    smallest (rank, key) stays. Returns dropped key -> kept key, by dropped key.
    """
    rows = list(rows)
    best: dict[str, tuple[tuple[Any, ...], str]] = {}
    for key, rank, sha256 in rows:
        if sha256 not in best or (rank, key) < best[sha256]:
            best[sha256] = (rank, key)
    return {key: best[sha256][1] for key, _, sha256 in sorted(rows) if best[sha256][1] != key}


# ---- near -----------------------------------------------------------------------------------------------------------


def near_duplicates(texts: Sequence[str], *, threshold: float = THRESHOLD) -> list[Match]:
    """Texts that can go because a kept one is nearly the same.

    Similarity is the Jaccard similarity of word shingles, as wide as `corpus.shingles.WIDTHS` says for the shorter text
    of a pair. Texts with the same words in the same order have similarity 1; texts without any word are the same only
    when they are equal.

    Args:
        texts: any number of texts, in any order: which texts stay does not depend on it (among equal texts the first).
        threshold: smallest similarity, above 0 and at most 1.

    Returns:
        One match per dropped text, by index; `of` is the most similar of the kept texts with a better rank.

    Raises:
        ValueError: the threshold is out of range.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, not {threshold}")
    profiles = _profiles(texts, threshold)
    indexes = _indexes(profiles, threshold)
    wordless: dict[str, int] = {}
    matches: list[Match] = []
    for profile in sorted(profiles, key=lambda p: p.rank):
        if not profile.sets:
            first = wordless.setdefault(texts[profile.position], profile.position)
            if first != profile.position:
                matches.append(Match(profile.position, first, 1.0))
            continue
        # all kept texts have at least as many words, so this text's width is that of the pair
        found = indexes[profile.width].best(profile.sets[profile.width])
        if found:
            matches.append(Match(profile.position, *found))
        else:
            for width, shingles in profile.sets.items():
                indexes[width].add(profile.position, shingles)
    return sorted(matches)


class _Profile(NamedTuple):
    """A text as it is compared. `sets` holds its shingles by width: its own one, and those of shorter texts near it."""

    position: int
    rank: tuple[int, int, bytes, int]
    width: int
    sets: dict[int, Numbers]


def _profiles(texts: Sequence[str], threshold: float) -> list[_Profile]:
    hashes = Hashes()
    profiles = []
    for index, text in enumerate(texts):
        numbers = word_numbers(text, hashes)
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        # of texts with as many words the one with fewer characters is the less padded
        rank = (-len(numbers), len(text), digest, index)
        width = width_for(len(numbers))
        profiles.append(_Profile(index, rank, width, _sets(numbers, width, threshold)))
    return profiles


def _sets(numbers: Numbers, width: int, threshold: float) -> dict[int, Numbers]:
    """The shingles of a text by width. It has those of a shorter class too if a text of that class can be similar."""
    if not len(numbers):
        return {}
    sets = {width: shingle_set(numbers, width)}
    vocabulary = len(distinct(numbers))
    for (longer, _), (_, narrower) in pairwise(WIDTHS):
        # a shorter text has at most `longer - narrower` shingles; this one has at least vocabulary - narrower + 1
        most = (longer - narrower) / threshold + _SLACK
        if len(numbers) >= longer and vocabulary - narrower + 1 <= most:
            shingles = shingle_set(numbers, narrower)
            if len(shingles) <= most:
                sets[narrower] = shingles
    return sets


def _indexes(profiles: Sequence[_Profile], threshold: float) -> dict[int, _PrefixIndex]:
    widths = sorted({width for profile in profiles for width in profile.sets})
    return {
        width: _PrefixIndex(threshold, bucket_counts(p.sets[width] for p in profiles if width in p.sets))
        for width in widths
    }


class _PrefixIndex:
    """The kept texts of one width, found again by the rare shingles they begin with."""

    def __init__(self, threshold: float, counts: NDArray[np.int64]) -> None:
        self.threshold = threshold
        self.needed = threshold / (1 + threshold)  # overlap / (both sizes) of two sets that are just similar enough
        self.counts = counts
        self.members: list[tuple[int, Numbers]] = []  # in order of rank
        self.postings: dict[int, list[tuple[float, int]]] = {}  # shingle -> (minus the largest size it serves, member)

    def add(self, index: int, shingles: Numbers) -> None:
        member, size = len(self.members), len(shingles)
        self.members.append((index, shingles))
        for place, shingle in enumerate(self._prefix(shingles)):
            # a larger set whose first shingle in common is this one needs more than the size - place that are left
            insort(self.postings.setdefault(shingle, []), (size - (size - place + _SLACK) / self.needed, member))

    def best(self, shingles: Numbers) -> tuple[int, float] | None:
        """The most similar text and its similarity, the better-ranked among equals; None if none is similar enough."""
        best: tuple[int, float] | None = None
        for member in self._candidates(shingles):
            index, other = self.members[member]
            similarity = jaccard(other, shingles)
            if similarity >= self.threshold and (best is None or similarity > best[1]):
                best = index, similarity
        return best

    def _candidates(self, shingles: Numbers) -> list[int]:
        """Members that may be similar enough, by rank.

        The postings of a shingle are ordered by the sizes they can serve, so that one that stands on thousands of pages
        of one template, late in their order, is left after a single look.
        """
        size = len(shingles)
        found: set[int] = set()
        for place, shingle in enumerate(self._prefix(shingles)):
            largest = (size - place + _SLACK) / self.needed - size
            for served, member in self.postings.get(shingle, ()):
                if -served < size:
                    break
                if len(self.members[member][1]) <= largest:
                    found.add(member)
        return sorted(found)

    def _prefix(self, shingles: Numbers) -> list[int]:
        size = len(shingles) - math.ceil(self.threshold * len(shingles) - _SLACK) + 1
        prefix: list[int] = rare_first(shingles, self.counts)[:size].tolist()
        return prefix


# ---- soft -----------------------------------------------------------------------------------------------------------


def similar(texts: Sequence[str]) -> list[Soft]:
    """Relations between texts that are no near-duplicates of each other; nothing follows from them but a note.

    Of two texts of at least 20 words, compared by five-word shingles:

    * one has at least 80 % of the other's shingles, but not the other way round: `contains`, `contained`;
    * else their Jaccard similarity is at least .5: `revised`;
    * else the Jaccard similarity of their sets of words is at least .8: `reworded`.

    Every relation is given from both sides, ordered by (index, of). Pairs that share nothing but what more than
    MAX_HOLDERS texts share (boilerplate) are not looked at, which keeps the work linear on pages of one template.
    """
    hashes = Hashes()
    numbers = [word_numbers(text, hashes) for text in texts]
    members = [index for index, found in enumerate(numbers) if len(found) >= SOFT_WORDS]
    shingles = [shingle_set(numbers[index], SOFT_WIDTH) for index in members]
    vocabulary = [distinct(numbers[index]) for index in members]
    # of the smaller set, containment .8 leaves at least .8 and a Jaccard similarity t at least 2 t / (1 + t)
    pairs = set(_candidate_pairs(shingles, min(CONTAINMENT, 2 * REVISED / (1 + REVISED))))
    pairs.update(_candidate_pairs(vocabulary, 2 * REWORDED / (1 + REWORDED)))
    found: list[Soft] = []
    for a, b in sorted(pairs):
        relation = _relation(shingles[a], shingles[b]) or _reworded(vocabulary[a], vocabulary[b])
        one, other = members[a], members[b]
        if relation and _similarity(numbers[one], numbers[other]) < THRESHOLD:
            kind, similarity = relation
            found += (Soft(one, other, kind, similarity), Soft(other, one, _INVERSE.get(kind, kind), similarity))
    return sorted(found)


_INVERSE: dict[SoftKind, SoftKind] = {"contains": "contained", "contained": "contains"}


def _relation(one: Numbers, other: Numbers) -> tuple[SoftKind, float] | None:
    both = overlap(one, other)
    in_one, in_other = both / len(other), both / len(one)
    if max(in_one, in_other) >= CONTAINMENT > min(in_one, in_other):
        return ("contains", in_one) if in_one > in_other else ("contained", in_other)
    similarity = both / (len(one) + len(other) - both)
    return ("revised", similarity) if similarity >= REVISED else None


def _reworded(one: Numbers, other: Numbers) -> tuple[SoftKind, float] | None:
    similarity = jaccard(one, other)
    return ("reworded", similarity) if similarity >= REWORDED else None


def _similarity(one: Numbers, other: Numbers) -> float:
    """The similarity that `near_duplicates` goes by."""
    width = width_for(min(len(one), len(other)))
    return jaccard(shingle_set(one, width), shingle_set(other, width))


def _candidate_pairs(sets: Sequence[Numbers], share: float) -> Iterator[tuple[int, int]]:
    """Pairs a < b of sets that may have `share` of the smaller set in common, some of them twice.

    Of its n - ceil(share n) + k rarest numbers a set shares k with every set that has that much in common with it (Wang
    et al. 2012). A larger k asks for more look-ups and leaves fewer pairs; with n / 8 nearly all pairs left are wanted
    ones. What more than MAX_HOLDERS sets hold is not looked up: it counts as shared, but one hit at least must be seen.
    """
    if not sets:
        return
    holders, places, starts, held_by = _inverted(sets)
    sizes = np.array([len(numbers) for numbers in sets])
    hits = np.zeros(len(sets), np.int64)
    begin = 0
    for a, size in enumerate(sizes.tolist()):
        mine = places[begin : begin + size]
        begin += size
        extra = max(1, size // 8)
        rarest = mine[np.argsort(holders[mine], kind="stable")][: size - math.ceil(share * size - _SLACK) + extra]
        too_many = int(np.count_nonzero(holders[rarest] > MAX_HOLDERS))
        rarest = rarest[(holders[rarest] > 1) & (holders[rarest] <= MAX_HOLDERS)]
        others = np.concatenate([held_by[starts[n] : starts[n + 1]] for n in rarest.tolist()] or [held_by[:0]])
        others = others[(sizes[others] >= size) & (others != a)]
        np.add.at(hits, others, 1)
        enough = others[hits[others] >= max(1, extra - too_many)]
        hits[others] = 0
        for b in np.unique(enough).tolist():
            yield min(a, b), max(a, b)


def _inverted(sets: Sequence[Numbers]) -> tuple[_Counts, _Counts, _Counts, _Counts]:
    """An inverted index of sets, their distinct numbers replaced by 0, 1, 2 ...

    Returns how many sets hold each number, all sets in a row, and the holders of number k as
    `held_by[starts[k] : starts[k + 1]]`.
    """
    owners = np.repeat(np.arange(len(sets)), [len(numbers) for numbers in sets])
    _, places, holders = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
    starts = np.concatenate(([0], np.cumsum(holders)))
    return holders, places, starts, owners[np.argsort(places, kind="stable")]
