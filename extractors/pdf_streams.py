"""How much a stream of a PDF would unpack to, found out without unpacking it.

A kilobyte of nested compression becomes gigabytes, and pdfminer unpacks a stream as a whole; operators cost seconds
per megabyte. So streams are measured first, and of what is too large the beginning is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from extractors.pdf_damage import DAMAGE
from extractors.pdf_operators import OPERANDS, operations

# Bytes of operators read for one page. Pages of text have 5 to 100 kB; at worst so many take 4 s.
MAX_CONTENT = 2_000_000
MAX_OPERATORS = 300_000  # of text, of one page or form; a densely set newspaper page has 60,000
_NAMES = {b"T*": "T_a", b"'": "_q", b'"': "_w"}  # pdfminer's names of operators that are no words
_METHODS = {name: "do_" + _NAMES.get(name, name.decode()) for name in OPERANDS}


class PageTooLarge(Exception):
    """Raised when a page draws more than is read of one page; what was read so far is good."""


class BoundedInterpreter(PDFPageInterpreter):
    """pdfminer's interpreter, which reads MAX_CONTENT bytes and MAX_OPERATORS operators of a page or form.

    An operator that cannot be carried out is passed over. The device is told of both: by its `cut` and its `hurt`.
    """

    device: Any

    def render_contents(self, resources: Any, streams: Any, ctm: Any = (1, 0, 0, 1, 0, 0)) -> None:
        super().render_contents(resources, self._within(streams, MAX_CONTENT), ctm)

    def execute(self, streams: Sequence[object]) -> None:
        """Run the operators of streams; a stream that is being run further up is left out."""
        self.stream_ids.clear()
        fresh = []
        for stream in map(resolve1, streams):
            if (
                isinstance(stream, PDFStream)
                and stream.objid is not None
                and stream.objid not in self.parent_stream_ids
            ):
                fresh.append(stream.get_data())
                self.stream_ids.add(stream.objid)
        for count, (name, operands) in enumerate(operations(b"\n".join(fresh))):
            if count == MAX_OPERATORS:
                raise PageTooLarge
            try:
                getattr(self, _METHODS[name])(*operands)
            except DAMAGE:
                self.device.hurt = True

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802  (pdfminer's name)
        """Begin marked content; properties may be named and stand in the resources."""
        if isinstance(props, PSLiteral):
            named = resolve1(self.resources.get("Properties"))
            props = resolve1(named.get(props.name)) if isinstance(named, dict) else None
        super().do_BDC(tag, props)

    def do_TJ(self, seq: Any) -> None:  # noqa: N802  (pdfminer's name)
        """Draw text; pdfminer copies the graphic state each time, which the device here does not look at."""
        if self.textstate.font is not None and isinstance(seq, list):
            self.device.render_string(self.textstate, seq, self.graphicstate.ncs, self.graphicstate)

    def _within(self, streams: Any, limit: int) -> list[Any]:
        """Streams that hold `limit` bytes together, the one that goes beyond it cut there."""
        kept = []
        for stream in streams:
            found = resolve1(stream)
            if not isinstance(found, PDFStream):
                kept.append(stream)
            elif limit <= 0:
                self.device.cut = True
            else:
                if unpacks_to_more(found, limit):
                    self.device.cut = True
                    data = _beginning(found, limit) if found.data is None else found.data
                    number = found.objid or 0
                    found = PDFStream({}, data[:limit])
                    found.set_objid(number, 0)  # pdfminer does not read streams without a number
                kept.append(found)
                limit -= len(found.get_data())
        return kept


def unpacks_to_more(stream: PDFStream, limit: int) -> bool:
    """Whether the data of a stream has more than `limit` bytes behind any of its deflate filters.

    Other filters at most double the size or are as slow as they are large; of encrypted data nothing is known.
    """
    if stream.rawdata is None or stream.decipher:
        return stream.data is not None and len(stream.data) > limit
    return len(_beginning(stream, limit + 1)) > limit


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
