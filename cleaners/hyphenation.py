"""Words cut at the end of a line: whether the hyphen was the typesetter's or the word's own.

`collec-` + `tivité` is one word cut in two, `porte-` + `monnaie` is a compound that happened to break at its hyphen.
What the same document writes elsewhere decides first, then how frequent the whole and the parts are in the language
(the word lists of wordfreq), and where neither knows, a lower-case letter behind the hyphen means that the word was
cut, which is so for nine cuts of ten.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import NamedTuple

ODD_HYPHENS = "\N{HYPHEN}\x02\ufffe"
"""What stands for a hyphen; pdfium writes U+0002 or U+FFFE for one that ends a line."""
HYPHENS = f"-\N{SOFT HYPHEN}\N{NOT SIGN}{ODD_HYPHENS}"
"""What ends a line inside a word; some fonts map the soft hyphen to the not sign."""

_ALWAYS_CUT = frozenset("\N{SOFT HYPHEN}\N{NOT SIGN}")
_WORD = re.compile(r"[^\W\d_]+(?:[-\N{HYPHEN}\N{NON-BREAKING HYPHEN}][^\W\d_]+)*")
_WORD_END = re.compile(r"[^\W\d_]+\Z")
_WORD_START = re.compile(r"[^\W\d_]+")
_REACH = 60  # characters of a word that are looked at

# Zipf frequencies (log10 of occurrences in 10 ** 9 words). Common compounds written without their hyphen stay below 3;
# a part must be this much more frequent than the whole to be a word by itself.
_SURELY_A_WORD = 3.0
_PART_IS_A_WORD = 2.5
_PART_OVER_WHOLE = 1.0

_FUNCTION_WORDS = {
    "fr": "le la les des du et est une dans pour que qui sur par pas au aux il elle ne",
    "en": "the of and to in is that for it was with as on be at by this are",
    "de": "der die das und ist nicht mit ein eine den von zu auf für dem sich des im",
    "es": "el la los las que del y en un una por con para se es no lo su",
    "it": "il la che di e un una per con non del della sono gli le si nel",
    "pt": "o a os as que do da em um uma para com não se no na dos ao",
    "nl": "de het een en van is dat op te in voor niet met zijn aan er",
}

Frequency = Callable[[str], float]


class Speller(NamedTuple):
    """What is known about the words of one document: their forms, and how frequent words are in its language."""

    forms: Counter[str]
    frequency: Frequency | None


def speller(text: str, language: str | None = None) -> Speller:
    """Prepare decisions for one document. `language` is what the document declares (`fr`, `fr-CA`), if anything.

    Word lists are read on first use (the small list of one language: 20 ms and 5 MB).
    """
    forms = Counter(match[0].casefold() for match in _WORD.finditer(text))
    return Speller(forms, _frequency((language or "")[:2].lower() or _guess(forms)))


def is_cut(before: str, after: str, words: Speller) -> bool:
    """Whether the hyphen that ends `before` goes when `after`, the next line, is joined to it."""
    if before[-1:] in _ALWAYS_CUT:
        return True
    left = _WORD_END.search(before[:-1][-_REACH:])
    right = _WORD_START.match(after[:_REACH])
    if not left or not right:
        return False
    first, second = left[0], right[0]
    if not second[0].islower() and not (second.isupper() and first.isupper() and len(first) > 1):
        return False
    return _decide(first.casefold(), second.casefold(), words)


def _decide(first: str, second: str, words: Speller) -> bool:
    whole, compound = words.forms[first + second], words.forms[f"{first}-{second}"]
    if whole != compound:
        return whole > compound
    if words.frequency is None:
        return True
    frequency = words.frequency(first + second)
    if frequency >= _SURELY_A_WORD:
        return True
    parts = min(words.frequency(first), words.frequency(second))
    return not (parts >= _PART_IS_A_WORD and parts >= frequency + _PART_OVER_WHOLE)


def _guess(forms: Counter[str]) -> str:
    """The language whose function words are most frequent; French where nothing tells."""
    return max(_FUNCTION_WORDS, key=lambda code: _count(forms, _FUNCTION_WORDS[code].split()))


def _count(forms: Counter[str], words: Iterable[str]) -> int:
    return sum(forms[word] for word in words)


@cache
def _frequency(language: str) -> Frequency | None:
    """Zipf frequencies of a language, or None where wordfreq is not installed or does not know the language."""
    try:
        wordfreq = import_module("wordfreq")
    except ImportError:
        return None
    if language not in wordfreq.available_languages("small"):
        return None
    table: dict[str, float] = wordfreq.get_frequency_dict(language, wordlist="small")

    def zipf(word: str) -> float:
        share = table.get(word, 0.0)
        return float(wordfreq.freq_to_zipf(share)) if share else 0.0

    return zipf
