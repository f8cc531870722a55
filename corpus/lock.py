"""One writer at a time: the lock of a corpus.

The lock is an flock on `clean/state/lock`, which the kernel releases when its holder ends, however it ends; so a killed
build leaves nothing to clear away by hand. The file's content only says who holds it, for the message.

Worker processes are forked from the holder and would keep the lock after its death, since an flock belongs to the open
file that both share; so a forked child closes its copy first thing. (Closing a copy does not release the lock.)
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import CorpusError, CorpusLocked
from corpus.files import disk_error

STATE = "state"
LOCK = "lock"

_MAX_CONTENT = 4096  # bytes; pid, host and time need some 100

_open_here: set[int] = set()  # descriptors of this process, of locks held or being taken


@contextmanager
def corpus_lock(clean: Path) -> Iterator[None]:
    """Hold the lock of the corpus in `clean`; the folder is created if need be.

    Raises CorpusLocked, at once, when another build holds it, and CorpusError when the folder cannot be written.
    """
    descriptor = _open(clean)
    _open_here.add(descriptor)
    try:
        _take(descriptor, clean)
        try:
            _write_holder(descriptor, clean)
            yield
        finally:
            _clear_holder(descriptor)
    finally:
        if descriptor in _open_here:  # not in a forked child that unwinds to here
            _open_here.discard(descriptor)
            os.close(descriptor)


def _open(clean: Path) -> int:
    path = clean / STATE / LOCK
    try:
        if clean.exists() and not clean.is_dir():
            raise CorpusError(f"{clean} is a file; move it away or choose another folder for the clean corpus")
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise disk_error(f"cannot write to {clean}", error) from error


def _take(descriptor: int, clean: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CorpusLocked(_refusal(clean, _read_holder(descriptor))) from None
    except OSError as error:  # a network file system without locks
        raise disk_error(f"cannot lock {clean / STATE / LOCK}", error) from error


def _write_holder(descriptor: int, clean: Path) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
    except OSError as error:
        raise disk_error(f"cannot write to {clean}", error) from error


def _clear_holder(descriptor: int) -> None:
    """Leave no name behind. Where the disk refuses even that, the lock is free all the same."""
    if descriptor in _open_here:
        with suppress(OSError):
            os.ftruncate(descriptor, 0)


def _read_holder(descriptor: int) -> tuple[int, str, str] | None:
    """Pid, host and start of the holder; None when it has not written them yet."""
    try:
        holder = json.loads(os.pread(descriptor, _MAX_CONTENT, 0))
        return int(holder["pid"]), str(holder["host"]), str(holder["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refusal(clean: Path, holder: tuple[int, str, str] | None) -> str:
    if holder is None:
        return f"another build is writing to {clean}; wait until it ends"
    pid, host, started = holder
    return (
        f"another build is writing to {clean}: process {pid} on {host}, since {started}; "
        f"wait until it ends, or stop it there with `kill {pid}`"
    )


def _let_go_in_child() -> None:
    for descriptor in _open_here:
        os.close(descriptor)
    _open_here.clear()


os.register_at_fork(after_in_child=_let_go_in_child)
