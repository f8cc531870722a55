"""ZIP and TAR archives of pages, and WARC and WET files, sound and damaged."""

import gzip
import io
import tarfile
import zipfile

import pytest

from corpus.source import Source
from extractors.containers import container
from flows.scan import records, scan
from tests.conftest import ROOT, page, prose
from tests.flows.conftest import RECORDS, lines
from tests.flows.published import table


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def tarred(**members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("make", [zipped, tarred, lambda **m: gzip.compress(tarred(**m))], ids=["zip", "tar", "tar.gz"])
def test_each_file_of_an_archive_is_a_raw_item(limpide, tmp_path, crawl, make):
    members = {
        "a__one.html": page(1).encode(),
        "two.jsonl": lines(*RECORDS),
        "three.txt": "\n\n".join(prose(3)).encode(),
    }
    (crawl / "pages.bin").write_bytes(make(**members))
    done = limpide("build", "--no-prefect")
    assert done.exit_code == 0, done.output
    rows = {**table(tmp_path / "clean", "documents"), **table(tmp_path / "clean", "removed")}
    assert set(rows) == {
        f"crawl/pages.bin!{name}" for name in ("a/one.html", "two.jsonl#1", "two.jsonl#2", "three.txt")
    }
    assert "nothing new" in limpide("build", "--no-prefect").output


def test_archives_never_leave_memory_whatever_their_members_are_called(limpide, tmp_path, crawl):
    members = {"../../evil.html": page(1).encode(), "/etc/evil.html": page(2).encode()}
    (crawl / "evil.zip").write_bytes(zipped(**members))
    limpide("build", "--no-prefect")
    assert set(table(tmp_path / "clean", "documents")) == {
        "crawl/evil.zip!../../evil.html",
        "crawl/evil.zip!/etc/evil.html",
    }
    assert not list(tmp_path.rglob("evil.html"))


def test_links_in_a_tar_are_listed_and_not_followed(tmp_path, crawl):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    (crawl / "x.tar").write_bytes(out.getvalue())
    (item,) = scan(tmp_path / "raw", max_bytes=10_000)
    assert "link" in item.problem and item.path == "crawl/x.tar!link"


def test_archives_in_archives_end_somewhere(tmp_path, crawl):
    data = page(1).encode()
    for _ in range(6):
        data = zipped(inner=data)
    (crawl / "deep.zip").write_bytes(data)
    (item,) = scan(tmp_path / "raw", max_bytes=1_000_000)
    assert "nested" in item.problem


def test_members_of_one_name_are_all_there(tmp_path, crawl):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", "two")
    (crawl / "x.zip").write_bytes(out.getvalue())
    assert [item.record for item in scan(tmp_path / "raw", max_bytes=1000)] == ["!a", "!a~2"]


def test_members_of_a_zip_file_that_share_their_bytes_are_not_read(tmp_path):
    """A trap of many names for one member; made here by listing a member twice."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.html", page(1))
        made.filelist.append(made.filelist[0])
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "trap.zip").write_bytes(archive.getvalue())
    problems = [item.problem for item in scan(tmp_path, max_bytes=1_000_000)]
    assert len(problems) == 2 and problems[0] == "" and "trap" in problems[1]


def test_an_archive_whose_numbers_make_no_sense_costs_only_itself(tmp_path, crawl):
    made = zipped(one=page(1).encode(), two=page(2).encode())
    cut = made[:4] + made[5:]  # so its members would begin before the file does
    (crawl / "cut.zip").write_bytes(zipped(inner=cut))
    (crawl / "good.html").write_text(page(3))
    items = scan(tmp_path / "raw", max_bytes=1_000_000)
    assert {item.path: bool(item.problem) for item in items}["crawl/good.html"] is False
    assert [item.path for item in items if item.problem and item.path.startswith("crawl/cut.zip!inner")]


# ---- WARC ------------------------------------------------------------------------------------------------------------


def warc(*pages, compress, header=b""):
    out = b""
    for n, body in enumerate(pages):
        kind = b"application/pdf" if body.startswith(b"%PDF") else b"text/html; charset=utf-8"
        http = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n" + header + b"\r\n" + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://bac.example/{n}\r\n"
            f"WARC-Date: 2026-04-0{n + 1}T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        ).encode()
        record = head + http + b"\r\n\r\n"
        out += gzip.compress(record) if compress else record
    return out


@pytest.mark.parametrize("compress", [True, False])
def test_each_response_of_a_warc_is_a_raw_item_with_its_address(limpide, tmp_path, crawl, compress):
    pdf = (ROOT / "raw" / "rapports" / "aushang-wasserabstellung.pdf").read_bytes()
    (crawl / "x.warc").write_bytes(warc(*(page(n).encode() for n in range(2)), pdf, compress=compress))
    done = limpide("build", "--no-prefect")
    assert done.exit_code == 0, done.output
    rows = table(tmp_path / "clean", "documents")
    assert {(row["url"], row["fetched"]) for row in rows.values()} == {
        (f"https://bac.example/{n}", f"2026-04-0{n + 1}T00:00:00Z") for n in range(3)
    }
    assert rows["crawl/x.warc#2"]["text"].startswith("Carnet 1")
    assert rows["crawl/x.warc#3"]["media_type"] == "application/pdf" and "Wasser" in rows["crawl/x.warc#3"]["text"]


def test_a_response_that_was_kept_as_it_came_over_the_wire_is_read_as_the_page(limpide, tmp_path, crawl):
    packed = gzip.compress(page(1).encode())
    body = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (200, packed[:200], len(packed) - 200, packed[200:])
    made = warc(body, compress=True, header=b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")
    (crawl / "wire.warc.gz").write_bytes(made)
    assert limpide("build", "--no-prefect").exit_code == 0
    (row,) = table(tmp_path / "clean", "documents").values()
    assert row["text"] == "\n\n".join(["Carnet 1", *prose(1)])


@pytest.mark.parametrize("compress", [True, False])
def test_a_flipped_byte_costs_one_record_of_a_warc_wherever_it_is(tmp_path, crawl, compress):
    whole = warc(*(page(n).encode() for n in range(3)), compress=compress)
    name = "x.warc.gz" if compress else "x.warc"
    for position in [*range(40), *range(40, len(whole), 97)]:
        data = bytearray(whole)
        data[position] ^= 0xFF
        (crawl / name).write_bytes(bytes(data))
        items = scan(tmp_path / "raw", max_bytes=1_000_000)
        assert sum(not item.problem for item in items) >= 2, position
        assert all("damaged" in item.problem for item in items if item.problem), position


def test_a_warc_that_was_compressed_as_a_whole_has_all_its_records(tmp_path, crawl):
    whole = warc(*(page(n).encode() for n in range(3)), compress=False)
    for number, data in enumerate((gzip.compress(whole), gzip.compress(whole) + gzip.compress(whole))):
        (crawl / "x.warc.gz").write_bytes(data)
        assert [item.problem for item in scan(tmp_path / "raw", max_bytes=1_000_000)] == [""] * 3 * (number + 1)
    (crawl / "x.warc.gz").write_bytes(gzip.compress(whole)[:-30])
    items = scan(tmp_path / "raw", max_bytes=1_000_000)
    assert items[-1].problem and all(not item.problem for item in items[:-1])


def test_a_record_over_the_limit_is_listed_once_and_not_read(tmp_path, crawl):
    big = b"<p>" + b"x" * 3_000_000
    (crawl / "x.warc").write_bytes(warc(page(0).encode(), big, page(1).encode(), compress=False))
    items = scan(tmp_path / "raw", max_bytes=10_000_000, max_record_bytes=1_000_000)
    assert [bool(item.problem) for item in items] == [False, True, False]


def test_each_conversion_of_a_wet_file_is_a_raw_item_with_its_address(crawl):
    text = b"La mer monte encore, et le vent tourne.\n"
    kind = (
        b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://bac.example/w\r\nContent-Type: text/plain\r\n"
    )
    facts = b"WARC-Date: 2026-04-01T00:00:00Z\r\nContent-Length: %d\r\n\r\n" % len(text)
    path = crawl / "x.warc.wet.gz"
    path.write_bytes(gzip.compress(kind + facts + text + b"\r\n\r\n"))
    (record,) = records(str(path), 1_000_000)
    item = container("application/warc").read(record, Source())
    assert (item.data, item.url, item.media_type) == (text, "https://bac.example/w", "text/plain")
    assert item.fetched == "2026-04-01T00:00:00Z"
