"""Accents that stand beside their letters: `e´te´`, `´et´e`, `pr´ esence`, `c¸a`, as old typesetting writes them.

Which side an accent belongs to is the same throughout a text, so the words decide it once: for the letter before it,
the letter behind it, or the one behind a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from cleaners.evidence import Evidence, characters_of
from cleaners.spans import outside_code
from corpus.document import Change, Document, repair

_MARKS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "¸": "\u0327",
    "ˇ": "\u030c", "˘": "\u0306", "˙": "\u0307", "˝": "\u030b", "˚": "\u030a", "°": "\u030a", "¯": "\u0304",
    "˛": "\u0328", "ˊ": "\u0301", "ˋ": "\u0300", "΄": "\u0301", "~": "\u0303",
}  # fmt: skip
_SIGNS = "".join(map(re.escape, _MARKS))
_CLEAR = "´¨ˆ˜¸ˇ˘˙˝˚¯˛ˊˋ΄"  # those that have no use of their own beside letters
_PLAIN_SIGNS = "`^"  # of ASCII; code and markup are full of them
_GATE = re.compile(f"[A-Za-zıß-ÿ] ?[{_CLEAR}]|[{_CLEAR}] ?[A-Za-zı]|[aeiouAEIOU][`^](?![`^])")
_L = "[^\\W\\d_]"
_PLAIN = {"ı": "i", "ȷ": "j"}
# a stretch of letters and accents with the spaces between an accent and its letter
_TOKEN = re.compile(f"(?:{_L}|[{_SIGNS}])(?:{_L}|[{_SIGNS}]|(?<=[{_SIGNS}]) (?={_L}))*")
_HAS = re.compile(f"[{_CLEAR}`^]")
_SIGN_SET = frozenset(_CLEAR + _PLAIN_SIGNS)
_IN_TEXT = re.compile(f"[{_CLEAR}]")
_FEW = 2  # words that accents of ASCII must make before they are believed
_SURE, _LIKELY = 0.97, 0.85


class Way(NamedTuple):
    """Where an accent stands to its letter."""

    rule: str
    join: Callable[[str], str]


def _composed(letter: str, signs: str) -> str:
    marks = "".join(_MARKS[sign] for sign in signs)
    whole = unicodedata.normalize("NFC", _PLAIN.get(letter, letter) + marks)
    return whole if len(whole) == 1 else ""


def _joining(pattern: str, letter: int, signs: int) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def join(token: str) -> str:
        return compiled.sub(lambda match: _composed(match[letter], match[signs]) or match[0], token)

    return join


_SPACED = re.compile(f"([{_SIGNS.replace('¸', '')}]{{1,2}}) ?({_L})|({_L})(¸)")


def _spaced(token: str) -> str:
    def joined(match: re.Match[str]) -> str:
        letter, signs = (match[2], match[1]) if match[2] else (match[3], match[4])
        return _composed(letter, signs) or match[0]

    return _SPACED.sub(joined, token)


WAYS = (
    Way("accent-behind", _joining(f"({_L})([{_SIGNS}]{{1,2}})", 1, 2)),
    Way("accent-before", _joining(f"([{_SIGNS}]{{1,2}})({_L})", 2, 1)),
    Way("accent-space", _spaced),
)


def repair_spacing_accents(document: Document) -> Document:
    """Put accents on their letters."""
    text = document.text
    if _SIGN_SET.isdisjoint(characters_of(text)) or not _GATE.search(text):
        return document
    evidence = Evidence(_HAS.sub(" \N{SECTION SIGN}", text), document.language_declared)
    spots = [(m.start(), m[0]) for m in _TOKEN.finditer(text) if _HAS.search(m[0]) and len(m[0]) > 1 and len(m[0]) < 80]
    best: tuple[float, Way, dict[str, tuple[str, float]]] | None = None
    for way in WAYS:
        read = {token: _read(token, way, evidence) for _, token in spots}
        total = sum(gain for _, gain in read.values())
        if best is None or total > best[0]:
            best = (total, way, read)
    if best is None or best[0] <= 0:
        return document
    _, way, read = best
    made = sum(gain > 0 for _, gain in read.values())
    if not _IN_TEXT.search(text) and (made < _FEW or made < 2 * sum(gain < 0 for _, gain in read.values())):
        return document
    changes: list[Change] = []
    for start, token in spots:
        after, gain = read[token]
        if after != token and (gain > 0 or (gain == 0.0 and made > len(read) / 2)):
            confidence = _SURE if gain > 0 else _LIKELY
            changes.append(repair(start, start + len(token), after, "mojibake", way.rule, confidence))
    return document.apply(outside_code(document, changes))


def _read(token: str, way: Way, evidence: Evidence) -> tuple[str, float]:
    """What a token is when read this way, with 1 for a word, -1 for what cannot be, 0 if nobody can tell."""
    after = way.join(token)
    if after == token or _HAS.search(after):
        return after, -1.0
    words = after.split()
    if all(evidence.known(word) for word in words):
        return after, 1.0
    return after, 0.0 if evidence.piece(after) > -1.4 * len(words) else -1.0
