"""What a worker process does with one raw item: `prepare` it, and later `finish` it.

`prepare` reads and cleans an item without knowing the corpus, `finish` decides about its blocks with the repeat counts
of its source. Both return facts (small, what the parent needs of every document) and a body (the document), packed for
the state. This is the one place where any exception is caught: a document that breaks a library is quarantined, and
the next one goes on.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import NamedTuple

import orjson

import limpide
from corpus.errors import ExtractionError
from corpus.repeats import blocks_of
from corpus.serial import from_bytes, to_bytes
from corpus.source import Source
from extractors.containers import Record, container
from extractors.item import RawItem
from flows.events import overheard
from flows.facts import Facts
from flows.state import pack, unpack

_READS = 3  # of a file that changes while it is read; the next build sees what came later


class PrepareJob(NamedTuple):
    """Read and clean a file, or the record of a container, whose data the build hands over."""

    key: bytes
    file: str
    sha256: str
    source: Source
    max_bytes: int
    container: str = ""  # media type of the container; "" for a file that is an item itself
    record: str = ""
    data: bytes = b""
    doc_id: str = ""  # of one document with this content, for the log
    path: str = ""
    size: int = 0  # bytes


class FinishJob(NamedTuple):
    """Decide about the blocks of a prepared document, given how often its source repeats each (`repeat_levels`)."""

    key: bytes
    prepared: bytes
    levels: bytes  # one for each block
    source: Source
    sha256: str = ""  # of the raw item
    doc_id: str = ""  # of one document with this content, for the log
    path: str = ""

    @property
    def size(self) -> int:
        """Bytes, packed, of the prepared document."""
        return len(self.prepared)


class Result(NamedTuple):
    """What a job found. `sha256` is that of the bytes that were parsed, which may have changed since the scan."""

    sha256: str
    facts: bytes
    body: bytes
    cacheable: bool = True
    warnings: tuple[str, ...] = ()  # of libraries


def prepare(job: PrepareJob) -> Result:
    """Read, extract, repair and score one item."""
    with overheard() as warnings:
        return _prepare(job)._replace(warnings=tuple(warnings))


def _prepare(job: PrepareJob) -> Result:
    try:
        data = job.data if job.container else _read(job.file)
    except OSError as error:
        return Result("", _failed("read", type(error).__name__, str(error.strerror)), b"", cacheable=False)
    sha256 = hashlib.sha256(data).hexdigest()
    stage = "extract"
    try:
        item = _record(job) if job.container else RawItem(data, source=job.source)
        document = limpide.extract(item, name=job.record or job.file, max_bytes=job.max_bytes)
        stage = "clean"
        document = limpide.prepare(document).with_(hints=())
        blocks = blocks_of(document)
        facts = {"ok": True, "keys": blocks.keys, "sizes": blocks.sizes}
        return Result(sha256, pack(orjson.dumps(facts)), pack(to_bytes(document)))
    except MemoryError:
        raise
    except ExtractionError as error:
        return Result(sha256, _failed(error.stage, "ExtractionError", str(error)), b"")
    except Exception as error:
        return Result(sha256, _failed(stage, type(error).__name__, str(error)), b"")


def _read(file: str) -> bytes:
    """The bytes of a file; read again while somebody writes to it. Raises OSError, also on what has become a link."""
    data = b""
    for _ in range(_READS):
        # a pipe that took the file's place must not hold the worker up
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise OSError(errno.EINVAL, "it is no regular file any more")
            data = stream.read()
            after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == after.st_size:
            break
    return data


def _record(job: PrepareJob) -> RawItem:
    kind = container(job.container)
    if kind is None:
        raise ExtractionError(f"{job.container} is no container that this version reads", stage="read")
    return kind.read(Record(job.record, job.data, job.container), job.source)


def finish(job: FinishJob) -> Result:
    """Remove what is not content, find the language, measure."""
    with overheard() as warnings:
        return _finish(job)._replace(warnings=tuple(warnings))


def _finish(job: FinishJob) -> Result:
    try:
        document = limpide.finish(from_bytes(unpack(job.prepared), job.source), tuple(job.levels))
        body = to_bytes(document)
        return Result("", pack(Facts.of(document, body).to_json()), pack(body))
    except MemoryError:
        raise
    except Exception as error:
        return Result("", _failed("clean", type(error).__name__, str(error)), b"")


def _failed(stage: str, error: str, message: str) -> bytes:
    facts = {"ok": False, "stage": stage, "error": error, "message": printable(message)}
    return pack(orjson.dumps(facts))


def printable(message: str) -> str:
    """A message that any file can hold: at most 500 characters, no lone surrogates."""
    return message.encode("utf-8", "backslashreplace").decode("utf-8")[:500]
