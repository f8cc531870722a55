"""The matrix of features of page text, and the columns that count signs and letters.

Characters are counted for the whole page at once: the texts become one array of character classes, and what a line has
of a class is the difference of two running sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners.page import Page

Floats = NDArray[np.float64]
Column = NDArray[Any] | Sequence[float] | float

LONGEST = 2_000  # characters of a line that are looked at
SIGNS_COUNTED = 20.0  # of one kind in a line

_SIGNS = {
    "comma": ",，、،;；",
    "stop": ".!?。！？।؟۔",
    "colon": ":：",
    "quote": "\"“”„«»‘’'`",
    "bracket": "()[]{}（）",
    "bar": "|/\\·•>›»→←↑↓▶►▼▲×+*#_=~^<&@",
    "dash": "-–—",
    "money": "$€£¥%©®™",
}
_UPPER, _LOWER, _DIGIT, _WIDE, _OTHER_LETTER = 1, 2, 3, 4, 5
_FIRST_SIGN = 6


class Columns:
    """Named columns that become the matrix; those that nobody wants are not computed."""

    def __init__(self, size: int, wanted: Sequence[str] | None) -> None:
        self.size = size
        self.names = [] if wanted is None else list(wanted)
        self._places = None if wanted is None else {name: place for place, name in enumerate(wanted)}
        self._values: dict[str, Column] = {}

    def wants(self, name: str) -> bool:
        return self._places is None or name in self._places

    def add(self, name: str, values: Column | Callable[[], Column]) -> None:
        """Take a column, or what computes it."""
        if self._places is None:
            self.names.append(name)
        elif name not in self._places:
            return
        self._values[name] = values() if callable(values) else values

    def matrix(self) -> NDArray[np.float32]:
        """All columns in the order of their names. Raises KeyError for a wanted one that was never added."""
        matrix = np.empty((len(self.names), self.size), dtype=np.float32)
        for row, name in zip(matrix, self.names, strict=True):
            row[:] = self._values[name]
        return matrix.T


def characters(columns: Columns, page: Page) -> dict[str, Floats]:
    """Shares of character classes and of capitalised words in each line."""
    texts = [line.text[:LONGEST] for line in page]
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    ends = np.cumsum(lengths + 1)
    starts = ends - lengths - 1
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    classes = _class_table()[np.minimum(codes, 0xFFFF)]

    def count(mask: NDArray[np.bool_]) -> Floats:
        sums = np.concatenate([[0], np.cumsum(mask)])
        counts: Floats = (sums[ends] - sums[starts]).astype(np.float64)
        return counts

    size = np.maximum(lengths, 1).astype(np.float64)
    upper = classes == _UPPER
    letters = (classes > 0) & (classes <= _OTHER_LETTER) & (classes != _DIGIT)
    alphanumeric = letters | (classes == _DIGIT)
    begins = alphanumeric & ~np.concatenate([[False], alphanumeric[:-1]])
    word_count = np.maximum(count(begins), 1)
    letter_count = count(letters)
    near = {
        "upper_words": count(begins & upper) / word_count,
        "upper": count(upper) / np.maximum(letter_count, 1),
        "digits": count(classes == _DIGIT) / size,
        "wide": count(classes == _WIDE) / size,
    }
    for name, values in near.items():
        columns.add(name, values)
    columns.add("chars", np.log1p(size))
    columns.add("word_chars", size / word_count)
    columns.add("letters", letter_count / size)
    columns.add("digit_words", lambda: count(begins & (classes == _DIGIT)) / word_count)
    for number, name in enumerate(_SIGNS, _FIRST_SIGN):
        if columns.wants(f"{name}_share") or columns.wants(f"{name}_count"):
            counted = count(classes == number)
            columns.add(f"{name}_share", counted / word_count)
            columns.add(f"{name}_count", np.minimum(counted, SIGNS_COUNTED))
    return near


@cache
def _class_table() -> NDArray[np.uint8]:
    """The class of each character of the first plane; characters beyond it have none."""
    table = np.zeros(0x10000, dtype=np.uint8)
    for code in range(0x10000):
        character = chr(code)
        if character.isupper():
            table[code] = _UPPER
        elif character.islower():
            table[code] = _LOWER
        elif character.isdigit():
            table[code] = _DIGIT
        elif character.isalpha():
            table[code] = _OTHER_LETTER
    for first, last in ((0x0E00, 0x0EFF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF)):
        table[first : last + 1] = _WIDE
    for number, signs in enumerate(_SIGNS.values(), _FIRST_SIGN):
        for sign in signs:
            table[ord(sign)] = number
    return table
