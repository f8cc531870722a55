"""Where two versions of a line differ, as small spans, in linear time.

Repairs hand back whole lines, the ledger wants what changed in them. A general diff is quadratic on hostile input, so
this one walks both lines token by token and, where they part, looks for the nearest place within a fixed window where
they meet again. What lies between becomes one span. The result always turns the old line into the new one; how small
its spans are depends on how soon the lines meet again, which for repairs of single letters is at the next token. Spans
are whole tokens; the ledger trims what before and after have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.document import Change, Document

Span = tuple[int, int, str]
"""Offsets into the old line, half-open, and what stands there in the new one."""

# A character reference, a run of ASCII letters or digits, a run of other letters, or one ASCII sign. Damage of letters
# sits in the runs beyond ASCII, so the ASCII tokens are what both lines have in common.
_TOKEN = re.compile(r"&#?[0-9A-Za-z]{1,24};|[0-9A-Za-z]+|[^\x00-\x7f]+|[\x00-\x7f]")
WINDOW = 48  # tokens looked ahead on each side; damage of single words parts the lines by fewer than ten
_AGREE = 2  # tokens that must agree to believe that the lines meet again (one alone is often a space)


def changed_spans(old: str, new: str) -> list[Span]:
    """The spans of `old` to replace so that it becomes `new`: sorted, disjoint, never touching."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    spans: list[Span] = []
    offset = i = j = 0
    while i < len(a) or j < len(b):
        if i < len(a) and j < len(b) and a[i] == b[j]:
            offset += len(a[i])
            i, j = i + 1, j + 1
            continue
        to_i, to_j = _meeting(a, b, i, j)
        end = offset + sum(map(len, a[i:to_i]))
        after = "".join(b[j:to_j])
        if spans and spans[-1][1] == offset:
            spans[-1] = (spans[-1][0], end, spans[-1][2] + after)
        else:
            spans.append((offset, end, after))
        offset, i, j = end, to_i, to_j
    return spans


def _meeting(a: list[str], b: list[str], i: int, j: int) -> tuple[int, int]:
    """The nearest place behind (i, j) where both token lists agree again; the ends if there is none in the window."""
    places: dict[str, int] = {}
    for k in range(min(j + WINDOW, len(b)) - 1, j - 1, -1):
        places[b[k]] = k
    best: tuple[int, int] | None = None
    for k in range(i, min(i + WINDOW, len(a))):
        if best and k - i >= best[0] + best[1] - i - j:
            break
        where = places.get(a[k])
        if where is not None and _agree(a, b, k, where) and (best is None or k + where < best[0] + best[1]):
            best = (k, where)
    if best:
        return best
    if len(a) - i <= WINDOW and len(b) - j <= WINDOW:
        return len(a), len(b)
    step = min(WINDOW, len(a) - i, len(b) - j)  # give up on this stretch and look again behind it
    return (i + step, j + step) if step else (len(a), len(b))


def _agree(a: list[str], b: list[str], i: int, j: int) -> bool:
    return all(a[i + k : i + k + 1] == b[j + k : j + k + 1] for k in range(_AGREE))


def outside_code(document: Document, changes: Iterable[Change]) -> Iterator[Change]:
    """Leave out changes of code, where odd characters and escapes are meant."""
    code = [(block.start, block.end) for block in document.blocks if block.kind == "code" and block.kept]
    for change in changes:
        if not any(start < change.end and change.start < end for start, end in code):
            yield change
