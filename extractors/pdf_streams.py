"""How much a stream of a PDF would unpack to, found out without unpacking it.

A kilobyte of nested compression becomes gigabytes, and pdfminer unpacks a stream as a whole; it also needs a second
for a megabyte of drawing operators. So streams are measured first, and of what is too large the beginning is read.
"""

from __future__ import annotations

import zlib
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream, resolve1

# Bytes of operators read for one page. Pages of text have 5 to 100 kB; at worst (2 million "q Q") so many take 18 s.
MAX_CONTENT = 2_000_000


class BoundedInterpreter(PDFPageInterpreter):
    """pdfminer's interpreter, which reads MAX_CONTENT bytes of the streams of a page or form."""

    def render_contents(self, resources: Any, streams: Any, ctm: Any = (1, 0, 0, 1, 0, 0)) -> None:
        super().render_contents(resources, _within(streams, MAX_CONTENT), ctm)


def unpacks_to_more(stream: PDFStream, limit: int) -> bool:
    """Whether the data of a stream has more than `limit` bytes behind any of its deflate filters.

    Other filters at most double the size or are as slow as they are large; of encrypted data nothing is known.
    """
    if stream.rawdata is None or stream.decipher:
        return stream.data is not None and len(stream.data) > limit
    return len(_beginning(stream, limit + 1)) > limit


def _within(streams: Any, limit: int) -> list[Any]:
    """Streams that hold `limit` bytes together, the one that goes beyond it cut there."""
    kept = []
    for stream in streams:
        found = resolve1(stream)
        if not isinstance(found, PDFStream):
            kept.append(stream)
        elif limit > 0:
            if unpacks_to_more(found, limit):
                data = _beginning(found, limit) if found.data is None else found.data
                number = found.objid or 0
                found = PDFStream({}, data[:limit])
                found.set_objid(number, 0)  # pdfminer does not read streams without a number
            kept.append(found)
            limit -= len(found.get_data())
    return kept


def _beginning(stream: PDFStream, limit: int) -> bytes:
    """The first `limit` bytes of a stream, its leading deflate filters undone."""
    data = stream.rawdata or b""
    for name, _ in stream.get_filters():
        if name not in LITERALS_FLATE_DECODE:
            break
        data = _inflate(data, limit)
    return data[:limit]


def _inflate(data: bytes, limit: int) -> bytes:
    """The first `limit` bytes of inflated data, as far as it is sound."""
    inflater = zlib.decompressobj()
    try:
        return inflater.decompress(data, limit)
    except zlib.error:
        return b""
