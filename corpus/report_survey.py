"""One pass over a snapshot that gathers what the report and the viewer tell about all of its documents.

Texts are not read: of the edits only what they are and how long, of the rest the short columns. So the pass takes
seconds for a hundred thousand documents, and what it keeps (some 500 bytes per document) fits into memory. Arrow and
numpy do the counting; nothing here loops over single documents or edits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.blocks import Block
from corpus.document import Document
from corpus.errors import CorpusError
from corpus.ledger import Edit
from corpus.schema import SIGNALS, Table
from corpus.source import Source

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_PLAIN = ["doc_id", "source", "path", "url", "title", "language", "licence", "row_hash", "text_sha256"]
_EDIT = [f"edits.list.element.{name}" for name in ("action", "label", "rule", "raw_start", "raw_end", "confidence")]
_REMOVED = ["doc_id", "source", "path", "title", "reason", "of", "similarity"]
_QUARANTINE = ["source", "path", "stage", "error", "message"]


class Doing(NamedTuple):
    """One kind of edit: an action, with a label, by a rule."""

    action: str
    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a snapshot without its texts. Arrays run parallel to the documents.

    Attributes:
        snapshot: the folder.
        documents: Arrow table of the short columns.
        signals: a number per document for each signal; NaN where there is none.
        confidence: the smallest confidence of an edit of the document, 1 without edits.
        places: shard, row group and row of each document.
        shards: the files that `places` counts.
        doings: the kinds of edits there are.
        done: columns `document`, `doing`, `edits`, `characters`: how often a document had a kind of edit.
        removed: documents dropped whole, without their texts.
        quarantine: what could not be read.
        similar: columns `document`, `of`, `kind`, `similarity`: soft matches.
    """

    snapshot: Path
    documents: Any
    signals: Mapping[str, Numbers]
    confidence: Numbers
    places: npt.NDArray[np.int64]
    shards: Sequence[Path]
    doings: Sequence[Doing]
    done: Mapping[str, Indices]
    removed: Any
    quarantine: Any
    similar: Any

    def __len__(self) -> int:
        return int(self.documents.num_rows)

    def column(self, name: str) -> list[Any]:
        values: list[Any] = self.documents.column(name).to_pylist()
        return values

    def number(self, signal: str) -> Numbers:
        """A signal with 0 where there is none."""
        return np.nan_to_num(self.signals[signal])


def survey(snapshot: Path) -> Survey:
    """Read what the report and the viewer need of a snapshot folder. Raises CorpusError when it cannot be read."""
    try:
        return _survey(snapshot)
    except (OSError, pa.ArrowException) as error:
        raise CorpusError(f"{snapshot}: cannot be read: {error}") from error


def _survey(snapshot: Path) -> Survey:
    shards = sorted((snapshot / "documents").glob("*.parquet"))
    doings: dict[Doing, int] = {}
    tables: list[Any] = []
    places: list[npt.NDArray[np.int64]] = []
    done: list[Any] = []
    similar: list[Any] = []
    start = 0
    for number, path in enumerate(shards):
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                columns = [*_PLAIN, *(f"signals.{name}" for name in SIGNALS), *_EDIT, "duplicates"]
                table = file.read_row_group(group, columns=columns)
                rows = np.arange(table.num_rows)
                places.append(np.stack([np.full_like(rows, number), np.full_like(rows, group), rows], axis=1))
                done.append(_done(table.column("edits"), start, doings))
                similar.append(_similar(table.column("duplicates"), start))
                tables.append(table.drop_columns(["edits", "duplicates"]))
                start += table.num_rows
    documents = pa.concat_tables(tables) if tables else _no_documents()
    edits = {name: _stacked(done, name) for name in ("document", "doing", "edits", "characters")}
    confidence = np.ones(start)
    np.minimum.at(confidence, edits["document"], _stacked(done, "confidence", np.float64))
    signals = documents.column("signals").combine_chunks()
    return Survey(
        snapshot=snapshot,
        documents=documents.drop_columns(["signals"]),
        signals={name: _floats(pc.struct_field(signals, name)) for name in SIGNALS},
        confidence=confidence,
        places=np.concatenate(places) if places else np.zeros((0, 3), np.int64),
        shards=shards,
        doings=list(doings),
        done=edits,
        removed=_table(snapshot, "removed", _REMOVED),
        quarantine=_table(snapshot, "quarantine", _QUARANTINE),
        similar=pa.concat_tables(similar) if similar else _similar(pa.chunked_array([], pa.list_(pa.struct([]))), 0),
    )


