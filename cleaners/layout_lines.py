"""Lines put together into paragraphs: the rules, as questions about two neighbouring lines or blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cleaners.hyphenation import HYPHENS, ODD_HYPHENS, Speller, is_cut
from corpus.document import Change, join

_FINISHED = re.compile(r"[.!?…:;。！？][\"'”’»)\]\s¹²³⁰⁴-⁹]*\Z")
_HALF_FINISHED = re.compile(r"[:;]\s*\Z")  # a sentence may go on behind it
_NOTE_START = re.compile(r"\d{1,3}\s+([^\W\d_])|[¹²³⁰⁴-⁹]")
_LIST_START = re.compile(r"(?:[•‣⁃◦●○▪▫■□▶►➢➤✓✔·*–—-]\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s|\d+(?:\.\d+)+\s)")
_OPENING = "«“\"'‘(—–"
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
_HYPHEN_END = re.compile(rf"[^\W\d_][{HYPHENS}]\Z")

VERSE_LINES = 3
_VERSE_SHARE = 0.6
_VERSE_SLACK = 6  # characters; proportional fonts set lines of one width with so many more or fewer
_LONG = 60  # characters of a block that can be the first half of a paragraph
_FULL_SHARE = 0.75  # of the median line, what the last line before a column's end measures at least


def finished(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _FINISHED.search(text[-12:]) is not None


def ends_with_hyphen(text: str) -> bool:
    return _HYPHEN_END.search(text[-2:]) is not None


def starts_lower(text: str) -> bool:
    """Whether a text begins in the middle of a sentence."""
    stripped = text.lstrip(_OPENING + " ")
    return stripped[:1].islower()


def half_finished(text: str) -> bool:
    """Whether a text ends in a colon or semicolon, behind which a sentence may go on."""
    return _HALF_FINISHED.search(text[-4:]) is not None


def starts_item(text: str) -> bool:
    """Whether a text begins with a bullet, a number of a list, or the mark of a footnote."""
    note = _NOTE_START.match(text[:8])
    return _LIST_START.match(text[:12]) is not None or bool(note and (not note[1] or note[1].isupper()))


def line_join(start: int, end: int, before: str, after: str, words: Speller) -> Change:
    """The change that joins two lines over the white space at `start:end`. `before` and `after` are the lines."""
    if ends_with_hyphen(before) and after[:1].isalpha():
        if is_cut(before, after, words):
            return join(start - 1, end, "", "hyphenation", "layout:hyphen", 0.9)
        if before[-1] in ODD_HYPHENS:
            return join(start - 1, end, "-", "line-break", "layout:compound", 0.9)
        return join(start, end, "", "line-break", "layout:compound", 0.9)
    if before[-1:] == "\N{SOFT HYPHEN}":
        return join(start - 1, end, "", "hyphenation", "layout:hyphen", 0.9)
    wide = _WIDE.match(before[-1:]) and _WIDE.match(after[:1])
    return join(start, end, "" if wide else " ", "line-break", "layout:lines", 0.9)


def is_verse(lines: Sequence[str]) -> bool:
    """Whether lines end where their writer wanted: most would have had room for the next word and all begin anew."""
    if len(lines) < VERSE_LINES:
        return False
    width = max(map(len, lines))
    pairs = list(pairwise(lines))
    roomy = sum(len(a) + 1 + len(b.split(None, 1)[0]) + _VERSE_SLACK < width for a, b in pairs)
    anew = all(not b[:1].islower() for _, b in pairs)
    return anew and (roomy >= _VERSE_SHARE * len(pairs))


def runs_on(before: str, after: str, *, new_page: bool) -> bool:
    """Whether a paragraph that stopped at the end of a column or page goes on in the next block."""
    if starts_item(after):
        return False
    if half_finished(before):
        return starts_lower(after) and len(before) >= _LONG and "\n" in before
    if finished(before):
        return False
    if ends_with_hyphen(before):
        return after[:1].isalpha()
    if starts_lower(after):
        return True
    lines = before.split("\n")
    if len(before) < _LONG or not (after[:1].isalnum() or after[:1] in _OPENING):
        return False
    return new_page and len(lines) > 1 and len(lines[-1]) >= _FULL_SHARE * len(lines[-2])
