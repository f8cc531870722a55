"""What earlier builds found out, so that nothing is cleaned twice: `clean/state/results.sqlite`.

Results are keyed by content (bytes, rules, code), so an entry is either right or never asked for. The state is a cache:
when it is lost, cut off or damaged, the build makes it anew and the corpus comes out the same. Every value carries a
checksum, because SQLite does not notice a page that a broken disk has changed.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard

from corpus.errors import CorpusError

FILE_NAME = "results.sqlite"
_OF_MANY = "many"  # in the place of a raw item's SHA-256
_LAYOUT = 4  # raise it when the tables change: older files are then made anew
_KEYS_AT_ONCE = 500  # SQLite takes at most 32,766 parameters; small steps keep memory low


class _Zstd(threading.local):
    """Contexts to use again: to set one up takes longer than to compress a page. They are no good for two threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


_zstd = _Zstd()


def pack(data: bytes) -> bytes:
    """Compress a value of the state, with a checksum. Workers do it, so that the parent need not."""
    return _zstd.compressor.compress(data)


def unpack(packed: bytes) -> bytes:
    """The value that was packed. Raises StateLostError on a damaged one."""
    try:
        return _zstd.decompressor.decompress(packed)
    except zstandard.ZstdError as error:
        raise StateLostError(str(error)) from error


class StateLostError(Exception):
    """The state turned out to be damaged in the middle of a build; the build must begin again without it."""


class State:
    """A key-value store of results, each a tuple of bytes. One process writes; use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of the keys have a result."""
        found: set[bytes] = set()
        for some in _steps(keys):
            with self._errors():
                rows = self._connection.execute(f"SELECT key FROM results WHERE key IN ({_marks(some)})", some)
                found.update(row[0] for row in rows)
        return found

    def facts(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """(key, facts) of the keys that have a result: the small part of it that the parent needs of every document."""
        for some in _steps(keys):
            query = f"SELECT key, facts FROM results WHERE key IN ({_marks(some)})"
            with self._errors():
                rows = self._connection.execute(query, some).fetchall()
            for key, facts in rows:
                yield key, unpack(facts)

    def body(self, key: bytes) -> bytes:
        """The large part of a result, packed. Raises StateLostError when it is not there (any more)."""
        with self._errors():
            row = self._connection.execute("SELECT body FROM results WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise StateLostError("a result that was there is gone")
        packed: bytes = row[0]
        return packed

    def put(self, results: Iterable[tuple[bytes, str, bytes, bytes]]) -> None:
        """Keep results (key, SHA-256 of the raw item, packed facts, packed body), all of them or none."""
        with self._errors(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", results)

    def keep_only(self, keys: set[bytes]) -> None:
        """Forget results of no use to the corpus as it is, once they are more than the useful ones."""
        with self._errors(), self._connection:
            (count,) = self._connection.execute("SELECT count(*) FROM results").fetchone()
            if count <= 2 * len(keys) + 1000:
                return
            self._connection.execute("CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany("INSERT INTO wanted VALUES (?)", ((key,) for key in keys))
            self._connection.execute("DELETE FROM results WHERE key NOT IN (SELECT key FROM wanted)")
            self._connection.execute("DROP TABLE wanted")

    def answer(self, key: bytes) -> bytes | None:
        """What `keep_answer` kept under a key, if anything. Raises StateLostError when it is damaged."""
        return unpack(self.body(key)) if self.known([key]) else None

    def keep_answer(self, key: bytes, data: bytes, *, names_items: bool = False) -> None:
        """Keep what was found out about many raw items. One that names them goes when any of them is forgotten."""
        self.put([(key, _OF_MANY if names_items else "", pack(b"{}"), pack(data))])

    def forget(self, contents: Iterable[str]) -> None:
        """Remove all results of raw items with these SHA-256, and overwrite where they were."""
        with self._forgetting():
            statement = "DELETE FROM results WHERE content = ?"
            self._connection.executemany(statement, ((content,) for content in (*contents, _OF_MANY)))

    def forget_all_but(self, contents: Iterable[str]) -> None:
        """Remove the results of raw items with any other SHA-256, and overwrite where they were."""
        with self._forgetting():
            self._connection.execute("CREATE TEMP TABLE staying (content TEXT PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany("INSERT OR IGNORE INTO staying VALUES (?)", ((c,) for c in contents))
            self._connection.execute(
                "DELETE FROM results WHERE content <> '' AND content NOT IN (SELECT content FROM staying)"
            )
            self._connection.execute("DROP TABLE staying")

    @contextlib.contextmanager
    def _forgetting(self) -> Iterator[None]:
        """A transaction after which nothing of what it removed is left in the file."""
        with self._errors():
            self._connection.execute("PRAGMA secure_delete = ON")
            with self._connection:
                yield
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def discard(self) -> None:
        """Throw the state away and begin an empty one."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        self._remove_files()
        self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if _is_storage_problem(error):
                raise CorpusError(
                    f"{self.path}: cannot be written: {error}; make room or check its permissions"
                ) from error
            self._remove_files()
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        # Prefect may run a task in another thread than the one that opened the state; they never run at once
        connection = sqlite3.connect(self.path, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "PRAGMA synchronous = NORMAL"
            )  # a power cut may lose the last results, never damage others
            (layout,) = connection.execute("PRAGMA user_version").fetchone()
            if layout not in {0, _LAYOUT}:
                connection.execute("DROP TABLE IF EXISTS results")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, content TEXT, facts BLOB, body BLOB)"
            )
            connection.execute(f"PRAGMA user_version = {_LAYOUT}")
            connection.commit()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _remove_files(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _is_storage_problem(error):
                raise CorpusError(f"{self.path}: cannot be written: {error}; make room and build again") from error
            raise StateLostError(str(error)) from error


def _is_storage_problem(error: sqlite3.Error) -> bool:
    """Whether the disk is full, read-only or unwritable: then a new state would not help."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF in {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_IOERR,
    }


def _marks(some: list[bytes]) -> str:
    return ",".join("?" * len(some))


def _steps(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    for key in keys:
        some.append(key)
        if len(some) == _KEYS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
