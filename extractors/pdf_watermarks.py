"""Watermarks: large words that lie across the text of page after page, at one place.

In reading order such a word would cut the paragraph that it lies on, so it is read apart; that it goes is for the
cleaner to say, which sees it come back on every page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from extractors.pdf_sheet import Fragment, Sheet

_LARGE = 1.8  # times the usual size
_LEAST_CHARACTERS = 3
_LEAST_PAGES, _PAGES_SHARE = 2, 0.5
_ABOVE, _BELOW = 0.75, 0.2  # of its size, how far a letter reaches from its baseline
_MAX_PLACES = 1_000  # large words of one document that are looked at


class Mark(NamedTuple):
    """A word and its place on the page, rounded to points."""

    text: str
    x0: int
    y: int
    size: int


def mark_of(fragment: Fragment) -> Mark:
    return Mark(fragment.text, round(fragment.x0), round(fragment.y), round(fragment.size))


def watermarks(sheets: Sequence[Sheet]) -> frozenset[Mark]:
    """The large level words that most pages have at one place, with other text across them."""
    if len(sheets) < _LEAST_PAGES:
        return frozenset()
    sizes = [fragment.size for sheet in sheets for fragment in sheet.fragments]
    least = _LARGE * median(sizes) if sizes else 0.0
    if not sizes or max(sizes) < least:
        return frozenset()
    counts: Counter[Mark] = Counter()
    crossed: set[Mark] = set()
    for sheet in sheets:
        large = [f for f in sheet.fragments if f.size >= least and not f.turn and len(f.text) >= _LEAST_CHARACTERS]
        counts.update({mark_of(f) for f in large[:_MAX_PLACES]})
        if len(crossed) < _MAX_PLACES:
            crossed |= {
                mark_of(f) for f in large[:_MAX_PLACES] if counts[mark_of(f)] == 1 and _is_crossed(f, sheet.fragments)
            }
    needed = max(_LEAST_PAGES, _PAGES_SHARE * len(sheets))
    return frozenset(mark for mark in crossed if counts[mark] >= needed)


def _is_crossed(large: Fragment, others: Sequence[Fragment]) -> bool:
    low, high = large.y - _BELOW * large.size, large.y + _ABOVE * large.size
    return any(
        low < f.y < high and f.x0 < large.x1 and f.x1 > large.x0 and f.size * _LARGE <= large.size and not f.turn
        for f in others
    )
