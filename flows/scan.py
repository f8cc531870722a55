"""What lies in raw/: sources and raw items.

The first folder below raw/ is the source; files directly in raw/ belong to the source `default`. Not raw items are
`source.toml`, the folder `expected/` of a source, and names that begin with a dot. Links and special files are raw
items that cannot be read: they are listed, so that nothing in raw/ goes unaccounted for.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from corpus.errors import RawFolderError
from corpus.source import DEFAULT_NAME, FILE_NAME, Source, load_source
from extractors.compression import DAMAGED, DecompressionBomb
from extractors.containers import HEAD, Record, open_container, walk

EXPECTED = "expected"
_CHUNK = 1 << 20
_LONGEST_PATH = 4095  # bytes: PATH_MAX of Linux without its NUL


@dataclass(frozen=True, slots=True)
class Item:
    """One raw item: where it lies, and its content's hash, or why it cannot be read."""

    source: Source
    path: str  # relative to raw/, with "/", safe to publish
    file: str  # as the operating system knows it
    sha256: str = ""
    size: int = 0
    problem: str = ""  # why it cannot be read
    record: str = ""  # its name in a container
    container: str = ""  # media type of that container


class SizeLimits(NamedTuple):
    """The largest file, and the largest record of a container, that are read; bytes."""

    file: int
    record: int


def look_at(raw: Path) -> dict[str, Source]:
    """The rules of the sources in raw/, by name.

    Raises RawFolderError when raw/ is missing or no folder, SourceError on a bad source.toml or hook.
    """
    if not raw.exists():
        raise RawFolderError(f"{raw}: no such folder; put raw items into {raw}/<source>/ or name another with --raw")
    if not raw.is_dir():
        raise RawFolderError(f"{raw}: is a file, not a folder of raw items; to clean one file use: limpide clean {raw}")
    try:
        sources = find_sources(raw)
    except OSError as error:
        raise RawFolderError(f"{error.filename}: cannot be listed: {error.strerror}") from error
    for source in sources.values():
        if source.hook:
            from extractors.rules import load_hook  # BeautifulSoup is slow to import

            load_hook(source.hook)
    return sources


def scan(
    raw: Path,
    *,
    max_bytes: int,
    max_record_bytes: int | None = None,
    allow_none: bool = False,
    only: Collection[str] = (),
) -> list[Item]:
    """All raw items, hashed, sorted by path; records of a container in the order they lie in it.

    Where names of sources are given as `only`, the items of others are not read.

    Raises RawFolderError when there are none (but for `allow_none`) or the folder cannot be read, SourceError on a bad
    source.toml.
    """
    sources = look_at(raw)
    limits = SizeLimits(max_bytes, max_record_bytes or max_bytes)
    try:
        files = (file for file in _files(str(raw)) if not only or _source_of(raw, file) in only)
        found = [item for file in files for item in _look(raw, file, sources, limits)]
    except OSError as error:
        raise RawFolderError(f"{error.filename}: cannot be listed: {error.strerror}") from error
    if not found and not allow_none:
        raise no_items(raw)
    return list(_each_once(in_order(found)))


def _each_once(items: Iterable[Item]) -> Iterator[Item]:
    """The items, those whose path another one has as well numbered: a file may be called `a.zip!b` beside a.zip."""
    seen: Counter[str] = Counter()
    for item in items:
        seen[item.path] += 1
        yield replace(item, path=f"{item.path}~{seen[item.path]}") if seen[item.path] > 1 else item


def no_items(raw: Path) -> RawFolderError:
    """The error for a folder without raw items."""
    return RawFolderError(f"{raw}: holds no raw items; put pages or other files into {raw}/<source>/")


def scan_again(raw: Path, files: Iterable[str], *, max_bytes: int, max_record_bytes: int) -> list[Item]:
    """The raw items of some files as they are now, in the order of `scan`; none of a file that is gone."""
    sources, limits = look_at(raw), SizeLimits(max_bytes, max_record_bytes)
    there = (file for file in files if os.path.lexists(file))
    return in_order(item for file in there for item in _look(raw, file, sources, limits))


def in_order(items: Iterable[Item]) -> list[Item]:
    """Items sorted by path; records of a container stay in the order they lie in it."""
    return sorted(items, key=lambda item: (item.path.removesuffix(item.record), item.file))


