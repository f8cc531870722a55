"""Which lines of a page text are its main text: the lines aligned with the gold.

Every line looks for its words in the gold. Of all places the chain is taken that keeps the order of both and covers
most words (a weighted increasing subsequence), so that a menu entry does not match a word inside a sentence that
another line says in full. Long lines outside the chain count as well, if the gold says them and no other line has taken
them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+"
)  # one character a word where no space parts words
_PLACES = 30  # of one line in the gold
_LONG = 8  # tokens of a line that may match in part
_GRAM = 4
_PART = 0.6  # of a long line's 4-grams in the gold: it is the gold's text, slightly changed
_SEGMENT_WORDS = 4  # a line that is a part of a segment has at least so many words


class Labels(NamedTuple):
    """Per line 1 (main text), 0 or None (unknown); and the share of the gold that lines cover."""

    lines: list[int | None]
    covered: float


class _Place(NamedTuple):
    line: int
    start: int
    end: int
    weight: float
    before: int


def align(lines: Sequence[str], gold: str) -> Labels:
    """Labels from a full text."""
    wanted = _TOKEN.findall(gold.lower())
    gold_text = " " + " ".join(wanted) + " "
    starts = [i for i, character in enumerate(gold_text) if character == " "]
    grams: dict[tuple[str, ...], int] = {}
    for i in range(len(wanted) - _GRAM, -1, -1):
        grams[tuple(wanted[i : i + _GRAM])] = i
    tokens = [_TOKEN.findall(line.lower()) for line in lines]
    places = [_places(line, gold_text, starts, grams) for line in tokens]
    chain = _chain(places, len(wanted))
    taken = bytearray(len(wanted))
    labels = [0] * len(lines)
    for line, start, end in chain:
        labels[line] = 1
        taken[start:end] = b"\1" * (end - start)
    for line, found in enumerate(places):
        if not labels[line] and len(tokens[line]) >= _LONG:
            for start, end, _ in found:
                if 2 * sum(taken[start:end]) < end - start:
                    labels[line] = 1
                    taken[start:end] = b"\1" * (end - start)
                    break
    return Labels([label if tokens[i] else None for i, label in enumerate(labels)], sum(taken) / max(1, len(wanted)))


def _places(
    line: list[str], gold: str, starts: list[int], grams: dict[tuple[str, ...], int]
) -> list[tuple[int, int, float]]:
    """Where the gold says a line: token offsets and how many tokens agree."""
    found: list[tuple[int, int, float]] = []
    if not line:
        return found
    needle = " " + " ".join(line) + " "
    at = gold.find(needle)
    while at >= 0 and len(found) < _PLACES:
        start = bisect_left(starts, at)
        found.append((start, start + len(line), len(line)))
        at = gold.find(needle, at + 1)
    if not found and len(line) >= _LONG:
        hits = [grams[g] for i in range(len(line) - _GRAM + 1) if (g := tuple(line[i : i + _GRAM])) in grams]
        if len(hits) >= _PART * (len(line) - _GRAM + 1):
            middle = sorted(hits)[len(hits) // 2]
            near = [hit for hit in hits if abs(hit - middle) <= 2 * len(line)]
            found.append((min(near), max(near) + _GRAM, float(len(near))))
    return found


def _chain(places: Sequence[Sequence[tuple[int, int, float]]], size: int) -> list[tuple[int, int, int]]:
    """The increasing chain of most agreeing tokens, by a Fenwick tree over the ends of places."""
    tree: list[int] = [-1] * (size + 2)
    items: list[_Place] = []
    total: list[float] = []

    def best(end: int) -> int:
        result = -1
        i = end + 1
        while i > 0:
            if tree[i] >= 0 and (result < 0 or total[tree[i]] > total[result]):
                result = tree[i]
            i -= i & -i
        return result

    for line, several in enumerate(places):
        fresh = []
        for start, end, weight in several:
            before = best(start)
            items.append(_Place(line, start, end, weight, before))
            total.append(weight + (total[before] if before >= 0 else 0.0))
            fresh.append(len(items) - 1)
        for item in fresh:
            i = items[item].end + 1
            while i < len(tree):
                if tree[i] < 0 or total[item] > total[tree[i]]:
                    tree[i] = item
                i += i & -i
    chain = []
    item = best(size)
    while item >= 0:
        chain.append(items[item][:3])
        item = items[item].before
    return chain[::-1]


def from_segments(lines: Sequence[str], wanted: Sequence[str], unwanted: Sequence[str]) -> Labels:
    """Labels where only a few strings are known that belong to the main text, and a few that do not."""
    labels: list[int | None] = [None] * len(lines)
    hits = 0
    for segments, label in ((unwanted, 0), (wanted, 1)):
        for segment in (" ".join(s.split()) for s in segments):
            for i, line in enumerate(lines):
                squeezed = " ".join(line.split())
                if segment in squeezed or (squeezed in segment and squeezed.count(" ") >= _SEGMENT_WORDS - 1):
                    labels[i] = label
                    hits += label
    return Labels(labels, float(hits > 0))
