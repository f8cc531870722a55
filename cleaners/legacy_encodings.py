r"""One legacy encoding read as another: `prčs de Vénézuéla` for `près`, `ßâëÿåòñÿ` for `является`, `verk\x81ndet`.

Single-byte encodings map characters one to one, so a pair of them is a table, generated from Python's codecs; those of
East Asia part the text into bytes again. Nothing in the text says which pair it was: the words decide (`readings`).
"""

from __future__ import annotations

import codecs
import re
from functools import cache, lru_cache

from cleaners.apostrophes import apostrophes, may_hold_apostrophes
from cleaners.evidence import Evidence, characters_of
from cleaners.guillemets import guillemets, may_hold_guillemets
from cleaners.readings import Reading, odd_tokens, reread
from corpus.document import Document

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
    """Those that a text may need, the commonest encodings first; of several that read it alike the first."""
    unlike = (*_unlike(text), *_wide_from_bytes())
    return (*unlike, *_from_wide()) if _IDEOGRAPH.search(text) else unlike


def _unlike(text: str) -> list[Reading]:
    """The readings of bytes one by one that change a text, each in another way."""
    images = zip(*(_images(character) for character in sorted(set(text)) if character > "\x7f"), strict=True)
    first: dict[tuple[str, ...], Reading] = {}
    for reading, image in zip(_narrow_readings(), images, strict=False):
        first.setdefault(image, reading)
    first.pop(tuple(character for character in sorted(set(text)) if character > "\x7f"), None)
    return list(first.values())


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a in WRITTEN for b in TAKEN_FOR if codecs.lookup(a) != codecs.lookup(b))


@cache
def _narrow_readings() -> tuple[Reading, ...]:
    return tuple(_narrow_reading(written, taken_for) for written, taken_for in _pairs())


@cache
def _places() -> tuple[tuple[int, int], ...]:
    """The pairs as indices of WRITTEN and TAKEN_FOR."""
    return tuple((WRITTEN.index(written), TAKEN_FOR.index(taken_for)) for written, taken_for in _pairs())


@lru_cache(maxsize=1 << 11)
def _images(character: str) -> tuple[str, ...]:
    """What each of the narrow readings makes of a character, as their `pair_table` has it."""
    by_byte: dict[int, list[str]] = {}
    rows = []
    for taken_for in TAKEN_FOR:
        byte = bytes_of(taken_for).get(character, 0)
        if byte not in by_byte:
            by_byte[byte] = _written(byte, character)
        rows.append(by_byte[byte])
    return tuple([rows[taken_for][written] for written, taken_for in _places()])


def _written(byte: int, character: str) -> list[str]:
    """What a byte is in each of WRITTEN, the character itself where it is nothing or a control."""
    images = [characters(written).get(byte, character) for written in WRITTEN]
    return [character if "\x80" <= image <= "\x9f" else image for image in images]


@cache
def _wide_from_bytes() -> tuple[Reading, ...]:
    return tuple(_wide_reading(a, b) for a in WIDE_WRITTEN for b in ("cp1252", "latin1", "macroman", "cp850"))


@cache
def _from_wide() -> tuple[Reading, ...]:
    return tuple(_narrow_from_wide(a, b) for b in WIDE_TAKEN_FOR for a in ("cp1252", "cp1250", "cp1251", "cp1254"))


# Letters of languages of Latin script beyond those of COMMON. A text with several of one language and none of others is
# taken to be at home in it.
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "áčďéěíňóřšťúůýž", "ąćęłńóśźż", "çğıöşüâîûİ", "ăâîșțşţ", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "čćđšž",
        "ãõáéíóúâêôàç", "æøåéóäö", "õäöüšž", "āčēģīķļņšūž", "ąčęėįšųūž", "áàéèíïóòúüç", "àèéìòù",
        "äëïöüéñ", "àâçèéêëîïôœùû", "đăâêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        "əçğıöşüİ", "ĉĝĥĵŝŭ", "ŵŷâêîôûïë", "āēīōūáéíóúäöüñ",
    )
)  # fmt: skip
_AT_HOME = 3  # letters of an alphabet that a text must have to be at home in it
_WESTERN = frozenset("ãõñæøå")  # common enough that one of them says nothing
_EVERYWHERE = frozenset("éèàâêîôûçëïüùœæäößáíóúñªºµ")

