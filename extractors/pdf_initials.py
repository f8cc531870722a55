"""Drop caps: a large first letter that stands beside the first lines of its paragraph.

To the layout it is a line of its own, lower than the line it begins. Here it is put before the first of the lines
beside it, and these begin where it does, so that they are no indented block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from statistics import median

from extractors.pdf_lines import Known
from extractors.pdf_sheet import Fragment

_LARGE = 1.7  # times the size of the lines beside it
_MOST_CHARACTERS = 2  # a letter, and the quote or apostrophe with it
_CAPITAL = 0.7  # of the size, the height of a capital letter
_TOP, _BASELINE = 0.75, 0.35  # of the size of the lines: how far the edges of the letter may be from theirs
_LOW = 0.9  # of that size: how far below the letter a line may stand that is still indented
_BEFORE, _BEHIND = 0.5, 1.2  # of that size: where the lines may begin, from the right end of the letter
_MIN_LINES = 2

_INITIAL = re.compile(r"[«“\"'‘]?[^\W\d_][’']?")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORDS_OF_ONE_LETTER = {"en": "ai", "fr": "àay", "es": "aoyeu", "it": "aeoè", "pt": "aoeàé"}


def with_initials(fragments: list[Fragment], known: Known) -> list[Fragment]:
    """Fragments of level text, each large first letter put before the line that it begins."""
    short = [f for f in fragments if len(f.text) <= _MOST_CHARACTERS]
    if not short:
        return fragments
    least = _LARGE * median(f.size for f in fragments)
    for initial in short:
        if initial.size >= least and _INITIAL.fullmatch(initial.text.translate(known)):
            fragments = _placed(initial, fragments, known)
    return fragments


def _placed(initial: Fragment, fragments: list[Fragment], known: Known) -> list[Fragment]:
    """The fragments with the initial put in its place, if it begins a line."""
    beside = _beside(initial, fragments)
    if len(beside) < _MIN_LINES:
        return fragments
    first, last = fragments[beside[0]], fragments[beside[-1]]
    top = initial.y + _CAPITAL * initial.size - first.y - _CAPITAL * first.size
    if abs(top) > _TOP * first.size or not -_LOW <= (last.y - initial.y) / last.size <= _LOW:
        return fragments
    result = list(fragments)
    for i in beside:
        result[i] = result[i]._replace(x0=initial.x0)
    gap = " " if _is_word(initial.text.translate(known), first.text.translate(known)) else ""
    result[beside[0]] = result[beside[0]]._replace(text=initial.text + gap + first.text.lstrip(" "))
    return [f for f in result if f is not initial]


def _beside(initial: Fragment, fragments: Sequence[Fragment]) -> list[int]:
    """The first fragments of the lines beside an initial, from top to bottom."""
    able = [i for i, f in enumerate(fragments) if _is_beside(f, initial)]
    able.sort(key=lambda i: (-fragments[i].y, fragments[i].x0))
    found: list[int] = []
    for i in able:
        if found and fragments[found[-1]].y - fragments[i].y <= _BASELINE * fragments[i].size:
            continue
        low = initial.y - fragments[i].y > _BASELINE * fragments[i].size
        if low and any(_is_before(f, fragments[i], initial) for f in fragments):
            break
        found.append(i)
    return found


def _is_beside(other: Fragment, initial: Fragment) -> bool:
    size = other.size
    return (
        initial.size >= _LARGE * size
        and initial.x1 - _BEFORE * size <= other.x0 <= initial.x1 + _BEHIND * size
        and initial.y - _LOW * size <= other.y <= initial.y + initial.size
        and not other.text.isspace()
    )


def _is_before(other: Fragment, first: Fragment, initial: Fragment) -> bool:
    """Whether a fragment stands below the initial on the line of `first`, which then does not begin beside it."""
    same = abs(other.y - first.y) <= _BASELINE * first.size
    return same and initial.x0 - first.size < other.x0 < min(first.x0, initial.x1) and not other.text.isspace()


def _is_word(letter: str, rest: str) -> bool:
    """Whether a letter is a word by itself and not the first letter of the word behind it: "A" before "day"."""
    single = letter.casefold()
    languages = [language for language, words in _WORDS_OF_ONE_LETTER.items() if single in words]
    word = _FIRST_WORD.match(rest)
    if not languages or not word:
        return False
    wordfreq = import_module("wordfreq")
    lists = [wordfreq.get_frequency_dict(language, wordlist="small") for language in languages]
    second = word[0].casefold()
    return not any(single + second in words for words in lists) and any(second in words for words in lists)
