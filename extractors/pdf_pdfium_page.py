"""One page as pdfium has it: characters with their origin, cut into fragments as pdf_device cuts them."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium
from pdfminer.utils import mult_matrix

from extractors.pdf_device import BACK_GAP, BREAK_GAP, MAX_GLYPHS, SPACE_GAP, UPRIGHT
from extractors.pdf_fonts import UNUSABLE, is_bold, private
from extractors.pdf_pdfium_calls import CALLS
from extractors.pdf_sheet import Fragment, Place
from extractors.pdf_spacing import written

_MAX_NAME = 256  # bytes of a font name
_HYPHENS = frozenset("\x02\ufffe")  # pdfium writes these for a hyphen that ends a line
_SHORT_WORD = 3  # letters; asking for each costs no more
_LIGATURES = {"ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "ffi": "ﬃ", "ffl": "ﬄ", "st": "ﬆ"}
_LIGATURE_LIKE = re.compile("ff|fi|fl|st")
_TIGHT = 0.04  # font sizes that kerning may shift a word's end by before each of its gaps is looked at


class Memory:
    """What is known of the fonts of a document.

    `ligatures` says that its fonts have ligatures as one character; pdfium parts them. `guessed` turns true when a
    font did not say what one of its codes means, `hyphens` when a hyphen ended a line.
    """

    def __init__(self, *, ligatures: bool) -> None:
        self.widths: dict[int, dict[str, float]] = {}
        self.bold: dict[int, bool] = {}
        self.ligatures = ligatures
        self.guessed = self.hyphens = False


class _Drawn(NamedTuple):
    """What the characters of one drawing operation share; `em` is the font size along the baseline."""

    size: float
    em: float
    turn: int
    cosine: float
    sine: float
    font: int
    bold: bool


class PageReader:
    """Reads the characters of one page.

    Each question to pdfium costs a microsecond, so few are asked: an operation's end is searched by leaps, and inside
    a word whose ends stand as far apart as its letters are wide no gap is looked for.
    """

    def __init__(self, text: Any, place: Place, memory: Memory) -> None:
        self._text = ctypes.cast(text, ctypes.c_void_p).value or 0
        self._matrix = place.matrix
        self.memory = memory
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._at = ctypes.addressof(self._x), ctypes.addressof(self._y)
        self._rectangle = pdfium.FS_RECTF()
        count = CALLS.count_chars(self._text)
        self._count, self.cut = min(count, MAX_GLYPHS), count > MAX_GLYPHS
        self.characters = self._read_characters()

    def fragments(self) -> list[Fragment]:
        """The fragments of the page in the order of pdfium."""
        found: list[Fragment] = []
        first = 0
        while first < self._count:
            owner = CALLS.text_object(self._text, first)
            end = self._end_of(first, owner) if owner else first + 1
            drawn = self._drawn(first, owner) if owner else None
            if drawn:
                found += _Cutter(self, drawn).cut(first, end)
            first = end
        return found

    def generated(self, i: int) -> bool:
        return bool(CALLS.generated(self._text, i))

    def place(self, i: int, drawn: _Drawn) -> tuple[float, float]:
        """Where a character begins along its baseline, and the height of that."""
        CALLS.origin(self._text, i, *self._at)
        a, b, c, d, e, f = self._matrix
        x, y = a * self._x.value + c * self._y.value + e, b * self._x.value + d * self._y.value + f
        if not drawn.turn:
            return x, y
        return x * drawn.cosine + y * drawn.sine, y * drawn.cosine - x * drawn.sine

    def width(self, i: int, drawn: _Drawn) -> float:
        """The advance of a character along its baseline, in font sizes."""
        box = self._rectangle
        if not CALLS.loose_box(self._text, i, ctypes.addressof(box)):
            return 0.0
        width, height = abs(box.right - box.left), abs(box.top - box.bottom)
        upright = abs(self._matrix[0]) > 0  # the box is that of the page as it is drawn
        along = (abs(drawn.cosine) >= abs(drawn.sine)) == upright
        return float(width if along else height) / drawn.em

    def check(self, i: int) -> None:
        """Note that a character is a guess of pdfium's."""
        if CALLS.map_error(self._text, i):
            self.memory.guessed = True

    def widths(self, drawn: _Drawn) -> dict[str, float]:
        """Known widths of a font's characters."""
        return self.memory.widths.setdefault(drawn.font, {})

    def _read_characters(self) -> str:
        """All characters of the page, one each."""
        count = self._count
        buffer = (ctypes.c_ushort * (count + 1))()
        CALLS.text(self._text, 0, count, ctypes.addressof(buffer))
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "surrogatepass")
        if buffer[count] or len(text) != count or "\0" in text:  # characters beyond the first plane, or none
            text = "".join(chr(code) if code < 0x110000 else "\0" for code in self._codes())
        self.memory.hyphens = self.memory.hyphens or any(hyphen in text for hyphen in _HYPHENS)
        return "".join(map(_readable, text)) if UNUSABLE.search(text) else text

    def _codes(self) -> Iterator[int]:
        return (CALLS.unicode(self._text, i) for i in range(self._count))

    def _end_of(self, first: int, owner: int) -> int:
        """The first character behind `first` that another operation draws."""
        text, owner_of, count = self._text, CALLS.text_object, self._count
        low, step = first, 8
        while low + step < count and owner_of(text, low + step) == owner:
            low += step
            step *= 2
        high = min(low + step, count)
        while low + 1 < high:
            middle = (low + high) // 2
            if owner_of(text, middle) == owner:
                low = middle
            else:
                high = middle
        return low + 1

    def _drawn(self, i: int, owner: int) -> _Drawn | None:
        matrix = pdfium.FS_MATRIX()
        if not CALLS.matrix(self._text, i, ctypes.addressof(matrix)):
            return None
        a, b, c, d, _, _ = mult_matrix(
            (matrix.a, matrix.b, matrix.c, matrix.d, 0.0, 0.0), (*self._matrix[:4], 0.0, 0.0)
        )
        length, font_size = math.hypot(a, b), abs(CALLS.font_size(self._text, i))
        size = font_size * math.hypot(c, d)
        if not length or not math.isfinite(length + size):
            return None
        level = abs(b) <= UPRIGHT * length and a > 0
        turn = 0 if level else round(math.degrees(math.atan2(b, a)))
        cosine, sine = (1.0, 0.0) if level else (a / length, b / length)
        font = CALLS.font(owner) or 0
        return _Drawn(size, font_size * length or 1.0, turn, cosine, sine, font, self._is_bold(font))

    def _is_bold(self, font: int) -> bool:
        found = self.memory.bold.get(font)
        if found is None:
            buffer = ctypes.create_string_buffer(_MAX_NAME)
            length = CALLS.font_name(font, ctypes.addressof(buffer), _MAX_NAME) if font else 0
            name = buffer.raw[: max(min(length, _MAX_NAME) - 1, 0)].decode("utf-8", "replace")
            found = self.memory.bold[font] = is_bold(name, CALLS.font_flags(font) if font else 0)
        return found


