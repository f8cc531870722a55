"""Words set with spaces between their letters for emphasis: `B u l l e t i n`.

Where one spaced word ends and the next begins, spaces do not tell if they are all alike; the word list does. Single
letters are what initials, lists, grids, formulas and sequences consist of, too, so only what makes words is joined.
"""

from __future__ import annotations

import re
from functools import cache

from cleaners.evidence import LETTER_WORDS, Evidence, evidence_of
from cleaners.spans import outside_code
from corpus.document import Change, Document, repair

_L = "[^\\W\\d_]"
_RUN = re.compile(
    f"(?<![^\\s(\\[«“\"‘’'„-])(?:{_L}['’])?{_L}(?: {_L}){{2,}}(?! {_L}(?!{_L}|['’]{_L}))(?![^\\s.,;:!?)\\]»”\"…-])"
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_NOTES = frozenset("abcdefgh")
_LONGEST = 400
_LONGEST_WORD = 30
_SURE, _LIKELY = 0.95, 0.8
_LEAST_ZIPF = 2.0
_FEWEST_CAPITALS = 2  # runs; a single one may be a heading that its author spaced
_LONG_RUN = 6  # letters of the longest run; shorter ones by themselves are spelled out, `t r e e`
_CERTAIN = 9.0  # zipf of what is every word: less this, zipf is the logarithm of a probability
# begins with one character, which is found fast, and looks back from there
_GATE = re.compile(f" {_L} {_L}(?!\\w)(?<=(?<!\\S){_L} {_L} {_L})")


def repair_letter_spacing(document: Document) -> Document:
    """Join letters that make words."""
    text = document.text
    if not _GATE.search(text):
        return document
    evidence = evidence_of(text, document.language_declared)
    changes: list[Change] = []
    capitals: list[Change] = []
    longest = 0
    for match in _RUN.finditer(text):
        run = match[0]
        if run[-1].isupper() and run[-3].islower():  # an initial, or the D of a vitamin, is no part of it
            run = run[:-2]
        letters = run.replace(" ", "")
        if (
            len(letters) > _LONGEST
            or not _cased(letters)
            or len(set(letters.lower())) < 3
            or letters.lower() in _ALPHABET
            or _NOTES.issuperset(letters.lower())
        ):
            continue
        if _in_grid(text, match.start(), match.end()):
            continue
        words = _words(letters, evidence)
        if words is None:
            continue
        if not letters.isupper():
            longest = max(longest, len(letters))
        confidence = _SURE if len(words) == 1 and len(letters) > 4 else _LIKELY
        change = repair(
            match.start(), match.start() + len(run), " ".join(words), "mojibake", "letter-spacing", confidence
        )
        (capitals if letters.isupper() else changes).append(change)
    if longest < _LONG_RUN:
        changes = []
    if changes or len(capitals) >= _FEWEST_CAPITALS:
        changes += capitals
    return document.apply(outside_code(document, changes))


_GRID_LINE = re.compile(r"\s*\S(?:[ \t]+\S){2,}\s*")


def _in_grid(text: str, start: int, end: int) -> bool:
    """Whether the line consists of single characters and so does a neighbour: letters to search, eye charts."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    if not _GRID_LINE.fullmatch(text, first, last):
        return False
    before = text.rfind("\n", 0, max(first - 1, 0)) + 1
    behind = text.find("\n", last + 1)
    return bool(
        (first and _GRID_LINE.fullmatch(text, before, first - 1))
        or _GRID_LINE.fullmatch(text, last + 1, len(text) if behind < 0 else behind)
    )


def _cased(letters: str) -> bool:
    """Whether capitals stand as in words; `A B C` and `a B c` are something else."""
    return letters[1:].islower() or (letters.isupper() and len(letters) > 4)


def _words(letters: str, evidence: Evidence) -> list[str] | None:
    """The letters as words of the language, None when they make none."""
    whole = letters.rsplit("’", maxsplit=1)[-1].rsplit("'", maxsplit=1)[-1]
    if len(whole) >= 4 and (evidence.frequency(whole) >= _LEAST_ZIPF or (len(whole) >= 6 and evidence.known(whole))):
        return [letters]
    if len(letters) < 6:
        return None
    parted = _parted(letters, evidence)
    if (
        parted
        and all(evidence.known(word) for word in parted)
        and max(map(len, parted)) >= 4
        and len(letters) >= 3 * len(parted)
    ):
        return parted
    if evidence.word(whole) > 0.3 and len(whole) >= 5 and whole[1:].islower():
        return [letters]
    return None


def _parted(letters: str, evidence: Evidence) -> list[str] | None:
    """The best way to part letters into words, by frequency (Viterbi)."""

    @cache
    def zipf(word: str) -> float:
        found = evidence.frequency(word)
        return found if len(word) > 1 or found >= LETTER_WORDS else 0.0

    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(letters) + 1):
        options = [
            (best[start][0] + zipf(letters[start:end]) - _CERTAIN, start)
            for start in range(max(0, end - _LONGEST_WORD), end)
            if best[start][0] > -1e8 and zipf(letters[start:end]) > 0
        ]
        best.append(max(options, default=(-1e9, -1)))
    if best[-1][0] <= -1e8:
        return None
    words: list[str] = []
    end = len(letters)
    while end:
        start = best[end][1]
        words.insert(0, letters[start:end])
        end = start
    return words
