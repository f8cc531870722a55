"""The stages of a build, in plain Python: scan, prepare, finish, decide, publish.

`Build` knows nothing of Prefect. `run` calls its stages in order through `call`, which either just calls them
(`limpide build --no-prefect`) or makes each a task of the flow (flows/build.py).

A raw item's results are keyed by content, so what an earlier build found is used again wherever it still fits:

    prepared   bytes, source rules, code                         -> document with proposals, keys of its blocks
    finished   prepared + how often the source repeats its blocks -> clean document

Everything after that (duplicates, tables, snapshot) is decided anew by each build from all documents, which is what
makes the corpus a pure function of raw/ and the rules.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import orjson

from corpus.duplicates import exact_duplicates
from corpus.repeats import count_blocks, repeat_levels
from corpus.schema import doc_id
from flows.fingerprint import fingerprint
from flows.jobs import FinishJob, PrepareJob, Result, finish, prepare
from flows.scan import Item, scan
from flows.settings import Settings
from flows.state import State, unpack
from flows.workers import Outcome, Workers

T = TypeVar("T")
_MEGABYTE = 1_000_000
_KEEP_EVERY = 5.0  # seconds: what a killed build loses at most
_LIMITS = {"TimeLimit", "MemoryLimit", "WorkerDied"}


class Progress(Protocol):
    """What a build tells whoever watches."""

    def stage(self, name: str, total: int, done: int = 0) -> None:
        """A stage begins: `total` documents, of which `done` are known from earlier builds."""

    def advance(self, count: int = 1) -> None:
        """Documents were worked off."""


class Call(Protocol):
    """Runs one stage or batch, as a plain call or as a task."""

    def __call__(self, name: str, function: Callable[..., T], /, *args: Any) -> T:
        """Run `function(*args)` under that name."""


@dataclass(slots=True)
class Entry:
    """A raw item on its way through the build."""

    item: Item
    id: str
    prepared: bytes = b""  # key of its results in the state
    finished: bytes = b""
    facts: dict[str, Any] = field(default_factory=dict)
    failure: tuple[str, str, str] | None = None  # stage, error, message


class Batch:
    """Jobs of one task (an opaque object, so that Prefect does not look into it)."""

    __slots__ = ("jobs",)

    def __init__(self, jobs: Sequence[Any]) -> None:
        self.jobs = jobs

    def __repr__(self) -> str:
        return f"<batch of {len(self.jobs)} documents>"


class Build:
    """One build: its raw items and what is known of each."""

    def __init__(self, settings: Settings, state: State, workers: Workers, progress: Progress) -> None:
        self.settings, self.state, self.workers, self.progress = settings, state, workers, progress
        self.entries: list[Entry] = []
        self.retries: list[Any] = []
        self.failures: dict[bytes, tuple[str, str, str]] = {}  # by key: results that must not be kept
        self.cleaned = 0  # documents cleaned by this build, not taken from an earlier one

    # ---- scan

    def scan(self) -> int:
        """Find and hash the raw items; returns how many. Raises RawFolderError when there is none."""
        items = scan(self.settings.raw, max_bytes=self.settings.max_file_mb * _MEGABYTE)
        self.entries = [self._entry(item) for item in items]
        return len(items)

    def _entry(self, item: Item) -> Entry:
        entry = Entry(item, doc_id(item.source.name, item.path))
        if item.problem:
            entry.failure = ("read", "Unreadable", item.problem)
        else:
            entry.prepared = prepared_key(item, item.sha256)
        return entry

    # ---- prepare: every document by itself

    def prepare_batches(self) -> Iterator[Batch]:
        """What no earlier build has prepared, in batches."""
        jobs = {e.prepared: PrepareJob(e.prepared, e.item.file, e.item.sha256, e.item.source) for e in self._readable()}
        return self._batches("prepare", jobs)

    def prepare(self, batch: Batch) -> int:
        """Prepare a batch of documents in the workers; returns how many."""
        return self._work(prepare, batch.jobs)

    # ---- finish: with the repeat counts of the source

    def finish_batches(self) -> Iterator[Batch]:
        """What no earlier build has finished, in batches. Counts the repeated blocks of every source first."""
        known = self._facts(entry.prepared for entry in self._readable())
        by_source: dict[str, list[tuple[Entry, list[int]]]] = defaultdict(list)
        for entry in self._readable():
            facts = known.get(entry.prepared)
            if facts is None or not facts["ok"]:
                self._fail(entry, entry.prepared, facts)
            else:
                by_source[entry.item.source.name].append((entry, facts["keys"]))
        levels: dict[bytes, FinishJob] = {}
        for members in by_source.values():
            counts = count_blocks(keys for _, keys in members)
            for entry, keys in members:
                job_levels = repeat_levels(keys, counts)
                entry.finished = finished_key(entry.prepared, job_levels)
                levels[entry.finished] = FinishJob(entry.finished, entry.prepared, job_levels)
        return self._batches("finish", levels)

    def finish(self, batch: Batch) -> int:
        """Finish a batch of documents in the workers; returns how many."""
        jobs = (job._replace(prepared=self.state.body(job.prepared)) for job in batch.jobs)
        return self._work(finish, jobs)

    def retry_alone(self) -> int:
        """Try documents that ran into a limit once more, one at a time, so that no neighbour is to blame."""
        count = 0
        while self.retries:
            function, job = self.retries.pop()
            count += self._work(function, [job], alone=True)
        return count

    # ---- decide: all documents together

    def decide(self) -> Tables:
        """Put every raw item into exactly one of the three tables."""
        known = self._facts(entry.finished for entry in self._readable())
        for entry in self._readable():
            entry.facts = known.get(entry.finished) or {}
            if not entry.facts.get("ok"):
                self._fail(entry, entry.finished, entry.facts or None)
        documents = [e for e in self.entries if e.failure is None and e.facts["characters"]]
        tables = Tables(quarantine=[e for e in self.entries if e.failure is not None])
        tables.removed = [
            (e, "empty", "", None) for e in self.entries if e.failure is None and not e.facts["characters"]
        ]
        ranked = [(e.id, _rank(e), e.facts["text_sha256"]) for e in documents if e.item.source.duplicates == "drop"]
        copies = exact_duplicates(ranked)
        tables.documents = [e for e in documents if e.id not in copies]
        tables.removed += [(e, "exact-duplicate", copies[e.id], 1.0) for e in documents if e.id in copies]
        return tables

    def used_keys(self) -> set[bytes]:
        """Keys of the results that this build used."""
        return {key for entry in self.entries for key in (entry.prepared, entry.finished) if key}

    # ---- shared

    def _readable(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.failure is None)

    def _batches(self, stage: str, jobs: dict[bytes, Any]) -> Iterator[Batch]:
        known = self.state.known(jobs)
        missing = [job for key, job in jobs.items() if key not in known and key not in self.failures]
        self.progress.stage(stage, total=len(jobs), done=len(jobs) - len(missing))
        size = self.settings.batch_documents
        return (Batch(missing[i : i + size]) for i in range(0, len(missing), size))

    def _work(self, function: Callable[[Any], Result], jobs: Iterable[Any], *, alone: bool = False) -> int:
        done, kept_at = 0, time.monotonic()
        results: list[tuple[bytes, bytes, bytes]] = []
        for outcome in self.workers.run(function, jobs, alone=alone):
            self._collect(function, outcome, results, alone=alone)
            done += 1
            self.progress.advance()
            if time.monotonic() - kept_at > _KEEP_EVERY:
                self.state.put(results)
                results, kept_at = [], time.monotonic()
        self.state.put(results)
        return done

    def _collect(
        self, function: Callable[[Any], Result], outcome: Outcome[Any, Result], results: list[Any], *, alone: bool
    ) -> None:
        job, result = outcome.job, outcome.result
        if result is None:
            if outcome.error in _LIMITS and not alone:
                self.retries.append((function, job))
            else:
                self.failures[job.key] = ("process", outcome.error, outcome.message)
            return
        self.cleaned += function is prepare
        if not result.cacheable:
            facts = orjson.loads(unpack(result.facts))
            self.failures[job.key] = (facts["stage"], facts["error"], facts["message"])
        elif result.sha256 and result.sha256 != job.sha256:
            self._file_changed(job, result, results)
        else:
            results.append((job.key, result.facts, result.body))

    def _file_changed(self, job: PrepareJob, result: Result, results: list[Any]) -> None:
        """The file was written to between scan and reading: what was parsed is what counts."""
        for entry in self.entries:
            if entry.item.file == job.file:
                entry.item = _with_hash(entry.item, result.sha256)
                entry.prepared = prepared_key(entry.item, result.sha256)
                results.append((entry.prepared, result.facts, result.body))
            elif entry.prepared == job.key:  # another file with the content this one had
                self.retries.append((prepare, job._replace(file=entry.item.file)))

    def _facts(self, keys: Iterable[bytes]) -> dict[bytes, dict[str, Any]]:
        return {key: orjson.loads(facts) for key, facts in self.state.facts(dict.fromkeys(k for k in keys if k))}

    def _fail(self, entry: Entry, key: bytes, facts: dict[str, Any] | None) -> None:
        if key in self.failures:
            entry.failure = self.failures[key]
        elif facts:
            entry.failure = (facts["stage"], facts["error"], facts["message"])
        else:
            entry.failure = ("process", "WorkerDied", "no result came back")


@dataclass(slots=True)
class Tables:
    """Where every raw item goes. A removed one comes with reason, id of the document that stays, similarity."""

    documents: list[Entry] = field(default_factory=list)
    removed: list[tuple[Entry, str, str, float | None]] = field(default_factory=list)
    quarantine: list[Entry] = field(default_factory=list)


def run(build: Build, call: Call) -> Tables:
    """All stages up to the tables, each through `call`."""
    call("scan", build.scan)
    for number, batch in enumerate(build.prepare_batches(), 1):
        call(f"prepare-{number}", build.prepare, batch)
    if build.retries:
        call("retry-alone", build.retry_alone)
    for number, batch in enumerate(build.finish_batches(), 1):
        call(f"finish-{number}", build.finish, batch)
    if build.retries:
        call("retry-alone", build.retry_alone)
    return call("decide", build.decide)


def prepared_key(item: Item, sha256: str) -> bytes:
    """Key of a prepared document: bytes, file name ending (a tie-breaker of sniffing), source rules, code."""
    ending = item.path.rpartition("/")[2].rpartition(".")[2].lower()
    parts = ["prepared", sha256, ending, item.source.rules_key(), fingerprint()]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def finished_key(prepared: bytes, levels: Sequence[int]) -> bytes:
    """Key of a finished document: the prepared one, and the repeat level of each of its blocks."""
    return hashlib.blake2b(b"finished\0" + prepared + bytes(levels), digest_size=16).digest()


def _rank(entry: Entry) -> tuple[int, str]:
    """Among equal texts that of the source with the highest priority stays, then that with the lowest id."""
    return (-entry.item.source.priority, entry.id)


def _with_hash(item: Item, sha256: str) -> Item:
    return Item(item.source, item.path, item.file, sha256, item.size)
