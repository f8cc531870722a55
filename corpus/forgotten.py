"""What must never come back: `clean/forgotten.json`, the list of documents that were forgotten on request.

It holds hashes only: the ids of the documents, and SHA-256 of their bytes, their clean texts and their addresses. So a
copy under another name, or the same page fetched again, stays out as well, and the list gives away nothing of what it
keeps out. While `pending` is set, a forgetting was begun and not finished; whoever holds the lock next finishes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.files import disk_error, flush, write_file
from corpus.snapshot import TEMPORARY_LINK

FILE_NAME = "forgotten.json"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Documents that were forgotten, by whatever a copy of one could be known by. All are hexadecimal hashes."""

    ids: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()  # SHA-256 of the raw item's bytes
    texts: frozenset[str] = frozenset()  # SHA-256 of the clean text
    urls: frozenset[str] = frozenset()  # SHA-256 of the address
    pending: bool = False

    def has(
        self, *, doc_id: str = "", content: str | None = "", text: str | None = "", urls: Iterable[str | None] = ()
    ) -> bool:
        """Whether a document of which this is known was forgotten."""
        return (
            doc_id in self.ids
            or content in self.contents
            or text in self.texts
            or (bool(self.urls) and any(url_hash(url) in self.urls for url in urls if url))
        )

    def plus(self, other: Forgotten) -> Forgotten:
        """Both together; pending if one of them is."""
        joined: dict[str, Any] = {name: getattr(self, name) | getattr(other, name) for name in _SETS}
        return Forgotten(**joined, pending=self.pending or other.pending)

    def done(self) -> Forgotten:
        return replace(self, pending=False)


_SETS = [field.name for field in fields(Forgotten) if field.name != "pending"]


def url_hash(url: str) -> str:
    """SHA-256 of an address as it is written."""
    return hashlib.sha256(url.strip().encode("utf-8", "surrogatepass")).hexdigest()


def read_forgotten(clean: Path) -> Forgotten:
    """The list of a corpus, empty where there is none. Raises CorpusError on one that cannot be read."""
    path = clean / FILE_NAME
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Forgotten(**{name: frozenset(values[name]) for name in _SETS}, pending=bool(values["pending"]))
    except FileNotFoundError:
        return Forgotten()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path}: cannot be read, so it is not known what must stay out: {error}; restore it from a backup"
        ) from error


def write_forgotten(clean: Path, forgotten: Forgotten) -> None:
    """Put the list in place of the one that is there, whole or not at all. Raises CorpusError."""
    path = clean / FILE_NAME
    temporary = clean / f"{TEMPORARY_LINK}forgotten"  # a name that the next build clears away
    values = {
        name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(forgotten).items()
    }
    try:
        write_file(temporary, json.dumps(values, indent=1) + "\n")
        os.replace(temporary, path)  # noqa: PTH105 (the atomic step; nothing may hide it)
        flush(clean)
    except OSError as error:
        raise disk_error(f"cannot write {path}", error) from error
