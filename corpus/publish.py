"""Publishing a corpus: a new snapshot beside the old ones, and `latest` moved to it in one step.

The caller says which rows the corpus holds now, by key and row hash. What the latest snapshot has already is taken from
there: shards in which nothing changed get a second name (a hard link), other rows that stay are copied as Arrow
batches, and only rows that are new are asked for. A corpus that did not change publishes nothing.

Readers never see anything unfinished. All is written into a folder whose name begins with a dot, flushed, renamed, and
only then does `latest` move. Whatever goes wrong before, `latest` is as it was; what a killed build leaves behind has a
temporary name, and the next one clears it away.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpus import shards
from corpus.card import CorpusSummary, card
from corpus.errors import CorpusError
from corpus.files import disk_error, flush, link_or_copy, remove_tree, swap_link, write_file
from corpus.reading import LATEST, MANIFEST, SNAPSHOTS
from corpus.schema import KEYS, TABLES, Table
from corpus.shards import ShardWriter, batches
from corpus.snapshot import (
    CARD,
    TEMPORARY,
    TEMPORARY_LINK,
    DamagedSnapshot,
    Manifest,
    Shard,
    check_tables,
    clean_up,
    latest_id,
    prune,
    read_manifest,
    shard_batches,
    shard_index,
    shard_size,
)
from corpus.version import VERSION

__all__ = ["Load", "Published", "clean_up", "publish"]

Load = Callable[[Table, Sequence[str]], Iterable[Any]]
"""Gives the rows of a table for keys, in their order: dicts, or Arrow record batches of the table's schema."""

Report = Callable[[Path, Path | None], None]
"""Writes files about a snapshot into its folder, given the parent's folder as well."""

SMALL = 10  # a shard is small when it has less than a tenth of the rows and bytes of a full one
MOST_SMALL = 8  # with more small shards than this in a table they become one

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """A snapshot that was just published. `new_shards` were written, `reused_shards` are the parent's."""

    id: str
    path: Path
    parent: str | None
    counts: Mapping[Table, int]
    new_shards: int
    reused_shards: int


def publish(
    clean: Path,
    rows: Mapping[Table, Mapping[str, str]],
    load: Load,
    *,
    rules_hash: str,
    summary: CorpusSummary,
    keep: int = 5,
    now: datetime | None = None,
    report: Report | None = None,
) -> Published | None:
    """Publish the corpus that holds exactly `rows`, unless the latest snapshot holds just these.

    To be called by the holder of the corpus lock.

    Args:
        clean: the folder of the clean corpus.
        rows: for each table the row hash of every row by its key (doc_id, or path in `quarantine`). New rows are loaded
            and written in the order given here; rows of one source beside each other compress best.
        load: called at most once per table, with the keys of rows that the latest snapshot does not have.
        rules_hash: a hash of all rules, for the manifest.
        summary: what the dataset card tells.
        keep: how many snapshots stay, the new one among them.
        now: the time to write down; the clock's if None.
        report: writes further files into the new snapshot's folder; given that folder and the parent's, if it has one.

    Returns:
        The new snapshot, or None when there was nothing new.

    Raises:
        CorpusError: the snapshot could not be written; `latest` is as it was.
        ValueError: `load` gave other rows than it was asked for, or there is no such table.
    """
    check_tables(rows)
    if keep < 1:
        raise ValueError(f"keep must be at least 1, not {keep}")
    clean_up(clean)
    _check_link(clean)
    now = (now or datetime.now(UTC)).astimezone(UTC)
    job = _Job(clean, {table: rows.get(table, {}) for table in TABLES}, load, rules_hash, summary, now, report)
    try:
        published = _publish_over(job, _Parent.open(clean))
    except DamagedSnapshot as error:
        _log.warning("the latest snapshot is damaged, so all is written afresh: %s", error)
        published = _publish_over(job, _Parent(None, _known_parent(clean)))
    if published:
        prune(clean, keep)
    return published


