"""A cheap look at a PDF: whether pdfium may read it, because it would give the same text as pdfminer.

Looked at are dictionaries, maps and the size of what is drawn; nothing is interpreted. pdfium reads a document whose
fonts all say what their codes mean, in horizontal writing from left to right, with nothing in it that the two
libraries take differently (see Look). Everything else, and everything in doubt, is read by pdfminer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from pdfminer.encodingdb import name2unicode
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from extractors.pdf_encodings import differences
from extractors.pdf_sheet import MAX_PAGES, Place
from extractors.pdf_streams import MAX_CONTENT, unpacks_to_more

_MAX_MAP_BYTES = 200_000  # of a map that is looked at; those of CJK fonts are larger and left to pdfminer
_MAX_FORMS = 2_000  # of one document
_ENCODINGS = frozenset(("WinAnsiEncoding", "MacRomanEncoding", "StandardEncoding"))
_WITHOUT_WIDTHS = re.compile(r"(?:Helvetica|Courier)(?:-(?:Bold)?(?:Oblique)?)?|Times-(?:Roman|Bold|Italic|BoldItalic)")
_MAP = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
# What pdfium writes otherwise: it reads /ActualText and parts letters from their accents.
_READ_OTHERWISE = (b"/ActualText", b"/ReversedChars")
_SOFT_HYPHEN = b"00AD"
_LIGATURE = re.compile(rb"FB0[0-6]")
_PARTS = frozenset((b"00660066", b"00660069", b"0066006C", b"006600660069", b"00660066006C", b"00730074"))
_SURROGATE = re.compile(rb"(?:.{4})*D[89A-F]")
_SIZES = re.compile(rb"(-?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))\s+T([fc])\b")
_SPACED = 0.1  # of the font size between letters
# Scripts from right to left, which pdfium puts in order of reading, and characters without a meaning.
_DOUBTFUL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\ufffd-\uffff\U000f0000-\U0010ffff]")


class Look(NamedTuple):
    """What the look found: where the pages lie, whether ligatures are one character, whether there are soft hyphens."""

    places: list[Place]
    ligatures: bool
    soft_hyphens: bool


class _Doubt(Exception):
    """Raised where pdfium might give another text."""


def look(pdf: PDFDocument) -> Look | None:
    """What is to be known for reading with pdfium; None where pdfminer must read. Raises what pdfminer raises."""
    try:
        return _look(pdf)
    except _Doubt:
        return None


def is_doubtful(text: str) -> bool:
    """Whether a text holds what pdfium and pdfminer may have read differently."""
    return _DOUBTFUL.search(text) is not None


def _look(pdf: PDFDocument) -> Look:
    places: list[Place] = []
    fonts = _Fonts()
    seen: set[int] = set()
    for page in islice(PDFPage.create_pages(pdf), MAX_PAGES):
        x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
        places.append(Place((x0, y0, x1, y1), page.rotate))
        drawn = sum(_draws(resolve1(stream)) for stream in page.contents)
        fonts.look(page.resources)
        forms = list(_forms(page.resources, seen))
        for form in forms:
            inner = resolve1(form.get("Resources")) or {}
            if not isinstance(inner, dict) or next(_forms(inner, set()), None):
                raise _Doubt  # forms in forms may multiply
            fonts.look(inner)
        if drawn * max((_draws(form) for form in forms), default=1) > MAX_CONTENT**2:
            raise _Doubt
    if fonts.single and fonts.several:
        raise _Doubt
    return Look(places, fonts.single, fonts.soft)


def _draws(stream: Any) -> int:
    """The size of the operators of a stream, which must be small and plain."""
    if not isinstance(stream, PDFStream):
        raise _Doubt
    if unpacks_to_more(stream, MAX_CONTENT):
        raise _Doubt
    data = stream.get_data()
    if any(word in data for word in _READ_OTHERWISE):
        raise _Doubt
    if b"Tc" in data and _is_letter_spaced(data):
        raise _Doubt
    return len(data)


def _is_letter_spaced(data: bytes) -> bool:
    """Whether operators part letters by gaps as wide as spaces, which pdfium does not tell from them."""
    size = spacing = 0.0
    for match in _SIZES.finditer(data):
        if match[2] == b"f":
            size = abs(float(match[1]))
        else:
            spacing = float(match[1])
        if spacing > _SPACED * size > 0:
            return True
    return False


def _forms(resources: Mapping[Any, Any], seen: set[int]) -> Iterator[PDFStream]:
    """The forms among the external objects of some resources, each once."""
    for value in (resolve1(resources.get("XObject")) or {}).values():
        form = resolve1(value)
        number = value.objid if isinstance(value, PDFObjRef) else id(form)
        if number in seen or not isinstance(form, PDFStream) or _name(form.get("Subtype")) != "Form":
            continue
        seen.add(number)
        if len(seen) > _MAX_FORMS:
            raise _Doubt
        yield form


def _name(value: Any) -> str:
    found = resolve1(value)
    return str(found.name) if isinstance(found, PSLiteral) else ""


class _Fonts:
    """Judges fonts, each once.

    `single` and `several`: ligatures are one character, or are several; `soft`: there are soft hyphens, which pdfium
    does not tell from others at the end of a line.
    """

    def __init__(self) -> None:
        self.single = self.several = self.soft = False
        self._seen: set[int] = set()

    def look(self, resources: Mapping[Any, Any]) -> None:
        for value in (resolve1(resources.get("Font")) or {}).values():
            spec = resolve1(value)
            number = value.objid if isinstance(value, PDFObjRef) else id(spec)
            if number not in self._seen:
                self._seen.add(number)
                if not isinstance(spec, dict):
                    raise _Doubt
                self._judge(spec)

    def _judge(self, spec: Mapping[str, Any]) -> None:
        kind = _name(spec.get("Subtype"))
        mapped = self._mapped(resolve1(spec.get("ToUnicode")))
        if kind == "Type0":
            if not mapped or _name(spec.get("Encoding")) != "Identity-H":
                raise _Doubt
        elif kind in {"Type1", "MMType1", "TrueType", "Type3"}:
            self._judge_simple(spec, mapped)
        else:
            raise _Doubt

    def _judge_simple(self, spec: Mapping[str, Any], mapped: frozenset[int]) -> None:
        encoding = resolve1(spec.get("Encoding"))
        base = encoding.get("BaseEncoding") if isinstance(encoding, dict) else encoding
        standard = bool(_WITHOUT_WIDTHS.fullmatch(_name(spec.get("BaseFont")))) and "FontDescriptor" not in spec
        named = list(differences(encoding))
        if "Widths" not in spec and not standard:
            raise _Doubt
        if not (mapped or named or standard or _name(base) in _ENCODINGS):
            raise _Doubt
        for code, name in named:
            if code not in mapped:
                self._judge_name(name)

    def _judge_name(self, name: str) -> None:
        try:
            text = name2unicode(name)
        except (KeyError, ValueError):
            raise _Doubt from None
        units = text.encode("utf-16-be").hex().upper().encode()
        self._judge_text(units)

    def _mapped(self, stream: Any) -> frozenset[int]:
        """The codes that a map gives a meaning."""
        if stream is None:
            return frozenset()
        if not isinstance(stream, PDFStream) or unpacks_to_more(stream, _MAX_MAP_BYTES):
            raise _Doubt
        data = stream.get_data()
        codes: set[int] = set()
        for part in _MAP.finditer(data):
            codes |= self._chars(part[2]) if part[1] == b"char" else self._ranges(part[2])
        return frozenset(codes)

    def _chars(self, part: bytes) -> set[int]:
        values = _values(part)
        for text in values[1::2]:
            self._judge_text(text)
        return {int(code, 16) for code in values[::2]}

    def _ranges(self, part: bytes) -> set[int]:
        if b"[" in part:
            before, _, rest = part.partition(b"[")
            inside, _, rest = rest.partition(b"]")
            *whole, first, last = _values(before)
            return self._of_ranges(whole) | self._of_array(first, last, _values(inside)) | self._ranges(rest)
        return self._of_ranges(_values(part))

    def _of_array(self, first: bytes, last: bytes, texts: list[bytes]) -> set[int]:
        for text in texts:
            self._judge_text(text)
        return set(range(int(first, 16), min(int(last, 16) + 1, int(first, 16) + len(texts))))

    def _of_ranges(self, values: list[bytes]) -> set[int]:
        codes: set[int] = set()
        for first, last, text in zip(values[::3], values[1::3], values[2::3], strict=True):
            low, high = int(first, 16), int(last, 16)
            if not 0 <= high - low <= 0xFF or len(text) < 4:
                raise _Doubt
            for step in range(high - low + 1):
                self._judge_text(text[:-4] + b"%04X" % (int(text[-4:], 16) + step))
            codes.update(range(low, high + 1))
        return codes

    def _judge_text(self, units: bytes) -> None:
        if len(units) % 4 or not units or _SURROGATE.match(units):
            raise _Doubt
        self.soft = self.soft or units == _SOFT_HYPHEN
        self.single = self.single or bool(_LIGATURE.fullmatch(units))
        self.several = self.several or units in _PARTS


def _values(part: bytes) -> list[bytes]:
    values = [b"".join(value.split()).upper() for value in _HEX.findall(part)]
    if not all(values):
        raise _Doubt
    return values
