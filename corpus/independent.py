"""Which of a group of texts stay: a ranked independent set, every text that goes verified beside one that stays.

The texts are walked in the order of their ranks, and one goes when a better-ranked text that stays has at least the
wanted Jaccard similarity with it. So no chain of small changes drops a text that resembles nothing kept, and as rank is
a function of the texts, so is the outcome.

In a small group each text is compared with all that stay. In a large one (pages of one template: alike enough to share
bands, hardly ever alike enough to go) candidates come from an inverted index over prefixes (Chaudhuri et al. 2006;
positions as in PPJoin, Xiao et al. 2008): with the shingles of all sets in one order, rare ones first, two sets of
similarity t share one of their first n - ceil(t n) + 1 shingles. Where texts are put together of a few parts, each
shingle is on too many of them for that; then all are looked through, by their sketches. No way misses a pair.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.folding import Numbers
from corpus.shingles import BITS, Buckets, jaccard, rare_first, width_for
from corpus.sketches import Sketches

__all__ = ["Profile", "Verdict", "verdicts", "verdicts_of_many"]

KEPT_BYTES = 1 << 29  # of shingles of texts that stay, in one group
ALL_PAIRS = 40
"""Groups up to this size are compared pair by pair: 8 microseconds a pair, against 400 a text for the index."""
MOST_STEPS = 0.5
"""Postings that are followed at most, as a share of the texts that stay: one takes twice the time of a sketch, so
with more of them all sketches are looked through."""
SLACK = 1e-9  # t * n is rounded: 0.8 * 5 must not need 5 shingles of 5


class Profile(NamedTuple):
    """A text as it is compared.

    `sets` holds its shingles by width: its own one, and that of shorter texts near it. One that `stays` is not compared
    with better-ranked texts; others go in its favour.
    """

    position: int
    rank: tuple[Any, ...]
    words: int
    sets: dict[int, Numbers]
    stays: bool = False


class Verdict(NamedTuple):
    """The text `position` goes, `of` stays; `similarity` is their Jaccard similarity."""

    position: int
    of: int
    similarity: float


class _Kept(Protocol):
    """The texts kept so far."""

    def add(self, profile: Profile) -> None:
        """Keep a text."""

    def candidates(self, profile: Profile) -> Iterator[Profile]:
        """Kept texts that may be similar enough, by rank."""


def verdicts(profiles: Sequence[Profile], threshold: float) -> Iterator[Verdict]:
    """The texts that go, each with the most similar of the kept texts (the better-ranked among equals).

    Two texts are compared by the shingle width of the one with fewer words. Ranks are distinct; texts without shingles
    are never similar.
    """
    ranked = sorted(profiles, key=lambda p: p.rank)
    if len(ranked) <= ALL_PAIRS:
        yield from _walk(ranked, _All(threshold), threshold)
    else:
        by_position = {profile.position: profile for profile in ranked}
        yield from verdicts_of_many(lambda: iter(ranked), by_position.__getitem__, threshold)


def verdicts_of_many(
    ranked: Callable[[], Iterator[Profile]], again: Callable[[int], Profile], threshold: float
) -> Iterator[Verdict]:
    """The same for so many texts that their shingles need not be in memory together.

    `ranked` gives the profiles in the order of their ranks, each time it is called (twice); `again` gives one of them
    once more, by its position.
    """
    yield from _walk(ranked(), _Index(ranked(), again, threshold), threshold)


def _walk(ranked: Iterable[Profile], kept: _Kept, threshold: float) -> Iterator[Verdict]:
    for profile in ranked:
        best: Verdict | None = None
        for other in () if profile.stays else kept.candidates(profile):
            similarity = _similarity(profile, other)
            if similarity >= threshold and (best is None or similarity > best.similarity):
                best = Verdict(profile.position, other.position, similarity)
        if best:
            yield best
        else:
            kept.add(profile)


def pair_width(one: Profile, other: Profile) -> int | None:
    """The width by which two texts are compared; None if they cannot be similar."""
    width = width_for(min(one.words, other.words))
    return width if width in one.sets and width in other.sets else None


def _similarity(one: Profile, other: Profile) -> float:
    width = pair_width(one, other)
    return 0.0 if width is None else jaccard(one.sets[width], other.sets[width])


class _All:
    """Everything of a fitting size is a candidate."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.members: list[Profile] = []

    def add(self, profile: Profile) -> None:
        self.members.append(profile)

    def candidates(self, profile: Profile) -> Iterator[Profile]:
        for other in self.members:
            width = pair_width(profile, other)
            if width is not None:
                sizes = len(profile.sets[width]), len(other.sets[width])
                if min(sizes) >= self.threshold * max(sizes) - SLACK:
                    yield other


