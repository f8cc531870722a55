"""The Document: one text, its blocks, and the ledger of everything that was done to it.

Extractors make documents, cleaners turn them into other documents; nothing is changed in place. A cleaner never
computes offsets: it collects `Change`s in offsets of `document.text` and calls `document.apply(changes)`, or asks for
whole blocks to go with `document.remove_blocks(...)`. The edits, the text and the blocks are kept in step here and
nowhere else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from corpus.blocks import KINDS, Block, Hint, Kind, check_owners, move_blocks
from corpus.labels import LABELS, Label, check_label
from corpus.ledger import Action, Change, Edit, compose, join, mark, normalise, remove, repair, replay, settle
from corpus.source import Source

__all__ = [
    "KINDS", "LABELS", "Action", "Block", "Change", "Document", "Edit", "Hint", "Kind", "Label", "Removal",
    "build", "join", "mark", "normalise", "remove", "repair", "replay",
]  # fmt: skip


class Removal(NamedTuple):
    """Why a whole block goes."""

    label: str
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """One raw item as text, with its ledger.

    Invariants, whatever cleaners ran: `replay(raw_text, edits) == text`; edits are sorted, disjoint and minimal; kept
    blocks are in order and disjoint and cover all of the text but white space.

    Dates are ISO 8601, partial ones allowed (`2024-05`). `language` is found in the clean text, `language_declared` is
    what the item said. `signals` are numbers only. `hints`, where an extractor gives them, run parallel to `blocks`.
    """

    raw_text: str
    text: str
    blocks: tuple[Block, ...] = ()
    edits: tuple[Edit, ...] = ()
    title: str | None = None
    author: str | None = None
    date: str | None = None
    site_name: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    fetched: str | None = None
    language: str | None = None
    language_score: float | None = None
    language_declared: str | None = None
    media_type: str | None = None
    encoding: str | None = None
    encoding_reason: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    source: Source = field(default_factory=Source)
    hints: tuple[Hint, ...] = ()

    def with_(self, **changes: Any) -> Document:
        """A copy with some attributes changed."""
        return replace(self, **changes)

    def block_text(self, block: Block) -> str:
        """The clean text of a block ("" when it was removed)."""
        return self.text[block.start : block.end]

    def kept_blocks(self) -> list[Block]:
        """The blocks that are still in the text."""
        return [block for block in self.blocks if block.start < block.end]

    def apply(self, changes: Iterable[Change]) -> Document:
        """Do the changes and record them.

        Changes are in offsets of `self.text`, in any order, and must not overlap. Changes that change nothing are left
        out. A `join` over the gap between two blocks makes them one. Raises LedgerError on what cannot be recorded.
        """
        settled = settle(self.text, changes)
        if not settled:
            return self
        text, edits = compose(self.raw_text, self.text, self.edits, settled)
        moving = [change for change in settled if change.action != "mark"]
        check_owners(self.blocks, moving)
        blocks, hints = move_blocks(self.blocks, self.hints, moving) if moving else (self.blocks, self.hints)
        return replace(self, text=text, edits=tuple(edits), blocks=blocks, hints=hints)

    def remove_blocks(self, removals: Mapping[int, Removal]) -> Document:
        """Take whole blocks out, with the white space that parted them from their neighbours.

        `removals` maps indices into `self.blocks` to reasons. Each block gets an edit of its own, so the ledger can be
        counted by label. Of the white space around a run of removed blocks the larger gap stays.
        """
        return self.apply(_block_removals(self, removals))

    def label_blocks(self, proposals: Mapping[int, tuple[str, str, float]]) -> Document:
        """Propose (label, rule, score) for blocks, by index; nothing is removed."""
        blocks = list(self.blocks)
        for index, (label, rule, score) in proposals.items():
            blocks[index] = Block(*blocks[index][:7], check_label(label) if label else "", score, rule)
        return replace(self, blocks=tuple(blocks))


def build(pieces: Iterable[tuple[str, Kind, int, Hint]], *, separator: str = "\n\n", **attributes: Any) -> Document:
    """Make a document of block texts in reading order, parted by `separator`. Empty texts are left out.

    `pieces` are (text, kind, level, hint). The text of a block must not begin or end with white space.
    """
    texts: list[str] = []
    blocks: list[Block] = []
    hints: list[Hint] = []
    position = 0
    for text, kind, level, hint in pieces:
        if not text:
            continue
        position += len(separator) if texts else 0
        end = position + len(text)
        blocks.append(Block(position, end, position, end, kind, level))
        hints.append(hint)
        texts.append(text)
        position = end
    raw_text = separator.join(texts)
    return Document(raw_text=raw_text, text=raw_text, blocks=tuple(blocks), hints=tuple(hints), **attributes)


# ---- taking whole blocks out ----------------------------------------------------------------------------------------


def _block_removals(document: Document, removals: Mapping[int, Removal]) -> list[Change]:
    """One removal per block. Runs of removed neighbours take the gap before or the gap behind them along."""
    kept = sorted((b.start, b.end, i) for i, b in enumerate(document.blocks) if b.kept)
    changes: list[Change] = []
    run: list[int] = []  # positions in `kept`
    for position in range(len(kept) + 1):
        if position < len(kept) and kept[position][2] in removals:
            run.append(position)
        elif run:
            changes += _remove_run(document, kept, run, removals)
            run = []
    return changes


def _remove_run(
    document: Document, kept: list[tuple[int, int, int]], run: list[int], removals: Mapping[int, Removal]
) -> list[Change]:
    text = document.text
    before = kept[run[0] - 1][1] if run[0] else 0
    behind = kept[run[-1] + 1][0] if run[-1] + 1 < len(kept) else len(text)
    gap_before, gap_behind = text[before : kept[run[0]][0]], text[kept[run[-1]][1] : behind]
    last = run[-1] + 1 == len(kept)
    # at the end of the text nothing follows, so the gap before goes; elsewhere the larger gap stays
    lead = run[0] > 0 and (last or gap_behind.count("\n") > gap_before.count("\n"))
    changes: list[Change] = []
    for position in run:
        start, end, index = kept[position]
        if lead:
            start = kept[position - 1][1]
            if last and position == run[-1]:
                end = len(text)
        else:
            end = kept[position + 1][0] if position + 1 < len(kept) else len(text)
            start = 0 if position == 0 else start
        removal = removals[index]
        changes += _split_at_earlier_edits(
            document, Change(start, end, "", "remove", removal.label, removal.rule, removal.confidence), kept[position]
        )
    return changes


def _split_at_earlier_edits(document: Document, change: Change, block: tuple[int, int, int]) -> list[Change]:
    """Part the gap from the block where an earlier removal lies in the gap, lest it be swallowed with its label."""
    edits = document.edits
    if not edits or edits[-1].start < change.start:
        return [change]
    first = bisect_right(edits, change.start, key=lambda e: e.start)
    cuts = {change.start, change.end}
    for edit in edits[first:]:
        if edit.start >= change.end:
            break
        if edit.start == edit.end and not block[0] < edit.start < block[1]:
            cuts.add(edit.start)
    if len(cuts) == 2:
        return [change]
    points = sorted(cuts)
    return [change._replace(start=a, end=b) for a, b in pairwise(points)]
