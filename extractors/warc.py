"""WARC and WET files of web crawlers: one raw item per response, resource or conversion.

Crawlers compress each record as a gzip member of its own, so that one flipped byte costs one record: members are
unpacked one by one here, and behind a damaged one the next is looked for. A file that was compressed as a whole is
read up to the first damage. Address and fetch date come from the record,
type, charset and how the body is packed from the HTTP header. Requests, metadata, redirects and errors are no items.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson
from fastwarc.warc import ArchiveIterator, WarcRecordType

from corpus.errors import ExtractionError
from corpus.source import Source
from extractors.compression import Budget, beginning, decompressed
from extractors.containers import Record
from extractors.http_body import plain_body
from extractors.item import RawItem

_GZIP = b"\x1f\x8b\x08"
_START = b"WARC/1."
_BETWEEN = b"\r\n\r\nWARC/1."
_CHUNK = 1 << 18
_LOOK_BACK = 2 * _CHUNK  # compressed bytes of a member that are kept, to look for the next one should it be damaged
_KINDS = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
_OK = 200


def split(stream: BinaryIO, limit: int, budget: Budget) -> Iterator[Record]:
    """The records that hold a page, named by their number among all records."""
    head = stream.peek(1) if isinstance(stream, io.BufferedReader) else b""
    compressed = _GZIP in head and not head.startswith(_START)  # the first member may be what was damaged
    if compressed and _BETWEEN not in beginning(stream, _CHUNK):
        pieces = _unpacked(stream, limit, budget)
    else:
        pieces = _plain(decompressed(stream, budget) if compressed else stream, limit)
    for number, piece in enumerate(pieces, 1):
        name = f"#{number}"
        try:
            data = _page(piece)
        except OSError:
            yield Record(name, b"", problem="is damaged")
            continue
        if data is not None:
            yield Record(name, data)


def read(record: Record, source: Source) -> RawItem:
    """The page of a record. Raises ExtractionError when it holds none."""
    head, _, body = record.data.partition(b"\n")
    facts = orjson.loads(head)
    if not body:
        raise ExtractionError("the response has no body", stage="read")
    return RawItem(
        plain_body(body, facts["encodings"]),
        media_type=_trusted(facts["type"]),
        url=facts["url"],
        charset=facts["charset"],
        source=source,
        fetched=facts["date"],
    )


def _trusted(media_type: str | None) -> str | None:
    """Servers' types are believed for text of a conversion only; else the content decides."""
    return media_type if media_type == "text/plain" else None


def _encodings(headers: Any) -> list[str]:
    """Content-Encoding and Transfer-Encoding, in the order in which they were applied."""
    said = ((headers.get(name) or "") for name in ("Content-Encoding", "Transfer-Encoding")) if headers else ()
    return [word.strip().lower() for value in said for word in value.split(",") if word.strip()]


def _page(piece: bytes | None) -> bytes | None:
    """What a record holds, as a line of facts and the body; None when it is no page. Raises OSError when damaged."""
    if piece is None or not piece.lstrip().startswith(_START):
        raise OSError("no WARC record")
    for record in ArchiveIterator(io.BytesIO(piece), record_types=_KINDS, parse_http=True):
        http = record.http_headers
        if http is not None and http.status_code != _OK:
            return None
        facts = {
            "url": record.headers.get("WARC-Target-URI"),
            "date": record.headers.get("WARC-Date"),
            "type": (record.http_content_type or record.headers.get("Content-Type") or "").partition(";")[0].strip(),
            "charset": record.http_charset,
            "encodings": _encodings(http),
        }
        return orjson.dumps(facts) + b"\n" + record.reader.read()
    return None


def _unpacked(stream: BinaryIO, limit: int, budget: Budget) -> Iterator[bytes | None]:
    """The records of gzip members, of which each should hold one but may hold more; None for a damaged member."""
    for member in _members(stream, limit, budget):
        yield from [None] if member is None else _plain(io.BytesIO(member), limit)


def _members(stream: BinaryIO, limit: int, budget: Budget) -> Iterator[bytes | None]:
    """Each gzip member unpacked; None for a damaged one, behind which the next beginning of a member is looked for."""
    buffer = b""
    while True:
        buffer = buffer or stream.read(_CHUNK)
        if not buffer:
            return
        unpack, parts, size = zlib.decompressobj(wbits=31), [], 0
        start, all_kept = buffer, True
        try:
            while not unpack.eof:
                if not buffer:
                    if not (buffer := stream.read(_CHUNK)):
                        raise zlib.error("cut off")
                    all_kept = len(start) < _LOOK_BACK
                    start += buffer if all_kept else b""
                part = unpack.decompress(buffer, _CHUNK)
                size += len(part)
                budget.spend(len(part))
                if size <= limit:
                    parts.append(part)
                buffer = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        except zlib.error:  # it may have gone on into sound members before it was noticed
            yield None
            buffer = _behind(start if all_kept else buffer, stream)
            continue
        yield b"".join(parts) if size <= limit else None


def _behind(buffer: bytes, stream: BinaryIO) -> bytes:
    """What follows from the next beginning of a member on."""
    buffer = buffer[1:]
    while True:
        at = buffer.find(_GZIP)
        if at >= 0:
            return buffer[at:]
        more = stream.read(_CHUNK)
        if not more:
            return b""
        buffer = buffer[-2:] + more


def _plain(stream: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Records of an uncompressed file, parted where a new one begins behind a blank line; None for one that is huge."""
    buffer, huge = b"", False
    while True:
        at = buffer.find(_BETWEEN, 0 if huge else len(_START))
        if at >= 0:
            if not huge:
                yield buffer[: at + 4]
            buffer, huge = buffer[at + 4 :], False
            continue
        more = stream.read(max(_CHUNK, len(buffer)))
        if not more:
            break
        buffer += more
        if len(buffer) > limit + _CHUNK and buffer.find(_BETWEEN, len(_START)) < 0:
            if not huge:
                yield None
            buffer, huge = buffer[-len(_BETWEEN) :], True
    if buffer.strip() and not huge:
        yield buffer
