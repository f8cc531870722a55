"""Known ways in which glyph numbers show as characters.

Most are formulas: a TrueType font in the order of the standard Macintosh glyph set puts the character p at glyph p - 29
(Apple's and Microsoft's `post` table, format 1: glyph 3 is the space), other producers shift by other constants. The
shown code may have gone through a code page of its own. Tables that are no formula are in tables.json, as what they
change in another family.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

PRIVATE = 0xF0000
"""Codes without a character come from PDF fonts as U+F0000 + code."""

MAC_SHIFT = 29
_LAST_ASCII_GLYPH = 97  # the tilde; from glyph 98 on the order is that of Mac Roman from 0x80
_ENOUGH = 150  # characters among which French, Spanish or German text has an accented letter
_SHIFTS = range(-64, 65)
_PAGES = ("cp1252", "cp1250", "mac_roman")
_DIGITS_AND_HYPHEN = "0123456789-"


class Table(NamedTuple):
    """What the symbols of a font can stand for.

    Attributes:
        name: of the family, which is the rule of its edits.
        readings: symbol -> plain characters, most likely first.
        gap: what shows where a letter without a glyph stood, "" or " ".
        spaces: whether spaces survive.
        lost: whether letters can be missing at all.
    """

    name: str
    readings: Mapping[str, tuple[str, ...]]
    gap: str = ""
    spaces: bool = True
    lost: bool = True

    def options(self, symbol: str) -> tuple[str, ...]:
        """The readings of a symbol, () if the table has none."""
        return self.readings.get(fold(symbol), ())

    def reads(self) -> frozenset[str]:
        """All plain characters that the table can give."""
        return frozenset(plain for plains in self.readings.values() for plain in plains)


def fold(symbol: str) -> str:
    """A private character of a PDF font as the code it stands for."""
    code = ord(symbol) - PRIVATE
    return chr(code) if 0 <= code < 0x10000 else symbol


@functools.cache
def all_tables() -> tuple[Table, ...]:
    """Every known table, the special ones first."""
    ascii_only = {c: p for c, p in _mac_order().items() if p[0].isascii()}
    tables = [
        Table("minus29_mac", _mac_order()),
        Table("minus29_no_accents", ascii_only, gap=" "),
        *_from_file(),
    ]
    names = {table.name for table in tables}
    for shift in _SHIFTS:
        name = f"plus{shift}" if shift > 0 else f"minus{-shift}"
        if shift and name not in names:
            tables.append(Table(name, _shifted(shift), spaces=shift >= 0 or shift < -MAC_SHIFT + 1))
    for page in _PAGES[1:]:
        tables.append(Table(f"minus29_{page}", _through(page, _mac_order())))
    return tuple(tables)


def tables_without(names: frozenset[str]) -> tuple[Table, ...]:
    """The known tables but those of the given names."""
    return tuple(table for table in all_tables() if table.name not in names)


def shown_in(table: Table, sample: str) -> Table:
    """The table less the accented letters that a sample of the text does not show: the font may have no glyphs."""
    if len(sample) < _ENOUGH:
        return table
    shown = frozenset(map(fold, sample))
    readings = {
        symbol: plains
        for symbol, plains in table.readings.items()
        if symbol in shown or plains[0].isascii() or not plains[0].isalpha()
    }
    return table._replace(readings=readings)


def _mac_order() -> dict[str, tuple[str, ...]]:
    """Glyph numbers of the standard Macintosh order, shown as Latin-1; digits and hyphen often stay themselves."""
    table: dict[str, tuple[str, ...]] = {}
    for glyph in range(3, 226):
        code = glyph + MAC_SHIFT if glyph <= _LAST_ASCII_GLYPH else glyph + MAC_SHIFT + 1
        table[chr(glyph)] = (bytes([code]).decode("mac_roman"),)
    for kept in _DIGITS_AND_HYPHEN:
        table[kept] = (*table.get(kept, ()), kept)
    return table


def _shifted(shift: int) -> dict[str, tuple[str, ...]]:
    """Codes that are `shift` too high, in Latin-1."""
    return {
        _CODES[code]: plains
        for plain, plains in _PLAINS
        if 0 < (code := plain + shift) < len(_CODES) and code != _SPACE
    }


_CODES = [*map(chr, range(0x180))]
_SPACE = 0x20
_PLAINS = [(code, (chr(code),)) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))]


def _through(page: str, table: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The same table where the codes were shown by another code page."""
    shown: dict[str, tuple[str, ...]] = {}
    for symbol, plains in table.items():
        letter = bytes([ord(symbol)]).decode(page, "replace")
        shown[symbol if letter == "\N{REPLACEMENT CHARACTER}" else letter] = plains
    return shown


def _from_file() -> list[Table]:
    """The tables of tables.json: each a base family and what differs."""
    given = json.loads((Path(__file__).parent / "tables.json").read_text(encoding="utf-8"))
    bases = {"minus29_mac": _mac_order()}
    return [
        Table(entry["name"], {**bases[entry["base"]], **{c: tuple(p) for c, p in entry["readings"].items()}})
        for entry in given["tables"]
    ]
