"""Crashes, full disks and damaged snapshots: `latest` stays what it was, and the next build goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from corpus import files
from corpus.errors import CorpusError
from corpus.publish import clean_up
from corpus.reading import latest, read_corpus
from corpus.schema import TABLES
from tests.corpus.making import Corpus, published

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clean(tmp_path) -> Path:
    return tmp_path / "clean"


@pytest.fixture
def corpus(clean) -> Corpus:
    """A published corpus with news that are not published yet."""
    corpus = Corpus()
    corpus.documents(*range(5))
    published(corpus.publish(clean))
    corpus.documents(*range(5, 8))
    return corpus


def everything(clean):
    """All that lies in the folder, with where links lead and what is in the files."""
    return {
        str(path.relative_to(clean)): os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes()
        for path in clean.rglob("*")
    }


def paths_of(clean):
    return sorted(read_corpus(clean).to_table(columns=["path"])["path"].to_pylist())


def assert_next_publish_is_whole(clean, corpus):
    published(corpus.publish(clean))
    assert paths_of(clean) == sorted(row["path"] for row in corpus.tables["documents"].values())
    assert not [path for path in clean.rglob(".*") if path.name.startswith((".tmp-", ".latest-"))]


class Crash(Exception):
    pass


def test_an_error_while_rows_are_loaded_leaves_everything_as_it_was(clean, corpus):
    def load(table, keys):
        yield from list(corpus.load(table, keys))[:1]
        raise Crash

    before = everything(clean)
    with pytest.raises(Crash):
        corpus.publish(clean, load=load)
    assert everything(clean) == before
    assert_next_publish_is_whole(clean, corpus)


@pytest.mark.parametrize("step", ["link", "rename", "symlink", "replace", "fsync"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_failing_step_leaves_everything_as_it_was(clean, corpus, monkeypatch, step, error):
    before = everything(clean)
    if step == "link" and isinstance(error, OSError):
        monkeypatch.setattr(shutil, "copyfile", fail_with(error))  # what stands in for links fails too
    with monkeypatch.context() as broken:
        broken.setattr(os, step, fail_with(error))
        with pytest.raises((CorpusError, KeyboardInterrupt)) as raised:
            corpus.publish(clean)
    if isinstance(error, OSError):
        message = str(raised.value)
        assert "No space left on device; free disk space and build again" in message
        assert "stays as published before" in message
        assert "\n" not in message
    assert everything(clean) == before
    monkeypatch.undo()
    assert_next_publish_is_whole(clean, corpus)


def fail_with(error):
    def failing(*arguments, **options):
        raise error

    return failing


PUBLISH_IN_A_PROCESS = """
import os, resource, sys
from pathlib import Path
from corpus.errors import CorpusError
from tests.corpus.making import Corpus
clean, how = Path(sys.argv[1]), sys.argv[2]
corpus = Corpus()
corpus.documents(*range(8))
def load(table, keys):
    yield from list(corpus.load(table, keys))[:2]
    os._exit(9)
if how == "killed while loading":
    corpus.publish(clean, load=load)
elif how == "killed before the link is swapped":
    os.replace = lambda *_: os._exit(9)
    corpus.publish(clean)
elif how == "killed before the folder is renamed":
    import pathlib
    rename = pathlib.Path.rename
    pathlib.Path.rename = lambda self, new: os._exit(9) if self.is_dir() else rename(self, new)
    corpus.publish(clean)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
    try:
        corpus.publish(clean)
    except CorpusError as error:
        print(error)
