"""What a PDF says about itself, corrected by what its first page shows.

The title in the metadata is often that of a template, or a file name, or nothing; the largest text of the first page
is what a reader takes for the title. The page is believed where the metadata has nothing, or says what the page says
nowhere. The same goes for the language, which software sets to that of its menus, and for the date, which is that of
the file where the page has an earlier one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from corpus.language import detect_language
from extractors.dates import find_date, without_date
from extractors.pdf_metadata import Facts
from extractors.pdf_piece import Piece

_TITLE_SIZE = 1.15  # times the body size, where the metadata has no title
_LOUD_TITLE_SIZE = 1.3  # where it has one that the page does not show
_MAX_TITLE = 250  # characters
_LEAST_LETTERS = 3
_SAME_SIZE = 0.02  # relative
_DATE_LINE = 60  # characters of a line that is a date
_BESIDE_DATE = 25  # characters beside the date: a place, "published on"
_AUTHOR_AMONG = 8  # blocks at the beginning
_LANGUAGE_TEXT = 200  # characters that tell a language
_LANGUAGE_SCORE = 0.85
_LONG_WORD = 4  # letters of a word that titles are compared by
_ALIKE = (frozenset(("no", "nb", "nn", "da")), frozenset(("hr", "sr", "bs", "sh")), frozenset(("id", "ms")))

_WORD = re.compile(r"[^\W\d_]+")
_PARTICLE = r"de|du|di|da|van|von|der|den|la|le|el|al|bin|[^\W\d_]\."
_PART = r"[^\W\d_][\w'’-]+"
_FAMILY = rf"(?:(?:{_PARTICLE}) ){{0,3}}{_PART}"
_NAME = rf"(?:(?:[^\W\d_]\.[ -]?){{1,3}}{_FAMILY}|{_PART}(?: {_FAMILY}){{1,3}})"
_BY = re.compile(
    rf"(?:(?:written |text )?by|(?:texte )?par|von|por|door|(?:auth?ors?|auteure?s?|autore?s?|autora?)\s?:)\s+"
    rf"({_NAME}(?:(?:, | and | et | und | y | e | en | & ){_NAME}){{0,5}})[.,]?",
    re.IGNORECASE,
)


class FirstPage(NamedTuple):
    """The blocks of the first page that has any, from top to bottom, and the size of the document's body text."""

    pieces: Sequence[Piece]
    body_size: float


def corrected(facts: Facts, page: FirstPage) -> Facts:
    """The facts, with those of the page in place of what is missing or wrong."""
    text = " ".join(" ".join(piece.shown) for piece in page.pieces)
    return facts._replace(
        title=_title(facts.title, page, text),
        author=facts.author or _author(page),
        date=_date(facts.date, page),
        language=_language(facts.language, text),
    )


def _title(declared: str | None, page: FirstPage, text: str) -> str | None:
    least = _LOUD_TITLE_SIZE if declared else _TITLE_SIZE
    if declared and not _says_nothing_of(declared, text):
        return declared
    return _largest(page, least * page.body_size) or declared


def _says_nothing_of(title: str, text: str) -> bool:
    """Whether none of the words of a title stand in a text."""
    words, there = _words(title), _words(text)
    return bool(words) and words.isdisjoint(there)


def _words(text: str) -> set[str]:
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return {word for word in _WORD.findall(folded) if len(word) >= _LONG_WORD}


def _largest(page: FirstPage, least: float) -> str | None:
    """The blocks of the largest size that follow each other, as one text."""
    able = [i for i, piece in enumerate(page.pieces) if piece.size >= least and _is_title(" ".join(piece.shown))]
    if not able:
        return None
    size = max(page.pieces[i].size for i in able)
    first = next(i for i in able if page.pieces[i].size == size)
    same = takewhile(lambda piece: abs(piece.size - size) <= _SAME_SIZE * size, page.pieces[first:])
    title = " ".join(" ".join(line for piece in same for line in piece.shown).split())
    return title if _is_title(title) else None


def _is_title(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return len(text) <= _MAX_TITLE and letters >= _LEAST_LETTERS and 2 * letters >= len(text.replace(" ", ""))


def _author(page: FirstPage) -> str | None:
    for piece in page.pieces[:_AUTHOR_AMONG]:
        found = _BY.fullmatch(" ".join(piece.shown).strip())
        if found and all(word[0].isupper() for word in found[1].split() if len(word) >= _LONG_WORD):
            return found[1]
    return None


def _date(declared: str | None, page: FirstPage) -> str | None:
    """The one date of day, month and year that stands on lines of its own, if the file is not older."""
    lines = [line for piece in page.pieces for line in piece.shown if len(line) <= _DATE_LINE]
    found = {date for line in lines if (date := find_date(line)) and len(without_date(line)) <= _BESIDE_DATE}
    if len(found) != 1:
        return declared
    (date,) = found
    return date if declared is None or date[: len(declared)] <= declared else declared


def _language(declared: str | None, text: str) -> str | None:
    """What is declared, unless the page is surely in another language."""
    if declared is None or len(text) < _LANGUAGE_TEXT:
        return declared
    language, score = detect_language(text)
    if language is None or score is None or score < _LANGUAGE_SCORE:
        return declared
    own = declared[:2].lower()
    return declared if language == own or any({own, language} <= group for group in _ALIKE) else language
