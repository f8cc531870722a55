"""Table rows: the cells of a data table become one block, the cells of a layout stay what they are.

Half the tables of old pages are there to put things side by side. Which kind a row is shows only when its cells have
been read, so cells are walked like any container and put together at the end of the row.
"""

from __future__ import annotations

from typing import NamedTuple

from corpus.document import Hint, Kind

# A cell with a longer text makes its row a layout: cells of data tables hold some words.
_MAX_CELL = 1_000
_MAX_LONE_CELL = 200  # beside empty cells only
_LAYOUT_KINDS = frozenset({"heading", "code", "quote", "table_row"})


class Piece(NamedTuple):
    """One block, as `corpus.document.build` takes it."""

    text: str
    kind: Kind
    level: int
    hint: Hint


class Row:
    """A row that is being read, and where in `pieces` its cells lie."""

    __slots__ = ("cells", "hidden", "path", "pieces", "start")

    def __init__(self, pieces: list[Piece], path: tuple[str, ...], *, hidden: bool) -> None:
        self.pieces, self.path, self.hidden = pieces, path, hidden
        self.start = len(pieces)
        self.cells: list[tuple[int, int]] = []

    def open_cell(self, pieces: list[Piece]) -> None:
        if pieces is self.pieces:
            self.cells.append((len(pieces), -1))

    def close_cell(self, pieces: list[Piece]) -> None:
        if pieces is self.pieces and self.cells:
            self.cells[-1] = (self.cells[-1][0], len(pieces))

    def merge(self) -> None:
        """Make one block of the row: the texts of its cells, parted by tabs.

        A row whose cells hold several blocks, a table, code, a heading or long text is layout and stays as it is.
        Hidden elements and pictures in cells stay blocks of their own, behind the row.
        """
        # cells inside cells come from trees of lax parsers
        if len(self.cells) < 2 or any(end < first for first, end in self.cells):
            return
        texts: list[str] = []
        merged: list[Piece] = []
        for first, end in self.cells:
            shown = [p for p in self.pieces[first:end] if p.hint.hidden == self.hidden and not p.hint.alt]
            if len(shown) > 1 or (shown and _is_layout(shown[0])):
                return
            merged += shown
            texts.append(shown[0].text.replace("\n", " ") if shown else "")
        if not merged or (len(merged) == 1 and len(merged[0].text) > _MAX_LONE_CELL):
            return
        self._replace(merged, "\t".join(texts).strip())

    def _replace(self, merged: list[Piece], text: str) -> None:
        links, link_chars = sum(p.hint.links for p in merged), sum(p.hint.link_chars for p in merged)
        row = Piece(text, "table_row", 0, Hint(self.path, links, link_chars, self.hidden))
        ours = {id(p) for p in merged}
        others = [p for p in self.pieces[self.start :] if id(p) not in ours]
        self.pieces[self.start :] = [row, *others]


def _is_layout(piece: Piece) -> bool:
    return piece.kind in _LAYOUT_KINDS or len(piece.text) > _MAX_CELL
