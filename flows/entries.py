"""A raw item on its way through a build, under which keys its results are kept, and the tables it ends in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.document import Document
from corpus.relations import Related
from corpus.serial import from_bytes
from flows.facts import Facts
from flows.fingerprint import fingerprint
from flows.scan import Item
from flows.state import State, unpack

_NUMBERED = re.compile(r"~\d+$")  # of a name that an archive holds more than once


@dataclass(slots=True)
class Entry:
    """A raw item on its way through the build."""

    item: Item
    id: str
    prepared: bytes = b""  # key of its results in the state
    finished: bytes = b""
    facts: Facts | None = None  # of a finished document
    forgotten: bool = False  # on request: it is not read, and nothing of it is published
    failure: tuple[str, str, str] | None = None  # stage, error, message

    @property
    def readable(self) -> bool:
        """Whether it is on its way to a document: it was read, and nobody wants it forgotten."""
        return self.failure is None and not self.forgotten

    @property
    def unread(self) -> bool:
        """Whether its bytes could not be had, as on a failing disk: that says nothing of what they hold."""
        return self.failure is not None and self.failure[0] == "read" and self.failure[1] != "ExtractionError"

    @property
    def known(self) -> Facts:
        """The facts of a document that was finished."""
        if self.facts is None:
            raise ValueError(f"{self.item.path} was not finished")
        return self.facts


def document_of(entry: Entry, state: State) -> Document:
    """The finished document of an entry. Raises StateLostError when the state does not have it (any more)."""
    return from_bytes(unpack(state.body(entry.finished)), entry.item.source)


@dataclass(slots=True)
class Tables:
    """Where every raw item goes. A removed one comes with reason, id of the document that stays, similarity."""

    documents: list[Entry] = field(default_factory=list)
    removed: list[tuple[Entry, str, str, float | None]] = field(default_factory=list)
    forgotten: list[Entry] = field(default_factory=list)  # they stand in `removed` as well
    quarantine: list[Entry] = field(default_factory=list)
    related: Mapping[str, tuple[Related, ...]] = field(default_factory=dict)  # by id of a document that stays


def prepared_key(item: Item, sha256: str) -> bytes:
    """Key of a prepared document: bytes, file name ending (a tie-breaker of sniffing), source rules, code."""
    name = _NUMBERED.sub("", item.path.rpartition("/")[2])
    ending = name.rpartition(".")[2].lower()
    parts = ["prepared", sha256, ending, item.container, item.source.rules_key(), fingerprint()]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def finished_key(prepared: bytes, levels: Sequence[int]) -> bytes:
    """Key of a finished document: the prepared one, and the repeat level of each of its blocks."""
    return hashlib.blake2b(b"finished\0" + prepared + bytes(levels), digest_size=16).digest()
