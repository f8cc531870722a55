"""How likely a token is in a language: the one measure that clean text and every reading of garbled text compete by.

Natural logarithms throughout. A known word costs what its frequency says; an unknown one a fixed sum and its letters by
the 4-gram model; capitals inside words, digits inside words and signs inside words cost extra. The constants were set
on enciphered sentences so that a plausible unknown name loses against no known word and gibberish loses against both.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection

from cleaners.lexicon import Lexicon

LN10 = math.log(10)
UNKNOWN_WORD = -13.0  # as rare as zipf 3.4, letters not counted
STRANGE_LETTER = -9.0
TITLE, UPPER, MIXED = -1.2, -2.5, -9.0
UNKNOWN_SMALL = -3.0  # unknown words are mostly names
EDGE_SIGN, ODD_SIGN, INNER_SIGN, DIGIT = -3.0, -7.0, -9.0, -2.6
SEEN_WORD = -11.0  # a word of the document's clean part that the language does not have
JOINED = -4.0  # two words run together

_EDGE = frozenset(".,;:!?()[]\"'«»“”‘’…-–—/%")
_PART = re.compile(r"[^\W\d_]+|\d+|[^\w]|_")
ELISIONS = {"fr": ("l", "d", "n", "s", "c", "j", "m", "t", "qu"), "it": ("l", "d", "un", "dell", "all", "nell")}
_COMPOUNDING = ("de", "nl")
_LEAST_PART = 3.3  # zipf of each part of a word that was run together


class Effort:
    """What a document may cost, in letters scored: a count, so that the outcome is the same on every machine."""

    __slots__ = ("limit", "spent")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0

    @property
    def over(self) -> bool:
        """Whether nothing more should be begun."""
        return self.spent >= self.limit


class Judge:
    """Scores of tokens in one language, remembered."""

    __slots__ = ("_flat", "_tokens", "_words", "effort", "lexicon", "seen")

    def __init__(self, lexicon: Lexicon, seen: Collection[str] = (), effort: Effort | None = None) -> None:
        self.lexicon = lexicon
        self.seen = seen
        self.effort = effort or Effort(1 << 60)
        self._flat = lexicon.flat
        self._words: dict[str, float] = {}
        self._tokens: dict[str, float] = {}

    def token(self, token: str) -> float:
        """The score of a token between spaces, with its punctuation."""
        score = self._tokens.get(token)
        if score is None:
            score = self._tokens[token] = sum(map(self._token, token.split(" ")))
        return score

    def word(self, word: str) -> float:
        """The score of lower-case letters."""
        score = self._words.get(word)
        if score is None:
            score = self._words[word] = self._word(word)
        return score

    def knows(self, word: str) -> bool:
        """Whether the word is one, here or in the document."""
        word = word.lower()
        return self.lexicon.known(word) or word in self.seen

    def _token(self, token: str) -> float:
        parts = _PART.findall(token)
        score = 0.0 if any(map(str.isalnum, parts)) else ODD_SIGN
        for i, part in enumerate(parts):
            inside = 0 < i < len(parts) - 1
            if part.isdigit():
                beside = (i and parts[i - 1].isalpha()) or (i + 1 < len(parts) and parts[i + 1].isalpha())
                score += DIGIT * len(part) + (INNER_SIGN if beside else 0.0)
            elif part.isalpha():
                score += self.word(part.lower()) + _shape(part)
                if part.islower() and not self.knows(part):
                    score += UNKNOWN_SMALL
            elif part in _EDGE:
                inner = inside and part not in "-'’/" and parts[i - 1].isalnum() and parts[i + 1].isalpha()
                score += INNER_SIGN if inner else EDGE_SIGN
            else:
                score += INNER_SIGN if inside else ODD_SIGN
        return score

    def _word(self, word: str) -> float:
        zipf = self.lexicon.frequency(word)
        best = LN10 * (zipf - 9.0) if zipf else UNKNOWN_WORD + self.letters(word)
        if word in self.seen:
            best = max(best, SEEN_WORD)
        return best if zipf else max(best, self._joined(word))

    def _joined(self, word: str) -> float:
        language, frequency = self.lexicon.language, self.lexicon.frequency
        cuts = [len(e) for e in ELISIONS.get(language, ()) if word.startswith(e)]
        if language in _COMPOUNDING and len(word) < 40:
            cuts = list(range(3, len(word) - 2))
        scores = [(frequency(word[:cut]), frequency(word[cut:])) for cut in cuts if len(word) - cut > 1]
        return max((LN10 * (a + b - 18.0) + JOINED for a, b in scores if min(a, b) > _LEAST_PART), default=-1e9)

    def letters(self, word: str) -> float:
        """The 4-gram score of lower-case letters with borders around them."""
        index, flat = self.lexicon.index, self._flat
        base = len(index) + 1
        self.effort.spent += len(word) + 1
        a = b = c = 0
        score = 0.0
        for letter in (*word[:60], ""):
            d = index.get(letter, -1) if letter else 0
            if a < 0 or b < 0 or c < 0 or d < 0:
                score += STRANGE_LETTER
            else:
                gram = flat[((a * base + b) * base + c) * base + d]
                score += max(STRANGE_LETTER, gram)
            a, b, c = b, c, d
        return score


def _shape(word: str) -> float:
    if word.islower():
        return 0.0
    if word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        return TITLE
    return UPPER if word.isupper() else MIXED
