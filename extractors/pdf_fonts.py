"""What a PDF font says its codes mean, and nothing more.

A font's map is believed here as it stands; a code it has no character for becomes a private character that keeps the
code (U+F0000 + code), so that nothing is lost and a repair that knows the font can still put the letter in its place.
Where the font itself may know more (see extractors.fonts), a stand-in takes its place until all pages are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pdfminer.encodingdb import name2unicode
from pdfminer.pdffont import PDFFont, PDFSimpleFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from extractors.pdf_encodings import differences
from extractors.pdf_maps import MAX_MAP_BYTES, MapOfRanges, has_codes, without_bombs, without_long_ranges
from extractors.pdf_streams import unpacks_to_more

PRIVATE_BASE = 0xF0000
_PRIVATE_LAST = 0xFFFD  # the two last code points of a plane are no characters
_STAND_IN_BASE = 0x100000
_STAND_INS = 0xFF00  # of one document
_RAISED_BASE = 0x10FFF0
RAISED = {ord("0") + n: chr(_RAISED_BASE + n) for n in range(10)}
"""Stand-ins for digits that are drawn raised, for str.translate."""
SUPERSCRIPTS = {_RAISED_BASE + n: "⁰¹²³⁴⁵⁶⁷⁸⁹"[n] for n in range(10)}
"""What those stand-ins are shown as, for str.translate."""
STAND_IN = re.compile("[\U00100000-\U0010ffff]")
_NO_COLLECTION = ("Adobe-Identity", "Adobe-UCS")
_MAX_CHARACTERS = 16  # that one glyph stands for; the longest ligature in use, U+FDFA, has 18 with its spaces
# White space other than the blank would break the lines of the text, NUL and lone surrogates have no place in one.
UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_WIN_ANSI_BULLETS = (127, 129, 141, 143, 144, 157)
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|semibold|-b\b|,b\b|cmbx", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # PDF 32000-1, table 123


class Glyph(NamedTuple):
    """What one code of a font stands for, and its advance width as a share of the font size."""

    text: str
    width: float


class Unknown(NamedTuple):
    """A glyph whose meaning is in doubt: the character that stands for it until it is known, and what its map says."""

    stand_in: str
    face: Face
    code: int
    raw: str


class Unknowns:
    """The glyphs of one document that are in doubt, each with a stand-in from the last plane of Unicode."""

    def __init__(self) -> None:
        self.glyphs: list[Unknown] = []

    def add(self, face: Face, code: int, raw: str) -> str:
        """The stand-in for a glyph; when all are taken, the private character of its code."""
        if len(self.glyphs) >= _STAND_INS:
            return private(code) if STAND_IN.search(raw) else raw
        stand_in = chr(_STAND_IN_BASE + len(self.glyphs))
        self.glyphs.append(Unknown(stand_in, face, code, raw))
        return stand_in


class Face:
    """A font as the layout needs it: glyphs by code, read once each.

    `damaged` means that the map of the font is none, so that all its characters are in doubt; in other fonts only
    those without any character are.
    """

    __slots__ = ("_gids", "_unknowns", "bold", "damaged", "embedded", "font", "glyphs", "name", "spec")

    def __init__(self, font: PDFFont, spec: Mapping[str, Any], unknowns: Unknowns) -> None:
        self.font = font
        self.spec = spec
        self._unknowns = unknowns
        self._gids: bytes | None = None
        self.embedded = any(font.descriptor.get(key) for key in ("FontFile2", "FontFile3"))
        self.damaged = self.embedded and _has_no_map(font, spec)
        name = font.fontname
        self.name = name.decode("latin-1") if isinstance(name, bytes) else str(name)
        self.bold = is_bold(self.name, font.flags)
        self.glyphs: dict[int, Glyph] = {}

    def glyph(self, code: int) -> Glyph:
        found = self.glyphs.get(code)
        if found is None:
            found = self.glyphs[code] = Glyph(self._checked(code), float(self.font.char_width(code)))
        return found

    def glyph_id(self, cid: int) -> int:
        """The glyph of a CID in the embedded program, by CIDToGIDMap."""
        if self._gids is None:
            self._gids = _cid_to_gid_map(self.spec)
        if not self._gids:
            return cid
        return int.from_bytes(self._gids[2 * cid : 2 * cid + 2])

    def _checked(self, code: int) -> str:
        text = self._text(code)
        blank = text == " " and not self.font.is_multibyte()
        if (self.damaged and not blank) or (self.embedded and is_private(text)) or STAND_IN.search(text):
            return self._unknowns.add(self, code, text)
        return text

    def _text(self, code: int) -> str:
        try:
            text = self.font.to_unichr(code)
        except (PDFUnicodeNotDefined, ValueError, OverflowError):
            text = ""
        if not text or len(text) > _MAX_CHARACTERS + 2 or UNUSABLE.search(text):
            return " " if text in {"\t", "\n", "\r"} else private(code)
        return text


class BoundedResources(PDFResourceManager):
    """pdfminer's fonts, without maps that claim more codes than any font has. `specs` has their dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.specs: dict[PDFFont, Mapping[str, Any]] = {}

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        if objid and objid in self._cached_fonts:
            return self._cached_fonts[objid]
        harmless = without_bombs(spec)
        lighter, ranges = without_long_ranges(harmless)
        font = super().get_font(objid, lighter)
        if ranges:
            vars(font)["unicode_map"] = MapOfRanges(getattr(font, "unicode_map", None), ranges)
        self.specs[font] = harmless
        if isinstance(font, PDFSimpleFont):
            _mend_encoding(font, resolve1(spec.get("Encoding")))
        return font


