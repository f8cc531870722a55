"""From lines to blocks: where paragraphs, headings, list items, table rows and footnotes begin and end.

All by what a typesetter does to show it: another size or weight, more leading, an indented first line, a bullet, a
last line that the next word would still have fitted into.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.blocks import Kind
from extractors.pdf_lines import Line
from extractors.pdf_notes import NOTE_SIZE, with_notes
from extractors.pdf_piece import Piece

# In units of the font size unless said otherwise.
_RISE, _DEPTH = 0.8, 0.2  # above and below the baseline
_OTHER_SIZE = 0.06  # relative
_MORE_LEADING = 1.17  # times the usual leading
_USUAL_LEADING = 1.45  # where nothing tells
_MAX_LEADING = 2.2
_INDENT = 0.7
_MAX_INDENT = 5.0
_FIT = 0.6  # the next word must fit with so much room to spare
_HEADING_SIZE = 1.08  # times the body size
_LOUD = 1.3  # times the body size, a title at the edge of its page
_HEADING_CHARACTERS = 250
_BOLD_HEADING_LINES = 3
_LEVELS = 6
_FAR_SHORT = 0.7  # of the width of the lines around: a line that ends before was meant to end there
_CENTRED = 0.5  # how far the middles of centred lines may be apart
_TABLE_REACH = 4  # lines; a row may be followed by lines that explain it

_BULLET = re.compile(r"[•‣⁃◦●○▪▫■□▶►➢➤✓✔❖♦\uf0b7\uf0a7](?:\s|(?=\w))")
_WEAK_BULLET = re.compile(r"(?:[-–—*·]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S")
_RAISED_MARK = re.compile(r"[¹²³⁰⁴-⁹†‡]")
_CAPTION = re.compile(r"(?:fig(?:ure|\.)?|abb(?:ildung|\.)?|table(?:au)?|tab\.|tabelle|graphique|schéma)\s*\d{1,3}\b",
                      re.IGNORECASE)  # fmt: skip
_LEADER_END = re.compile(r"(?:[.…·_]{4}|(?:\. ){4})[.\s]*(?:\d{1,4}|[ivxlc]{1,7})\s*\Z")
_SPEECH = re.compile(r"—.*[.!?…][\"”’»]?\s*\Z", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]\s¹²³⁰⁴-⁹]*\Z")
_CLAUSE_END = re.compile(r"[.!?…:;,][\"'”’»)\]\s]*\Z")


class Style(NamedTuple):
    """What is usual in a document: size and weight of its body text, leading by size, heading styles by rank."""

    size: float
    bold: bool
    leading: dict[float, float]
    ranks: dict[tuple[float, bool], int]


def style_of(columns: Sequence[Sequence[Line]]) -> Style:
    """Measure a document, given the lines of all of its columns."""
    weights: Counter[tuple[float, bool]] = Counter()
    gaps: dict[float, Counter[float]] = {}
    for column in columns:
        for above, line in zip([None, *column[:-1]], column, strict=True):
            size = _round(line.size)
            weights[size, line.bold] += len(line.shown)
            if above and _round(above.size) == size and 0 < above.y - line.y < _MAX_LEADING * size:
                gaps.setdefault(size, Counter())[_round(above.y - line.y)] += 1
    (size, bold), _ = max(weights.items(), key=lambda item: (item[1], item[0]), default=((10.0, False), 0))
    leading = {s: _usual(counts) for s, counts in gaps.items()}
    styles = {(s, b) for s, b in weights if s >= _HEADING_SIZE * size or (b and not bold and s >= 0.97 * size)}
    ranks = {style: rank for rank, style in enumerate(sorted(styles, reverse=True), start=1)}
    return Style(size, bold, leading, ranks)


def pieces(
    column: Sequence[Line],
    style: Style,
    titles: Mapping[int, tuple[int, int]] | None = None,
    *,
    foot: bool = True,
) -> list[Piece]:
    """The blocks of one column, from top to bottom. `foot` is false where text stands below it: it has no footnotes.

    `titles` are the headings that the outline of the document names: (number of lines, level) by first line.
    """
    titles = titles or {}
    titled = {k for i, (count, _) in titles.items() for k in range(i, i + count)}
    rows = _table_rows(column) - titled
    left, right = _edges(column)
    groups: list[list[int]] = []
    for i, line in enumerate(column):
        following = column[i + 1] if i + 1 < len(column) else None
        if i in titled:
            apart = i in titles
        else:
            apart = not groups or i in rows or groups[-1][-1] in rows | titled
            apart = apart or _breaks([column[k] for k in groups[-1]], line, following, style, left, right)
        if apart:
            groups.append([i])
        else:
            groups[-1].append(i)

    made = []
    for group in groups:
        piece = _piece([column[k] for k in group], style, in_table=group[0] in rows)
        if group[0] in titles:
            piece = piece._replace(kind="heading", outlined=titles[group[0]][1])
        made.append(piece._replace(box=_box([column[k] for k in group])))
    return with_notes(made, style.size) if foot else made


def _box(block: Sequence[Line]) -> tuple[float, ...]:
    edges = (
        min(line.x0 for line in block),
        min(line.y - _DEPTH * line.size for line in block),
        max(line.x1 for line in block),
        max(line.y + _RISE * line.size for line in block),
    )
    return tuple(round(edge, 1) for edge in edges)


def edge_piece(line: Line, style: Style) -> Piece:
    """A line at the edge of a page: a heading where it is set much larger than the text."""
    loud = line.size >= _LOUD * style.size and any(map(str.isalpha, line.shown))
    level = 1 + len({size for size, _ in style.ranks if size > _round(line.size)}) if loud else 0
    kind: Kind = "heading" if loud else "paragraph"
    piece = Piece(kind, min(level, _LEVELS), (line.text,), line.size, (line.shown,), line.bold)
    return piece._replace(box=_box([line]))


def levelled(made: Sequence[Piece]) -> list[int]:
    """The levels of all blocks of a document: headings that the outline names have its levels.

    A larger heading before them is the title of the document, which is one level up; other headings have the level of
    those that are set as they are.
    """
    outlined = [piece for piece in made if piece.outlined]
    if not outlined:
        return [piece.level for piece in made]
    first = next(piece for piece in made if piece.kind == "heading")
    below = int(not first.outlined and first.size > max(piece.size for piece in outlined))
    by_style = {
        (_round(p.size), p.bold): min(p.outlined + below, _LEVELS) for p in sorted(outlined, key=lambda p: -p.outlined)
    }
    levels = []
    for piece in made:
        style = _round(piece.size), piece.bold
        known = piece.kind == "heading" and (piece.outlined or style in by_style)
        levels.append(
            min(piece.outlined + below, _LEVELS) if piece.outlined else by_style[style] if known else piece.level
        )
    return levels


def _round(value: float) -> float:
    return round(value * 2) / 2


def _usual(counts: Counter[float]) -> float:
    """The most frequent leading; of equally frequent ones the smaller."""
    return min(counts, key=lambda gap: (-counts[gap], gap))


def _edges(column: Sequence[Line]) -> tuple[float, float]:
    lefts = Counter(round(line.x0) for line in column)
    return min(lefts, key=lambda x: (-lefts[x], x), default=0), max((line.x1 for line in column), default=0.0)


def _table_rows(column: Sequence[Line]) -> set[int]:
    """Lines of several cells that begin where those of a line nearby begin."""
    rows: set[int] = set()
    several = [i for i, line in enumerate(column) if len(line.cells) > 1 and not _BULLET.match(line.shown)]
    for i, j in pairwise(several):
        if j - i <= _TABLE_REACH:
            a, b = column[i], column[j]
            if any(abs(x - y) < a.size for x in a.starts[1:] for y in b.starts[1:]):
                rows |= {i, j}
    return rows


def _breaks(block: Sequence[Line], line: Line, following: Line | None, style: Style, left: float, right: float) -> bool:
    """Whether a new block begins with `line`."""
    above = block[-1]
    em = max(line.size, 1.0)
    gap = above.y - line.y
    usual = style.leading.get(_round(line.size), _USUAL_LEADING * em)
    if abs(line.size - above.size) > _OTHER_SIZE * em or line.bold != above.bold:
        return True
    if gap <= 0 or gap > _MORE_LEADING * usual + 0.5:
        return True
    if _LEADER_END.search(above.shown):
        return True  # a contents line
    if _BULLET.match(line.shown) or (line.size <= NOTE_SIZE * style.size and _RAISED_MARK.match(line.shown)):
        return True
    fits = _would_fit(above, line, right)
    if _WEAK_BULLET.match(line.shown) and (fits or _SENTENCE_END.search(above.shown)):
        return True
    if _is_centred(above, line, style):
        return False
    if _indent_breaks(block, line, following, left, em):
        return True
    starts = line.shown[0].isupper() or line.shown[0].isdigit() or line.shown[0] in '«“"—–('
    if not (fits and starts):
        return False
    return bool(_SENTENCE_END.search(above.shown)) or _ends_early(block, line, following, style)


def _is_centred(above: Line, line: Line, style: Style) -> bool:
    """Whether two lines of a heading are centred."""
    shift = line.x0 + line.x1 - above.x0 - above.x1
    return (_round(line.size), line.bold) in style.ranks and abs(shift) < 2 * _CENTRED * line.size


def _ends_early(block: Sequence[Line], line: Line, following: Line | None, style: Style) -> bool:
    """Whether the last line of a block ends far before those around it do: an entry of a list without bullets."""
    above = block[-1]
    if (_round(above.size), above.bold) in style.ranks or above.shown[-1] in ",-":
        return False
    around = [*block, line] + ([following] if following and abs(following.size - line.size) < 0.5 else [])
    left, right = min(x.x0 for x in around), max(x.x1 for x in around)
    return above.x1 - left < _FAR_SHORT * (right - left)


def _would_fit(above: Line, line: Line, right: float) -> bool:
    """Whether the first word of `line` would have fitted behind `above`: then its end was meant."""
    first = line.shown.split(" ", 1)[0]
    width = (line.x1 - line.x0) * len(first) / max(len(line.shown), 1)
    return above.x1 + width + _FIT * line.size < right


def _indent_breaks(block: Sequence[Line], line: Line, following: Line | None, left: float, em: float) -> bool:
    shift = line.x0 - block[-1].x0
    marked = bool(_BULLET.match(block[0].shown) or _WEAK_BULLET.match(block[0].shown))
    if shift > _INDENT * em:
        if marked and len(block) == 1:
            return False  # the text of a list item stands behind its bullet
        if shift > _MAX_INDENT * em or len(block) > 1:
            return True
        hanging = following is not None and abs(following.x0 - line.x0) < 0.3 * em and block[0].x0 <= left + em
        return not hanging
    if shift < -_INDENT * em:
        return len(block) > 1 or (marked and block[0].shown[0] != "—")  # speech is indented as paragraphs are
    return False


def _piece(block: Sequence[Line], style: Style, *, in_table: bool) -> Piece:
    size, bold = block[0].size, block[0].bold
    texts = tuple(("\t" if in_table else " ").join(line.cells).strip() for line in block)
    if in_table:
        return Piece("table_row", 0, texts, size, tuple(line.shown for line in block), bold)
    shown = tuple(line.shown.strip() for line in block)
    length = sum(map(len, shown))
    if level := _heading_level(block, style, shown, length):
        return Piece("heading", level, texts, size, shown, bold)
    speech = shown[0].startswith("—") and _SPEECH.match(" ".join(shown))
    if (_BULLET.match(shown[0]) or _WEAK_BULLET.match(shown[0])) and not speech:
        return Piece("list_item", 1, texts, size, shown, bold)
    if _CAPTION.match(shown[0]) and length < 2 * _HEADING_CHARACTERS and size <= style.size:
        return Piece("caption", 0, texts, size, shown, bold)
    return Piece("paragraph", 0, texts, size, shown, bold)


def _heading_level(block: Sequence[Line], style: Style, texts: Sequence[str], length: int) -> int:
    if length > _HEADING_CHARACTERS or not any(c.isalpha() or ord(c) >= 0xF0000 for c in texts[0]):
        return 0
    rank = style.ranks.get((_round(block[0].size), block[0].bold), 0)
    if not rank or _BULLET.match(texts[0]):
        return 0
    larger = _round(block[0].size) >= _HEADING_SIZE * style.size
    if not larger and (len(block) > _BOLD_HEADING_LINES or _CLAUSE_END.search(texts[-1])):
        return 0
    return min(rank, _LEVELS)
