"""How well an extracted text agrees with the gold of its page.

- shingle P, R, F1: 4-grams of words, case kept, as multisets; P is the mean over pages with output, R over all pages,
  F1 the harmonic mean of the two means;
- page F1: mean of the pages' own shingle F1;
- bag F1: mean F1 of case-folded words as a multiset, order ignored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from statistics import mean
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_BAG_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+(?:_[^\W_]+)*|_+"
)  # one character a word where no space parts words
_BY_CHARACTER = frozenset({"zh", "ja", "ko", "th"})
_SHINGLE = 4


class PageScore(NamedTuple):
    """The agreement of one page; `output` is false where nothing was extracted."""

    precision: float
    recall: float
    output: bool
    bag: float


def score_page(text: str, gold: str, language: str | None) -> PageScore:
    """Compare a text with its gold."""
    by_character = language in _BY_CHARACTER
    found, wanted = _shingles(text, by_character=by_character), _shingles(gold, by_character=by_character)
    precision, recall = _agreement(found, wanted)
    bag_precision, bag_recall = _agreement(_bag(text), _bag(gold))
    return PageScore(precision, recall, bool(found), f1(bag_precision, bag_recall))


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def summary(scores: Iterable[PageScore]) -> dict[str, float]:
    """The measures over pages, by name."""
    rows = list(scores)
    precision = mean([row.precision for row in rows if row.output] or [0.0])
    recall = mean(row.recall for row in rows)
    return {
        "shingle P": precision,
        "shingle R": recall,
        "shingle F1": f1(precision, recall),
        "page F1": mean(f1(row.precision, row.recall) for row in rows),
        "bag F1": mean(row.bag for row in rows),
    }


def _agreement(found: Counter[Hashable], wanted: Counter[Hashable]) -> tuple[float, float]:
    if not found and not wanted:
        return 1.0, 1.0
    common = (found & wanted).total()
    return common / (found.total() or 1), common / (wanted.total() or 1)


def _bag(text: str) -> Counter[Hashable]:
    return Counter(_BAG_WORD.findall(text.lower()))


def _shingles(text: str, *, by_character: bool) -> Counter[Hashable]:
    words = _BAG_WORD.findall(text.lower()) if by_character else _WORD.findall(text)
    return Counter(tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1)) if words)