class _Index:
    """Candidates by the rare shingles that texts begin with, one index per width. Of the texts kept only positions are
    held here, and their profiles as far as KEPT_BYTES go.
    """

    def __init__(self, profiles: Iterable[Profile], again: Callable[[int], Profile], threshold: float) -> None:
        counts: dict[int, Buckets] = {}
        for profile in profiles:
            for width, shingles in profile.sets.items():
                counts.setdefault(width, Buckets()).add(shingles)
        self.again = again
        self.members: list[int] = []
        self.profiles: dict[int, Profile] = {}  # by position
        self.bytes = 0
        self.indexes = {width: _PrefixIndex(threshold, some.counts) for width, some in counts.items()}

    def add(self, profile: Profile) -> None:
        for width, shingles in profile.sets.items():
            self.indexes[width].add(len(self.members), shingles)
        self.members.append(profile.position)
        self.bytes += sum(shingles.nbytes for shingles in profile.sets.values())
        if self.bytes <= KEPT_BYTES:
            self.profiles[profile.position] = profile

    def candidates(self, profile: Profile) -> Iterator[Profile]:
        found = {n for width, shingles in profile.sets.items() for n in self.indexes[width].candidates(shingles)}
        for position in (self.members[number] for number in sorted(found)):
            yield self.profiles.get(position) or self.again(position)


class _PrefixIndex:
    """Sets, found again by the rare shingles they begin with."""

    def __init__(self, threshold: float, counts: NDArray[np.uint32]) -> None:
        self.threshold = threshold
        self.needed = threshold / (1 + threshold)  # overlap / (both sizes) of two sets that are just similar enough
        self.counts = counts
        self.shift = BITS - (len(counts).bit_length() - 1)
        self.members: list[int] = []
        self.sketches = Sketches()
        self.postings: dict[int, list[tuple[float, int]]] = {}  # shingle -> (minus the largest size it serves, member)

    def add(self, member: int, shingles: Numbers) -> None:
        size = len(shingles)
        number = len(self.members)
        self.members.append(member)
        self.sketches.add(shingles)
        for place, shingle in enumerate(self._prefix(shingles)):
            if self.counts[shingle >> self.shift] == 1:  # nobody else has it
                continue
            # a larger set whose first shingle in common is this one needs more than the size - place that are left
            insort(self.postings.setdefault(shingle, []), (size - (size - place + SLACK) / self.needed, number))

    def candidates(self, shingles: Numbers) -> set[int]:
        """Members that may be similar enough.

        The postings of a shingle are ordered by the sizes they can serve, so that of one that stands on thousands of
        pages of one template, late in their order, none is followed.
        """
        size = len(shingles)
        postings = [self.postings.get(shingle, []) for shingle in self._prefix(shingles)]
        ends = [bisect_right(served, (-size, math.inf)) for served in postings]
        among = None
        if sum(ends) <= MOST_STEPS * len(self.members):
            met = {number for served, end in zip(postings, ends, strict=True) for _, number in served[:end]}
            among = np.array(sorted(met), np.int64)
        return {self.members[number] for number in self.sketches.similar(shingles, self.threshold, among).tolist()}

    def _prefix(self, shingles: Numbers) -> list[int]:
        size = len(shingles) - math.ceil(self.threshold * len(shingles) - SLACK) + 1
        prefix: list[int] = rare_first(shingles, self.counts)[:size].tolist()
        return prefix
