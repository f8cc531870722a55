"""PDF: characters into lines, lines into blocks, blocks into one text in reading order.

A PDF says where each character stands and nothing about what belongs together. Nothing is thrown away here: running
headers and page numbers are blocks like any other, at the beginning or end of their page, and lines stay lines. What
is furniture and which lines make one paragraph is decided by cleaners, on record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from corpus.document import Block, Document, Hint
from extractors.fonts import Finding, read_fonts
from extractors.item import RawItem
from extractors.pdf_blocks import Style, edge_piece, levelled, pieces, style_of
from extractors.pdf_columns import Region, margins, regions
from extractors.pdf_damage import damaged
from extractors.pdf_first_page import FirstPage, corrected
from extractors.pdf_fonts import SUPERSCRIPTS
from extractors.pdf_initials import with_initials
from extractors.pdf_lines import Known, Line, lines, segments
from extractors.pdf_outline import Titles
from extractors.pdf_piece import Piece
from extractors.pdf_reading import read
from extractors.pdf_repairs import repaired, with_blanks
from extractors.pdf_sheet import Fragment, Sheet
from extractors.pdf_watermarks import Mark, mark_of, watermarks

MEDIA_TYPE = "application/pdf"
_BLOCK_GAP = "\n\n"
_PAGE_GAP = "\n\f\n"
_SAME_SIZE = 0.6  # points
_BELOW = 3  # lines
_FINISHED = re.compile(r"[.!?…:;。！？][\"'”’»)\]\s\d¹²³⁰⁴-⁹]*\Z")


class _Page(NamedTuple):
    """Lines of a page: top edge, columns in reading order, bottom edge, and text across: turned, or a watermark."""

    number: int
    top: list[Line]
    columns: list[list[Line]]
    bottom: list[Line]
    turned: list[list[Line]]


def extract_pdf(item: RawItem) -> Document:
    """Read a PDF: one layout line per line, a blank line between blocks, a form feed between pages.

    A document without any text is given with an empty text; `signals` then counts as many pages without text as pages,
    and as `pages_cut` those of which part was left out, because it is damaged or more than is read of one page. Of a
    longer document the first MAX_PAGES are read, and the last of these counts as cut.
    Raises ExtractionError with stage `parse` for what is no PDF, is damaged beyond reading, or needs a password.
    """
    data = item.data if isinstance(item.data, bytes) else item.data.encode("latin-1", "replace")
    sheets, unknowns, facts = read(data)
    found: Mapping[str, Finding] = {}
    if unknowns.glyphs:
        found = read_fonts(unknowns.glyphs, (f.text for sheet in sheets for f in sheet.fragments))
        sheets = with_blanks(sheets, found)
    known = SUPERSCRIPTS | {ord(stand_in): finding.text for stand_in, finding in found.items()}
    try:
        marks = watermarks(sheets)
        placed, style = _assemble([_page(sheet, known, marks) for sheet in sheets], Titles(facts.outline))
    except OverflowError as error:  # coordinates beyond any page
        raise damaged(error) from error
    text, blocks, hints = _write(placed)
    facts = corrected(facts, _first_page(placed, style))
    raw = repaired(text, blocks, unknowns.glyphs, found)
    document = Document(
        raw_text=raw.raw_text,
        text=raw.raw_text,
        blocks=tuple(raw.blocks),
        title=facts.title,
        author=facts.author,
        date=facts.date,
        language_declared=facts.language,
        url=item.url,
        media_type=MEDIA_TYPE,
        signals={
            "pages": float(len(sheets)),
            "pages_without_text": float(sum(not sheet.fragments for sheet in sheets)),
            "pages_cut": float(sum(sheet.failed or sheet.hurt or sheet.cut for sheet in sheets)),
        },
        source=item.source,
        hints=tuple(hints),
    )
    return document.apply(raw.changes)


def _page(sheet: Sheet, known: Known, marks: frozenset[Mark]) -> _Page:
    apart = [f for f in sheet.fragments if mark_of(f) in marks] if marks else []
    text = [f for f in sheet.fragments if not f.turn and not (marks and mark_of(f) in marks)]
    level = segments(with_initials(text, known))
    turned: dict[int, list[Fragment]] = {}
    for fragment in sheet.fragments:
        if fragment.turn:
            turned.setdefault(fragment.turn, []).append(fragment)
    others = [lines(region, known) for turn in sorted(turned) for region in regions(segments(turned[turn]))]
    others += [lines(segments([fragment]), known) for fragment in apart]
    top, middle, bottom = margins(level, sheet.height, known)
    columns: list[Region] = regions(middle)
    body = [lines(column, known) for column in columns]
    return _Page(sheet.number, lines(top, known), body, lines(bottom, known), others)


class _Placed(NamedTuple):
    """A block and its page; `edge` is true for what stands at the edge of its page or across it."""

    piece: Piece
    page: int
    edge: bool = False


def _assemble(pages: Sequence[_Page], titles: Titles) -> tuple[list[_Placed], Style]:
    style = style_of([column for page in pages for column in (*page.columns, *page.turned)])
    placed: list[_Placed] = []
    for page in pages:
        placed += [_Placed(piece, page.number, edge=True) for piece in _edge_pieces(page.top, style)]
        for i, column in enumerate(page.columns):
            foot = not any(_is_below(column, other, style) for other in page.columns[i + 1 :])
            _place(placed, pieces(column, style, titles.find(column, page.number), foot=foot), page.number)
        placed += [_Placed(p, page.number, edge=True) for column in page.turned for p in pieces(column, _plain(style))]
        placed += [_Placed(piece, page.number, edge=True) for piece in _edge_pieces(page.bottom, style)]
    levels = levelled([p.piece for p in placed])
    return [p._replace(piece=p.piece._replace(level=n)) for p, n in zip(placed, levels, strict=True)], style


def _is_below(column: Sequence[Line], other: Sequence[Line], style: Style) -> bool:
    """Whether another column of running text stands below a column."""
    below = [line for line in other if line.y < column[-1].y and abs(line.size - style.size) < _SAME_SIZE]
    if len(below) < _BELOW or other[0].y >= column[-1].y:
        return False
    left, right = min(line.x0 for line in column), max(line.x1 for line in column)
    return any(line.x0 < right and line.x1 > left for line in below)


def _first_page(placed: Sequence[_Placed], style: Style) -> FirstPage:
    first = min((p.page for p in placed), default=0)
    return FirstPage([p.piece for p in placed if p.page == first], style.size)


def _edge_pieces(edge: Iterable[Line], style: Style) -> list[Piece]:
    """Each line of a header or footer is a block: some of them are there for one page only. A title is no header."""
    return [edge_piece(line, style) for line in edge]


def _plain(style: Style) -> Style:
    """Turned text is never a heading."""
    return style._replace(ranks={})


def _place(placed: list[_Placed], column: Sequence[Piece], page: int) -> None:
    """Add a column; its footnotes stand before the paragraph that may run on behind them."""
    body = [piece for piece in column if piece.kind != "footnote"]
    notes = [_Placed(piece, page) for piece in column if piece.kind == "footnote"]
    placed += [_Placed(piece, page) for piece in body]
    if notes:
        at = _before_unfinished(placed)
        page = placed[at].page if at < len(placed) else page
        placed[at:at] = [note._replace(page=note.page) for note in notes]


def _before_unfinished(placed: Sequence[_Placed]) -> int:
    """Where notes may stand without parting a paragraph: before the last block of the body that begins one."""
    at = len(placed)
    while at:
        at -= 1
        if placed[at].edge or placed[at].piece.kind == "footnote":
            continue
        before = next((p.piece for p in reversed(placed[:at]) if not p.edge and p.piece.kind != "footnote"), None)
        if before is None or before.kind != "paragraph" or _FINISHED.search(before.shown[-1]):
            return at
    return len(placed)


def _write(placed: Sequence[_Placed]) -> tuple[str, list[Block], list[Hint]]:
    hints: list[Hint] = []
    parts: list[str] = []
    blocks: list[Block] = []
    position = 0
    shown = 0  # the page that the text has come to
    for piece, page, _ in placed:
        text = "\n".join(piece.lines)
        if not text:
            continue
        gap = "" if not parts else _PAGE_GAP if page > shown else _BLOCK_GAP
        shown = max(shown, page)
        start = position + len(gap)
        end = start + len(text)
        blocks.append(Block(start, end, start, end, piece.kind, piece.level, page))
        hints.append(Hint(box=piece.box))
        parts += (gap, text)
        position = end
    return "".join(parts), blocks, hints
