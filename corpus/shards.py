"""Writing the shards of one table: rows go in, Parquet files of bounded size come out.

Rows are gathered as Arrow batches until a shard is full, sorted by source and path, and written in row groups, so that
no more than a shard is in memory, whatever the size of the corpus. A shard is named after its bytes: equal names are
equal files, and a hard link to an older shard never meets another one of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.columns import record_batch
from corpus.files import flush, sha256
from corpus.schema import SCHEMAS, Table
from corpus.snapshot import Shard

SHARD_ROWS = 10_000
SHARD_BYTES = 64 << 20  # of rows as Arrow holds them, before compression; so much a build has in memory
SLACK = 1.1  # a shard may grow so far: rewritten for one row it shall not leave a crumb that is a shard of its own
GROUP_ROWS = 1_000
GROUP_BYTES = 16 << 20  # what a reader that goes by row groups has to hold

_BATCH_ROWS = 200
_BATCH_CHARACTERS = 4 << 20  # of text and raw text; Python dicts take some times the bytes of their Arrow form
_NAME_DIGITS = 16
_ZSTD_LEVEL = 3
# columns with few values that come again and again; texts in a dictionary only cost time
_DICTIONARIES = [
    *("source", "site_name", "media_type", "encoding", "author", "language", "language_declared", "licence"),
    *("pipeline_version", "reason", "stage", "error"),
    *(f"blocks.list.element.{name}" for name in ("kind", "level", "page", "label", "score", "rule")),
    *(f"edits.list.element.{name}" for name in ("action", "label", "rule", "before", "after", "confidence")),
    *(f"duplicates.list.element.{name}" for name in ("cluster", "of", "kind")),
]


class ShardWriter:
    """Gathers the rows of one table and writes them as shards into `folder/<table>/`, which must be there."""

    def __init__(self, folder: Path, table: Table) -> None:
        self.folder, self.table = folder, table
        self.shards: list[Shard] = []
        self._batches: list[Any] = []
        self._rows = self._bytes = 0

    def add(self, batch: Any) -> None:
        """Take a record batch of the table's schema; a full shard is written at once."""
        while batch.num_rows:
            part = batch.slice(0, SHARD_ROWS - self._rows)
            batch = batch.slice(part.num_rows)
            self._batches.append(part)
            self._rows += part.num_rows
            self._bytes += part.nbytes
            if self._rows >= SHARD_ROWS or self._bytes >= SHARD_BYTES * SLACK:
                self._write(SHARD_BYTES)

    def finish(self, *, at_least_one: bool) -> list[Shard]:
        """Write what is left, an empty shard if `at_least_one` is wanted and there is none; returns the shards."""
        while self._rows:
            self._write(int(SHARD_BYTES * SLACK))
        if at_least_one and not self.shards:
            self._write(0)
        return self.shards

    def _write(self, most: int) -> None:
        """Write a shard of `most` bytes or a batch more."""
        number = size = 0
        while number < len(self._batches) and size < most:
            size += self._batches[number].nbytes
            number += 1
        table = pa.Table.from_batches(self._batches[:number], schema=SCHEMAS[self.table])
        del self._batches[:number]
        self._rows -= table.num_rows
        self._bytes -= size
        self.shards.append(self._save(_sorted(table), size))

    def _save(self, table: Any, size: int) -> Shard:
        path = self.folder / self.table / "part-new.parquet"
        _write_parquet(table, path, size)
        digest = sha256(path)
        path = path.rename(path.with_name(f"part-{digest[:_NAME_DIGITS]}.parquet"))
        flush(path)
        return Shard(f"{self.table}/{path.name}", table.num_rows, path.stat().st_size, digest)


def _sorted(table: Any) -> Any:
    """The rows by source and path. They mostly come so; then the shard need not be in memory twice."""
    order = pc.sort_indices(table.select(["source", "path"]), [("source", "ascending"), ("path", "ascending")])
    return table if order.equals(pa.array(range(len(order)), order.type)) else table.take(order)


def _write_parquet(table: Any, path: Path, size: int) -> None:
    rows = max(1, min(GROUP_ROWS, table.num_rows * GROUP_BYTES // max(size, 1)))
    dictionaries = [name for name in _DICTIONARIES if name.split(".", 1)[0] in table.column_names]
    with pq.ParquetWriter(
        path,
        table.schema,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=dictionaries,
        write_page_checksum=True,
    ) as writer:
        writer.write_table(table, row_group_size=rows)


def batches(rows: Iterable[Any], table: Table) -> Iterator[Any]:
    """Rows (dicts, or record batches of a table's schema) as record batches that are neither long nor large."""
    some: list[dict[str, Any]] = []
    characters = 0
    for row in rows:
        if isinstance(row, dict):
            some.append(row)
            characters += _characters(row)
        if some and (row is not some[-1] or len(some) >= _BATCH_ROWS or characters >= _BATCH_CHARACTERS):
            yield record_batch(some, table)
            some, characters = [], 0
        if not isinstance(row, dict):
            yield row
    if some:
        yield record_batch(some, table)


def _characters(row: dict[str, Any]) -> int:
    return len(row.get("text") or "") + len(row.get("raw_text") or "")
