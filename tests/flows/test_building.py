"""What a build makes of a folder of raw items, and what it says when it cannot."""

import json
import os
import threading
from pathlib import Path

import pytest

import limpide
from corpus.document import Edit, replay
from corpus.errors import CorpusError, CorpusLocked
from corpus.lock import corpus_lock
from flows import jobs
from tests.conftest import page, prose
from tests.flows.published import everything, run, table


def test_every_raw_item_is_in_exactly_one_table_and_every_document_replays(raw, clean):
    (raw / "carnets" / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (raw / "carnets" / "empty.html").write_bytes(b"")
    (raw / "carnets" / "sign.html").write_bytes(b"<")
    (raw / "carnets" / "glyphs.txt").write_text("\U000f0029\U000f0030\U000f0041")  # what a PDF without font maps gives
    (raw / "carnets" / "copy.txt").write_text((raw / "carnets" / "texte10.txt").read_text())
    run(raw, clean)
    tables = everything(clean)
    paths = [path for table in tables.values() for path in table]
    files = [p.relative_to(raw).as_posix() for p in raw.rglob("*") if p.is_file() and p.name != "source.toml"]
    assert sorted(paths) == sorted(files)
    assert set(tables["quarantine"]) == {"carnets/broken.pdf"} and "carnets/glyphs.txt" in tables["documents"]
    assert {path: row["reason"] for path, row in tables["removed"].items()} in (
        {"carnets/empty.html": "empty", "carnets/sign.html": "empty", "carnets/copy.txt": "exact-duplicate"},
        {"carnets/empty.html": "empty", "carnets/sign.html": "empty", "carnets/texte10.txt": "exact-duplicate"},
    )
    for row in tables["documents"].values():
        assert replay(row["raw_text"], [Edit(**edit) for edit in row["edits"]]) == row["text"]
        assert row["licence"] == "CC0-1.0"


def test_the_text_of_a_page_is_its_article(raw, clean):
    run(raw, clean)
    row = table(clean)["carnets/page3.html"]
    assert row["text"] == "\n\n".join(["Carnet 3", *prose(3)])
    assert row["language"] == "fr"
    assert row["title"] == "Carnet 3"


def test_a_removed_duplicate_names_the_document_that_stays(raw, clean):
    (raw / "carnets" / "copy.txt").write_text((raw / "carnets" / "texte10.txt").read_text())
    run(raw, clean)
    (removed,) = table(clean, "removed").values()
    kept = {row["doc_id"] for row in table(clean).values()}
    assert removed["of"] in kept and removed["similarity"] == 1.0


def test_two_builds_at_once_are_refused_and_the_holder_is_named(raw, clean):
    with corpus_lock(clean), pytest.raises(CorpusLocked, match=str(os.getpid())):
        run(raw, clean)


@pytest.mark.parametrize("kind", ["file", "below a file"])
def test_a_clean_folder_that_cannot_be_written_is_one_clear_error(raw, tmp_path, kind):
    (tmp_path / "file").write_text("x")
    clean = tmp_path / "file" if kind == "file" else tmp_path / "file" / "clean"
    with pytest.raises(CorpusError) as caught:
        run(raw, clean)
    assert "file" in str(caught.value) and "\n" not in str(caught.value)


def test_readers_see_whole_snapshots_while_builds_publish(raw, clean):
    run(raw, clean)
    problems, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            try:
                seen = {row["path"] for row in limpide.read_corpus(clean).to_table(columns=["path"]).to_pylist()}
                if len(seen) < 8:
                    problems.append(len(seen))
            except Exception as error:  # noqa: BLE001
                problems.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for seed in range(30, 34):
        (raw / "carnets" / f"page{seed}.html").write_text(page(seed))
        run(raw, clean)
    stop.set()
    reader.join()
    assert problems == []


def test_of_a_hundred_documents_only_the_guilty_are_quarantined_with_reasons(tmp_path, clean, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    crawl = tmp_path / "raw" / "crawl"
    crawl.mkdir(parents=True)
    (crawl / "source.toml").write_text('hook = "hostile_jobs:hook"\n')
    guilty = {10: "hang", 40: "eat", 70: "crash"}
    for n in range(100):
        (crawl / f"{n:02}.html").write_text(page(n).replace(f"<title>Carnet {n}<", f"<title>{guilty.get(n, n)}<"))
    report = run(tmp_path / "raw", clean, seconds_per_document=4, memory_mb=256)
    assert len(table(clean)) == 97
    found = {path: (row["stage"], row["error"]) for path, row in table(clean, "quarantine").items()}
    assert found == {
        "crawl/10.html": ("process", "TimeLimit"),
        "crawl/40.html": ("process", "MemoryLimit"),
        "crawl/70.html": ("process", "WorkerDied"),
    }
    assert len(report.quarantine) == 3
    assert all(row["message"] for row in table(clean, "quarantine").values())


def test_a_job_never_lets_an_exception_out(tmp_path):
    """The one place that isolates a document: whatever a library raises becomes a row of the quarantine."""
    file = tmp_path / "x.html"
    file.write_text(page(1))
    job = jobs.PrepareJob(b"k", str(file), "", limpide.Source(), max_bytes=1_000_000)
    assert jobs.prepare(job).cacheable
    assert not jobs.prepare(job._replace(file=str(tmp_path / "missing"))).cacheable


def words(seed):
    return " ".join(prose(seed, 2))


def test_repeated_blocks_of_a_source_whose_copies_stay_stay_too(tmp_path, clean):
    notice = "The council sits each second Tuesday in the room above the mill."
    for source, policy in (("laws", "annotate"), ("reprints", "keep"), ("web", "drop")):
        folder = tmp_path / "raw" / source
        folder.mkdir(parents=True)
        (folder / "source.toml").write_text(f'duplicates = "{policy}"\n')
        for number in range(6):
            text = f"{words(number + 10)}\n\n{notice}\n\n{words(number + 90)}\n"
            (folder / f"{number}.txt").write_text(f"{source} {number}\n\n{text}")
    run(tmp_path / "raw", clean)
    there = {path: notice in row["text"] for path, row in table(clean).items()}
    assert {path.split("/")[0] for path, whole in there.items() if whole} == {"laws", "reprints"}
    assert sum(there.values()) == 12


def versions(folder, *texts):
    """A crawl of one page, the newest version last."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps({"url": "https://example.org/a", "text": text, "fetched": f"2026-01-0{day}"})
        for day, text in enumerate(texts, 1)
    ]
    (folder / "crawl.jsonl").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("newest", "named"), [("a copy", "z/kept.txt"), ("empty", None), ("its own", "crawl/crawl.jsonl#2")]
)
def test_an_older_version_names_only_a_document_that_stays(tmp_path, clean, newest, named):
    raw, text = tmp_path / "raw", words(5)
    (raw / "z").mkdir(parents=True)
    (raw / "z" / "source.toml").write_text("priority = 1\n")
    (raw / "z" / "kept.txt").write_text(text + "\n")
    versions(raw / "crawl", words(6), {"a copy": text, "empty": " ", "its own": words(7)}[newest])
    run(raw, clean)
    documents, removed = table(clean), table(clean, "removed")
    (older,) = [row for row in removed.values() if row["reason"] == "older-version"]
    assert older["of"] == (documents[named]["doc_id"] if named else None)
