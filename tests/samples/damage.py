"""What the web does to texts, done on purpose: wrong decodings, a lost font map, compression, truncation.

Every function gives the same bytes or text for the same argument, on every machine.
"""

from __future__ import annotations

import re
import struct
import zlib

_STORED = 0  # deflate level without compression: the bytes do not depend on the version of zlib
_LAST_ASCII_GLYPH = 0x7F


def doubly_encoded(text: str) -> str:
    """UTF-8 read as windows-1252: `é` becomes `Ã©`.

    The five bytes that windows-1252 leaves open become C1 controls, as the WHATWG Encoding Standard has it.
    """
    return "".join(_windows_1252(byte) for byte in text.encode("utf-8"))


def _windows_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("windows-1252")
    except UnicodeDecodeError:
        return chr(byte)


def glyph_numbers(text: str) -> str:
    """What is extracted of an Identity-H font without ToUnicode map: glyph numbers taken for characters.

    Glyphs stand in the order of the standard Macintosh set, three places behind .notdef, .null and return: ASCII is 29
    lower than its code, the upper half of MacRoman 30. Spaces stay, as extractors find them by position.
    """
    return " ".join("".join(_glyph(byte) for byte in word.encode("mac_roman")) for word in text.split(" "))


def _glyph(byte: int) -> str:
    glyph = byte - 29 if byte < _LAST_ASCII_GLYPH else byte - 30
    if glyph < ord(" ") or 0x7F <= glyph < 0xA0:
        raise ValueError(f"{bytes([byte]).decode('mac_roman')!r} would become a control character; reword the passage")
    return chr(glyph)


def gzipped(data: bytes) -> bytes:
    """A gzip file with no name, no time and stored blocks (RFC 1952)."""
    deflate = zlib.compressobj(_STORED, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + struct.pack("<II", zlib.crc32(data), len(data))


_GARBLED = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


def garble_marked(text: str) -> str:
    """Encipher what stands in double braces."""
    return _GARBLED.sub(lambda m: glyph_numbers(m[1]), text)


def unmark(text: str) -> str:
    """The same text with the marked passages legible."""
    return _GARBLED.sub(r"\1", text)
