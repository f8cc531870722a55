"""A build on what earlier builds know: what is done again, and when nothing is published."""

import errno
import os
from pathlib import Path

import pytest

from corpus.errors import CorpusError, RawFolderError
from flows import answers, repeating, scan
from tests.conftest import page, prose
from tests.flows.published import everything, run, table


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
    assert "carnets/broken.pdf" in table(clean, "quarantine")
    assert {path for path in table(clean) if path not in before["documents"]} == {"letters/3.html"}


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
    assert longer not in {match["of"] for match in table(clean)["carnets/texte11.txt"]["duplicates"]}


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
    assert "carnets/page9.html" in table(clean) and "carnets/page0.html" not in table(clean)


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
    assert table(clean)["other/page.html"]["licence"] == "MIT"


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
    (row,) = table(clean, "quarantine").values()
    assert row["path"] == "odd/page.html" and row["error"] == "MemoryLimit" and "256" in row["message"]
    assert len(table(clean)) == 8
    assert run(raw, clean, memory_mb=256).snapshot is None
    switch.write_text("")
    assert run(raw, clean, memory_mb=256).cleaned == 1
    assert len(table(clean)) == 9


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
    assert len(table(clean)) == 5


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
    assert len(table(clean, "quarantine")) == 9
    monkeypatch.undo()
    run(raw, clean)
    assert everything(clean) == before


def test_an_empty_raw_folder_empties_the_corpus_only_when_that_is_meant(raw, clean, tmp_path):
    run(raw, clean)
    (tmp_path / "nothing").mkdir()
    run(tmp_path / "nothing", clean, allow_shrink=True)
    assert everything(clean) == {"documents": {}, "removed": {}, "quarantine": {}}
