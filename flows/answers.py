"""Answers about copies (`corpus.known`) in the state, so that a build reads only texts that are new or changed."""

from __future__ import annotations

import hashlib

from corpus.known import Known
from flows.fingerprint import fingerprint
from flows.state import State, pack, unpack


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
