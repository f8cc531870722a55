"""Apostrophes that one letter stands for since they were read in another encoding: `dâaccueil`, `lÆOberhalbstein`.

A text may hold no other damage, so nothing but the word tells: what is elided before, and a word that begins with a
vowel behind.
"""

from __future__ import annotations

import re

from cleaners.evidence import Evidence, evidence_of
from corpus.document import Change, repair

_LANGUAGES = frozenset(("fr", "it", "ca"))
# UTF-8 without its controls, Windows-1252 read as Mac Roman and as cp437, Mac Roman read as Windows-1252
_SHOWN = "âíÆÕ"
_ELIDED = "(?<![^\\W_])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|nell|dall|sull|all|un)"
_SPOT = re.compile(f"[{_SHOWN}](?=([AEIOUYHÀÂÉÈÊÎÔaeiouyhàâéèêîôœæ][^\\W\\d_]+))")
_BEFORE = re.compile(f"(?i){_ELIDED}$")
_LONGEST = 7  # characters of what is elided, and one before
_KNOWN, _NAME = 0.92, 0.85
_WORD, _LONE = 4, 2.0  # letters, and zipf, of a word behind that is believed


def may_hold_apostrophes(text: str) -> bool:
    """Whether a text has one of the letters where it could be one; cheap."""
    return any(letter in text for letter in _SHOWN)


def apostrophes(text: str, declared: str | None) -> list[Change]:
    """The apostrophes of a text in a language that elides."""
    found = [
        match for match in _SPOT.finditer(text) if _BEFORE.search(text, max(match.start() - _LONGEST, 0), match.start())
    ]
    if not found:
        return []
    evidence = evidence_of(text, declared)
    if evidence.languages[0] not in _LANGUAGES:
        return []
    changes = []
    for match in found:
        confidence = _confidence(text, match, evidence)
        if confidence:
            changes.append(
                repair(*match.span(), "\N{RIGHT SINGLE QUOTATION MARK}", "mojibake", "apostrophe", confidence)
            )
    return changes


def _confidence(text: str, match: re.Match[str], evidence: Evidence) -> float:
    """How sure it is, 0.0 where the letter may be meant."""
    behind = match[1]
    before = _BEFORE.search(text, max(match.start() - _LONGEST, 0), match.start())
    whole = (before[0] if before else "") + match[0] + behind
    if evidence.known(whole):
        return 0.0
    if len(behind) >= _WORD and evidence.frequency(behind) >= _LONE:
        return _KNOWN
    return _NAME if behind[0].isupper() and match[0] != "â" else 0.0
