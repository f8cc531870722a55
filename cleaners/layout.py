"""Page layout undone: what belongs to pages goes out, what pages parted comes together.

First running headers and page numbers are removed, then lines become paragraphs, inside blocks and across the ends of
columns and pages, and cut words become whole. All of it is recorded as removals and joins. Works on PDFs, whose
blocks hold several lines, and on page text that once was a PDF, one block per line; other texts are left as they are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from cleaners.hyphenation import Speller, speller
from cleaners.layout_furniture import Item, counting_lines, furniture
from cleaners.layout_lines import is_verse, line_join, runs_on, starts_item
from cleaners.layout_order import moved_rests
from cleaners.layout_stamps import hanging_stamps, whole_stamps
from cleaners.layout_wrapped import joined_pairs
from corpus.document import Block, Change, Document, remove

_PDF = "application/pdf"
_PLAIN = "text/plain"
_JOINED_KINDS = frozenset({"paragraph", "list_item", "heading", "footnote", "caption", "quote"})
_RUNNING_KINDS = frozenset({"paragraph", "list_item", "quote"})
_GLUED = 0.9  # confidence in a header that stands on one line with text
_WATERMARK_HEIGHT = 24.0  # points of a line; letters of stamps across a page are 40 to 100 points high
_BOTTOM, _TOP = 1, 3  # of a box
_LINE_END = re.compile(r"[ \t]*\n[ \t]*")


def tidy_layout(document: Document) -> Document:
    """Remove running headers and page numbers, join lines into paragraphs, undo hyphenation."""
    if document.media_type == _PDF:
        return _join_blocks(_without_stamps(_without_furniture(document)))
    if document.media_type == _PLAIN:
        return _join_page_text(_without_stamps(_without_furniture_of_text(document)))
    return document


# ---- furniture ------------------------------------------------------------------------------------------------------


def _without_furniture(document: Document) -> Document:
    pages: dict[int, list[Item]] = {}
    for index, block in enumerate(document.blocks):
        if block.kept:
            items = pages.setdefault(block.page, [])
            if block.kind != "footnote":
                item = Item(index, document.block_text(block), block.kind == "heading", block.page)
                box = document.hints[index].box if document.hints else ()
                height = box[_TOP] if len(box) > _TOP else None
                items.append(item._replace(large=_is_large(document, index), height=height))
    return document.remove_blocks(furniture([pages[number] for number in sorted(pages)]))


def _is_large(document: Document, index: int) -> bool:
    """Whether a block is one line, set as large as watermarks are."""
    box = document.hints[index].box if document.hints else ()
    one_line = "\n" not in document.block_text(document.blocks[index])
    return one_line and len(box) > _TOP and box[_TOP] - box[_BOTTOM] >= _WATERMARK_HEIGHT


def _without_stamps(document: Document) -> Document:
    document = document.remove_blocks(whole_stamps(document))
    return document.apply(hanging_stamps(document, document.kept_blocks()))


def _without_furniture_of_text(document: Document) -> Document:
    text = document.text
    items: list[Item] = []
    page, end = 1, 0
    for index, block in enumerate(document.blocks):
        if block.kept:
            page += text.count("\f", end, block.start)
            end = block.end
            items.append(Item(index, document.block_text(block), block.kind == "heading", page))
    if page == 1:
        counted = counting_lines(items)
        starts = [(document.blocks[index].start, length) for index, length in counted.glued]
        glued = [remove(s, s + length, "running-header", "layout:glued-header", _GLUED) for s, length in starts]
        return document.apply(glued).remove_blocks(counted.blocks)
    pages: dict[int, list[Item]] = {}
    for item in items:
        pages.setdefault(item.page, []).append(item)
    return document.remove_blocks(furniture([pages[number] for number in sorted(pages)]))


# ---- lines ----------------------------------------------------------------------------------------------------------


def _join_blocks(document: Document) -> Document:
    """Join the lines of each block, and blocks that are halves of one paragraph."""
    words: Speller | None = None
    changes: list[Change] = []
    last: Block | None = None
    for block in document.blocks:
        if not block.kept:
            continue
        words = words or speller(document.text, document.language_declared or document.source.language)
        changes += _inner_joins(document, block, words)
        if last and _halves(document, last, block):
            before, after = document.block_text(last), document.block_text(block)
            changes.append(line_join(last.end, block.start, before, after, words))
        last = block
    return document.apply(changes)


def _halves(document: Document, first: Block, second: Block) -> bool:
    if second.kind != "paragraph" or first.kind not in _RUNNING_KINDS:
        return False
    return runs_on(document.block_text(first), document.block_text(second), new_page=second.page > first.page)


def _inner_joins(document: Document, block: Block, words: Speller) -> list[Change]:
    text = document.block_text(block)
    if block.kind not in _JOINED_KINDS or "\n" not in text:
        return []
    rows = text.split("\n")
    if block.kind == "paragraph" and is_verse(rows):
        return []
    changes: list[Change] = []
    end_before = 0
    for gap in _LINE_END.finditer(text):
        before = text[end_before : gap.start()]
        next_end = text.find("\n", gap.end())
        after = text[gap.end() : next_end if next_end >= 0 else len(text)]
        end_before = gap.end()
        if before and after:
            start, end = block.start + gap.start(), block.start + gap.end()
            changes.append(line_join(start, end, before, after, words))
    return changes


def _join_page_text(document: Document) -> Document:
    """Join the lines of text that was broken to the width of a page; one block is one line here."""
    blocks = document.kept_blocks()
    texts = [document.block_text(block) for block in blocks]
    gaps = [document.text[a.end : b.start] for a, b in pairwise(blocks)]
    able = [b.kind == "paragraph" and not starts_item(t) for b, t in zip(blocks, texts, strict=True)]
    running = [block.kind in _RUNNING_KINDS for block in blocks]
    paged = "\f" in document.text or any(edit.label == "running-header" for edit in document.edits)
    pairs = joined_pairs(texts, gaps, running, able, paged=paged)
    if not pairs:
        return document
    words = speller(document.text, document.language_declared or document.source.language)
    joins = (line_join(blocks[i].end, blocks[i + 1].start, texts[i], texts[i + 1], words) for i in pairs)
    document = document.apply(joins)
    return document.apply(moved_rests(document, words))
