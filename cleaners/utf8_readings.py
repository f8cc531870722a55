"""UTF-8 read as another encoding, also where bytes were lost: `caf├®`, `г©tг©`, `Ãtat`, `ã©tã©`, `茅t茅`.

ftfy undoes what can be undone byte by byte and looks bad to it. Here the characters of our languages are written in
UTF-8 and read in every other encoding, as they are, without the bytes that the other encoding lacks (replaced or
stripped), lower-cased, and with quotes straightened; what that gives is looked up in the text. Where several
characters give the same, words decide.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache

from cleaners.evidence import Evidence, characters_of
from cleaners.legacy_encodings import WIDE_TAKEN_FOR, characters, ideographs_of
from cleaners.readings import Reading, reread
from corpus.document import Document

TAKEN_FOR = (
    "cp1252", "latin1", "latin9", "macroman", "cp437", "cp850", "cp1250", "cp1251", "koi8_r", "cp866", "cp1253",
    "cp1254", "cp1257", "latin2", "cp852", "cp858", "cp855", "iso8859_5", "iso8859_7", "iso8859_9", "koi8_u",
    "mac_cyrillic", "mac_latin2", "cp1255", "cp1256", "cp1258", "cp874", "cp775", "cp737", "cp860", "cp863", "cp865",
)  # fmt: skip
_LATIN = [*map(chr, range(0xA0, 0x180)), *"ȘșȚț"]
_SIGNS = [*map(chr, (*range(0x2010, 0x2040), 0x20AC, 0x2122, 0x2022, 0x2192, 0xFB01, 0xFB02))]
_GREEK = [*map(chr, range(0x384, 0x3CF))]
_CYRILLIC = [*map(chr, range(0x400, 0x460))]
_TARGETS = (*_LATIN, *_SIGNS, *_GREEK, *_CYRILLIC)
# of characters that give the same, the more usual ones stand first; the rest follow in the order of their numbers
_USUAL = "éèàêçâîôûëïùœÉÀÇÊÈ’«»“”–—… äöüßÄÖÜáíóúñãõ"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_MOST_TRIED = 48  # combinations of what a token may have been
_UNCURLED = str.maketrans("‘’‚“”„", "'''\"\"\"")

Table = dict[str, str]
"""What stands in the text -> the characters that it may have been, the likeliest first."""


def _read(data: bytes, taken_for: str, lost: str | None) -> str | None:
    """Bytes as the other encoding shows them; with `lost` in place of those that it lacks, None if there are any."""
    table = characters(taken_for)
    shown = [table.get(byte, lost) for byte in data]
    return None if None in shown else "".join(filter(None, shown))


def _forms(character: str, taken_for: str) -> set[str]:
    data = character.encode()
    forms = {_read(data, taken_for, None), _read(data, taken_for, _REPLACEMENT), _read(data, taken_for, "")}
    if taken_for in ("cp1252", "latin1", "cp1254"):  # shown as C1 controls, or not
        table = characters(taken_for)
        for lost in ("", _REPLACEMENT):
            forms.add("".join(lost if "\x80" <= table[byte] <= "\x9f" else table[byte] for byte in data))
    return {form for form in forms if form and form != _REPLACEMENT}


def _lowered(form: str) -> str:
    return form.lower()


def _uncurled(form: str) -> str:
    return form.translate(_UNCURLED)


@cache
def table_of(taken_for: str, change: Callable[[str], str] | None) -> Table:
    """The table of an encoding; with `change` that of texts that were changed after the wrong decoding."""
    found: dict[str, list[str]] = {}
    for character in sorted(_TARGETS, key=lambda c: (_USUAL.find(c) % 1000, c.isupper(), c)):
        for form in sorted(_forms(character, taken_for)):
            shown = change(form) if change else form
            if shown and not shown.isascii():
                found.setdefault(shown, []).append(character)
    return {form: "".join(dict.fromkeys(options)) for form, options in found.items()}


def _reading(taken_for: str, change: Callable[[str], str] | None) -> Reading:
    pattern: re.Pattern[str] | None = None
    table: Table = {}

    def read(token: str, evidence: Evidence) -> str:
        nonlocal pattern, table
        if pattern is None:
            table = table_of(taken_for, change)
            forms = sorted(table, key=lambda form: (-len(form), form))
            pattern = re.compile("|".join(map(re.escape, forms)))
        return resolve(token, pattern, table, evidence)

    name = f"utf-8-as-{taken_for}" + (change.__name__.replace("_", "-") if change else "")
    rarity = 0.0 if TAKEN_FOR.index(taken_for) < _COMMON else 1.5
    return Reading(name, read, _leads(taken_for, change), rarity + (0.5 if change else 0.0), shrinks=True)


_COMMON = 13


def _leads(taken_for: str, change: Callable[[str], str] | None) -> frozenset[str]:
    table = characters(taken_for)
    leads = (table.get(byte, "") for byte in (0xC2, 0xC3, 0xC4, 0xC5, 0xC8, 0xCE, 0xCF, 0xD0, 0xD1, 0xE2, 0xEF))
    return frozenset(change(lead) if change else lead for lead in leads) - {""}


def resolve(token: str, pattern: re.Pattern[str], table: Table, evidence: Evidence) -> str:
    """The token with every form in it read as the character that makes the best words."""
    parts: list[str] = []
    position = 0
    for match in pattern.finditer(token):
        parts += (token[position : match.start()], table[match[0]])
        position = match.end()
    if not parts:
        return token
    parts.append(token[position:])
    options = [tuple(part) if i % 2 else (part,) for i, part in enumerate(parts)]
    first = "".join(option[0] for option in options)
    if all(len(option) == 1 for option in options):
        return first
    return max(_combined(options), key=evidence.piece)


def _combined(options: list[tuple[str, ...]]) -> list[str]:
    count = 1
    for i, option in enumerate(options):
        if count * len(option) > _MOST_TRIED:
            options[i] = option[: max(1, _MOST_TRIED // count)]
        count *= len(options[i])
    return list(dict.fromkeys(map("".join, itertools.product(*options))))


# ---- East Asian encodings, where the bytes of neighbours go together ------------------------------------------------

_SEQUENCE = re.compile(
    "[\xc2-\xdf][\x80-\xbf\ufffd]|[\xe0-\xef][\x80-\xbf\ufffd]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\xc2-\xdf](?=\ue000)"
)


def _wide_reading(taken_for: str) -> Reading:
    concerned = ideographs_of(taken_for)

    def read(token: str, evidence: Evidence) -> str:
        if concerned.isdisjoint(token):
            return token
        data = "".join(_as_bytes(c, taken_for) if c > "\x7f" else c for c in token)
        options: list[tuple[str, ...]] = []
        position = 0
        for match in _SEQUENCE.finditer(data):
            options += ((data[position : match.start()],), _decoded(match[0]))
            position = match.end()
        options.append((data[position:],))
        rest = "".join(option[0] for option in options[::2])
        if len(options) == 1 or any("\x80" <= c <= "\xff" for c in rest):
            return token
        return max(_combined(options), key=evidence.piece)

    return Reading(f"utf-8-as-{taken_for}", read, concerned, 0.5, shrinks=True)


def _as_bytes(character: str, encoding: str) -> str:
    try:
        return character.encode(encoding).decode("latin1")
    except UnicodeEncodeError:
        return _REPLACEMENT if character == _REPLACEMENT else character


def _decoded(sequence: str) -> tuple[str, ...]:
    """The character of a sequence, or the usual ones that it may be where bytes were lost."""
    if _REPLACEMENT not in sequence:
        try:
            return (sequence.encode("latin1").decode(),)
        except UnicodeDecodeError:
            return (sequence,)
    shape = re.compile(re.escape(sequence).replace(_REPLACEMENT, "[\x80-\xbf]"))
    fitting = tuple(c for c in _BY_USE if shape.fullmatch(c.encode().decode("latin1")))
    return fitting or (sequence,)


_BY_USE = tuple(sorted(_TARGETS, key=lambda c: (_USUAL.find(c) % 1000, c.isupper(), c)))


@cache
def utf8_readings() -> tuple[Reading, ...]:
    """All of them, the commonest encodings first."""
    narrow = [_reading(encoding, None) for encoding in TAKEN_FOR]
    changed = [_reading(code, change) for code in TAKEN_FOR[:_COMMON] for change in (_lowered, _uncurled)]
    wide = [_wide_reading(encoding) for encoding in WIDE_TAKEN_FOR]
    return (*narrow, *changed, *wide)


# A lead byte by its own where the rest was stripped, at the start of a word
GATE = re.compile(
    "[ÃÂÅÄãâåäÎÐÑ][\x80-¿‘-‟\ufffd€‚ƒ„†‡ˆ‰Š‹ŒŽ™š›œžŸŠš]|[âÂ]€|[\u0412\u0413\u0414\u0432\u0433\u0434][\u0080-\u00bf\u2010-\u203a\u0402-\u040f\u0452-\u045f\u0490\u0491\u20ac\u2116\ufffd]"
    "|[√¬ƒ‚≈Œœ][\u0080-ɏ\u2000-\u2bff\uf8ff]|[┬├─┼╬╧╨╤Γ][\u0080-ɏ\u2000-\u25ff]|[бц]\\W?[\u2500-\u25a0\xa0-\xbf\u2260-\u2265]|[цбеяп][\u2500-\u25a0⌠⌡∙√≈°²·÷≤≥]"
    "|[ΓΒΔΕβγδεĂÂÄĹâăĺ][\x80-\xbf\u0384-\u0390\u2010-\u203a\u20ac\u2122Œ-ž˘ˇ˙˛˝\ufffd]|[ÔÔ├┬][ÇÄÉÖ]|[A-Za-z][\u3400-\u9fff\uff61-\uff9f]|[\u3400-\u9fff\uff61-\uff9f\uac00-\ud7af][a-z]"
    "|[ÃÅÄÂ](?=[a-zß-ÿ]?[b-df-hj-np-tv-z])|[a-z][ÃÅÂÄãâ](?![a-zß-ÿ])|\ufffd"
)


_LEADS = frozenset(
    "ÃÂÅÄãâåäÎÐÑ\u0412\u0413\u0414\u0432\u0433\u0434√¬ƒ‚≈Œœ┬├─┼╬╧╨╤ΓбцеяпΒΔΕβγδεĂĹăĺÔ\ufffd"
) | frozenset(map(chr, range(0x3400, 0xA000)))
_FOLLOWERS = (
    frozenset(map(chr, (*range(0x80, 0xA0), *range(0xA1, 0xAB), *range(0xAC, 0xBB), *range(0xBC, 0xC0))))
    | frozenset(
        "€‚ƒ„†‡ˆ‰Š‹ŒŽ™š›œžŸ‘√¬≈≤≥÷ÇÄÉÖ─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠⌡■∙∫∂∑∏π∞Ω˘ˇ˙˛˝\ufffd\uf8ff╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪╕╖╗║╢╡╣╝╜╛ⁿ₧⌐α"
    )
    | frozenset(
        map(
            chr,
            (
                *range(0x384, 0x391),
                *range(0x402, 0x410),
                *range(0x452, 0x460),
                0x490,
                0x491,
                0x2116,
                *range(0x3400, 0xA000),
            ),
        )
    )
)


def repair_utf8_readings(document: Document) -> Document:
    """Repair UTF-8 that was read as another encoding, with losses."""
    text = document.text
    if text.isascii():
        return document
    found = characters_of(text)
    if _LEADS.isdisjoint(found) or _FOLLOWERS.isdisjoint(found) or not GATE.search(text):
        return document
    return reread(document, utf8_readings(), "mojibake", Evidence(text, document.language_declared))


# UTF-8 read as Windows-1252 or Latin-1 whose bytes are replaced or stripped: a lead byte and no byte behind it, in a
# text that has whole sequences as well
_WHOLE = re.compile(
    "[\u00c3\u00c4\u00c5\u00ce\u00cf\u00d0\u00d1][\x80-\u00bf\u20ac\u0192\u2020-\u2022\u2026\u2030\u2039]"
)
_PART = re.compile(
    "[\u00c2-\u00c5\u00ce-\u00d1\u00e2][\ufffda-zA-Z\u00c3]|[a-z][\u00c3-\u00c5](?![\\w ]|[\x80-\u00bf\u2000-\u206f])"
)


def repair_lossy_utf8(document: Document) -> Document:
    """Repair UTF-8 that lost bytes before ftfy does, which turns what it can into letters and so hides what it was."""
    text = document.text
    if text.isascii() or not _WHOLE.search(text) or not _PART.search(text):
        return document
    return repair_utf8_readings(document)
