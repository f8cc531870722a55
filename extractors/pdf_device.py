"""From drawing operators to fragments: pieces of text with a place, a size and a font.

pdfminer makes an object with twenty attributes for each character and then groups them by geometry alone. But a page
says more than that: what one operator draws stands together. So a string drawn at once becomes one fragment here,
kerning inside it is forgotten, gaps that are wide enough are written as spaces, and only fragments reach the layout.
That takes a third of the time.
"""

from __future__ import annotations

import math
import re
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice, PDFTextSeq
from pdfminer.pdffont import PDFFont
from pdfminer.pdftypes import resolve1
from pdfminer.utils import MATRIX_IDENTITY, decode_text, mult_matrix

from extractors.pdf_fonts import UNUSABLE, BoundedResources, Face, Unknowns
from extractors.pdf_sheet import Fragment
from extractors.pdf_spacing import written
from extractors.pdf_streams import PageTooLarge

MAX_GLYPHS = 200_000  # of one page; a densely set newspaper page has 50,000
MAX_FORMS = 5_000  # drawn by one page; forms that draw each other may be 10 ** 10

# Of the font size. Word spaces are .2 to .35 and shrink to .17 in tight lines; kerning stays below .1.
SPACE_GAP = 0.15
BREAK_GAP = 0.75  # columns of a table or page, even if one operator draws both; LaTeX parts columns by 1
BACK_GAP = 0.5  # a jump back
_DOWNWARDS = -90  # degrees
UPRIGHT = 0.02  # sine of the angle to which a line counts as level


HYPHENS = ("-", "\N{SOFT HYPHEN}", "\N{HYPHEN}")
_NO_MEANING = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
MAX_SPANS = 1_000  # of marked content, one in the other
_TIMES_LONGER, _LONGER = 3, 16  # characters of a span's text that are believed, beside those drawn
_SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")  # several spaces in a row are one, as pdfium has it


class FragmentDevice(PDFTextDevice):
    """Collects the fragments of a page; the lists are started anew by `clear`.

    `cut` says that the page has more than is read of one page, `hurt` that something on it could not be read.
    """

    def __init__(self, resources: BoundedResources, unknowns: Unknowns) -> None:
        super().__init__(resources)
        self._faces: dict[int, Face] = {}
        self._specs = resources.specs
        self._unknowns = unknowns
        self.clear()

    def clear(self) -> None:
        self.fragments: list[Fragment] = []
        self._spans: list[tuple[int, str | None]] = []
        self._glyphs = self._forms = 0
        self.cut = self.hurt = False

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:  # noqa: ARG002  (pdfminer's signature)
        self._forms += 1
        if self._forms > MAX_FORMS:
            raise PageTooLarge

    def begin_tag(self, tag: Any, props: Any = None) -> None:  # noqa: ARG002  (pdfminer's signature)
        if len(self._spans) < MAX_SPANS:
            self._spans.append((len(self.fragments), _actual_text(props)))

    def end_tag(self) -> None:
        if self._spans:
            start, text = self._spans.pop()
            if text is not None:
                self.fragments[start:] = _with_text(self.fragments[start:], text)

    def face(self, font: PDFFont) -> Face:
        """One Face per font object; the Face holds the font, so that its id stays taken."""
        found = self._faces.get(id(font))
        if found is None:
            found = self._faces[id(font)] = Face(font, self._specs.get(font, {}), self._unknowns)
        return found

    def render_string(self, textstate: Any, seq: PDFTextSeq, ncs: Any, graphicstate: Any) -> None:
        font = textstate.font
        if font.is_vertical():
            super().render_string(textstate, seq, ncs, graphicstate)
            return
        pen = _Pen(self.face(font), textstate, mult_matrix(textstate.matrix, self.ctm or MATRIX_IDENTITY))
        for item in seq:
            if isinstance(item, bytes):
                self._glyphs += len(item)
                pen.draw(item)
            elif isinstance(item, int | float):
                pen.move(item)
        pen.lift(self.fragments)
        textstate.linematrix = (pen.x, textstate.linematrix[1])
        if self._glyphs > MAX_GLYPHS:
            raise PageTooLarge

    def render_char(
        self, matrix: Any, font: PDFFont, fontsize: float, scaling: float, rise: float, cid: int, ncs: Any,
        graphicstate: Any,
    ) -> float:  # fmt: skip
        """Vertical writing: one fragment per character, on a page turned so that its lines are level."""
        del ncs, graphicstate
        self._glyphs += 1
        if self._glyphs > MAX_GLYPHS:
            raise PageTooLarge
        glyph = self.face(font).glyph(cid)
        size = abs(fontsize) * math.hypot(matrix[2], matrix[3])
        x, y = matrix[4], matrix[5] + rise
        self.fragments.append(Fragment(-y, size - y, x, size, glyph.text, self.face(font).bold, _DOWNWARDS))
        return glyph.width * fontsize * scaling


