"""Words set with space between their letters: gaps inside them are no spaces.

Headings are often set so. All gaps of such a word are about as wide, and those between words are wider still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

_LEAST_GAPS = 3
_SPACED_SHARE = 0.7  # of the letters that have a gap before them
_LETTERS_SHARE = 0.7  # of what is drawn; rows of single digits are columns of a table
_BETWEEN_WORDS = 1.6  # times the usual gap
_EVEN = 1.35  # the usual gap at most, times the smallest


def written(texts: Sequence[str], gaps: Mapping[int, float]) -> str:
    """Texts that follow each other on one line as one text, with spaces for gaps.

    `gaps` has the gaps wide enough to be spaces, by the position of the text behind them, in font sizes.
    """
    if not gaps:
        return "".join(texts)
    usual = _usual_inside_words(texts, gaps) if len(gaps) >= _LEAST_GAPS else 0.0
    parts: list[str] = []
    for i, text in enumerate(texts):
        gap = gaps.get(i, 0.0)
        if gap > _BETWEEN_WORDS * usual and parts and not parts[-1].endswith(" "):
            parts.append(" ")
        parts.append(text)
    return "".join(parts)


def _usual_inside_words(texts: Sequence[str], gaps: Mapping[int, float]) -> float:
    """The usual gap between the letters of words set with space, 0 where words are not set so."""
    drawn = [text for text in texts if text != " "]
    letters = sum(text.isalpha() for text in drawn)
    if any(len(text) > 1 for text in drawn) or letters < _LETTERS_SHARE * len(drawn):
        return 0.0
    blanks = len(texts) - len(drawn)
    if len(gaps) < _SPACED_SHARE * (len(drawn) - 1 - blanks):
        return 0.0
    usual = median(gaps.values())
    return usual if usual <= _EVEN * min(gaps.values()) else 0.0
