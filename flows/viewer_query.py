"""What the viewer is asked for: which documents of a snapshot, in which order.

Filters are masks over the arrays of a survey, so a question about a hundred thousand documents is answered in some ten
milliseconds without reading a file. Words are looked for in titles, paths, addresses and ids;
looking into the texts takes longer and is done elsewhere. Documents that were dropped whole are asked for by their
source and by words, in titles and paths or in their texts; nothing else is known of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from corpus.report_survey import Survey
from flows.viewer_words import pattern, terms

ORDERS: Mapping[str, str] = {
    "path": "path",
    "removed": "share removed, the most first",
    "repaired": "share repaired, the most first",
    "confidence": "least certain first",
    "longest": "the longest first",
    "shortest": "the shortest first",
}
MOST_QUERY = 200  # characters of a search that are looked at
TEXTS = "texts"
DROPPED = "dropped"
_FILTERS = ("q", "within", "among", "source", "language", "label", "rule", "confidence")


@dataclass(frozen=True, slots=True)
class Query:
    """A question: all filters hold at once; "" is none. `confidence` is the most that the least certain edit has.

    `within` is "texts" where `q` is to be found inside the texts, `among` is "dropped" where the question is about
    documents that were dropped whole.
    """

    q: str = ""
    within: str = ""
    among: str = ""
    source: str = ""
    language: str = ""
    label: str = ""
    rule: str = ""
    confidence: float | None = None
    sort: str = "path"
    page: int = 1

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Query:
        """The question of an address; what is no number or no order is left out."""
        texts = {name: values.get(name, "")[:MOST_QUERY] for name in ("q", "source", "language", "label", "rule")}
        return cls(
            **texts,
            within=TEXTS if values.get("within") == TEXTS else "",
            among=DROPPED if values.get("among") == DROPPED else "",
            confidence=_share(values.get("confidence", "")),
            sort=values.get("sort", "") if values.get("sort") in ORDERS else "path",
            page=_page(values.get("page", "")),
        )

    @property
    def wanted(self) -> tuple[str, ...]:
        """The words and phrases that are to be found inside the texts; none for nothing."""
        return terms(self.q) if self.within == TEXTS else ()

    def address(self, **changes: Any) -> str:
        """The question as the part of an address behind `?`, with some of it changed."""
        query = replace(self, **changes)
        values = {name: getattr(query, name) for name in _FILTERS}
        values |= {"sort": query.sort if query.sort != "path" else "", "page": query.page if query.page > 1 else ""}
        return urlencode({name: value for name, value in values.items() if value not in {"", None}})


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


@dataclass(frozen=True, slots=True)
class Index:
    """A survey with what searching needs."""

    survey: Survey
    numbers: Mapping[str, int]
    dropped_numbers: Mapping[str, int]
    words: Any
    dropped_words: Any
    path_order: npt.NDArray[np.int64]
    dropped_order: npt.NDArray[np.int64]

    def __contains__(self, key: str) -> bool:
        return key in self.numbers or key in self.dropped_numbers

    @classmethod
    def of(cls, found: Survey) -> Index:
        return cls(
            survey=found,
            numbers={key: number for number, key in enumerate(found.column("doc_id"))},
            dropped_numbers={key: number for number, key in enumerate(found.removed.column("doc_id").to_pylist())},
            words=_joined(found.documents, ("title", "path", "url", "doc_id")),
            dropped_words=_joined(found.removed, ("title", "path", "doc_id")),
            path_order=_order(found.documents),
            dropped_order=_order(found.removed),
        )


def _joined(table: Any, names: tuple[str, ...]) -> Any:
    return pc.binary_join_element_wise(*(pc.fill_null(table.column(name), "") for name in names), "\n")


def _order(table: Any) -> npt.NDArray[np.int64]:
    order: npt.NDArray[np.int64] = pc.sort_indices(table.column("path")).to_numpy().astype(np.int64)
    return order


def select(index: Index, query: Query, hits: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.int64]:
    """Indices of the documents that a question asks for, in its order; equal ones by path.

    `hits` says which documents have the words in their texts, where the question is about texts.
    """
    found = index.survey
    mask = np.ones(len(found), bool)
    for name in ("source", "language"):
        if value := getattr(query, name):
            mask &= _equal(found.documents.column(name), value)
    if query.label or query.rule:
        mask &= _with_edits(found, query.label, query.rule)
    if query.confidence is not None:
        mask &= found.confidence <= query.confidence
    if hits is not None:
        mask &= hits
    mask &= _named(index.words, query)
    chosen = index.path_order[mask[index.path_order]]
    key = _key(found, query.sort)
    return chosen if key is None else chosen[np.argsort(key[chosen], kind="stable")]


def select_dropped(index: Index, query: Query, hits: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.int64]:
    """Indices of the dropped documents that a question asks for, by path. Filters that say nothing of them are not
    looked at, but for the source.
    """
    found = index.survey.removed
    mask = np.ones(found.num_rows, bool) if hits is None else hits.copy()
    if query.source:
        mask &= _equal(found.column("source"), query.source)
    mask &= _named(index.dropped_words, query)
    return index.dropped_order[mask[index.dropped_order]]


def _named(words: Any, query: Query) -> npt.NDArray[np.bool_]:
    """Where all words and phrases of a question are, unless it is about texts."""
    mask = np.ones(len(words), bool)
    for term in () if query.within == TEXTS else terms(query.q):
        mask &= pc.match_substring_regex(words, pattern(term)).to_numpy(zero_copy_only=False)
    return mask


def _equal(column: Any, value: str) -> npt.NDArray[np.bool_]:
    equal: npt.NDArray[np.bool_] = pc.fill_null(pc.equal(column, value), fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return equal


def _with_edits(found: Survey, label: str, rule: str) -> npt.NDArray[np.bool_]:
    """Documents that have an edit with this label by a rule whose name holds `rule`."""
    wanted = np.array([label in {"", doing.label} and rule in doing.rule for doing in found.doings], bool)
    mask = np.zeros(len(found), bool)
    if len(wanted):
        mask[found.done["document"][wanted[found.done["doing"]]]] = True
    return mask


def _key(found: Survey, sort: str) -> npt.NDArray[np.float64] | None:
    if sort == "confidence":
        return found.confidence
    if sort not in _SORTED_BY:
        return None
    signal, sign = _SORTED_BY[sort]
    return found.number(signal) * sign


_SORTED_BY: Mapping[str, tuple[str, float]] = {
    "removed": ("removed_share", -1.0),
    "repaired": ("repaired_share", -1.0),
    "longest": ("characters", -1.0),
    "shortest": ("characters", 1.0),
}
