"""Cleaning some pages of a source again, with its rules as they are at this moment: the work behind `/rules/NAME`.

A maintainer who writes a `source.toml` wants to see what a line of it does without building the corpus. So the viewer
reads a sample of the source's raw items, cleans it in worker processes with the limits of a build (the pages are
strangers' and may hang or fill memory), and keeps the result until the rules or the items change. Nothing is written.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corpus.document import Document
from corpus.errors import ExtractionError, LimpideError
from corpus.repeats import block_key, count_blocks, repeat_levels
from corpus.schema import doc_id
from corpus.source import FILE_NAME, Source, load_source
from flows.scan import EXPECTED, printable
from flows.settings import Settings
from flows.viewer_template import Template, template
from flows.workers import Workers

MOST_PAGES = 40
"""Pages of a trial: enough for what a template repeats to show, few enough to be cleaned while a person waits."""
MOST_TRIALS = 4  # kept at once
NO_TEMPLATE = Template((), (), ())


class Page(NamedTuple):
    """A raw item of the sample: its id in the corpus, its path, and its document or what was wrong with it."""

    key: str
    path: str
    document: Document | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A source as it would be cleaned now. `problem` says what is wrong with its rules; then there are no pages."""

    name: str
    rules_file: Path
    source: Source
    items: int
    pages: Sequence[Page] = ()
    template: Template = NO_TEMPLATE
    problem: str = ""

    @property
    def documents(self) -> list[Document]:
        """The documents of the pages that could be read, in the order of `template.selectors`."""
        return [page.document for page in self.pages if page.document is not None]


class Trials:
    """Trials by source, made in the background and kept until rules or items change."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._done: dict[str, tuple[object, Trial]] = {}
        self._running: dict[str, threading.Thread] = {}

    def sources(self) -> list[str]:
        """The sources below raw/; none when it cannot be read."""
        try:
            with os.scandir(self.settings.raw) as entries:
                return sorted(printable(e.name) for e in entries if e.is_dir() and not e.name.startswith("."))
        except OSError:
            return []

    def get(self, name: str, path: str = "") -> Trial | None:
        """The trial of a source, or None while it is being made; its sample has the item at `path`, if one is named.

        Raises KeyError when raw/ has no such source, or the source no such file.
        """
        if name not in self.sources():
            raise KeyError(name)
        folder = self.settings.raw / name
        files = list(_files(folder))
        some = _spread(files)
        if path:
            wanted = next((file for file in files if printable(str(file.relative_to(self.settings.raw))) == path), None)
            if wanted is None:
                raise KeyError(path)
            some = sorted({*some, wanted})
        key = name if len(some) <= MOST_PAGES else f"{name}\0{path}"
        state = (_stamp(folder / FILE_NAME), tuple((file, _stamp(file)) for file in some), len(files))
        with self._lock:
            if key in self._done and self._done[key][0] == state:
                return self._done[key][1]
            if key not in self._running:
                arguments = (key, state, name, some, len(files))
                self._running[key] = threading.Thread(target=self._make, args=arguments, daemon=True)
                self._running[key].start()
            return None

    def wait(self) -> None:
        """Wait for the trials that are being made."""
        for thread in list(self._running.values()):
            thread.join()

    def _make(self, key: str, state: object, name: str, some: Sequence[Path], items: int) -> None:
        trial = _trial(self.settings, name, some, items)
        with self._lock:
            self._done.pop(key, None)
            self._done[key] = (state, trial)
            while len(self._done) > MOST_TRIALS:
                self._done.pop(next(iter(self._done)))
            del self._running[key]


def _files(folder: Path) -> Iterator[Path]:
    """The raw items of a source that are files, in the order of their paths."""
    for place, folders, names in os.walk(folder):
        top = Path(place) == folder
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not (top and f == EXPECTED))
        yield from (Path(place, n) for n in sorted(names) if not n.startswith(".") and not (top and n == FILE_NAME))


def _spread(files: Sequence[Path]) -> list[Path]:
    step = max(1, len(files) / MOST_PAGES)
    return [files[int(i * step)] for i in range(min(len(files), MOST_PAGES))]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


# ---- the work -------------------------------------------------------------------------------------------------------


class _Read(NamedTuple):
    """Read and prepare a file."""

    file: Path
    source: Source
    max_bytes: int


class _Finish(NamedTuple):
    """Decide about the blocks of a prepared document."""

    file: Path
    document: Document
    levels: tuple[int, ...]


def _trial(settings: Settings, name: str, some: Sequence[Path], items: int) -> Trial:
    folder = settings.raw / name
    try:
        source = load_source(folder, name=name)
    except LimpideError as error:
        return Trial(name, folder / FILE_NAME, Source(name=name), items, problem=str(error))
    problems: dict[Path, str] = {}
    documents: dict[Path, Document] = {}
    limit = settings.max_file_mb * 1_000_000
    with Workers(min(2, settings.worker_count()), settings.limits()) as workers:
        for read in workers.run(read_one, [_Read(file, source, limit) for file in some]):
            _sort(read.job.file, read.result, read.message, documents, problems)
        keys = {file: [block_key(d.block_text(block)) for block in d.blocks] for file, d in documents.items()}
        counts = count_blocks(keys.values())
        counted = source.duplicates == "drop"  # as in a build
        jobs = [_Finish(file, documents[file], repeat_levels(keys[file], counts) if counted else ()) for file in keys]
        for finished in workers.run(finish_one, jobs):
            _sort(finished.job.file, finished.result, finished.message, documents, problems)
    pages = [_page(settings.raw, name, file, documents.get(file), problems.get(file, "")) for file in some]
    laid_over = template([page.document for page in pages if page.document is not None])
    return Trial(name, folder / FILE_NAME, source, items, pages, laid_over)


def _sort(
    file: Path, result: Document | str | None, message: str, documents: dict[Path, Document], problems: dict[Path, str]
) -> None:
    if isinstance(result, Document):
        documents[file] = result
    else:
        problems[file] = result or message
        documents.pop(file, None)


def _page(raw: Path, name: str, file: Path, document: Document | None, problem: str) -> Page:
    path = printable(str(file.relative_to(raw)))
    return Page(doc_id(name, path), path, document, problem)


def read_one(job: _Read) -> Document | str:
    """What a worker does first: read an item; returns what is wrong with it where it cannot be read."""
    import limpide

    try:
        item = limpide.RawItem(job.file.read_bytes(), source=job.source)
        return limpide.prepare(limpide.extract(item, name=str(job.file), max_bytes=job.max_bytes))
    except MemoryError:
        raise
    except ExtractionError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def finish_one(job: _Finish) -> Document | str:
    """What a worker does then, with the repeat counts of the sample."""
    import limpide

    try:
        return limpide.finish(job.document, job.levels).with_(hints=job.document.hints)  # which it drops
    except MemoryError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"
