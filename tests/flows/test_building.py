import errno
import json
import os
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import limpide
from corpus.document import Edit, replay
from corpus.errors import CorpusError, CorpusLocked, RawFolderError
from corpus.lock import corpus_lock
from flows import answers, building, jobs, repeating, scan
from flows.building import build, plainly
from flows.progress import Silent
from flows.settings import Settings
from tests.conftest import page, prose

TABLES = ("documents", "removed", "quarantine")


def run(raw, clean, **settings):
    return build(Settings(raw=raw, clean=clean, workers=2, **settings), Silent(), plainly)


def rows(clean, table="documents"):
    found = {}
    for part in (clean / "latest" / table).glob("*.parquet"):
        for row in pq.read_table(part).to_pylist():
            assert row["path"] not in found
            found[row["path"]] = row
    return found


def everything(clean):
    return {table: rows(clean, table) for table in TABLES}


@pytest.fixture
def clean(tmp_path) -> Path:
    return tmp_path / "clean"


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
    row = rows(clean)["carnets/page3.html"]
    assert row["text"] == "\n\n".join(["Carnet 3", *prose(3)])
    assert row["language"] == "fr"
    assert row["title"] == "Carnet 3"


def test_what_a_source_repeats_is_counted_again_only_when_its_documents_change(raw, clean, monkeypatch):
    counted = []
    count = repeating.levels_of_source
    monkeypatch.setattr(repeating, "levels_of_source", lambda blocks: counted.append(len(blocks)) or count(blocks))
    (raw / "carnets" / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (raw / "letters").mkdir()
    for number in range(3):
        (raw / "letters" / f"{number}.html").write_text(page(30 + number))
    run(raw, clean)
    first, before = list(counted), everything(clean)
    assert len(first) == 2 and 3 in first
    run(raw, clean)
    assert counted == first
    (raw / "letters" / "3.html").write_text(page(33))
    run(raw, clean)
    assert counted == [*first, 4]
    assert "carnets/broken.pdf" in rows(clean, "quarantine")
    assert {path for path in rows(clean) if path not in before["documents"]} == {"letters/3.html"}


def test_copies_are_looked_for_again_only_when_a_document_changes(raw, clean, monkeypatch):
    looked = []
    find = answers.find_copies
    monkeypatch.setattr(answers, "find_copies", lambda found, *more: looked.append(len(found)) or find(found, *more))
    (raw / "carnets" / "copy.txt").write_text((raw / "carnets" / "texte10.txt").read_text())
    (raw / "carnets" / "longer.txt").write_text(
        (raw / "carnets" / "texte11.txt").read_text() + "\n\n".join(["", *prose(50)])
    )
    run(raw, clean)
    first, before = list(looked), everything(clean)
    assert len(first) == 1 and len(before["removed"]) == 1
    longer = before["documents"]["carnets/longer.txt"]["doc_id"]
    assert longer in {match["of"] for match in before["documents"]["carnets/texte11.txt"]["duplicates"]}
    assert run(raw, clean).snapshot is None and looked == first
    (raw / "carnets" / "longer.txt").write_text(prose(51)[0] + "\n")
    run(raw, clean)
    assert looked == first * 2
    assert longer not in {match["of"] for match in rows(clean)["carnets/texte11.txt"]["duplicates"]}


def test_a_removed_duplicate_names_the_document_that_stays(raw, clean):
    (raw / "carnets" / "copy.txt").write_text((raw / "carnets" / "texte10.txt").read_text())
    run(raw, clean)
    (removed,) = rows(clean, "removed").values()
    kept = {row["doc_id"] for row in rows(clean).values()}
    assert removed["of"] in kept and removed["similarity"] == 1.0


def test_a_build_with_nothing_new_cleans_and_publishes_nothing(raw, clean):
    first = run(raw, clean)
    assert first.snapshot and first.cleaned == 8
    before = os.readlink(clean / "latest")
    second = run(raw, clean)
    assert second.snapshot is None and second.cleaned == 0
    assert os.readlink(clean / "latest") == before
    assert len(list((clean / "snapshots").iterdir())) == 1


def test_only_what_is_new_is_cleaned_and_what_left_raw_leaves_the_corpus(raw, clean):
    run(raw, clean)
    (raw / "carnets" / "page0.html").unlink()
    (raw / "carnets" / "page9.html").write_text(page(9))
    assert run(raw, clean).cleaned == 1
    assert "carnets/page9.html" in rows(clean) and "carnets/page0.html" not in rows(clean)


def test_increments_and_one_fresh_build_give_the_same_corpus(raw, clean, tmp_path):
    pages = sorted((raw / "carnets").glob("*.*"))
    held_back = {path: path.read_bytes() for path in pages[3:6]}
    for path in held_back:
        path.unlink()
    run(raw, clean)
    for path, data in held_back.items():
        path.write_bytes(data)
        run(raw, clean)
    run(raw, tmp_path / "fresh")
    assert everything(clean) == everything(tmp_path / "fresh")


def test_a_changed_rule_cleans_its_source_again_and_no_other(raw, clean):
    (raw / "other").mkdir()
    (raw / "other" / "page.html").write_text(page(20))
    run(raw, clean)
    (raw / "other" / "source.toml").write_text('licence = "MIT"\n')
    assert run(raw, clean).cleaned == 1
    assert rows(clean)["other/page.html"]["licence"] == "MIT"


def test_a_lost_or_damaged_state_changes_nothing_in_the_corpus(raw, clean):
    run(raw, clean)
    before = everything(clean)
    state = clean / "state" / "results.sqlite"
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])
    report = run(raw, clean)
    assert report.snapshot is None and everything(clean) == before


