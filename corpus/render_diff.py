"""Two texts side by side as one: what words they share, what only the one or the other has.

Words that occur once in both texts are anchors (the longest chain of them in the same order, as in patience diff);
between anchors a gap is compared word by word where it is small and shown as a whole where it is not. So the time does
not grow with the product of the lengths, whatever the texts are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from corpus.render_text import visible

GAP_WORDS = 400  # difflib is quadratic and worse: 400 by 400 words take some 30 ms
MOST_WORDS = 20_000  # of either text; more is not read by anybody

_WORD = re.compile(r"\s*\S+")


def word_diff(before: str, after: str) -> str:
    """One HTML element: words only in `before` are in `<del>`, words only in `after` in `<ins>`."""
    a, b = _WORD.findall(before)[:MOST_WORDS], _WORD.findall(after)[:MOST_WORDS]
    pieces: list[str] = []
    for same, gone, new in _steps(a, b):
        for words, element in ((same, ""), (gone, "del"), (new, "ins")):
            if words:
                text = visible(_parted("".join(words), first=not pieces))
                pieces.append(f"<{element}>{text}</{element}>" if element else text)
    return f'<div class="diff" dir="auto">{"".join(pieces)}</div>'


def word_diff_beside(before: str, after: str) -> tuple[str, str]:
    """The same as two HTML elements to stand side by side, each with the words marked that the other has not."""
    a, b = _WORD.findall(before)[:MOST_WORDS], _WORD.findall(after)[:MOST_WORDS]
    left: list[str] = []
    right: list[str] = []
    i = 0
    for same, gone, new in _steps(a, b):
        # the words that are the same stand in either text with its own white space around them
        left += (_marked(a[i : i + len(same)], ""), _marked(gone, "del"))
        right += (_marked(same, ""), _marked(new, "ins"))
        i += len(same) + len(gone)
    sides = ("".join(side) for side in (left, right))
    one, other = (f'<div class="diff" dir="auto">{side}</div>' for side in sides)
    return one, other


def _marked(words: Sequence[str], element: str) -> str:
    text = visible("".join(words))
    return f"<{element}>{text}</{element}>" if element and words else text


def _parted(text: str, *, first: bool) -> str:
    """The text with a blank before it where it would run into what stands before: the first word of either text."""
    return text if first or text[0].isspace() else f" {text}"


def _steps(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Words that are the same, words gone, words new; again and again, in order of both texts."""
    keys_a, keys_b = [word.strip() for word in a], [word.strip() for word in b]
    i = j = 0
    for x, y in [*_anchors(keys_a, keys_b), (len(a), len(b))]:
        yield from _gap(a[i:x], b[j:y], keys_a[i:x], keys_b[j:y])
        yield b[y : y + 1], (), ()
        i, j = x + 1, y + 1


def _gap(
    a: Sequence[str], b: Sequence[str], keys_a: Sequence[str], keys_b: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    if not a and not b:
        return
    if len(a) > GAP_WORDS or len(b) > GAP_WORDS:
        yield (), a, b
        return
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, keys_a, keys_b, autojunk=False).get_opcodes():
        yield (b[b1:b2], (), ()) if kind == "equal" else ((), a[a1:a2], b[b1:b2])


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Places of words that occur once in both texts, in the same order in both: the longest such chain."""
    once_a, once_b = Counter(a), Counter(b)
    places = {word: index for index, word in enumerate(b) if once_b[word] == 1}
    pairs = [(i, places[word]) for i, word in enumerate(a) if once_a[word] == 1 and word in places]
    ends: list[int] = []  # the smallest end of a chain of each length
    last: list[int] = []  # its pair
    before: list[int] = [-1] * len(pairs)
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before[number] = last[length - 1] if length else -1
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
