"""How common words and letter sequences are, per language: what repairs are judged by.

The figures are wordfreq's. Its lists take hundreds of megabytes as Python dictionaries, so each language is built once
into arrays in the user's cache directory and mapped from there: worker processes share the pages. A word is known by a
64-bit hash of itself (BLAKE2b, so that arrays are the same on every machine), and 300,000 words make no collision worth
counting. Where the cache cannot be written the same arrays are built in memory.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from cleaners.lexicon_arrays import NOWHERE, Arrays, Union, load_arrays, load_union

MAIN_LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "nl", "pl")
"""Languages that `zipf_anywhere` asks and that repairs try when a text does not tell its own."""

LANGUAGES = (*MAIN_LANGUAGES, "cs", "tr", "ru", "el", "ro")
"""Languages with a lexicon; a further one of wordfreq's needs its code here, nothing else."""

LATIN_LANGUAGES = tuple(code for code in LANGUAGES if code not in ("ru", "el"))
"""Those in Latin script, which `frequency_anywhere` asks."""

_CB_PER_ZIPF = 100  # wordfreq counts in centibels: hundredths of a factor of ten below certainty
_ZIPF_TOP = 9.0  # zipf is the decimal logarithm of the frequency per thousand million words


class Lexicon:
    """One language: words with their zipf frequency, and letter 4-grams.

    Attributes:
        language: ISO 639-1 code.
        alphabet: the letters of `letters`, in order of their index from 1; index 0 is a word's border.
        letters: natural logarithms of P(d | a, b, c) for letters a, b, c, d by index, float32 of shape (A, A, A, A).
            A word is scored as if borders stood around it.
        flat: the same in one row, read ten times as fast one by one.
    """

    __slots__ = ("_keys", "_values", "alphabet", "flat", "index", "language", "letters")

    def __init__(self, language: str, arrays: Arrays) -> None:
        self.language = language
        self._keys = memoryview(arrays.keys.data)
        self._values = memoryview(arrays.centibels.data)
        self.alphabet = arrays.alphabet
        self.index = {letter: i for i, letter in enumerate(arrays.alphabet, 1)}
        self.letters = arrays.letters
        self.flat = memoryview(arrays.letters.reshape(-1).data)

    def frequency(self, word: str) -> float:
        """The zipf frequency of a word in any case (6 = once in a thousand words), 0.0 if unknown."""
        key = word_key(word)
        i = bisect_left(self._keys, key)
        if i < len(self._keys) and self._keys[i] == key:
            return _ZIPF_TOP - self._values[i] / _CB_PER_ZIPF
        return 0.0

    def known(self, word: str) -> bool:
        """Whether the language has the word, in any case."""
        return self.frequency(word) > 0.0

    def zipf_of_keys(self, keys: NDArray[np.uint64]) -> NDArray[np.float32]:
        """The zipf frequencies of words given by their `word_key`, in their order, 0 for unknown ones."""
        table = np.asarray(self._keys)
        places = np.minimum(np.searchsorted(table, keys), len(table) - 1)
        zipf = np.float32(_ZIPF_TOP) - np.asarray(self._values)[places].astype(np.float32) / np.float32(_CB_PER_ZIPF)
        return np.where(table[places] == keys, zipf, np.float32(0)).astype(np.float32)


def word_key(word: str) -> int:
    """The 64-bit key of a word, the same for every case of it."""
    return int.from_bytes(blake2b(word.lower().encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of `LANGUAGES`, built on the first call of all. Raises KeyError for others."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Lexicon(language, load_arrays(language, word_key))


@functools.cache
def _union() -> Union:
    return load_union(LATIN_LANGUAGES, len(MAIN_LANGUAGES), word_key)


@functools.cache
def _union_keys() -> memoryview:
    return memoryview(_union().keys.data)


@functools.cache
def common_words() -> frozenset[str]:
    """The lower-case words that `is_common` knows."""
    return frozenset(_union().common.split("\n"))


def is_common(word: str) -> bool:
    """Whether a word, in any case, is among the most frequent of a main language; cheap.

    The rarest of them has a zipf frequency of 3.7.
    """
    return word.lower() in common_words()


def frequency_anywhere(word: str) -> float:
    """The highest zipf frequency of the word, in any case, in a language of Latin script; 0.0 when none has it."""
    keys, key = _union_keys(), word_key(word)
    i = bisect_left(keys, key)
    if i < len(keys) and keys[i] == key:
        return float(_ZIPF_TOP - int(_union().centibels[i].min()) / _CB_PER_ZIPF)
    return 0.0


def zipf_by_language(words: Sequence[str]) -> NDArray[np.float32]:
    """The zipf frequency of each word in each of LATIN_LANGUAGES, 0 for unknown ones: a row per language."""
    return _looked_up(words, _union().centibels).T


def zipf_anywhere(words: Sequence[str]) -> NDArray[np.float32]:
    """The highest zipf frequency of each word in the main languages, 0 when none of them has it."""
    return _looked_up(words, _union().best)


def _looked_up(words: Sequence[str], centibels: NDArray[np.uint16]) -> NDArray[np.float32]:
    keys = np.fromiter(map(word_key, words), dtype=np.uint64)
    order = np.argsort(keys)  # neighbours in the table are found in the processor's cache, three times as fast
    keys, table = keys[order], np.asarray(_union().keys)
    places = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    values = np.asarray(centibels)[places]
    values[table[places] != keys] = NOWHERE
    zipf = np.float32(_ZIPF_TOP) - values.astype(np.float32) / np.float32(_CB_PER_ZIPF)
    found = np.empty(zipf.shape, dtype=np.float32)
    found[order] = np.where(values == NOWHERE, np.float32(0), zipf)
    return found
