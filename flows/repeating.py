"""How often each source repeats the blocks of its documents: counted once, and kept in the state as long as the
documents of the source are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from corpus.repeats import Blocks, levels_of_source
from flows.fingerprint import fingerprint
from flows.state import State

Levels = list[bytes | None]
"""Of each document the repeat level of each of its blocks; None for a document that could not be prepared."""


def levels_key(policy: str, prepared: Sequence[bytes]) -> bytes:
    """The key of the levels of a source, given what it wants done about duplicates and its prepared documents."""
    digest = hashlib.blake2b(f"levels\0{policy}\0{fingerprint()}".encode(), digest_size=16)
    for key in prepared:
        digest.update(key)
    return digest.digest()


def levels_of(state: State, key: bytes, policy: str, prepared: Sequence[bytes]) -> Levels:
    """The levels of the documents of a source, given by their keys; `key` is their `levels_key`.

    Who wants copies to stay (a policy other than `drop`) wants what they have in common to stay. Raises StateLostError
    on a damaged state.
    """
    if (kept := state.answer(key)) is not None:
        return [None if levels is None else bytes(map(int, levels)) for levels in orjson.loads(kept)]
    known = dict(_blocks(state, prepared))
    documents = [known.get(name) for name in prepared]
    sound = [blocks for blocks in documents if blocks]
    counted = iter(levels_of_source(sound) if policy == "drop" else [()] * len(sound))
    found = [bytes(next(counted)) if blocks else None for blocks in documents]
    if known.keys() == set(prepared):  # a worker that died may do better in the next build
        kept = orjson.dumps([None if levels is None else "".join(map(str, levels)) for levels in found])
        state.keep_answer(key, kept)
    return found


def _blocks(state: State, prepared: Sequence[bytes]) -> Iterator[tuple[bytes, Blocks | None]]:
    """The blocks of documents, in arrays: they take a tenth of the memory of lists. None for one that failed."""
    for key, packed in state.facts(dict.fromkeys(prepared)):
        facts = orjson.loads(packed)
        yield key, Blocks(np.array(facts["keys"], np.uint64), np.array(facts["sizes"])) if facts["ok"] else None
