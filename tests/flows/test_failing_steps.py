"""The k-th write, rename or fsync fails, for k = 1, 2, 3, ... until a build (or a forgetting) passes.

As SQLite is tested. After each failure `latest` shows the old corpus or the new one, whole; and one undisturbed build
puts everything right. In one series a single step fails; in the other all steps from the k-th on do, as when the
process is killed there or the disk is gone: then what should clear up behind an error fails as well.

The state of the builds under test knows every document already, so that no worker is started and a build takes a
fraction of a second.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest

from corpus.errors import CorpusError
from flows.building import build, plainly
from flows.forgetting import forget
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


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Prepared:
    top = tmp_path_factory.mktemp("steps")
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


@contextmanager
def failing(monkeypatch, at, *, for_good):
    """Let the `at`-th step fail, and those behind it too if wanted; gives a list that holds how many steps there were."""
    count = [0]

    def counted(function, name):
        def step(*args, **more):
            if name == "open" and "r" in (args[1] if len(args) > 1 else more.get("mode", "r")):
                return function(*args, **more)
            count[0] += 1
            if count[0] == at or (for_good and count[0] > at):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*args, **more)

        return step

    with monkeypatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, counted(getattr(os, name), name))
        patch.setattr(Path, "open", counted(Path.open, "open"))
        patch.setattr(pq.ParquetWriter, "write_table", counted(pq.ParquetWriter.write_table, "write"))
        if for_good:
            patch.setattr(shutil, "rmtree", counted(shutil.rmtree, "rmtree"))
        yield count


def leftovers(clean):
    return [path for path in clean.rglob(".*") if path.name.startswith((".tmp-", ".latest-"))]


@pytest.mark.parametrize("for_good", [False, True], ids=["one step fails", "all steps from there fail"])
def test_whichever_step_of_a_build_fails_the_corpus_is_whole_and_the_next_build_ends_it(
    prepared, tmp_path, monkeypatch, for_good
):
    clean = tmp_path / "clean"
    for at in range(1, 500):
        shutil.copytree(prepared.old, clean, symlinks=True)
        failed = False
        with failing(monkeypatch, at, for_good=for_good) as count:
            try:
                run(prepared.raw, clean)
            except CorpusError as error:
                failed = "\n" not in str(error)
                assert failed
        assert content(clean) in (prepared.before, prepared.after), at
        if at <= count[0]:
            run(prepared.raw, clean)
        assert content(clean) == prepared.after, at
        assert not leftovers(clean), at
        shutil.rmtree(clean)
        if count[0] < at:
            assert not failed
            break
    assert at > 20


def test_whichever_step_of_a_forgetting_fails_the_next_build_ends_it(prepared, tmp_path, monkeypatch):
    clean = tmp_path / "clean"
    secret = prepared.before[FORGOTTEN][1].splitlines()[-1].encode()
    for at in range(1, 500):
        shutil.copytree(prepared.old, clean, symlinks=True)
        (row,) = [r for r in rows(clean, "documents") if r["path"] == FORGOTTEN]
        begun = False
        with failing(monkeypatch, at, for_good=bool(at % 2)) as count:
            try:
                forget(Settings(raw=prepared.raw, clean=clean), [row["doc_id"]])
                begun = True
            except CorpusError:
                begun = (clean / "forgotten.json").exists()
        assert len(content(clean)) == len(prepared.before), at
        if at <= count[0]:
            run(prepared.raw, clean)
        if begun:
            assert_nowhere(clean, secret)
        assert not leftovers(clean), at
        shutil.rmtree(clean)
        if count[0] < at:
            break
    assert at > 20


def rows(clean, table):
    return [row for part in (clean / "latest" / table).glob("*.parquet") for row in pq.read_table(part).to_pylist()]


def assert_nowhere(clean, secret):
    for snapshot in (clean / "snapshots").iterdir():
        for part in snapshot.glob("*/*.parquet"):
            for row in pq.read_table(part).to_pylist():
                assert secret.decode() not in (row.get("text") or "") + (row.get("raw_text") or "")
    assert not [p for p in clean.rglob("*") if p.is_file() and not p.is_symlink() and secret in p.read_bytes()]
