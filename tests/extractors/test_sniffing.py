"""Media types by content, names only where content leaves it open."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import time
import zipfile

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import ExtractionError
from extractors import EXTRACTORS, RawItem, extract
from extractors.sniffing import sniff

MANY = 20_000_000


def _zip(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), "x")
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


README = (
    b'<div align="center">\n<h1>Outil</h1>\n<a href="b"><img src="c"></a><br><br>\n</div>\n\n## Installation\n\ntexte'
)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"\n\n  <!doctype HTML>\n<html>", "text/html"),
        (b"<!-- produit par x -->\n<html><body>", "text/html"),
        (b"<HTML>\n<p>x", "text/html"),
        (b"<p>un</p><p>deux</p>", "text/html"),
        (b"<div><p>un</p><ul><li>deux</li></ul></div>" * 20, "text/html"),
        ("\ufeff<!DOCTYPE html><p>été".encode("utf-16"), "text/html"),
        (b"<!DOCTYPE html>" + " l’été".encode("cp1252") * 50, "text/html"),
        (b" " * 100_000 + b"<!DOCTYPE html>", "text/html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p/></html>', "application/xhtml+xml"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "application/xml"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>', "application/xml"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', "image/svg+xml"),
        (b"", "text/plain"),
        (b" \n\t ", "text/plain"),
        (b"Bonjour.", "text/plain"),
        ("L’été à la plage.".encode("cp1252"), "text/plain"),
        ("L’été à la plage.".encode("utf-16"), "text/plain"),
        ("L’été à la plage.".encode("utf-16-le"), "text/plain"),
        ("L’été à la plage.".encode("utf-32"), "text/plain"),
        ("村の祭り\r\nは日曜日".encode("utf-16"), "text/plain"),
        ("村の祭りは日曜日に延期されました。".encode("cp932"), "text/plain"),
        (README, "text/plain"),
        (b"a < b and c > d", "text/plain"),
        (b"Le tag <html> ouvre un document.", "text/plain"),
        (b"[sic] dit-il", "text/plain"),
        (b"{% extends x %}", "text/plain"),
        (b'{"a": 1}', "application/json"),
        (b'{\n "a": {\n  "b": 1\n }\n}\n', "application/json"),
        (b'[{"a": 1},\n {"a": 2}]', "application/json"),
        (b'{"a": 1}\n{"a": 2}\n', "application/x-ndjson"),
        (b'{"a": 1}\r\n{"a": 2}\r\n', "application/x-ndjson"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n\n%PDF-1.4\n\x80\x81", "application/pdf"),
        (gzip.compress(b"x", mtime=0), "application/gzip"),
        (bz2.compress(b"x"), "application/x-bzip2"),
        (lzma.compress(b"x"), "application/x-xz"),
        (zstandard.compress(b"x"), "application/zstd"),
        (_zip("a.txt"), "application/zip"),
        (_zip("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (_tar(), "application/x-tar"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "application/warc"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        (b"\xff\xd8\xff\xe0\x00", "image/jpeg"),
        (b"GIF89a\x01", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"PAR1\x15", "application/vnd.apache.parquet"),
        (bytes(range(256)) * 20, "application/octet-stream"),
        (b"\x00" * 1000, "application/octet-stream"),
        (b"\x7fELF\x02\x01", "application/octet-stream"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else "",
)
def test_content_decides(data, media_type):
    assert sniff(data) == media_type


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"<p>un <b>deux</b> <i>trois</i></p>" + b" suite" * 60, "note.md", "text/plain"),
        (b"<!DOCTYPE html><html><body><p>x", "page.txt", "text/html"),
        (b"un <b>mot</b>", "page.html", "text/html"),
        (b"un mot", "page.html", "text/plain"),
        (b'{"a": 1}', "un.jsonl", "application/x-ndjson"),
        (b"%PDF-1.7", "page.html", "application/pdf"),
    ],
)
def test_name_breaks_ties_only(data, name, media_type):
    assert sniff(data, name) == media_type


@given(st.binary(max_size=500), st.sampled_from(["", "a.html", "a.txt", "a.jsonl"]))
@settings(deadline=None)
def test_any_bytes_have_a_type(data, name):
    assert "/" in sniff(data, name)


@pytest.mark.parametrize(
    "data", [b"<" * 10**6, b"<!--" * 10**6, b"<? " * 10**6, b"<a " * 10**6, b"{" * 10**6, b" " * 10**7]
)
def test_only_the_start_is_looked_at(data):
    began = time.process_time()
    sniff(data)
    assert time.process_time() - began < 1


# ---- the registry ---------------------------------------------------------------------------------------------------


def test_every_registered_extractor_can_be_imported():
    assert all(callable(EXTRACTORS[media_type]) for media_type in EXTRACTORS)


def test_items_are_sniffed_without_a_media_type():
    assert extract(RawItem(b"<!DOCTYPE html><p>x</p>")).media_type == "text/html"
    assert extract(RawItem(b"texte")).media_type == "text/plain"
    assert extract(RawItem(b"un <b>mot</b>"), name="a.html").raw_text == "un mot"


def test_text_is_page_text_unless_a_media_type_says_otherwise():
    assert extract(RawItem("<p>x</p>")).raw_text == "<p>x</p>"
    assert extract(RawItem("<p>x</p>", "Text/HTML ; charset=utf-8")).raw_text == "x"


def test_charset_parameter_counts_as_declared_by_transport():
    data = "Řeka".encode("cp1250")
    assert extract(RawItem(data, 'text/plain; format=flowed; charset="windows-1250"')).raw_text == "Řeka"
    assert extract(RawItem(data, "text/plain", charset="windows-1250")).raw_text == "Řeka"


def test_a_type_that_nobody_reads_is_named():
    with pytest.raises(ExtractionError, match=r"image/png is not read by this version.*text/html") as caught:
        extract(RawItem(b"\x89PNG\r\n\x1a\n"))
    assert caught.value.stage == "sniff"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(pack):
    with pytest.raises(ExtractionError, match="decompression bomb"):
        extract(RawItem(pack(b"0" * MANY)))
    assert extract(RawItem(pack(b"0 " * 500_000))).raw_text


def test_more_text_than_any_page_has_is_refused(monkeypatch):
    monkeypatch.setattr("extractors.MAX_TEXT", 1_000)
    with pytest.raises(ExtractionError, match="million characters"):
        extract(RawItem("word " * 250))
    assert extract(RawItem("word " * 150)).raw_text
