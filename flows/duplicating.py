"""`limpide duplicates`: which documents of a corpus or a folder are copies of others, which resemble them, and where.

Of a corpus the published tables are read: what was dropped as whose copy, and what is noted beside the documents that
stay. The files of a folder are cleaned and compared on the spot.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from corpus.errors import ExtractionError, LimpideError

_REASONS = {"exact-duplicate", "near-duplicate"}
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


def duplicates_in(folder: Path) -> Iterator[Pair]:
    """The pairs of a clean corpus, or of the files below a folder.

    Raises LimpideError when the folder is not there or holds no files, and CorpusError when a corpus cannot be read.
    """
    if not folder.is_dir():
        raise LimpideError(f"{folder} is no folder; give a clean corpus or a folder of files")
    published = (folder / "snapshots").is_dir() or (folder / "manifest.json").is_file()
    return _of_corpus(folder) if published else _of_files(folder)


def print_duplicates(folder: Path, console: Console, *, differences: bool = True) -> int:
    """Print the pairs of a corpus or folder and, for copies that go, the parts that differ; returns how many pairs."""
    count = 0
    for pair in duplicates_in(folder):
        count += 1
        similarity = "" if pair.similarity is None else f" {pair.similarity:.3f}"
        verb = "dropped" if pair.dropped else "noted"
        _print(console, f"{verb}: {pair.path}  {pair.kind}{similarity}  of {pair.of}")
        for mine, others in pair.parts if differences else ():
            _print(console, f"    - {others}" if others else "    (only here)")
            _print(console, f"    + {mine}" if mine else "    (not here)")
    if not count:
        _print(console, f"no two documents in {folder} resemble each other")
    return count


def differing_parts(text: str, other: str) -> tuple[tuple[str, str], ...]:
    """Where two texts differ, word by word: (part of `text`, part of `other`), the first five, long ones shortened."""
    mine, others = text.split(), other.split()
    start = 0
    while start < min(len(mine), len(others)) and mine[start] == others[start]:
        start += 1
    end = 0
    while end < min(len(mine), len(others)) - start and mine[-1 - end] == others[-1 - end]:
        end += 1
    mine, others = (w[start : len(w) - end][:_WORDS_COMPARED] for w in (mine, others))
    found = [
        (_short(mine[a:b]), _short(others[c:d]))
        for tag, a, b, c, d in SequenceMatcher(None, mine, others, autojunk=True).get_opcodes()
        if tag != "equal"
    ]
    return tuple(found[:_PARTS_SHOWN])


def _short(parts: list[str]) -> str:
    text = " ".join(parts)
    return text if len(text) <= _PART_CHARACTERS else text[: _PART_CHARACTERS - 2] + " …"


def _print(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def _of_corpus(clean: Path) -> Iterator[Pair]:
    from corpus.reading import latest, read_corpus

    snapshot = clean if (clean / "manifest.json").is_file() else latest(clean)  # one snapshot for all tables
    paths = _column(snapshot, "removed", "path") | _column(snapshot, "documents", "path")
    columns = ["path", "text", "reason", "of", "similarity"]
    removed = read_corpus(snapshot, table="removed").to_table(columns=columns).to_pylist()
    wanted = {row["of"] for row in removed if row["reason"] == "near-duplicate"}
    texts = _texts(snapshot, wanted)
    for row in sorted(removed, key=lambda row: str(row["path"])):
        if row["reason"] in _REASONS:
            kept = texts.get(row["of"])
            parts = differing_parts(row["text"] or "", kept) if kept is not None else ()
            yield Pair(
                row["path"],
                paths.get(row["of"], row["of"]),
                row["reason"],
                row["similarity"],
                dropped=True,
                parts=parts,
            )
    for row in read_corpus(snapshot).to_table(columns=["path", "duplicates"]).sort_by("path").to_pylist():
        for soft in row["duplicates"] or ():
            yield Pair(row["path"], paths.get(soft["of"], soft["of"]), soft["kind"], soft["similarity"], dropped=False)


def _column(snapshot: Path, table: Any, name: str) -> dict[str, str]:
    from corpus.reading import read_corpus

    rows = read_corpus(snapshot, table=table).to_table(columns=["doc_id", name]).to_pylist()
    return {row["doc_id"]: row[name] for row in rows}


def _texts(snapshot: Path, keys: set[str]) -> dict[str, str]:
    import pyarrow.dataset as ds

    from corpus.reading import read_corpus

    wanted = ds.field("doc_id").isin(sorted(keys))
    rows = read_corpus(snapshot).to_table(columns=["doc_id", "text"], filter=wanted).to_pylist() if keys else []
    return {row["doc_id"]: row["text"] for row in rows}


def _of_files(folder: Path) -> Iterator[Pair]:
    from corpus.duplicates import near_duplicates, similar

    names, texts = _read(folder)
    dropped = {match.index: match for match in near_duplicates(texts)}
    for index, match in sorted(dropped.items()):
        kind = "exact-duplicate" if texts[index] == texts[match.of] else "near-duplicate"
        parts = differing_parts(texts[index], texts[match.of])
        yield Pair(names[index], names[match.of], kind, match.similarity, dropped=True, parts=parts)
    for soft in similar(texts):
        if soft.index not in dropped and soft.of not in dropped:
            yield Pair(names[soft.index], names[soft.of], soft.kind, soft.similarity, dropped=False)


def _read(folder: Path) -> tuple[list[str], list[str]]:
    """Names and clean texts of the files that can be read."""
    import limpide

    names, texts = [], []
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".") and p.suffix != ".toml")
    for file in files:
        try:
            texts.append(limpide.clean(file.read_bytes()).text)
        except (OSError, ExtractionError):
            continue
        names.append(str(file.relative_to(folder)))
    if not names:
        raise LimpideError(f"{folder} holds no file that can be read")
    return names, texts
