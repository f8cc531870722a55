"""Files that hold many pages: JSON Lines and Parquet, plain and compressed."""

import gzip
import io
import zipfile
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from corpus.source import Source
from extractors import extract
from extractors.containers import container
from flows.scan import records, scan
from tests.conftest import page, prose
from tests.flows.conftest import RECORDS, lines
from tests.flows.published import table


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_each_line_of_a_json_lines_file_is_a_raw_item_with_its_url(limpide, tmp_path, compress):
    (tmp_path / "raw/crawl").mkdir(parents=True)
    (tmp_path / "raw/crawl/pages.jsonl").write_bytes(compress(lines(*RECORDS)))
    done = limpide("build", "--no-prefect")
    assert done.exit_code == 0, done.output
    rows = table(tmp_path / "clean", "documents")
    assert set(rows) == {"crawl/pages.jsonl#1", "crawl/pages.jsonl#2"}
    first, second = rows["crawl/pages.jsonl#1"], rows["crawl/pages.jsonl#2"]
    assert (first["url"], first["fetched"]) == ("https://bac.example/1", "2026-05-01T08:00:00+00:00")
    assert first["text"] == "\n\n".join(["Carnet 1", *prose(1)])
    assert second["title"] == "Deux" and second["text"] == "\n\n".join(prose(2))
    assert "nothing new" in limpide("build", "--no-prefect").output


def test_field_names_are_mapped_by_the_source(limpide, tmp_path):
    (tmp_path / "raw/crawl").mkdir(parents=True)
    record = {"response": {"body": page(3)}, "request": {"address": "https://bac.example/3"}, "text": "no"}
    (tmp_path / "raw/crawl/pages.jsonl").write_bytes(lines(record, record))
    (tmp_path / "raw/crawl/source.toml").write_text(
        '[fields]\nhtml = "response.body"\nurl = "request.address"\nfetched = "when"\n'
    )
    limpide("build", "--no-prefect")
    (row,) = table(tmp_path / "clean", "documents").values()
    assert row["url"] == "https://bac.example/3" and row["text"].startswith("Carnet 3")
    (old,) = table(tmp_path / "clean", "removed").values()
    assert old["reason"] == "older-version"


def test_of_versions_of_a_page_the_latest_stays(limpide, tmp_path):
    (tmp_path / "raw/crawl").mkdir(parents=True)
    versions = [
        {"url": "https://bac.example/a", "html": page(n), "fetched": f"2026-0{month}-01T00:00:00Z"}
        for n, month in ((1, 3), (2, 9), (3, 1))
    ]
    (tmp_path / "raw/crawl/pages.jsonl").write_bytes(lines(*versions))
    limpide("build", "--no-prefect")
    (kept,) = table(tmp_path / "clean", "documents").values()
    assert kept["path"] == "crawl/pages.jsonl#2"
    removed = table(tmp_path / "clean", "removed")
    assert {(row["reason"], row["of"]) for row in removed.values()} == {("older-version", kept["doc_id"])}


def test_bad_records_are_quarantined_one_by_one(limpide, tmp_path):
    (tmp_path / "raw/crawl").mkdir(parents=True)
    data = lines(RECORDS[0]) + b'{"url": "torn\n' + b"[1, 2]\n\n" + lines({"id": 7}, RECORDS[1])
    (tmp_path / "raw/crawl/pages.jsonl").write_bytes(data)
    limpide("build", "--no-prefect")
    assert set(table(tmp_path / "clean", "documents")) == {"crawl/pages.jsonl#1", "crawl/pages.jsonl#6"}
    quarantine = table(tmp_path / "clean", "quarantine")
    assert set(quarantine) == {f"crawl/pages.jsonl#{n}" for n in (2, 3, 5)}
    assert "[fields]" in quarantine["crawl/pages.jsonl#5"]["message"]


