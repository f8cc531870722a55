"""Steps that fail: what the tests of failing steps share."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from flows.building import build, plainly
from flows.progress import Silent
from flows.settings import Settings
from tests.conftest import page

STEPS = ("fsync", "rename", "replace", "link", "symlink", "mkdir", "ftruncate", "pwrite")
TABLES = ("documents", "removed", "quarantine")
FORGOTTEN = "carnets/page2.html"


class Prepared(NamedTuple):
    raw: Path
    old: Path  # the corpus before, with a state that knows what is new as well
    before: dict
    after: dict


def run(raw, clean):
    return build(Settings(raw=raw, clean=clean, workers=2), Silent(), plainly)


def content(clean):
    """What a reader sees: path -> (table, text)."""
    found = {}
    for table in TABLES:
        for part in (clean / "latest" / table).glob("*.parquet"):
            for row in pq.read_table(part).to_pylist():
                assert row["path"] not in found
                found[row["path"]] = (table, row.get("text"))
    return found


def prepare(top: Path) -> Prepared:
    """A corpus, and one that a build would make of it, whose documents are known already."""
    raw, old, new = top / "raw", top / "old", top / "new"
    (raw / "carnets").mkdir(parents=True)
    for seed in range(4):
        (raw / "carnets" / f"page{seed}.html").write_text(page(seed))
    (raw / "carnets" / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    run(raw, old)
    before = content(old)
    (raw / "carnets" / "page9.html").write_text(page(9))
    (raw / "carnets" / "page0.html").unlink()
    shutil.copytree(old, new, symlinks=True)
    run(raw, new)
    shutil.rmtree(old / "state")
    shutil.copytree(new / "state", old / "state")
    return Prepared(raw, old, before, content(new))


class Steps:
    """Counts steps, and says of each whether it fails: the `at`-th, and those behind it too if wanted."""

    def __init__(self, at, *, for_good):
        self.at, self.for_good, self.count = at, for_good, 0

    def fails(self):
        self.count += 1
        return self.count == self.at or (self.for_good and self.count > self.at)

    def counted(self, function, name):
        def step(*args, **more):
            reads = name == "open" and "r" in (args[1] if len(args) > 1 else more.get("mode", "r"))
            if not reads and self.fails():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*args, **more)

        return step


@contextmanager
def failing(monkeypatch, at, *, for_good):
    """Let steps on files fail; gives what counts them."""
    steps = Steps(at, for_good=for_good)
    with monkeypatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, steps.counted(getattr(os, name), name))
        patch.setattr(Path, "open", steps.counted(Path.open, "open"))
        patch.setattr(pq.ParquetWriter, "write_table", steps.counted(pq.ParquetWriter.write_table, "write"))
        if for_good:
            patch.setattr(shutil, "rmtree", steps.counted(shutil.rmtree, "rmtree"))
        yield steps


@contextmanager
def failing_state(monkeypatch, at, *, for_good):
    """Let statements and commits of the state's database fail, as they do on a full disk."""
    steps = Steps(at, for_good=for_good)

    def step():
        if steps.fails():
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    class Connection(sqlite3.Connection):
        def execute(self, *args):
            step()
            return super().execute(*args)

        def executemany(self, *args):
            step()
            return super().executemany(*args)

        def commit(self):
            step()
            super().commit()

        def __exit__(self, *raised):
            try:
                step()
            except sqlite3.Error:
                self.rollback()
                raise
            return super().__exit__(*raised)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Connection))
        yield steps


def leftovers(clean):
    return [path for path in clean.rglob(".*") if path.name.startswith((".tmp-", ".latest-"))]
