"""The PDFs of the sample corpus, laid out line by line on reportlab's canvas.

The lines are broken here and not by reportlab's platypus, because the samples need what platypus does not do: words cut
with a hyphen, notes at the foot of the page that calls them, two columns beside each other. The canvas is asked for
reproducible files (`invariant`), and streams stay uncompressed, so that the bytes do not depend on the version of zlib.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from prose import Piece, blocks, parse, plain, typeset
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)  # points
A5 = (420.0, 595.0)
ROMAN, BOLD, ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"
NARROW = "\N{NARROW NO-BREAK SPACE}"  # not in WinAnsi, the encoding of the standard fonts
BULLETS = {"fr": "– ", "en": "• ", "de": "• "}  # French lists begin with a dash
TITLE = 1.6  # size of the title, times that of the text
NOTE_SIZE, NOTE_LEADING = 8.0, 9.6
NOTE_GAP = 12.0  # between text and notes, holds the rule
SPACES = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "))
_CALL = re.compile(r"\((\d)\)")
Hyphens = Callable[[str], list[int]]  # word in lower case -> where it may be cut
_CORE = re.compile(r"[^\W\d_]+")


class Layout(NamedTuple):
    """Measures of one kind of PDF, in points."""

    page: tuple[float, float]
    margin: float
    top: float
    bottom: float
    size: float
    leading: float
    columns: int = 1
    gap: float = 0.0
    justify: bool = True

    @property
    def column_width(self) -> float:
        return (self.page[0] - 2 * self.margin - self.gap * (self.columns - 1)) / self.columns


LAYOUTS = {
    "report": Layout(A5, margin=50, top=64, bottom=62, size=11.2, leading=15),
    "newsletter": Layout(A5, margin=36, top=56, bottom=46, size=10, leading=12.8, columns=2, gap=18),
    "notice": Layout(A4, margin=80, top=90, bottom=70, size=12.5, leading=18, justify=False),
}


class Line(NamedTuple):
    """A line that stands nowhere yet."""

    text: str
    font: str
    size: float
    before: float  # extra space above
    indent: float = 0.0
    slack: float = 0.0  # width left over, to be spread over the spaces
    keep: bool = False  # must not be the last of its column
    notes: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()


# ---- breaking lines -------------------------------------------------------------------------------------------------


def break_words(text: str, width: float, font: str, size: float, hyphens: Hyphens) -> list[str]:
    """Fill lines of `width` points greedily, cutting words where `hyphens` allows it."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if not line or stringWidth(longer, font, size) <= width:
            line = longer
            continue
        for head, tail in _cuts(word, hyphens):
            if stringWidth(f"{line} {head}", font, size) <= width:
                lines.append(f"{line} {head}")
                line = tail
                break
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def _cuts(word: str, hyphens: Hyphens) -> list[tuple[str, str]]:
    """The ways to cut a word in two, the latest place first; the head ends with its hyphen."""
    places = {hyphen.end(): "" for hyphen in re.finditer(r"(?<=\w)-(?=\w)", word)}
    for core in _CORE.finditer(word):
        for place in hyphens(core[0].lower()):
            places[core.start() + place] = "-"
    return [(word[:place] + places[place], word[place:]) for place in sorted(places, reverse=True)]


def listed(words: Sequence[str]) -> Hyphens:
    """Words with hyphens where they may be cut."""
    table = {
        word.replace("-", "").lower(): [h.start() - n for n, h in enumerate(re.finditer("-", word))] for word in words
    }
    return lambda word: table.get(word, [])


_V = "[aeiouyàâäéèêëîïôöùûüœ]"
_GROUP = "ch|ph|th|gn|qu|[bcfgp]l|[bcdfgptv]r"  # consonants that stay together
_SYLLABLE = re.compile(
    rf"(?<={_V})(?=(?:{_GROUP}|[bcdfgjklmnpqrstvz]){_V})"
    rf"|(?<={_V}[bcdfgklmnpqrst])(?!(?<=[bcfgp])l|(?<=[bcdfgptv])r|(?<=[cpt])h|(?<=g)n)(?=(?:{_GROUP}|[b-df-hj-np-tv-z]){_V})"
)


def french_places(word: str) -> list[int]:
    """Where a French word may be cut: between syllables, two letters before and three behind at least."""
    return [cut.start() for cut in _SYLLABLE.finditer(word) if 2 <= cut.start() <= len(word) - 3]


