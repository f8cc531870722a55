import json
import shutil

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from corpus.schema import doc_id
from flows.cli import main
from flows.state import State, unpack
from tests.conftest import page, prose
from tests.flows.published import run, table

URL = "https://bac.example/7"


@pytest.fixture
def clean(raw, tmp_path):
    """A corpus with two kept snapshots, with a record that has an address, and a copy of a page."""
    line = json.dumps({"url": URL, "html": page(7)})
    (raw / "carnets" / "crawl.jsonl").write_text(
        f"{line}\n{json.dumps({'url': 'https://bac.example/8', 'html': page(8)})}\n"
    )
    run(raw, tmp_path / "clean")
    (raw / "carnets" / "page20.html").write_text(page(20))
    run(raw, tmp_path / "clean")
    return tmp_path / "clean"


def forget(raw, clean, *what):
    return CliRunner().invoke(main, ["forget", "--raw", str(raw), "--clean", str(clean), *what])


def everywhere(clean):
    """Texts and raw texts of all snapshots and of the state."""
    for part in clean.glob("snapshots/*/*/*.parquet"):
        for row in pq.read_table(part).to_pylist():
            yield (row.get("text") or "") + (row.get("raw_text") or "")
    yield from of_state(clean)


def of_state(clean):
    """What is kept of documents between builds: packed rows with texts in them."""
    with State(clean / "state") as state:
        for (body,) in state._connection.execute("SELECT body FROM results"):
            yield unpack(body).decode(errors="replace") if body else ""


def snapshots(clean):
    return sorted((clean / "snapshots").iterdir())


def test_a_document_named_by_its_address_is_gone_from_every_snapshot_and_the_state(raw, clean):
    assert any(prose(7)[0] in text for text in everywhere(clean))
    assert any(prose(7)[0] in text for text in of_state(clean))
    assert len(snapshots(clean)) == 2
    done = forget(raw, clean, URL)
    assert done.exit_code == 0 and "2 rows" in done.output
    assert not any(prose(7)[0] in text for text in everywhere(clean))
    assert len(snapshots(clean)) == 2
    (row,) = [row for row in table(clean, "removed").values() if row["reason"] == "forgotten"]
    assert row["path"] == "carnets/crawl.jsonl#1" and row["url"] is None and not row["text"]
    manifest = json.loads((clean / "latest" / "manifest.json").read_text())
    assert manifest["tables"] == {"documents": 10, "removed": 1, "quarantine": 0}
    assert (clean / "snapshots" / manifest["parent"]).is_dir()
    assert "10 documents kept" in (clean / "latest" / "README.md").read_text()


def test_it_does_not_come_back_by_any_build_nor_as_a_copy(raw, clean):
    forget(raw, clean, URL)
    run(raw, clean)  # may publish: what its neighbours were said to repeat and resemble is decided anew
    assert run(raw, clean).snapshot is None
    shutil.rmtree(clean / "state")
    (raw / "other").mkdir()
    (raw / "other" / "again.html").write_text(page(7))  # other bytes than the record, the same text
    run(raw, clean)
    assert not any(prose(7)[0] in text for text in everywhere(clean))
    assert table(clean, "removed")["other/again.html"]["reason"] == "forgotten"
    assert run(raw, clean).snapshot is None


def test_a_document_is_forgotten_by_its_id_and_others_stay_as_they_are(raw, clean):
    before = table(clean)
    forget(raw, clean, before["carnets/page1.html"]["doc_id"])
    after = table(clean)
    assert set(before) - set(after) == {"carnets/page1.html"}
    assert all(before[path] == row for path, row in after.items())


def test_copies_of_its_text_and_versions_of_long_ago_leave_the_state_as_well(raw, clean):
    target = raw / "carnets" / "page3.html"
    (raw / "carnets" / "copy.html").write_text(target.read_text() + "<!-- other bytes -->")
    now = target.read_text()
    target.write_text(now.replace("Carnet", "Cahier"))
    run(raw, clean, keep_snapshots=1)
    target.write_text(now)
    run(raw, clean, keep_snapshots=1)
    before = list(of_state(clean))
    assert all(any(words in text for text in before) for words in ("Carnet 3, feuillet", "Cahier 3, feuillet"))
    forget(raw, clean, doc_id("carnets", "carnets/page3.html"))
    assert not any(f"{word} 3, feuillet" in text for text in of_state(clean) for word in ("Carnet", "Cahier"))
    left = sum('"raw_text"' in text for text in of_state(clean))
    assert left == sum('"raw_text"' in text for text in before) - 6  # of three raw items: prepared and finished
    assert run(raw, clean).cleaned == 1  # the copy, which is known by its text alone, and not kept
    assert not any("Carnet 3, feuillet" in text for text in of_state(clean))


def test_what_is_neither_id_nor_address_is_refused(raw, clean):
    done = forget(raw, clean, "carnets/page1.html")
    assert done.exit_code == 1 and "doc_id" in done.output
