"""Which blocks of a page its JSON-LD repeats as the main text (`articleBody`), and which its meta elements summarise.

Few pages declare their text, and it may be cut short, glued together or another version, so it is a hint beside others:
the share of a block's stretches of four words that the declared text has too. Most pages have a summary: it is the
standfirst, or the beginning of the first paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.rows import Piece

_WORD = re.compile(r"\w+")
_STRETCH = 4
_SHORTEST = 200  # characters; a shorter text is a summary
_SHORTEST_SUMMARY = 30  # characters; a shorter one may be a slogan or a name
_LONGEST_BLOCK = 4_000  # characters of blocks that are compared with a summary
_CUT = " .…-–—"  # what stands where a summary was cut off


def mark_declared(pieces: Iterable[Piece], body: str) -> list[Piece]:
    """The pieces with their share in the declared main text; blocks of fewer than four words have none."""
    stretches = set(_stretches(body)) if len(body) >= _SHORTEST else set()
    return [_marked(piece, stretches) for piece in pieces] if stretches else list(pieces)


def mark_described(pieces: Iterable[Piece], summaries: Iterable[str | None]) -> list[Piece]:
    """The pieces with their likeness to the page's summaries, of which the longest that shares anything counts."""
    plain = [_plain(summary) for summary in summaries if summary]
    wanted = sorted({text for text in plain if len(text) >= _SHORTEST_SUMMARY}, key=len, reverse=True)
    return [_described(piece, wanted) for piece in pieces] if wanted else list(pieces)


def _described(piece: Piece, summaries: list[str]) -> Piece:
    if piece.hint.hidden or piece.hint.alt or not _SHORTEST_SUMMARY <= len(piece.text) <= _LONGEST_BLOCK:
        return piece
    text = _plain(piece.text)
    for summary in summaries:
        if text in summary or summary in text:
            likeness = min(len(text), len(summary)) / max(len(text), len(summary))
            return piece._replace(hint=piece.hint._replace(described=likeness))
    return piece


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(_CUT)


def _marked(piece: Piece, stretches: set[tuple[str, ...]]) -> Piece:
    mine = _stretches(piece.text)
    shared = sum(stretch in stretches for stretch in mine)
    return piece._replace(hint=piece.hint._replace(declared=shared / len(mine))) if shared else piece


def _stretches(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return list(zip(*(words[start:] for start in range(_STRETCH)), strict=False))
