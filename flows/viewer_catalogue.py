"""The snapshot that the viewer shows: its index, and the pages that are the same for whoever asks.

They are made once. When a build moves `latest`, the old ones serve on until the new ones are ready.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corpus import report_history
from corpus.errors import CorpusError
from corpus.reading import latest
from corpus.report_pages import comparison, overview
from corpus.report_survey import survey
from flows import viewer_pages as pages
from flows.viewer_query import Index


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot as it is shown: its index, and the pages that are the same for everybody."""

    index: Index
    overview: str
    changes: str


class Catalogue:
    """The index of the latest snapshot, renewed in the background when there is a newer one."""

    def __init__(self, clean: Path) -> None:
        self.clean = clean
        self._lock = threading.Lock()
        self._shown = _made(clean)
        self._renewing: threading.Thread | None = None

    def shown(self) -> Shown:
        """What to answer from."""
        with self._lock:
            newer = latest(self.clean) != self._shown.index.survey.snapshot
            if newer and not (self._renewing and self._renewing.is_alive()):
                self._renewing = threading.Thread(target=self._renew, daemon=True)
                self._renewing.start()
            return self._shown

    def _renew(self) -> None:
        shown = _made(self.clean)
        with self._lock:
            self._shown = shown

    def wait(self) -> None:
        """Wait until a renewal that has begun is done."""
        if self._renewing:
            self._renewing.join()


def _made(clean: Path) -> Shown:
    found = survey(latest(clean))
    entries, changes = report_history.written(found.snapshot), None
    parent = report_history.parent_of(found.snapshot)
    if parent:
        with suppress(CorpusError):  # a build has just removed it
            changes = report_history.comparison(found, parent, pages.links())
    numbers = overview(found, pages.links(), entries, changes)
    differences = comparison(changes, entries, parent.name if parent else "")
    return Shown(
        Index.of(found),
        pages.frame("Overview", numbers, here="/overview"),
        pages.frame("Changes", differences, here="/changes"),
    )
