"""The snapshot as its readers see it: our own functions, pandas, polars, DuckDB and datasets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.card import card
from corpus.errors import CorpusError
from corpus.reading import latest, read_corpus
from tests.corpus.making import NOW, Corpus, published


@pytest.fixture
def clean(tmp_path) -> Path:
    return tmp_path / "clean"


@pytest.fixture
def corpus(clean) -> Corpus:
    """Published in two shards."""
    corpus = Corpus()
    corpus.documents(*range(5))
    published(corpus.publish(clean))
    corpus.documents(5, 6)
    corpus.removal("ports/copy.html", of="0" * 32)
    published(corpus.publish(clean))
    return corpus


def texts(corpus, table="documents"):
    return sorted(row["text"] for row in corpus.tables[table].values())


def test_the_dataset_of_a_corpus_a_snapshot_folder_and_a_named_snapshot_are_the_same(clean, corpus):
    name = latest(clean).name
    for dataset in (
        read_corpus(clean),
        read_corpus(str(clean)),
        read_corpus(clean, snapshot=name),
        read_corpus(clean / "snapshots" / name),
        read_corpus(clean / "latest"),
    ):
        assert sorted(dataset.to_table(columns=["text"])["text"].to_pylist()) == texts(corpus)


def test_other_tables_and_older_snapshots_can_be_read(clean, corpus):
    older = min(path.name for path in (clean / "snapshots").iterdir() if path.name != latest(clean).name)
    assert read_corpus(clean, snapshot=older).count_rows() == 5
    assert read_corpus(clean, table="removed").count_rows() == 1
    assert read_corpus(clean, table="quarantine").count_rows() == 0


def test_what_was_resolved_stays_when_latest_moves(clean, corpus):
    before = latest(clean)
    corpus.documents(70)
    published(corpus.publish(clean))
    assert before != latest(clean)
    assert not before.is_symlink()
    assert read_corpus(before).count_rows() == 7


@pytest.mark.parametrize("make", [lambda clean: None, lambda clean: clean.mkdir(), lambda clean: clean.touch()])
def test_without_a_corpus_the_error_says_what_to_do(clean, make):
    make(clean)
    for read in (latest, read_corpus):
        with pytest.raises(CorpusError, match="limpide build"):
            read(clean)


def test_a_link_to_nothing_is_an_error_that_says_what_to_do(clean):
    clean.mkdir()
    (clean / "latest").symlink_to("snapshots/20260101T000000Z-00000000")
    with pytest.raises(CorpusError, match="gone; run `limpide build`"):
        latest(clean)


def test_an_unknown_snapshot_or_table_is_an_error_that_names_those_there_are(clean, corpus):
    with pytest.raises(CorpusError, match=latest(clean).name):
        read_corpus(clean, snapshot="20200101T000000Z-00000000")
    with pytest.raises(ValueError, match="documents, removed, quarantine"):
        read_corpus(clean, table="rejected")


def test_a_snapshot_without_its_tables_is_an_error(clean, corpus):
    for path in (latest(clean) / "removed").iterdir():
        path.unlink()
    (latest(clean) / "removed").rmdir()
    with pytest.raises(CorpusError, match="cannot be read"):
        read_corpus(clean, table="removed")


def test_pandas_reads_it(clean, corpus):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.read_parquet(clean / "latest" / "documents")
    assert sorted(frame["text"]) == texts(corpus)
    assert frame["edits"].iloc[0][0]["rule"] == "menu-words"
    assert frame["signals"].iloc[0]["characters"] == 31
    assert len(pandas.read_parquet(clean / "latest" / "quarantine")) == 0


def test_polars_reads_it(clean, corpus):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.scan_parquet(clean / "latest" / "documents" / "*.parquet").collect()
    assert sorted(frame["text"]) == texts(corpus)
    rules = frame.explode("edits").select(polars.col("edits").struct.field("rule"))
    assert rules["rule"].n_unique() == 3
    assert polars.scan_parquet(clean / "latest" / "quarantine" / "*.parquet").collect().height == 0


def test_duckdb_reads_it(clean, corpus):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    rows = duckdb.sql(
        f"SELECT text, len(edits), signals.characters, duplicates[1].kind "
        f"FROM read_parquet('{clean}/latest/documents/*.parquet') ORDER BY text"
    ).fetchall()
    assert [row[0] for row in rows] == texts(corpus)
    assert {row[1:] for row in rows} == {(3, 31.0, "revised")}
    assert duckdb.sql(f"SELECT * FROM read_parquet('{clean}/latest/quarantine/*.parquet')").fetchall() == []


def offline_datasets(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "hf" / "datasets"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    # it may have been imported before, with the settings of then
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "hf" / "datasets")
    monkeypatch.setattr(datasets.config, "HF_MODULES_CACHE", tmp_path / "hf" / "modules")
    datasets.disable_progress_bars()
    return datasets


def test_datasets_reads_it_by_the_header_of_the_card(clean, corpus, monkeypatch, tmp_path):
    datasets = offline_datasets(monkeypatch, tmp_path)
    loaded = datasets.load_dataset(str(clean / "latest"), split="train")
    assert sorted(loaded["text"]) == texts(corpus)
    assert loaded[0]["edits"][0]["rule"] == "menu-words"
    removed = datasets.load_dataset(str(clean / "latest"), "removed", split="train")
    assert removed["text"] == texts(corpus, "removed")


def test_datasets_sees_the_next_snapshot_behind_the_same_link(clean, corpus, monkeypatch, tmp_path):
    datasets = offline_datasets(monkeypatch, tmp_path)
    assert len(datasets.load_dataset(str(clean / "latest"), split="train")) == 7
    corpus.documents(70)
    published(corpus.publish(clean))
    assert len(datasets.load_dataset(str(clean / "latest"), split="train")) == 8


def test_datasets_does_not_take_one_corpus_for_another(clean, corpus, monkeypatch, tmp_path):
    datasets = offline_datasets(monkeypatch, tmp_path)
    other = Corpus()
    other.documents(*range(20, 27))
    published(other.publish(tmp_path / "other"))
    for folder, its in ((clean, corpus), (tmp_path / "other", other)):
        loaded = datasets.load_dataset(str(folder / "latest"), split="train")
        assert sorted(loaded["text"]) == texts(its)


def test_the_examples_of_the_card_run(clean, corpus, monkeypatch, tmp_path):
    offline_datasets(monkeypatch, tmp_path)
    for reader in ("pandas", "polars", "duckdb"):
        pytest.importorskip(reader, reason=f"{reader} is not installed")
    monkeypatch.chdir(tmp_path)
    counts = {"documents": 7, "removed": 1, "quarantine": 0}
    text = card(corpus.summary(), snapshot_id="x", created=NOW, counts=counts)
    names: dict = {}
    sizes = []
    for example in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(example, names)
        sizes.append(len(names["documents"]) if "documents" in names else None)
    assert sizes == [None, 7, 7, 7, 7]
    assert len(names["removed"]) == 1
