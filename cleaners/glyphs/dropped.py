"""Single letters that fell out of words here and there, as converters lose glyphs: `diérents` for `différents`.

Names look like words that lost a letter, too. So words are only completed where a text has more of such words than
names could make.
"""

from __future__ import annotations

from collections.abc import Iterable

from cleaners.glyphs.judge import LN10, Judge

DROPPED = -6.0  # nats: cost of a letter put back
_SHORTEST, _LONGEST = 4, 24  # letters of what is left of a word
_LEAST_KNOWN = 2.0  # zipf
_LEAST_ZIPF = 2.5  # of a word that is put back
_LEAST_COMMON = 3.0  # of one that tells that letters are lost
_FEWEST = 2  # words that tell so
_LEAST_SHARE = 0.2  # of the odd words; of names and rare words hardly any is one letter short of a common word
_LOOKUP = 2  # what looking up a word costs, in letters scored


def is_odd(word: str, judge: Judge) -> bool:
    """Whether lower-case letters are hardly a word: word lists hold typing errors, too."""
    return judge.lexicon.frequency(word) < _LEAST_KNOWN and word not in judge.seen


def completed(word: str, judge: Judge) -> tuple[str, float] | None:
    """The most frequent word that has one letter more than the given lower-case one, with its zipf frequency."""
    if not _SHORTEST <= len(word) <= _LONGEST:
        return None
    alphabet = judge.lexicon.alphabet
    judge.effort.spent += _LOOKUP * len(alphabet) * (len(word) + 1)
    frequency = judge.lexicon.frequency
    zipf, whole = max(
        (frequency(other), other)
        for place in range(len(word) + 1)
        for letter in alphabet
        if (other := word[:place] + letter + word[place:])
    )
    return (whole, zipf) if zipf >= _LEAST_ZIPF else None


def score(zipf: float) -> float:
    """How likely a word is that was completed."""
    return LN10 * (zipf - 9.0) + DROPPED


def letters_are_lost(words: Iterable[str], judge: Judge) -> bool:
    """Whether the odd ones among lower-case words are mostly words that lost a letter."""
    odd = [word for word in words if _SHORTEST < len(word) <= _LONGEST and is_odd(word, judge)]
    found = [completed(word, judge) for word in odd if not judge.effort.over]
    lost = sum(whole is not None and whole[1] >= _LEAST_COMMON for whole in found)
    return lost >= _FEWEST and lost >= _LEAST_SHARE * len(odd)
