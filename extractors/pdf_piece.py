"""A block of a PDF page before it becomes one of a document."""

from __future__ import annotations

from typing import NamedTuple

from corpus.blocks import Kind


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
