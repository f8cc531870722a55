"""What two texts have in common, as sets of numbers.

A text is its words, the words are cut into overlapping runs (shingles), and every shingle becomes a stable 64-bit
number, so that the similarity of two texts is that of two sorted arrays. Words are runs of letters, digits and
underscores of the NFKC-normalised, casefolded text: spaces, punctuation, case and ligatures do not part two copies, an
accent does (`pêche` is not `péché`).

Runs of five words are the usual choice for pages (Rae et al. 2021; Lee et al. 2022): two unrelated pages share next to
none. In a short text one changed word would spoil most of its five-word runs, so shorter texts have shorter runs, and
under eight words a text is one run: `dog bites man` is no copy of `man bites dog`.

Numbers come from BLAKE2b and fixed arithmetic, never from `hash()`: they are the same in every process and release.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "WHOLE", "WIDTHS", "Hashes", "Numbers", "bucket_counts", "distinct", "jaccard", "overlap", "rare_first",
    "shingle_set", "stable_hash", "width_for", "word_numbers", "words",
]  # fmt: skip

Numbers = NDArray[np.uint64]

WIDTHS = ((50, 5), (20, 3), (8, 2))
"""(fewest words, words per shingle). One changed word in the middle of the shortest text of a row leaves a Jaccard
similarity of .80, .71 and .56: a short text must be nearly the same to be called a copy."""
WHOLE = 0  # the width of a text below all rows: its one shingle is the whole text

_WORD = re.compile(r"\w+")
_VOCABULARY_LIMIT = 1_000_000  # words kept at hand, some 120 MB; beyond it the table starts anew, with the same numbers
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, odd (Knuth, TAOCP 3, section 6.4)
_MIX = (
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)  # the finaliser of SplitMix64 (Steele et al. 2014)


def words(text: str) -> list[str]:
    r"""The words of a text, as they are compared: `\w+` of the NFKC-normalised, casefolded text."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def stable_hash(text: str) -> int:
    """64 bits of the text's BLAKE2b. Lone surrogates are allowed."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class Hashes(dict[str, int]):
    """word -> number, filled as words are met."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _VOCABULARY_LIMIT:
            self.clear()
        number = self[word] = stable_hash(word)
        return number


def word_numbers(text: str, hashes: Hashes) -> Numbers:
    """One number per word of the text, in order."""
    found = words(text)
    return np.fromiter(map(hashes.__getitem__, found), np.uint64, len(found))


def width_for(count: int) -> int:
    """How many words a shingle of a text of `count` words has; WHOLE (0) when the text is one shingle."""
    return next((width for fewest, width in WIDTHS if count >= fewest), WHOLE)


def shingle_set(numbers: Numbers, width: int) -> Numbers:
    """The distinct shingles of a text of at least one word, sorted. `width` is in words, WHOLE for the whole text."""
    width = min(width, len(numbers)) or len(numbers)
    last = len(numbers) - width + 1
    rolled = numbers[:last].copy()
    for k in range(1, width):
        rolled *= _MULTIPLIER
        rolled += numbers[k : k + last]
    for shift, factor in zip((30, 27), _MIX, strict=True):
        rolled ^= rolled >> np.uint64(shift)
        rolled *= factor
    rolled ^= rolled >> np.uint64(31)
    return distinct(rolled)


def distinct(numbers: Numbers) -> Numbers:
    """The distinct numbers, sorted. (`np.unique` does the same at twice the cost for arrays of this size.)"""
    ordered = np.sort(numbers)
    if len(ordered) < 2:
        return ordered
    first = np.empty(len(ordered), np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def overlap(one: Numbers, other: Numbers) -> int:
    """How many numbers two sorted arrays of distinct numbers have in common."""
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return 0
    places = np.searchsorted(other, one)
    places[places == len(other)] = 0
    return int(np.count_nonzero(other[places] == one))


def jaccard(one: Numbers, other: Numbers) -> float:
    """Jaccard similarity of two sorted arrays of distinct numbers; 0 if both are empty."""
    both = overlap(one, other)
    union = len(one) + len(other) - both
    return both / union if union else 0.0


def bucket_counts(sets: Iterable[Numbers], bits: int = 22) -> NDArray[np.int64]:
    """How many sets hold a number of each bucket (its highest `bits` bits): a cheap stand-in for its frequency."""
    counts = np.zeros(1 << bits, np.int64)
    for numbers in sets:
        np.add.at(counts, numbers >> np.uint64(64 - bits), 1)
    return counts


def rare_first(numbers: Numbers, counts: NDArray[np.int64]) -> Numbers:
    """The numbers of a set from the rarest bucket to the most frequent one, equal ones by value."""
    bits = len(counts).bit_length() - 1
    order = np.argsort(counts[numbers >> np.uint64(64 - bits)], kind="stable")
    return numbers[order]
