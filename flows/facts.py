"""Facts: what the parent of a build keeps of every finished document, a kilobyte, while the rest lies on disk."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple
from unicodedata import category

import orjson

from corpus.document import Document
from corpus.signatures import signature

__all__ = ["Counted", "Facts"]


class Counted(NamedTuple):
    """The edits of one label in a document: how many, of how many characters, and how many of these were removed."""

    edits: int
    characters: int
    removed: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What deciding and counting need to know of a finished document.

    Attributes:
        digest: a hash of the whole document.
        signature: of its text (`corpus.signatures`).
        counts: `Counted` of each label as JSON, which takes a tenth of the memory of the objects.
        empty: its text has no letter, digit, picture or unknown glyph; a lone sign is no text.
        textless: it is a PDF and no page of it has text.
    """

    digest: str
    text_sha256: str
    characters: int
    raw_characters: int
    repairs: int
    words: int
    language: str | None
    url: str | None
    fetched: str | None
    empty: bool
    textless: bool
    signature: bytes
    counts: bytes

    @classmethod
    def of(cls, document: Document, body: bytes) -> Facts:
        """The facts of a document that was written as `body`."""
        pages = document.signals.get("pages")
        return cls(
            digest=hashlib.blake2b(body, digest_size=16).hexdigest(),
            text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
            characters=len(document.text),
            raw_characters=len(document.raw_text),
            repairs=sum(edit.action == "repair" for edit in document.edits),
            words=int(document.signals.get("words", 0)),
            language=document.language,
            url=document.url,
            fetched=document.fetched,
            empty=not any(map(_says_something, document.text)),
            textless=bool(pages) and document.signals.get("pages_without_text") == pages,
            signature=signature(document.text),
            counts=orjson.dumps(_counted(document)),
        )

    def to_json(self) -> bytes:
        """As a worker sends them."""
        values = asdict(self)
        values["signature"] = base64.b64encode(self.signature).decode("ascii")
        values["counts"] = self.counts.decode()
        return orjson.dumps({"ok": True, **values})

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Facts:
        """The facts that `to_json` wrote, parsed."""
        del values["ok"]
        values["signature"] = base64.b64decode(values["signature"])
        values["counts"] = values["counts"].encode()
        values["language"] = sys.intern(values["language"]) if values["language"] else None
        return cls(**values)

    def labels(self) -> dict[str, Counted]:
        """The counts of each label."""
        return {label: Counted(*numbers) for label, numbers in orjson.loads(self.counts).items()}


def _says_something(character: str) -> bool:
    """Whether it is more than punctuation: letters, marks, digits, pictures, and glyphs that no font map names."""
    kind = category(character)
    return kind[0] in "LMN" or kind in {"So", "Co"}


def _counted(document: Document) -> dict[str, tuple[int, int, int]]:
    """The values of `Counted` for each label."""
    edits: Counter[str] = Counter(edit.label for edit in document.edits)
    characters: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    for edit in document.edits:
        characters[edit.label] += len(edit.before)
        if edit.action == "remove":
            removed[edit.label] += len(edit.before)
    return {label: (count, characters[label], removed[label]) for label, count in edits.items()}
