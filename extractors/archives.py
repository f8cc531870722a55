"""ZIP and TAR archives: each file in them is a raw item of its own, or a container in turn.

Nothing is ever written: members are read into memory one at a time, up to the limit of a single file, and their names
are names only. An archive that unpacks to far more than pages do is a bomb and is left at that point.
"""

from __future__ import annotations

import lzma
import struct
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from corpus.source import Source
from extractors.compression import DAMAGED, Budget
from extractors.containers import Record
from extractors.item import RawItem

_SMALLEST_HEADER = 30  # bytes before the name of a member
# What zipfile and tarfile raise besides their own errors: for encrypted members and unknown methods, and for offsets,
# sizes and numbers that make no sense.
_SENSELESS = (RuntimeError, NotImplementedError, ValueError, ArithmeticError, LookupError, struct.error, lzma.LZMAError)


@contextmanager
def _damage_named() -> Iterator[None]:
    """Whatever a damaged archive makes the standard library raise, as one of DAMAGED."""
    try:
        yield
    except _SENSELESS as error:
        raise zipfile.BadZipFile(f"it makes no sense: {error}") from error


class _Names:
    """Names of members, each once: what comes again is numbered."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def unique(self, name: str) -> str:
        name = "!" + name.encode("utf-8", "backslashreplace").decode("utf-8")
        self.seen[name] += 1
        return name if self.seen[name] == 1 else f"{name}~{self.seen[name]}"


def split_zip(stream: BinaryIO, limit: int, _budget: Budget) -> Iterator[Record]:
    """The files in a ZIP archive, in the order of its directory."""
    names = _Names()
    with _damage_named(), zipfile.ZipFile(stream) as archive:
        overlapping = _overlapping(archive.infolist())
        for info in archive.infolist():
            if not info.is_dir():
                name = names.unique(info.filename)
                if info in overlapping:
                    yield Record(name, b"", problem="shares its bytes with another member: a trap")
                    continue
                yield _zip_member(archive, info, name, limit)


def _overlapping(members: list[zipfile.ZipInfo]) -> set[zipfile.ZipInfo]:
    """Members whose bytes lie within those of another one, which a ZIP file made by a packer never has."""
    found: set[zipfile.ZipInfo] = set()
    end = -1
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            found.add(info)
        else:
            end = info.header_offset + _SMALLEST_HEADER + info.compress_size
    return found


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limit: int) -> Record:
    try:
        with archive.open(info) as member:
            return Record(name, member.read(limit + 1))
    except (*_SENSELESS, *DAMAGED) as error:
        return Record(name, b"", problem=f"cannot be unpacked: {error}")


def split_tar(stream: BinaryIO, limit: int, _budget: Budget) -> Iterator[Record]:
    """The files in a TAR archive, in their order; links and devices are listed as unreadable."""
    names = _Names()
    with _damage_named(), tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if member.isdir():
                continue
            name = names.unique(member.name)
            file = archive.extractfile(member) if member.isreg() else None
            if file is None:
                yield Record(name, b"", problem="a link or a device is not read")
            else:
                yield Record(name, file.read(limit + 1))


def read(record: Record, source: Source) -> RawItem:
    """A file of an archive is what its content says."""
    return RawItem(record.data, source=source)
