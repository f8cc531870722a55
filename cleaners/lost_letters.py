"""Letters lost to replacement characters or question marks: `ost�oporose`, `disproportionn? `, `f??r`.

What was lost is beyond ASCII, one mark for a letter or, where bytes were lost, two for a letter and three for a quote
or dash. All letters of the language are tried and letter statistics and the word list choose; what stays in doubt is
left as it was. The words are only likely, so the confidence is low. Question marks are meant mostly: they count as lost
letters only in documents where several stand inside words and words come of it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cleaners.evidence import Evidence, evidence_of
from cleaners.lost_signs import LANGUAGE, ends_clause, lost_signs
from cleaners.lost_words import Found, best
from cleaners.spans import outside_code
from corpus.document import Change, Document, repair

_MARK = "\N{REPLACEMENT CHARACTER}"
_L = "[^\\W\\d_]"
_QUESTION = re.compile(r"\?+(?=[a-zß-ÿ])")
_ADDRESS = re.compile(r"[/=&#@\\<>{}\[\]|_$%^*~]|www\.|\.\w{2,4}\?|\d")
_BEFORE = re.compile(r"[^ \t\n]*$")
_BEHIND = re.compile(r"[^ \t\n]*")

_LONGEST = 40  # characters of a word
_MOST_MARKS = 12
_MOST_WORDS = 1500  # different ones per document
_MENDED = "-as-"  # in the rules of repairs of text that was read in a wrong encoding
_NUMBER = re.compile(r"\s?\d")
_CLEAR = 0.8  # share of the best candidate
_LEAST_ZIPF = 2.5  # of a word that a letter of ASCII makes
_SURE_WORDS = 2  # words with question marks inside that must be found


class Lost(NamedTuple):
    """A word with marks in it."""

    start: int
    text: str
    inside: bool


def repair_lost_letters(document: Document) -> Document:
    """Put lost letters back where the words leave little doubt."""
    text = document.text
    if _MARK in text:
        document = _restore(_with_signs(document), _MARK)
    if _question_marks(document.text):
        document = _restore(document, "?")
    return document


def _with_signs(document: Document) -> Document:
    text = document.text
    evidence = evidence_of(text, document.language_declared)
    lost = list(_lost_words(text, _MARK))
    if not lost or len(lost) > _MOST_WORDS or evidence.languages[0] != LANGUAGE:
        return document
    bytes_lost = _bytes_lost(lost, _MARK)

    @cache
    def known(word: str) -> bool:
        if _MARK not in word:
            return evidence.known(word)
        found = best(word, _MARK, evidence, bytes_lost=bytes_lost)
        return found is not None and found.known and found.share >= _CLEAR

    quotes = _mended(document) or any(word.inside and known(word.text) for word in lost)
    return document.apply(outside_code(document, lost_signs(text, _MARK, 1 + bytes_lost, known, quotes=quotes)))


def _mended(document: Document) -> bool:
    """Whether letters of other words were damaged, too."""
    return any(_MENDED in edit.rule for edit in document.edits)


def _question_marks(text: str) -> bool:
    """Whether question marks stand between letters, in what is no address."""
    for match in _QUESTION.finditer(text):
        start, end = match.span()
        if start and text[start - 1].islower():
            around = _BEFORE.search(text, max(start - 40, 0), start), _BEHIND.match(text, end, end + 40)
            if not any(_ADDRESS.search(side[0]) for side in around if side):
                return True
    return False


def _restore(document: Document, mark: str) -> Document:
    text = document.text
    lost = list(_lost_words(text, mark))
    if not lost:
        return document
    evidence = evidence_of(text, document.language_declared)
    inside = [word for word in lost if word.inside]
    bytes_lost = _bytes_lost(lost if mark == _MARK else inside, mark)
    found: dict[str, Found | None] = {}
    for word in lost:
        if len(found) < _MOST_WORDS and word.text not in found:
            found[word.text] = best(word.text, mark, evidence, bytes_lost=bytes_lost)
    if mark == "?" and not _believed(inside, found, evidence, mark):
        return document
    mended = _mended(document)
    if evidence.languages[0] == LANGUAGE:
        lost = [word for word in lost if word.text.strip(mark) or not ends_clause(text, word.start + len(word.text))]
    if not mended and not any(
        candidate.known for word in lost if len(word.text) > 3 and (candidate := found.get(word.text))
    ):
        lost = [word for word in lost if word.text.strip(mark)]  # a lone mark may have been anything
    return document.apply(outside_code(document, _changes(text, lost, found, mark, mended=mended)))


def _believed(inside: list[Lost], found: dict[str, Found | None], evidence: Evidence, mark: str) -> bool:
    """Whether question marks are lost letters here: those inside words make words that were none before."""
    good: set[str] = set()
    bad: set[str] = set()
    for word in inside:
        candidate = found.get(word.text)
        parts = [part for part in word.text.split(mark) if part]
        sound = all(evidence.known(part) and len(part) > 1 for part in parts)
        meant = sound or (candidate is not None and _is_placeholder(word.text, mark, candidate.text, evidence))
        (good if candidate and candidate.known and not meant else bad).add(word.text.lower())
    long = any(len(word) > 6 for word in good)
    return (len(good) >= _SURE_WORDS or (len(good) == 1 and long)) and len(good) > len(bad)


def _is_placeholder(word: str, mark: str, candidate: str, evidence: Evidence) -> bool:
    """Whether a letter of ASCII makes a commoner word, as in wildcards, puzzles and `sh?t`: those are never lost."""
    if word.count(mark) != 1 or (word[0].isupper() and not word.isupper()):  # names are rare
        return False
    plain = max(evidence.frequency(word.replace(mark, letter)) for letter in string.ascii_lowercase)
    return plain > max(evidence.frequency(candidate), _LEAST_ZIPF)


def _lost_words(text: str, mark: str) -> Iterator[Lost]:
    position = 0
    while (position := text.find(mark, position)) >= 0:
        start, end = _extent(text, position, mark)
        word, position = text[start:end], max(end, position + 1)
        if mark == "?":
            trimmed = _trimmed(text, word, start)
            if trimmed is None:
                continue
            word, start = trimmed
        if not word.strip(mark) and any(c > "\u0370" and c.isalpha() for c in text[max(start - 2, 0) : start]):
            continue  # a lone mark in another script
        if len(word) <= _LONGEST and word.count(mark) <= _MOST_MARKS:
            inside = re.search(f"{_L}{re.escape(mark)}+{_L}", word) is not None
            yield Lost(start, word, inside)


def _extent(text: str, position: int, mark: str) -> tuple[int, int]:
    """Where the word around a mark begins and ends; what is longer than words are is cut."""
    start, end = position, position + 1
    while start and position - start <= _LONGEST and _in_word(text, start - 1, mark):
        start -= 1
    while end < len(text) and end - position <= _LONGEST and _in_word(text, end, mark):
        end += 1
    return start, end


def _in_word(text: str, i: int, mark: str) -> bool:
    character = text[i]
    if character in "'’":
        beside = text[i - 1 : i] + text[i + 1 : i + 2]
        return len(beside) == 2 and all(c == mark or c.isalpha() for c in beside)
    return character == mark or character.isalpha()


def _trimmed(text: str, word: str, start: int) -> tuple[str, int] | None:
    """The word without a question mark that ends a sentence, None when nothing is left of it or it is an address."""
    end = start + len(word)
    around = _BEFORE.search(text, max(start - 40, 0), start), _BEHIND.match(text, end, end + 40)
    if any(_ADDRESS.search(side[0]) for side in around if side):
        return None
    behind = text[end : end + 2]
    goes_on = (behind[:1] in (" ", ",", "-") and (behind[1:2].islower() or behind[:1] != " ")) or behind[:1].isalpha()
    if word.endswith("?") and not goes_on:
        count = len(word) - len(word.rstrip("?"))
        word = word[:-1] if count % 2 or (count == 2 and not word.strip("?")) else word
        if not goes_on and count == 1 and "?" not in word:
            return None
    if not word.strip("?") and (len(word) > 2 or not goes_on or not text[max(start - 1, 0) : start].isspace()):
        return None
    return (word, start) if "?" in word else None


def _bytes_lost(lost: list[Lost], mark: str) -> bool:
    """Whether letters were lost byte by byte: no word has a mark by itself."""
    runs = [len(run) for word in lost for run in re.findall(f"{re.escape(mark)}+", word.text)]
    return bool(runs) and sum(run >= 2 for run in runs) > 0.9 * len(runs)


# ---- what is changed ------------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"(?:^|\n|[.!?…]['\")»”]*\s+|[«\"“]\s?)$")
_NAMED = re.compile("-[A-ZÀ-Þ]")  # États-Unis


def _changes(
    text: str, lost: list[Lost], found: dict[str, Found | None], mark: str, *, mended: bool
) -> Iterator[Change]:
    for word in lost:
        candidate = found.get(word.text)
        if candidate is None or candidate.share < _CLEAR or not (candidate.known or word.inside):
            continue
        if not candidate.known and mark == "?" and not word.inside:
            continue
        end = word.start + len(word.text)
        if 1 < len(candidate.text) < 3 and _NUMBER.match(text, end):  # n° 7
            continue
        after = _cased(candidate.text, word, text, mark, lone=mended)
        confidence = round((0.85 if candidate.known else 0.5) * candidate.share, 2)
        yield repair(word.start, end, after, "mojibake", "lost-letters", confidence)


def _cased(candidate: str, word: Lost, text: str, mark: str, *, lone: bool) -> str:
    """The candidate with the capitals of the word, and of its neighbourhood where a mark stood first.

    A lone mark that begins a sentence may be a bullet; `lone` says that it is none.
    """
    kept = word.text.replace(mark, "")
    if len(kept) > 1 and kept.isupper():
        return candidate.upper()
    if word.text[0] != mark:
        position = (
            0  # letters before the first mark keep their case; behind it nothing is capital but after an apostrophe
        )
        first = word.text.index(mark)
        return word.text[:first] + _tail(candidate[first:], word.text[first:], mark) if position == 0 else candidate
    before = text[max(word.start - 6, 0) : word.start]
    first = _SENTENCE_END.search(before if word.start > 6 else "\n" + text[: word.start]) is not None and (
        lone or len(kept) > 0
    )
    tail = _tail(candidate, word.text, mark)
    named = _NAMED.search(tail) is not None
    return tail[:1].upper() + tail[1:] if first or named else tail


def _tail(candidate: str, word: str, mark: str) -> str:
    """Capitals behind the last mark stay."""
    last = word.rstrip("".join(sorted(set(word) - {mark}))) if mark in word else ""
    rest = word[len(last) :]
    return candidate[: len(candidate) - len(rest)] + rest if rest and candidate.endswith(rest.lower()) else candidate
