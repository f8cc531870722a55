"""What publishing writes, takes over, refuses and removes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpus import shards
from corpus.document import Edit, replay
from corpus.errors import CorpusError
from corpus.publish import MOST_SMALL
from corpus.reading import latest, read_corpus
from corpus.schema import SCHEMAS, TABLES, row_hash
from corpus.version import VERSION
from tests.corpus.making import NOW, Corpus, published


@pytest.fixture
def clean(tmp_path) -> Path:
    return tmp_path / "clean"


@pytest.fixture
def corpus() -> Corpus:
    corpus = Corpus()
    corpus.documents(*range(7))
    corpus.removal("ports/copy.html", of="0" * 32)
    corpus.failure("ports/broken.pdf")
    return corpus


def rows_of(clean, table="documents"):
    return {row["path"]: row for row in read_corpus(clean, table=table).to_table().to_pylist()}


def wanted_rows(corpus, table="documents"):
    return {row["path"]: row for row in corpus.tables[table].values()}


def inodes(clean, table="documents"):
    return {path.name: path.stat().st_ino for path in (latest(clean) / table).iterdir()}


def shards_of_ten(monkeypatch, rows=10):
    monkeypatch.setattr(shards, "SHARD_ROWS", rows)


def test_what_was_published_is_read_back_and_its_ledger_replays(clean, corpus):
    published(corpus.publish(clean))
    for table in TABLES:
        assert rows_of(clean, table) == wanted_rows(corpus, table)
        assert read_corpus(clean, table=table).schema.equals(SCHEMAS[table])
    for row in rows_of(clean).values():
        edits = [Edit(**edit) for edit in row["edits"]]
        assert len(edits) == 3
        assert replay(row["raw_text"], edits) == row["text"]
        assert row_hash(row) == row["row_hash"]


def test_the_manifest_names_every_file_with_its_rows_bytes_and_hash(clean, corpus):
    result = published(corpus.publish(clean, rules_hash="r7"))
    manifest = json.loads((result.path / "manifest.json").read_text())
    assert (manifest["limpide"], manifest["rules_hash"], manifest["parent"]) == (VERSION, "r7", None)
    assert (manifest["id"], manifest["created"]) == (result.id, "2026-03-14T15:09:26Z")
    assert manifest["tables"] == result.counts == {"documents": 7, "removed": 1, "quarantine": 1}
    on_disk = sorted(str(path.relative_to(result.path)) for path in result.path.glob("*/*"))
    assert [file["path"] for file in manifest["files"]] == on_disk
    for file in manifest["files"]:
        data = (result.path / file["path"]).read_bytes()
        assert file["bytes"] == len(data)
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["rows"] == pq.read_metadata(result.path / file["path"]).num_rows


def test_the_snapshot_is_named_after_time_and_content_and_latest_is_a_relative_link(clean, corpus):
    result = published(corpus.publish(clean))
    manifest = json.loads((result.path / "manifest.json").read_text())
    assert result.id == f"20260314T150926Z-{manifest['content'][:8]}"
    assert (clean / "latest").readlink() == Path("snapshots", result.id)
    assert latest(clean) == result.path.resolve()


def test_an_empty_corpus_has_a_shard_per_table_so_that_patterns_match(clean):
    published(Corpus().publish(clean))
    for table in TABLES:
        [part] = (latest(clean) / table).glob("part-*.parquet")
        assert pq.read_table(part).schema.equals(SCHEMAS[table])
        assert pq.read_metadata(part).num_rows == 0
    assert Corpus().publish(clean) is None


def test_the_empty_shard_goes_when_rows_come_and_comes_back_when_they_go(clean, corpus):
    published(Corpus().publish(clean))
    published(corpus.publish(clean))
    assert len(inodes(clean)) == 1
    assert rows_of(clean) == wanted_rows(corpus)
    published(Corpus().publish(clean))
    assert len(inodes(clean)) == 1
    assert rows_of(clean) == {}


def test_nothing_new_publishes_nothing(clean, corpus):
    first = published(corpus.publish(clean))
    corpus.loaded.clear()
    assert corpus.publish(clean, now=NOW + timedelta(days=1), rules_hash="other") is None
    assert latest(clean).name == first.id
    assert len(list((clean / "snapshots").iterdir())) == 1
    assert corpus.loaded == []


def test_the_order_of_rows_is_no_news(clean, corpus):
    published(corpus.publish(clean))
    corpus.tables["documents"] = dict(reversed(corpus.tables["documents"].items()))
    assert corpus.publish(clean) is None


def test_new_rows_go_into_new_shards_and_the_old_ones_are_linked(clean, corpus):
    first = published(corpus.publish(clean))
    before = inodes(clean)
    corpus.loaded.clear()
    corpus.documents(20, 21)
    second = published(corpus.publish(clean))
    assert (second.parent, second.new_shards, second.reused_shards) == (first.id, 1, 3)
    assert before.items() < inodes(clean).items()
    assert [(table, len(keys)) for table, keys in corpus.loaded] == [("documents", 2)]
    assert rows_of(clean) == wanted_rows(corpus)


def test_a_changed_row_rewrites_its_shard_and_no_other(clean, corpus, monkeypatch):
    shards_of_ten(monkeypatch)
    corpus.documents(*range(30))
    published(corpus.publish(clean))
    before = inodes(clean)
    corpus.loaded.clear()
    key = corpus.document("ports/00015.html", "Le phare est éteint.")
    second = published(corpus.publish(clean))
    assert len(before) == 3
    assert len(before.items() & inodes(clean).items()) == 2
    assert (second.new_shards, second.reused_shards) == (1, 4)
    assert corpus.loaded == [("documents", [key])]  # the nine others come from the parent
    assert rows_of(clean) == wanted_rows(corpus)


def test_a_removed_row_goes_and_its_neighbours_stay(clean, corpus, monkeypatch):
    shards_of_ten(monkeypatch)
    corpus.documents(*range(30))
    published(corpus.publish(clean))
    before = inodes(clean)
    del corpus.tables["documents"][next(iter(corpus.tables["documents"]))]
    corpus.loaded.clear()
    published(corpus.publish(clean))
    assert len(before.items() & inodes(clean).items()) == 2
    assert corpus.loaded == []
    assert rows_of(clean) == wanted_rows(corpus)
    assert len(rows_of(clean)) == 29


def test_a_document_may_move_from_one_table_to_another(clean, corpus):
    published(corpus.publish(clean))
    key = next(iter(corpus.tables["documents"]))
    path = corpus.tables["documents"].pop(key)["path"]
    assert corpus.removal(path, of="1" * 32) == key
    published(corpus.publish(clean))
    for table in TABLES:
        assert rows_of(clean, table) == wanted_rows(corpus, table)


def test_small_shards_become_one_when_there_are_too_many(clean, corpus):
    for number in range(MOST_SMALL):
        corpus.documents(100 + number)
        published(corpus.publish(clean))
    assert len(inodes(clean)) == MOST_SMALL
    corpus.documents(200)
    published(corpus.publish(clean))
    corpus.documents(201)
    corpus.loaded.clear()
    published(corpus.publish(clean, keep=1))
    assert len(inodes(clean)) == 1
    assert [len(keys) for _, keys in corpus.loaded] == [1]  # merging loads nothing
    assert rows_of(clean) == wanted_rows(corpus)


def test_shards_that_are_no_longer_small_are_not_merged(clean, corpus, monkeypatch):
    shards_of_ten(monkeypatch)
    for number in range(MOST_SMALL + 2):
        corpus.documents(100 + number)
        published(corpus.publish(clean))
    assert len(inodes(clean)) == MOST_SMALL + 2  # one row is a tenth of a shard


def test_shards_and_row_groups_are_bounded_in_rows_and_bytes(clean, monkeypatch):
    corpus = Corpus()
    corpus.documents(*range(25))
    shards_of_ten(monkeypatch)
    monkeypatch.setattr(shards, "GROUP_ROWS", 4)
    published(corpus.publish(clean))
    parts = [pq.read_metadata(path) for path in (latest(clean) / "documents").iterdir()]
    assert sorted(part.num_rows for part in parts) == [5, 10, 10]
    assert all(part.row_group(i).num_rows <= 4 for part in parts for i in range(part.num_row_groups))


def test_a_shard_with_long_texts_is_full_before_it_has_all_its_rows(clean, monkeypatch):
    monkeypatch.setattr(shards, "SHARD_BYTES", 1 << 16)
    monkeypatch.setattr(shards, "GROUP_BYTES", 1 << 14)
    monkeypatch.setattr(shards, "_BATCH_CHARACTERS", 1 << 13)
    corpus = Corpus()
    for number in range(12):
        corpus.document(f"ports/{number}", f"{number} " + "la houle et le vent " * 500)
    published(corpus.publish(clean))
    parts = [pq.read_metadata(path) for path in (latest(clean) / "documents").iterdir()]
    assert len(parts) > 2
    assert all(part.num_row_groups > 1 for part in parts if part.num_rows > 1)
    assert rows_of(clean) == wanted_rows(corpus)


def test_rows_of_a_shard_are_sorted_by_source_and_path(clean):
    corpus = Corpus()
    for source, path in (("b", "b/1"), ("a", "a/2"), ("b", "b/0"), ("a", "a/1")):
        corpus.document(path, source=source)
    published(corpus.publish(clean))
    table = read_corpus(clean).to_table(columns=["path"])
    assert table["path"].to_pylist() == ["a/1", "a/2", "b/0", "b/1"]


def test_ten_increments_hold_what_one_fresh_build_holds(tmp_path):
    one, ten = Corpus(), Corpus()
    one.documents(*range(40))
    published(one.publish(tmp_path / "one"))
    for start in (30, 0, 10, 20):
        ten.documents(*range(start, start + 10))
        published(ten.publish(tmp_path / "ten"))
    assert rows_of(tmp_path / "ten") == rows_of(tmp_path / "one")
    contents = {json.loads((latest(tmp_path / c) / "manifest.json").read_text())["content"] for c in ("one", "ten")}
    assert len(contents) == 1


def test_a_corpus_that_changes_back_within_a_second_gets_a_name_of_its_own(clean, corpus):
    first = published(corpus.publish(clean))
    key = corpus.document("ports/new.html")
    published(corpus.publish(clean))
    del corpus.tables["documents"][key]
    third = published(corpus.publish(clean))
    assert third.id != first.id
    assert third.id[-8:] == first.id[-8:]
    assert rows_of(clean) == wanted_rows(corpus)


def test_old_snapshots_go_by_the_chain_of_parents_though_the_clock_goes_back(clean, corpus):
    ids = []
    for number in range(6):
        corpus.documents(50 + number)
        ids.append(published(corpus.publish(clean, keep=3, now=NOW - timedelta(days=number))).id)
    assert ids == sorted(ids, reverse=True)
    assert {path.name for path in (clean / "snapshots").iterdir()} == set(ids[-3:])
    assert latest(clean).name == ids[-1]
    assert rows_of(clean) == wanted_rows(corpus)


def test_pruning_leaves_alone_what_limpide_did_not_make(clean, corpus):
    published(corpus.publish(clean))
    (clean / "snapshots" / "my backup").mkdir()
    (clean / "snapshots" / "notes.txt").touch()
    (clean / "snapshots" / "20250101T000000Z-00000000").mkdir()
    corpus.documents(99)
    second = published(corpus.publish(clean, keep=1))
    assert {path.name for path in (clean / "snapshots").iterdir()} == {"my backup", "notes.txt", second.id}


def test_a_snapshot_in_use_can_still_be_read_after_the_next_was_published(clean, corpus):
    before = wanted_rows(corpus)
    first = published(corpus.publish(clean))
    dataset = read_corpus(clean)
    corpus.documents(99)
    published(corpus.publish(clean))
    assert {row["path"]: row for row in dataset.to_table().to_pylist()} == before
    assert len(read_corpus(clean, snapshot=first.id).to_table()) == 7


def test_local_time_is_written_down_as_utc(clean, corpus):
    result = published(corpus.publish(clean, now=datetime.fromisoformat("2026-03-14T17:09:26+02:00")))
    assert result.id.startswith("20260314T150926Z-")
    assert NOW.tzinfo is UTC


@pytest.mark.parametrize("wrong", ["other hash", "other key", "one less", "one more", "other order"])
def test_rows_that_were_not_asked_for_are_refused(clean, corpus, wrong):
    def load(table, keys):
        rows = list(corpus.load(table, keys))
        return {
            "other hash": [{**rows[0], "row_hash": "0" * 32}, *rows[1:]],
            "other key": [{**rows[0], "doc_id": "0" * 32, "path": "elsewhere"}, *rows[1:]],
            "one less": rows[:-1],
            "one more": [*rows, rows[0]],
            "other order": [*rows[1:], *rows[:1]] if len(rows) > 1 else [],
        }[wrong]

    with pytest.raises(ValueError, match="asked for"):
        corpus.publish(clean, load=load)
    assert list((clean / "snapshots").iterdir()) == []


def test_wrong_arguments_are_refused(clean, corpus):
    with pytest.raises(ValueError, match="keep"):
        corpus.publish(clean, keep=0)
    corpus.tables["rejected"] = {}
    with pytest.raises(ValueError, match="rejected"):
        corpus.publish(clean)


def test_a_folder_in_place_of_latest_is_an_error_that_says_what_to_do(clean, corpus):
    (clean / "latest").mkdir(parents=True)
    with pytest.raises(CorpusError, match="move it away"):
        corpus.publish(clean)
    assert (clean / "latest").is_dir()
