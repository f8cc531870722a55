"""Reading order: columns, and what runs across them.

A page of two columns has a gutter, a vertical strip that few segments cross. Those that do cross it (headings,
tables, figures over the whole width) part the page into bands; inside a band the left column is read before the right
one. A table has gutters too, but its cells are short where lines of running text fill their column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from statistics import median

from extractors.pdf_lines import Known, Segment, in_rows

MARGIN_SHARE = 0.075  # of the page height, at the top and bottom, where headers and page numbers stand
_MARGIN_GAP = 1.5  # font sizes between a margin line and the text
_MAX_DEPTH = 3  # 2 ** 3 columns
_MIN_LEFT, _MIN_RIGHT = 3, 2  # segments of a column
_MIN_GUTTER = 0.6  # font sizes
_SAME_LINE, _NEAR = 0.2, 1.2  # font sizes; what is no farther apart is no cell of its own
_MIN_FILL = 0.55  # of the column width, a line of running text; cells of tables stay below
_MIN_CHARACTERS = 14  # of a line of running text
_FULL_SHARE = 0.6  # of a column's characters in such lines; the rest are last lines, headings, a table among the text
_MAX_CANDIDATES = 12
_MAX_SEGMENTS = 20_000  # beyond, a page is a drawing and not running text

# The last line of a footnote may stand as low as a page number.
_NOTE = re.compile(r"(?:[¹²³⁰⁴-⁹*†‡§\U000F0000-\U000FFFFD]|\d{1,3}[.)]?\s).{40}")

Region = list[Segment]


def margins(parts: Sequence[Segment], height: float, known: Known) -> tuple[Region, Region, Region]:
    """Segments at the top edge, in the middle and at the bottom edge of a page.

    Edge lines are parted from the text by a gap.
    """
    ordered = sorted(parts, key=lambda s: -s.y)
    top = _edge([(height - s.y, s.size) for s in ordered], height)
    low = list(takewhile(lambda s: not _NOTE.match(s.text.translate(known)), reversed(ordered)))
    bottom = _edge([(s.y, s.size) for s in low + ordered[: len(ordered) - len(low)][-1:]], height)
    bottom = min(bottom, len(low))
    if top + bottom >= len(ordered):
        return [], ordered, []
    end = len(ordered) - bottom
    return ordered[:top], ordered[top:end], ordered[end:]


def regions(parts: Sequence[Segment], depth: int = 0) -> list[Region]:
    """Segments in reading order, by column and band."""
    gutter = _gutter(in_rows(parts)) if depth < _MAX_DEPTH and _MIN_LEFT <= len(parts) <= _MAX_SEGMENTS else None
    if gutter is None:
        return [list(parts)] if parts else []
    result: list[Region] = []
    left: Region = []
    right: Region = []
    across: Region = []
    ordered = sorted(parts, key=lambda s: -s.y)
    crossing = _crossing(ordered, gutter)
    for i, part in enumerate(ordered):
        if i in crossing:
            result += [*regions(left, depth + 1), *regions(right, depth + 1)]
            left, right = [], []
            across.append(part)
            continue
        if across:
            result.append(across)
            across = []
        (left if part.x1 <= gutter else right).append(part)
    result += [*regions(left, depth + 1), *regions(right, depth + 1)]
    return result + ([across] if across else [])


def _crossing(ordered: Sequence[Segment], gutter: float) -> set[int]:
    """Which segments, given from top to bottom, cross the gutter, or stand on one line with such a one and near it."""
    found = {i for i, part in enumerate(ordered) if part.x0 < gutter < part.x1}
    for i in sorted(found):
        for step in (1, -1):
            k = i + step
            while 0 <= k < len(ordered) and abs(ordered[k].y - ordered[i].y) < _SAME_LINE * ordered[i].size:
                a, b = sorted((ordered[i], ordered[k]), key=lambda s: s.x0)
                if b.x0 - a.x1 < _NEAR * a.size:
                    found.add(k)
                k += step
    return found


def _edge(places: list[tuple[float, float]], height: float) -> int:
    """How many segments stand at an edge; `places` are (distance from it, font size), the nearest first."""
    for count in range(min(len(places), 12), 0, -1):
        distance, size = places[count - 1]
        if distance > MARGIN_SHARE * height:
            continue
        if count == len(places):
            return count
        if places[count][0] - distance >= _MARGIN_GAP * max(size, places[count][1]):
            return count
    return 0


def _gutter(parts: Sequence[Segment]) -> float | None:
    """Where the right one of two columns begins, less half the gutter."""
    if len(parts) < _MIN_LEFT + _MIN_RIGHT:
        return None
    x0, x1 = min(s.x0 for s in parts), max(s.x1 for s in parts)
    starts = Counter(round(s.x0) for s in parts if x0 + 0.2 * (x1 - x0) < s.x0 < x1 - 0.1 * (x1 - x0))
    candidates = sorted(starts.items(), key=lambda item: (-item[1], item[0]))[:_MAX_CANDIDATES]
    best: tuple[int, float] | None = None
    for start, count in candidates:
        if count < _MIN_RIGHT:
            break
        found = _try_gutter(parts, start - 1.0)
        if found and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else None


def _try_gutter(parts: Sequence[Segment], start: float) -> tuple[int, float] | None:
    """(number of segments in columns, middle of the gutter) if columns part at `start`."""
    size = median(s.size for s in parts)
    left = [s for s in parts if s.x1 <= start - _MIN_GUTTER * size]
    right = [s for s in parts if s.x0 >= start]
    crossing = len(parts) - len(left) - len(right)
    if len(left) < _MIN_LEFT or len(right) < _MIN_RIGHT or crossing > (len(left) + len(right)) / 2:
        return None
    edge = max(s.x1 for s in left)
    low, high = min(s.y for s in left) - size, max(s.y for s in left) + size
    beside = [s for s in right if low <= s.y <= high]
    if len(beside) < _MIN_RIGHT or not all(_is_text(side) or _has_columns(side) for side in (left, right)):
        return None
    return len(left) + len(right), (edge + start) / 2


def _is_text(column: Sequence[Segment]) -> bool:
    """Whether most characters stand in lines that fill a good part of the column; cells of tables do not."""
    width = max(s.x1 for s in column) - min(s.x0 for s in column)
    full = (s for s in column if len(s.text) >= _MIN_CHARACTERS and s.x1 - s.x0 >= _MIN_FILL * width)
    return sum(len(s.text) for s in full) >= _FULL_SHARE * sum(len(s.text) for s in column)


def _has_columns(side: Sequence[Segment]) -> bool:
    """Whether what stands at one side of a gutter is two columns itself; not asked of the short cells of tables."""
    long = sum(len(s.text) for s in side if len(s.text) >= _MIN_CHARACTERS)
    return long >= _FULL_SHARE * sum(len(s.text) for s in side) and _gutter(side) is not None
