"""Canonical composition (NFC), safe on hostile input.

Runs of combining marks that are too long (`corpus.marks`) are left as they are, and all around them is composed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cleaners.spans import Span
from corpus.marks import MAY_BE_MARKS, long_marks

_RUN = re.compile(
    r"[\x00-\x09\x0b-\x7f]?[^\x00-\x7f]+"
)  # nothing composes across an ASCII character but with the marks behind it


def composition_spans(text: str) -> Iterator[Span]:
    """The spans of `text` that canonical composition changes, with their composed form, small and in order."""
    if text.isascii():
        return
    if not MAY_BE_MARKS.search(text):
        yield from _spans(text, 0, len(text))
        return
    position = 0
    for long in long_marks().finditer(text):
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
