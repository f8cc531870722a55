"""Signatures: a few hundred bytes per text by which texts that may be alike find each other.

A signature is a pure function of the text, so it is made once, where the text is made, and kept; the texts themselves
are needed again only for the pairs it proposes.

* **Bands** (for near-duplicates). The shingles of a text fall into 128 bins by their highest bits, the smallest one of
  each bin stands for it (one permutation hashing, Li et al. 2012: one pass over sorted shingles instead of 128), and
  four bins make a band. Two texts of Jaccard similarity .8 agree on a bin with at least that probability (two empty
  bins agree), on a band with .41, on none of 32 bands with 5e-8; bands that are all empty say nothing. Short texts,
  with most bins empty, do better still: whoever shares nine shingles of ten shares whole bands.
* **Sample** (for containment): the five-word shingles below a fixed bound, one in eight (FracMinHash, Irber et al.
  2022). The sample of an excerpt is inside that of the page it was taken from, however much longer the page is.
* **Word bands** (for reworded texts): 128 bins of the distinct words, eight to a band.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.folding import Numbers, mix
from corpus.shingles import BITS, WHOLE, WIDTHS, Shingled, batches, distinct, shingle_set, shingled

__all__ = ["BANDS", "SAMPLED_WORDS", "THRESHOLD", "Band", "Read", "band_rows", "read", "signature", "signatures"]

Band = NDArray[np.uint32]

THRESHOLD = 0.8
"""The similarity from which on bands find pairs: the usual border of near-duplicates (Lee et al. 2022; RefinedWeb,
Penedo et al. 2023)."""
BANDS = 32
WORD_BANDS = 16
SAMPLED_WORDS = 20  # shorter texts are quotes and set phrases, which stand inside many pages
SAMPLE_WIDTH = 5

_BIN_BITS = 7
_BINS = 1 << _BIN_BITS
_SAMPLE_BITS = 3  # of the highest bits 0: one shingle in eight
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64((1 << BITS) - 1)
_VERSION = 1
_HEADER = struct.Struct("<BBII")  # version, rows, words, sampled shingles
_ROW = struct.Struct("<B")  # width


def signature(text: str) -> bytes:
    """The signature of one text. A worker makes it when it has finished a document: 0.2 ms for a page."""
    return next(signatures([text]))


def signatures(texts: Iterable[str]) -> Iterator[bytes]:
    """The signature of each text, in order."""
    for some in batches(texts):
        batch = shingled(some, THRESHOLD)
        bands = band_rows(batch)
        rows: list[list[int]] = [[] for _ in some]
        for row, text in enumerate(batch.texts.tolist()):
            rows[text].append(row)
        for text in range(len(some)):
            yield _signature(batch, text, rows[text], bands)


def band_rows(batch: Shingled) -> Band:
    """The bands of each row of a batch, (rows, BANDS); 0 for a band without any shingle."""
    count = len(batch.texts)
    return _bands(batch.values, count, BANDS)


def _bands(values: Numbers, rows: int, bands: int) -> Band:
    """Bands of sorted values `row << BITS | number`."""
    places = values >> np.uint64(BITS - _BIN_BITS)
    first = np.flatnonzero(np.concatenate((np.ones(min(1, len(places)), np.bool_), places[1:] != places[:-1])))
    bins = np.zeros(rows * _BINS, np.uint64)
    bins[places[first].astype(np.int64)] = (values[first] & _LOW) + np.uint64(1)
    table = bins.reshape(rows * bands, _BINS // bands)
    keys = table[:, 0].copy()
    for column in table.T[1:]:
        keys *= _MULTIPLIER
        keys += column
    short = (mix(keys) >> np.uint64(32)).astype(np.uint32)
    short[short == 0] = 1
    short[~table.any(axis=1)] = 0
    return short.reshape(rows, bands)


def _signature(batch: Shingled, text: int, rows: Sequence[int], bands: Band) -> bytes:
    words = batch.numbers[batch.offsets[text] : batch.offsets[text + 1]]
    sample, vocabulary = np.empty(0, np.uint32), np.empty(0, np.uint32)
    if len(words) >= SAMPLED_WORDS:
        wide = batch.row(rows[0]) if batch.widths[rows[0]] == SAMPLE_WIDTH else shingle_set(words, SAMPLE_WIDTH)
        sample = sampled(wide)
        vocabulary = _bands(vocabulary_of(words), 1, WORD_BANDS)[0]
    parts = [_HEADER.pack(_VERSION, len(rows), len(words), len(sample))]
    for row in rows:
        parts += (_ROW.pack(int(batch.widths[row])), bands[row].astype("<u4").tobytes())
    return b"".join((*parts, sample.astype("<u4").tobytes(), vocabulary.astype("<u4").tobytes()))


def sampled(shingles: Numbers) -> Band:
    """The shingles of a sorted set that belong to the sample, 32 bits of each, sorted."""
    end = int(np.searchsorted(shingles, np.uint64(1 << (BITS - _SAMPLE_BITS))))
    return (shingles[:end] >> np.uint64(BITS - _SAMPLE_BITS - 32)).astype(np.uint32)


def vocabulary_of(numbers: Numbers) -> Numbers:
    """The distinct words of a text, sorted."""
    mixed = mix(numbers.copy())
    mixed >>= np.uint64(64 - BITS)
    return distinct(mixed)


class Read(NamedTuple):
    """A signature taken apart. `sample` and `vocabulary` are empty for a text under SAMPLED_WORDS words."""

    words: int
    rows: tuple[tuple[int, Band], ...]  # width, bands
    sample: Band
    vocabulary: Band


def read(data: bytes) -> Read:
    """Take a signature apart. Raises ValueError for bytes that are no signature of this version."""
    try:
        version, count, words, sampled_shingles = _HEADER.unpack_from(data)
        if version != _VERSION:
            raise ValueError(f"signature of version {version}, not {_VERSION}")
        place = _HEADER.size
        rows = []
        for _ in range(count):
            (width,) = _ROW.unpack_from(data, place)
            rows.append((width, np.frombuffer(data, "<u4", BANDS, place + _ROW.size)))
            place += _ROW.size + 4 * BANDS
        sample = np.frombuffer(data, "<u4", sampled_shingles, place)
        vocabulary = np.frombuffer(data, "<u4", -1, place + 4 * sampled_shingles) if len(data) > place else sample
    except struct.error as error:
        raise ValueError(f"no signature: {error}") from error
    if any(width not in {WHOLE, *(width for _, width in WIDTHS)} for width, _ in rows):
        raise ValueError("no signature: unknown width")
    return Read(words, tuple(rows), sample, vocabulary)