def _actual_text(props: Any) -> str | None:
    """What a span of marked content says that it reads as (PDF 32000-1, 14.9.4); None where it says nothing usable."""
    value = resolve1(props.get("ActualText")) if isinstance(props, dict) else None
    if not isinstance(value, bytes):
        return None
    text = "".join(" " if c.isspace() else c for c in decode_text(value))
    return None if UNUSABLE.search(text) or _NO_MEANING.search(text) else text


def _with_text(drawn: list[Fragment], text: str) -> list[Fragment]:
    """What a span draws, with the text that it says it has; as drawn, where the text is of more than one line."""
    if not drawn:
        return []
    shown = "".join(fragment.text for fragment in drawn)
    main = max(drawn, key=lambda fragment: len(fragment.text))
    level = all(f.turn == main.turn and abs(f.y - main.y) < main.size for f in drawn)
    if not level or len(text) > _TIMES_LONGER * len(shown) + _LONGER:
        return drawn
    if shown.strip() in HYPHENS and not text.strip():
        text = "\N{SOFT HYPHEN}"
    if not text:
        return []
    return [main._replace(x0=min(f.x0 for f in drawn), x1=max(f.x1 for f in drawn), text=text)]


class _Pen:
    """Draws one string; `x` runs along the baseline in text space."""

    def __init__(self, face: Face, state: Any, matrix: tuple[float, ...]) -> None:
        self.face, self.matrix = face, matrix
        scaling = state.scaling * 0.01
        self.per_width = state.fontsize * scaling
        self.char_space = state.charspace * scaling
        self.word_space = 0.0 if face.font.is_multibyte() else state.wordspace * scaling
        self.rise = state.rise
        self.x, self.y = state.linematrix
        self.size = abs(state.fontsize) * math.hypot(matrix[2], matrix[3])
        self.em = abs(self.per_width) or 1.0
        self.start = self.end = self.x
        self.texts: list[str] = []
        self.gaps: dict[int, float] = {}
        self.done: list[tuple[float, float, str]] = []
        self.drawn = False

    def move(self, thousandths: float) -> None:
        self.x -= thousandths * 0.001 * self.per_width
        if self.drawn:
            self.x += self.char_space
            self.drawn = False

    def draw(self, data: bytes) -> None:
        codes = list(self.face.font.decode(data))
        if not codes:
            return
        if self.drawn:
            self.x += self.char_space
        gap = (self.x - self.end) / self.em if self.texts else 0.0
        if gap > BREAK_GAP or gap < -BACK_GAP:
            self._break()
        elif gap > SPACE_GAP:
            self.gaps[len(self.texts)] = gap
        if not self.texts:
            self.start = self.x
        glyphs = [self.face.glyph(code) for code in codes]
        self.texts.append("".join([glyph.text for glyph in glyphs]))
        self.x += sum([glyph.width for glyph in glyphs]) * self.per_width + self.char_space * (len(codes) - 1)
        if self.word_space:
            self.x += self.word_space * codes.count(32)
        self.end = self.x
        self.drawn = True

    def lift(self, fragments: list[Fragment]) -> None:
        """Hand the pieces over, in page space."""
        if self.drawn:
            self.x += self.char_space
        self._break()
        a, b, c, d, e, f = self.matrix
        length = math.hypot(a, b)
        if not self.done or not length or not math.isfinite(length + self.size):
            return
        level = abs(b) <= UPRIGHT * length and a > 0
        turn = 0 if level else round(math.degrees(math.atan2(b, a)))
        cosine, sine = (1.0, 0.0) if level else (a / length, b / length)
        y = self.y + self.rise
        for start, end, text in self.done:
            page_x, page_y = a * start + c * y + e, b * start + d * y + f
            x0 = page_x * cosine + page_y * sine
            width = (end - start) * length
            baseline = page_y * cosine - page_x * sine
            low, high = min(x0, x0 + width), max(x0, x0 + width)
            fragments.append(Fragment(low, high, baseline, self.size, text, self.face.bold, turn))

    def _break(self) -> None:
        text = written(self.texts, self.gaps)
        if text:
            if "  " in text:
                text = _SPACES.sub(" ", text)
            self.done.append((self.start, self.end, text))
        self.texts, self.gaps = [], {}