def test_a_document_that_ran_into_a_limit_is_never_cached(raw, clean, tmp_path, monkeypatch):
    """What it does to its worker is up to a file outside of raw/, so that the same bytes behave the second time."""
    switch = tmp_path / "switch"
    switch.write_text("eat")
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    (raw / "odd").mkdir()
    (raw / "odd" / "source.toml").write_text('hook = "hostile_jobs:hook_of_file"\n')
    (raw / "odd" / "page.html").write_text(page(50).replace("<title>Carnet 50<", f"<title>{switch}<"))
    run(raw, clean, memory_mb=256)
    (row,) = rows(clean, "quarantine").values()
    assert row["path"] == "odd/page.html" and row["error"] == "MemoryLimit" and "256" in row["message"]
    assert len(rows(clean)) == 8
    assert run(raw, clean, memory_mb=256).snapshot is None
    switch.write_text("")
    assert run(raw, clean, memory_mb=256).cleaned == 1
    assert len(rows(clean)) == 9


def test_a_file_that_changes_between_scan_and_reading_is_taken_as_it_was_read(raw, clean, monkeypatch):
    target = raw / "carnets" / "page1.html"
    original = building.run

    def change_after_scan(current, call):
        def meddle(name, function, /, *args):
            result = call(name, function, *args)
            if name == "scan":
                target.write_text(page(99))
            return result

        return original(current, meddle)

    monkeypatch.setattr(building, "run", change_after_scan)
    run(raw, clean)
    monkeypatch.undo()
    row = rows(clean)["carnets/page1.html"]
    assert "Carnet 99" in row["text"]
    assert run(raw, clean).snapshot is None


def test_a_container_that_changes_between_scan_and_reading_is_read_again(raw, clean, monkeypatch):
    target = raw / "carnets" / "crawl.jsonl"
    target.write_text("\n".join(json.dumps({"html": page(n)}) for n in (60, 61)))
    original = building.run

    def change_after_scan(current, call):
        def meddle(name, function, /, *args):
            result = call(name, function, *args)
            if name == "scan":
                target.write_text("\n".join(json.dumps({"html": page(n)}) for n in (60, 62, 63)))
            return result

        return original(current, meddle)

    monkeypatch.setattr(building, "run", change_after_scan)
    run(raw, clean)
    monkeypatch.undo()
    found = {path: row["title"] for path, row in rows(clean).items() if "jsonl" in path}
    assert found == {f"carnets/crawl.jsonl#{n}": f"Carnet {seed}" for n, seed in ((1, 60), (2, 62), (3, 63))}
    assert not rows(clean, "quarantine")
    assert run(raw, clean).snapshot is None


