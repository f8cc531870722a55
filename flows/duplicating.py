"""`limpide duplicates`: which documents of a corpus or a folder are copies of others, which resemble them, and where.

Of a corpus the published tables tell what was dropped as whose copy, and what is noted beside the documents that stay.
A folder goes through the stages of a build up to that decision, so that it is read by the same rules and limits, and
each record of an archive counts as a document.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import click
from rich.console import Console

from corpus.errors import LimpideError
from corpus.shingles import unspaced
from flows.building import plainly
from flows.entries import Tables, document_of
from flows.progress import watching
from flows.settings import Settings
from flows.stages import Build, run
from flows.state import State
from flows.workers import Workers

_REASONS = ("exact-duplicate", "near-duplicate")
_ROWS = 500  # whose texts are Python strings at once
_PARTS_SHOWN = 5
_PART_CHARACTERS = 160
_WORDS_COMPARED = 3000  # of the part that differs: matching takes quadratic time


class Pair(NamedTuple):
    """A document and the one it resembles, each by path. `dropped`: it goes (or went) in favour of the other."""

    path: str
    of: str
    kind: str
    similarity: float | None
    dropped: bool
    parts: tuple[tuple[str, str], ...] = ()


def duplicates_in(folder: Path, settings: Settings | None = None, *, differences: bool = True) -> Iterator[Pair]:
    """The pairs of a clean corpus, or of the files below a folder; of copies that go also the parts that differ.

    `settings` are those by which a folder is read; files of it that cannot be read are named on standard error.

    Raises LimpideError when the folder is not there or holds no files, and CorpusError when a corpus cannot be read.
    """
    if not folder.is_dir():
        raise LimpideError(f"{folder} is no folder; give a clean corpus or a folder of files")
    if (folder / "snapshots").is_dir() or (folder / "manifest.json").is_file():
        return _of_corpus(folder, differences=differences)
    return _of_files(folder, settings or Settings(), differences=differences)


def print_duplicates(
    folder: Path, console: Console, settings: Settings | None = None, *, differences: bool = True
) -> int:
    """Print the pairs of a corpus or folder and, for copies that go, the parts that differ; returns how many pairs."""
    count = 0
    for pair in duplicates_in(folder, settings, differences=differences):
        count += 1
        similarity = "" if pair.similarity is None else f" {pair.similarity:.3f}"
        verb = "dropped" if pair.dropped else "noted"
        _print(console, f"{verb}: {pair.path}  {pair.kind}{similarity}  of {pair.of}")
        for mine, others in pair.parts:
            _print(console, f"    - {others}" if others else "    (only here)")
            _print(console, f"    + {mine}" if mine else "    (not here)")
    if not count:
        _print(console, f"no two documents in {folder} resemble each other")
    return count


def _print(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


# ---- differences ----------------------------------------------------------------------------------------------------


def differing_parts(text: str, other: str) -> tuple[tuple[str, str], ...]:
    """Where two texts differ, word by word: (part of `text`, part of `other`), the first five, long ones shortened.

    Of scripts without spaces between words each character is one.
    """
    mine, others = _pieces(text), _pieces(other)
    start = _in_common(mine, others)
    end = _in_common(mine[start:][::-1], others[start:][::-1])
    mine, others = (pieces[start : len(pieces) - end][:_WORDS_COMPARED] for pieces in (mine, others))
    changes = SequenceMatcher(None, _stripped(mine), _stripped(others), autojunk=True).get_opcodes()
    found = [(_short(mine[a:b]), _short(others[c:d])) for tag, a, b, c, d in changes if tag != "equal"]
    return tuple(found[:_PARTS_SHOWN])


def _pieces(text: str) -> list[str]:
    """A text cut where it may be broken: words with the signs at them and the space behind, or single characters."""
    return _piece().findall(text)


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(rf"(?:[{unspaced()}]|(?:(?![{unspaced()}])\S)+)\s*")


def _stripped(pieces: Sequence[str]) -> list[str]:
    return [piece.rstrip() for piece in pieces]


def _in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many pieces two texts have in common at the beginning."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a.rstrip() != b.rstrip()), min(len(one), len(other)))


def _short(pieces: Sequence[str]) -> str:
    text = " ".join("".join(pieces).split())
    return text if len(text) <= _PART_CHARACTERS else text[: _PART_CHARACTERS - 2] + " …"


# ---- a published corpus ---------------------------------------------------------------------------------------------


def _of_corpus(clean: Path, *, differences: bool) -> Iterator[Pair]:
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from corpus.reading import latest, read_corpus

    snapshot = clean if (clean / "manifest.json").is_file() else latest(clean)  # one snapshot for all tables
    paths = dict(_columns(read_corpus(snapshot), "doc_id", "path"))  # not of a document forgotten since
    columns = ["path", "reason", "of", "similarity", *(["text"] if differences else [])]
    copies = ds.field("reason").isin(_REASONS)
    removed = read_corpus(snapshot, table="removed").to_table(columns=columns, filter=copies).sort_by("path")
    kept = _Texts(snapshot, set(removed.column("of").to_pylist()) if differences else ())
    for row in _rows(removed):
        other = kept.get(row["of"]) if row["reason"] == "near-duplicate" else None
        parts = () if other is None else differing_parts(row["text"], other)
        of = paths.get(row["of"], row["of"])
        yield Pair(row["path"], of, row["reason"], row["similarity"], dropped=True, parts=parts)
    some = pc.list_value_length(ds.field("duplicates")) > 0
    for row in _rows(read_corpus(snapshot).to_table(columns=["path", "duplicates"], filter=some).sort_by("path")):
        for soft in row["duplicates"]:
            of = paths.get(soft["of"], soft["of"])
            yield Pair(row["path"], of, soft["kind"], soft["similarity"], dropped=False)


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=_ROWS):
        yield from batch.to_pylist()


def _columns(dataset: Any, *names: str) -> Iterator[tuple[Any, ...]]:
    table = dataset.to_table(columns=list(names))
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)


class _Texts:
    """Texts of documents that stay, by id, as Arrow holds them."""

    def __init__(self, snapshot: Path, keys: Collection[str]) -> None:
        import pyarrow as pa
        import pyarrow.dataset as ds

        from corpus.reading import read_corpus

        wanted = ds.field("doc_id").isin(pa.array(sorted(keys), pa.string()))  # an empty list has no type of its own
        table = read_corpus(snapshot).to_table(columns=["doc_id", "text"], filter=wanted)
        self._places = {key: place for place, key in enumerate(table.column("doc_id").to_pylist())}
        self._texts = table.column("text")

    def get(self, key: str) -> str | None:
        """The text of a document, None where it is not there."""
        place = self._places.get(key)
        text: str | None = None if place is None else self._texts[place].as_py()
        return text


# ---- a folder -------------------------------------------------------------------------------------------------------


def _of_files(folder: Path, settings: Settings, *, differences: bool) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="limpide-") as name, State(Path(name)) as state:
        settings = settings.model_copy(update={"raw": folder, "clean": Path(name), "allow_shrink": True})
        with (
            watching(Console(stderr=True)) as progress,
            Workers(settings.worker_count(), settings.limits()) as workers,
        ):
            build = Build(settings, state, workers, progress)
            tables = run(build, plainly)
        for entry in tables.quarantine:
            click.echo(f"limpide: {entry.item.path}: {entry.failure[2] if entry.failure else ''}", err=True)
        if not tables.documents:
            raise LimpideError(f"{folder} holds no file with text that can be read")
        yield from _of_tables(build, tables, differences=differences)


def _of_tables(build: Build, tables: Tables, *, differences: bool) -> Iterator[Pair]:
    entries = {entry.id: entry for entry in build.entries}

    for entry, reason, of, similarity in sorted(tables.removed, key=lambda row: row[0].item.path):
        if reason in _REASONS:
            near = differences and reason == "near-duplicate"
            parts = (
                differing_parts(*(document_of(one, build.state).text for one in (entry, entries[of]))) if near else ()
            )
            yield Pair(entry.item.path, entries[of].item.path, reason, similarity, dropped=True, parts=parts)
    for entry in sorted(tables.documents, key=lambda entry: entry.item.path):
        for soft in tables.related.get(entry.id, ()):
            yield Pair(entry.item.path, entries[soft.of].item.path, soft.kind, soft.similarity, dropped=False)
