"""How much a piece of text reads like language: what readings of damaged text are weighed by.

A document's language is told by its sound words, those of plain letters only, which damage leaves alone. A word is
worth its frequency there; an unknown word is worth what its letter sequences are, so that names and compounds count
little either way; signs, capitals and letters of other scripts inside a word count against it. Words in scripts of
their own are judged by the languages of these scripts, Chinese and Japanese by the share of everyday characters.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from cleaners.lexicon import LATIN_LANGUAGES as LATIN
from cleaners.lexicon import Lexicon, frequency_anywhere, is_common, lexicon, zipf_by_language

CYRILLIC, GREEK = ("ru",), ("el",)

# a word of plain letters with nothing unusual at its sides
_SOUND = re.compile(r"(?<![^\s\"'(«“‘])[A-Za-z]?[a-z]+(?![^\s\"',.;:!?)»”])")
_MOST_WORDS = 150  # different ones that tell the language
_FEWEST_WORDS = 3
_CLOSE = 0.45  # mean zipf; languages nearer to the best than this are judges, too (related ones share words)
_DECLARED = 0.6  # mean zipf that a declared language has ahead
_FOREIGN = 1.5  # zipf that a word of another language is worth less

_L = "[^\\W\\d_¹²³¼½¾⁰-₉]"
_WORD = re.compile(f"{_L}+(?:[\u0300-\u036f]+{_L}*)*")
_INSIDE = (
    "(?:[¹²³ªº¼½¾ƒ]|[^\\w\\s’'´`\\-‐‑–—·.,:;!?&+@/()\\[\\]\"*=|\\\\<>#"
    "\u00ad\u0300-\u036f\u200b-\u200f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20])"
)
_BESIDE = "[¢£¤¥¦§¨¬¯±´¸¼½¾¿¡×÷‚ƒ„ˆ‰˜√∫∂≤≥≠∞¬◊├-╬]+"
_BEFORE = "[¢¤¥¦¨¬¯±´¶¸×÷‚ƒ„†‡ˆ‰˜√∂≤≥≠◊]"
# words with a sign where no text has one
_BROKEN = re.compile(f"(?:{_BEFORE}(?={_L}))?{_L}+(?:{_INSIDE}+{_L}+)+(?:{_BESIDE})?|{_L}+{_BESIDE}|{_BEFORE}{_L}+")
_SIGN = re.compile(_INSIDE)
_LOST = re.compile("[\x80-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
_IDEOGRAPHS = re.compile("[\u3400-\u9fff\u3040-\u30ff]")

_OTHER = "\u0590-\u10ff\u3400-\u9fff\uac00-\ud7af"
_MIXED = re.compile(f"[a-zß-ÿ][{_OTHER}]|[{_OTHER}][a-zß-ÿ]")

ODD = -0.7
"""What a token is worth at most that looks damaged."""
_BAD_SIGN, _BAD_CHARACTER = -2.5, -2.5
_NOT_AT_HOME = -1.5  # an unknown word with a letter that the languages of the text do not have
_USUAL, _ODD = -2.9, -4.6  # mean logarithms per letter of usual names and compounds, and of letter salad
_LEAST = 0.8  # zipf
LETTER_WORDS = 6.3
"""Zipf of `à`, `é`, `y`: words of a letter beyond doubt."""
SHORT_WORDS = 4.5
"""Zipf from which words of one or two letters count as words."""


class Evidence:
    """What the sound words of a text say, and what any piece is worth by that.

    Attributes:
        languages: ISO 639-1 codes of the languages of Latin script that judge, the most likely one first.
        sure: whether there were words enough to tell.
    """

    def __init__(self, text: str, declared: str | None = None) -> None:
        words = sorted({word.lower() for word in _SOUND.findall(text[:60_000])})
        words = words[:: 1 + len(words) // _MOST_WORDS]
        self.sure = len(words) >= _FEWEST_WORDS
        self.languages = _languages(tuple(words), declared)
        self._lexicons = [lexicon(code) for code in self.languages]
        self._alphabet = frozenset("".join(each.alphabet for each in self._lexicons))
        self._scores: dict[str, float] = {}

    def frequency(self, word: str) -> float:
        """The zipf frequency of a word in the languages of the text, those of its script, or, for less, any."""
        first = ord(word[0])
        if "İ" in word:
            word = word.replace("İ", "i").replace("I", "ı")
        if "ß" in word:
            word = word.lower().replace("ß", "ss")  # wordfreq folds case
        if first >= 0x370:
            codes = GREEK if first < 0x400 or 0x1F00 <= first < 0x2000 else CYRILLIC if first < 0x530 else ()
            word = word.lower().replace("ς", "σ")  # wordfreq folds final sigma
            return max((lexicon(code).frequency(word) for code in codes), default=0.0)
        best = max(each.frequency(word) for each in self._lexicons)
        return best or max(anywhere(word) - _FOREIGN, 0.0)

    def known(self, word: str) -> bool:
        """Whether a word is one, in the languages of the text or clearly in another."""
        zipf = self.frequency(word)
        return zipf >= (SHORT_WORDS if len(word) < 3 else _LEAST)

    def word(self, word: str) -> float:
        """What a run of letters is worth: 1 to 7 for known words, to -3 for letter salad."""
        score = self._scores.get(word)
        if score is None:
            score = self._scores[word] = self._word(word)
        return score

    def _word(self, word: str) -> float:
        if len(word) == 1:
            zipf = self.frequency(word)
            if zipf >= SHORT_WORDS:
                return 2.0 if zipf >= LETTER_WORDS else 0.5
            return -1.5 if "\x80" <= word < "\u0250" and word.lower() not in self._alphabet else -0.5
        capital = word[1:] != word[1:].lower() and word != word.upper()
        zipf = self.frequency(word) - 2.0 * capital
        if zipf >= _LEAST:
            return 1.0 + min(zipf, 6.0) * min(len(word), 5) / 5 - capital
        if capital:
            return -0.5 if word.isascii() else -3.0
        usual = min(self._usual(word), 0.8)
        home = word >= "\u0370" or self._alphabet.issuperset(word.lower())
        return usual if home else min(usual, _NOT_AT_HOME)

    def odd(self, token: str) -> bool:
        """Whether a token looks damaged: letter salad, or signs where letters should be."""
        return self.piece(token) <= ODD

    def _usual(self, word: str) -> float:
        first = ord(word[0])
        if first >= 0x2E80:
            return 0.0
        judges = self._lexicons[:2] if first < 0x370 else [lexicon("el" if first < 0x400 else "ru")]
        mean = max(letters(word.lower().replace("ς", "σ"), judge) for judge in judges)
        return max(-3.0, -3.0 * (_USUAL - mean) / (_USUAL - _ODD)) if mean < _USUAL else 0.8

    def piece(self, piece: str) -> float:
        """What a piece of text is worth: its words, less the signs and characters that no text has there."""
        total = _BAD_CHARACTER * len(_LOST.findall(piece))
        if _IDEOGRAPHS.search(piece):
            total += ideographs(piece)
        if not piece.isascii():
            whole = piece
            piece = _BROKEN.sub(" ", piece)
            total += _BAD_SIGN * (len(_SIGN.findall(whole)) - len(_SIGN.findall(piece)))
        for word in _WORD.findall(piece):
            total += self.word(word)
        return total


def mixes_scripts(before: str, after: str) -> bool:
    """Whether a repair puts ideographs or letters of Asia beside small Latin letters, as wrong ones do: `c㨠`."""
    return not after.isascii() and len(_MIXED.findall(after)) > len(_MIXED.findall(before))


def ideographs(piece: str) -> float:
    """A point per everyday character of Chinese or Japanese, three off for each other one."""
    return sum(0.6 if _everyday(c) else -1.8 for c in _IDEOGRAPHS.findall(piece))


@lru_cache(maxsize=1 << 13)
def _everyday(character: str) -> bool:
    """Kana, or a character of level 1 of GB 2312 or of JIS X 0208: those in common use came first in both."""
    if character < "\u3100":
        return True
    for codec, last in (("gb2312", 0xD7), ("euc_jp", 0xCF)):
        try:
            lead = character.encode(codec)[0]
        except UnicodeEncodeError:
            continue
        if lead <= last:
            return True
    return False


@lru_cache(maxsize=1)
def characters_of(text: str) -> frozenset[str]:
    """The different characters of a text, which every stage's gate asks for."""
    return frozenset(text)


