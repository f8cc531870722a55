"""The last stage before publishing: all documents together decide which of them stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence

from corpus.copies import Copies, Looked
from flows.answers import copies_among, copies_key
from flows.entries import Entry, Tables, document_of
from flows.state import State

OLDER = "older-version"


def decide(entries: Sequence[Entry], state: State, used: set[bytes]) -> Tables:
    """Put every raw item into exactly one of the three tables.

    Entries that were neither forgotten nor failed have the facts of a finished document. `used` takes the key under
    which the state has the copies.
    """
    tables = Tables(quarantine=[entry for entry in entries if entry.failure is not None])
    tables.forgotten = [entry for entry in entries if entry.forgotten]
    tables.removed += [(entry, "forgotten", "", None) for entry in tables.forgotten]
    finished = [entry for entry in entries if entry.readable]
    newest = newest_versions(finished)
    for entry in finished:
        if entry.id in newest:
            tables.removed.append((entry, OLDER, newest[entry.id], None))
        elif entry.known.empty:
            reason = "no-text-layer" if entry.known.textless else "empty"
            tables.removed.append((entry, reason, "", None))
        else:
            tables.documents.append(entry)
    stay = {entry.id for entry in tables.documents}
    looked = [_looked(entry) for entry in tables.documents]
    key = copies_key(looked)
    used.add(key)
    copies = copies_among(looked, _text_of(tables.documents, state), state, key)
    tables.removed = [
        (entry, reason, _kept_instead(of, copies, stay) if reason == OLDER else of, similarity)
        for entry, reason, of, similarity in tables.removed
    ]
    tables.removed += [(e, *copies.dropped[e.id]) for e in tables.documents if e.id in copies.dropped]
    tables.documents = [entry for entry in tables.documents if entry.id not in copies.dropped]
    tables.related = copies.related
    return tables


def _text_of(entries: Sequence[Entry], state: State) -> Callable[[str], str]:
    keys = {entry.id: entry for entry in entries}

    def load(key: str) -> str:
        return document_of(keys[key], state).text

    return load


def _looked(entry: Entry) -> Looked:
    """What finding copies needs of a document."""
    source, facts = entry.item.source, entry.known
    return Looked(
        key=entry.id,
        policy=source.duplicates,
        priority=source.priority,
        words=facts.words,
        text_sha256=facts.text_sha256,
        raw_sha256=entry.item.sha256,
        signature=facts.signature,
    )


def _kept_instead(newest: str, copies: Copies, looked: Container[str]) -> str:
    """Which document stays in the place of an older version: the newest one, or what that is a copy of; "" for none."""
    if newest in copies.dropped:
        return copies.dropped[newest].of
    return newest if newest in looked else ""


def newest_versions(entries: Iterable[Entry]) -> dict[str, str]:
    """Records of one source with the same URL are versions of a page: id of each older one -> id of the newest."""
    versions: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.item.record and entry.known.url:
            versions[entry.item.source.name, entry.known.url].append(entry)
    older: dict[str, str] = {}
    for members in versions.values():
        newest = max(members, key=lambda e: (e.known.fetched or "", e.item.sha256, e.id))
        older.update((e.id, newest.id) for e in members if e is not newest)
    return older
