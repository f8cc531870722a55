"""Runs of suspects that are words of languages which repairs do not read: Czech, Turkish, Russian, Chinese, ...

They are unknown to the main languages and close together, as garbled text is, and trying all tables on them costs a
hundred times what the words do. Fonts without a map show their codes as ASCII, Latin or private characters.
"""

from __future__ import annotations

import re

from cleaners.evidence import letters
from cleaners.glyphs.families import PRIVATE
from cleaners.lexicon import LANGUAGES, MAIN_LANGUAGES, lexicon

_OTHERS = tuple(code for code in LANGUAGES if code not in MAIN_LANGUAGES)
_WORDS = re.compile(r"[^\W\d_]+")
_LEAST_KNOWN = 0.5  # share of the letters in words of one of these languages
_SHORT = 3  # letters; shorter words are known to every language by chance
_LEAST_ZIPF = 2.0
_FIRST, _LAST = "\u0370", chr(PRIVATE - 1)  # of what no font without a map shows
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")  # a fifth of the letters of Vietnamese, and no code page's
_A_FEW = 0.05
# Mean logarithm per letter: shifted text has -4.9 to -6.5, text of languages near the main ones -2 to -4.5.
_SALAD = -4.8
_MOST = 2000  # characters that are looked at


def is_letter_salad(text: str) -> bool:
    """Whether a text has the letter sequences of no main language."""
    words = [word.lower() for word in _WORDS.findall(text[:_MOST]) if len(word) > 1]
    size = sum(len(word) + 1 for word in words)
    return not any(
        sum(letters(word, lexicon(code)) * (len(word) + 1) for word in words) > _SALAD * size for code in MAIN_LANGUAGES
    )


def in_another_language(text: str) -> bool:
    """Whether most letters belong to another script, or to words of a language that is no main one."""
    words = _WORDS.findall(text[:_MOST])
    total = sum(map(len, words))
    enough = _LEAST_KNOWN * total
    if len(_VIETNAMESE.findall(text, 0, _MOST)) > _A_FEW * total:
        return True
    if sum(_FIRST <= c <= _LAST for word in words for c in word) > enough:
        return True
    long = [word for word in words if len(word) >= _SHORT]
    return any(
        sum(len(word) for word in long if lexicon(code).frequency(word) >= _LEAST_ZIPF) > enough for code in _OTHERS
    )
