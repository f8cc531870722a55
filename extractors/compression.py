"""Compressed files: gzip and Zstandard, recognised by content and opened as streams."""

from __future__ import annotations

import contextlib
import errno
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

# Of containers: text deflates to a tenth, seldom to a hundredth; Deflate allows 1:1032, and again for each packing.
_MOST_UNPACKED = 300
_ALWAYS_ALLOWED = 1 << 30  # bytes
_RECORD_COST = 1000  # bytes of memory that a record takes in the build, empty ones too

DAMAGED = (EOFError, OSError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile, tarfile.TarError)
"""What reading a damaged compressed file or archive raises."""


class DecompressionBomb(OSError):
    """A container holds far more than pages do; what comes behind that point is not looked at."""


class Budget:
    """How much a container of a size in bytes may unpack to, with all that is packed inside it again."""

    def __init__(self, size: int) -> None:
        self.left = max(_ALWAYS_ALLOWED, size * _MOST_UNPACKED)

    def spend(self, count: int) -> None:
        """Take bytes off. Raises DecompressionBomb when there are none left."""
        self.left -= count
        if self.left < 0:
            raise DecompressionBomb(errno.EFBIG, f"it unpacks to more than {_MOST_UNPACKED} times its size")

    def spend_on_record(self, data: bytes) -> None:
        """Take a record off, whose place in the build's lists counts as well."""
        self.spend(len(data) + _RECORD_COST)


class _Bounded(io.RawIOBase):
    """A stream whose bytes go off a budget."""

    def __init__(self, stream: Any, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer)
        self._budget.spend(count)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def is_compressed(head: bytes) -> bool:
    """Whether a file that begins with these bytes is compressed in a way that is read here."""
    return head.startswith((GZIP, ZSTD))


def decompressed(stream: BinaryIO, budget: Budget | None = None) -> BinaryIO:
    """The stream itself, or what it holds when it is compressed, bytes off `budget` if there is one.

    The stream must be seekable and at its start.
    """
    head = stream.read(4)
    stream.seek(0)
    plain: Any
    if head.startswith(GZIP):
        plain = gzip.GzipFile(fileobj=stream)
    elif head.startswith(ZSTD):
        plain = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    else:
        return stream
    return io.BufferedReader(_Bounded(plain, budget) if budget else plain)


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