def test_a_file_that_is_written_to_while_it_is_read_is_read_again(tmp_path, monkeypatch):
    file = tmp_path / "page.html"
    file.write_text(page(1))
    original, calls = os.fstat, []

    def fstat(descriptor):
        calls.append(descriptor)
        if len(calls) == 2:  # after the first reading
            file.write_text(page(2) + " ")
        return original(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    assert jobs._read(str(file)).decode() == page(2) + " "


def test_what_has_become_a_link_or_a_pipe_since_the_scan_is_not_read(tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        job = jobs.PrepareJob(b"k", str(tmp_path / name), "", limpide.Source(), max_bytes=1_000_000)
        result = jobs.prepare(job)
        assert not result.cacheable and not result.body


def test_a_file_that_vanishes_between_scan_and_reading_is_quarantined_and_gone_the_next_time(raw, clean, monkeypatch):
    target = raw / "carnets" / "page1.html"
    original = building.run

    def remove_after_scan(current, call):
        def meddle(name, function, /, *args):
            result = call(name, function, *args)
            if name == "scan":
                target.unlink()
            return result

        return original(current, meddle)

    monkeypatch.setattr(building, "run", remove_after_scan)
    run(raw, clean)
    monkeypatch.undo()
    assert rows(clean, "quarantine")["carnets/page1.html"]["stage"] == "read"
    run(raw, clean)
    assert "carnets/page1.html" not in {p for table in everything(clean).values() for p in table}


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


def test_an_empty_raw_folder_leaves_the_corpus_as_it_is(raw, clean, tmp_path):
    run(raw, clean)
    before = everything(clean)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(RawFolderError):
        run(tmp_path / "nothing", clean)
    assert everything(clean) == before


def test_when_much_of_a_source_is_gone_nothing_is_published_unless_that_is_meant(raw, clean):
    run(raw, clean)
    before = everything(clean)
    for path in sorted((raw / "carnets").glob("page*"))[:3]:
        path.unlink()
    with pytest.raises(CorpusError, match=r"3 of 8 raw items of carnets left .*--allow-shrink"):
        run(raw, clean)
    assert everything(clean) == before
    run(raw, clean, allow_shrink=True)
    assert len(rows(clean)) == 5


def test_a_disk_whose_files_cannot_be_read_empties_no_corpus(raw, clean, monkeypatch):
    (raw / "carnets" / "link").symlink_to("page0.html")
    run(raw, clean)
    before = everything(clean)
    assert set(before["quarantine"]) == {"carnets/link"}

    def fail(file):
        raise OSError(errno.EIO, os.strerror(errno.EIO), file)

    monkeypatch.setattr(scan, "sha256_of", fail)
    with pytest.raises(CorpusError, match=r"8 of 9 raw items of carnets left .* or can no longer be read"):
        run(raw, clean)
    assert everything(clean) == before
    run(raw, clean, allow_shrink=True)
    assert len(rows(clean, "quarantine")) == 9
    monkeypatch.undo()
    run(raw, clean)
    assert everything(clean) == before


def test_an_empty_raw_folder_empties_the_corpus_only_when_that_is_meant(raw, clean, tmp_path):
    run(raw, clean)
    (tmp_path / "nothing").mkdir()
    run(tmp_path / "nothing", clean, allow_shrink=True)
    assert everything(clean) == {"documents": {}, "removed": {}, "quarantine": {}}


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
    assert len(rows(clean)) == 97
    found = {path: (row["stage"], row["error"]) for path, row in rows(clean, "quarantine").items()}
    assert found == {
        "crawl/10.html": ("process", "TimeLimit"),
        "crawl/40.html": ("process", "MemoryLimit"),
        "crawl/70.html": ("process", "WorkerDied"),
    }
    assert len(report.quarantine) == 3
    assert all(row["message"] for row in rows(clean, "quarantine").values())


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
    there = {path: notice in row["text"] for path, row in rows(clean).items()}
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
    documents, removed = rows(clean), rows(clean, "removed")
    (older,) = [row for row in removed.values() if row["reason"] == "older-version"]
    assert older["of"] == (documents[named]["doc_id"] if named else None)
