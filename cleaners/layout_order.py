"""The end of a sentence read before its page, put back behind its beginning.

Readers of PDFs order the text of a page by geometry. Where the last column of a page is a short rest, many of them
(pdfminer.six's `extract_text` among them) give that rest before all else, even before the running header of the page.
A header that stands first on other pages tells. The rest is moved only when both ends of the cut agree: it begins in
lower case behind a sentence that is finished, and the last sentence of its page is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from cleaners.hyphenation import Speller
from cleaners.layout_lines import finished, line_join, starts_item, starts_lower
from corpus.document import Block, Change, Document, normalise

_MIN_LENGTH = 30  # characters of either half; shorter ones are captions, cells, marks
_RUNNING_KINDS = frozenset({"paragraph", "list_item"})
_LABEL, _RULE, _CONFIDENCE = "reading-order", "layout:before-header", 0.8


class _Page(NamedTuple):
    """Blocks of a page in order: those before its running header, and those behind it."""

    before: list[Block]
    behind: list[Block]


def moved_rests(document: Document, words: Speller) -> list[Change]:
    """The changes that move such rests, two for each, in a text whose pages are parted by form feeds."""
    pages = [page for page in _pages(document) if page]
    if not any(page.behind and not page.before for page in pages):  # nowhere does the header stand first
        return []
    changes: list[Change] = []
    for before, page in pairwise(pages):
        last = _last(before)
        if last and len(page.before) == 1:
            changes += _move(document, page, last, words)
    return changes


def _pages(document: Document) -> Iterator[_Page | None]:
    """The pages that have a running header or text, by the form feeds of the raw text."""
    feeds = [i for i, character in enumerate(document.raw_text) if character == "\f"]
    for _, group in groupby(_numbered(document.blocks, feeds), key=lambda pair: pair[0]):
        blocks = [block for _, block in group]
        header = next((i for i, block in enumerate(blocks) if _is_header(block)), 0)
        kept = [[b for b in part if b.kept] for part in (blocks[:header], blocks[header:])]
        yield _Page(*kept) if any(kept) else None


def _numbered(blocks: Sequence[Block], feeds: Sequence[int]) -> Iterator[tuple[int, Block]]:
    page = 0
    for block in blocks:
        while page < len(feeds) and feeds[page] < block.raw_start:
            page += 1
        yield page, block


def _is_header(block: Block) -> bool:
    return not block.kept and block.label == "running-header" and block.rule.startswith("layout:repeated")


def _last(page: _Page) -> Block | None:
    """The last block behind the header of a page."""
    return page.behind[-1] if page.behind else None


def _move(document: Document, page: _Page, before: Block, words: Speller) -> list[Change]:
    """Put the rest that stands before the header of a page behind the last sentence of the page, if it ends that.

    `before` is the last block of the page before.
    """
    rest, target = page.before[0], _running(document, page.behind)
    text = document.block_text(rest)
    if target is None or rest.kind != "paragraph" or len(text) < _MIN_LENGTH or not starts_lower(text):
        return []
    cut = document.block_text(target)
    if len(cut) < _MIN_LENGTH or finished(cut) or not (finished(text) and finished(document.block_text(before))):
        return []
    joined = line_join(target.end, target.end, cut, text, words)
    return [
        normalise(rest.start, rest.end, "", _LABEL, _RULE, _CONFIDENCE),
        normalise(joined.start, joined.end, joined.after + text, _LABEL, _RULE, _CONFIDENCE),
    ]


def _running(document: Document, blocks: Sequence[Block]) -> Block | None:
    """The last block that is no footnote, if it is running text."""
    last = next((b for b in reversed(blocks) if not starts_item(document.block_text(b))), None)
    return last if last and last.kind in _RUNNING_KINDS else None
