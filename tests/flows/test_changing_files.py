"""Files that change, vanish or become something else while a build reads them."""

import json
import os

import limpide
from flows import building, jobs
from tests.conftest import page
from tests.flows.published import everything, run, table


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
    row = table(clean)["carnets/page1.html"]
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
    found = {path: row["title"] for path, row in table(clean).items() if "jsonl" in path}
    assert found == {f"carnets/crawl.jsonl#{n}": f"Carnet {seed}" for n, seed in ((1, 60), (2, 62), (3, 63))}
    assert not table(clean, "quarantine")
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
    assert table(clean, "quarantine")["carnets/page1.html"]["stage"] == "read"
    run(raw, clean)
    assert "carnets/page1.html" not in {p for table in everything(clean).values() for p in table}
