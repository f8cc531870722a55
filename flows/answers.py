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
from flows.state import State


def answers_key() -> bytes:
    """The key of the answers in the state; other code asks anew."""
    return hashlib.blake2b(f"answers\0{fingerprint()}".encode(), digest_size=16).digest()


def copies_key(documents: Sequence[Looked]) -> bytes:
    """The key of the copies among documents: of all that finding copies looks at."""
    digest = hashlib.blake2b(f"copies\0{fingerprint()}".encode(), digest_size=16)
    for document in documents:
        digest.update(repr(document._replace(signature=b"")).encode("utf-8", "backslashreplace"))  # of the text, too
    return digest.digest()


def copies_among(documents: Sequence[Looked], load: Callable[[str], str], state: State, key: bytes) -> Copies:
    """What `find_copies` finds, asked once for the same documents, whose `copies_key` is given.

    Raises StateLostError on a damaged state.
    """
    if (kept := state.answer(key)) is not None:
        return _unpacked(kept)
    answers = Known(state.answer(answers_key()) or b"")
    copies = find_copies(documents, load, answers)
    if answers.changed:
        state.keep_answer(answers_key(), answers.to_bytes())
    state.keep_answer(key, _packed(copies), names_items=True)
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
