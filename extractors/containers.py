"""Files that hold many raw items: one scraped page per line, and later archives of every kind.

A container is read twice over. The build walks over its records in one process to learn which are new (`split`, cheap,
streaming: no record but the current one is in memory), and a worker makes a raw item of each that is (`read`, which may
fail for a record without harm to the others). A new kind is one module with these two functions and one line here.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import BinaryIO, NamedTuple, cast

from corpus.source import Source
from extractors.compression import (
    DAMAGED,
    GZIP,
    Budget,
    DecompressionBomb,
    beginning,
    decompressed,
    inner_name,
    is_compressed,
)
from extractors.item import RawItem
from extractors.sniffing import sniff


class Record(NamedTuple):
    """One record of a container as it lies there.

    `name` goes behind the container's path: `pages.jsonl#12`, `crawl.zip!a/b.html`. `container` is the media type of
    the innermost container it lies in. `problem` says why it cannot be read.
    """

    name: str
    data: bytes
    container: str = ""
    problem: str = ""


Split = Callable[[BinaryIO, int, Budget], Iterator[Record]]
"""Walks over the records of a (decompressed) stream; records over the limit in bytes come cut off by one byte more.

The budget is for what it unpacks itself and does not hand over; records and the stream are counted already.
"""

Read = Callable[[Record, Source], RawItem]
"""Makes a raw item of a record. Raises ExtractionError."""


class Container(NamedTuple):
    """A kind of container and how it is read. An archive's records may be containers themselves."""

    media_type: str
    split: Split
    read: Read
    is_archive: bool


class _Place(NamedTuple):
    module: str
    split: str = "split"
    is_archive: bool = False


_WARC = "application/warc"
_PLACES = {
    "application/x-ndjson": _Place("extractors.jsonl"),
    _WARC: _Place("extractors.warc"),
    "application/vnd.apache.parquet": _Place("extractors.parquet"),
    "application/zip": _Place("extractors.archives", "split_zip", is_archive=True),
    "application/x-tar": _Place("extractors.archives", "split_tar", is_archive=True),
}
_BEGINNINGS = (
    b"{",
    b"WARC/1.",
    b"PAR1",
    b"PK\x03\x04",
    b"PK\x05\x06",
)  # of containers: only these are looked at more closely
_TAR = (257, b"ustar")
_WARC_NAMES = (".warc", ".wet")  # believed where the beginning is no container's: it may be what was damaged
_READ_FROM_THE_END = {"application/zip", "application/vnd.apache.parquet"}
_MOST_UNPACKED = 1 << 30  # bytes of one of these that is compressed as a whole
_MOST_NESTED = 3  # archives in archives; a deeper one is a trap
HEAD = 1 << 16  # bytes of a file that tell whether it is a container


def walk(kind: Container, stream: BinaryIO, limit: int, budget: Budget, depth: int = 1) -> Iterator[Record]:
    """All records of a container, those of containers in an archive included. Raises what damaged files raise."""
    for record in kind.split(stream, limit, budget):
        budget.spend_on_record(record.data)
        inner = None
        if kind.is_archive and not record.problem and len(record.data) <= limit:
            inner = _inner(record, budget)
        if inner is None:
            yield record._replace(container=kind.media_type)
        elif depth >= _MOST_NESTED:
            yield record._replace(
                container=kind.media_type, problem=f"archives are nested more than {_MOST_NESTED} deep"
            )
        else:
            yield from _inside(record, inner, limit, budget, depth)


def _inside(
    record: Record, inner: tuple[Container, BinaryIO], limit: int, budget: Budget, depth: int
) -> Iterator[Record]:
    kind, stream = inner
    count = 0
    try:
        for member in walk(kind, stream, limit, budget, depth + 1):
            count += 1
            yield member._replace(name=record.name + member.name)
    except DecompressionBomb:
        raise
    except DAMAGED as error:
        yield Record(record.name, b"", kind.media_type, f"is damaged behind {count} records: {error}")
        return
    if not count:
        yield Record(record.name, b"", kind.media_type, "holds no records")


def _inner(record: Record, budget: Budget) -> tuple[Container, BinaryIO] | None:
    if not is_compressed(record.data[:4]) and not _may_begin(record.data[:HEAD]):
        return None
    return _kind(io.BufferedReader(io.BytesIO(record.data)), record.name, budget)


def _is_gzip(stream: BinaryIO) -> bool:
    head = stream.read(len(GZIP))
    stream.seek(0)
    return head == GZIP


def _kind(stream: BinaryIO, name: str, budget: Budget) -> tuple[Container, BinaryIO] | None:
    """The kind of container that a stream holds, and the stream to walk over; None when it holds none."""
    start = beginning(stream, HEAD)
    kind = container(sniff(start, inner_name(name))) if _may_begin(start) else None
    if kind is None and _is_named_warc(name):
        kind = container(_WARC)
    if kind is None:
        return None
    # WARC unpacks its gzip members itself, lest a damaged one ends them all
    if kind.media_type == _WARC and _is_gzip(stream):
        return kind, stream
    plain = decompressed(stream, budget)
    from_the_end = plain is not stream and kind.media_type in _READ_FROM_THE_END
    return kind, _seekable(plain) if from_the_end else plain


def _seekable(plain: BinaryIO) -> BinaryIO:
    """A stream unpacked into a nameless file. Raises OSError on a huge one."""
    unpacked = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 (closed by whoever walks over it)
    with plain:
        size = 0
        while piece := plain.read(1 << 20):
            size += unpacked.write(piece)
            if size > _MOST_UNPACKED:
                raise OSError(errno.EFBIG, f"unpacks to more than {_MOST_UNPACKED >> 20} MB; unpack it yourself")
    unpacked.seek(0)
    return unpacked


def open_container(file: str, head: bytes) -> tuple[Container, BinaryIO, Budget] | None:
    """How to read a file's records, the stream to read them from, and what it may unpack to; None for no container.

    `head` are the first bytes of the file. The stream is to be closed by the caller. Raises OSError.
    """
    if not is_compressed(head) and not _may_begin(head) and not _is_named_warc(file):
        return None
    stream = open(file, "rb")  # noqa: PTH123, SIM115 (names may be bytes that are no text; the caller closes it)
    budget = Budget(os.fstat(stream.fileno()).st_size)
    found = _kind(stream, file, budget)
    if found is None:
        stream.close()
        return None
    return *found, budget


def _is_named_warc(name: str) -> bool:
    return inner_name(name).lower().endswith(_WARC_NAMES)


def _may_begin(head: bytes) -> bool:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith(_BEGINNINGS) or head.startswith(_TAR[1], _TAR[0])


def container(media_type: str) -> Container | None:
    """How to read containers of that type; None when it is no container."""
    place = _PLACES.get(media_type)
    if place is None:
        return None
    module = import_module(place.module)
    return Container(media_type, getattr(module, place.split), module.read, place.is_archive)
