"""Looking for words inside the texts of all documents.

The texts are not in memory, so a search reads the text column of the snapshot row group by row group, in a thread of
its own. Whoever asks waits a moment for it; where that is not enough, the viewer says how far it has come and asks
again. The last few searches are kept, so that the pages of a list and the documents opened from it need no new one.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.errors import CorpusError
from corpus.ledger import Edit
from corpus.report_survey import Survey

PATIENCE = 0.2  # seconds that an answer waits for a search before it says how far it has come
MOST_SEARCHES = 4  # that are kept; each has a snippet per hit, some 300 bytes
BEFORE, BEHIND = 60, 100  # characters of a text around a hit in a snippet


class Search:
    """A search for a phrase in the texts of a snapshot, as written but for the case of letters.

    Attributes:
        mask: which documents have the phrase, as far as they were read.
        snippets: the surroundings of the first hit, by the index of the document.
        seen: how many documents were read.
    """

    def __init__(self, found: Survey, phrase: str) -> None:
        self.found, self.phrase = found, phrase
        self.mask: npt.NDArray[np.bool_] = np.zeros(len(found), bool)
        self.snippets: dict[int, str] = {}
        self.seen = 0
        self.stopped = False
        self.error: CorpusError | None = None
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
            for texts in _texts(self.found):
                if self.stopped:
                    return
                self._look_into(texts)
        except (OSError, pa.ArrowException) as error:
            self.error = CorpusError(f"{self.found.snapshot}: cannot be read: {error}")

    def _look_into(self, texts: pa.ChunkedArray) -> None:
        hits = pc.fill_null(pc.match_substring(texts, self.phrase, ignore_case=True), fill_value=False)
        mask = hits.to_numpy()
        start = self.seen
        for row, text in zip(np.flatnonzero(mask).tolist(), texts.filter(hits), strict=True):
            self.snippets[start + row] = snippet(text.as_py(), self.phrase)
        self.mask[start : start + len(mask)] = mask
        self.seen += len(mask)


class Searches:
    """The last searches; the oldest goes, and stops, when there is one too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], Search] = {}

    def get(self, found: Survey, phrase: str) -> Search:
        """The search for a phrase in a snapshot, begun if it is not known; one that failed is begun again."""
        key = (str(found.snapshot), phrase.lower())
        with self._lock:
            search = self._kept.pop(key, None)
            if search is None or search.error:
                search = Search(found, phrase)
            self._kept[key] = search
            while len(self._kept) > MOST_SEARCHES:
                self._kept.pop(next(iter(self._kept))).stopped = True
        return search


def _texts(found: Survey) -> Iterator[pa.ChunkedArray]:
    """The texts in the order of the survey, a row group at a time."""
    for path in found.shards:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=["text"]).column(0)


def first(text: str, phrase: str) -> tuple[int, int] | None:
    """Where a text first has a phrase, whatever the case of its letters."""
    hit = re.search(re.escape(phrase), text, re.IGNORECASE)
    return hit.span() if hit else None


def snippet(text: str, phrase: str) -> str:
    """The surroundings of the first hit, on one line."""
    start, end = first(text, phrase) or (0, 0)
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
