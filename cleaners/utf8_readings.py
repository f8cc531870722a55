"""UTF-8 read as another encoding, also where bytes were lost: `caf├®`, `г©tг©`, `Ãtat`, `ã©tã©`, `茅t茅`.

ftfy undoes what can be undone byte by byte and looks bad to it. Here the characters of our languages are written in
UTF-8 and read in every other encoding, as they are, without the bytes that the other encoding lacks (replaced or
stripped), lower-cased, and with quotes straightened; what that gives is looked up in the text. Where several
characters give the same, words decide.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from cleaners.evidence import Evidence, characters_of
from cleaners.legacy_readings import WIDE_TAKEN_FOR, characters, ideographs_of
from cleaners.mojibake import repair_mojibake
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
_BY_USE = tuple(sorted(_TARGETS, key=lambda c: (_USUAL.find(c) % 1000, c.isupper(), c)))
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_MOST_TRIED = 48  # combinations of what a token may have been
_UNCURLED = str.maketrans("‘’‚“”„", "'''\"\"\"")

Table = dict[str, str]
"""What stands in the text -> the characters that it may have been, the likeliest first."""


_BYTES = "\n".join(character.encode().decode("latin1") for character in _BY_USE)


def _forms(taken_for: str) -> Iterator[tuple[str, list[str]]]:
    """Every target with what the other encoding shows for it; bytes that it lacks are replaced or stripped."""
    table = characters(taken_for)
    ways = [{byte: table.get(byte, lost) for byte in range(0x80, 0x100)} for lost in (_REPLACEMENT, "")]
    if taken_for in ("cp1252", "latin1", "cp1254"):  # shown as C1 controls, or not
        for lost in (_REPLACEMENT, ""):
            ways.append({byte: lost if "\x80" <= shown <= "\x9f" else shown for byte, shown in table.items()})
    shown = [_BYTES.translate(way).split("\n") for way in ways]
    for character, *forms in zip(_BY_USE, *shown, strict=True):
        yield character, sorted({form for form in forms if form and form != _REPLACEMENT})


def _lowered(form: str) -> str:
    return form.lower()


def _uncurled(form: str) -> str:
    return form.translate(_UNCURLED)


@cache
def table_of(taken_for: str, change: Callable[[str], str] | None) -> Table:
    """The table of an encoding; with `change` that of texts that were changed after the wrong decoding."""
    found: dict[str, list[str]] = {}
    for character, forms in _forms(taken_for):
        for form in forms:
            shown = change(form) if change else form
            if shown and not shown.isascii():
                found.setdefault(shown, []).append(character)
    return {form: "".join(dict.fromkeys(options)) for form, options in found.items()}


def _reading(taken_for: str, change: Callable[[str], str] | None) -> Reading:
    lengths: dict[str, tuple[int, ...]] = {}

    def read(token: str, evidence: Evidence) -> str:
        table = table_of(taken_for, change)
        if not lengths:
            lengths.update(_lengths(table))
        return resolve(token, table, lengths, evidence)

    name = f"utf-8-as-{taken_for}" + (change.__name__.replace("_", "-") if change else "")
    rarity = 0.0 if TAKEN_FOR.index(taken_for) < _COMMON else 1.5
    return Reading(name, read, _leads(taken_for, change), rarity + (0.5 if change else 0.0), shrinks=True)


_COMMON = 13


def _leads(taken_for: str, change: Callable[[str], str] | None) -> frozenset[str]:
    table = characters(taken_for)
    leads = (table.get(byte, "") for byte in (0xC2, 0xC3, 0xC4, 0xC5, 0xC8, 0xCE, 0xCF, 0xD0, 0xD1, 0xE2, 0xEF))
    return frozenset(change(lead) if change else lead for lead in leads) - {""}


def _lengths(table: Table) -> dict[str, tuple[int, ...]]:
    """How long the forms are that begin with a character, longest first."""
    found: dict[str, set[int]] = {}
    for form in table:
        found.setdefault(form[0], set()).add(len(form))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


def resolve(token: str, table: Table, lengths: Mapping[str, tuple[int, ...]], evidence: Evidence) -> str:
    """The token with every form in it, the longest first, read as the character that makes the best words."""
    options: list[tuple[str, ...]] = []
    position = i = 0
    while i < len(token):
        for size in lengths.get(token[i], ()):
            read = table.get(token[i : i + size])
            if read is not None:
                options += ((token[position:i],), tuple(read))
                position = i = i + size
                break
        else:
            i += 1
    if not options:
        return token
    options.append((token[position:],))
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


def utf8_readings(text: str) -> tuple[Reading, ...]:
    """Those that a text may need, the commonest encodings first."""
    return (*_narrow_readings(), *_wide_readings()) if _WIDE.search(text) else _narrow_readings()


@cache
def _narrow_readings() -> tuple[Reading, ...]:
    narrow = [_reading(encoding, None) for encoding in TAKEN_FOR]
    changed = [_reading(code, change) for code in TAKEN_FOR[:_COMMON] for change in (_lowered, _uncurled)]
    return (*narrow, *changed)


@cache
def _wide_readings() -> tuple[Reading, ...]:
    return tuple(_wide_reading(encoding) for encoding in WIDE_TAKEN_FOR)


_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uff61-\uff9f]")


# A lead byte by its own where the rest was stripped, at the start of a word
_SHAPES = (
    ("ÃÂÅÄãâåäÎÐÑ", "[\x80-¿‘-‟\ufffd€‚ƒ„†‡ˆ‰Š‹ŒŽ™š›œžŸŠš]"),
    ("âÂ", "€"),
    (
        "\u0412\u0413\u0414\u0432\u0433\u0434",
        "[\u0080-\u00bf\u2010-\u203a\u0402-\u040f\u0452-\u045f\u0490\u0491\u20ac\u2116\ufffd]",
    ),
    ("√¬ƒ‚≈Œœ", "[\u0080-ɏ\u2000-\u2bff\uf8ff]"),
    ("┬├─┼╬╧╨╤Γ", "[\u0080-ɏ\u2000-\u25ff]"),
    ("бц", "\\W?[\u2500-\u25a0\xa0-\xbf\u2260-\u2265]"),
    ("цбеяп", "[\u2500-\u25a0⌠⌡∙√≈°²·÷≤≥]"),
    ("ΓΒΔΕβγδεĂÂÄĹâăĺ", "[\x80-\xbf\u0384-\u0390\u2010-\u203a\u20ac\u2122Œ-ž˘ˇ˙˛˝\ufffd]"),
    ("Ô├┬", "[ÇÄÉÖ]"),
    ("\u3400-\u9fff\uff61-\uff9f", "(?<=[A-Za-z].)"),
    ("\u3400-\u9fff\uff61-\uff9f\uac00-\ud7af", "[a-z]"),
    ("ÃÅÄÂ", "(?=[a-zß-ÿ]?[b-df-hj-np-tv-z])"),
    ("ÃÅÂÄãâ", "(?<=[a-z].)(?![a-zß-ÿ])"),
    ("\ufffd", ""),
)
# a set and what it was: a set is what regular expressions find fast
GATE = re.compile(
    f"[{''.join(first for first, _ in _SHAPES)}](?:" + "|".join(f"(?<=[{a}]){b}" for a, b in _SHAPES) + ")", re.DOTALL
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
    return reread(document, utf8_readings, "mojibake")


# UTF-8 read as Windows-1252 or Latin-1 whose bytes are replaced or stripped: a lead byte and no byte behind it, in a
# text that has whole sequences as well
_WHOLE = re.compile(
    "[\u00c3\u00c4\u00c5\u00ce\u00cf\u00d0\u00d1][\x80-\u00bf\u20ac\u0192\u2020-\u2022\u2026\u2030\u2039]"
)
_PART = re.compile(
    "[\u00c2-\u00c5\u00ce-\u00d1\u00e2][\ufffda-zA-Z\u00c3]|[a-z][\u00c3-\u00c5](?![\\w ]|[\x80-\u00bf\u2000-\u206f])"
)
_LEFT = re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00e2\ufffd]")
# in Latin-9 these stand for other bytes than in Windows-1252, so ftfy reads `thÃšse` as `thÚse`
_LATIN9 = re.compile("[\u00c3\u00c5][ŠšŽžŒœŸ]")
_CAPITAL_INSIDE = re.compile("[a-zß-öø-ÿ][ÚÜÊÎ]")


def repair_lossy_utf8(document: Document) -> Document:
    """Repair UTF-8 that lost bytes, or was read as Latin-9, before ftfy does, whose letters would hide what it was."""
    text = document.text
    if text.isascii() or not _WHOLE.search(text):
        return document
    latin9 = _LATIN9.search(text) is not None
    if not latin9 and not _PART.search(text):
        return document
    # what looks lost may be a no-break space that became a space
    fixed = repair_mojibake(document).text
    if _LEFT.search(fixed) or (latin9 and _CAPITAL_INSIDE.search(fixed)):
        return repair_utf8_readings(document)
    return document
