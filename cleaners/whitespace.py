"""White space made uniform: one space between words, no white space around lines, at most one blank line.

Never joins or parts words, and never touches what is inside a block of kind code. French sets a no-break space before
`: ; ! ? »` and behind `«`, and writers of any language use one in numbers and names, so a single no-break or thin
space stays as it is. A tab stays between the cells of a table row and is a space elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from corpus.document import Change, Document, normalise

_NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_CLOSING = "»:;!?%€"  # what a no-break space may stand before
# A run of several, one that is neither space nor line feed, one at an end of the text; but not what parts paragraphs.
# It begins with a character class, for which the scanner has a quick way.
_RUN = re.compile(r"\s(?!(?<=\n)(?<!\A\n)\n\S)(?:\s+|(?<=[\t\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029])|(?<=\A\s)|\Z)")
_LINES = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NO_SPLIT = re.compile(f"[{_NO_BREAK}]")


def clean_whitespace(document: Document) -> Document:
    """Trim and collapse white space; see the module's docstring for what stays."""
    text = document.text
    code = _Spans(document, "code")
    rows = _Spans(document, "table_row")
    # nothing happens across a place where earlier cleaners took text out, so that each edit keeps its own label
    seams = [edit.start for edit in document.edits if edit.start == edit.end]
    changes: list[Change] = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        if not code.hold(start, end):
            after = _uniform(text, start, end, in_row=rows.hold(start, end), before_code=code.begins(end))
            changes += _change(text, start, end, after, seams)
    return document.apply(changes)


class _Spans:
    """The spans of the blocks of one kind."""

    def __init__(self, document: Document, kind: str) -> None:
        spans = [(block.start, block.end) for block in document.blocks if block.kind == kind and block.kept]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def hold(self, start: int, end: int) -> bool:
        """Whether start:end lies inside one of the spans."""
        i = bisect_right(self.starts, start) - 1
        return i >= 0 and end <= self.ends[i]

    def begins(self, offset: int) -> bool:
        i = bisect_right(self.starts, offset) - 1
        return i >= 0 and self.starts[i] == offset


def _uniform(text: str, start: int, end: int, *, in_row: bool, before_code: bool) -> str:
    """What a run of white space becomes."""
    run = text[start:end]
    breaks = len(_LINES.findall(run))
    indent = re.split(r"[\n\r]", run)[-1] if before_code else ""  # the indentation of a first line of code
    if start == 0:
        return indent
    if end == len(text):
        return ""
    if breaks:
        return "\n" * min(breaks, 2) + indent
    if in_row and "\t" in run:
        return "\t"
    hard = _NO_SPLIT.search(run)
    if hard and (not run.strip(_NO_BREAK) or text[end] in _CLOSING or text[start - 1] == "«"):
        return hard[0]
    return " "


def _change(text: str, start: int, end: int, after: str, seams: list[int]) -> Iterator[Change]:
    """The change of one run, in pieces that end at the seams inside it."""
    if text[start:end] == after:
        return
    inner = seams[bisect_right(seams, start) : bisect_right(seams, end - 1)]
    points = [start, *dict.fromkeys(inner), end]
    for left, right in pairwise(points):
        kept, after = _share(text[left:right], after, last=right == end)
        if kept != text[left:right]:
            yield normalise(left, right, kept, "whitespace", "whitespace")


def _share(piece: str, after: str, *, last: bool) -> tuple[str, str]:
    """What of `after` one piece of the run writes, and what remains for the pieces behind it."""
    if last:
        return after, ""
    head = 0
    while head < min(len(piece), len(after)) and piece[head] == after[head]:
        head += 1
    return after[:head], after[head:]