def test_a_damaged_compressed_container_keeps_what_comes_before_the_damage(limpide, tmp_path):
    (tmp_path / "raw/crawl").mkdir(parents=True)
    data = gzip.compress(lines(*({"html": page(n)} for n in range(60))))
    (tmp_path / "raw/crawl/pages.jsonl.gz").write_bytes(data[: len(data) * 2 // 3])
    limpide("build", "--no-prefect")
    assert len(table(tmp_path / "clean", "documents")) > 10
    quarantine = table(tmp_path / "clean", "quarantine")
    assert "damaged behind" in quarantine["crawl/pages.jsonl.gz"]["message"]


def test_a_single_page_may_be_compressed(limpide, tmp_path):
    (tmp_path / "raw/crawl").mkdir(parents=True)
    (tmp_path / "raw/crawl/page.html.gz").write_bytes(gzip.compress(page(5).encode()))
    (tmp_path / "raw/crawl/bomb.html.gz").write_bytes(gzip.compress(b"<p>" + b"x" * 3_000_000))
    (tmp_path / "limpide.toml").write_text("max_file_mb = 2\n")
    limpide("build", "--no-prefect")
    rows = table(tmp_path / "clean", "documents")
    assert rows["crawl/page.html.gz"]["text"].startswith("Carnet 5")
    assert "2 MB" in table(tmp_path / "clean", "quarantine")["crawl/bomb.html.gz"]["message"]


def test_records_over_the_limit_are_listed_and_not_read(tmp_path):
    (tmp_path / "pages.jsonl").write_bytes(lines({"text": "x" * 5000}, {"text": "y"}))
    items = scan(tmp_path, max_bytes=1000)
    assert [(item.path, bool(item.problem)) for item in items] == [("pages.jsonl#1", True), ("pages.jsonl#2", False)]


def test_records_stay_in_the_order_of_their_container(tmp_path):
    (tmp_path / "pages.jsonl").write_bytes(lines(*({"text": str(n)} for n in range(12))))
    assert [item.record for item in scan(tmp_path, max_bytes=1000)] == [f"#{n}" for n in range(1, 13)]


def parquet_of(path, rows, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path, **options)


def test_each_row_of_a_parquet_file_is_a_raw_item_with_its_url(limpide, tmp_path):
    rows = [
        {"url": "https://bac.example/0", "html": page(0), "fetched": datetime(2026, 1, 2, tzinfo=UTC), "n": 1},
        {"url": "https://bac.example/1", "html": page(1), "fetched": None, "n": 2},
        {"url": "https://bac.example/2", "html": None, "fetched": None, "n": 3},
    ]
    parquet_of(tmp_path / "raw" / "crawl" / "pages.parquet", rows, row_group_size=2)
    assert limpide("build", "--no-prefect", "--quiet").exit_code == 0
    documents = table(tmp_path / "clean", "documents")
    assert set(documents) == {"crawl/pages.parquet#1", "crawl/pages.parquet#2"}
    first = documents["crawl/pages.parquet#1"]
    assert first["url"] == "https://bac.example/0" and first["fetched"].startswith("2026-01-02")
    assert first["text"] == "\n\n".join(["Carnet 0", *prose(0)])
    (bad,) = table(tmp_path / "clean", "quarantine").values()
    assert bad["path"] == "crawl/pages.parquet#3" and "no page" in bad["message"]


def test_pages_in_a_parquet_file_may_be_bytes_in_any_encoding(tmp_path):
    text = page(3).replace('<meta charset="utf-8">', "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    parquet_of(
        tmp_path / "crawl" / "pages.parquet", [{"link": "https://bac.example/", "content": text.encode("cp1252")}]
    )
    (record,) = records(str(tmp_path / "crawl" / "pages.parquet"), 1_000_000)
    item = container(record.container).read(record, Source())
    assert item.url == "https://bac.example/"
    assert extract(item).blocks[-1].end and "rivi\N{LATIN SMALL LETTER E WITH GRAVE}re" in extract(item).text


def test_a_damaged_parquet_file_is_one_row_of_the_quarantine(tmp_path):
    path = tmp_path / "crawl" / "pages.parquet"
    parquet_of(path, [{"html": page(n)} for n in range(3)])
    path.write_bytes(path.read_bytes()[:-40])
    (item,) = scan(tmp_path, max_bytes=1_000_000)
    assert item.path == "crawl/pages.parquet" and "damaged" in item.problem


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_files_that_are_read_from_their_end_may_be_compressed_as_a_whole(tmp_path, pack):
    path = tmp_path / "crawl" / "pages.parquet"
    parquet_of(path, [{"html": page(n)} for n in range(3)])
    (tmp_path / "crawl" / "pages.parquet.x").write_bytes(pack(path.read_bytes()))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.html", page(1))
    (tmp_path / "crawl" / "pages.zip.x").write_bytes(pack(archive.getvalue()))
    found = scan(tmp_path, max_bytes=1_000_000)
    assert [item.path.rpartition("/")[2] for item in found] == [
        *(f"pages.parquet#{n}" for n in (1, 2, 3)),
        *(f"pages.parquet.x#{n}" for n in (1, 2, 3)),
        "pages.zip.x!a.html",
    ]
    assert not any(item.problem for item in found)
