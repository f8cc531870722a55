"""Tokens that are words of no language at hand, and where they stand close together: the gate before all decoding.

Clean text must cost next to nothing here: each different word of a document is looked up once, in arrays, and lines
are only looked at when a document has unknown words at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from cleaners.glyphs.families import PRIVATE
from cleaners.lexicon import common_words, zipf_anywhere

EDGES = ".,;:!?()[]{}\"'«»“”„‘’‚…-–—/*%|<>=+&·•°©®™§→←"
_PIECES = re.compile(r"[^\W_]+(?:[^\w\s’'\-–—/.,:;&+@_]+[^\W_]+)*|[^\w\s]+")
_ODD = re.compile(
    r"[a-zà-ÿ][A-ZÀ-Þ]|[^\W\d_]\d+[^\W\d_]|\d[a-zA-Z]{3}|[^\W\d_][^\w\s’'‘\-–—/.,:;&+@()\u00ad]+[^\W\d_]"
    r"|(?i:[bcdfghjklmnpqrstvwxz]{5}|\b[bcdfghjklmnpqrstvwxz]{3,}\b)|(?i:[aeiouyà-ÿ]{5})"
    r"|[À-ſ].*[À-ſ]|[^\W\d_][¡-¿ΩŁłŃń][^\W\d_]|[\U000f0000-\U000fffff]"
)
_ADDRESS = re.compile(
    r"^[0-9a-f]{6,}$|^\W*(?:https?://|ftp://|www\.)|[\w.-]{2,}@[\w-]+\.\w|\w\.(?:com|org|net|html?|pdf)\b"
)
_WORD = re.compile(r"[A-ZÀ-Þ]?[a-zà-ÿ]+(?:-[A-ZÀ-Þ]?[a-zà-ÿ]+)*\W?")
_SIGN_INSIDE = re.compile(r"[^\W\d_][^\w\s’'‘\-–—/.,:;&+@()\u00ad]+[^\W\d_]")
_LEAST_ZIPF = 1.3  # what is rarer in every main language is mostly typing errors and foreign names
_MOST_GAP = 3  # tokens between two suspects of a run: short garbled words are often abbreviations of something
_LEAST_SUSPECTS = 3
_LEAST_DENSITY = 0.34
_LEAST_ODD = 2  # suspects of a run whose very shape is odd; names of other languages have ordinary shapes
_LONGEST = 300  # characters of a token; encoded data is longer, a line without its spaces is not
_REMEMBERED = (
    100_000  # tokens found to be no suspects, some 10 MB; a lookup in a set is a tenth of the cost of one here
)
_fine: set[str] = set()
_LONG = 24  # letters of a token that may be a whole line without its spaces
_MANY_SUSPECTS, _DENSE = 8, 0.55  # of a line without odd shapes, and which share of its tokens
_MOST_OF_FOUR = 0.75  # share of the four commonest letters: .4 in languages, 1 in sequences of DNA
_FEWEST_TO_COUNT = 12  # letters


class Token(NamedTuple):
    """A run of characters without white space; offsets are of the text."""

    text: str
    start: int
    end: int


class Run(NamedTuple):
    """Neighbouring tokens of one line, as offsets of the text, among them enough suspects."""

    start: int
    end: int
    text: str


class Line(NamedTuple):
    """A line that holds suspects, as offsets of the text, with its suspects in order."""

    start: int
    end: int
    suspects: list[str]


class Shapes(NamedTuple):
    """Of the suspects those of a shape that words do not have, and those that may be a line without its spaces."""

    odd: AbstractSet[str]
    long: AbstractSet[str]


def suspicious_tokens(text: str) -> AbstractSet[str]:
    """The different tokens of a text that hold a piece which no main language knows."""
    common = common_words()
    tokens = set(text.split()) - _fine - common
    plain: dict[str, str] = {}  # token -> its letters, where signs stand around it at most
    others: list[str] = []
    for token in tokens:
        core = token.strip(EDGES)
        if core.lower() in common or len(core) < 2 or len(token) > _LONGEST:
            continue
        if core.isalpha():
            plain[token] = core
        elif not core.isdigit():
            others.append(token)
    known = _known(set(plain.values()))
    suspects = {token for token, core in plain.items() if not known[core] and not _ADDRESS.search(token)}
    suspects |= _mixed(others)
    if len(_fine) > _REMEMBERED:
        _fine.clear()
    _fine.update(tokens - suspects)
    return suspects


def _mixed(tokens: Iterable[str]) -> AbstractSet[str]:
    """Of the tokens that have more than letters those with an unknown piece or a sign inside a word."""
    pieces = {
        token: [piece for piece in _PIECES.findall(token.strip(EDGES)) if len(piece) > 1 and _wordlike(piece)]
        for token in tokens
        if not _ADDRESS.search(token)
    }
    known = _known({piece for found in pieces.values() for piece in found})
    return {
        token
        for token, found in pieces.items()
        if not all(known[piece] for piece in found) or _SIGN_INSIDE.search(token)
    }


def _known(words: AbstractSet[str]) -> dict[str, bool]:
    """Which words a main language has."""
    common = common_words()
    known = {word: word.lower() in common for word in words}
    rest = [word for word, is_common in known.items() if not is_common]
    if rest:
        known |= zip(rest, (zipf_anywhere(rest) >= _LEAST_ZIPF).tolist(), strict=True)
    return known


def _wordlike(piece: str) -> bool:
    return not piece.isdigit() and (piece[0].isalnum() or max(piece) >= chr(PRIVATE))


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The tokens between two offsets."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text, start, end)]


_TOKEN = re.compile(r"\S+")


def suspicious_lines(text: str, suspects: AbstractSet[str]) -> list[Line]:
    """The lines that hold a suspect."""
    found: list[Line] = []
    start = 0
    for line in text.split("\n"):
        words = line.split()
        if not suspects.isdisjoint(words):
            found.append(Line(start, start + len(line), [word for word in words if word in suspects]))
        start += len(line) + 1
    return found


def _is_long(token: str) -> bool:
    """Whether a token may be a line without its spaces; addresses and compounds are not."""
    return len(token) >= _LONG and not _ADDRESS.search(token) and not _WORD.fullmatch(token)


def _of_few_letters(tokens: Iterable[str]) -> bool:
    """Whether hardly any letters make up the tokens, as nucleotides make up a gene."""
    letters = [c for token in tokens for c in token.lower() if c.isalpha()]
    four = sum(count for _, count in Counter(letters).most_common(4))
    return len(letters) >= _FEWEST_TO_COUNT and four > _MOST_OF_FOUR * len(letters)


def runs(text: str, lines: Sequence[Line], suspects: AbstractSet[str]) -> list[Run]:
    """Where suspects stand close together. Once such a place is found, two suspects elsewhere are enough."""
    shapes = Shapes({token for token in suspects if _ODD.search(token)}, set(filter(_is_long, suspects)))
    if not shapes.odd and not shapes.long:
        return []
    if not _runs(text, lines, suspects, shapes, _LEAST_SUSPECTS, _LEAST_ODD):
        return []
    return _runs(text, lines, suspects, shapes, _LEAST_SUSPECTS - 1, _LEAST_ODD - 1)


def _runs(
    text: str, lines: Sequence[Line], suspects: AbstractSet[str], shapes: Shapes, least: int, least_odd: int
) -> list[Run]:
    found: list[Run] = []
    for start, end, hits in lines:
        if (len(hits) < least or shapes.odd.isdisjoint(hits)) and shapes.long.isdisjoint(hits):
            continue
        tokens = tokens_of(text, start, end)
        places = [i for i, token in enumerate(tokens) if token.text in suspects]
        group: list[int] = []
        for place in [*places, 1 << 60]:
            if group and place - group[-1] > _MOST_GAP + 1:
                first, last = group[0], group[-1]
                dense = len(group) >= least and len(group) >= _LEAST_DENSITY * (last - first + 1)
                texts = [tokens[i].text for i in group]
                odd = sum(each in shapes.odd for each in texts)
                garbled = (dense and odd >= max(least_odd, len(group) // 4)) or not shapes.long.isdisjoint(texts)
                if garbled and not _of_few_letters(texts):
                    a, b = tokens[first].start, tokens[last].end
                    found.append(Run(a, b, text[a:b]))
                group = []
            group.append(place)
    return found


def dense_runs(text: str, lines: Sequence[Line]) -> list[Run]:
    """Lines of hardly anything but suspects, whose shapes are ordinary: shifts by one or two often give such."""
    found: list[Run] = []
    for start, end, hits in lines:
        if len(hits) >= _MANY_SUSPECTS:
            tokens = tokens_of(text, start, end)
            if len(hits) >= _DENSE * len(tokens):
                a, b = tokens[0].start, tokens[-1].end
                found.append(Run(a, b, text[a:b]))
    return found
