"""Bodies of HTTP responses as crawlers keep them: some as they came over the wire, in chunks and compressed.

Others were put together and unpacked before they were kept, under the same header. So a header is believed only where
the body agrees with it, while FastWARC's `auto_decode` ends such a record with an error. What is compressed with gzip
or Zstandard is left so: every raw item may be.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Sequence

from extractors.compression import DAMAGED, decompression_bomb, most_unpacked

_CHUNK_HEADER = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")  # RFC 9112, section 7.1


def plain_body(body: bytes, encodings: Sequence[str]) -> bytes:
    """The body without chunks and without what only HTTP compresses with; as it is where it is not in these encodings.

    Args:
        body: as kept.
        encodings: values of Content-Encoding and then of Transfer-Encoding, in the order in which they were applied.

    Raises ExtractionError on a decompression bomb.
    """
    for encoding in reversed(encodings):
        if encoding == "chunked":
            body = _joined(body)
        elif encoding in _UNPACK:
            most = most_unpacked(len(body))
            unpacked = _UNPACK[encoding](body, most + 1)
            if len(unpacked) > most:
                raise decompression_bomb()
            body = unpacked or body
    return body


def _joined(body: bytes) -> bytes:
    """The chunks put together, as far as they go; what is behind the last sound one stays as it is."""
    parts: list[bytes] = []
    at = 0
    while header := _CHUNK_HEADER.match(body, at):
        size = int(header[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[header.end() : header.end() + size])
        at = header.end() + size + len(b"\r\n")
    return b"".join([*parts, body[at:]])


def _inflated(body: bytes, limit: int) -> bytes:
    """What Deflate packed, with zlib's frame, as the standard says, or without, as many servers have it; else b""."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpack = zlib.decompressobj(window)
        try:
            data = unpack.decompress(body, limit)
        except zlib.error:
            continue
        if unpack.eof or len(data) == limit:
            return data
    return b""


def _from_brotli(body: bytes, limit: int) -> bytes:
    """What Brotli packed, else b""."""
    from fastwarc.stream_io import BrotliReader  # noqa: PLC0415 (seldom needed)

    try:
        with BrotliReader(io.BytesIO(body)) as stream:
            return stream.read(limit)
    except DAMAGED:
        return b""


_UNPACK: dict[str, Callable[[bytes, int], bytes]] = {"deflate": _inflated, "br": _from_brotli}
"""By the names of the registry of HTTP: at most so many bytes of what a body packs, b"" where it is not so packed."""