def _paragraph(text: str, layout: Layout, hyphens: Hyphens, style: Mapping[str, Any]) -> list[Line]:
    font, size = style.get("font", ROMAN), style.get("size", layout.size)
    indent = style.get("indent", 0.0)
    width = layout.column_width - indent
    texts = break_words(text.replace(NARROW, "\N{NO-BREAK SPACE}"), width, font, size, hyphens)
    lines: list[Line] = []
    for position, line in enumerate(texts):
        stretched = layout.justify and font == ROMAN and position < len(texts) - 1
        slack = width - stringWidth(line, font, size) if stretched else 0.0
        before = style.get("before", 0.0) if position == 0 else 0.0
        notes = tuple(int(number) for number in _CALL.findall(line))
        lines.append(Line(line, font, size, before, indent, slack, style.get("keep", False), notes))
    return lines


def set_pieces(pieces: Sequence[Piece], layout: Layout, hyphens: Hyphens, bullet: str) -> list[list[Line]]:
    """The lines of each block: of each paragraph, heading, list item or table row."""
    found: list[list[Line]] = []
    for piece in pieces:
        for line in piece.lines:
            text = (bullet if piece.kind == "list" else "") + plain(line)
            found.append(_set(piece, text, layout, hyphens))
    return found


def _set(piece: Piece, text: str, layout: Layout, hyphens: Hyphens) -> list[Line]:
    if piece.kind == "heading":
        size = layout.size + (2.5 if piece.level == 2 else 0.8)
        style = {"font": BOLD, "size": size, "before": layout.leading * 0.8, "keep": True}
        return _paragraph(text, layout, listed(()), style)
    if piece.kind == "table":
        first = text.split("\t") == piece.lines[0].split("\t")
        font = BOLD if first else ROMAN
        return [Line("", font, layout.size - 1, layout.leading * 0.2, cells=tuple(text.split("\t")))]
    if piece.kind == "list":
        return _paragraph(text, layout, hyphens, {"indent": 10.0, "before": layout.leading * 0.2})
    return _paragraph(text, layout, hyphens, {"before": layout.leading * 0.45})


# ---- placing lines --------------------------------------------------------------------------------------------------


class Placed(NamedTuple):
    """A line on its page. `block` counts the blocks of the document."""

    line: Line
    page: int
    x: float
    y: float
    block: int


class Placement(NamedTuple):
    lines: list[Placed]
    notes: dict[int, list[int]]  # page -> numbers of the notes at its foot


def place(
    found: Sequence[Sequence[Line]], layout: Layout, notes: Mapping[int, Sequence[str]], start: float
) -> Placement:
    """Fill column after column, page after page. `start` is the height that the title takes on the first page."""
    placed: list[Placed] = []
    feet: dict[int, list[int]] = {}
    page, column, y = 1, 0, layout.page[1] - layout.top - start
    flat = [(line, number) for number, block in enumerate(found) for line in block]
    for position, (line, number) in enumerate(flat):
        called = feet.get(page, []) + list(line.notes)
        follow = [line, *(flat[position + i][0] for i in (1, 2) if line.keep and position + i < len(flat))]
        height = sum(_height(each, layout) for each in follow)
        if y - height < layout.bottom + _foot(called, notes):
            page, column = (page, column + 1) if column + 1 < layout.columns else (page + 1, 0)
            y = layout.page[1] - layout.top - (start if page == 1 else 0.0)
            line = line._replace(before=0.0)  # noqa: PLW2901 - no space above the first line of a column
        y -= _height(line, layout)
        x = layout.margin + column * (layout.column_width + layout.gap) + line.indent
        placed.append(Placed(line, page, x, y, number))
        if line.notes:
            feet.setdefault(page, []).extend(line.notes)
    return Placement(placed, feet)


def _height(line: Line, layout: Layout) -> float:
    return line.before + layout.leading * (1.35 if line.cells else 1.0)


def _foot(numbers: Sequence[int], notes: Mapping[int, Sequence[str]]) -> float:
    lines = sum(len(notes[number]) for number in numbers)
    return NOTE_GAP + lines * NOTE_LEADING if lines else 0.0


# ---- writing --------------------------------------------------------------------------------------------------------


