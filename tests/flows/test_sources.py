import gzip
import hashlib
import io
import json
import tarfile
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from click.testing import CliRunner

from corpus.errors import SourceError
from corpus.forgotten import Forgotten, write_forgotten
from corpus.source import FIELDS, Rule, Source, parse_source
from extractors import extract
from extractors.containers import container
from flows.cli import main
from flows.scan import records, scan
from tests.conftest import page, prose

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "corpus" / "data" / "source.toml"


@pytest.fixture
def limpide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def table(clean, name):
    rows = [row for part in (clean / "latest" / name).glob("*.parquet") for row in pq.read_table(part).to_pylist()]
    return {row["path"]: row for row in rows}


# ---- source.toml ----------------------------------------------------------------------------------------------------


def test_the_commented_template_holds_the_defaults():
    assert parse_source(TEMPLATE.read_text(), name="x") == Source(name="x")


def test_every_example_in_the_template_is_a_rule_that_is_understood():
    lines = TEMPLATE.read_text().splitlines()
    examples = "\n".join(line[2:] if line.startswith("# ") and " = " in line else line for line in lines)
    source = parse_source(examples, name="x")
    assert source.hook and source.select.title and source.select.author and source.select.date
    assert {rule.label for rule in source.select.rules} >= {"advert", "source-rule"}
    assert {name for name, _ in source.fields} == set(FIELDS)
    assert {rule.verdict for rule in source.lines} == {"keep", "drop"}


