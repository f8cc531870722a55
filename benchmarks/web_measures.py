"""How well an extracted text agrees with what an editor would have cut out of the page.

Three measures that the literature uses, all from 0 to 1:

* shingle F1: stretches of four words as multisets; precision is the mean over the pages with a text, recall the mean
  over all pages, F1 their harmonic mean (trafilatura's and article-extraction-benchmark's way). Order matters a little.
* bag F1: the mean over pages of the F1 of casefolded words as multisets. Order does not matter.
* segment F1: for pages annotated with strings that must and must not be in the text, counts added up over all pages.

In Chinese, Japanese, Korean and Thai a character is a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

LENGTH = 4  # words of a shingle
_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}]+")
_WIDE_LANGUAGES = frozenset({"zh", "ja", "ko", "th"})


class Score(NamedTuple):
    """One page under one system; None where the page has no such annotation."""

    empty: bool
    precision: float | None = None
    recall: float | None = None
    bag: float | None = None
    segments: tuple[int, int, int] | None = None
    """Found, wrongly there, missing."""

    @property
    def page_f1(self) -> float | None:
        """Shingle F1 of this page alone."""
        return None if self.precision is None or self.recall is None else f1(self.precision, self.recall)


def score(page: Mapping[str, Any], text: str) -> Score:
    """Compare a text with the annotations of its page: `gold`, `with_segments`, `without_segments`."""
    precision = recall = bag = segments = None
    if gold := page.get("gold"):
        wide = page.get("lang") in _WIDE_LANGUAGES
        precision, recall = _agreement(_shingles(gold, wide=wide), _shingles(text, wide=wide))
        bag = f1(*_agreement(Counter(words(gold)), Counter(words(text))))
    wanted, unwanted = page.get("with_segments") or [], page.get("without_segments") or []
    if wanted or unwanted:
        squeezed = squeeze(text)
        found = sum(squeeze(segment) in squeezed for segment in wanted)
        wrong = sum(squeeze(segment) in squeezed for segment in unwanted)
        segments = (found, wrong, len(wanted) - found)
    return Score(not text.strip(), precision, recall, bag, segments)


def summary(scores: Sequence[Score]) -> dict[str, float]:
    """The measures over many pages, by name; those that no page can be measured by are absent."""
    result: dict[str, float] = {}
    full = [s for s in scores if s.precision is not None]
    if full:
        precision = _mean(s.precision for s in full if not s.empty)
        recall = _mean(s.recall for s in full)
        result |= {
            "shingle P": precision, "shingle R": recall, "shingle F1": f1(precision, recall),
            "page F1": _mean(s.page_f1 for s in full), "bag F1": _mean(s.bag for s in full),
        }  # fmt: skip
    counted = [s.segments for s in scores if s.segments is not None]
    if counted:
        found, wrong, missing = (sum(values) for values in zip(*counted, strict=True))
        precision, recall = found / max(1, found + wrong), found / max(1, found + missing)
        result |= {"segment P": precision, "segment R": recall, "segment F1": f1(precision, recall)}
    return result | {"empty": sum(s.empty for s in scores)}


def f1(precision: float, recall: float) -> float:
    """The harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def words(text: str) -> list[str]:
    """Casefolded words."""
    return _WORD.findall(text.casefold())


def squeeze(text: str) -> str:
    """Text with single spaces for any white space."""
    return " ".join(text.split())


def _shingles(text: str, *, wide: bool) -> Counter[tuple[str, ...]]:
    tokens = words(text) if wide else re.findall(r"\w+", text)
    return Counter(tuple(tokens[i : i + LENGTH]) for i in range(max(1, len(tokens) - LENGTH + 1)) if tokens)


def _agreement(gold: Counter[Any], found: Counter[Any]) -> tuple[float, float]:
    shared = (gold & found).total()
    return shared / max(1, found.total()), shared / max(1, gold.total())


def _mean(values: Iterable[float | None]) -> float:
    numbers = [value for value in values if value is not None]
    return sum(numbers) / len(numbers) if numbers else 0.0
