"""Letters as PDFs and old fonts have them: ligatures, letters in private use areas, bullets of symbol fonts.

Ligatures that Unicode has are spelled out. Adobe's fonts put small capitals and ligatures into the private use area at
fixed places (its Glyph List for New Fonts). Symbol fonts show up as U+F000 plus their own code: by far most such
characters on their own at the start of a line are bullets, and whole words of them are text in a font that only calls
itself a symbol font.
"""

from __future__ import annotations

import re
import unicodedata

from ftfy.chardata import LIGATURES

from cleaners.evidence import characters_of
from cleaners.lexicon import zipf_anywhere
from cleaners.spans import outside_code
from corpus.document import Change, Document, normalise, repair

_SPELLED = {chr(code): letters for code, letters in LIGATURES.items()}
# Adobe's corporate use area: ligatures of expert fonts, and capitals as small capitals
_ADOBE = {"\uf6be": "j", "\uf6c3": ",", "\uf6dc": "1"}
_SMALL_CAPITALS = {chr(0xF761 + i): chr(0x41 + i) for i in range(26)}
_SMALL_ACCENTED = {
    chr(0xF7E0 + i): chr(0xC0 + i)
    for i in range(31)
    if i != 0x17  # U+F7F7 is free, as the multiplication sign
}
_OLD_DIGITS = {chr(0xF730 + i): chr(0x30 + i) for i in range(10)}
_PRIVATE = {**_ADOBE, **_SMALL_CAPITALS, **_SMALL_ACCENTED, **_OLD_DIGITS}
# Bullets of Symbol and Wingdings, by their codes there
_BULLET_CODES = (0x6C, 0x6D, 0x6E, 0x6F, 0x71, 0x73, 0x74, 0x75, 0x76, 0x77, 0x9F, 0xA0, 0xA7, 0xA8, 0xB7, 0xD8, 0xFC)
_BULLETS = "".join(chr(0xF000 + code) for code in _BULLET_CODES)
_BULLET = re.compile(f"(?m)(?<=^)[ \\t\xa0]*([{_BULLETS}])(?=[ \\t\xa0]+\\S)")
_LETTERS = re.compile("[" + "".join(map(re.escape, (*_SPELLED, *_PRIVATE))) + "]")
_GATE = frozenset((*_SPELLED, *_PRIVATE, *_BULLETS))
_LIKELY = 0.9
_DIGRAPHS = frozenset(c for c, letters in _SPELLED.items() if unicodedata.category(c) in ("Lu", "Ll", "Lt") and c < "ﬀ")
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_ZIPF, _LEAST_WORDS = 1.3, 0.5  # of a word, and which share of the words with digraphs must be words


def repair_pdf_letters(document: Document) -> Document:
    """Spell ligatures out, and give letters and bullets in private use areas their own characters."""
    text = document.text
    if text.isascii():
        return document
    document = _symbol_font(document)
    text = document.text
    if _GATE.isdisjoint(characters_of(text)):
        return document
    changes: list[Change] = []
    symbols = frozenset() if _digraphs_are_letters(text) else _DIGRAPHS
    for match in _LETTERS.finditer(text):
        if match[0] in symbols:
            continue
        letters = _SPELLED.get(match[0])
        if letters:
            changes.append(normalise(match.start(), match.end(), letters, "ligature", "ligatures"))
        else:
            changes.append(repair(match.start(), match.end(), _PRIVATE[match[0]], "ligature", "adobe-glyphs", _LIKELY))
    changes += [
        repair(match.start(1), match.end(1), "\N{BULLET}", "ligature", "symbol-bullets", _LIKELY)
        for match in _BULLET.finditer(text)
    ]
    return document.apply(outside_code(document, changes))


_SYMBOLS = re.compile("[\uf021-\uf0ff]+(?:[ \uf020]+[\uf021-\uf0ff]+)*")
_FEWEST_WORDS = 3


def _symbol_font(document: Document) -> Document:
    """Text in symbols of U+F000 plus a code of Windows-1252, if most of its words are words."""
    text = document.text
    if _SYMBOL_SET.isdisjoint(characters_of(text)):
        return document
    found = [(match.start(), match[0], match[0].translate(_SHOWN)) for match in _SYMBOLS.finditer(text)]
    words = sorted({word.lower() for _, _, after in found for word in _WORD.findall(after) if len(word) > 2})
    if len(words) < _FEWEST_WORDS or float((zipf_anywhere(words) >= _LEAST_ZIPF).mean()) < _LEAST_WORDS:
        return document
    changes = [
        repair(start, start + len(symbols), after, "ligature", "symbol-font", _LIKELY)
        for start, symbols, after in found
        if len(symbols) > 1 or text[max(start - 1, 0) : start].strip() or text[start + 1 : start + 2].strip()
    ]
    return document.apply(outside_code(document, changes))


_SHOWN = {0xF000 + code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x20, 0x100)}
_SYMBOL_SET = frozenset(map(chr, range(0xF041, 0xF07B)))


def _digraphs_are_letters(text: str) -> bool:
    """Whether letters such as ĳ are what they seem. In text that a lost font map garbled they are symbols of others."""
    if _DIGRAPHS.isdisjoint(text):
        return True
    found = {word for word in _WORD.findall(text) if not _DIGRAPHS.isdisjoint(word)}
    words = sorted({word.translate(_DIGRAPH_LETTERS).lower() for word in found})
    return not words or float((zipf_anywhere(words) >= _LEAST_ZIPF).mean()) >= _LEAST_WORDS


_DIGRAPH_LETTERS = str.maketrans({c: _SPELLED[c] for c in _DIGRAPHS})
