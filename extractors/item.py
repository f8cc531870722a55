"""What an extractor is given: the bytes or the text of one raw item, and what the transport said about it."""

from __future__ import annotations

from typing import NamedTuple

from corpus.source import Source


class RawItem(NamedTuple):
    """One raw item, read into memory.

    `data` is bytes as they came, or page text without markup (or HTML already decoded, with `media_type` saying so).
    `media_type` may carry parameters (`text/html; charset=koi8-r`); None lets the content decide. `charset` is what the
    transport declared, for example the HTTP header. `url` is where the item came from.
    """

    data: bytes | str
    media_type: str | None = None
    url: str | None = None
    charset: str | None = None
    source: Source = Source()
