"""What the clean part of a document tells: its language, its own words, and how likely a token is as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from cleaners.glyphs.judge import Effort, Judge
from cleaners.glyphs.suspects import EDGES
from cleaners.lexicon import MAIN_LANGUAGES, lexicon, word_key

_WORD = re.compile(r"[^\W\d_]{2,}")
_PLAIN = re.compile(r"[a-zà-žA-ZÀ-Ž]?[a-zß-ÿœą-ž]+|[A-ZÀ-ÞŒ]{2,7}")  # capitals inside a word are a sign of damage
_MOST_WORDS = 400  # different ones that tell the language
_FEWEST_WORDS = 8
_FOREIGN = -3.0  # a clean token of another language than the document's
_ACRONYM, _AN_ACRONYM = 6, -15.0  # letters at most, and how likely any of them is
MOST_EFFORT = 4_000_000  # letters scored for a document; some 5 CPU s
_CLEAR = 0.35  # mean zipf by which the document's language leads


class Context:
    """The judges of one document."""

    def __init__(self, clean: str, declared: str | None) -> None:
        words = sorted({word.lower() for word in _WORD.findall(clean) if _PLAIN.fullmatch(word)})
        self.languages = _languages(words, declared)
        self.seen = frozenset(words)
        self.effort = Effort(MOST_EFFORT)
        self._judges: dict[str, Judge] = {}
        self._clean: dict[str, float] = {}

    def judge(self, language: str) -> Judge:
        """The judge of a language that knows the document's own words, too."""
        if language not in self._judges:
            self._judges[language] = Judge(lexicon(language), self.seen, self.effort)
        return self._judges[language]

    def clean(self, token: str) -> float:
        """How likely a token is as it stands, in the document's language or another."""
        score = self._clean.get(token)
        if score is None:
            first, *others = MAIN_LANGUAGES if len(self.languages) > 1 else (self.languages[0], *MAIN_LANGUAGES)
            score = self.judge(first).token(token)
            score = max(score, *(self.judge(other).token(token) + _FOREIGN for other in others))
            core = token.strip(EDGES)
            if core.isalpha() and core.isupper() and len(core) <= _ACRONYM:
                score = max(score, _AN_ACRONYM)
            self._clean[token] = score
        return score


def _languages(words: Sequence[str], declared: str | None) -> tuple[str, ...]:
    """The languages to try, most likely first: one if the words leave no doubt."""
    ranked = _ranked(words[:: 1 + len(words) // _MOST_WORDS])
    if len(words) >= _FEWEST_WORDS and ranked[0][0] - ranked[1][0] >= _CLEAR:
        return (ranked[0][1],)
    order = [language for _, language in ranked]
    if declared in order:
        order.remove(declared)
        order.insert(0, declared)
    return tuple(order)


def _ranked(words: Iterable[str]) -> list[tuple[float, str]]:
    keys = np.fromiter(map(word_key, words), dtype=np.uint64)
    means = [(float(lexicon(code).zipf_of_keys(keys).mean()) if len(keys) else 0.0, code) for code in MAIN_LANGUAGES]
    return sorted(means, key=lambda pair: (-pair[0], MAIN_LANGUAGES.index(pair[1])))
