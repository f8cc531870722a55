"""From markup events to blocks: where a page's text begins and ends as a reader sees it.

The rules are those of a browser without its style sheets: block-level elements part blocks and inline ones do not,
white space collapses except in `pre`, two `<br>` in a row part paragraphs. Whatever a browser would not show is kept
as blocks of its own that say so; deciding that something is not content is left to the cleaners.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.document import Hint
from extractors.elements import (
    BLOCK,
    CELL,
    FACT,
    HIDDEN,
    LINK,
    LIST,
    MEANINGFUL,
    PICTURES,
    PRE,
    ROLES,
    ROW,
    SCOPE,
    SKIPPED,
    TABLE,
    Scope,
    name_of,
    plain_element,
    role_of,
    scope_of,
)  # fmt: skip
from extractors.facts import FACT_TAGS, Facts, wanted_of_class
from extractors.rows import Piece, Row
from extractors.tree import MAX_DEPTH, TooDeep
from extractors.whitespace import BREAK, collapse, is_visible, preformatted

_BLOCK_LINK = BLOCK | LINK
_INLINE_PICTURE = re.compile(r"[^\w\x00-\x7f]{1,12}")  # a picture that stands for a character: emoji
_EMOJI_CLASS = re.compile(r"emoji|smil", re.IGNORECASE)
# A longer path keeps its outermost and innermost names. Paths of real pages have 5 to 40; a bound keeps memory linear.
_MAX_PATH = 64


class _Line:
    """The block that is being put together: what came since the last boundary."""

    __slots__ = ("asides", "break_open", "chunks", "dip", "in_links", "link_starts", "links", "low", "path", "visible")

    def __init__(self, depth: int, link_starts: int = 0) -> None:
        self.visible = False
        self.break_open = False  # the last thing was a <br>
        self.chunks: list[str] = []
        self.in_links: list[str] = []
        self.asides: list[Piece] = []  # pictures and hidden elements in the middle of the text, to follow it
        self.path: list[str] = []  # open elements at its first character
        self.low = depth  # how many of these also enclose its last character
        self.dip = depth  # fewest open elements since then
        self.links = 0
        self.link_starts = link_starts  # links open without text yet


class BlockWalker:
    """A target for markup events; `pieces` are the blocks in reading order once `close` was called."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.facts = Facts()
        self._path: list[str] = []
        self._flags: list[int] = []
        self._scopes = [Scope("paragraph")]
        self._rows: list[Row | None] = [None]
        self._outer: list[tuple[_Line, list[Piece]]] = []  # what a hidden element interrupts
        self._line = _Line(0)
        self._paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._lists = self._pre = self._links = self._skip = 0
        self._hidden = False

    # ---- events -----------------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skip or tag in SKIPPED:
            self._start_skipped(tag, attributes)
            return
        path = self._path
        name, flags = self._read(tag, attributes) if attributes else (tag, ROLES.get(tag, 0))
        path.append(name)
        if flags == BLOCK and tag != "button":  # most of all elements with a role
            if self._line.visible:
                self._boundary()
        elif flags:
            flags = self._open(flags, tag, attributes)
        elif tag == "br":
            self._break()
        elif tag in PICTURES:
            self._picture(attributes)
        self._flags.append(flags)
        if len(path) > MAX_DEPTH:
            raise TooDeep

    def data(self, text: str) -> None:
        if self._skip:
            self.facts.skipped_data(text)
            return
        if self.facts.listening:
            self.facts.data(text)
        line = self._line
        if text.isspace():
            if line.visible:
                line.chunks.append(text)
            return
        if not line.visible:
            line.visible = True
            line.path = self._path[:] if len(self._path) <= _MAX_PATH else _shortened(self._path)
            line.low = line.dip = len(self._path)
        elif line.dip < line.low:
            line.low = line.dip
        line.break_open = False
        line.chunks.append(text)
        if self._links:
            line.in_links.append(text)
            line.links += line.link_starts
            line.link_starts = 0

    def end(self, tag: str) -> None:
        if self._skip:
            self._skip -= 1
            if not self._skip:
                self.facts.close_skipped(tag)
            return
        flags = self._flags.pop()
        if flags == BLOCK:
            if self._line.visible:
                self._boundary()
        elif flags:
            self._close(flags)
        path, line = self._path, self._line
        path.pop()
        if len(path) < line.dip:  # noqa: PLR1730  (twice as fast as min(), and done for each end tag)
            line.dip = len(path)

    def close(self) -> None:
        """End of the document."""
        self._flush()

    # ---- elements that mean something -------------------------------------------------------------------------------

    def _read(self, tag: str, attributes: Mapping[str, str]) -> tuple[str, int]:
        """Name and roles of an element with attributes."""
        if tag in FACT_TAGS or not MEANINGFUL.isdisjoint(attributes):
            name, flags = name_of(tag, attributes), role_of(tag, attributes)
            return name, flags | FACT if self.facts.open(tag, attributes) else flags
        classes = attributes.get("class", "")
        name, flags = plain_element(tag, classes)
        if attributes.get("id"):
            name = name_of(tag, attributes)
        if tag == "a" and "href" in attributes:
            flags |= LINK
        if classes and (wanted := wanted_of_class(tag, classes)) and self.facts.listen(wanted):
            flags |= FACT
        return name, flags

    def _start_skipped(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._skip += 1
        if self._skip == 1:
            self.facts.open_skipped(tag, attributes)
        elif self._skip > MAX_DEPTH:
            raise TooDeep

    def _open(self, flags: int, tag: str, attributes: Mapping[str, str]) -> int:
        """Do what a start tag means; returns what its end tag has to undo."""
        if tag == "button" and self._line.visible:  # in the middle of a sentence
            self._line.chunks.append(" ")
            flags &= ~BLOCK
        if flags & BLOCK:
            self._boundary()
        if flags & LINK:
            self._links += 1
            self._line.link_starts += 1
        if flags & ~_BLOCK_LINK:
            self._open_container(flags, tag, attributes)
        if flags & HIDDEN:
            if self._hidden:
                return flags & ~HIDDEN
            self._open_hidden()
        return flags

    def _open_container(self, flags: int, tag: str, attributes: Mapping[str, str]) -> None:
        if flags & LIST:
            self._lists += 1
        if flags & SCOPE:
            self._scopes.append(scope_of(tag, attributes, self._lists))
        if flags & PRE:
            self._pre += 1
        if flags & TABLE:
            self._rows.append(None)
        elif flags & ROW:
            hidden = self._hidden or bool(flags & HIDDEN)
            self._rows.append(Row(self.pieces, self._shared(self._path), hidden=hidden))
        elif flags & CELL and (row := self._rows[-1]):
            row.open_cell(self.pieces)

    def _close(self, flags: int) -> None:
        """Undo what a start tag did, the innermost first."""
        if flags & FACT:
            self.facts.close()
        if flags & HIDDEN:
            self._close_hidden()
        if flags & PRE:
            if self._pre == 1:
                self._flush()
            self._pre -= 1
        if flags & BLOCK:
            self._boundary()
        if flags & LINK:
            self._links -= 1
            self._line.link_starts = 0
        if flags & ~_BLOCK_LINK:
            self._close_container(flags)

    def _close_container(self, flags: int) -> None:
        if flags & LIST:
            self._lists -= 1
        if flags & SCOPE:
            self._scopes.pop()
        if flags & CELL and (row := self._rows[-1]):
            row.close_cell(self.pieces)
        if flags & ROW and (row := self._rows.pop()):
            row.merge()
        if flags & TABLE:
            self._rows.pop()

    def _open_hidden(self) -> None:
        """What a browser does not show neither parts nor joins the text around it."""
        self._outer.append((self._line, self.pieces))
        if self._line.visible:
            self.pieces = self._line.asides
        self._line = _Line(len(self._path))
        self._hidden = True

    def _close_hidden(self) -> None:
        self._flush()
        self._line, self.pieces = self._outer.pop()
        self._hidden = False

    def _break(self) -> None:
        line = self._line
        if self._pre:
            line.chunks.append("\n")
        elif line.break_open:
            self._flush()
        elif line.visible:
            line.break_open = True
            line.chunks.append(BREAK)

    def _picture(self, attributes: Mapping[str, str]) -> None:
        alt = " ".join(attributes.get("alt", "").split())
        if not is_visible(alt):
            return
        if _INLINE_PICTURE.fullmatch(alt) or _EMOJI_CLASS.search(attributes.get("class", "")):
            self.data(alt)
            return
        links, link_chars = (1, len(alt)) if self._links else (0, 0)
        hint = Hint(self._shared(self._path), links, link_chars, self._hidden, alt=True)
        pieces = self._line.asides if self._line.visible else self.pieces
        pieces.append(Piece(alt, "caption", 0, hint))

    # ---- text -------------------------------------------------------------------------------------------------------

    def _boundary(self) -> None:
        """A block-level element begins or ends; inside `pre` that is a line end."""
        if not self._pre:
            self._flush()
        elif self._line.visible and not self._line.chunks[-1].endswith("\n"):
            self._line.chunks.append("\n")

    def _flush(self) -> None:
        """End the block that is being put together."""
        line = self._line
        if not line.visible:
            return
        self._line = _Line(len(self._path), line.link_starts)
        text = "".join(line.chunks)
        text = preformatted(text) if self._pre else collapse(text)
        if is_visible(text):
            link_chars = 0
            if line.in_links:
                all_linked = len(line.in_links) == len(line.chunks)
                link_chars = len(text) if all_linked else min(len(text), len(collapse("".join(line.in_links))))
            hint = Hint(self._shared(line.path[: line.low]), line.links, link_chars, self._hidden)
            self._add(text, hint)
        if line.asides:
            self.pieces.extend(line.asides)

    def _add(self, text: str, hint: Hint) -> None:
        scope = self._scopes[-1]
        self.pieces.append(Piece(text, scope.kind, scope.level, hint))
        if scope.once:
            scope.kind, scope.level, scope.once = "paragraph", 0, False

    def _shared(self, path: list[str]) -> tuple[str, ...]:
        """The path as a tuple; equal ones are one object, for siblings are many."""
        names = tuple(path if len(path) <= _MAX_PATH else _shortened(path))
        return self._paths.setdefault(names, names)


def _shortened(path: list[str]) -> list[str]:
    return path[: _MAX_PATH // 2] + path[-_MAX_PATH // 2 :]
