"""Which blocks of a page are footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.pdf_piece import Piece

NOTE_SIZE = 0.93  # times the body size, at most
_NOTE_MARK = re.compile(r"[¹²³⁰⁴-⁹*†‡§\U000F0000-\U000FFFFD]|\(?\d{1,3}(?:[.)]?\s|(?=[^\W\d]))")


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
