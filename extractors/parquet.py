"""Parquet files of pages, as crawls and data sets are handed on: one raw item per row.

Columns are named like the fields of JSON Lines (extractors/jsonl.py) and mapped the same way; a page may be text or
bytes. Rows are read in small steps, so that a file larger than memory is no trouble, and a row becomes a line of JSON
with its bytes behind it: that is what is hashed and handed to a worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, repeat
from typing import Any, BinaryIO

import orjson

from corpus.source import Source
from extractors import jsonl
from extractors.compression import Budget
from extractors.containers import Record
from extractors.item import RawItem

_ROWS = 16  # read at a time; a page of HTML takes some 100 kB
_AT_ONCE = 256_000_000  # bytes of these rows: each may repeat a value as large as its whole column in the file
_BUFFER = 1 << 20  # bytes of a column read ahead
_TOO_LARGE = "lies among rows that are larger than max_record_mb"
_BYTES = "\0bytes"  # a key that no column has: names and lengths of the values that are bytes


def split(stream: BinaryIO, limit: int, budget: Budget) -> Iterator[Record]:
    """The rows of a file, numbered from 1. Raises OSError on a damaged file, also in the middle of it."""
    import pyarrow as pa  # noqa: PLC0415 (slow to import, and most corpora hold no Parquet)
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False) as file:
            rows = chain.from_iterable(_rows(file, n, limit, budget) for n in range(file.num_row_groups))
            for number, row in enumerate(rows, 1):
                yield _record(f"#{number}", row, limit)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise OSError(f"no sound Parquet file: {' '.join(str(error).split())[:200]}") from error


def _record(name: str, row: dict[str, Any] | None, limit: int) -> Record:
    return Record(name, b"", problem=_TOO_LARGE) if row is None else Record(name, _pack(row)[: limit + 1])


def _rows(file: Any, place: int, limit: int, budget: Budget) -> Iterator[dict[str, Any] | None]:
    """The rows of a row group; None for each where they are larger than allowed, going by what the file says."""
    group = file.metadata.row_group(place)
    budget.spend(group.total_byte_size)
    largest = max((group.column(n).total_uncompressed_size for n in range(group.num_columns)), default=0)
    if largest > limit * group.num_rows:
        yield from repeat(None, group.num_rows)
        return
    at_once = min(_ROWS, max(1, _AT_ONCE // max(1, largest)))
    for batch in file.iter_batches(batch_size=at_once, row_groups=[place]):
        yield from batch.to_pylist()


def read(found: Record, source: Source) -> RawItem:
    """The page of a row. Raises ExtractionError when it has none."""
    head, _, rest = found.data.partition(b"\n")
    row: dict[str, Any] = orjson.loads(head)
    for name, length in row.pop(_BYTES):
        row[name], rest = rest[:length], rest[length:]
    return jsonl.page_of(row, source)


def _pack(row: dict[str, Any]) -> bytes:
    """A row as a line of JSON, and behind it the values that are bytes."""
    binary = {name: value for name, value in row.items() if isinstance(value, bytes)}
    texts = {name: value for name, value in row.items() if name not in binary}
    texts[_BYTES] = [(name, len(value)) for name, value in binary.items()]
    head = orjson.dumps(texts, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return b"\n".join([head, b"".join(binary.values())])


def _plain(value: Any) -> Any:
    """What JSON lacks: bytes inside lists and structs, exact numbers, durations."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
