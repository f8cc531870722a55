"""Files that hold many raw items: one scraped page per line, and later archives of every kind.

A container is read twice over. The build walks over its records in one process to learn which are new (`split`, cheap,
streaming: no record but the current one is in memory), and a worker makes a raw item of each that is (`read`, which may
fail for a record without harm to the others). A new kind is one module with these two functions and one line here.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import BinaryIO, NamedTuple

from corpus.source import Source
from extractors.compression import DAMAGED, decompressed, inner_name, is_compressed
from extractors.item import RawItem
from extractors.sniffing import sniff


class Record(NamedTuple):
    """One record of a container as it lies there. `name` goes behind the container's path: `pages.jsonl#12`."""

    name: str
    data: bytes


Split = Callable[[BinaryIO, int], Iterator[Record]]
"""Walks over the records of a (decompressed) stream; records over the limit in bytes come cut off by one byte more."""

Read = Callable[[bytes, Source], RawItem]
"""Makes a raw item of a record. Raises ExtractionError."""


class Container(NamedTuple):
    """A kind of container and how it is read."""

    media_type: str
    split: Split
    read: Read


_PLACES = {
    "application/x-ndjson": "extractors.jsonl",
}
_BEGINNINGS = (b"{",)  # of containers: only files that begin so are looked at more closely
HEAD = 1 << 16  # bytes of a file that tell whether it is a container


def open_container(file: str, head: bytes) -> tuple[Container, BinaryIO] | None:
    """How to read a file's records, and the stream to read them from; None when the file is no container.

    `head` are the first bytes of the file. The stream is to be closed by the caller. Raises OSError.
    """
    if not is_compressed(head) and not _may_begin(head):
        return None
    stream = open(file, "rb")  # noqa: PTH123, SIM115 (names may be bytes that are no text; the caller closes it)
    try:
        inner = decompressed(stream)
        start = inner.peek(HEAD)[:HEAD] if isinstance(inner, io.BufferedReader) else head
        kind = container(sniff(start, inner_name(file))) if _may_begin(start) else None
    except DAMAGED:
        kind = None  # whoever reads it as a single item will say what is wrong with it
    if kind is None:
        stream.close()
        return None
    return kind, inner


def _may_begin(head: bytes) -> bool:
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(_BEGINNINGS)


def container(media_type: str) -> Container | None:
    """How to read containers of that type; None when it is no container."""
    if media_type not in _PLACES:
        return None
    module = import_module(_PLACES[media_type])
    return Container(media_type, module.split, module.read)