# Shapes that sound text seldom has
ODD_SHAPE = re.compile(
    "[a-zß-ÿа-яё][À-ÖØ-ÞŒŠŽŸА-ЯЁ]"  # a capital inside a word
    "|[a-zA-Zß-ÿÀ-Þ][¢£¤¥¦§¨©ª¬®¯°±²³´¶·¸¹º¼½¾÷×¿¡‚ƒ„†‡ˆ‰‹›˜™‘“”•–—≤≥≠≈∂√∞∫∑∏πΩ◊⌠⌡⌐─-◿∙ⁿₐ₧∩\x80-\x9f\ufffd](?=[a-zß-ÿ])"
    "|[A-Za-z][\u0370-\u058f\u3400-\u9fff\uac00-\ud7af\uff61-\uff9f](?![\u3040-\u9fff])|(?<![\u3040-\u9fff])[\u0370-\u058f\u3400-\u9fff\uac00-\ud7af\uff61-\uff9f][a-z]"
    "|[À-ÿŒœŠšŽžŸ]{4}|[\x80-\x84\x86-\x9f]|[\ue000-\uf8ff]\\w"
    "|[¡-¦¨¬¯±-¶¸-½‚ƒ„†‡ˆ‰‹›˜™]{2}|[‚„‰‡…ˆ¬¤¦¥£¢±][a-zß-ÿ]|(?<![^\\s(«])[¡¢¤¦¬¯ˆ‰‚„ƒÈÉÕÛÓÙ‡…](?![^\\s,.])"
    "|[a-zß-ÿ][ÇÈÉÓÚÕÔÛÍ£§©®°±³´¶·¸¹¼½¾‰ŠŽ‚„†‡ˆ˜≤≥√∂¢¥¬µ¤¦¨™¡¿](?!\\w)"
    "|[b-df-hj-np-tv-xz]ß|[А-яЁё][¢-¬®-µ¶-º¼-¿‚ƒ„†‡ˆ‰‹›˜™─-◿][А-яЁё]"
)


def _foreign_letters(characters: frozenset[str]) -> bool:
    """Whether there are letters that do not go together in a language."""
    letters = {c.lower() for c in characters if c.isalpha() and ("\x80" < c < "\u0250" or "\u1e00" <= c < "\u1f00")}
    rare = letters - _EVERYWHERE
    return bool(rare) and not any(
        rare <= home and len((rare if rare - _WESTERN else letters) & home) >= _AT_HOME for home in _ALPHABETS
    )


def _suspicious(text: str) -> bool:
    """Whether a text may hold what the readings could mend; cheap."""
    if text.isascii():
        return False
    characters = characters_of(text)
    if _foreign_letters(characters):
        return True
    rare = characters - _SOUND
    if not rare:
        return False
    if any(c >= "\u0370" and c.isalpha() for c in rare):
        return ODD_SHAPE.search(text) is not None
    spots = re.compile("[" + "".join(map(re.escape, sorted(rare))) + "]")
    return any(ODD_SHAPE.search(text, max(spot.start() - 2, 0), spot.end() + 3) for spot in spots.finditer(text))


_SOUND = frozenset(map(chr, range(0x80))) | frozenset("éèàâêîôûçëïüùœæäöáíóúñãõå’‘“”«»–—…•\xa0\u202f\u2009€")


def repair_legacy_encodings(document: Document) -> Document:
    """Repair text of one legacy encoding that was read as another."""
    if _suspicious(document.text):
        document = reread(document, legacy_readings, "mojibake")
    if may_hold_guillemets(document.text):
        document = document.apply(guillemets(document.text, document.language_declared))
    if may_hold_apostrophes(document.text):
        document = document.apply(apostrophes(document.text, document.language_declared))
    return document


_DENSE = 0.3  # share of a text that is damaged: it was in a script of its own
_BYTES = 1.25  # of UTF-8 per character: French has 1.04
_TESTED = 40  # tokens
_UTF8_SHARE = 0.3
_OTHER_SCRIPT = re.compile("[\x80-\u04ff\u2010-\u25ff]")


def repair_dense_encodings(document: Document) -> Document:
    """Repair text in a script of its own, Cyrillic, Greek, Chinese, Japanese, that was read as another encoding.

    It goes before ftfy, which finds stray UTF-8 in such a text now and then.
    """
    text = document.text
    if len(text.encode("utf-8", "replace")) < _BYTES * len(text) or not _suspicious(text):
        return document
    if len(_OTHER_SCRIPT.findall(text)) < _DENSE * len(text) or _is_utf8(odd_tokens(text)[:_TESTED]):
        return document
    return reread(document, legacy_readings, "mojibake")


def _is_utf8(tokens: list[str]) -> bool:
    """Whether the bytes of the tokens are UTF-8 in some encoding."""
    return any(
        sum(_decodes(to_bytes(token, encoding)) for token in tokens) > _UTF8_SHARE * len(tokens)
        for encoding in TAKEN_FOR
    )


def _decodes(data: bytes | None) -> bool:
    try:
        return data is not None and len(data) > 2 and data.decode() is not None
    except UnicodeDecodeError:
        return False