class _Cutter:
    """Cuts what one operation draws into fragments, where gaps are wide."""

    def __init__(self, page: PageReader, drawn: _Drawn) -> None:
        self.page, self.drawn = page, drawn
        self.widths = page.widths(drawn)
        self.found: list[Fragment] = []
        self.texts: list[str] = []
        self.gaps: dict[int, float] = {}
        self.begin = self.stop = self.last = self.baseline = 0.0
        self.index, self.glyph = 0, ""  # of the last character, and all characters of its glyph

    def cut(self, first: int, end: int) -> list[Fragment]:
        page = self.page
        i = first
        while i < end:
            character = page.characters[i]
            if character == " ":
                if not page.generated(i):
                    self._add(i, character)
                i += 1
                continue
            behind = i + 1
            while behind < end and page.characters[behind] != " ":
                behind += 1
            if not self._whole(i, behind):
                for k in range(i, behind):
                    self._add(k, page.characters[k])
            i = behind
        self._finish()
        return self.found

    def _whole(self, first: int, end: int) -> bool:
        """Add a word at once, if the letters between its ends are just as wide as they are known to be."""
        word, widths = self.page.characters[first:end], self.widths
        if len(word) < _SHORT_WORD or (self.page.memory.ligatures and _LIGATURE_LIKE.search(word)):
            return False
        try:
            inner = sum([widths[c] for c in word[:-1]])
            last_width = widths[word[-1]]
        except KeyError:
            return False
        em = self.drawn.em
        here, level = self.page.place(first, self.drawn)
        last, _ = self.page.place(end - 1, self.drawn)
        if abs(last - here - inner * em) > _TIGHT * em:
            return False
        self._gap(here, level)
        self.texts.append(word)
        self.last, self.stop, self.index = last, last + last_width * em, end - 1
        self.glyph = ""
        return True

    def _add(self, i: int, character: str) -> None:
        here, level = self.page.place(i, self.drawn)
        if self.texts and self.glyph and here == self.last:
            self._add_to_glyph(character)
            return
        self._gap(here, level)
        self.texts.append(character)
        self.glyph = character
        width = self.widths.get(character)
        if width is None:
            width = self.widths[character] = self.page.width(i, self.drawn)
            self.page.check(i)
        self.last, self.stop, self.index = here, here + width * self.drawn.em, i

    def _add_to_glyph(self, character: str) -> None:
        """Several characters of one glyph; the width of the first is that of them all, and not its own."""
        self.widths.pop(self.glyph[:1], None)
        self.glyph += character
        joined = _LIGATURES.get(self.glyph) if self.page.memory.ligatures else None
        self.texts[-1] = joined or self.glyph

    def _gap(self, here: float, level: float) -> None:
        """Look at the gap before a character that begins at `here`: a space, a new fragment, or nothing."""
        em = self.drawn.em
        if self.texts:
            gap = (here - self.stop) / em
            if gap > SPACE_GAP or gap < -BACK_GAP:  # not all glyphs of one character have the same width
                self.stop = self.last + self.page.width(self.index, self.drawn) * em
                gap = (here - self.stop) / em
            if gap > BREAK_GAP or gap < -BACK_GAP:
                self._finish()
            elif gap > SPACE_GAP:
                self.gaps[len(self.texts)] = gap
        if not self.texts:
            self.begin, self.baseline = here, level

    def _finish(self) -> None:
        if self.texts:
            low, high = min(self.begin, self.stop), max(self.begin, self.stop)
            drawn, text = self.drawn, written(self.texts, self.gaps)
            self.found.append(Fragment(low, high, self.baseline, drawn.size, text, drawn.bold, drawn.turn))
            self.texts, self.gaps = [], {}


@cache
def _readable(character: str) -> str:
    if character in _HYPHENS:
        return "-"
    if UNUSABLE.match(character):
        return " " if character in "\t\n\r" else private(ord(character))
    return character
