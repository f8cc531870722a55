"""`limpide forget`: take documents out of every kept snapshot and of the state, for good.

The list of what is forgotten is written first, so that from then on nothing brings a document back; then the snapshots
are written anew, then the state is cleared. A forgetting that was interrupted is finished by the next build or the next
`limpide forget`, since the list says that it is pending.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus.errors import CorpusError, LimpideError
from corpus.forgetting import contents, find, take_out
from corpus.forgotten import Forgotten, read_forgotten, write_forgotten
from corpus.lock import corpus_lock
from corpus.report import write_report
from corpus.snapshot import clean_up
from flows.events import event
from flows.scan import look_at
from flows.settings import Settings
from flows.state import State

_ID = re.compile(r"[0-9a-f]{32}")


def forget(settings: Settings, targets: Sequence[str]) -> int:
    """Forget documents by id or address; returns how many rows of kept snapshots went.

    Raises LimpideError on what is neither, CorpusLocked while a build runs, CorpusError when the corpus cannot be
    written; the documents are out of the next build in any case then.
    """
    for target in targets:
        if not _ID.fullmatch(target) and "://" not in target:
            raise LimpideError(
                f"{target!r} is neither the doc_id of a document (32 hex digits) nor an address (https://...)"
            )
    with corpus_lock(settings.clean):
        clean_up(settings.clean)
        found = replace(find(settings.clean, targets), pending=True)
        write_forgotten(settings.clean, read_forgotten(settings.clean).plus(found))
        with State(settings.clean / "state") as state:
            return finish_forgetting(settings, state)


def finish_forgetting(settings: Settings, state: State) -> int:
    """Do what is pending; returns how many rows went. To be called under the lock."""
    forgotten = read_forgotten(settings.clean)
    if not forgotten.pending:
        return 0
    count = take_out(settings.clean, forgotten, _titles(settings.raw), report_of)
    # not only what the list names: the state may hold copies, and versions that no kept snapshot has any more
    state.forget_all_but(contents(settings.clean))
    write_forgotten(settings.clean, forgotten.done())
    event("forgotten", "forget", rows=count)
    return count


def remember_as_forgotten(clean: Path, ids: set[str], contents: set[str]) -> None:
    """Note that further items turned out to be forgotten documents: next time they are not even read."""
    known = read_forgotten(clean)
    if not (ids <= known.ids and contents <= known.contents):
        write_forgotten(clean, known.plus(Forgotten(frozenset(ids), frozenset(contents))))


def report_of(snapshot: Path, parent: Path | None) -> None:
    """The report in the snapshot; the comparison is left out where the parent cannot be read any more."""
    try:
        write_report(snapshot, snapshot / "report", parent=parent)
    except CorpusError:
        write_report(snapshot, snapshot / "report", parent=None)


def _titles(raw: Path) -> dict[str, str]:
    """Titles of the sources, as far as raw/ is there to tell."""
    try:
        return {name: source.title for name, source in look_at(raw).items()}
    except LimpideError:
        return {}
