"""Fonts whose glyph numbers show as control characters: `GHUQLHU`, U+0003, `OHV` is `dernier les`.

A shift of codes that puts letters on other letters puts the space and the punctuation on control characters, which
later stages would take away, and with them the ends of the words. So they are read first, where the shift makes words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cleaners.lexicon import zipf_anywhere
from corpus.document import Document, repair

LABEL = "glyph-map"
_SPACE = 0x20
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_LAST_ASCII, _BEYOND = 0x7F, "\x80"  # what lies beyond ASCII is told by the table, not here
_WORD = re.compile("(?<![A-Za-z\x80-\U0010ffff])[A-Za-z]{3,}(?![A-Za-z\x80-\U0010ffff])")
_FEWEST = 3  # control characters of a line, and words that the shift makes
_MOST_WORDS = 400
_LEAST_ZIPF, _LEAST_KNOWN = 2.5, 0.6  # of a word, and which share of the words must be known
_CONFIDENCE = 0.9


def repair_control_characters(document: Document) -> Document:
    """Read spaces and punctuation that a font without a map shows as control characters."""
    if _CONTROL.search(document.text) is None:
        return document
    lines = [line for line in _lines(document.text) if len(_CONTROL.findall(line[1])) >= _FEWEST]
    if not lines:
        return document
    space, _ = Counter(c for _, line in lines for c in _CONTROL.findall(line)).most_common(1)[0]
    shift = _SPACE - ord(space)
    if not _makes_words([line for _, line in lines], shift):
        return document
    found = ((start + match.start(), match[0]) for start, line in lines for match in _CONTROL.finditer(line))
    return document.apply(
        repair(at, at + 1, chr(ord(control) + shift), LABEL, f"minus{shift}", _CONFIDENCE) for at, control in found
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _makes_words(lines: list[str], shift: int) -> bool:
    shifted = {code: code + shift if code + shift < _LAST_ASCII else ord(_BEYOND) for code in range(1, 0x80)}
    shown = " ".join(lines).translate({**shifted, _SPACE: _SPACE})
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(shown)))[:_MOST_WORDS]
    known = int((zipf_anywhere(words) >= _LEAST_ZIPF).sum()) if words else 0
    return known >= _FEWEST and known >= _LEAST_KNOWN * len(words)
