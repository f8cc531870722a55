"""A look at the raw bytes of a broken PDF before pdfium gets it, whose time and memory nothing else bounds.

What is looked for needs no structure: streams that unpack to very much, and forms that draw forms that draw forms.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from corpus.errors import ExtractionError

_STREAM = re.compile(rb"stream\r?\n")
_HEAD = 2_000  # bytes before a stream that its dictionary may have
_MAX_STREAM = 50_000_000  # bytes unpacked; images and fonts of text documents stay below 20 MB
_MAX_ALL = 500_000_000
_MAX_OPERATORS = 20_000_000  # bytes of one stream of drawing operators
_LAYERS = 3  # of compression undone; more are refused
_MAX_DRAWINGS = 100_000  # of forms by forms
_MAX_OBJECTS = 500_000
_DEFLATED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x58\x85", b"\x48\x89", b"h\xde", b"h\x81")


def refuse_bombs(data: bytes) -> None:
    """Raise ExtractionError if reading a damaged file might take minutes or gigabytes."""
    if data.count(b" obj") > _MAX_OBJECTS:
        raise ExtractionError("the PDF is damaged, and has too many objects to repair it", stage="parse")
    total, drawings, forms = 0, 1, 0
    for head, body in _streams(data):
        content = _unpacked(body)
        total += len(content)
        if total > _MAX_ALL:
            raise _bomb()
        if b"/Form" in head and (calls := len(re.findall(rb"/\S{1,100}\s{1,9}Do\b", content))):
            forms += 1
            drawings *= calls
        if b"/Image" not in head and b"/FontFile" not in head and len(content) > _MAX_OPERATORS:
            raise _bomb()
    if forms > 1 and drawings > _MAX_DRAWINGS:
        raise ExtractionError("the PDF is damaged, and its forms draw each other too often", stage="parse")


def _bomb() -> ExtractionError:
    return ExtractionError("the PDF is damaged, and unpacks to too much", stage="parse")


def _streams(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The dictionary and the body of each stream, as far as they can be told."""
    for match in _STREAM.finditer(data):
        if data[max(0, match.start() - 3) : match.start()] == b"end":
            continue
        end = data.find(b"endstream", match.end())
        head = data[max(0, match.start() - _HEAD) : match.start()]
        yield head[head.rfind(b" obj") + 4 :], data[match.end() : end if end >= 0 else len(data)]


def _unpacked(body: bytes) -> bytes:
    """What a stream unpacks to."""
    for _ in range(_LAYERS):
        if body[:2] not in _DEFLATED:
            return body
        try:
            body = zlib.decompressobj().decompress(body, _MAX_STREAM + 1)
        except zlib.error:
            return body
        if len(body) > _MAX_STREAM:
            raise _bomb()
    if body[:2] in _DEFLATED:
        raise _bomb()
    return body
