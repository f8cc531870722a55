"""One build from lock to published snapshot, and what it did.

`build` is what both `limpide build --no-prefect` and the Prefect flow run. It holds the lock of the corpus, so there is
one writer; it publishes a whole snapshot or none; and it can be killed at any moment, the next build puts things right.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console

from corpus.card import CorpusSummary, LabelCount, SourceSummary
from corpus.errors import CorpusError
from corpus.lock import corpus_lock
from corpus.publish import clean_up, publish
from corpus.reading import latest
from corpus.snapshot import read_manifest, shard_batches
from corpus.source import Source
from flows.entries import Entry, Tables
from flows.events import are_shown, event, shown
from flows.fingerprint import fingerprint
from flows.forgetting import finish_forgetting, remember_as_forgotten, report_of
from flows.memory import give_back
from flows.progress import watching
from flows.rows import Rows
from flows.scan import holds_nothing, look_at, no_items
from flows.settings import Settings, load_settings
from flows.stages import Build, Call, Progress, run
from flows.state import State, StateLostError
from flows.workers import Workers

T = TypeVar("T")


@dataclass(slots=True)
class SourceReport:
    """What became of one source's raw items."""

    source: Source
    documents: int = 0
    removed: Counter[str] = field(default_factory=Counter)  # by reason
    quarantined: int = 0
    raw_characters: int = 0  # of the documents
    characters: int = 0
    removed_characters: Counter[str] = field(default_factory=Counter)  # by label
    repairs: int = 0


@dataclass(slots=True)
class Report:
    """What a build did."""

    sources: list[SourceReport]
    quarantine: list[tuple[str, str, str, str]]  # path, stage, error, message
    cleaned: int  # documents cleaned now; the others were known
    snapshot: Path | None  # what was published, None when nothing was new
    latest: Path


def run_build(console: Console, *, prefect: bool, config: Path | None, **options: Any) -> Report:
    """Run a build for the command line, with or without Prefect, and show its progress on `console`.

    What can be seen to be wrong at once (settings, raw folder, rules, lock) is said before Prefect starts.
    """
    settings = load_settings(config, **options)
    look_at(settings.raw)
    if not settings.allow_shrink and holds_nothing(settings.raw):
        raise no_items(settings.raw)
    with corpus_lock(settings.clean):
        pass
    with watching(console) as progress:
        if not prefect:
            return build(settings, progress, plainly)
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # what fails is said by us, in one line
        from flows.build import run_flow

        parameters = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
        return run_flow(progress, config=str(config) if config else None, **parameters)


def plainly(_name: str, function: Callable[..., T], /, *args: Any) -> T:
    """Run a stage without Prefect."""
    return function(*args)


def build(settings: Settings, progress: Progress, call: Call) -> Report:
    """Bring the corpus up to date with raw/.

    Raises LimpideError when there is nothing to build from, another build is running, or the corpus cannot be written;
    clean/latest is then as it was.
    """
    with shown(settings.log), corpus_lock(settings.clean):
        clean_up(settings.clean)
        with State(settings.clean / "state") as state:
            try:
                return _build(settings, state, progress, call)
            except StateLostError as error:
                event("state-lost", "state", message=str(error))
                state.discard()
                return _build(settings, state, progress, call)


def _build(settings: Settings, state: State, progress: Progress, call: Call) -> Report:
    finish_forgetting(settings, state)
    with Workers(settings.worker_count(), settings.limits()) as workers:
        current = Build(settings, state, workers, progress)
        tables = run(current, call)
        give_back()
        return call("publish", _publish, current, tables)


def check_shrink(settings: Settings, entries: Sequence[Entry]) -> None:
    """Refuse to publish when so much of a source is gone from raw/ that a disk may be missing.

    Raises CorpusError naming the source and what to do.
    """
    if settings.allow_shrink:
        return
    published, quarantined = published_paths(settings.clean)
    here = {entry.item.path for entry in entries if not entry.unread or entry.item.path in quarantined}
    for source, before in published.items():
        gone = len(before - here)
        if gone > settings.shrink_share * len(before):
            raise CorpusError(
                f"{gone:,} of {len(before):,} raw items of {source} left {settings.raw} or can no longer be read since "
                f"the last snapshot, so nothing was published; if that is meant, build with --allow-shrink "
                f"(the limit is shrink_share = {settings.shrink_share})"
            )


