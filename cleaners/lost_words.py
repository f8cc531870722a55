"""What a word with lost letters may have been: letter statistics propose, the word list and elision decide."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from cleaners.elision import ELIDED, LANGUAGES, VOWELS
from cleaners.evidence import SHORT_WORDS, Evidence
from cleaners.lexicon import Lexicon, lexicon

_BEAM = 160
_LN10 = math.log(10)
_UNKNOWN = -9.0  # logarithm of the share of all words that are none
_PARTS_BEHIND = {"en": frozenset(("s", "t", "ll", "re", "ve", "d", "m")), "nl": frozenset(("s", "n"))}
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_APOSTROPHES = {"fr": -2.0, "it": -2.5, "en": -1.5, "nl": -5.0, "ca": -2.0}  # logarithms, against a lost letter
_STRAY = -30.0  # an apostrophe that parts no words


class Found(NamedTuple):
    """The best candidate for a word, its share of all candidates, and whether the word list has it."""

    text: str
    share: float
    known: bool


def best(word: str, mark: str, evidence: Evidence, *, bytes_lost: bool) -> Found | None:
    """The likeliest word behind the marks, None when there is none to speak of."""
    language = evidence.languages[0]
    judge = lexicon(language)
    apostrophe = _APOSTROPHES.get(language, -8.0)
    lowered = word.lower()
    scored: dict[str, tuple[float, bool]] = {}
    for candidate in _beam(
        re.findall(f"{re.escape(mark)}+|[^{re.escape(mark)}]+", lowered), mark, judge, bytes_lost=bytes_lost
    ):
        scored[candidate] = _score(candidate, lowered, judge, evidence, apostrophe)
    if not scored:
        return None
    top = max(scored, key=lambda candidate: (scored[candidate][0], candidate))
    score, known = scored[top]
    total = sum(math.exp(max(other - score, -50.0)) for other, _ in scored.values())
    return Found(top, 1 / total, known)


def _beam(parts: list[str], mark: str, judge: Lexicon, *, bytes_lost: bool) -> list[str]:
    """Candidates for a word given as runs of marks and of letters, the likeliest by letter statistics."""
    letters = [c for c in judge.alphabet if not c.isascii() and c.isalpha()] + ["ß"] * (judge.language == "de")
    states = [("", 0.0)]
    for part in parts:
        options = _options(len(part), letters, bytes_lost=bytes_lost) if part[0] == mark else [part]
        grown = [(text + option, _extended(score, text, option, judge)) for text, score in states for option in options]
        grown.sort(key=lambda state: (-state[1], state[0]))
        states = grown[:_BEAM]
        if not states:
            return []
    return [text for text, _ in states]


def _options(marks: int, letters: list[str], *, bytes_lost: bool) -> list[str]:
    """What a run of marks may have been."""
    if not bytes_lost:
        singles = [*letters, _APOSTROPHE]
        return singles if marks == 1 else [a + b for a in singles for b in singles] if marks == 2 else []
    found: dict[int, list[str]] = {0: [""], 1: []}
    for size in range(2, marks + 1):
        pairs = [text + letter for text in found[size - 2] for letter in letters]
        triples = [text + _APOSTROPHE for text in found.get(size - 3, [])]
        found[size] = (pairs + triples)[:4000]
    return found[marks]


def _extended(score: float, text: str, option: str, judge: Lexicon) -> float:
    """The score of a state with an option behind it: letter 4-grams; an apostrophe ends a word."""
    index, table = judge.index, judge.letters
    context = ([0, 0, 0] + [index.get(c, 0) for c in text[-3:]])[-3:]
    for letter in option:
        code = 0 if letter in "'’" else index.get("s" if letter == "ß" else letter, -1)
        score += max(float(table[context[0], context[1], context[2], code]), -9.0) if code >= 0 else -9.0
        context = [context[1], context[2], code] if code > 0 else [0, 0, 0]
    return score


def _score(candidate: str, word: str, judge: Lexicon, evidence: Evidence, apostrophe: float) -> tuple[float, bool]:
    """The logarithm of a candidate's likelihood and whether its words are known."""
    pieces = re.split("['’]", candidate)
    score = apostrophe * (candidate.count(_APOSTROPHE) - word.count(_APOSTROPHE))
    known = True
    for i, piece in enumerate(pieces):
        if i < len(pieces) - 1 and judge.language in LANGUAGES and piece in ELIDED:
            behind = pieces[i + 1]
            if behind[:1] not in VOWELS if len(behind) > 1 else piece == "l" and not behind.isascii():
                score += _STRAY
            continue
        if piece in _PARTS_BEHIND.get(judge.language, ()) and i and (piece != "t" or pieces[i - 1].endswith("n")):
            continue
        if not piece:
            return score - 40.0, False
        zipf = _zipf(piece, judge, evidence)
        if zipf:
            score += (zipf - 9.0) * _LN10
            known &= len(piece) > 2 or zipf > SHORT_WORDS
        else:
            score += (
                _STRAY * (i < len(pieces) - 1) + _UNKNOWN * _LN10 + max(_extended(0.0, "", piece, judge), -60.0) * 0.6
            )
            known = False
    return score, known


def _zipf(word: str, judge: Lexicon, evidence: Evidence) -> float:
    if "ß" in word:
        return evidence.frequency(word)
    return max(judge.frequency(word), evidence.frequency(word) - 1.0)
