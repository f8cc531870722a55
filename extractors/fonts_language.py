"""Which of several like letters is meant: the one that makes words.

Some letters look the same (I and l, 0 and O), and an accent of a few pixels may be misjudged. Every glyph has then
several candidates with a distance each; those are chosen together so that the words of the document are words of
some language, written as words are: capitals in front or everywhere, digits among digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple

LANGUAGES = {
    "latin": ("fr", "en", "de", "es", "it", "pt", "nl", "pl", "cs"),
    "greek": ("el",),
    "cyrillic": ("ru", "uk", "bg", "mk"),
}
"""Languages whose words are looked at, by script."""
MAIN_LANGUAGES = {"latin": None, "greek": "el", "cyrillic": "ru"}
"""By whose letters a font is judged before the language is known; None stands for those of western Europe."""
_MAX_WORDS = 3000  # different words looked at, the most frequent ones
_PASSES = 3
_PART = re.compile(r"[^\W_]+")
_SHAPE = re.compile(
    r"(?:[^\W\d_]?[a-zß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĸĺļľŀłńņňŉŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžﬀ-ﬄ]+|[^\W\d_]+|\d+)\Z"
)
_STRAY = re.compile(r"(?<=\w)[^\w\s'’\-‐‑.,:/]+(?=\w)")
_KNOWN, _ODD = 1.0, -1.0  # values of a letter in a known word, and in one that mixes cases or digits and letters
_LONG = 12  # letters; longer words are not worth more
# One letter in a word is worth this much distance between outlines.
_WEIGHT = 0.12
_FOREIGN = 0.04  # distance added to a letter that the language does not use
_RARE = 0.025  # distance added to signs that text rarely has
_COMMON = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'’\"()-–—«»“”%&/€…•ﬁﬂﬀﬃﬄ")


_NOT_LATIN = frozenset(LANGUAGES["greek"] + LANGUAGES["cyrillic"])
_LATIN_LETTER = re.compile("[a-zA-Z\u00c0-\u024f]")


class Candidate(NamedTuple):
    """A character that a glyph may be, and how unlike it is."""

    character: str
    distance: float


def choose(
    candidates: Mapping[str, Sequence[Candidate]], texts: Iterable[str], script: str = "latin"
) -> tuple[dict[str, str], float, int]:
    """Choose a character for each glyph.

    `candidates` are by the character that stands for the glyph in `texts`; the best one comes first. Returns the
    choice, the share of letters that stand in known words, and the number of letters, of words with such glyphs.
    """
    doubtful = re.compile("[" + "".join(map(re.escape, candidates)) + "]")
    words = Counter(word for text in texts for word in text.split(" ") if doubtful.search(word))
    counted = Counter(dict(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:_MAX_WORDS]))
    first = _nearest(candidates, MAIN_LANGUAGES[script])
    language = max(LANGUAGES[script], key=lambda code: _known_share(counted, first, code)[0])
    chosen = _nearest(candidates, language)
    chosen = _improve(chosen, candidates, counted, language)
    return chosen, *_known_share(counted, chosen, language)


def _nearest(candidates: Mapping[str, Sequence[Candidate]], language: str | None) -> dict[str, str]:
    return {
        glyph: min(options, key=lambda c: (c.distance + prior(c.character, language), c.character)).character
        for glyph, options in candidates.items()
    }


def _improve(
    chosen: dict[str, str], candidates: Mapping[str, Sequence[Candidate]], words: Counter[str], language: str
) -> dict[str, str]:
    """Change one glyph at a time while the words get better."""
    value = _valuer(language)
    holding: dict[str, list[str]] = {}
    for word in words:
        for glyph in set(word):
            if glyph in candidates:
                holding.setdefault(glyph, []).append(word)
    doubtful = [glyph for glyph, options in candidates.items() if len(options) > 1 and glyph in holding]
    doubtful.sort(key=lambda g: (-sum(words[w] for w in holding[g]), g))
    for _ in range(_PASSES):
        changed = False
        for glyph in doubtful:
            total = sum(words[w] * w.count(glyph) for w in holding[glyph])

            def cost(option: Candidate, glyph: str = glyph, total: int = total) -> tuple[float, str]:
                table = str.maketrans(chosen | {glyph: option.character})
                worth = sum(words[w] * value(w.translate(table)) for w in holding[glyph])
                return option.distance + prior(option.character, language) - _WEIGHT * worth / total, option.character

            best = min(candidates[glyph], key=cost).character
            changed |= best != chosen[glyph]
            chosen[glyph] = best
        if not changed:
            break
    return chosen


def prior(character: str, language: str | None) -> float:
    """How much less likely than a common letter a character is, as distance."""
    if character in _COMMON:
        return _FOREIGN if language in _NOT_LATIN and character.isalpha() else 0.0
    if character.isalpha():
        alphabet = _alphabet(language) if language else _western()
        return 0.003 if character.lower() in alphabet else _FOREIGN
    return _RARE


@cache
def _western() -> frozenset[str]:
    return frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüßÿ")


@cache
def _words_of(language: str) -> Mapping[str, float]:
    wordfreq = import_module("wordfreq")
    found: Mapping[str, float] = wordfreq.get_frequency_dict(language, wordlist="small")
    return found


@cache
def _alphabet(language: str) -> frozenset[str]:
    """The letters of the frequent words of a language."""
    counts: Counter[str] = Counter()
    for word, frequency in _words_of(language).items():
        if frequency > 1e-6:
            counts.update(set(word))
    letters = (letter for letter, count in counts.items() if count >= 5)
    return frozenset(c for c in letters if language not in _NOT_LATIN or not _LATIN_LETTER.match(c))


def _known_share(words: Counter[str], chosen: Mapping[str, str], language: str) -> tuple[float, int]:
    table = str.maketrans(dict(chosen))
    known = _words_of(language)
    good = letters = 0
    for word, count in words.items():
        for part in _PART.findall(word.translate(table)):
            if part.isalpha() and len(part) > 1:
                letters += count * len(part)
                good += count * len(part) * (part.lower() in known)
    return good / max(letters, 1), letters


def _valuer(language: str) -> Callable[[str], float]:
    known = _words_of(language)
    other_script = language in _NOT_LATIN

    @cache
    def value(text: str) -> float:
        total = -len(_STRAY.findall(text)) * 1.0
        for part in _PART.findall(text):
            size = min(len(part), _LONG)
            mixed = other_script and 0 < len(_LATIN_LETTER.findall(part)) < len(part)
            if mixed or not _SHAPE.match(part):
                total += _ODD
            elif part.isalpha() and part.lower() in known:
                total += _KNOWN * min(size, 4) / 2
        return total

    return value
