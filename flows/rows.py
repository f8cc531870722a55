"""The rows of the three tables of a snapshot: their digests at once, the rows themselves when the writer asks for them.

A row is made from the document in the state. Where many are new, workers make them and hand over record batches of
Arrow: the parent would be busy with that for as long as all workers are with cleaning a tenth of the pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa

from corpus.columns import record_batch
from corpus.schema import (
    SCHEMAS,
    About,
    Duplicate,
    Table,
    document_row_of_tuples,
    forgotten_row,
    quarantine_row,
    removed_row,
)
from corpus.serial import from_bytes
from corpus.source import Source
from corpus.version import VERSION
from flows.entries import Entry, Tables, document_of
from flows.stages import Build
from flows.state import unpack

_ROWS = 20  # of documents, made at once: a quarter of a megabyte of pages, of which dozens wait for their turn
_FEW = 500  # so many rows the parent makes itself, before workers have been handed theirs


class Making(NamedTuple):
    """What a row of `documents` is made of: the packed document, its source, and what else the row says."""

    body: bytes
    source: Source
    digest: str
    about: About


class RowsJob(NamedTuple):
    """Some rows to make; jobs are numbered in the order in which their rows are wanted."""

    number: int
    making: tuple[Making, ...]


def make_rows(job: RowsJob) -> bytes:
    """The rows as a serialised record batch. Raises StateLostError on a damaged document."""
    rows = [
        document_row_of_tuples(from_bytes(unpack(m.body), m.source), digest=m.digest, **m.about) for m in job.making
    ]
    data: bytes = record_batch(rows, "documents").serialize().to_pybytes()
    return data


class Rows:
    """The rows of all tables. `digests` has the hash of each by its key."""

    def __init__(self, current: Build, tables: Tables) -> None:
        self.state, self.workers = current.state, current.workers
        by_source = sorted(tables.documents, key=lambda entry: (entry.item.source.name, entry.item.path))
        self.documents = {entry.id: entry for entry in by_source}  # like beside like compresses best
        self.removed = {row[0].id: row for row in tables.removed}
        self.quarantine = {entry.item.path: entry for entry in tables.quarantine}
        self.related = tables.related
        self.digests = self._digests()

    def _digests(self) -> dict[Table, dict[str, str]]:
        return {
            "documents": {
                key: _digest(_identity(e), e.known.digest, self._duplicates(key)) for key, e in self.documents.items()
            },
            "removed": {key: self._removed_digest(key) for key in self.removed},
            "quarantine": {key: _digest(_identity(e), e.failure) for key, e in self.quarantine.items()},
        }

    def _removed_digest(self, key: str) -> str:
        entry, *why = self.removed[key]
        if why[0] == "forgotten":
            return str(_forgotten(entry)["row_hash"])
        return _digest(_identity(entry), entry.known.digest, *why)

    def load(self, table: Table, keys: Sequence[str]) -> Iterator[Any]:
        """The rows of a table for keys, in their order; those of documents as record batches."""
        if table == "documents":
            yield from self._made(keys)
            return
        make = self._removed if table == "removed" else self._quarantined
        for key in keys:
            yield make(key, self.digests[table][key])

    def _made(self, keys: Sequence[str]) -> Iterator[Any]:
        groups = enumerate(_groups(keys))
        jobs = (RowsJob(number, tuple(map(self._making, some))) for number, some in groups)
        for data in self._in_workers(jobs) if len(keys) > _FEW and self.workers.started else map(make_rows, jobs):
            yield pa.ipc.read_record_batch(pa.py_buffer(data), SCHEMAS["documents"])

    def _in_workers(self, jobs: Iterator[RowsJob]) -> Iterator[bytes]:
        """What workers made, in the order of the jobs."""
        early: dict[int, bytes] = {}
        number = 0
        for outcome in self.workers.run(make_rows, jobs):
            # a worker that was too small for it, or was killed, says nothing against these documents
            early[outcome.job.number] = make_rows(outcome.job) if outcome.result is None else outcome.result
            while number in early:
                yield early.pop(number)
                number += 1

    def _making(self, key: str) -> Making:
        entry = self.documents[key]
        about: About = {
            "doc_id": key,
            "path": entry.item.path,
            "raw_sha256": entry.item.sha256,
            "fetched": entry.known.fetched,
            "duplicates": self._duplicates(key),
        }
        return Making(self.state.body(entry.finished), entry.item.source, self.digests["documents"][key], about)

    def _duplicates(self, key: str) -> list[Duplicate]:
        return [Duplicate(r.cluster, r.of, r.kind, r.similarity) for r in self.related.get(key, ())]

    def _removed(self, key: str, digest: str) -> dict[str, Any]:
        entry, reason, of, similarity = self.removed[key]
        if reason == "forgotten":
            return _forgotten(entry)
        return removed_row(
            document_of(entry, self.state),
            doc_id=key,
            path=entry.item.path,
            raw_sha256=entry.item.sha256,
            reason=reason,
            of=of or None,
            similarity=similarity,
            digest=digest,
        )

    def _quarantined(self, key: str, digest: str) -> dict[str, Any]:
        entry = self.quarantine[key]
        stage, error, message = entry.failure or ("", "", "")
        row = quarantine_row(entry.item.source.name, key, entry.item.sha256, stage, error, message)
        return {**row, "row_hash": digest}


def _groups(keys: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(keys)
    while some := list(islice(remaining, _ROWS)):
        yield some


def _forgotten(entry: Entry) -> dict[str, Any]:
    return forgotten_row(entry.item.source.name, entry.item.path, entry.item.sha256)


def _identity(entry: Entry) -> tuple[str, ...]:
    """What a row says besides the cleaned document."""
    source = entry.item.source
    return (source.name, source.licence, entry.item.path, entry.item.sha256, VERSION)


def _digest(*parts: Any) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
