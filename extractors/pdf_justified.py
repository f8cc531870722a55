"""Loosely justified lines: words spread over the width of a column, with gaps as wide as those between cells.

Unlike cells, each word stands alone and all gaps of a line are equally wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

# In units of the font size.
_SAME_GAP = 0.16  # places are rounded by some producers
_WIDEST = 6.0
_SAME_EDGE = 0.25
_MIN_WORDS = 3  # two words have one gap, which is always equal
_MIN_CHARACTERS = 10


class Placed(Protocol):
    """What stands on a baseline from x0 to x1."""

    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def size(self) -> float: ...
    @property
    def text(self) -> str: ...


P = TypeVar("P", bound=Placed)


def runs(row: Sequence[P]) -> list[list[P]]:
    """The segments of one baseline, from left to right, in groups: words with equal gaps are one group."""
    found: list[list[P]] = []
    i = 0
    while i < len(row):
        end = _run(row, i)
        words = row[i:end]
        if len(words) < _MIN_WORDS or not _is_prose(words):
            end = i + 1
        found.append(list(row[i:end]))
        i = end
    return found


def fills(row: Sequence[Placed], edges: Iterable[float]) -> bool:
    """Whether a line is nothing but words with equal gaps and ends where its column does, at one of `edges`."""
    size = row[0].size
    if min(abs(row[-1].x1 - edge) for edge in edges) > _SAME_EDGE * size:
        return False
    return _run(row, 0) == len(row) and _is_prose(row)


def _run(row: Sequence[Placed], start: int) -> int:
    """Where the words that begin at `start` and have equal gaps end."""
    gap = None
    end = start
    for k, (part, following) in enumerate(pairwise(row[start:]), start=start):
        width = following.x0 - part.x1
        equal = gap is None or abs(width - gap) <= _SAME_GAP * part.size
        if not equal or not 0 < width <= _WIDEST * part.size or " " in part.text or " " in following.text:
            break
        gap = width if gap is None else gap
        end = k + 1
    return end + 1


def _is_prose(words: Sequence[Placed]) -> bool:
    letters = sum(any(map(str.isalpha, part.text)) for part in words)
    return 3 * letters > 2 * len(words) and sum(len(part.text) for part in words) >= _MIN_CHARACTERS
