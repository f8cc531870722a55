"""What the texts of a page's blocks look like, counted for all blocks at once.

The text of the document is turned into an array of character classes; what each block has of a class is then the
difference of two searches among the places of that class, so the cost does not depend on the number of blocks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SPACE, _LOWER, _UPPER, _OTHER_LETTER, _DIGIT, _STOP, _COMMA, _QUOTE, _BRACKET, _DASH, _BAR, _SYMBOL, _WIDE = range(13)
_SIGNS = {
    _STOP: ".!?…。！？؟।۔。",
    _COMMA: ",;:،、，；：",
    _QUOTE: "\"'«»“”„‘’‹›「」",
    _BRACKET: "()[]{}",
    _DASH: "-–—",
    _BAR: "|/•·→←»«›‹>▸▾×+#@©®™",
}
_PLANE = 0x10000
SHORT = 3  # letters; in most languages the words that hold sentences together are as short
_WIDE_PER_WORD = 2  # characters a word in scripts without spaces, on average (as in cleaners/page.py)


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each character of the basic plane."""
    table = np.full(_PLANE, _SYMBOL, dtype=np.uint8)
    by_category = {"Ll": _LOWER, "Lu": _UPPER, "Lt": _UPPER, "Nd": _DIGIT, "Zs": _SPACE, "Cc": _SPACE}
    for code in range(_PLANE):
        category = unicodedata.category(chr(code))
        if category in by_category:
            table[code] = by_category[category]
        elif category[0] in "LM":
            table[code] = _OTHER_LETTER
    for kind, characters in _SIGNS.items():
        table[[ord(c) for c in characters]] = kind
    for first, last in ((0x0E00, 0x0EFF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF)):
        table[first : last + 1] = _WIDE
    return table


def text_columns(
    text: str, starts: NDArray[np.intp], ends: NDArray[np.intp], wanted: Collection[str] | None = None
) -> dict[str, Floats]:
    """Counts and shares for each stretch `starts[i]:ends[i]` of a text; no stretch is empty.

    `words` counts stretches without white space, and two characters as a word in scripts that write none. `wanted`
    are the columns to give, of those that there are (by default all).
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = np.where(codes < _PLANE, _classes().take(np.minimum(codes, _PLANE - 1)), np.uint8(_SYMBOL))
    counts = _Counts(kinds, starts, ends)
    chars = (ends - starts).astype(np.float64)
    words, short, capital = _words(kinds, starts, ends)
    words += counts[_WIDE] / _WIDE_PER_WORD
    words = np.maximum(words, 1)
    columns: dict[str, Callable[[], Floats]] = {
        "chars": lambda: chars,
        "words": lambda: words,
        "word_length": lambda: counts.letters() / words,
        "short_share": lambda: short / words,
        "capital_share": lambda: capital / words,
        "upper_share": lambda: counts[_UPPER] / np.maximum(counts.letters(), 1),
        "digit_share": lambda: counts[_DIGIT] / chars,
        "letter_share": lambda: counts.letters() / chars,
        "wide_share": lambda: counts[_WIDE] / chars,
        "stops": lambda: counts[_STOP],
        "commas": lambda: counts[_COMMA],
        "stop_rate": lambda: (counts[_STOP] - (kinds[ends - 1] == _STOP)) / words,
        "comma_rate": lambda: counts[_COMMA] / words,
        "quotes": lambda: np.minimum(counts[_QUOTE], 20),
        "brackets": lambda: np.minimum(counts[_BRACKET], 20),
        "dashes": lambda: np.minimum(counts[_DASH], 20),
        "bars": lambda: np.minimum(counts[_BAR], 20),
        "symbol_share": lambda: counts[_SYMBOL] / chars,
        "first_kind": lambda: kinds[starts].astype(np.float64),
        "last_kind": lambda: kinds[ends - 1].astype(np.float64),
    }
    return {name: column() for name, column in columns.items() if wanted is None or name in wanted}


class _Counts:
    """How many characters of a class each stretch has, counted when asked."""

    def __init__(self, kinds: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> None:
        self.kinds, self.starts, self.ends = kinds, starts, ends
        self.known: dict[int, Floats] = {}

    def __getitem__(self, kind: int) -> Floats:
        if kind not in self.known:
            places = np.flatnonzero(self.kinds == kind)
            low, high = np.searchsorted(places, self.starts), np.searchsorted(places, self.ends)
            self.known[kind] = (high - low).astype(np.float64)
        return self.known[kind]

    def letters(self) -> Floats:
        return self[_LOWER] + self[_UPPER] + self[_OTHER_LETTER] + self[_WIDE]


def _words(kinds: NDArray[np.uint8], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    """Words, short words, and words with a capital, of each stretch."""
    inside = np.concatenate(([False], kinds != _SPACE, [False]))
    first = np.flatnonzero(inside[1:-1] & ~inside[:-2])
    last = np.flatnonzero(inside[1:-1] & ~inside[2:])
    total = np.zeros((2, len(first) + 1))
    np.cumsum(last - first < SHORT, out=total[0, 1:])
    np.cumsum(kinds[first] == _UPPER, out=total[1, 1:])
    low, high = np.searchsorted(first, starts), np.searchsorted(first, ends)
    return (high - low).astype(np.float64), total[0, high] - total[0, low], total[1, high] - total[1, low]
