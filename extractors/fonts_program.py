"""The font program inside a PDF: which glyph a code draws, what the glyph is called, and how it looks.

TrueType, OpenType and bare CFF programs are read by fontTools. They come from strangers, so size, number of tables
read and whatever fontTools raises on damage are bounded here, and a program that cannot be read is no evidence.
"""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple

from fontTools.cffLib import CFFFontSet
from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.ttLib import TTFont, TTLibError
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psexceptions import PSException

from extractors.fonts_names import usable
from extractors.pdf_streams import unpacks_to_more

# What fontTools raises on damaged programs, as met on damaged programs.
DAMAGED_FONT = (
    TTLibError, PSException, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError,
    NotImplementedError, RecursionError, struct.error, TypeError, ValueError, zlib.error,
)  # fmt: skip
_MAX_PROGRAM = 30_000_000  # bytes; whole CJK fonts have 20 MB
_MAX_GLYPHS = 70_000
_SFNT = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_UNICODE_CMAPS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
_SYMBOL_BASE = 0xF000

logging.getLogger("fontTools").setLevel(logging.ERROR)


class Program(NamedTuple):
    """A font program.

    Attributes:
        glyphs: what fontTools draws, by name.
        order: glyph names by glyph id.
        em: units per em.
        named: whether the names are the font's own and not made up by fontTools.
        characters: glyph name to character, by the program's own Unicode cmap.
        by_code: code to glyph name, by its symbol or Macintosh cmap or its built-in encoding.
        by_cid: CID to glyph name, for CID-keyed CFF.
    """

    glyphs: Any
    order: list[str]
    em: float
    named: bool
    characters: Mapping[str, str]
    by_code: Mapping[int, str]
    by_cid: Mapping[int, str] | None


def load_program(descriptor: Any) -> Program | None:
    """The program of a font descriptor, None if there is none that can be read."""
    if not isinstance(descriptor, dict):
        return None
    for key in ("FontFile2", "FontFile3"):
        stream = resolve1(descriptor.get(key))
        if isinstance(stream, PDFStream):
            try:
                return _load(stream)
            except DAMAGED_FONT:
                return None
    return None


def _load(stream: PDFStream) -> Program | None:
    if unpacks_to_more(stream, _MAX_PROGRAM):
        return None
    data = stream.get_data()
    if len(data) > _MAX_PROGRAM:
        return None
    return _load_sfnt(data) if data[:4] in _SFNT else _load_cff(data)


def _load_sfnt(data: bytes) -> Program:
    font = TTFont(io.BytesIO(data), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    if "maxp" in font and font["maxp"].numGlyphs > _MAX_GLYPHS:
        raise ValueError("too many glyphs")
    order = font.getGlyphOrder()
    try:
        named = "CFF " in font or ("post" in font and font["post"].formatType in {1.0, 2.0})
    except DAMAGED_FONT:
        named = False
    characters, by_code = _read_cmaps(font)
    em = float(font["head"].unitsPerEm) if "head" in font else 1000.0
    by_cid = None
    if "CFF " in font:
        top = font["CFF "].cff.topDictIndex[0]
        by_cid = _cids(order) if hasattr(top, "ROS") else None
    return Program(_Glyphs(font, order), order, em or 1000.0, named and by_cid is None, characters, by_code, by_cid)


def _read_cmaps(font: Any) -> tuple[dict[str, str], dict[int, str]]:
    """(glyph name to character, code to glyph name) of a font's cmap tables, as far as they can be read."""
    characters: dict[str, str] = {}
    by_code: dict[int, str] = {}
    try:
        tables = font["cmap"].tables if "cmap" in font else []
        kinds = {(table.platformID, table.platEncID): table for table in tables}
    except DAMAGED_FONT:
        return characters, by_code
    for kind in _UNICODE_CMAPS:
        for code, name in sorted(_cmap_of(kinds.get(kind)).items()):
            if character := usable(chr(code)) if code < 0x110000 else "":
                characters.setdefault(name, character)
    for code, name in sorted(_cmap_of(kinds.get((3, 0))).items()):
        by_code.setdefault(code & 0xFF if code >= _SYMBOL_BASE else code, name)
    for code, name in sorted(_cmap_of(kinds.get((1, 0))).items()):
        by_code.setdefault(code, name)
    return characters, by_code


def _cmap_of(table: Any) -> dict[int, str]:
    try:
        return dict(islice(table.cmap.items(), _MAX_GLYPHS)) if table is not None else {}
    except DAMAGED_FONT:
        return {}


def _load_cff(data: bytes) -> Program:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts.topDictIndex[0]
    strings = top.CharStrings
    order = list(top.charset)
    if len(order) > _MAX_GLYPHS:
        raise ValueError("too many glyphs")
    keyed = hasattr(top, "ROS")
    matrix = getattr(top, "FontMatrix", [0.001])
    em = 1 / matrix[0] if matrix[0] else 1000.0
    encoding = [] if keyed else top.Encoding
    encoding = StandardEncoding if encoding == "StandardEncoding" else encoding
    by_code = {
        code: name
        for code, name in enumerate(encoding if isinstance(encoding, list) else [])
        if name != ".notdef" and name in strings
    }
    return Program(_CffGlyphs(strings), order, em, not keyed, {}, by_code, _cids(order) if keyed else None)


def _cids(order: list[str]) -> dict[int, str]:
    return {int(name[3:]): name for name in order if name[:3] == "cid" and name[3:].isdigit()} | {0: order[0]}


class _Glyphs:
    """The glyph set of a font, read when the first glyph is drawn: most programs are asked for names alone."""

    def __init__(self, font: Any, order: list[str]) -> None:
        self._font, self._names = font, frozenset(order)
        self._glyphs: Any = None

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Any:
        if self._glyphs is None:
            self._glyphs = self._font.getGlyphSet()
        return self._glyphs[name]


class _CffGlyphs:
    """The char strings of bare CFF data, looking like a glyph set."""

    def __init__(self, strings: Any) -> None:
        self._strings = strings

    def __contains__(self, name: str) -> bool:
        return name in self._strings

    def __getitem__(self, name: str) -> Any:
        return self._strings[name]
