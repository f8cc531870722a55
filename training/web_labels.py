"""Which blocks of a page its annotation calls content: labels for training.

A full text is matched to the blocks in order, since the words of a menu occur in most texts: each block may stand at
the places of the text where its first or last words do, and of all ways to place blocks one behind the other the one
that covers most words counts. Long blocks that say what the text says elsewhere are content too, pages being laid out
in other orders than editors copy them; the second of two such blocks is not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.web_measures import squeeze, words

Floats = NDArray[np.float64]

_KEY = 3  # words by which a place in the text is found
_MOST_PLACES = 30  # of one block
_CONTENT = 0.5  # share of a block's words at its place, or of its shingles anywhere, that makes it content
_LONG = 8  # words of a block that may be found out of order
_SHINGLE = 4
_SHORTEST_SEGMENT = 12  # characters of a block inside a segment


def labels_of(page: Mapping[str, Any], texts: Sequence[str]) -> tuple[Floats, Floats]:
    """For each block whether it is content (1) or not (0), and how much that is worth (0: nothing is known)."""
    if page.get("gold"):
        return _by_text(page["gold"], texts)
    return _by_segments(page.get("with_segments") or [], page.get("without_segments") or [], texts)


def _by_text(gold: str, texts: Sequence[str]) -> tuple[Floats, Floats]:
    target = words(gold)
    blocks = [words(text) for text in texts]
    placed = _place(blocks, target)
    shingles: dict[tuple[str, ...], int] = defaultdict(int)
    for i in range(len(target) - _SHINGLE + 1):
        shingles[tuple(target[i : i + _SHINGLE])] += 1
    for block in (b for b, in_place in zip(blocks, placed, strict=True) if in_place):
        for shingle in _shingles(block):
            shingles[shingle] -= 1
    label, weight = np.zeros(len(texts)), np.zeros(len(texts))
    for place, block in enumerate(blocks):
        label[place] = placed[place]
        if not placed[place] and len(block) >= _LONG:
            mine = _shingles(block)
            if sum(shingles.get(s, 0) > 0 for s in mine) > _CONTENT * len(mine):
                label[place] = 1
                for shingle in mine:
                    shingles[shingle] -= 1
        weight[place] = min(len(block), 80) + 2
    return label, weight / max(1.0, weight.sum())


def _place(blocks: Sequence[Sequence[str]], target: Sequence[str]) -> list[bool]:
    """The heaviest chain of (block, place in the text), in order in both."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for size in range(1, _KEY + 1):
        for i in range(len(target) - size + 1):
            places[tuple(target[i : i + size])].append(i)
    ends = [0]  # the chain's end in the text, increasing, with
    scores = [0.0]  # the most words covered so far, increasing too
    trace: list[tuple[int, Any]] = [(-1, None)]
    for number, block in enumerate(blocks):
        found = []
        for start in _candidates(block, places):
            covered = _covered(block, target, start)
            if covered > _CONTENT * len(block):
                slot = bisect_right(ends, start) - 1
                found.append((scores[slot] + covered, min(len(target), start + len(block)), (number, trace[slot])))
        for score, end, link in found:
            _insert(ends, scores, trace, end, score, link)
    chosen = [False] * len(blocks)
    link = trace[-1]
    while link[0] >= 0:
        chosen[link[0]] = True
        link = link[1]
    return chosen


def _candidates(block: Sequence[str], places: Mapping[tuple[str, ...], list[int]]) -> list[int]:
    size = min(_KEY, len(block))
    if not size:
        return []
    starts = places.get(tuple(block[:size]), [])[:_MOST_PLACES]
    ends = [i - len(block) + size for i in places.get(tuple(block[-size:]), [])[:_MOST_PLACES]]
    return sorted({i for i in (*starts, *ends) if i >= 0})


def _covered(block: Sequence[str], target: Sequence[str], start: int) -> float:
    """Words of a block that stand in the text at this place; a lone short block counts a little less."""
    window = target[start : start + len(block)]
    same = sum(a == b for a, b in zip(block, window, strict=False))
    if same < len(block):
        rest = set(target[start : start + len(block) + 10])
        same = max(same, round(0.9 * sum(word in rest for word in block)))
    return same - 0.1


def _insert(ends: list[int], scores: list[float], trace: list[Any], end: int, score: float, link: Any) -> None:
    slot = bisect_right(ends, end)
    if scores[slot - 1] >= score:
        return
    stop = slot
    while stop < len(scores) and scores[stop] <= score:
        stop += 1
    start = slot - 1 if ends[slot - 1] == end else slot
    ends[start:stop], scores[start:stop], trace[start:stop] = [end], [score], [link]


def _shingles(block: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(block[i : i + _SHINGLE]) for i in range(max(1, len(block) - _SHINGLE + 1))]


def _by_segments(wanted: Sequence[str], unwanted: Sequence[str], texts: Sequence[str]) -> tuple[Floats, Floats]:
    label, weight = np.zeros(len(texts)), np.zeros(len(texts))
    squeezed = [squeeze(text) for text in texts]
    for value, segments in ((0.0, unwanted), (1.0, wanted)):
        for segment in map(squeeze, segments):
            holding = [i for i, text in enumerate(squeezed) if segment in text]
            if not holding:
                holding = [i for i, text in enumerate(squeezed) if len(text) >= _SHORTEST_SEGMENT and text in segment]
            for i in holding if value == 0 else holding[:1]:
                label[i], weight[i] = value, 1.0
    return label, weight / max(1.0, weight.sum())
