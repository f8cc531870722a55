"""What a worker process does with one raw item: `prepare` it, and later `finish` it.

`prepare` reads and cleans an item without knowing the corpus, `finish` decides about its blocks with the repeat counts
of its source. Both return facts (small, what the parent needs of every document) and a body (the document), packed for
the state. This is the one place where any exception is caught: a document that breaks a library is quarantined, and
the next one goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any, NamedTuple

import orjson

import limpide
from corpus.document import Document
from corpus.errors import ExtractionError
from corpus.repeats import block_key
from corpus.serial import from_bytes, to_bytes
from corpus.source import Source
from extractors.item import RawItem
from flows.state import pack, unpack


class PrepareJob(NamedTuple):
    """Read and clean a file."""

    key: bytes
    file: str
    sha256: str
    source: Source


class FinishJob(NamedTuple):
    """Decide about the blocks of a prepared document, given how often its source repeats each (`repeat_levels`)."""

    key: bytes
    prepared: bytes
    levels: tuple[int, ...]


class Result(NamedTuple):
    """What a job found. `sha256` is that of the bytes that were parsed, which may have changed since the scan."""

    sha256: str
    facts: bytes
    body: bytes
    cacheable: bool = True


def prepare(job: PrepareJob) -> Result:
    """Read, extract, repair and score one item."""
    try:
        with open(job.file, "rb") as stream:  # noqa: PTH123 (names may be bytes that are no text)
            data = stream.read()
    except OSError as error:
        return Result("", _failed("read", type(error).__name__, str(error.strerror)), b"", cacheable=False)
    sha256 = hashlib.sha256(data).hexdigest()
    stage = "extract"
    try:
        document = limpide.extract(RawItem(data, source=job.source), name=job.file)
        stage = "clean"
        document = limpide.prepare(document)
        keys = [block_key(document.block_text(block)) for block in document.blocks]
        facts = {"ok": True, "keys": keys, "url": document.url}
        return Result(sha256, pack(orjson.dumps(facts)), pack(to_bytes(document)))
    except MemoryError:
        raise
    except ExtractionError as error:
        return Result(sha256, _failed(error.stage, "ExtractionError", str(error)), b"")
    except Exception as error:
        return Result(sha256, _failed(stage, type(error).__name__, str(error)), b"")


def finish(job: FinishJob) -> Result:
    """Remove what is not content, find the language, measure."""
    try:
        document = limpide.finish(from_bytes(unpack(job.prepared)), job.levels)
        body = to_bytes(document)
        return Result("", pack(orjson.dumps(_facts(document, body))), pack(body))
    except MemoryError:
        raise
    except Exception as error:
        return Result("", _failed("clean", type(error).__name__, str(error)), b"")


def _facts(document: Document, body: bytes) -> dict[str, Any]:
    """What the corpus phase needs to know of a finished document."""
    edits: Counter[str] = Counter(edit.label for edit in document.edits)
    characters: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    for edit in document.edits:
        characters[edit.label] += len(edit.before)
        if edit.action == "remove":
            removed[edit.label] += len(edit.before)
    return {
        "ok": True,
        "digest": hashlib.blake2b(body, digest_size=16).hexdigest(),
        "text_sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "characters": len(document.text),
        "raw_characters": len(document.raw_text),
        "labels": {label: (count, characters[label]) for label, count in edits.items()},
        "removed": removed,
        "repairs": sum(edit.action == "repair" for edit in document.edits),
        "language": document.language,
    }


def _failed(stage: str, error: str, message: str) -> bytes:
    facts = {"ok": False, "stage": stage, "error": error, "message": printable(message)}
    return pack(orjson.dumps(facts))


def printable(message: str) -> str:
    """A message that any file can hold: at most 500 characters, no lone surrogates."""
    return message.encode("utf-8", "backslashreplace").decode("utf-8")[:500]