@lru_cache(maxsize=1 << 15)
def anywhere(word: str) -> float:
    """The highest zipf frequency of a word in any language of Latin script that has a lexicon."""
    return frequency_anywhere(word)


_PLAIN = re.compile('[("«“]?[A-Za-zÀ-ÖØ-öø-ÿŒœ’\'-]+[.,:;!?)"»”]{0,2}')  # nothing in it is a sign of damage


@lru_cache(maxsize=1 << 15)
def plainly_sound(token: str) -> bool:
    """Whether a token consists of words that no text makes odd: cheaper than asking the evidence, and for any text."""
    plain = _PLAIN.fullmatch(token) is not None
    if not plain and (_LOST.search(token) or _IDEOGRAPHS.search(token) or _BROKEN.search(token)):
        return False
    for word in _WORD.findall(token):
        if word[0] >= "\u0370" or "İ" in word or "ß" in word:
            return False
        if word[1:] != word[1:].lower() and word != word.upper():
            return False
        sound = anywhere(word) >= _FOREIGN + SHORT_WORDS if len(word) == 1 else _is_sound(word)
        if not sound:
            return False
    return True


def _is_sound(word: str) -> bool:
    return is_common(word) or anywhere(word) >= _FOREIGN + _LEAST


@lru_cache(maxsize=2)
def evidence_of(text: str, declared: str | None) -> Evidence:
    """The evidence of a text, which several stages ask for."""
    return Evidence(text, declared)


def letters(word: str, judge: Lexicon) -> float:
    """The mean logarithm of the probability of a word's letters, the word's end included."""
    index, table = judge.index, judge.flat
    base = len(index) + 1
    context = 0
    total = 0.0
    for letter in word:
        d = index.get(letter, -1)
        if d < 0:
            total -= 9.0
            d = 0
        else:
            total += max(table[context * base + d], -9.0)
        context = (context * base + d) % base**3
    return (total + max(table[context * base], -9.0)) / (len(word) + 1)


@lru_cache(maxsize=1 << 8)
def _languages(words: tuple[str, ...], declared: str | None) -> tuple[str, ...]:
    found = zipf_by_language(words) if words else np.zeros((len(LATIN), 1), dtype=np.float32)
    means = {
        code: float(row.mean()) + (_DECLARED if code == declared else 0.0)
        for code, row in zip(LATIN, found, strict=True)
    }
    ranked = sorted(LATIN, key=lambda code: (-means[code], LATIN.index(code)))
    if len(words) < _FEWEST_WORDS and declared not in LATIN:
        return LATIN
    return tuple(code for code in ranked if means[code] >= means[ranked[0]] - _CLOSE)
