"""What a snapshot is on disk: a folder of Parquet shards with a manifest, and `latest`, a link to one of them.

The manifest lists the shards with their rows, bytes and SHA-256, and names the parent, the snapshot that was the latest
before. Which snapshots are old is told by that chain alone: clocks go back, so neither names nor times say it.

A snapshot that cannot be trusted (no manifest, a shard of another size, pages that fail their checksum, other columns)
raises DamagedSnapshot, upon which a writer goes on as if there were none.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.errors import CorpusError
from corpus.files import disk_error, remove_tree
from corpus.reading import LATEST, MANIFEST, SNAPSHOTS
from corpus.schema import KEYS, SCHEMAS, TABLES, Table

CARD = "README.md"
TEMPORARY = ".tmp-"
TEMPORARY_LINK = ".latest-"

FORMAT = 1  # of the manifest

_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_BATCH_ROWS = 500  # rows read at a time; some 10 MB of web pages

_log = logging.getLogger(__name__)


class DamagedSnapshot(CorpusError):
    """A snapshot that is unfinished, torn, or of another format."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One Parquet file of a snapshot. `path` is relative to the snapshot, `documents/part-....parquet`."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says. `content` is a hash of all rows: equal for equal corpora, however they came about."""

    id: str
    parent: str | None
    created: str
    limpide: str
    rules_hash: str
    content: str
    tables: dict[Table, int]
    files: tuple[Shard, ...]

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    def shards(self, table: Table) -> list[Shard]:
        return [shard for shard in self.files if shard.path.startswith(f"{table}/")]


def read_manifest(snapshot: Path) -> Manifest:
    """The manifest of a snapshot folder. Raises DamagedSnapshot."""
    path = snapshot / MANIFEST
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("format") != FORMAT:
            raise DamagedSnapshot(f"{path}: written in a format that this version of limpide does not know")
        values["files"] = tuple(Shard(**shard) for shard in values["files"])
        return _checked(Manifest(**values))
    except OSError as error:
        raise DamagedSnapshot(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedSnapshot(f"{path}: is no manifest: {error}") from error


def _checked(manifest: Manifest) -> Manifest:
    """Raise TypeError where a value that is used later is of another type."""
    if not isinstance(manifest.parent, str | None):
        raise TypeError("parent is no name")
    for shard in manifest.files:
        if not isinstance(shard.path, str) or not isinstance(shard.rows, int):
            raise TypeError(f"{shard!r} is no shard")
    return manifest


def latest_id(clean: Path) -> str | None:
    """The name of the snapshot that `latest` points to, whether or not it is there; None without such a link."""
    try:
        target = Path(os.readlink(clean / LATEST))  # noqa: PTH115  (the link itself, not what it leads to)
    except OSError:
        return None
    return target.name if target.parent.name == SNAPSHOTS and _ID.fullmatch(target.name) else None


def shard_size(snapshot: Path, shard: Shard, table: Table) -> int:
    """Uncompressed bytes of a shard, after a look whether it is what the manifest says. Raises DamagedSnapshot."""
    path = snapshot / shard.path
    try:
        if path.stat().st_size != shard.bytes:
            raise DamagedSnapshot(f"{path}: its size is not that in the manifest")
        metadata = pq.read_metadata(path)
    except (OSError, pa.ArrowException) as error:
        raise DamagedSnapshot(f"{path}: cannot be read: {error}") from error
    if metadata.num_rows != shard.rows or not metadata.schema.to_arrow_schema().equals(SCHEMAS[table]):
        raise DamagedSnapshot(f"{path}: has other rows or columns than expected")
    return sum(int(metadata.row_group(i).total_byte_size) for i in range(metadata.num_row_groups))


def shard_index(snapshot: Path, shard: Shard, table: Table) -> Iterator[tuple[str, str]]:
    """Key and row hash of each row of a shard, in order. Raises DamagedSnapshot."""
    for batch in shard_batches(snapshot, shard, columns=[KEYS[table], "row_hash"]):
        yield from zip(batch.column(KEYS[table]).to_pylist(), batch.column("row_hash").to_pylist(), strict=True)


def shard_batches(snapshot: Path, shard: Shard, columns: list[str] | None = None) -> Iterator[Any]:
    """The rows of a shard as record batches. Raises DamagedSnapshot, also in the middle of a shard."""
    path = snapshot / shard.path
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield from file.iter_batches(batch_size=_BATCH_ROWS, columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise DamagedSnapshot(f"{path}: cannot be read: {error}") from error


def chain(clean: Path, limit: int) -> list[str]:
    """The latest snapshot, its parent, the parent's parent, ...: at most `limit` that are there and have a manifest."""
    found: list[str] = []
    snapshot_id = latest_id(clean)
    while snapshot_id and snapshot_id not in found and len(found) < limit:
        try:
            parent = read_manifest(clean / SNAPSHOTS / snapshot_id).parent
        except DamagedSnapshot:
            break
        found.append(snapshot_id)
        snapshot_id = parent
    return found


def prune(clean: Path, keep: int) -> list[str]:
    """Remove all snapshots but the last `keep` of the chain; returns the names of those that are gone.

    Only folders with the name of a snapshot are touched. One goes under a temporary name first, so that no reader
    finds half of it. What cannot be removed is logged and left to the next time: the corpus itself is in order.
    """
    kept = chain(clean, keep)
    gone: list[str] = []
    if not kept:  # nothing is known to be good, so nothing is known to be old
        return gone
    for path in sorted((clean / SNAPSHOTS).iterdir()):
        if path.name not in kept and _ID.fullmatch(path.name):
            try:
                remove_tree(path.rename(path.with_name(TEMPORARY + path.name)))
                gone.append(path.name)
            except OSError as error:
                _log.warning("%s: this old snapshot could not be removed: %s", path, error)
    return gone


def clean_up(clean: Path) -> None:
    """Remove what a killed build left behind. To be called under the lock. Raises CorpusError."""
    try:
        for leftover in [*(clean / SNAPSHOTS).glob(TEMPORARY + "*"), *clean.glob(TEMPORARY_LINK + "*")]:
            remove_tree(leftover)
    except OSError as error:
        raise disk_error(f"cannot clear away what an earlier build left in {clean}", error) from error


def check_tables(names: Any) -> None:
    """Raise ValueError when there is a name among `names` that is no table."""
    unknown = sorted(set(names) - set(TABLES))
    if unknown:
        raise ValueError(f"unknown table {unknown[0]!r}; there are {', '.join(TABLES)}")
