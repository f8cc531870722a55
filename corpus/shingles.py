r"""What two texts have in common, as sets of numbers.

A text is its words (`corpus.folding`), the words are cut into overlapping runs (shingles), and every shingle becomes a
stable 56-bit number, so that the similarity of two texts is that of two sorted arrays. Spaces, punctuation, case and
ligatures do not part two copies, an accent does (`pêche` is not `péché`).

Runs of five words are the usual choice for pages (Rae et al. 2021; Lee et al. 2022): two unrelated pages share next to
none. In a short text one changed word would spoil most of its five-word runs, so a shorter text has runs of three, and
under eight words a text is one run: `dog bites man` is no copy of `man bites dog`. Runs of three are short enough to
forgive one changed word in thirty, and long enough that a copy by them always has at least .8 of its five-word runs
inside the other text too; with runs of two, texts of 14 words passed that had .6.

Numbers come from BLAKE2b and fixed arithmetic, never from `hash()`: they are the same in every process and release.
56 bits leave room for the number of a text in a batch, so that all its texts are sorted at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.folding import Numbers, Offsets, is_unspaced, mix, word_numbers
from corpus.marks import compatible

__all__ = [
    "BATCH_CHARACTERS", "BATCH_TEXTS", "BITS", "WHOLE", "WIDTHS", "Buckets", "Numbers", "Shingled", "batches",
    "checked", "distinct", "jaccard", "overlap", "rare_first", "shingle_set", "shingled", "stable_hash", "unmarked",
    "unspaced", "width_for", "words",
]  # fmt: skip

WIDTHS = ((50, 5), (8, 3))
"""(fewest words, words per shingle). One changed word in the middle leaves the shortest text of the first row a Jaccard
similarity of .80; a text of the second row needs 29 words for that."""
WHOLE = 0  # the width of a text below all rows: its one shingle is the whole text
BITS = 56
BATCH_CHARACTERS = 90_000
"""Texts are worked on in batches of so many characters, whose arrays stay in the cache of a core: 45 microseconds for
400 words, against 52 with half and 75 with twice as many."""
BATCH_TEXTS = 120  # at most two rows per text, and the row's number has the 8 bits that BITS leaves

_LAST = 0x3FFFF  # no script lies behind
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, odd (Knuth, TAOCP 3, section 6.4)
_SPARE = np.uint64(64 - BITS)
_LOW = np.uint64((1 << BITS) - 1)
_HEAD = 70  # words: a text with more shingles here than a short text can have is not like any short text
_PADDED = 2  # shingles that repeating the last word of a shorter text can add


def words(text: str) -> list[str]:
    r"""The words of a text, as they are compared: `\w+` of the NFKC-normalised, casefolded text, or single characters.

    See `corpus.folding`, whose fast way this spells out.
    """
    return _word().findall(compatible(text).casefold())


@cache
def _word() -> re.Pattern[str]:
    return re.compile(f"[{unspaced()}]|(?:(?![{unspaced()}])\\w)+")


@cache
def unspaced() -> str:
    """The characters that are words of their own, as they stand inside the brackets of a regular expression."""
    codes = {code for code in range(_LAST + 1) if is_unspaced(chr(code))}
    starts, ends = (sorted(code for code in codes if code + step not in codes) for step in (-1, 1))
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in zip(starts, ends, strict=True))


def stable_hash(text: str) -> int:
    """64 bits of the text's BLAKE2b. Lone surrogates are allowed."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def width_for(count: int) -> int:
    """How many words a shingle of a text of `count` words has; WHOLE (0) when the text is one shingle."""
    return next((width for fewest, width in WIDTHS if count >= fewest), WHOLE)


def shingle_set(numbers: Numbers, width: int) -> Numbers:
    """The distinct shingles of a text of at least one word, sorted. `width` is in words, WHOLE for the whole text."""
    return distinct(_rolled(numbers, min(width, len(numbers)) or len(numbers)))


def _rolled(numbers: Numbers, width: int) -> Numbers:
    """The number of each run of `width` words."""
    rolled = mix(_runs(numbers, width))
    rolled >>= _SPARE
    return rolled


def _runs(numbers: Numbers, width: int) -> Numbers:
    last = len(numbers) - width + 1
    runs = numbers[:last].copy()
    for k in range(1, width):
        runs *= _MULTIPLIER
        runs += numbers[k : k + last]
    return runs


# ---- many texts at once ---------------------------------------------------------------------------------------------


class Shingled(NamedTuple):
    """The shingles of a batch of texts, in rows: one per text, two for some, none for a text without words.

    Attributes:
        counts: number of words of each text.
        texts: which text of the batch each row is of.
        widths: words per shingle of each row, WHOLE for a text that is one shingle.
        values: row number << BITS | shingle: sorted, distinct.
        bounds: row r is `values[bounds[r] : bounds[r + 1]]`.
        numbers: the words of all texts (see `corpus.folding.word_numbers`).
        offsets: where the words of each text begin in `numbers`.
    """

    counts: Offsets
    texts: Offsets
    widths: Offsets
    values: Numbers
    bounds: Offsets
    numbers: Numbers
    offsets: Offsets

    def row(self, number: int) -> Numbers:
        """The shingles of a row, sorted."""
        return unmarked(self.values[self.bounds[number] : self.bounds[number + 1]])


