"""What lies in raw/: sources and raw items.

The first folder below raw/ is the source; files directly in raw/ belong to the source `default`. Not raw items are
`source.toml`, the folder `expected/` of a source, and names that begin with a dot. Links and special files are raw
items that cannot be read: they are listed, so that nothing in raw/ goes unaccounted for.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import RawFolderError
from corpus.source import DEFAULT_NAME, FILE_NAME, Source, load_source

EXPECTED = "expected"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """One raw item: where it lies, and its content's hash, or why it cannot be read."""

    source: Source
    path: str  # relative to raw/, with "/", safe to publish
    file: str  # as the operating system knows it
    sha256: str = ""
    size: int = 0
    problem: str = ""  # why it cannot be read


def look_at(raw: Path) -> dict[str, Source]:
    """The rules of the sources in raw/, by name.

    Raises RawFolderError when raw/ is missing or no folder, SourceError on a bad source.toml.
    """
    if not raw.exists():
        raise RawFolderError(f"{raw}: no such folder; put raw items into {raw}/<source>/ or name another with --raw")
    if not raw.is_dir():
        raise RawFolderError(f"{raw}: is a file, not a folder of raw items; to clean one file use: limpide clean {raw}")
    try:
        return find_sources(raw)
    except OSError as error:
        raise RawFolderError(f"{error.filename}: cannot be listed: {error.strerror}") from error


def scan(raw: Path, *, max_bytes: int) -> list[Item]:
    """All raw items, hashed, sorted by path.

    Raises RawFolderError when there are none or the folder cannot be read, SourceError on a bad source.toml.
    """
    sources = look_at(raw)
    try:
        found = [_look(raw, file, sources, max_bytes) for file in _files(str(raw))]
    except OSError as error:
        raise RawFolderError(f"{error.filename}: cannot be listed: {error.strerror}") from error
    if not found:
        raise RawFolderError(f"{raw}: holds no raw items; put pages or other files into {raw}/<source>/")
    return sorted(found, key=lambda item: item.path)


def find_sources(raw: Path) -> dict[str, Source]:
    """The rules of every source below raw/, by name, and those of `default`."""
    names = sorted(entry.name for entry in os.scandir(raw) if entry.is_dir(follow_symlinks=False))
    sources = {name: load_source(raw / name, name=printable(name)) for name in names if not _ignored(name, 0)}
    sources[DEFAULT_NAME] = load_source(raw / DEFAULT_NAME if DEFAULT_NAME in sources else raw, name=DEFAULT_NAME)
    return sources


def printable(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 are written as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def sha256_of(file: str) -> tuple[str, int]:
    """Hash and size of a file's content. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123 (names may be bytes that are no text)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _files(top: str) -> Iterator[str]:
    """Everything below raw/ that is no folder, without following links."""
    folders = [(top, 0)]
    while folders:
        folder, depth = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if _ignored(entry.name, depth):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, depth + 1))
                elif entry.name != FILE_NAME or depth > 1:
                    yield entry.path


def _ignored(name: str, depth: int) -> bool:
    return name.startswith(".") or (name == EXPECTED and depth <= 1)


def _look(raw: Path, file: str, sources: dict[str, Source], max_bytes: int) -> Item:
    relative = os.path.relpath(file, raw)
    parts = Path(relative).parts
    source = sources[parts[0]] if len(parts) > 1 else sources[DEFAULT_NAME]
    path = printable("/".join(parts))
    try:
        mode = os.lstat(file)
        if not stat.S_ISREG(mode.st_mode):
            kind = "a link" if stat.S_ISLNK(mode.st_mode) else "a device, pipe or socket"
            return Item(source, path, file, problem=f"{kind} is not read; put the file itself into raw/")
        if mode.st_size > max_bytes:
            limit = max_bytes // 1_000_000
            return Item(source, path, file, size=mode.st_size, problem=f"larger than max_file_mb = {limit}")
        sha256, size = sha256_of(file)
    except OSError as error:
        return Item(source, path, file, problem=f"cannot be read: {error.strerror}")
    return Item(source, path, file, sha256, size)
