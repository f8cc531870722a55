"""Canonical composition (NFC), safe on hostile input.

`unicodedata.normalize` sorts each run of combining marks by insertion, so a run of 100,000 marks takes minutes. Runs
longer than the Stream-Safe Text Format of Unicode Standard Annex 15 allows occur in no language; such runs are left as
they are, and all around them is composed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from cleaners.spans import Span

LAST_MARK = 0x1FFFF  # combining marks of Unicode 16 end below; U+E0000 has none with a combining class
MAX_MARKS = 30  # UAX 15, section 13 (Stream-Safe Text Format): at most 30 non-starters in a row
_MAY_BE_MARKS = re.compile(f"[^\x00-\u02ff\u2000-\u206f]{{{MAX_MARKS + 1}}}")  # quick to say no of Latin text
_RUN = re.compile(
    r"[\x00-\x7f]?[^\x00-\x7f]+"
)  # nothing composes across an ASCII character but with the marks behind it


@cache
def _long_marks() -> re.Pattern[str]:
    """More combining marks in a row than any language has."""
    ranges: list[list[int]] = []
    for code in range(0x300, LAST_MARK + 1):
        if unicodedata.combining(chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    marks = "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)
    return re.compile(f"[{marks}]{{{MAX_MARKS + 1},}}")


def has_long_marks(text: str) -> bool:
    """Whether a run of combining marks is too long to be normalised safely."""
    return _MAY_BE_MARKS.search(text) is not None and _long_marks().search(text) is not None


def composition_spans(text: str) -> Iterator[Span]:
    """The spans of `text` that canonical composition changes, with their composed form, small and in order."""
    if text.isascii():
        return
    if not _MAY_BE_MARKS.search(text):
        yield from _spans(text, 0, len(text))
        return
    position = 0
    for long in _long_marks().finditer(text):
        yield from _spans(text, position, max(position, long.start() - 1))  # less the character that carries the run
        position = long.end()
    yield from _spans(text, position, len(text))


def _spans(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if piece.isascii() or unicodedata.is_normalized("NFC", piece):
        return
    for run in _RUN.finditer(piece):
        before = run[0]
        after = unicodedata.normalize("NFC", before)
        if before != after:
            yield start + run.start(), start + run.end(), after
