"""Words by what is left of them when some letters have no glyph: `rgion` and `r gion` for `région`."""

from __future__ import annotations

import functools
import re
from itertools import islice
from typing import NamedTuple

from cleaners.lexicon_arrays import word_list

_WORDS = 60_000  # most frequent words; rarer ones would bring wrong accents


class Whole(NamedTuple):
    """A word, how common it is, and how many letters were lost."""

    word: str
    zipf: float
    lost: int


@functools.lru_cache(maxsize=16)
def remains(language: str, letters: frozenset[str], gap: str) -> dict[str, Whole]:
    """The most frequent word for each remainder. With a gap the parts are parted by one space."""
    found: dict[str, Whole] = {}
    if not letters:
        return found
    pattern = re.compile("[" + re.escape("".join(sorted(letters))) + "]+")
    for word, centibels in islice(word_list(language), _WORDS):
        parts = pattern.split(word)
        if len(parts) > 1 and word.isalpha():
            left = (gap or "").join(part for part in parts if part)
            if left and left not in found:
                found[left] = Whole(word, 9.0 - centibels / 100, len(word) - sum(map(len, parts)))
    return found
