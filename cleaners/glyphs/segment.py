"""Finding the words of a line whose spaces are lost, and the letters that were lost with them."""

from __future__ import annotations

import re

from cleaners.glyphs.judge import DIGIT, EDGE_SIGN, LN10, Judge
from cleaners.glyphs.lost import Whole

_LONGEST = 24
_LONGEST_UNKNOWN = 14
_LOST = -2.0
_BORDER = -0.5
_PIECE = 300  # letters that are cut at once; a longer run is no text of any line
_RUNS = re.compile(r"[^\W\d_]+|\d+|\s+|[^\w\s]|_")


def segment(letters: str, judge: Judge, remains: dict[str, Whole]) -> tuple[str, float]:
    """The most likely words of a run of characters, parted by spaces, and their score."""
    words: list[str] = []
    score = 0.0
    for run in _RUNS.findall(letters):
        if run.isalpha():
            for start in range(0, len(run), _PIECE):
                found, value = _words(run[start : start + _PIECE], judge, remains)
                words += found
                score += value
        elif run.isspace():
            continue
        elif run.isdigit():
            words.append(run)
            score += DIGIT * len(run)
        else:
            score += EDGE_SIGN
            if words and run in ".,;:!?)]»’'-":
                words[-1] += run
            else:
                words.append(run)
    return " ".join(words), score


def _words(run: str, judge: Judge, remains: dict[str, Whole]) -> tuple[list[str], float]:
    best: list[tuple[float, int, str]] = [(0.0, 0, "")]
    lower = run.lower()
    judge.effort.spent += 4 * len(run) * _LONGEST  # look-ups
    for end in range(1, len(run) + 1):
        candidates = []
        for start in range(max(0, end - _LONGEST), end):
            word, value = _one(lower[start:end], judge, remains)
            if word:
                inner = run[start + 1 : end]
                shape = -6.0 if inner != inner.lower() and not run[start:end].isupper() else 0.0
                given = word[:1].upper() + word[1:] if run[start].isupper() else word
                candidates.append((best[start][0] + value + shape + _BORDER, start, given))
        best.append(max(candidates))
    words: list[str] = []
    position = len(run)
    while position:
        words.append(best[position][2])
        position = best[position][1]
    return words[::-1], best[-1][0]


def _one(word: str, judge: Judge, remains: dict[str, Whole]) -> tuple[str, float]:
    known = judge.lexicon.known(word)
    if not known and len(word) > _LONGEST_UNKNOWN:
        value = -1e6
        found = ""
    else:
        value, found = judge.word(word), word
    whole = remains.get(word)
    if whole is not None:
        restored = LN10 * (whole.zipf - 9.0) + _LOST * whole.lost
        if restored > value:
            return whole.word, restored
    return found, value
