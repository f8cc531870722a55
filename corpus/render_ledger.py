"""The raw text of a document with its edits in their places, as HTML.

What is neither in an `<ins>` nor of class `tag` or `arrow` is the raw text; what is neither in a `<del>` nor of these
classes is the clean text. Runs of removals are folded where they would bury the text that was kept. Each edit has the
id `e` and its number in the ledger, so that a link can lead to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.document import Document
from corpus.ledger import Edit
from corpus.render_text import UNSEEN, attribute, css_class, tag, visible

FOLD_CHARACTERS = 1_500  # a longer removal (some 20 lines) is folded, or the text kept would be lost between removals
FOLD_EDITS = 8  # so is a run of more removals than a screen shows beside the text
TIP_CHARACTERS = 300
PART_NODES = 5_000  # annotations on a page; Chromium lays out some 10,000 elements in half a second
PART_CHARACTERS = 400_000


def ledger_html(
    document: Document,
    *,
    start: int = 0,
    end: int | None = None,
    spans: Sequence[tuple[int, int]] = (),
    selectors: Sequence[str] = (),
) -> str:
    """The raw text with the edits in their places, as one HTML element.

    Args:
        document: what to show.
        start: where to begin, an offset of the raw text that is not inside an edit.
        end: where to end, likewise; the end of the raw text if None.
        spans: offsets of the raw text to highlight, in order and disjoint; the first shown has the id `span`.
        selectors: a CSS selector for each block, to be shown with it.
    """
    language = f' lang="{attribute(document.language)}"' if document.language else ""
    pieces = _Ledger(document, start, len(document.raw_text) if end is None else end, spans, selectors).pieces()
    return f'<div class="ledger" dir="auto"{language}>{"".join(pieces)}</div>'


def parts(document: Document) -> list[tuple[int, int]]:
    """The raw text cut into spans of at most PART_NODES annotations (edits, blocks, runs of unseen characters).

    A cut never lies inside an edit, so one that is longer than PART_CHARACTERS makes a longer part.
    """
    length = len(document.raw_text)
    nodes = sorted(
        [edit.raw_end for edit in document.edits]
        + [block.raw_start for block in document.blocks]
        + [found.start() for found in UNSEEN.finditer(document.raw_text)]
    )
    starts = [edit.raw_start for edit in document.edits]
    cuts = [0]
    while cuts[-1] < length:
        full = bisect_right(nodes, cuts[-1]) + PART_NODES
        at = min(nodes[full - 1] if full <= len(nodes) else length, cuts[-1] + PART_CHARACTERS, length)
        inside = bisect_left(starts, at) - 1
        if inside >= 0:
            at = max(at, document.edits[inside].raw_end)
        cuts.append(at)
    return list(pairwise(cuts)) or [(0, 0)]


def is_layout(text: str) -> bool:
    """White space that a reader sees as such, or nothing."""
    return not text.strip() and not UNSEEN.search(text)


class _Ledger:
    """One pass over a part of the raw text, its edits, and the beginnings of its blocks."""

    def __init__(
        self, document: Document, start: int, end: int, spans: Sequence[tuple[int, int]], selectors: Sequence[str]
    ) -> None:
        edits = document.edits
        self.raw_text, self.start, self.end, self.spans = document.raw_text, start, end, spans
        first = bisect_left(edits, start, key=lambda edit: edit.raw_start)
        self.edits = [(i, edits[i]) for i in range(first, len(edits)) if edits[i].raw_start <= end]
        self.edits = [(i, edit) for i, edit in self.edits if edit.raw_end <= end]
        marks = (pair for pair in _block_marks(document, selectors) if start <= pair[0] < max(end, 1))
        self.marks = list(reversed(list(marks)))  # the next one is the last item
        self.spanned = False

    def pieces(self) -> Iterator[str]:
        position = self.start
        for run in _runs(self.raw_text, self.edits):
            yield from self._plain(position, run[0][1].raw_start)
            position = run[-1][1].raw_end
            folded = len(run) > 1
            yield _run_opening([edit for _, edit in run]) if folded else ""
            for number, (index, edit) in enumerate(run):
                if number:
                    yield from self._plain(run[number - 1][1].raw_end, edit.raw_start)
                yield from self._marks_before(max(edit.raw_end, edit.raw_start + 1))
                yield self._edit(index, edit, may_fold=not folded)
            yield "</details>" if folded else ""
        yield from self._plain(position, self.end)

    def _marks_before(self, end: int) -> Iterator[str]:
        while self.marks and self.marks[-1][0] < end:
            yield self.marks.pop()[1]

    def _plain(self, start: int, end: int) -> Iterator[str]:
        while self.marks and self.marks[-1][0] < end:
            at, mark = self.marks.pop()
            yield from self._highlighted(start, max(at, start))
            yield mark
            start = max(at, start)
        yield from self._highlighted(start, end)

    def _highlighted(self, start: int, end: int) -> Iterator[str]:
        for low, high in self._spans_in(start, end):
            first, last = max(start, low), min(end, high)
            yield visible(self.raw_text[start:first])
            yield f'<mark class="here"{self._span_id()}>{visible(self.raw_text[first:last])}</mark>'
            start = last
        yield visible(self.raw_text[start:end])

    def _spans_in(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        """The spans that share a character with this stretch."""
        first = bisect_right(self.spans, start, key=lambda span: span[1])
        return self.spans[first : bisect_left(self.spans, end, key=lambda span: span[0])] if start < end else ()

    def _span_id(self) -> str:
        """The id of the span, on the first of its elements only."""
        given, self.spanned = self.spanned, True
        return "" if given else ' id="span"'

    def _edit(self, index: int, edit: Edit, *, may_fold: bool) -> str:
        here = bool(self._spans_in(edit.raw_start, edit.raw_end))
        html = _edit(index, edit, may_fold=may_fold, here=here)
        return f"<span{self._span_id()}></span>{html}" if here and not self.spanned else html


# ---- runs of removals -----------------------------------------------------------------------------------------------


def _runs(raw_text: str, edits: Sequence[tuple[int, Edit]]) -> Iterator[list[tuple[int, Edit]]]:
    """The edits, each alone, but removals together that follow each other and are to be folded."""
    run: list[tuple[int, Edit]] = []
    for index, edit in edits:
        if run and not (
            edit.action == "remove" and not edit.after and not raw_text[run[-1][1].raw_end : edit.raw_start].strip()
        ):
            yield from _folded_or_single(run)
            run = []
        if edit.action == "remove" and not edit.after:
            run.append((index, edit))
        else:
            yield [(index, edit)]
    yield from _folded_or_single(run)


def _folded_or_single(run: list[tuple[int, Edit]]) -> Iterator[list[tuple[int, Edit]]]:
    long = sum(len(edit.before) for _, edit in run) > FOLD_CHARACTERS or len(run) > FOLD_EDITS
    if len(run) > 1 and long:
        yield run
    else:
        yield from ([pair] for pair in run)


def _run_opening(run: Sequence[Edit]) -> str:
    characters = sum(len(edit.before) for edit in run)
    chips = "".join(
        f'<span class="{css_class(label)}">{tag(f"{label} {count}")}</span>'
        for label, count in sorted(Counter(edit.label for edit in run).items(), key=lambda item: (-item[1], item[0]))
    )
    words = tag(f"{len(run):,} removals · {characters:,} characters", "plain")
    return f'<details class="run"><summary>{words}{chips}</summary>'


# ---- one edit -------------------------------------------------------------------------------------------------------


def _edit(index: int, edit: Edit, *, may_fold: bool, here: bool) -> str:
    before, after = f"<del>{visible(edit.before)}</del>", f"<ins>{visible(edit.after)}</ins>"
    if edit.action == "mark":
        return _wrap(index, edit, "mark", f"<mark>{visible(edit.before)}</mark>", here=here)
    if edit.action == "join":
        return _wrap(index, edit, "join", before + after, here=here)
    if is_layout(edit.before) and is_layout(edit.after):
        return _wrap(index, edit, "space", before + after, here=here)
    changed = f'{before}<span class="arrow"> → </span>{after}' if edit.after else before
    if edit.action != "remove":
        return _wrap(index, edit, edit.action, changed, here=here)
    name = f"{edit.label} · {edit.rule}"
    if len(edit.before) <= FOLD_CHARACTERS or not may_fold:
        return _wrap(index, edit, "remove", tag(name) + changed, here=here)
    summary = f"<summary>{tag(f'{name} · {len(edit.before):,} characters')}</summary>"
    return _wrap(index, edit, "remove", f"<details>{summary}{changed}</details>", element="div", here=here)


def _wrap(index: int, edit: Edit, kind: str, inside: str, *, element: str = "span", here: bool = False) -> str:
    tip = f"{edit.action}: {edit.label} · {edit.rule} · confidence {edit.confidence:.2f}"
    if edit.action not in {"remove", "mark"}:
        tip += f" · was: {shortened(edit.before)}"
    classes = f"edit {kind} {css_class(edit.label)}{' here' if here else ''}"
    return f'<{element} id="e{index}" class="{classes}" title="{attribute(tip)}">{inside}</{element}>'


def shortened(text: str, limit: int = TIP_CHARACTERS) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= limit else text[:limit] + "…"


# ---- blocks ---------------------------------------------------------------------------------------------------------


def _block_marks(document: Document, selectors: Sequence[str]) -> list[tuple[int, str]]:
    """What stands at the beginning of a block: the page when a new one begins, and what was thought of the block."""
    marks: list[tuple[int, str]] = []
    page = 0
    order = sorted(range(len(document.blocks)), key=lambda i: document.blocks[i].raw_start)
    for index in order:
        block = document.blocks[index]
        if block.page and block.page != page:
            page = block.page
            marks.append((block.raw_start, tag(f"page {page}", "page")))
        words = [f"{block.kind} {block.level}" if block.level else block.kind]
        if block.rule or block.label:
            verdict = " · ".join(part for part in (block.label, block.rule, f"score {block.score:.2f}") if part)
            words.append(f"{'kept although' if block.kept else 'removed:'} {verdict}")
        if selectors and selectors[index]:
            words.append(selectors[index])
        marks.append((block.raw_start, tag(" · ".join(words), "block")))
    return marks