"""


def publish_in_a_process(clean, how):
    command = [sys.executable, "-c", PUBLISH_IN_A_PROCESS, str(clean), how]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "how", ["killed while loading", "killed before the folder is renamed", "killed before the link is swapped"]
)
def test_a_killed_build_leaves_latest_alone_and_its_junk_is_cleared_away(clean, corpus, how):
    before = everything(clean)
    run = publish_in_a_process(clean, how)
    assert run.returncode == 9, run.stderr
    left = everything(clean)
    assert before.items() < left.items()
    assert any(name.startswith(("snapshots/.tmp-", ".latest-")) for name in left)
    assert len(paths_of(clean)) == 5
    clean_up(clean)
    assert not any(name.startswith(("snapshots/.tmp-", ".latest-")) for name in everything(clean))
    assert_next_publish_is_whole(clean, corpus)


def test_a_disk_that_takes_no_more_is_one_line_that_says_what_to_do(clean, corpus):
    before = everything(clean)
    run = publish_in_a_process(clean, "no room")
    assert run.returncode == 0, run.stderr
    assert "stays as published before: File too large; raise the limit" in run.stdout
    assert run.stdout.count("\n") == 1
    assert everything(clean) == before


def test_clean_up_of_what_is_not_there_is_no_error(tmp_path):
    clean_up(tmp_path / "clean")
    assert list(tmp_path.iterdir()) == []


def test_without_hard_links_shards_are_copied(clean, corpus, monkeypatch):
    before = {path.name: path.stat().st_ino for path in (latest(clean) / "documents").iterdir()}
    monkeypatch.setattr(files.os, "link", fail_with(OSError(errno.EPERM, "Operation not permitted")))
    result = published(corpus.publish(clean))
    assert result.reused_shards == 3
    for name, inode in before.items():
        assert (result.path / "documents" / name).stat().st_ino != inode
    assert paths_of(clean) == sorted(row["path"] for row in corpus.tables["documents"].values())


def tear(path, position, data=b"\xff" * 64):
    """Overwrite bytes in the middle of a file, keeping its size."""
    content = bytearray(path.read_bytes())
    content[position : position + len(data)] = data
    path.write_bytes(content)


def no_manifest(snapshot):
    (snapshot / "manifest.json").unlink()


def torn_manifest(snapshot):
    text = (snapshot / "manifest.json").read_text()
    (snapshot / "manifest.json").write_text(text[: len(text) // 2])


def other_manifest(snapshot):
    (snapshot / "manifest.json").write_text('["not", "ours"]')


def future_manifest(snapshot):
    path = snapshot / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))


def shard_is_gone(snapshot):
    next((snapshot / "documents").iterdir()).unlink()


def shard_is_cut_short(snapshot):
    path = next((snapshot / "documents").iterdir())
    path.write_bytes(path.read_bytes()[:-100])


def shard_is_torn_at_its_end(snapshot):
    path = next((snapshot / "documents").iterdir())
    tear(path, path.stat().st_size - 64)


def shard_is_torn_at_its_hashes(snapshot):
    path = next((snapshot / "documents").iterdir())
    size = path.stat().st_size
    tear(path, size * 2 // 3, b"\0" * (size // 6))


def shard_has_other_columns(snapshot):
    path = next((snapshot / "documents").iterdir())
    size = path.stat().st_size
    shutil.copy(next((snapshot / "removed").iterdir()), path)
    manifest = snapshot / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"bytes": {size}', f'"bytes": {path.stat().st_size}'))


def snapshot_is_gone(snapshot):
    shutil.rmtree(snapshot)


@pytest.mark.parametrize("news", [True, False], ids=["with news", "without news"])
@pytest.mark.parametrize(
    "damage",
    [
        no_manifest,
        torn_manifest,
        other_manifest,
        future_manifest,
        shard_is_gone,
        shard_is_cut_short,
        shard_is_torn_at_its_end,
        shard_is_torn_at_its_hashes,
        shard_has_other_columns,
        snapshot_is_gone,
    ],
)
def test_a_damaged_snapshot_is_written_afresh(clean, damage, news):
    corpus = Corpus()
    corpus.documents(*range(5))
    first = published(corpus.publish(clean))
    damage(first.path)
    if news:
        corpus.documents(5)
    corpus.loaded.clear()
    result = published(corpus.publish(clean))
    assert result.reused_shards == 0
    assert [len(keys) for _, keys in corpus.loaded] == [len(corpus.tables["documents"])]
    assert paths_of(clean) == sorted(row["path"] for row in corpus.tables["documents"].values())
    assert corpus.publish(clean) is None


def test_damage_that_shows_only_when_rows_are_copied_is_written_afresh(clean):
    corpus = Corpus()
    corpus.documents(*range(50))
    first = published(corpus.publish(clean))
    [shard] = (first.path / "documents").iterdir()
    tear(shard, shard.stat().st_size // 3)  # in the texts, of which a comparison of hashes sees nothing
    assert corpus.publish(clean) is None
    corpus.document("ports/00007.html", "Le phare est éteint.")
    corpus.loaded.clear()
    result = published(corpus.publish(clean))
    assert (result.parent, result.reused_shards) == (first.id, 0)
    assert [len(keys) for _, keys in corpus.loaded][-1] == 50
    rows = read_corpus(clean).to_table().to_pylist()
    assert {row["doc_id"]: row for row in rows} == corpus.tables["documents"]


def test_readers_see_whole_snapshots_while_others_are_published(clean):
    """Each snapshot says in a row of its own how many rows it has."""
    corpus = Corpus()
    problems: list[str] = []
    reads = [0, 0]
    done = threading.Event()

    def read(reader):
        while not done.is_set():
            try:
                rows = read_corpus(clean).to_table(columns=["path", "text"]).to_pylist()
            except Exception as error:  # noqa: BLE001  (a thread's error would be lost)
                problems.append(repr(error))
                return
            [told] = [row["text"] for row in rows if row["path"] == "ports/count"]
            if f"{len(rows)} navires" not in told:
                problems.append(f"{len(rows)} rows, but {told!r}")
            reads[reader] += 1

    def publish(number):
        corpus.documents(number)
        corpus.document("ports/count", f"Il y a {number + 2} navires au port.")
        published(corpus.publish(clean, keep=20))

    publish(0)
    readers = [threading.Thread(target=read, args=(i,)) for i in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 13):
        publish(number)
    done.set()
    for reader in readers:
        reader.join(30)
    assert problems == []
    assert min(reads) > 0
    assert len(paths_of(clean)) == 14


def test_every_table_is_there_after_each_failure(clean, corpus):
    publish_in_a_process(clean, "killed while loading")
    assert all(read_corpus(clean, table=table).count_rows() >= 0 for table in TABLES)
