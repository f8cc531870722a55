"""Small containers that unpack to far more than pages do, in each way in which that can be hidden."""

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractors import compression
from flows.scan import scan
from tests.conftest import page
from tests.flows.test_archives import tarred, warc, zipped

ALLOWED = 20_000_000  # bytes, in the place of a gigabyte, so that bombs are made and found in no time


def parquet(values, **options):
    out = io.BytesIO()
    pq.write_table(pa.table({"html": values}), out, compression="zstd", **options)
    return out.getvalue()


def bombs():
    zeros = zipped(inner=bytes(1_000_000))
    yield "archives in an archive.zip", zipped(**{f"{n}.zip": zeros for n in range(30)})
    yield "many records.jsonl.gz", gzip.compress(b"{}\n" * 30_000)
    yield "members over the limit.tar.gz", gzip.compress(tarred(**{f"{n}": bytes(12_000_000) for n in range(3)}))
    crawl = gzip.compress(warc(bytes(4_000_000), compress=False))
    yield "records over the limit.zip", zipped(**{f"{n}.warc.gz": crawl for n in range(9)})
    yield "rows over the limit.parquet", parquet(["0" * 3_000_000 + str(n) for n in range(9)])
    yield "rows that share a value.parquet", parquet(["0" * 900_000] * 60, dictionary_pagesize_limit=10_000_000)


@pytest.mark.parametrize(("name", "data"), list(bombs()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_container_that_unpacks_to_far_more_than_pages_do_is_left_at_that_point(tmp_path, monkeypatch, name, data):
    monkeypatch.setattr(compression, "_ALWAYS_ALLOWED", ALLOWED)
    assert len(data) * compression._MOST_UNPACKED < ALLOWED
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / name).write_bytes(data)
    items = {item.path: item.problem for item in scan(tmp_path, max_bytes=2_000_000)}
    assert "300 times its size" in items[f"crawl/{name}"]
    monkeypatch.undo()
    items = {item.path: item.problem for item in scan(tmp_path, max_bytes=2_000_000)}
    assert f"crawl/{name}" not in items  # control: it is the size, not the shape


def test_large_containers_may_unpack_to_much(tmp_path, monkeypatch):
    monkeypatch.setattr(compression, "_ALWAYS_ALLOWED", 1)
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "pages.zip").write_bytes(zipped(**{f"{n}.html": page(n).encode() for n in range(20)}))
    assert [item.problem for item in scan(tmp_path, max_bytes=2_000_000)] == [""] * 20


def test_rows_of_a_group_that_is_too_large_are_listed_and_the_other_groups_are_read(tmp_path):
    rows = [page(1), page(2), "0" * 3_000_000, "1" * 3_000_000, page(3)]
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "pages.parquet").write_bytes(parquet(rows, row_group_size=2))
    items = scan(tmp_path, max_bytes=2_000_000)
    assert [(item.record, bool(item.problem)) for item in items] == [
        ("#1", False), ("#2", False), ("#3", True), ("#4", True), ("#5", False),
    ]  # fmt: skip
