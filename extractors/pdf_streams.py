"""How much a stream of a PDF would unpack to, found out without unpacking it.

A kilobyte of nested compression becomes gigabytes, and pdfminer unpacks a stream as a whole; it also needs a second
for a megabyte of drawing operators. So streams are measured first, and of what is too large the beginning is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from pdfminer.pdfinterp import PDFContentParser, PDFPageInterpreter
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream, resolve1
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import PSKeyword, PSLiteral, keyword_name

# Bytes of operators read for one page. Pages of text have 5 to 100 kB; at worst (2 million "q Q") so many take 18 s.
MAX_CONTENT = 2_000_000
MAX_OPERATORS = 300_000  # of one page or form; a densely set newspaper page has 60,000
MAX_OPERANDS = 100_000  # of one operator, arrays counted as one


class BoundedInterpreter(PDFPageInterpreter):
    """pdfminer's interpreter, which reads MAX_CONTENT bytes and MAX_OPERATORS operators of a page or form."""

    def render_contents(self, resources: Any, streams: Any, ctm: Any = (1, 0, 0, 1, 0, 0)) -> None:
        super().render_contents(resources, _within(streams, MAX_CONTENT), ctm)

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
                fresh.append(stream)
                self.stream_ids.add(stream.objid)
        try:
            parser = _ContentParser(fresh)
            for _ in range(MAX_OPERATORS):
                self._step(parser)
        except PSEOF:
            return

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802  (pdfminer's name)
        """Begin marked content; properties may be named and stand in the resources."""
        if isinstance(props, PSLiteral):
            named = resolve1(self.resources.get("Properties"))
            props = resolve1(named.get(props.name)) if isinstance(named, dict) else None
        super().do_BDC(tag, props)

    def _step(self, parser: PDFContentParser) -> None:
        """Push operands up to the next operator, and run that."""
        for _ in range(MAX_OPERANDS):
            _, item = parser.nextobject()
            if isinstance(item, PSKeyword):
                break
            self.push(item)
        else:
            self.argstack.clear()
            return
        name = keyword_name(item)
        operator = getattr(self, "do_" + name.replace("*", "_a").replace('"', "_w").replace("'", "_q"), None)
        if operator is None:
            return
        count = operator.__code__.co_argcount - 1
        operands = self.pop(count) if count else []
        if len(operands) == count:
            operator(*operands)


class _ContentParser(PDFContentParser):
    """Collects a string in a bytearray: adding to bytes copies them, which a megabyte of parentheses makes 30 s of."""

    def _parse_string(self, s: bytes, i: int) -> int:
        if not isinstance(self._curtoken, bytearray):
            growing: Any = bytearray(self._curtoken)
            self._curtoken = growing
        return int(super()._parse_string(s, i))

    def _add_token(self, obj: Any) -> None:
        super()._add_token(bytes(obj) if isinstance(obj, bytearray) else obj)


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