def is_bold(name: str, flags: int) -> bool:
    """Whether a font is bold, by its name and the flags of its descriptor."""
    return bool(_BOLD_NAME.search(name)) or bool(flags & _FORCE_BOLD)


def private(code: int) -> str:
    """The private character that stands for a code without a known one."""
    return chr(PRIVATE_BASE + min(code & 0xFFFF, _PRIVATE_LAST))


def is_private(text: str) -> bool:
    """Whether a text is the private character of an unknown code."""
    return len(text) == 1 and text >= chr(PRIVATE_BASE)


def _has_no_map(font: PDFFont, spec: Mapping[str, Any]) -> bool:
    """Whether nothing but habit says what the codes of an embedded font mean."""
    to_unicode = resolve1(spec.get("ToUnicode"))
    if isinstance(to_unicode, PSLiteral):
        return True  # the name of a map from codes to themselves
    if isinstance(to_unicode, PDFStream):
        return not has_codes(getattr(font, "unicode_map", None))
    if font.is_multibyte():
        # Of these pdfminer reads the cmap of the program as if codes were glyph ids, whatever CIDToGIDMap says.
        return getattr(font, "unicode_map", None) is None or getattr(font, "cidcoding", "") in _NO_COLLECTION
    return isinstance(font, PDFSimpleFont) and spec.get("Encoding") is None


def _cid_to_gid_map(spec: Mapping[str, Any]) -> bytes:
    descendants = resolve1(spec.get("DescendantFonts"))
    inner = resolve1(descendants[0]) if isinstance(descendants, list) and descendants else None
    stream = resolve1(inner.get("CIDToGIDMap")) if isinstance(inner, dict) else None
    if not isinstance(stream, PDFStream) or unpacks_to_more(stream, MAX_MAP_BYTES):
        return b""
    data: bytes = stream.get_data()
    return data


def _mend_encoding(font: PDFSimpleFont, encoding: Any) -> None:
    """Two things pdfminer does not do with the encoding of a simple font.

    The unused codes of WinAnsiEncoding are bullets (PDF 32000-1, annex D.2, note 3). And a code whose glyph has a name
    that means nothing is unknown, whatever the base encoding has at this place.
    """
    base = resolve1(encoding.get("BaseEncoding")) if isinstance(encoding, dict) else encoding
    if isinstance(base, PSLiteral) and base.name == "WinAnsiEncoding":
        font.cid2unicode = {**dict.fromkeys(_WIN_ANSI_BULLETS, "\N{BULLET}"), **font.cid2unicode}
    for code, name in differences(encoding):
        if not _is_known(name):
            font.cid2unicode.pop(code, None)


def _is_known(name: str) -> bool:
    try:
        return bool(name2unicode(name))
    except (KeyError, ValueError):
        return False