def rewrite(
    clean: Path,
    snapshot: str,
    parent: str | None,
    rows: Mapping[Table, Mapping[str, str]],
    load: Load,
    summary: CorpusSummary,
    report: Report,
) -> str:
    """Write a kept snapshot anew, holding `rows`, under a name that is returned. `latest` and the old one stay.

    `parent` is the name to write down as its parent. Time and rules are those of the old one. To be called by the
    holder of the lock. Raises CorpusError, DamagedSnapshot when the old one cannot be read.
    """
    old = clean / SNAPSHOTS / snapshot
    manifest = read_manifest(old)
    created = datetime.strptime(manifest.created, _TIME).replace(tzinfo=UTC)
    job = _Job(clean, rows, load, manifest.rules_hash, summary, created, report)
    from_here = _Parent(manifest, parent, old)
    return _write(job, from_here, {table: _plan(from_here, table, rows[table]) for table in TABLES}, swap=False).id


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be published."""

    clean: Path
    rows: Mapping[Table, Mapping[str, str]]
    load: Load
    rules_hash: str
    summary: CorpusSummary
    now: datetime
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class _Parent:
    """The snapshot to take unchanged rows from, if there is one, and the name to write down as parent."""

    manifest: Manifest | None
    id: str | None
    path: Path = field(default_factory=Path)

    @classmethod
    def open(cls, clean: Path) -> _Parent:
        """The latest snapshot. Raises DamagedSnapshot when there is a link but no sound manifest."""
        name = latest_id(clean)
        path = clean / SNAPSHOTS / (name or "")
        return cls(read_manifest(path) if name else None, name, path)

    def shards(self, table: Table) -> list[Shard]:
        return self.manifest.shards(table) if self.manifest else []


@dataclass(slots=True)
class _Plan:
    """Where the rows of one table come from. `masks` say which rows of a parent's shard stay."""

    reused: list[Shard] = field(default_factory=list)
    rewritten: list[tuple[Shard, list[bool]]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    changed: bool = False


def _publish_over(job: _Job, parent: _Parent) -> Published | None:
    plans = {table: _plan(parent, table, job.rows[table]) for table in TABLES}
    if parent.manifest and not any(plan.changed for plan in plans.values()):
        return None
    return _write(job, parent, plans, swap=True)


def _write(job: _Job, parent: _Parent, plans: Mapping[Table, _Plan], *, swap: bool) -> Published:
    """Write the snapshot, and let `latest` point to it if wanted."""
    content = _content_hash(job.rows)
    snapshot_id = _free_id(job.clean, job.now, content)
    final = job.clean / SNAPSHOTS / snapshot_id
    with _all_or_nothing(job.clean, snapshot_id) as folder:
        files: list[Shard] = []
        new = 0
        for table, plan in plans.items():
            written = _write_table(folder, table, plan, job, parent)
            new += len(written)
            files += plan.reused + written
            flush(folder / table)
        counts = {table: len(job.rows[table]) for table in TABLES}
        _write_papers(folder, job, parent.id, snapshot_id, content, files, counts)
        if job.report:
            job.report(folder, parent.path if parent.manifest else None)
        flush(folder)
        folder.rename(final)
        flush(final.parent)
        if swap:
            swap_link(job.clean / LATEST, f"{SNAPSHOTS}/{snapshot_id}", job.clean / (TEMPORARY_LINK + snapshot_id))
    return Published(snapshot_id, final, parent.id, counts, new, len(files) - new)


# ---- what comes from where ------------------------------------------------------------------------------------------


def _plan(parent: _Parent, table: Table, wanted: Mapping[str, str]) -> _Plan:
    """Compare a table of the parent with what is wanted. Raises DamagedSnapshot."""
    plan = _Plan()
    small: list[Shard] = []
    seen: set[str] = set()
    for shard in parent.shards(table):
        size = shard_size(parent.path, shard, table)
        mask: list[bool] = []
        for key, digest in shard_index(parent.path, shard, table):
            mask.append(wanted.get(key) == digest and key not in seen)
            if mask[-1]:
                seen.add(key)
        if not all(mask):
            plan.rewritten.append((shard, mask))
        elif mask or not wanted:  # an empty shard is there for an empty table only
            plan.reused.append(shard)
            if shard.rows * SMALL < shards.SHARD_ROWS and size * SMALL < shards.SHARD_BYTES:
                small.append(shard)
    plan.missing = [key for key in wanted if key not in seen]
    plan.changed = bool(plan.missing or plan.rewritten or not (plan.reused or wanted))
    if len(small) > MOST_SMALL:
        plan.reused = [shard for shard in plan.reused if shard not in small]
        plan.rewritten += [(shard, [True] * shard.rows) for shard in small]
    return plan


def _write_table(folder: Path, table: Table, plan: _Plan, job: _Job, parent: _Parent) -> list[Shard]:
    """Make and fill `folder/<table>`; returns the shards that are new."""
    (folder / table).mkdir()
    for shard in plan.reused:
        link_or_copy(parent.path / shard.path, folder / shard.path)
    writer = ShardWriter(folder, table)
    for shard, mask in plan.rewritten:
        start = 0
        for batch in shard_batches(parent.path, shard):
            writer.add(batch.filter(pa.array(mask[start : start + batch.num_rows])))
            start += batch.num_rows
    if plan.missing:
        loaded = batches(job.load(table, plan.missing), table)
        for batch in _checked(loaded, table, plan.missing, job.rows[table]):
            writer.add(batch)
    return writer.finish(at_least_one=not plan.reused)


def _checked(loaded: Iterable[Any], table: Table, keys: Sequence[str], hashes: Mapping[str, str]) -> Iterator[Any]:
    """The batches, each row compared with what was asked for: a wrong row would stay in the corpus for good."""
    asked = iter(keys)
    for batch in loaded:
        for key, digest in zip(*(batch.column(name).to_pylist() for name in (KEYS[table], "row_hash")), strict=True):
            expected = next(asked, "")
            if key != expected or digest != hashes[expected]:
                raise ValueError(f"{table}: asked for the row {expected!r}, got {key!r} with the hash {digest!r}")
        yield batch
    for expected in asked:
        raise ValueError(f"{table}: asked for {len(keys)} rows, got none for {expected!r}")


# ---- what stands beside the shards ----------------------------------------------------------------------------------


def _write_papers(
    folder: Path,
    job: _Job,
    parent_id: str | None,
    snapshot_id: str,
    content: str,
    files: Iterable[Shard],
    counts: Mapping[Table, int],
) -> None:
    manifest = Manifest(
        id=snapshot_id,
        parent=parent_id,
        created=job.now.strftime(_TIME),
        limpide=VERSION,
        rules_hash=job.rules_hash,
        content=content,
        tables=dict(counts),
        files=tuple(sorted(files, key=lambda shard: shard.path)),
    )
    write_file(folder / CARD, card(job.summary, snapshot_id=snapshot_id, created=job.now, counts=counts))
    write_file(folder / MANIFEST, manifest.to_json())


def _content_hash(rows: Mapping[Table, Mapping[str, str]]) -> str:
    """A hash of which rows there are, whatever their order and shards."""
    digest = hashlib.blake2b(digest_size=16)
    for table in TABLES:
        digest.update(f"{table} {len(rows[table])}\n".encode())
        for key in sorted(rows[table]):
            digest.update(f"{key}\0{rows[table][key]}\n".encode())
    return digest.hexdigest()


def _free_id(clean: Path, now: datetime, content: str) -> str:
    """Time and content, a second or more later where that name is taken (a corpus may change and change back)."""
    while True:
        name = f"{now:%Y%m%dT%H%M%SZ}-{content[:8]}"
        if not (clean / SNAPSHOTS / name).exists():
            return name
        now += timedelta(seconds=1)


def _known_parent(clean: Path) -> str | None:
    """The name of a damaged latest snapshot if at least its manifest is sound, so that the chain goes on."""
    try:
        return _Parent.open(clean).id
    except DamagedSnapshot:
        return None


# ---- all or nothing -------------------------------------------------------------------------------------------------


@contextmanager
def _all_or_nothing(clean: Path, snapshot_id: str) -> Iterator[Path]:
    """A temporary folder for the snapshot. On any error it is gone, finished or not, unless `latest` points to it."""
    folder = clean / SNAPSHOTS / (TEMPORARY + snapshot_id)
    try:
        folder.mkdir(parents=True)
        yield folder
    except BaseException as error:
        published = latest_id(clean) == snapshot_id
        if not published:
            _try_to_remove(folder)
            _try_to_remove(folder.with_name(snapshot_id))
        if isinstance(error, OSError):
            state = "is published, but might not survive a power cut" if published else "stays as published before"
            raise disk_error(f"cannot write the snapshot; the corpus in {clean} {state}", error) from error
        raise


def _try_to_remove(path: Path) -> None:
    """Remove a folder on the way out of an error, which must not be hidden by another one."""
    try:
        remove_tree(path)
    except OSError as error:
        _log.warning("%s: could not be removed: %s", path, error)


def _check_link(clean: Path) -> None:
    """`latest` can only be swapped where it is a link (a copied corpus may have a folder there) or not there yet."""
    link = clean / LATEST
    if link.exists() and not link.is_symlink():
        raise CorpusError(f"{link} is no symbolic link, so it cannot be moved to a new snapshot; move it away")
