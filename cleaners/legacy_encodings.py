r"""One legacy encoding read as another: `prčs de Vénézuéla` for `près`, `ßâëÿåòñÿ` for `является`, `verk\x81ndet`.

Nothing in the text says which pair of encodings it was: of all of them (`legacy_readings`) the words decide
(`readings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaners.apostrophes import apostrophes, may_hold_apostrophes
from cleaners.evidence import characters_of
from cleaners.guillemets import guillemets, may_hold_guillemets
from cleaners.legacy_readings import TAKEN_FOR, legacy_readings, to_bytes
from cleaners.readings import odd_tokens, reread
from corpus.document import Document

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
_LETTERS = frozenset(filter(str.isalpha, map(chr, (*range(0x81, 0x250), *range(0x1E00, 0x1F00)))))
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
    letters = {c.lower() for c in characters & _LETTERS}
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
    return any(ODD_SHAPE.search(text, max(spot - 2, 0), spot + 4) for c in sorted(rare) for spot in _places(text, c))


def _places(text: str, character: str) -> Iterator[int]:
    place = text.find(character)
    while place >= 0:
        yield place
        place = text.find(character, place + 1)


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
