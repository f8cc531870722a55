"""Apostrophes that one letter stands for since they were read in another encoding: `dâaccueil`, `lÆOberhalbstein`.

A text may hold no other damage, so nothing but the word tells: what is elided before, and a word that begins with a
vowel behind.
"""

from __future__ import annotations

import re

from cleaners.elision import ELIDED, LANGUAGES, VOWELS
from cleaners.evidence import Evidence, evidence_of
from corpus.document import Change, repair

# UTF-8 without its controls, Windows-1252 read as Mac Roman and as cp437, Mac Roman read as Windows-1252
_SHOWN = "âíÆÕ"
_VOWEL = "".join(sorted(VOWELS | {letter.upper() for letter in VOWELS}))
_SPOT = re.compile(f"[{_SHOWN}](?=([{_VOWEL}][^\\W\\d_]+))")
_BEFORE = re.compile(f"(?i)(?<![^\\W_])(?:{'|'.join(sorted(ELIDED))})$")
_LONGEST = 1 + max(map(len, ELIDED))  # characters of what is elided, and one before
_KNOWN, _NAME = 0.92, 0.85
_WORD, _LONE = 4, 2.0  # letters, and zipf, of a word behind that is believed


def may_hold_apostrophes(text: str) -> bool:
    """Whether a text has one of the letters where it could be one; cheap."""
    return any(letter in text for letter in _SHOWN)


def apostrophes(text: str, declared: str | None) -> list[Change]:
    """The apostrophes of a text in a language that elides."""
    found = [(before[0], match) for match in _SPOT.finditer(text) if (before := _elided(text, match.start()))]
    if not found or evidence_of(text, declared).languages[0] not in LANGUAGES:
        return []
    changes = []
    for elided, match in found:
        if confidence := _confidence(elided, match[0], match[1], evidence_of(text, declared)):
            changes.append(
                repair(*match.span(), "\N{RIGHT SINGLE QUOTATION MARK}", "mojibake", "apostrophe", confidence)
            )
    return changes


def _elided(text: str, end: int) -> re.Match[str] | None:
    return _BEFORE.search(text, max(end - _LONGEST, 0), end)


def _confidence(before: str, letter: str, behind: str, evidence: Evidence) -> float:
    """How sure it is, 0.0 where the letter may be meant."""
    if evidence.known(before + letter + behind):
        return 0.0
    if len(behind) >= _WORD and evidence.frequency(behind) >= _LONE:
        return _KNOWN
    return _NAME if behind[0].isupper() and letter != "â" else 0.0
