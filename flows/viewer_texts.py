"""Looking for words and phrases inside the texts of all documents, those that were dropped whole among them.

The texts are not in memory, so a search reads the text columns of the snapshot row group by row group, in threads of
its own. Whoever asks waits a moment for it; where that is not enough, the viewer shows what was found so far and asks
again. The last few searches are kept, so that the pages of a list and the documents opened from it need no new one.
"""

from __future__ import annotations

import os
import re
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.errors import CorpusError
from corpus.ledger import Edit
from corpus.report_survey import Survey
from flows.viewer_words import any_of, pattern

PATIENCE = 0.05  # seconds that an answer waits for a search before it shows what there is
MOST_SEARCHES = 4  # that are kept
MOST_SNIPPETS = 500  # of a search; the first answer waits for those found by then
MOST_PLACES = 500  # of hits in one document
BEFORE, BEHIND = 60, 100  # characters of a text around a hit in a snippet
_THREADS = min(4, os.cpu_count() or 1)
_AHEAD = 2 * _THREADS  # row groups that are read before their hits are looked at


class Hits:
    """What was found in one table: a mask over its rows, and the surroundings of first hits by the index of the row."""

    def __init__(self, rows: int) -> None:
        self.mask: npt.NDArray[np.bool_] = np.zeros(rows, bool)
        self.snippets: dict[int, str] = {}


class _Group(NamedTuple):
    """A row group of a table: its file and number, and the index of its first row."""

    hits: Hits
    path: Path
    number: int
    start: int


class Search:
    """A search for documents whose texts have all of some words and phrases, whatever their case and accents.

    Attributes:
        kept: hits among the documents of the survey.
        dropped: hits among its removed ones.
        seen: how many texts were read, of `total`.
    """

    def __init__(self, found: Survey, wanted: Sequence[str]) -> None:
        self.found, self.wanted = found, tuple(wanted)
        self.kept, self.dropped = Hits(len(found)), Hits(found.removed.num_rows)
        self.seen, self.total = 0, len(found) + found.removed.num_rows
        self.stopped = False
        self.error: CorpusError | None = None
        # the longest first: it leaves the fewest texts for the others
        self._patterns = [pattern(term) for term in sorted(self.wanted, key=len, reverse=True)]
        self._any = any_of(self.wanted)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all is read, at most so long; returns whether it is. Raises CorpusError when it cannot be read."""
        self._thread.join(seconds)
        if self.error:
            raise self.error
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with ThreadPoolExecutor(_THREADS) as pool:
                for group, (rows, places, texts) in _ahead(pool, self._look_into, self._groups()):
                    if self.stopped:
                        return
                    self._note(group, rows, places, texts)
        except (OSError, pa.ArrowException) as error:
            self.error = CorpusError(f"{self.found.snapshot}: cannot be read: {error}")

    def _groups(self) -> Iterator[_Group]:
        dropped = sorted((self.found.snapshot / "removed").glob("*.parquet"))
        for hits, paths in ((self.kept, self.found.shards), (self.dropped, dropped)):
            start = 0
            for path in paths:
                metadata = pq.read_metadata(path)
                for number in range(metadata.num_row_groups):
                    yield _Group(hits, path, number, start)
                    start += metadata.row_group(number).num_rows

    def _look_into(self, group: _Group) -> tuple[int, Any, Any]:
        """The number of texts of a row group, and those that have what is wanted, with their places."""
        if self.stopped:
            return 0, np.zeros(0, np.int64), pa.chunked_array([], pa.string())
        with pq.ParquetFile(group.path) as file:
            texts = file.read_row_group(group.number, columns=["text"], use_threads=False).column(0)
        rows, places = len(texts), np.arange(len(texts))
        for wanted in self._patterns:
            has = pc.fill_null(pc.match_substring_regex(texts, wanted), fill_value=False)
            places, texts = places[has.to_numpy()], texts.filter(has)
        return rows, places, texts

    def _note(self, group: _Group, rows: int, places: npt.NDArray[np.int64], texts: Any) -> None:
        snippets, room = group.hits.snippets, MOST_SNIPPETS - len(group.hits.snippets)
        for row, text in zip((places[:room] + group.start).tolist(), texts[:room], strict=True):
            snippets[row] = snippet(text.as_py(), self._any)
        group.hits.mask[places + group.start] = True
        self.seen += rows


def _ahead(
    pool: ThreadPoolExecutor, work: Callable[[_Group], tuple[int, Any, Any]], groups: Iterator[_Group]
) -> Iterator[tuple[_Group, tuple[int, Any, Any]]]:
    """The results of row groups in their order; a few are worked on beforehand."""
    waiting: deque[tuple[_Group, Future[tuple[int, Any, Any]]]] = deque()
    for group in groups:
        waiting.append((group, pool.submit(work, group)))
        if len(waiting) > _AHEAD:
            first, future = waiting.popleft()
            yield first, future.result()
    for group, future in waiting:
        yield group, future.result()


class Searches:
    """The last searches; the oldest goes, and stops, when there is one too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, tuple[str, ...]], Search] = {}

    def get(self, found: Survey, wanted: Sequence[str]) -> Search:
        """The search for words in a snapshot, begun if it is not known; one that failed is begun again."""
        key = (str(found.snapshot), tuple(sorted(map(str.casefold, wanted))))
        with self._lock:
            search = self._kept.pop(key, None)
            if search is None or search.error:
                search = Search(found, wanted)
            self._kept[key] = search
            while len(self._kept) > MOST_SEARCHES:
                self._kept.pop(next(iter(self._kept))).stopped = True
        return search


# ---- places in one text ---------------------------------------------------------------------------------------------


def places(text: str, wanted: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where a text has any of the words and phrases: the first MOST_PLACES, in order."""
    found = (hit.span() for hit in any_of(wanted).finditer(text) if hit.end() > hit.start())
    return [span for span, _ in zip(found, range(MOST_PLACES), strict=False)]


def snippet(text: str, wanted: re.Pattern[str]) -> str:
    """The surroundings of the first hit, on one line."""
    hit = wanted.search(text)
    start, end = hit.span() if hit else (0, 0)
    low, high = max(0, start - BEFORE), min(len(text), end + BEHIND)
    inside = " ".join(text[low:high].split())
    return f"{'…' if low else ''}{inside}{'…' if high < len(text) else ''}"


def in_raw(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """Where a span of the clean text that is not empty lies in the raw text; of an edit it touches, the whole edit."""
    return _letter_in_raw(edits, start)[0], _letter_in_raw(edits, end - 1)[1]


def _letter_in_raw(edits: Sequence[Edit], offset: int) -> tuple[int, int]:
    behind = bisect_right(edits, offset, key=lambda edit: edit.end)  # the first edit that ends behind the letter
    if behind < len(edits) and edits[behind].start <= offset and edits[behind].action != "mark":
        return edits[behind].raw_start, edits[behind].raw_end
    moved = edits[behind - 1].raw_end - edits[behind - 1].end if behind else 0
    if behind < len(edits) and edits[behind].start <= offset:  # a mark, which changes nothing
        moved = edits[behind].raw_start - edits[behind].start
    return offset + moved, offset + moved + 1
