"""Small steps on disk that either happen whole or not at all.

What a reader may see is written under a temporary name, flushed to the disk (fsync on the file and on its folder) and
renamed: after a power cut there is the old state or the new one, never half of one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path

from corpus.errors import CorpusError

_ADVICE = {
    errno.ENOSPC: "free disk space and build again",
    errno.EDQUOT: "free disk space (the quota is used up) and build again",
    errno.EFBIG: "raise the limit on the size of files and build again",
    errno.EACCES: "make the folder writable or choose another one",
    errno.EPERM: "make the folder writable or choose another one",
    errno.EROFS: "make the folder writable or choose another one",
    errno.ENOTDIR: "move the file away that stands in the way or choose another folder",
    errno.EEXIST: "move the file away that stands in the way or choose another folder",
    errno.EMFILE: "raise the limit on open files and build again",
    errno.ENFILE: "raise the limit on open files and build again",
}
_OTHER_ADVICE = "check the disk and build again"


def disk_error(what: str, error: OSError) -> CorpusError:
    """A CorpusError in one line: what could not be done, why, and what to do about it."""
    # Arrow sets errno and words of its own
    why = os.strerror(error.errno) if error.errno else " ".join(str(error).split())
    advice = _ADVICE.get(error.errno or 0, _OTHER_ADVICE)
    return CorpusError(f"{what}: {why}; {advice}")


def flush(path: Path) -> None:
    """Wait until a file or a folder's list of names is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, text: str) -> None:
    """Write a text file in UTF-8 and flush it."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link_or_copy(old: Path, new: Path) -> None:
    """Give a file a second name; copy it where the file system has no hard links or no more of them."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
        flush(new)


def swap_link(link: Path, target: str, temporary: Path) -> None:
    """Let `link` point to `target` from one moment to the next, whether it existed or not."""
    try:
        temporary.symlink_to(target)
        os.replace(temporary, link)  # noqa: PTH105  (os.replace is the atomic step; nothing may hide it)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush(link.parent)


def remove_tree(path: Path) -> None:
    """Remove a folder, or whatever has that name, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
