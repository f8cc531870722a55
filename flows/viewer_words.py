r"""What somebody types into a search field, as patterns: words and "phrases in quotes", of any case and accents.

A pattern has a class per letter (`e` is `[eEéÈ…]`), so that texts are searched as they stand and need no folded copy.
It is written in what RE2, which Arrow searches with, and Python's `re`, which finds the places, have in common.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MOST_TERMS = 12
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
# spelled out, because `\s` of RE2 is ASCII and so is not that of Python
_SPACE = "[\\t-\\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
# behind a letter: combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic; soft hyphen, zero-width space
_MARKS = "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u00ad\u200b]*"
_ALIKE = ("'’‘ʼ", "-‐‑–")
_LIGATURES = {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i"}  # which Unicode does not decompose
# Latin, Greek, Cyrillic and more; presentation forms; letters of mathematics
_FOLDING = (range(0x41, 0x3100), range(0xF900, 0x10000), range(0x1D400, 0x1D800))


def terms(query: str) -> tuple[str, ...]:
    """The words and phrases of a query, all of which have to occur; at most MOST_TERMS."""
    text = query.translate(_QUOTES).encode("utf-8", "ignore").decode()  # Arrow takes no lone surrogates
    found = (quoted or word for quoted, word in _TERM.findall(text))
    return tuple(dict.fromkeys(" ".join(term.split()) for term in found if term.strip()))[:MOST_TERMS]


def pattern(term: str) -> str:
    """A regular expression for a term, without groups that capture; spaces stand for any white space."""
    return "".join(_of_piece(piece) for piece in _pieces(fold(term)))


def any_of(found: tuple[str, ...]) -> re.Pattern[str]:
    """What matches a place of any of the terms, the longer ones first."""
    return re.compile("|".join(f"(?:{pattern(term)})" for term in sorted(found, key=len, reverse=True)) or "(?!)")


def fold(text: str) -> str:
    """The text without accents and case."""
    return "".join(map(_folded, unicodedata.normalize("NFC", text)))


@cache
def _folded(character: str) -> str:
    lower = character.casefold()
    lower = "".join(_LIGATURES.get(c, c) for c in lower)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).casefold()  # Hangul comes together again


@cache
def _variants() -> dict[str, str]:
    """The characters, each once, that fold to a letter or to several."""
    found: dict[str, str] = {}
    for codes in _FOLDING:
        for character in map(chr, codes):
            folded = _folded(character)
            if folded != character and folded.strip():
                found[folded] = found.get(folded, "") + character
    return found


def _pieces(folded: str) -> list[str]:
    """The letters one by one, but those together that one character stands for as well (`ss`, `oe`, `ffi`)."""
    pieces: list[str] = []
    place = 0
    while place < len(folded):
        length = next((n for n in (3, 2) if len(folded) >= place + n and folded[place : place + n] in _variants()), 1)
        pieces.append(folded[place : place + length])
        place += length
    return pieces


def _of_piece(piece: str) -> str:
    if piece.isspace():
        return _SPACE
    if len(piece) > 1:
        letters = _of_piece(piece[0]) + "".join(map(_of_piece, _pieces(piece[1:])))
        return f"(?:{letters}|[{_variants()[piece]}]{_MARKS})"
    alike = next((same for same in _ALIKE if piece in same), piece + _variants().get(piece, ""))
    inside = "".join(map(_escaped, alike))
    return f"[{inside}]" + (_MARKS if piece.isalpha() else "")


def _escaped(character: str) -> str:
    """A character inside a class."""
    if character in "\\]^-[":
        return f"\\{character}"
    return f"\\x{ord(character):02x}" if ord(character) < 0x20 else character
