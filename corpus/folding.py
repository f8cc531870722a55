r"""From texts to numbers of words, many texts at a time and no loop over words.

Words are `\w+` of the NFKC-normalised, casefolded text; of scripts that are written without spaces between words
(Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tai) each character is a word, so that a shingle is a run of characters.
Splitting a text with a regular expression and looking its
words up costs more than everything else that finding duplicates does, so here a batch of texts becomes one array of
code points, a table gives each of them a random-looking number (0 for what is in no word), and the number of a word is
the polynomial of its characters' numbers, taken from running sums (Karp and Rabin 1987).

The table is made for the casefolded characters, so that case costs nothing; only where a character folds to several
(`ß`, some ligatures and Greek letters) the batch is casefolded beforehand. All arithmetic is fixed: numbers are the
same in every process, on every machine and in every release.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.marks import compatible

__all__ = ["Numbers", "Offsets", "is_unspaced", "mix", "word_numbers"]

Numbers = NDArray[np.uint64]
Offsets = NDArray[np.int64]

_PLANES = 0x110000
_LETTERS_END = 0x40000  # planes 4 to 16 hold no letters, digits or folds: unassigned, tags, private use
_ROW = 256  # characters that are folded at once
_RUNS = re.compile(r"\w+")
_SEVERAL = np.uint64(1)  # in place of a number: the character folds to several
_BASE = 0xD1342543DE82EF95  # odd, so it has an inverse (a multiplier of good spectrum: Steele and Vigna 2021)
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))  # the finaliser of SplitMix64 (Steele et al. 2014)
_UNSPACED = (  # in order
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x3005, 0x3007),  # Han
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),  # Burmese
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),  # Han
    (0x20000, 0x3FFFF),
)
_POWERS = 1 << 17  # characters of a usual batch: its powers are kept


def word_numbers(texts: Sequence[str]) -> tuple[Numbers, Offsets]:
    """The words of texts as 64-bit numbers.

    Returns:
        The numbers of all words in order, and `len(texts) + 1` offsets: those of text i are
        `numbers[offsets[i] : offsets[i + 1]]`. Equal words have equal numbers. Numbers are not mixed: see `mix`.
    """
    normal = [compatible(text) for text in texts]
    codes = _codes(normal)
    letters = _table().take(codes, mode="clip")
    if bool((letters == _SEVERAL).any()):
        normal = [text.casefold() for text in normal]
        codes = _codes(normal)
        letters = _table().take(codes, mode="clip")
    inside = letters != 0
    between = inside[1:] != inside[:-1]
    edges = np.flatnonzero(between) + 1  # texts stand between separators: begin, end, begin, end ...
    begins, ends = edges[0::2], edges[1::2]
    if int(codes.max()) >= _UNSPACED[0][0]:
        alone = _unspaced().take(codes, mode="clip")
        apart = alone[1:] | alone[:-1] | between
        begins, ends = (np.flatnonzero(apart & side) + 1 for side in (inside[1:], inside[:-1]))
    powers, inverses = _powers(len(letters))
    letters *= powers
    np.cumsum(letters, out=letters)
    numbers: Numbers = letters.take(ends - 1) - letters.take(begins - 1)
    numbers *= inverses.take(begins)
    lengths = np.fromiter(map(len, normal), np.int64, len(normal)) + 1
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
    return numbers, np.searchsorted(begins, bounds)


def mix(numbers: Numbers) -> Numbers:
    """Spread every bit over all bits, in place."""
    for shift, factor in _MIX:
        numbers ^= numbers >> np.uint64(shift)
        numbers *= np.uint64(factor)
    numbers ^= numbers >> np.uint64(31)
    return numbers


def is_unspaced(character: str) -> bool:
    """Whether a folded character is of a script without spaces between words, where vowel signs are characters too."""
    code = ord(character)
    inside = any(low <= code <= high for low, high in _UNSPACED)
    return inside and (character.isalnum() or unicodedata.category(character)[0] == "M")


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    data = "\n".join(["", *texts, ""]).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(data, "<u4")


@cache
def _unspaced() -> NDArray[np.bool_]:
    """Which code points are words of their own."""
    table = np.zeros(_PLANES, np.bool_)
    for low, high in _UNSPACED:
        table[low : high + 1] = True
    wanted = np.flatnonzero(table)
    characters = "".join(map(chr, wanted.tolist()))
    inside = _in_words(characters)
    others = np.flatnonzero(~inside)
    inside[others] = [unicodedata.category(characters[place])[0] == "M" for place in others.tolist()]
    table[wanted] = inside
    return table


@cache
def _table() -> Numbers:
    r"""The number of each code point once folded; 0 where that is neither matched by `\w` nor a word of its own."""
    everything = "".join(map(chr, range(_LETTERS_END)))
    folded = "".join(_folded(everything[start : start + _ROW]) for start in range(0, _LETTERS_END, _ROW))
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    inside = _in_words(folded)  # not the unfolded ones: U+0345 is a mark and folds to a letter
    inside |= _unspaced()[:_LETTERS_END]
    table = np.zeros(_PLANES, np.uint64)
    table[:_LETTERS_END] = np.where(inside, mix((codes + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)), np.uint64(0))
    table[:_LETTERS_END][codes == 0] = _SEVERAL
    table[0] = 0
    return table


def _folded(characters: str) -> str:
    """Each of some characters casefolded; a NUL for one that folds to several."""
    together = characters.casefold()
    if len(together) == len(characters):  # none becomes shorter, so none became longer
        return together
    return "".join(fold if len(fold) == 1 else "\0" for fold in map(str.casefold, characters))


def _in_words(characters: str) -> NDArray[np.bool_]:
    r"""Which of some characters `\w` matches: a regular expression walks over them faster than a loop."""
    inside = np.zeros(len(characters), np.bool_)
    for run in _RUNS.finditer(characters):
        inside[run.start() : run.end()] = True
    return inside


def _powers(count: int) -> tuple[Numbers, Numbers]:
    if count <= _POWERS:
        powers, inverses = _kept_powers()
        return powers[:count], inverses[:count]
    return _power_row(_BASE, count), _power_row(pow(_BASE, -1, 1 << 64), count)


@cache
def _kept_powers() -> tuple[Numbers, Numbers]:
    return _power_row(_BASE, _POWERS), _power_row(pow(_BASE, -1, 1 << 64), _POWERS)


def _power_row(base: int, count: int) -> Numbers:
    row: Any = np.full(count, base, np.uint64)
    row[0] = 1
    return np.multiply.accumulate(row)
