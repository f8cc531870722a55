"""Taking forgotten documents out of every kept snapshot.

Snapshots are never changed in place: readers hold them open, and shards are hard-linked between them. Each one that
holds a forgotten document, and each one behind it, is written anew under another name, the oldest first; then `latest`
moves to the newest in one step, and the old ones go. Whoever stops this at any moment leaves the old chain or the new
one, and doing it again comes to the same end.

In the place of a forgotten document stands a row of `removed` with the reason `forgotten`, without text, title or
address, so that every raw item still is in exactly one table.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.card import UNKNOWN_LICENCE, CorpusSummary, LabelCount, SourceSummary
from corpus.files import disk_error, swap_link
from corpus.forgotten import Forgotten, url_hash
from corpus.publish import Report, rewrite
from corpus.reading import LATEST, SNAPSHOTS
from corpus.schema import KEYS, TABLES, Table, doc_id, forgotten_row
from corpus.snapshot import (
    TEMPORARY_LINK,
    Manifest,
    chain,
    prune,
    read_manifest,
    shard_batches,
)

_ALL = 1_000_000  # more snapshots than anyone keeps
_COLUMNS: dict[Table, list[str]] = {
    "documents": ["doc_id", "source", "path", "url", "canonical_url", "raw_sha256", "text_sha256", "row_hash"],
    "removed": ["doc_id", "source", "path", "url", "text", "raw_sha256", "reason", "row_hash"],
    "quarantine": ["source", "path", "raw_sha256", "row_hash"],
}
REASON = "forgotten"


@dataclass(slots=True)
class _Rows:
    """The rows of a snapshot without the forgotten ones, as `publish` takes them."""

    hashes: dict[Table, dict[str, str]] = field(default_factory=lambda: {table: {} for table in TABLES})
    forgotten: dict[str, dict[str, Any]] = field(default_factory=dict)

    def load(self, _table: Table, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        return (self.forgotten[key] for key in keys)


def find(clean: Path, targets: Iterable[str]) -> Forgotten:
    """What is known in the kept snapshots of documents with these ids or addresses.

    Raises DamagedSnapshot on one that cannot be read.
    """
    wanted = set(targets)
    asked = Forgotten(ids=frozenset(wanted), urls=frozenset(url_hash(target) for target in wanted))
    ids, contents, texts = set(wanted), set[str](), set[str]()
    for _, manifest in _snapshots(clean):
        for table in TABLES:
            for row in _rows(clean, manifest, table):
                if _is_forgotten(row, asked) and row.get("reason") != REASON:
                    ids.add(row["doc_id"])
                    contents.update(filter(None, [row["raw_sha256"]]))
                    texts.update(filter(None, [row["text_sha256"]]))
    ids = {name for name in ids if "/" not in name}
    return Forgotten(frozenset(ids), frozenset(contents), frozenset(texts), asked.urls)


def take_out(
    clean: Path, forgotten: Forgotten, titles: Mapping[str, str], report: Callable[[Path, Path | None], None]
) -> int:
    """Write the kept snapshots anew without the forgotten documents; returns how many rows went.

    To be called under the lock. `titles` are those of the sources, for the dataset cards; `report` writes the report
    of a snapshot, given its folder and its parent's. Raises CorpusError; `latest` is then as it was.
    """
    try:
        return _take_out(clean, forgotten, titles, report)
    except OSError as error:
        what = f"cannot write the snapshots anew; the corpus in {clean} stays as published before, and what is to be"
        raise disk_error(f"{what} forgotten is still in it", error) from error


def _take_out(
    clean: Path, forgotten: Forgotten, titles: Mapping[str, str], report: Callable[[Path, Path | None], None]
) -> int:
    count = 0
    parent: str | None = None
    renamed = False
    kept = chain(clean, _ALL)
    for name in reversed(kept):
        manifest = read_manifest(clean / SNAPSHOTS / name)
        rows, gone = _without(clean, manifest, forgotten)
        count += gone
        if gone or renamed:
            summary = _summary(clean, manifest, rows, titles)
            parent = rewrite(
                clean, name, parent, rows.hashes, rows.load, summary, _compared_with(clean, parent, report)
            )
            renamed = True
        else:
            parent = name
    if renamed:
        swap_link(clean / LATEST, f"{SNAPSHOTS}/{parent}", clean / f"{TEMPORARY_LINK}{parent}")
    if kept:
        prune(clean, len(kept))
    return count


def contents(clean: Path) -> set[str]:
    """SHA-256 of the raw items that kept snapshots hold rows of, but for the forgotten ones.

    Raises DamagedSnapshot on one that cannot be read.
    """
    found: set[str] = set()
    for _, manifest in _snapshots(clean):
        for table in TABLES:
            rows = _rows(clean, manifest, table)
            found.update(row["raw_sha256"] for row in rows if row["raw_sha256"] and row.get("reason") != REASON)
    return found


def _compared_with(clean: Path, parent: str | None, report: Callable[[Path, Path | None], None]) -> Report:
    return lambda folder, _: report(folder, clean / SNAPSHOTS / parent if parent else None)


def _snapshots(clean: Path) -> Iterator[tuple[str, Manifest]]:
    for name in chain(clean, _ALL):
        yield name, read_manifest(clean / SNAPSHOTS / name)


def _rows(clean: Path, manifest: Manifest, table: Table) -> Iterator[dict[str, Any]]:
    """What is needed of each row; `text_sha256` and `doc_id` for every table."""
    for shard in manifest.shards(table):
        for batch in shard_batches(clean / SNAPSHOTS / manifest.id, shard, columns=_COLUMNS[table]):
            for row in batch.to_pylist():
                text = row.pop("text", None)
                row.setdefault("text_sha256", hashlib.sha256(text.encode()).hexdigest() if text else None)
                row.setdefault("doc_id", doc_id(row["source"], row["path"]))
                yield row


def _is_forgotten(row: Mapping[str, Any], forgotten: Forgotten) -> bool:
    return forgotten.has(
        doc_id=row["doc_id"],
        content=row["raw_sha256"],
        text=row["text_sha256"],
        urls=(row.get("url"), row.get("canonical_url")),
    )


def _without(clean: Path, manifest: Manifest, forgotten: Forgotten) -> tuple[_Rows, int]:
    """The rows that stay, with a row for each that goes, and how many go."""
    rows = _Rows()
    for table in TABLES:
        for row in _rows(clean, manifest, table):
            if row.get("reason") != REASON and _is_forgotten(row, forgotten):
                rows.forgotten[row["doc_id"]] = forgotten_row(row["source"], row["path"], row["raw_sha256"])
            else:
                rows.hashes[table][row[KEYS[table]]] = row["row_hash"]
    rows.hashes["removed"].update({key: row["row_hash"] for key, row in rows.forgotten.items()})
    return rows, len(rows.forgotten)


def _summary(clean: Path, manifest: Manifest, rows: _Rows, titles: Mapping[str, str]) -> CorpusSummary:
    """What the dataset card tells, counted in the tables."""
    count = _Count()
    for batch in _staying(clean, manifest, rows, "documents", _COUNTED):
        count.documents(batch)
    for batch in _staying(clean, manifest, rows, "removed", ["source", "reason"]):
        for row in batch.to_pylist():
            count.removed(row["source"], row["reason"])
    for batch in _staying(clean, manifest, rows, "quarantine", ["source", "error"]):
        for row in batch.to_pylist():
            count.sources.setdefault(row["source"], Counter())["quarantined"] += 1
            count.errors[row["error"]] += 1
    for row in rows.forgotten.values():
        count.removed(row["source"], REASON)
    return count.summary(titles)


_COUNTED = ["source", "licence", "language", "text", "raw_text", "edits"]


def _staying(clean: Path, manifest: Manifest, rows: _Rows, table: Table, columns: list[str]) -> Iterator[Any]:
    """The rows of a table that are not forgotten, some columns of them."""
    for shard in manifest.shards(table):
        for batch in shard_batches(clean / SNAPSHOTS / manifest.id, shard, columns=[*columns, KEYS[table]]):
            keys = batch[KEYS[table]].to_pylist()
            yield batch.filter(pa.array([key in rows.hashes[table] and key not in rows.forgotten for key in keys]))


class _Count:
    """Counts rows for the card."""

    def __init__(self) -> None:
        self.sources: dict[str, Counter[str]] = {}
        self.licences: dict[str, str] = {}
        self.languages, self.edits, self.characters = Counter[str](), Counter[str](), Counter[str]()
        self.reasons, self.errors = Counter[str](), Counter[str]()

    def documents(self, batch: Any) -> None:
        lengths, raw_lengths = (pc.utf8_length(batch[name]).to_pylist() for name in ("text", "raw_text"))
        rows = zip(*(batch[name].to_pylist() for name in _COUNTED[:3]), lengths, raw_lengths, strict=True)
        for source, licence, language, length, raw_length in rows:
            self.licences[source] = licence
            numbers = self.sources.setdefault(source, Counter())
            numbers.update(documents=1, characters=length, raw_characters=raw_length)
            self.languages.update([language] if language else [])
        edits = pc.list_flatten(batch["edits"])
        labels, before = (pc.struct_field(edits, name) for name in ("label", "before"))
        for label, length in zip(labels.to_pylist(), pc.utf8_length(before).to_pylist(), strict=True):
            self.edits[label] += 1
            self.characters[label] += length

    def removed(self, source: str, reason: str) -> None:
        self.sources.setdefault(source, Counter())["removed"] += 1
        self.reasons[reason] += 1

    def summary(self, titles: Mapping[str, str]) -> CorpusSummary:
        sources = [
            SourceSummary(name, titles.get(name, ""), self.licences.get(name, UNKNOWN_LICENCE), **numbers)
            for name, numbers in sorted(self.sources.items())
        ]
        labels = {label: LabelCount(count, self.characters[label]) for label, count in self.edits.items()}
        return CorpusSummary(sources, self.languages, labels, self.reasons, self.errors)
