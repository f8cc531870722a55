"""Documents as bytes and back, for results kept between builds and for `--json`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import orjson

from corpus.blocks import Block, Hint
from corpus.document import Document
from corpus.ledger import Edit
from corpus.source import Source

_STRUCTURED = {"blocks", "edits", "hints", "source", "signals"}
_PLAIN = [f.name for f in fields(Document) if f.name not in _STRUCTURED]


def to_bytes(document: Document) -> bytes:
    """The document as JSON, without its source. Raises TypeError on lone surrogates, which no file may hold."""
    values: dict[str, Any] = {name: getattr(document, name) for name in _PLAIN}
    for name in ("blocks", "edits", "hints"):
        values[name] = list(map(tuple, getattr(document, name)))
    values["signals"] = dict(document.signals)
    return orjson.dumps(values)


def from_bytes(data: bytes, source: Source) -> Document:
    """The document that `to_bytes` wrote, of the source given here."""
    values = orjson.loads(data)
    values["blocks"] = tuple(map(Block._make, values["blocks"]))
    values["edits"] = tuple(map(Edit._make, values["edits"]))
    values["hints"] = tuple(Hint._make((tuple(path), *rest, tuple(box))) for path, *rest, box in values["hints"])
    return Document(**values, source=source)


def to_json(document: Document) -> bytes:
    """One line of JSON for people and tools: the public attributes, blocks and edits as objects."""
    values: dict[str, Any] = {name: getattr(document, name) for name in _PLAIN}
    values["signals"] = dict(document.signals)
    values["blocks"] = [block._asdict() for block in document.blocks]
    values["edits"] = [edit._asdict() for edit in document.edits]
    return orjson.dumps(values)
