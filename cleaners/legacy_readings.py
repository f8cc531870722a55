"""What a text of one legacy encoding that was read as another may have been: a reading for each pair of encodings.

Single-byte encodings map characters one to one, so a pair of them is a table, generated from Python's codecs; those of
East Asia part the text into bytes again.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from cleaners.evidence import Evidence
from cleaners.readings import Reading

# What texts were written in and what they were taken for. The order decides between readings of equal worth.
WRITTEN = (
    "cp1252", "latin9", "cp1250", "latin2", "cp1254", "macroman", "cp850", "cp437", "cp852", "cp1251", "koi8_r",
    "cp866", "iso8859_5", "cp1253", "iso8859_7", "cp1257", "mac_cyrillic", "mac_latin2", "cp858", "cp860", "cp863",
    "cp865", "cp775", "cp737", "iso8859_4", "iso8859_9",
)  # fmt: skip
TAKEN_FOR = (
    "cp1252", "latin1", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "macroman", "cp850", "cp437", "koi8_r",
    "cp866", "latin9", "latin2", "cp852", "iso8859_5", "iso8859_7", "mac_cyrillic", "koi8_u", "iso8859_9",
    "cp1255", "cp1256", "cp874",
)  # fmt: skip
WIDE_WRITTEN = ("gb18030", "shift_jis", "euc_jp", "big5", "euc_kr")
WIDE_TAKEN_FOR = ("gbk", "shift_jis", "big5", "euc_kr")

_COMMON_WRITTEN, _COMMON_TAKEN_FOR = 11, 11  # indices of the last common ones
_RARITY = 2.0

_HIGH = range(0x80, 0x100)


@cache
def characters(encoding: str) -> dict[int, str]:
    """The characters of the bytes from 0x80 up. Windows shows C1 controls where cp1252 defines nothing."""
    table = {}
    for byte in _HIGH:
        try:
            table[byte] = bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            if encoding in ("cp1252", "cp1254"):
                table[byte] = chr(byte)
    return table


@cache
def pair_table(written: str, taken_for: str) -> dict[int, str]:
    """What to translate to undo that bytes in `written` were decoded as `taken_for`."""
    right, wrong = characters(written), characters(taken_for)
    return {
        ord(wrong[byte]): right[byte]
        for byte in wrong
        if byte in right and wrong[byte] != right[byte] and not "\x80" <= right[byte] <= "\x9f"
    }


def _narrow_reading(written: str, taken_for: str) -> Reading:
    def read(token: str, _: Evidence) -> str:
        return token.translate(pair_table(written, taken_for))

    rarity = _RARITY * (WRITTEN.index(written) > _COMMON_WRITTEN) + _RARITY * (
        TAKEN_FOR.index(taken_for) > _COMMON_TAKEN_FOR
    )
    return Reading(f"{written}-as-{taken_for}", read, _shown(taken_for), rarity)


@cache
def _shown(taken_for: str) -> frozenset[str]:
    return frozenset(bytes_of(taken_for))


def to_bytes(token: str, encoding: str) -> bytes | None:
    """The bytes that a token was decoded from, None when one of its characters is not in the encoding."""
    high = bytes_of(encoding)
    found = bytearray()
    for character in token:
        code = ord(character)
        byte = code if code < 0x80 else high.get(character)
        if byte is None:
            return None
        found.append(byte)
    return bytes(found)


@cache
def bytes_of(encoding: str) -> dict[str, int]:
    """The bytes from 0x80 up by character."""
    return {character: byte for byte, character in characters(encoding).items()}


_MOST_LOST = 0.12  # of the characters of a token


def _wide_reading(written: str, taken_for: str) -> Reading:
    """East Asian text read as a single-byte encoding."""

    def read(token: str, _: Evidence) -> str:
        data = to_bytes(token, taken_for)
        if data is None or len(data) < 4:
            return token
        after = data.decode(written, "replace")
        return token if after.count("\ufffd") > _MOST_LOST * len(after) else after

    return Reading(f"{written}-as-{taken_for}", read, frozenset(bytes_of(taken_for)), _RARITY)


def _narrow_from_wide(written: str, taken_for: str) -> Reading:
    """Text of a single-byte encoding read as an East Asian one, in pairs of bytes."""

    def read(token: str, _: Evidence) -> str:
        return _IDEOGRAPH.sub(lambda match: _as_bytes(match[0], written, taken_for), token)

    return Reading(f"{written}-as-{taken_for}", read, ideographs_of(taken_for), _RARITY)


@cache
def ideographs_of(encoding: str) -> frozenset[str]:
    """The characters of two bytes from 0x80 up of an East Asian encoding."""
    found: set[str] = set()
    for lead in _HIGH:
        row = b"".join(bytes((lead, trail, 0x0A)) for trail in range(0x40, 0x100))
        found.update(c for c in row.decode(encoding, "ignore").split("\n") if len(c) == 1 and ord(c) > 0xFF)
    return frozenset(found)


_IDEOGRAPH = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff61-\uff9f\ue000-\uf8ff]")


def _as_bytes(character: str, written: str, taken_for: str) -> str:
    try:
        return character.encode(taken_for).decode(written)
    except UnicodeError:
        return character


def legacy_readings(text: str) -> tuple[Reading, ...]:
    """Those that a text may need, the commonest encodings first."""
    return (*_from_bytes(), *_from_wide()) if _IDEOGRAPH.search(text) else _from_bytes()


@cache
def _from_bytes() -> tuple[Reading, ...]:
    narrow = [_narrow_reading(a, b) for a in WRITTEN for b in TAKEN_FOR if codecs.lookup(a) != codecs.lookup(b)]
    wide = [_wide_reading(a, b) for a in WIDE_WRITTEN for b in ("cp1252", "latin1", "macroman", "cp850")]
    return (*narrow, *wide)


@cache
def _from_wide() -> tuple[Reading, ...]:
    return tuple(_narrow_from_wide(a, b) for b in WIDE_TAKEN_FOR for a in ("cp1252", "cp1250", "cp1251", "cp1254"))
