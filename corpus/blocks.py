"""Blocks: the paragraphs, headings, list items ... of a document, and how they follow the text when it changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from corpus.errors import LedgerError
from corpus.ledger import Change

Kind = Literal[
    "heading", "paragraph", "list_item", "table_row", "code", "quote", "caption", "footnote", "comment", "post"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Block(NamedTuple):
    """A paragraph, heading, list item, table row, footnote ... of a document.

    Offsets are code points, half-open; `start` and `end` are offsets into `text` and equal when the block was removed,
    in which case `label` and `rule` say as what and by what. On a kept block `label`, `rule` and `score` are what a
    cleaner proposed so far ("" and 0 when nobody did). `level` is that of a heading or the depth of a list item, `page`
    counts from 1 (0 where a format has no pages), `score` is in [0, 1], 1 being surely not content.
    """

    raw_start: int
    raw_end: int
    start: int
    end: int
    kind: Kind = "paragraph"
    level: int = 0
    page: int = 0
    label: str = ""
    score: float = 0.0
    rule: str = ""

    @property
    def kept(self) -> bool:
        return self.start < self.end


class Hint(NamedTuple):
    """What an extractor saw of a block besides its text; for cleaners, never published.

    `path` names the enclosing elements from the outermost to the block's own, each as in a CSS selector with what says
    something about its purpose: `div#main.content.wide`, `nav[role=navigation]`. `links` counts the links that begin in
    the block, `link_chars` the characters inside links. `hidden` is true for what a browser does not show, `alt` for
    the alternative text of a picture, `declared` the share of the block's words (in stretches of four) that the page's
    machine-readable description gives as its main text. `described` says how alike the block and the page's summary
    are, where one holds the other: the shorter length over the longer one.

    Blocks of PDFs have a `box` alone: left, bottom, right and top edge on their page, in points.
    """

    path: tuple[str, ...] = ()
    links: int = 0
    link_chars: int = 0
    hidden: bool = False
    alt: bool = False
    declared: float = 0.0
    described: float = 0.0
    box: tuple[float, ...] = ()


class _Moves:
    """Where an offset of the old text lies in the new one."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        self.starts = [c.start for c in changes]
        self.ends = [c.end for c in changes]
        self.shifts = [0]
        for change in changes:
            self.shifts.append(self.shifts[-1] + len(change.after) - (change.end - change.start))

    def block_start(self, offset: int, end_before: int) -> int:
        """The first block that a change meets owns what it wrote; another one inside the change begins behind it."""
        i = bisect_left(self.starts, offset)  # changes[:i] begin before the offset
        if i and self.ends[i - 1] > offset:
            owns = end_before <= self.starts[i - 1]
            return self.starts[i - 1] + self.shifts[i - 1] if owns else self.ends[i - 1] + self.shifts[i]
        if end_before == offset and i < len(self.ends) and self.ends[i] == offset:
            i += 1  # an insertion where two blocks touch belongs to the first
        return offset + self.shifts[i]

    def block_end(self, offset: int) -> int:
        """A block that ends inside a change, or where it ends, owns what the change wrote."""
        i = bisect_right(self.ends, offset)  # changes[:i] end at or before the offset
        if i < len(self.changes) and self.starts[i] < offset:
            return self.ends[i] + self.shifts[i + 1]
        return offset + self.shifts[i]


def move_blocks(
    blocks: Sequence[Block], hints: Sequence[Hint], changes: Sequence[Change]
) -> tuple[tuple[Block, ...], tuple[Hint, ...]]:
    moves = _Moves(changes)
    first_change = changes[0].start
    moved: list[Block] = []
    with_hints: list[Hint] = []
    last_kept = -1  # index in `moved`
    last_end = 0  # old end of that block
    end_before = -1  # old end of the block before, whether these changes keep it or not
    for index, block in enumerate(blocks):
        kept = block.start < block.end
        if block.end < first_change:
            new = block
        else:
            start = moves.block_start(block.start, end_before)
            end = max(start, moves.block_end(block.end)) if kept else start
            new = Block(block[0], block[1], start, end, *block[4:])  # _replace takes four times as long
        end_before = block.end if kept else end_before
        if kept and not new.start < new.end:
            new = _explain(new, block, changes, moves)
        elif kept:
            if last_kept >= 0 and _joined(last_end, block.start, changes, moves):
                first = moved[last_kept]
                moved[last_kept] = first._replace(raw_end=max(first.raw_end, block.raw_end), end=new.end)
                last_end = block.end
                continue
            last_kept, last_end = len(moved), block.end
        moved.append(new)
        if hints:
            with_hints.append(hints[index])
    return tuple(moved), tuple(with_hints)


def check_owners(blocks: Sequence[Block], changes: Sequence[Change]) -> None:
    """What a change writes must belong to a block. A text without blocks (`limpide.repair`) has none to belong to."""
    writing = [change for change in changes if change.after and not change.after.isspace()] if blocks else []
    if writing:
        _check_writers(sorted((b.start, b.end) for b in blocks if b.start < b.end), writing)


def _check_writers(spans: Sequence[tuple[int, int]], changes: Sequence[Change]) -> None:
    ends = [end for _, end in spans]
    for change in changes:
        i = bisect_left(ends, change.start)
        meets = i < len(spans) and (spans[i][0] <= change.start or spans[i][0] < change.end)
        if (
            meets and change.start == ends[i] and change.start < change.end
        ):  # it begins where a block ends: does it reach the next?
            meets = i + 1 < len(spans) and spans[i + 1][0] < change.end
        if not meets:
            raise LedgerError(f"{change.rule}: the change at {change.start} writes text outside every block")


def _explain(new: Block, old: Block, changes: Sequence[Change], moves: _Moves) -> Block:
    """A block that is gone says as what it went: by the change that took the most of it."""
    inside = changes[bisect_right(moves.ends, old.start) : bisect_left(moves.starts, old.end)]
    if len(inside) == 1:
        return Block(*new[:7], inside[0].label, new.score, inside[0].rule)
    largest = max(inside, key=lambda c: min(c.end, old.end) - max(c.start, old.start))
    return Block(*new[:7], largest.label, new.score, largest.rule)


def _joined(gap_start: int, gap_end: int, changes: Sequence[Change], moves: _Moves) -> bool:
    """Whether one join spans the gap between two blocks."""
    i = bisect_right(moves.starts, gap_start) - 1
    return any(c.action == "join" and c.start <= gap_start and c.end >= gap_end for c in changes[max(i, 0) : i + 1])
