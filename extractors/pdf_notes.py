"""Blocks of a page, and which of them are footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from corpus.blocks import Kind

NOTE_SIZE = 0.93  # times the body size, at most
_NOTE_MARK = re.compile(r"[¹²³⁰⁴-⁹*†‡§\U000F0000-\U000FFFFD]|\(?\d{1,3}(?:[.)]?\s|(?=[^\W\d]))")


class Piece(NamedTuple):
    """A block of a page, its lines as texts, and as `shown` with stand-ins replaced.

    `outlined` is the level that the outline of the document gives a heading, 0 for all else; `box` is left, bottom,
    right and top edge in points, from the lower left corner of the page as it is shown (of turned text: turned back).
    """

    kind: Kind
    level: int
    lines: tuple[str, ...]
    size: float
    shown: tuple[str, ...]
    bold: bool = False
    outlined: int = 0
    box: tuple[float, ...] = ()


def with_notes(made: Iterable[Piece], body: float) -> list[Piece]:
    """Small print at the foot of the column that begins with a mark is a footnote, and what follows it as well.

    `body` is the size of the text.
    """
    result = list(made)
    first = len(result)
    while first and result[first - 1].size <= NOTE_SIZE * body and result[first - 1].kind != "table_row":
        first -= 1
    noted = False
    for i in range(first, len(result)):
        noted = noted or bool(_NOTE_MARK.match(result[i].shown[0]) and not result[i].outlined)
        if noted and not result[i].outlined and result[i].kind != "caption":
            result[i] = result[i]._replace(kind="footnote", level=0)
    start = next((i for i in range(first, len(result)) if result[i].kind == "footnote"), 0)
    if start > first and _goes_on(result[start - 1]):
        result[start - 1] = result[start - 1]._replace(kind="footnote")
    return result


def _goes_on(piece: Piece) -> bool:
    """Whether small print above the first note of a page is the rest of a note of the page before."""
    return piece.kind == "paragraph" and piece.shown[0][:1].islower()
