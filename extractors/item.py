"""What an extractor is given: the bytes or the text of one raw item, and what the transport said about it."""

from __future__ import annotations

from typing import NamedTuple

from corpus.source import Source


class RawItem(NamedTuple):
    """One raw item, read into memory.

    `data` is bytes as they came, or page text without markup (or HTML already decoded, with `media_type` saying so).
    `media_type` may carry parameters (`text/html; charset=koi8-r`); None lets the content decide. `charset` is what the
    transport declared, for example the HTTP header. `url` is where the item came from, `fetched` when (ISO 8601).
    `facts` are what a crawler's record says of the page, pairs of an attribute of Document and its value; they go
    before what the page says.
    """

    data: bytes | str
    media_type: str | None = None
    url: str | None = None
    charset: str | None = None
    source: Source = Source()
    fetched: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
