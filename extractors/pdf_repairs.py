"""From stand-ins to the raw text and the repairs of damaged fonts, on record.

The layout works on one character per glyph. Here each stand-in becomes what the font's own map says, and each run of
glyphs of one font within a line becomes one repair to what they were found to mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from corpus.document import Block, Change, mark, normalise, repair
from extractors.fonts import Finding
from extractors.pdf_fonts import RAISED, SUPERSCRIPTS, Unknown
from extractors.pdf_sheet import Fragment, Sheet

_RUN = re.compile(r"[\U00100000-\U0010FFFF](?:[\U00100000-\U0010FFFF ]*[\U00100000-\U0010FFFF])?")
# A single private character is a bullet or a symbol more often than garbled text.
_UNREADABLE = re.compile(r"[\U000F0000-\U000FFFFD](?:[\U000F0000-\U000FFFFD ]*[\U000F0000-\U000FFFFD])")
_SUSPECTED, _SUSPICION = "glyph-map-suspected", 0.9


_RAISED_RULE = "raised-digits"
_RAISED_DIGITS = {stand_in: chr(code) for code, stand_in in RAISED.items()}
_SUPERSCRIPTS = {chr(code): Finding(text, _RAISED_RULE, 1.0) for code, text in SUPERSCRIPTS.items()}


class Repaired(NamedTuple):
    """The raw text, its blocks, and the changes to propose, in offsets of the raw text."""

    raw_text: str
    blocks: list[Block]
    changes: list[Change]


def with_blanks(sheets: Sequence[Sheet], found: Mapping[str, Finding]) -> list[Sheet]:
    """Stand-ins of spaces at the ends of fragments as spaces, because the layout looks for these."""
    blanks = {stand_in for stand_in, finding in found.items() if finding.text.isspace()}
    if not blanks:
        return list(sheets)
    return [s._replace(fragments=[_with_blank_ends(f, blanks) for f in s.fragments]) for s in sheets]


def _with_blank_ends(fragment: Fragment, blanks: set[str]) -> Fragment:
    text = fragment.text
    if not text or not (text[0] in blanks or text[-1] in blanks):
        return fragment
    start, end = 0, len(text)
    while start < end and (text[start] in blanks or text[start] == " "):
        start += 1
    while end > start and (text[end - 1] in blanks or text[end - 1] == " "):
        end -= 1
    return fragment._replace(text=" " * start + text[start:end] + " " * (len(text) - end))


def repaired(text: str, blocks: Sequence[Block], unknowns: Sequence[Unknown], found: Mapping[str, Finding]) -> Repaired:
    """Replace the stand-ins in a text and its blocks, and list the changes."""
    own = {unknown.stand_in: unknown.raw for unknown in unknowns} | _RAISED_DIGITS
    faces = {unknown.stand_in: id(unknown.face) for unknown in unknowns} | dict.fromkeys(_RAISED_DIGITS, 0)
    found = {**found, **_SUPERSCRIPTS}
    parts: list[str] = []
    changes: list[Change] = []
    ends, offsets = [0], [0]  # of the text and the raw text, where they may drift apart
    last = length = 0
    for run in _RUN.finditer(text):
        parts.append(text[last : run.start()])
        length += run.start() - last
        for glyphs in _of_one_font(run[0], faces, found):
            raw = "".join(own.get(c, c) for c in glyphs)
            changes += _repair(glyphs, length, length + len(raw), found)
            parts.append(raw)
            length += len(raw)
        last = run.end()
        ends.append(last)
        offsets.append(length)
    parts.append(text[last:])
    raw_text = "".join(parts)

    def moved(position: int) -> int:
        i = bisect_right(ends, position) - 1
        return offsets[i] + position - ends[i]

    placed = []
    for block in blocks:
        start, end = moved(block.start), moved(block.end)
        placed.append(block._replace(raw_start=start, raw_end=end, start=start, end=end))
    return Repaired(raw_text, placed, changes + list(_unreadable(raw_text, changes)))


def _of_one_font(run: str, faces: Mapping[str, int], found: Mapping[str, Finding]) -> Iterator[str]:
    """Parts of a run: glyphs of one font that were all found, or all not found."""
    last: tuple[int, bool] = (-1, False)

    def key(character: str) -> tuple[int, bool]:
        nonlocal last
        if character in faces:
            last = faces[character], character in found
        return last  # a space belongs to what stands before it

    for _, group in groupby(run, key):
        yield "".join(group)


def _repair(glyphs: str, start: int, end: int, found: Mapping[str, Finding]) -> list[Change]:
    findings = [found[c] for c in glyphs if c in found]
    if not findings:
        return []
    after = "".join(found[c].text if c in found else c for c in glyphs)
    if glyphs[0] in _RAISED_DIGITS:
        return [normalise(start, end, after, "superscript", _RAISED_RULE)]
    methods = "+".join(sorted({finding.method for finding in findings}))
    return [repair(start, end, after, "font-map", methods, min(finding.confidence for finding in findings))]


def _unreadable(raw_text: str, changes: Sequence[Change]) -> Iterator[Change]:
    """Marks for what stays unreadable."""
    if not _UNREADABLE.search(raw_text):
        return
    parts: list[str] = []
    last = 0
    for change in changes:
        parts += (raw_text[last : change.start], "\n" * (change.end - change.start))
        last = change.end
    for run in _UNREADABLE.finditer("".join(parts) + raw_text[last:]):
        yield mark(run.start(), run.end(), raw_text, _SUSPECTED, "unknown-glyphs", _SUSPICION)