def holds_nothing(raw: Path) -> bool:
    """Whether there is nothing in raw/ that could be a raw item; a look that ends at the first one."""
    return next(_files(str(raw)), None) is None


def find_sources(raw: Path) -> dict[str, Source]:
    """The rules of every source below raw/, by name, and those of `default`."""
    names = sorted(entry.name for entry in os.scandir(raw) if entry.is_dir(follow_symlinks=False))
    sources = {name: load_source(raw / name, name=printable(name)) for name in names if not _ignored(name, 0)}
    sources[DEFAULT_NAME] = load_source(raw / DEFAULT_NAME if DEFAULT_NAME in sources else raw, name=DEFAULT_NAME)
    return sources


def printable(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 are written as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def records(file: str, max_bytes: int) -> Iterator[Record]:
    """The records of a container, one at a time. Raises OSError and what damaged compressed data raises."""
    opened = open_container(file, _head(file))
    if opened:
        kind, stream, budget = opened
        with stream:
            yield from walk(kind, stream, max_bytes, budget)


def _head(file: str) -> bytes:
    with open(file, "rb") as stream:  # noqa: PTH123 (names may be bytes that are no text)
        return stream.read(HEAD)


def sha256_of(file: str) -> tuple[str, int]:
    """Hash and size of a file's content. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _files(top: str) -> Iterator[str]:
    """Everything below raw/ that is no folder, without following links; folders too deep to be listed."""
    folders = [(top, 0)]
    while folders:
        folder, depth = folders.pop()
        if len(os.fsencode(folder)) > _LONGEST_PATH:
            yield folder
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if _ignored(entry.name, depth):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, depth + 1))
                elif entry.name != FILE_NAME or depth > 1:
                    yield entry.path


def _path(raw: Path, file: str) -> str:
    """Where a file lies below raw/."""
    return file[len(str(raw)) :].lstrip(os.sep)


def _source_of(raw: Path, file: str) -> str:
    """The name of the source that a file below raw/ belongs to."""
    name, inside, _ = _path(raw, file).partition(os.sep)
    return name if inside else DEFAULT_NAME


def _ignored(name: str, depth: int) -> bool:
    return name.startswith(".") or (name == EXPECTED and depth <= 1)


def _look(raw: Path, file: str, sources: dict[str, Source], limits: SizeLimits) -> Iterator[Item]:
    """The raw items that a file holds: itself, or the records of a container."""
    path = _path(raw, file)
    item = Item(sources[_source_of(raw, file)], printable(path), file)
    try:
        mode = os.lstat(file)
        if not stat.S_ISREG(mode.st_mode):
            what = "a link" if stat.S_ISLNK(mode.st_mode) else "a device, pipe or socket"
            yield replace(item, problem=f"{what} is not read; put the file itself into raw/")
        elif opened := open_container(file, _head(file)):
            kind, stream, budget = opened
            with stream:
                yield from _members(item, walk(kind, stream, limits.record, budget), limits.record)
        elif mode.st_size > limits.file:
            yield replace(item, size=mode.st_size, problem=_too_large("max_file_mb", limits.file))
        else:
            sha256, size = sha256_of(file)
            yield replace(item, sha256=sha256, size=size)
    except OSError as error:
        yield replace(item, problem=f"cannot be read: {error.strerror}")


def _members(item: Item, found: Iterator[Record], max_bytes: int) -> Iterator[Item]:
    """One item per record; the file itself only where it holds none, or is damaged behind some."""
    count = 0
    try:
        for record in found:
            count += 1
            path = f"{item.path}{record.name}"
            member = replace(item, path=path, record=record.name, container=record.container, size=len(record.data))
            if record.problem:
                yield replace(member, problem=record.problem)
            elif member.size > max_bytes:
                yield replace(member, problem=_too_large("max_record_mb", max_bytes))
            else:
                yield replace(member, sha256=hashlib.sha256(record.data).hexdigest())
    except DecompressionBomb as error:
        yield replace(item, problem=f"{error.strerror}; what comes behind {count} records is not read")
        return
    except DAMAGED as error:
        yield replace(item, problem=f"is damaged behind {count} records: {error}")
        return
    if not count:
        yield replace(item, problem="holds no records")


def _too_large(setting: str, max_bytes: int) -> str:
    return f"larger than {setting} = {max_bytes // 1_000_000}"