def _no_documents() -> Any:
    fields = [(name, pa.string()) for name in _PLAIN]
    return pa.schema([*fields, ("signals", pa.struct([(name, pa.float64()) for name in SIGNALS]))]).empty_table()


def _table(snapshot: Path, table: Table, columns: list[str]) -> Any:
    files = sorted((snapshot / table).glob("*.parquet"))
    if not files:
        return pa.schema([(name, pa.string()) for name in columns]).empty_table()
    return pa.concat_tables([pq.read_table(file, columns=columns) for file in files])


def _floats(column: Any) -> Numbers:
    numbers: Numbers = pc.fill_null(column.cast(pa.float64()), float("nan")).to_numpy(zero_copy_only=False)
    return numbers


def _done(edits: Any, start: int, doings: dict[Doing, int]) -> Mapping[str, Any]:
    """The edits of some documents, counted by document and kind; new kinds get the next number in `doings`."""
    edits = edits.combine_chunks()
    flat = pc.list_flatten(edits)
    parents = pc.list_parent_indices(edits)
    fields = {name: pc.struct_field(flat, name) for name in ("action", "label", "rule", "confidence")}
    lengths = pc.subtract(pc.struct_field(flat, "raw_end"), pc.struct_field(flat, "raw_start"))
    counted = (
        pa.table({"document": parents, "length": lengths, **fields})
        .group_by(["document", "action", "label", "rule"])
        .aggregate([("length", "count"), ("length", "sum"), ("confidence", "min")])
        .sort_by([(name, "ascending") for name in ("document", "action", "label", "rule")])
    )
    joined = pc.binary_join_element_wise(*(counted.column(name) for name in ("action", "label", "rule")), "\0")
    kinds = joined.combine_chunks().dictionary_encode()
    # neither actions nor labels, which are ours, hold a NUL
    numbers = [doings.setdefault(Doing(*kind.split("\0", 2)), len(doings)) for kind in kinds.dictionary.to_pylist()]
    return {
        "document": counted.column("document").to_numpy().astype(np.int64) + start,
        "doing": np.array(numbers, np.int64)[kinds.indices.to_numpy()],
        "edits": counted.column("length_count").to_numpy(),
        "characters": counted.column("length_sum").to_numpy(),
        "confidence": counted.column("confidence_min").to_numpy(),
    }


def _stacked(parts: Sequence[Mapping[str, Any]], name: str, kind: Any = np.int64) -> Any:
    return np.concatenate([part[name] for part in parts]).astype(kind) if parts else np.zeros(0, kind)


def _similar(column: Any, start: int) -> Any:
    column = column.combine_chunks() if len(column) else pa.array([], pa.list_(_SIMILAR))
    flat = pc.list_flatten(column)
    parents = pc.add(pc.list_parent_indices(column).cast(pa.int64()), start)
    return pa.table(
        {"document": parents, **{name: pc.struct_field(flat, name) for name in ("of", "kind", "similarity")}}
    )


_SIMILAR = pa.struct([("of", pa.string()), ("kind", pa.string()), ("similarity", pa.float64())])


# ---- whole rows -----------------------------------------------------------------------------------------------------


def read_rows(found: Survey, indices: Iterable[int], columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of documents by their indices, in the order in which they lie; a row group is read once.

    Raises CorpusError when the snapshot is gone.
    """
    by_group: dict[tuple[int, int], list[int]] = {}
    for index in sorted(indices):
        shard, group, row = (int(number) for number in found.places[index])
        by_group.setdefault((shard, group), []).append(row)
    for (shard, group), rows in by_group.items():
        try:
            with pq.ParquetFile(found.shards[shard]) as file:
                table = file.read_row_group(group, columns=list(columns) if columns else None)
        except (OSError, pa.ArrowException) as error:
            raise CorpusError(f"{found.shards[shard]}: cannot be read: {error}") from error
        for row in rows:
            yield table.slice(row, 1).to_pylist()[0]


def to_document(row: Mapping[str, Any]) -> Document:
    """The document of a row of the table `documents`; of its source the name and the licence."""
    same = ("raw_text", "text", "title", "author", "date", "site_name", "url", "canonical_url", "fetched", "language")
    further = ("language_score", "language_declared", "media_type", "encoding")
    return Document(
        **{name: row[name] for name in (*same, *further)},
        blocks=tuple(Block(**block) for block in row["blocks"]),
        edits=tuple(Edit(**edit) for edit in row["edits"]),
        signals={name: value for name, value in (row["signals"] or {}).items() if value is not None},
        source=Source(name=row["source"], licence=row["licence"]),
    )
