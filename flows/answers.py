"""Answers about copies in the state.

Those about pairs and groups (`corpus.known`) let a build read only texts that are new or changed; that about the corpus
as a whole spares one with nothing new to look for copies at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import orjson

from corpus.copies import Copies, Dropped, Looked, find_copies
from corpus.known import Known
from corpus.relations import Related
from flows.fingerprint import fingerprint
from flows.state import OF_MANY, State, pack, unpack


def answers_key() -> bytes:
    """The key of the answers in the state; other code asks anew."""
    return hashlib.blake2b(f"answers\0{fingerprint()}".encode(), digest_size=16).digest()


def read_answers(state: State) -> Known:
    """What earlier builds found out. Raises StateLostError when it is damaged."""
    key = answers_key()
    return Known(unpack(state.body(key)) if state.known([key]) else b"")


def write_answers(state: State, answers: Known) -> None:
    """Keep what this build asked for or found out."""
    if answers.changed:
        state.put([(answers_key(), "", pack(b"{}"), pack(answers.to_bytes()))])


def copies_key(documents: Sequence[Looked]) -> bytes:
    """The key of the copies among documents: of all that finding copies looks at."""
    digest = hashlib.blake2b(f"copies\0{fingerprint()}".encode(), digest_size=16)
    for document in documents:
        digest.update(repr(document._replace(signature=b"")).encode("utf-8", "backslashreplace"))  # of the text, too
    return digest.digest()


def copies_among(documents: Sequence[Looked], load: Callable[[str], str], state: State) -> Copies:
    """What `find_copies` finds, asked once for the same documents. Raises StateLostError on a damaged state."""
    key = copies_key(documents)
    if state.known([key]):
        return _unpacked(unpack(state.body(key)))
    answers = read_answers(state)
    copies = find_copies(documents, load, answers)
    write_answers(state, answers)
    state.put([(key, OF_MANY, pack(b"{}"), pack(_packed(copies)))])
    return copies


def _packed(copies: Copies) -> bytes:
    dropped = {key: tuple(found) for key, found in copies.dropped.items()}
    related = {key: list(map(tuple, several)) for key, several in copies.related.items()}
    return orjson.dumps([dropped, related])


def _unpacked(data: bytes) -> Copies:
    dropped, related = orjson.loads(data)
    return Copies(
        {key: Dropped(*values) for key, values in dropped.items()},
        {key: tuple(Related(*values) for values in several) for key, several in related.items()},
    )
