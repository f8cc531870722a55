"""The maps of PDF fonts, looked at before pdfminer writes down what they claim.

Fonts come from strangers: a map of a few bytes may claim four thousand million codes, and pdfminer would write them
all down. Maps that claim too much are left out, and long ranges, which producers of good faith write as well ("all
codes mean themselves"), are kept as ranges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from pdfminer.cmapdb import UnicodeMap
from pdfminer.pdftypes import PDFStream, resolve1

from extractors.pdf_streams import unpacks_to_more

MAX_MAP_BYTES = 4_000_000  # the largest real maps, of whole CJK fonts, have 500 kB
_MAX_MAP_CODES = 200_000  # a font has at most 65,536 glyphs; some maps name a code twice
_MAX_RANGE = 0x10000  # codes that one range of widths may have
_LONG_RANGE = 128  # codes
_RANGES = re.compile(rb"begin(?:bf|cid|notdef)range(.*?)end(?:bf|cid|notdef)range", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-Fa-f\s]{1,32})>\s*<([0-9A-Fa-f\s]{1,32})>\s*(?:<[^>]*>|\[[^\]]*\]|[0-9]+)")
_ENTRY = re.compile(rb"<([0-9A-Fa-f\s]{1,32})>\s*<([0-9A-Fa-f\s]{1,32})>\s*(?:<([0-9A-Fa-f\s]{1,64})>|([0-9]{1,9}))")


class _Range(NamedTuple):
    """Codes from `first` to `last`, whose texts count up from `text` (UTF-16) in its last two bytes."""

    first: int
    last: int
    text: bytes


class MapOfRanges(UnicodeMap):
    """A map of pdfminer's and long ranges beside it."""

    def __init__(self, codes: Any, ranges: list[_Range]) -> None:
        super().__init__()
        self.ranges = ranges
        self.cid2unichr = dict(getattr(codes, "cid2unichr", {}))

    def get_unichr(self, cid: int) -> str:
        if cid in self.cid2unichr:
            return self.cid2unichr[cid]
        for first, last, text in reversed(self.ranges):
            if first <= cid <= last:
                unit = int.from_bytes(text[-2:], "big") + cid - first
                return (text[:-2] + (unit & 0xFFFF).to_bytes(2, "big")).decode("utf-16-be", "ignore")
        raise KeyError(cid)


def has_codes(codes: Any) -> bool:
    """Whether a map of pdfminer's, or one of ranges, gives any code a meaning."""
    return bool(getattr(codes, "cid2unichr", None) or getattr(codes, "ranges", None))


def without_long_ranges(spec: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[_Range]]:
    """A font dictionary whose ToUnicode map lacks its long ranges, and these."""
    stream = resolve1(spec.get("ToUnicode"))
    if not isinstance(stream, PDFStream):
        return spec, []
    data = stream.get_data()
    ranges: list[_Range] = []

    def shorter(entry: re.Match[bytes]) -> bytes:
        found = _range(entry)
        if found is None or found.last - found.first < _LONG_RANGE:
            return entry[0]
        ranges.append(found)
        return b""

    shortened = _RANGES.sub(lambda part: _ENTRY.sub(shorter, part[0]), data)
    if not ranges:
        return spec, []
    lighter = PDFStream({}, shortened)
    lighter.set_objid(stream.objid or 0, 0)  # pdfminer does not read streams without a number
    return {**spec, "ToUnicode": lighter}, ranges


def _range(entry: re.Match[bytes]) -> _Range | None:
    """A range of codes with their texts, or, as some producers write, of texts with their codes."""
    low, high, text = (b"".join((value or b"").split()) for value in entry.group(1, 2, 3))
    if not low or not high:
        return None
    first, last = int(low, 16), int(high, 16)
    if entry[4]:
        number = int(entry[4])
        first, last, text = number, number + last - first, low
    if not text or len(text) % 4:
        return None
    return _Range(first, last, bytes.fromhex(text.decode("ascii")))


def without_bombs(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """A font dictionary without maps and widths that claim more codes than any font has."""
    bad = [
        key
        for key in ("ToUnicode", "Encoding")
        if isinstance(stream := resolve1(spec.get(key)), PDFStream) and _claims_too_much(stream)
    ]
    harmless = {key: value for key, value in spec.items() if key not in bad} if bad else spec
    descendants = resolve1(spec.get("DescendantFonts"))
    inner = resolve1(descendants[0]) if isinstance(descendants, list) and descendants else None
    if isinstance(inner, dict) and any(_widens_too_much(resolve1(inner.get(key))) for key in ("W", "W2")):
        plain = {key: value for key, value in inner.items() if key not in {"W", "W2"}}
        return {**harmless, "DescendantFonts": [plain]}
    return harmless


def _widens_too_much(widths: Any) -> bool:
    """Whether an array of widths has ranges of more codes than a font has: two numbers in a row are a range."""
    numbers = [resolve1(value) for value in widths[:_MAX_MAP_CODES]] if isinstance(widths, list) else []
    return any(
        isinstance(low, int | float) and isinstance(high, int | float) and high - low > _MAX_RANGE
        for low, high in pairwise(numbers)
    )


def _claims_too_much(stream: PDFStream) -> bool:
    if unpacks_to_more(stream, MAX_MAP_BYTES):
        return True
    codes = 0
    for part in _RANGES.finditer(stream.get_data()):
        for entry in _RANGE.finditer(part[1]):
            first, last = (b"".join(entry[i].split()) for i in (1, 2))
            if first and last:
                codes += max(0, int(last, 16) - int(first, 16)) + 1
    return codes > _MAX_MAP_CODES