def unmarked(values: Numbers) -> Numbers:
    """The shingles of a row without the row's number."""
    return values & _LOW


def checked(texts: Iterable[str]) -> list[str]:
    """The texts as a list. Raises TypeError for a single string, and where one of them is none."""
    if isinstance(texts, str | bytes):
        raise TypeError("texts must be a sequence of strings, not a single one; give [text]")
    found = list(texts)
    for index, text in enumerate(found):
        if not isinstance(text, str):
            raise TypeError(f"texts must be strings, and texts[{index}] is of type {type(text).__name__}")
    return found


def batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Cut texts into batches for `shingled`."""
    some: list[str] = []
    characters = 0
    for text in texts:
        if some and (len(some) == BATCH_TEXTS or characters + len(text) > BATCH_CHARACTERS):
            yield some
            some, characters = [], 0
        some.append(text)
        characters += len(text)
    if some:
        yield some


def shingled(texts: Sequence[str], threshold: float) -> Shingled:
    """The shingles of at most BATCH_TEXTS texts.

    A text has a row of its own width; one that can reach a Jaccard similarity of `threshold` with a text of the next
    shorter class has a row of that class's width as well, for two texts are compared by the width of the shorter one.
    """
    numbers, offsets = word_numbers(texts)
    counts = np.diff(offsets)
    own = np.flatnonzero(counts > 0)
    widths = np.select([counts[own] >= fewest for fewest, _ in WIDTHS], [width for _, width in WIDTHS], WHOLE)
    also = _texts_like_shorter(numbers, offsets, threshold)
    owners = np.concatenate((own, np.array(also, np.int64)))
    widths = np.concatenate((widths, np.full(len(also), WIDTHS[1][1], np.int64)))
    values, bounds = _rows(numbers, offsets, owners, np.where(widths > 0, widths, counts[owners]))
    return Shingled(counts, owners, widths, values, bounds, numbers, offsets)


def _texts_like_shorter(numbers: Numbers, offsets: Offsets, threshold: float) -> list[int]:
    """Texts of the first class with so few shingles of the second class's width that they can resemble one of it."""
    (fewest, _), (_, width) = WIDTHS
    most = (fewest - width) / threshold + 1e-9  # shingles; a shorter text has at most fewest - width
    long = np.flatnonzero(np.diff(offsets) >= fewest)
    if not len(long):
        return []
    places = np.minimum(offsets[long][:, None] + np.arange(_HEAD), (offsets[long + 1] - 1)[:, None])
    heads = _runs(numbers[places].T, width).T >> np.uint64(32)
    heads = np.sort(heads.astype(np.uint32), axis=1)
    least = 1 + np.count_nonzero(heads[:, 1:] != heads[:, :-1], axis=1) - _PADDED
    possible = long[least <= most].tolist()
    return [text for text in possible if len(shingle_set(numbers[offsets[text] : offsets[text + 1]], width)) <= most]


def _rows(numbers: Numbers, offsets: Offsets, owners: Offsets, widths: Offsets) -> tuple[Numbers, Offsets]:
    parts = [np.empty(0, np.uint64)]
    counts = np.diff(offsets)
    for width in sorted(set(widths.tolist())):
        rows = np.flatnonzero(widths == width)
        row_of = np.full(len(counts), -1, np.int64)
        row_of[owners[rows]] = rows
        row = np.repeat(row_of, counts)
        for k in range(1, width):  # the last words of a text begin no run
            row[offsets[owners[rows] + 1] - k] = -1
        begins = np.flatnonzero(row >= 0)
        runs = _rolled(numbers, width)[begins]
        runs |= row[begins].astype(np.uint64) << np.uint64(BITS)
        parts.append(runs)
    values = distinct(np.concatenate(parts))
    return values, np.searchsorted(values >> np.uint64(BITS), np.arange(len(owners) + 1, dtype=np.uint64))


# ---- sets -----------------------------------------------------------------------------------------------------------


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
    both = np.concatenate((one, other))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))


def jaccard(one: Numbers, other: Numbers) -> float:
    """Jaccard similarity of two sorted arrays of distinct numbers; 0 if both are empty."""
    both = overlap(one, other)
    union = len(one) + len(other) - both
    return both / union if union else 0.0


class Buckets:
    """How many sets hold a shingle of each bucket (its highest bits): a cheap stand-in for its frequency.

    `counts` has a number per bucket; where it is 1, the shingle is held by one set alone.
    """

    def __init__(self, bits: int = 22) -> None:
        self._shift = np.uint64(BITS - bits)
        self.counts = np.zeros(1 << bits, np.uint32)

    def add(self, numbers: Numbers) -> None:
        """Count the shingles of a set."""
        np.add.at(self.counts, numbers >> self._shift, 1)


def rare_first(numbers: Numbers, counts: NDArray[np.uint32]) -> Numbers:
    """The shingles of a set from the rarest bucket to the most frequent one, equal ones by value."""
    bits = len(counts).bit_length() - 1
    order = np.argsort(counts[numbers >> np.uint64(BITS - bits)], kind="stable")
    return numbers[order]
