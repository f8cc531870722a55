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

import contextlib
import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, Protocol, TypeVar

import orjson

from corpus.forgotten import Forgotten, read_forgotten
from corpus.schema import doc_id
from extractors.compression import DAMAGED
from flows.answers import answers_key
from flows.deciding import decide
from flows.entries import Entry, Tables, finished_key, prepared_key
from flows.events import are_shown, event
from flows.facts import Facts
from flows.jobs import FinishJob, PrepareJob, Result, finish, prepare
from flows.repeating import levels_key, levels_of
from flows.scan import Item, in_order, records, scan, scan_again
from flows.settings import Settings
from flows.state import State, unpack
from flows.workers import Outcome, Workers

T = TypeVar("T")
_BATCH_BYTES = 32_000_000  # of records, which the build reads for the workers
_KEEP_BYTES = 16_000_000  # of results, then they are written to the state
_KEEP_EVERY = 5.0  # seconds: what a killed build loses at most
_SCANS = 2  # of containers that change while they are read, besides the first; then they are left to the next build
_Failed = dict[str, Any]  # stage, error and message of a document that could not be read
_Kept = tuple[bytes, str, bytes, bytes]  # key, SHA-256 of the raw item, facts, body
_LIMITS = {"TimeLimit", "MemoryLimit", "WorkerDied"}  # a busy machine or a neighbour may be to blame; not CpuLimit


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
        self.forgotten = Forgotten()
        self.changed: set[str] = set()  # containers of which a record was not there any more
        self.only: Collection[str] = ()  # names of the sources to look at; all where there are none
        self.kept_keys = {answers_key()}  # of answers about many documents
        self.cleaned = 0  # documents cleaned by this build, not taken from an earlier one

    # ---- scan

    def scan(self) -> int:
        """Find and hash the raw items; returns how many. Raises RawFolderError when there is none."""
        items = scan(
            self.settings.raw,
            max_bytes=self.settings.max_bytes(),
            max_record_bytes=self.settings.max_record_bytes(),
            allow_none=self.settings.allow_shrink or bool(self.only),
            only=self.only,
        )
        self.forgotten = read_forgotten(self.settings.clean)
        self.entries = [self._entry(item) for item in items]
        event("scanned", "scan", items=len(items))
        return len(items)

    def _entry(self, item: Item) -> Entry:
        entry = Entry(item, doc_id(item.source.name, item.path))
        if self.forgotten.has(doc_id=entry.id, content=item.sha256):
            entry.forgotten = True
        elif item.problem:
            entry.failure = ("read", "Unreadable", item.problem)
        else:
            entry.prepared = prepared_key(item, item.sha256)
        return entry

    # ---- prepare: every document by itself

    def prepare_batches(self) -> Iterator[Batch]:
        """What no earlier build has prepared, in batches; the data of records is in memory for one batch at a time."""
        wanted = {entry.prepared: entry for entry in self._readable()}
        missing = self._missing("prepare", wanted)
        return self._batches(self._prepare_jobs([entry for key, entry in wanted.items() if key in missing]))

    def _prepare_jobs(self, entries: list[Entry]) -> Iterator[PrepareJob]:
        limit = self.settings.max_bytes()
        members: dict[str, dict[str, PrepareJob]] = defaultdict(dict)  # by file and record
        for entry in entries:
            item = entry.item
            job = PrepareJob(entry.prepared, item.file, item.sha256, item.source, limit, item.container, item.record)
            job = job._replace(doc_id=entry.id, path=item.path, size=item.size)
            if item.record:
                members[item.file][item.record] = job
            else:
                yield job
        for file, jobs in members.items():
            yield from self._record_jobs(file, jobs, self.settings.max_record_bytes())

    def _record_jobs(self, file: str, jobs: dict[str, PrepareJob], limit: int) -> Iterator[PrepareJob]:
        """Read a container once more for the data of its records."""
        with contextlib.suppress(OSError, *DAMAGED):
            for record in records(file, limit):
                job = jobs.get(record.name)
                if job and hashlib.sha256(record.data).hexdigest() == job.sha256:
                    yield jobs.pop(record.name)._replace(data=record.data)
        if jobs:
            self.changed.add(file)
        for job in jobs.values():
            self.failures[job.key] = ("read", "Unreadable", "its container changed while it was read; build again")

    def scan_changed(self) -> int:
        """Look again at containers that changed since they were scanned; returns how many."""
        files = sorted(self.changed)
        limits = {"max_bytes": self.settings.max_bytes(), "max_record_bytes": self.settings.max_record_bytes()}
        items = scan_again(self.settings.raw, files, **limits)
        for entry in self.entries:
            if entry.item.file in self.changed:
                self.failures.pop(entry.prepared, None)
        entries = [entry for entry in self.entries if entry.item.file not in self.changed]
        entries += [self._entry(item) for item in items]
        ranks = {id(item): rank for rank, item in enumerate(in_order(entry.item for entry in entries))}
        self.entries = sorted(entries, key=lambda entry: ranks[id(entry.item)])
        self.changed.clear()
        return len(files)

    def prepare(self, batch: Batch) -> int:
        """Prepare a batch of documents in the workers; returns how many."""
        return self._work(prepare, batch.jobs)

    # ---- finish: with the repeat counts of the source

    def finish_batches(self) -> Iterator[Batch]:
        """What no earlier build has finished, in batches. Counts the repeated blocks of every source first."""
        by_source: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._readable():
            by_source[entry.item.source.name].append(entry)
        jobs: dict[bytes, FinishJob] = {}
        for members in by_source.values():
            for entry, levels in self._levels(members):
                entry.finished = finished_key(entry.prepared, levels)
                jobs[entry.finished] = FinishJob(
                    entry.finished,
                    entry.prepared,
                    levels,
                    entry.item.source,
                    entry.item.sha256,
                    entry.id,
                    entry.item.path,
                )
        missing = self._missing("finish", jobs)
        return self._batches(jobs[key] for key in jobs if key in missing)

    def _levels(self, members: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """The documents of a source that were prepared, with how often it repeats each of their blocks."""
        sound = [entry for entry in members if entry.prepared not in self.failures]
        policy, prepared = members[0].item.source.duplicates, [entry.prepared for entry in sound]
        key = levels_key(policy, prepared)
        self.kept_keys.add(key)
        found = dict(zip(prepared, levels_of(self.state, key, policy, prepared), strict=True))
        failed = [entry for entry in members if found.get(entry.prepared) is None]
        reasons = dict(self._facts(entry.prepared for entry in failed))
        for entry in failed:
            self._fail(entry, entry.prepared, reasons.get(entry.prepared))
        for entry in sound:
            if (some := found[entry.prepared]) is not None:
                yield entry, some

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
        known = dict(self._finished(entry.finished for entry in self._readable()))
        for entry in self._readable():
            found = known.get(entry.finished)
            if not isinstance(found, Facts):
                self._fail(entry, entry.finished, found)
                continue
            entry.facts = found
            if self.forgotten.has(text=found.text_sha256, urls=[found.url]):
                entry.forgotten = True
        return decide(self.entries, self.state, self.kept_keys)

    def used_keys(self) -> set[bytes]:
        """Keys of the results that this build used."""
        return {key for entry in self.entries for key in (entry.prepared, entry.finished) if key} | self.kept_keys

    # ---- shared

    def _readable(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.readable)

    def _missing(self, stage: str, keys: Collection[bytes]) -> set[bytes]:
        """The keys that have no result yet."""
        known = self.state.known(keys)
        missing = {key for key in keys if key not in known and key not in self.failures}
        self.progress.stage(stage, total=len(keys), done=len(keys) - len(missing))
        return missing

    def _batches(self, jobs: Iterable[Any]) -> Iterator[Batch]:
        """Batches of so many documents, or fewer where they are large: the data of one batch is in memory."""
        some: list[Any] = []
        size = 0
        for job in jobs:
            some.append(job)
            size += len(getattr(job, "data", b""))
            if len(some) >= self.settings.batch_documents or size >= _BATCH_BYTES:
                yield Batch(some)
                some, size = [], 0
        if some:
            yield Batch(some)

    def _work(self, function: Callable[[Any], Result], jobs: Iterable[Any], *, alone: bool = False) -> int:
        done, kept_at = 0, time.monotonic()
        results: list[_Kept] = []
        for outcome in self.workers.run(function, jobs, alone=alone, size=attrgetter("size")):
            self._collect(function, outcome, results, alone=alone)
            done += 1
            self.progress.advance()
            size = sum(len(kept[-1]) for kept in results) if len(results) % 32 == 0 else 0
            if size > _KEEP_BYTES or time.monotonic() - kept_at > _KEEP_EVERY:
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
                self._say("retried", function, job, outcome.error, outcome.message)
            else:
                self._say("failed", function, job, outcome.error, outcome.message)
                self.failures[job.key] = ("process", outcome.error, outcome.message)
            return
        self.cleaned += function is prepare
        for message in result.warnings:
            self._say("warned", function, job, message=message)
        if not result.cacheable:
            facts = orjson.loads(unpack(result.facts))
            self.failures[job.key] = (facts["stage"], facts["error"], facts["message"])
            self._say("failed", function, job, facts["error"], facts["message"])
        elif result.sha256 and result.sha256 != job.sha256:
            self._file_changed(job, result, results)
        else:
            results.append((job.key, job.sha256, result.facts, result.body))
            self._say("done", function, job)

    def _say(self, name: str, function: Callable[[Any], Result], job: Any, error: str = "", message: str = "") -> None:
        if are_shown():
            why = {name: value for name, value in (("error", error), ("message", message)) if value}
            event(name, function.__name__, doc_id=job.doc_id, path=job.path, **why)

    def _file_changed(self, job: PrepareJob, result: Result, results: list[Any]) -> None:
        """The file was written to between scan and reading: what was parsed is what counts."""
        for entry in self.entries:
            if entry.item.file == job.file:
                entry.item = replace(entry.item, sha256=result.sha256)
                entry.prepared = prepared_key(entry.item, result.sha256)
                results.append((entry.prepared, result.sha256, result.facts, result.body))
            elif entry.prepared == job.key:  # another file with the content this one had
                self.retries.append((prepare, job._replace(file=entry.item.file)))

    def _finished(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, Facts | _Failed]]:
        for key, facts in self._facts(keys):
            yield key, Facts.from_json(facts) if facts["ok"] else facts

    def _facts(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, dict[str, Any]]]:
        return ((key, orjson.loads(facts)) for key, facts in self.state.facts(dict.fromkeys(k for k in keys if k)))

    def _fail(self, entry: Entry, key: bytes, facts: _Failed | None) -> None:
        if key in self.failures:
            entry.failure = self.failures[key]
        elif facts:
            entry.failure = (facts["stage"], facts["error"], facts["message"])
        else:
            entry.failure = ("process", "WorkerDied", "no result came back")


def run(build: Build, call: Call) -> Tables:
    """All stages up to the tables, each through `call`."""
    call("scan", build.scan)
    for number, batch in enumerate(build.prepare_batches(), 1):
        call(f"prepare-{number}", build.prepare, batch)
    for _ in range(_SCANS):
        if build.changed:
            call("scan-changed", build.scan_changed)
            for number, batch in enumerate(build.prepare_batches(), 1):
                call(f"prepare-changed-{number}", build.prepare, batch)
    if build.retries:
        call("retry-alone", build.retry_alone)
    for number, batch in enumerate(build.finish_batches(), 1):
        call(f"finish-{number}", build.finish, batch)
    if build.retries:
        call("retry-alone", build.retry_alone)
    return call("decide", build.decide)
