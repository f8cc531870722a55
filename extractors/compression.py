"""Compressed files: gzip and Zstandard, recognised by content and opened as streams."""

from __future__ import annotations

import contextlib
import gzip
import io
import tarfile
import zipfile
import zlib
from typing import Any, BinaryIO

import zstandard

from corpus.errors import ExtractionError

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
ENDINGS = (".gz", ".zst", ".zstd")

_PIECE = 256  # bytes
_FREE = 16_000_000  # bytes that anything may unpack to
_MAX_RATIO = 100  # beyond that; pages and text shrink to a tenth, deflate at its best to a thousandth

DAMAGED = (EOFError, OSError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile, tarfile.TarError)
"""What reading a damaged compressed file or archive raises."""


def is_compressed(head: bytes) -> bool:
    """Whether a file that begins with these bytes is compressed in a way that is read here."""
    return head.startswith((GZIP, ZSTD))


def decompressed(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or what it holds when it is compressed. The stream must be seekable and at its start."""
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=stream))
    if head.startswith(ZSTD):
        reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        return io.BufferedReader(reader)
    return stream


def beginning(stream: BinaryIO, size: int) -> bytes:
    """The first bytes that a stream holds, decompressed if need be, as far as they are undamaged."""
    head = stream.read(size)
    stream.seek(0)
    if not is_compressed(head):
        return head
    unpack: Any = (
        zlib.decompressobj(wbits=31) if head.startswith(GZIP) else zstandard.ZstdDecompressor().decompressobj()
    )
    parts: list[bytes] = []
    with contextlib.suppress(zlib.error, zstandard.ZstdError):
        for start in range(0, len(head), _PIECE):
            parts.append(unpack.decompress(head[start : start + _PIECE]))
            if sum(map(len, parts)) >= size or unpack.eof:
                break
    return b"".join(parts)[:size]


def read_decompressed(stream: BinaryIO, limit: int) -> bytes:
    """All of a stream, decompressed if need be.

    Raises ExtractionError when it is damaged, holds more than `limit` bytes (a small file can hold a huge one), or more
    than 16 MB that shrank to a hundredth, as no page does.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    bomb = most_unpacked(size)
    try:
        data = decompressed(stream).read(min(limit, bomb) + 1)
    except DAMAGED as error:
        raise ExtractionError(f"compressed data is damaged: {error}", stage="read") from error
    if len(data) > limit:
        raise ExtractionError(f"holds more than {limit // 1_000_000} MB when decompressed", stage="read")
    if len(data) > bomb:
        raise decompression_bomb()
    return data


def most_unpacked(size: int) -> int:
    """To how many bytes a page compressed to `size` bytes may unpack."""
    return max(_FREE, _MAX_RATIO * size)


def decompression_bomb() -> ExtractionError:
    """The error for a page that unpacks to more."""
    return ExtractionError(f"unpacks to more than {_MAX_RATIO} times its size: a decompression bomb", stage="read")


def inner_name(name: str) -> str:
    """The name of what a compressed file holds: `page.html.gz` holds `page.html`."""
    for ending in ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name
