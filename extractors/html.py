"""HTML and XHTML pages: all their text as blocks, with what the page says about itself.

Bytes are decoded here, before the parser sees them, since parsers believe what pages declare. Everything that a reader
could see becomes a block, menus and footers included, and hidden elements as well, marked as such; what is content is
for the cleaners to say, who get the path of elements around each block as a hint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.document import Document, build
from extractors.blocks import BlockWalker
from extractors.declared import mark_declared, mark_described
from extractors.decoding import decode
from extractors.facts import SUMMARY_NAMES
from extractors.item import RawItem
from extractors.json_ld import read_json_ld
from extractors.metadata import find_metadata
from extractors.preflight import refuse_monsters
from extractors.tree import feed_soup, parse

if TYPE_CHECKING:
    from bs4.element import Tag

# What a set of frames says to browsers without frames is markup, though parsers take it for bare text; for a reader
# who has this file alone it is the page.
_FRAMELESS = re.compile(r"</?noframes[^<>]{0,200}>", re.IGNORECASE)
_TITLES = 20  # headings from the first h1 on, one of which may be the title
_XHTML = "application/xhtml+xml"


def extract_html(item: RawItem) -> Document:
    """Read a page. A page without text gives a document without blocks.

    Raises ExtractionError (stage `parse`) for markup that cannot be read without losing text.
    """
    if isinstance(item.data, str):
        text, encoding, reason = item.data, None, None
    else:
        text, encoding, reason = decode(item.data, declared=item.charset)
    refuse_monsters(text)
    if "noframes" in text or "NOFRAMES" in text:
        text = _FRAMELESS.sub(" ", text)
    media_type = (item.media_type or "text/html").partition(";")[0].strip().lower()
    if item.source.has_page_rules:
        from extractors.rules import extract_with_rules  # noqa: PLC0415 (few sources need BeautifulSoup)

        document = extract_with_rules(text, item)
    else:
        document = _document(parse(text, BlockWalker, xml=media_type == _XHTML), item)
    return document.with_(media_type=media_type, encoding=encoding, encoding_reason=reason)


def extract_soup(soup: Tag, item: RawItem) -> Document:
    """The same for a page that is a BeautifulSoup tree already; `item` says where it came from."""
    walker = BlockWalker()
    feed_soup(soup, walker)
    return _document(walker, item).with_(media_type="text/html")


def _document(walker: BlockWalker, item: RawItem) -> Document:
    walker.close()
    visible = [p for p in walker.pieces if not p.hint.hidden]
    headings = [p for p in visible if p.kind == "heading"]
    first = [p.text for p in headings if p.level == 1]
    start = next((i for i, p in enumerate(headings) if p.level == 1), 0)
    others = [p.text for p in headings[start : start + _TITLES] if p.level > 1]
    article = read_json_ld(walker.facts.json_ld)
    found = find_metadata(walker.facts, first, item.url, article, [p.text for p in visible], others)
    pieces = mark_declared(walker.pieces, article.body) if article.body else walker.pieces
    pieces = mark_described(pieces, [article.summary, *walker.facts.all_of(*SUMMARY_NAMES)])
    return build(pieces, url=item.url, source=item.source, **found._asdict())
