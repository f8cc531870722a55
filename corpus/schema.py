"""The three tables of a snapshot, and how a row of each is made.

Every raw item is in exactly one of them: `documents` (its text was kept), `removed` (it was read, and dropped whole) or
`quarantine` (it could not be read). The columns stand here once, with their meaning, so that the Parquet schemas, the
dataset card and the documentation cannot disagree.

Every row ends with `row_hash`, a hash of its other columns: by it the next build and the tools downstream see which
rows changed, without comparing texts.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Required, TypedDict, Unpack, get_args

import pyarrow as pa

from corpus.document import Document
from corpus.version import VERSION

Table = Literal["documents", "removed", "quarantine"]
TABLES: tuple[Table, ...] = get_args(Table)

KEYS: dict[Table, str] = {"documents": "doc_id", "removed": "doc_id", "quarantine": "path"}
"""The column that names a row of each table."""

SIGNALS: tuple[str, ...] = (
    "characters", "raw_characters", "words", "lines", "mean_word_length", "mean_line_length", "short_line_share",
    "symbol_share", "digit_share", "uppercase_share", "punctuation_end_share", "bullet_line_share",
    "ellipsis_line_share", "duplicate_line_share", "duplicate_line_character_share", "top_bigram_share",
    "stop_word_share", "unique_word_share", "alphabetic_word_share", "removed_share", "repaired_share",
    "extraction_confidence", "pages", "pages_without_text", "pages_cut",
)  # fmt: skip

_DIGEST_BYTES = 16  # 128 bits: with 10^9 documents two share an id with a probability of 10^-21


class Column(NamedTuple):
    """A column: its name, its Arrow type, and what it holds."""

    name: str
    type: Any
    meaning: str


class Duplicate(NamedTuple):
    """A soft match: the document was kept, and resembles the document `of` (a doc_id) in the way `kind` says."""

    cluster: str
    of: str
    kind: str
    similarity: float


_TEXT, _OFFSET, _NUMBER = pa.string(), pa.int32(), pa.float64()

BLOCK = pa.struct(
    [
        *((name, _OFFSET) for name in ("raw_start", "raw_end", "start", "end")),
        ("kind", _TEXT),
        ("level", _OFFSET),
        ("page", _OFFSET),
        ("label", _TEXT),
        ("score", _NUMBER),
        ("rule", _TEXT),
    ]
)
EDIT = pa.struct(
    [
        *((name, _OFFSET) for name in ("raw_start", "raw_end", "start", "end")),
        *((name, _TEXT) for name in ("action", "label", "rule", "before", "after")),
        ("confidence", _NUMBER),
    ]
)
DUPLICATE = pa.struct([("cluster", _TEXT), ("of", _TEXT), ("kind", _TEXT), ("similarity", _NUMBER)])

_DOC_ID = Column("doc_id", _TEXT, "name of the raw item: a hash of source and path")
_SOURCE = Column("source", _TEXT, "first folder below raw/, `default` for items directly in it")
_PATH = Column("path", _TEXT, "path of the raw item below raw/; `path!member` or `path#n` inside a container")
_URL = Column("url", _TEXT, "address the item was fetched from")
_TITLE = Column("title", _TEXT, "title of the page or file")
_CLEAN_TEXT = Column("text", _TEXT, "the clean text")
_RAW_SHA256 = Column("raw_sha256", _TEXT, "SHA-256 of the raw item's bytes")
_ROW_HASH = Column("row_hash", _TEXT, "hash of the row's other columns; it changes when the row changes")

COLUMNS: dict[Table, tuple[Column, ...]] = {
    "documents": (
        _DOC_ID,
        _SOURCE,
        _PATH,
        _URL,
        Column("canonical_url", _TEXT, "address the page itself names as its own"),
        Column("site_name", _TEXT, "name of the site, as the page says it"),
        Column("media_type", _TEXT, "type of the raw item, such as text/html"),
        Column("encoding", _TEXT, "character encoding the item was decoded with"),
        _TITLE,
        Column("author", _TEXT, "author, as the item says it"),
        Column("date", _TEXT, "date of publication, ISO 8601, possibly partial (2024-05)"),
        Column("fetched", _TEXT, "when the item was fetched, ISO 8601"),
        Column("language", _TEXT, "language found in the clean text, ISO 639"),
        Column("language_score", _NUMBER, "how sure that is, 0 to 1"),
        Column("language_declared", _TEXT, "language the item says it is in"),
        Column("licence", _TEXT, "licence of the source; `unknown` when nobody stated one"),
        _RAW_SHA256,
        Column("text_sha256", _TEXT, "SHA-256 of the clean text in UTF-8"),
        _CLEAN_TEXT,
        Column("raw_text", _TEXT, "all text of the item before cleaning; the edits lead from it to the clean text"),
        Column("blocks", pa.list_(BLOCK), "paragraphs, headings, list items, ... with offsets in code points"),
        Column("edits", pa.list_(EDIT), "every removal and change, with offsets in code points, rule and confidence"),
        Column("signals", pa.struct([(name, _NUMBER) for name in SIGNALS]), "numbers on the quality of the text"),
        Column("duplicates", pa.list_(DUPLICATE), "documents that this one resembles without being dropped for it"),
        Column("pipeline_version", _TEXT, "version of limpide that cleaned the item"),
        _ROW_HASH,
    ),
    "removed": (
        _DOC_ID,
        _SOURCE,
        _PATH,
        _URL,
        _TITLE,
        _CLEAN_TEXT,
        _RAW_SHA256,
        Column("reason", _TEXT, "why the document was dropped whole, such as near-duplicate"),
        Column("of", _TEXT, "doc_id of the document that stays in its place"),
        Column("similarity", _NUMBER, "verified similarity with that document, 0 to 1"),
        _ROW_HASH,
    ),
    "quarantine": (
        _SOURCE,
        _PATH,
        _RAW_SHA256,
        Column("stage", _TEXT, "where reading failed: sniff, decode, parse, extract, ..."),
        Column("error", _TEXT, "kind of error"),
        Column("message", _TEXT, "what the error said"),
        _ROW_HASH,
    ),
}

SCHEMAS: dict[Table, Any] = {table: pa.schema([column[:2] for column in COLUMNS[table]]) for table in TABLES}


def doc_id(source: str, path: str) -> str:
    """The name of a raw item: 32 hexadecimal digits of BLAKE2b over source and path.

    `path` may hold the lone surrogates by which Python stands for file names that are not UTF-8.
    """
    name = f"{source}\0{path}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(name, digest_size=_DIGEST_BYTES).hexdigest()


class About(TypedDict, total=False):
    """What a row of `documents` says besides the document."""

    doc_id: Required[str]
    path: Required[str]
    raw_sha256: Required[str]
    fetched: str | None
    duplicates: Sequence[Duplicate]


def document_row(document: Document, *, digest: str | None = None, **about: Unpack[About]) -> dict[str, Any]:
    """The row of a kept document. `digest` is its row_hash where the caller has one that tells rows apart as well.

    Raises UnicodeEncodeError when a text holds lone surrogates (no file may hold them) and ValueError on a signal that
    is not in SIGNALS.
    """
    row = _document(document, **about)
    for name, number in (("blocks", "score"), ("edits", "confidence"), ("duplicates", "similarity")):
        row[name] = [each._asdict() | {number: float(getattr(each, number))} for each in row[name]]
    return _finish("documents", row, digest)


def document_row_of_tuples(document: Document, *, digest: str, **about: Unpack[About]) -> dict[str, Any]:
    """The same for `record_batch` alone, in half the time: blocks, edits and duplicates are the tuples they were."""
    return _finish("documents", _document(document, **about), digest)


def _document(document: Document, **about: Unpack[About]) -> dict[str, Any]:
    return {
        "doc_id": about["doc_id"],
        "source": safe(document.source.name),
        "path": safe(about["path"]),
        **{name: _safe_or_none(getattr(document, name)) for name in _METADATA},
        "fetched": about.get("fetched"),
        "language_score": _number(document.language_score),
        "licence": safe(document.source.licence),
        "raw_sha256": about["raw_sha256"],
        "text_sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "text": document.text,
        "raw_text": document.raw_text,
        "blocks": document.blocks,
        "edits": document.edits,
        "signals": _signals(document.signals),
        "duplicates": about.get("duplicates", ()),
        "pipeline_version": VERSION,
    }


def removed_row(
    document: Document,
    *,
    doc_id: str,
    path: str,
    raw_sha256: str,
    reason: str,
    of: str | None = None,
    similarity: float | None = None,
    digest: str | None = None,
) -> dict[str, Any]:
    """The row of a document that is dropped whole: as what, and in favour of which document (a doc_id).

    Raises UnicodeEncodeError when the text holds lone surrogates.
    """
    row = {
        "doc_id": doc_id,
        "source": safe(document.source.name),
        "path": safe(path),
        "url": _safe_or_none(document.url),
        "title": _safe_or_none(document.title),
        "text": document.text,
        "raw_sha256": raw_sha256,
        "reason": reason,
        "of": of,
        "similarity": _number(similarity),
    }
    return _finish("removed", row, digest)


def forgotten_row(source: str, path: str, raw_sha256: str | None) -> dict[str, Any]:
    """The row of `removed` that stands for a document which was forgotten on request: nothing of what it said."""
    row = {
        "doc_id": doc_id(source, path),
        "source": safe(source),
        "path": safe(path),
        "url": None,
        "title": None,
        "text": "",
        "raw_sha256": raw_sha256 or "",
        "reason": "forgotten",
        "of": None,
        "similarity": None,
    }
    return _finish("removed", row)


def quarantine_row(
    source: str, path: str, raw_sha256: str | None, stage: str, error: str, message: str
) -> dict[str, Any]:
    """The row of a raw item that could not be read. `message` may hold anything, pieces of binary files too."""
    row = {
        "source": safe(source),
        "path": safe(path),
        "raw_sha256": raw_sha256,
        "stage": safe(stage),
        "error": safe(error),
        "message": safe(message),
    }
    return _finish("quarantine", row)


def row_hash(row: Mapping[str, Any]) -> str:
    r"""32 hexadecimal digits that depend on every column of a row but `row_hash`, and on nothing else.

    Equal for a row as made and as read back from Parquet, whatever the order of columns. Texts go in as UTF-8, all else
    as JSON of the standard library, whose numbers are written by `repr` and so are the same on every machine; a length
    stands before each piece so that none runs into the next.
    """
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for name in sorted(row):
        if name != "row_hash":
            value = row[name]
            kind, piece = ("text", value) if isinstance(value, str) else ("json", _canonical(value))
            data = piece.encode()
            digest.update(f"{name} {kind} {len(data)}\n".encode())
            digest.update(data)
    return digest.hexdigest()


def safe(text: str) -> str:
    r"""The text with lone surrogates, which Arrow cannot hold, spelled out as `\udc80`."""
    return text.encode("utf-8", "backslashreplace").decode()


# the texts of a document's row that a document has under the same name and that may hold anything
_METADATA = (
    "url", "canonical_url", "site_name", "media_type", "encoding", "title", "author", "date", "language",
    "language_declared",
)  # fmt: skip

# what is nested in a row is at most a list of flat structs, so a search for circles would be in vain
_canonical: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode


def _finish(table: Table, row: dict[str, Any], digest: str | None = None) -> dict[str, Any]:
    """The row with its columns in their order and its hash."""
    row["row_hash"] = digest or row_hash(row)
    return {column.name: row[column.name] for column in COLUMNS[table]}


def _safe_or_none(text: str | None) -> str | None:
    return None if text is None else safe(text)


def _number(value: float | None) -> float | None:
    """A number as Python's own float; what is not finite is no number."""
    return float(value) if value is not None and math.isfinite(value) else None


def _signals(signals: Mapping[str, float]) -> dict[str, float | None]:
    unknown = sorted(signals.keys() - set(SIGNALS))
    if unknown:
        raise ValueError(f"unknown signals: {', '.join(unknown)}; add them to corpus.schema.SIGNALS")
    return {name: _number(signals.get(name)) for name in SIGNALS}
