"""Which blocks of a page its JSON-LD repeats as the main text (`articleBody`).

Few pages have it, and it may be cut short, glued together or another version of the text, so it is a hint beside
others: the share of a block's stretches of four words that the declared text has too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.rows import Piece

_WORD = re.compile(r"\w+")
_STRETCH = 4
_SHORTEST = 200  # characters; a shorter text is a summary


def mark_declared(pieces: Iterable[Piece], body: str) -> list[Piece]:
    """The pieces with their share in the declared main text; blocks of fewer than four words have none."""
    stretches = set(_stretches(body)) if len(body) >= _SHORTEST else set()
    return [_marked(piece, stretches) for piece in pieces] if stretches else list(pieces)


def _marked(piece: Piece, stretches: set[tuple[str, ...]]) -> Piece:
    mine = _stretches(piece.text)
    shared = sum(stretch in stretches for stretch in mine)
    return piece._replace(hint=piece.hint._replace(declared=shared / len(mine))) if shared else piece


def _stretches(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return list(zip(*(words[start:] for start in range(_STRETCH)), strict=False))