def test_every_key_is_explained_in_the_template():
    text = TEMPLATE.read_text()
    for key in (*tomllib.loads(text), "keep", "drop", *FIELDS):
        assert key in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\ncolour = "red"\n', r"source\.toml:2: unknown key 'colour'; known: title"),
        ('priority = "high"\n', r"source\.toml:1: priority must be a whole number"),
        ('duplicates = "maybe"\n', r"source\.toml:1: .*drop, annotate, keep"),
        ('[select]\n\ndrop = ["p:not("]\n', r"source\.toml:3: .*not a CSS selector"),
        ('[select]\ntitle = "h1["\n', r"source\.toml:2: title: .*not a CSS selector"),
        ('[select]\ndrop = "p"\n', r"source\.toml:2: drop must be a list"),
        ('[select]\nkepe = ["p"]\n', r"source\.toml:2: unknown key 'kepe'"),
        ('[lines]\ndrop = ["ok", "(open"]\n', r"source\.toml:2: .*not a regular expression"),
        ('[lines]\ndrop = [{ match = "x", label = "rubbish" }]\n', r"source\.toml:2: unknown label 'rubbish'"),
        ('[lines]\ndrop = [{ mtach = "x" }]\n', r"source\.toml:2: unknown key of a rule 'mtach'"),
        ("[lines]\ndrop = [3]\n", r"source\.toml:2: .*not a string"),
        ('[fields]\nbody = "x"\n', r"source\.toml:2: unknown field 'body'; known: html"),
        ("lines = 3\n", r"source\.toml:1: lines must be a table"),
        ('hook = "my module"\n', r"source\.toml:1: hook must be"),
        ("title = \n", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(text, said):
    with pytest.raises(SourceError, match=said):
        parse_source(text, name="x", path="source.toml")


def test_a_rule_is_named_in_the_ledger_as_one_rule_even_with_a_plus_in_it():
    assert "+" not in Rule("drop", "h2 + p").name


def test_a_hook_that_cannot_be_imported_is_said_before_work_starts(limpide, raw):
    (raw / "carnets" / "source.toml").write_text('hook = "no_such_module:f"\n')
    done = limpide("build", "--no-prefect", "--raw", raw, "--clean", "clean")
    assert done.exit_code == 1 and "no_such_module" in done.output
    assert not Path("clean", "snapshots").exists()


# ---- limpide source -------------------------------------------------------------------------------------------------


def test_new_writes_a_commented_file_and_never_over_an_old_one(limpide):
    assert limpide("source", "new", "gazette").exit_code == 0
    assert Path("raw/gazette/source.toml").read_text() == TEMPLATE.read_text()
    Path("raw/gazette/source.toml").write_text('licence = "MIT"\n')
    done = limpide("source", "new", "gazette")
    assert done.exit_code == 1 and "is there already" in done.output
    assert Path("raw/gazette/source.toml").read_text() == 'licence = "MIT"\n'


@pytest.mark.parametrize("name", [".hidden", "a/b", "expected", ""])
def test_new_refuses_names_that_are_no_source(limpide, name):
    done = limpide("source", "new", name)
    assert done.exit_code == 1 and "cannot be a source" in done.output


def test_check_finds_a_planted_change_and_nothing_else(limpide, raw):
    pinned = limpide("source", "check", "carnets", "--raw", raw, "--pin")
    assert pinned.exit_code == 0 and "8 texts pinned" in pinned.output
    assert (raw / "carnets/expected/page2.html.txt").read_text() == "\n\n".join(["Carnet 2", *prose(2)]) + "\n"
    good = limpide("source", "check", "carnets", "--raw", raw)
    assert good.exit_code == 0 and "8 as pinned, 0 different" in good.output
    file = raw / "carnets/expected/page2.html.txt"
    file.write_text(file.read_text().replace("Carnet 2, feuillet 1.", "Carnet 2, feuillet un."))
    bad = limpide("source", "check", "carnets", "--raw", raw)
    assert bad.exit_code == 1 and "7 as pinned, 1 different" in bad.output
    assert "-Carnet 2, feuillet un." in bad.output and "+Carnet 2, feuillet 1." in bad.output


def test_check_shows_what_a_changed_rule_does(limpide, raw):
    limpide("source", "check", "--all", "--raw", raw, "--pin")
    (raw / "carnets" / "source.toml").write_text('[select]\ndrop = ["article p:nth-of-type(2)"]\n')
    done = limpide("source", "check", "--all", "--raw", raw)
    assert done.exit_code == 1 and "6 different" in done.output


def test_check_says_which_item_was_forgotten_and_pins_nothing_of_it(limpide, raw, tmp_path, monkeypatch):
    monkeypatch.setenv("LIMPIDE_CLEAN", str(tmp_path / "clean"))
    digest = hashlib.sha256((raw / "carnets/page2.html").read_bytes()).hexdigest()
    (tmp_path / "clean").mkdir()
    write_forgotten(tmp_path / "clean", Forgotten(contents=frozenset([digest])))
    done = limpide("source", "check", "carnets", "--raw", raw, "--pin")
    assert done.exit_code == 0 and "7 texts pinned" in done.output
    assert "carnets/page2.html: forgotten on request" in done.output
    assert not (raw / "carnets/expected/page2.html.txt").exists()


def test_check_reads_only_the_sources_that_it_is_asked_for(raw):
    (raw / "other").mkdir()
    (raw / "other" / "page.html").write_text(page(3))
    (raw / "alone.txt").write_text("\n\n".join(prose(4)))
    assert [item.path for item in scan(raw, max_bytes=9999, only=["other"])] == ["other/page.html"]
    assert [item.path for item in scan(raw, max_bytes=9999, only=["default"])] == ["alone.txt"]


def test_check_of_an_unknown_source_names_the_known_ones(limpide, raw):
    done = limpide("source", "check", "gazette", "--raw", raw)
    assert done.exit_code == 1 and "carnets" in done.output


def test_check_wants_names_or_all(limpide, raw):
    assert limpide("source", "check", "--raw", raw).exit_code == 2


# ---- containers -----------------------------------------------------------------------------------------------------


def lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


RECORDS = (
    {"url": "https://bac.example/1", "html": page(1), "crawled_at": "2026-05-01T10:00:00+02:00"},
    {"url": "https://bac.example/2", "text": "\n\n".join(prose(2)), "title": "Deux"},
)


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


# ---- archives and WARC ----------------------------------------------------------------------------------------------


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


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "raw" / "crawl"
    folder.mkdir(parents=True)
    return folder


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


def warc(*pages, compress):
    out = b""
    for n, body in enumerate(pages):
        kind = b"application/pdf" if body.startswith(b"%PDF") else b"text/html; charset=utf-8"
        http = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n\r\n" + body
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


# ---- Parquet of pages -----------------------------------------------------------------------------------------------


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