def published_paths(clean: Path) -> tuple[dict[str, set[str]], set[str]]:
    """Paths in the latest snapshot, by source, and those in quarantine; none when there is none that can be read."""
    paths: dict[str, set[str]] = {}
    quarantined: set[str] = set()
    try:
        snapshot = latest(clean)
        for shard in read_manifest(snapshot).files:
            for batch in shard_batches(snapshot, shard, columns=["source", "path"]):
                for source, path in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    paths.setdefault(source, set()).add(path)
                    if shard.path.startswith("quarantine/"):
                        quarantined.add(path)
    except CorpusError:
        return {}, set()
    return paths, quarantined


def _publish(current: Build, tables: Tables) -> Report:
    settings = current.settings
    check_shrink(settings, current.entries)
    if tables.forgotten:
        contents = {entry.item.sha256 for entry in tables.forgotten}
        remember_as_forgotten(settings.clean, {entry.id for entry in tables.forgotten}, contents)
        current.state.forget(contents)
    sources = report_sources(current.entries, tables)
    rows = Rows(current, tables)
    published = publish(
        settings.clean,
        rows.digests,
        rows.load,
        rules_hash=rules_hash(current.entries),
        keep=settings.keep_snapshots,
        summary=summarise(sources, tables),
        report=_report,
    )
    _say_what_became_of(tables)
    event("published" if published else "nothing-new", "publish", snapshot=published.id if published else None)
    current.state.keep_only(current.used_keys())
    return Report(
        sources,
        [(e.item.path, *e.failure) for e in tables.quarantine if e.failure],
        current.cleaned,
        published.path if published else None,
        settings.clean / "latest",
    )


def _report(folder: Path, parent: Path | None) -> None:
    """The report reads the snapshot that was just written, when its shards need not be in memory any more."""
    give_back()
    report_of(folder, parent)


def _say_what_became_of(tables: Tables) -> None:
    if not are_shown():
        return
    for entry in tables.documents:
        event("kept", "decide", doc_id=entry.id, path=entry.item.path, characters=entry.known.characters)
    for entry, reason, of, similarity in tables.removed:
        event("removed", "decide", doc_id=entry.id, path=entry.item.path, reason=reason, of=of, similarity=similarity)
    for entry in tables.quarantine:
        stage, error, message = entry.failure or ("", "", "")
        event("quarantined", stage, doc_id=entry.id, path=entry.item.path, error=error, message=message)


def rules_hash(entries: Sequence[Entry]) -> str:
    """Hash of everything but raw/ that decides what the corpus is: code, libraries, rules of the sources."""
    rules = sorted({entry.item.source.rules_key() for entry in entries})
    return hashlib.blake2b("\0".join([fingerprint(), *rules]).encode(), digest_size=16).hexdigest()


def report_sources(entries: Sequence[Entry], tables: Tables) -> list[SourceReport]:
    """Counts per source, in order of their names."""
    reports: dict[str, SourceReport] = {}
    for entry in entries:
        reports.setdefault(entry.item.source.name, SourceReport(entry.item.source))
    for entry in tables.documents:
        report = reports[entry.item.source.name]
        report.documents += 1
        report.raw_characters += entry.known.raw_characters
        report.characters += entry.known.characters
        report.removed_characters.update({name: n.removed for name, n in entry.known.labels().items() if n.removed})
        report.repairs += entry.known.repairs
    for entry, reason, _, _ in tables.removed:
        reports[entry.item.source.name].removed[reason] += 1
    for entry in tables.quarantine:
        reports[entry.item.source.name].quarantined += 1
    return [reports[name] for name in sorted(reports)]


def summarise(reports: Sequence[SourceReport], tables: Tables) -> CorpusSummary:
    """What the dataset card tells."""
    edits, characters = Counter[str](), Counter[str]()
    for entry in tables.documents:
        for label, counted in entry.known.labels().items():
            edits[label] += counted.edits
            characters[label] += counted.characters
    languages = Counter(entry.known.language for entry in tables.documents if entry.known.language)
    return CorpusSummary(
        sources=[_source_summary(report) for report in reports],
        languages=dict(languages),
        labels={label: LabelCount(edits[label], characters[label]) for label in edits},
        reasons=dict(sum((report.removed for report in reports), Counter[str]())),
        errors=dict(Counter(entry.failure[1] for entry in tables.quarantine if entry.failure)),
    )


def _source_summary(report: SourceReport) -> SourceSummary:
    return SourceSummary(
        name=report.source.name,
        title=report.source.title,
        licence=report.source.licence,
        documents=report.documents,
        removed=sum(report.removed.values()),
        quarantined=report.quarantined,
        raw_characters=report.raw_characters,
        characters=report.characters,
    )