def make_pdf(entry: Mapping[str, Any]) -> tuple[bytes, list[str]]:
    """One PDF from its entry in the content file, and the blocks of its expected text (no author: metadata has it)."""
    language = entry["language"]
    layout = LAYOUTS[entry["layout"]]
    title, author, header = (typeset(entry.get(key, ""), language) for key in ("title", "author", "header"))
    pieces = parse(re.sub(r" (?=\(\d\))", "\N{NO-BREAK SPACE}", entry["body"]), language)
    hyphens = french_places if language == "fr" else listed(entry.get("hyphens", ()))
    texts = {int(number): f"({number}) {typeset(note, language)}" for number, note in entry.get("notes", {}).items()}
    width = layout.page[0] - 2 * layout.margin
    notes = {number: break_words(text, width, ROMAN, NOTE_SIZE, hyphens) for number, text in texts.items()}
    head = break_words(title, width, BOLD, layout.size * TITLE, listed(()))
    start = len(head) * layout.size * TITLE * 1.2 + layout.leading * 2
    placement = place(set_pieces(pieces, layout, hyphens, BULLETS[language]), layout, notes, start)

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=layout.page, invariant=1, pageCompression=0)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    last = max(placed.page for placed in placement.lines)
    for page in range(1, last + 1):
        if page == 1:
            _write_title(canvas, layout, head, author)
        elif header:
            canvas.setFont(ITALIC, 8.5)
            canvas.drawString(layout.margin, layout.page[1] - 36, header)
        for placed in placement.lines:
            if placed.page == page:
                _write(canvas, placed, layout)
        _write_notes(canvas, layout, [line for number in placement.notes.get(page, []) for line in notes[number]])
        if last > 1:
            canvas.setFont(ROMAN, 9)
            canvas.drawCentredString(layout.page[0] / 2, 28, f"{page} / {last}")
        canvas.showPage()
    canvas.save()
    marks = [BULLETS[language] if piece.kind == "list" else "" for piece in pieces for _ in piece.lines]
    kept = [mark + block for mark, block in zip(marks, blocks(pieces), strict=True)]
    # the standard fonts have one glyph for all spaces, so what is read from the page has plain ones
    whole = [title, *_with_notes(kept, placement, texts)]
    return buffer.getvalue(), [block.translate(SPACES) for block in whole]


def _write_title(canvas: Canvas, layout: Layout, head: Sequence[str], author: str) -> None:
    y = layout.page[1] - layout.top
    canvas.setFont(BOLD, layout.size * TITLE)
    for line in head:
        canvas.drawString(layout.margin, y, line)
        y -= layout.size * TITLE * 1.2
    canvas.setFont(ITALIC, layout.size)
    canvas.drawString(layout.margin, y, author)


def _write(canvas: Canvas, placed: Placed, layout: Layout) -> None:
    line = placed.line
    if line.cells:
        _write_row(canvas, placed, layout)
        return
    text = canvas.beginText(placed.x, placed.y)
    text.setFont(line.font, line.size)
    spaces = line.text.translate(SPACES).count(" ")  # reportlab writes no-break spaces as plain ones
    text.setWordSpace(line.slack / spaces if spaces else 0.0)
    text.textOut(line.text)
    text.setWordSpace(0.0)  # it outlasts the text object
    canvas.drawText(text)


def _write_row(canvas: Canvas, placed: Placed, layout: Layout) -> None:
    """Cells in a grid of equal columns."""
    canvas.setFont(placed.line.font, placed.line.size)
    width = layout.column_width / len(placed.line.cells)
    height = layout.leading * 1.35 + placed.line.before
    for position, cell in enumerate(placed.line.cells):
        x = layout.margin + position * width
        canvas.rect(x, placed.y - layout.leading * 0.45, width, height)
        canvas.drawString(x + 4, placed.y, cell)


def _write_notes(canvas: Canvas, layout: Layout, lines: Sequence[str]) -> None:
    if not lines:
        return
    y = layout.bottom + (len(lines) - 1) * NOTE_LEADING
    canvas.line(layout.margin, y + NOTE_LEADING + 2, layout.margin + 70, y + NOTE_LEADING + 2)
    canvas.setFont(ROMAN, NOTE_SIZE)
    for line in lines:
        canvas.drawString(layout.margin, y, line)
        y -= NOTE_LEADING


def _with_notes(found: Sequence[str], placement: Placement, texts: Mapping[int, str]) -> list[str]:
    """Put the notes of a page behind the last block that begins on it, clear of a paragraph that runs over."""
    first_page: dict[int, int] = {}
    for placed in placement.lines:
        first_page.setdefault(placed.block, placed.page)
    whole: list[str] = []
    for number, block in enumerate(found):
        whole.append(block)
        if first_page.get(number + 1) != first_page[number]:
            whole += [texts[note] for note in placement.notes.get(first_page[number], [])]
    return whole
