"""Hard-wrapped text: which line ends are the page's and not the writer's.

A text whose lines are paragraphs must not be touched, and most texts are of that kind. So the document as a whole has
to look wrapped first: many lines of about one width that stop in the middle of a sentence which the next line goes on
with in lower case. Only then are two lines joined, each time for a reason of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from cleaners.layout_lines import ends_with_hyphen, finished, half_finished, starts_lower

_MIN_WIDTH, _MAX_WIDTH = 30, 160  # characters of a wrapped line
_MIN_PAIRS = 6  # lines that run on
_MIN_PAIRS_WITH_PAGES = 3
_MIN_SHARE = 0.2  # of the lines long enough to be wrapped
_FULL = 0.8  # of the width around; proportional fonts vary by a fifth
_TOO_LONG, _MAX_LONG_SHARE = 1.4, 0.1  # lines of more than that width, where each paragraph is a line
_SHORT = 20  # characters of a line that goes on a sentence only if it ends it, or runs on itself
_CODE = re.compile(r"[{}=\\]|\w\(\)|[;\[\]]\Z")
_MIN_FULL_SHARE = 0.6  # of the lines that run on; those of verse are ragged
_WINDOW = 4  # lines on each side that tell the width
_SPACED_SHARE = 0.7  # of the gaps have a blank line: then blank lines part lines and not paragraphs


def joined_pairs(
    texts: Sequence[str], gaps: Sequence[str], running: Sequence[bool], able: Sequence[bool], *, paged: bool
) -> list[int]:
    """Positions i such that line i and line i + 1 belong together.

    `gaps` is the white space between neighbours, `running` says which lines can run on and `able` which can go on one.
    `paged` texts are known to come from pages, so less is asked of them.
    """
    if not gaps:
        return []
    blank = [gap.count("\n") + gap.count("\f") > 1 for gap in gaps]
    spaced = sum(blank) >= _SPACED_SHARE * len(gaps)
    candidates = [i for i in range(len(gaps)) if running[i] and able[i + 1]]
    runs = [i for i in candidates if _runs(texts[i], texts[i + 1], parted=blank[i], paged=paged)]
    if not _looks_wrapped(texts, runs, paged=paged):
        return []
    sure = set(runs)
    return [i for i in candidates if i in sure or _full_and_near(texts, i, sure, parted=blank[i], spaced=spaced)]


def _runs(before: str, after: str, *, parted: bool, paged: bool) -> bool:
    """Whether a sentence surely runs from one line into the next; `parted` by a blank line."""
    if not _MIN_WIDTH <= len(before) <= _MAX_WIDTH or not starts_lower(after):
        return False
    if not paged and (_CODE.search(before) or (len(after) < _SHORT and not finished(after))):
        return False
    return not finished(before) or (half_finished(before) and not parted)


def _looks_wrapped(texts: Sequence[str], runs: Sequence[int], *, paged: bool) -> bool:
    """Whether the lines that run on are many, full, of one width, and few lines are longer than they."""
    long = sum(len(text) >= _MIN_WIDTH for text in texts)
    needed = _MIN_PAIRS_WITH_PAGES if paged else _MIN_PAIRS
    if len(runs) < needed or len(runs) < _MIN_SHARE * long:
        return False
    width = median(len(texts[i]) for i in runs)
    if not paged and sum(len(text) > _TOO_LONG * width for text in texts) > _MAX_LONG_SHARE * long:
        return False
    even = sum(_FULL * width <= len(texts[i]) <= width / _FULL for i in runs)
    full = sum(_is_full(texts, i) for i in runs)
    return min(even, full) >= _MIN_FULL_SHARE * len(runs)


def _is_full(texts: Sequence[str], i: int) -> bool:
    """Whether the first word of the next line would not have fitted behind line i."""
    around = [len(t) for t in texts[max(0, i - _WINDOW) : i + _WINDOW + 1] if len(t) <= _MAX_WIDTH]
    width = max(around, default=0)
    word = len(texts[i + 1].split(None, 1)[0])
    return len(texts[i]) <= _MAX_WIDTH and len(texts[i]) + 1 + word > _FULL * width


def _full_and_near(texts: Sequence[str], i: int, sure: set[int], *, parted: bool, spaced: bool) -> bool:
    """A full line among lines that run on: its sentence may end with it, its paragraph does not.

    Where blank lines part lines as well as paragraphs, a sentence that ends a line may end its paragraph.
    """
    line = texts[i]
    if not _MIN_WIDTH <= len(line) <= _MAX_WIDTH or not (i - 1 in sure or i + 1 in sure or ends_with_hyphen(line)):
        return False
    if half_finished(line) or (parted and (not spaced or finished(line))):
        return False
    return _is_full(texts, i)
